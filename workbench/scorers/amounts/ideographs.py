"""Numbers in the characters of Chinese, Japanese and Korean: 二十五, 百分之三, 이십오."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, table, words
from workbench.scorers.numerals import Numeral

_EVERY: Final = tuple(table())
_HUNDRED: Final = 100


def _characters(key: str, codes: tuple[str, ...] = _EVERY) -> dict[str, int]:
    """What single characters stand for in numbers."""
    return {sign: value for code in codes for sign, value in table()[code].get(key, {}).items()}


_DIGITS: Final = _characters("digits")
_TENS: Final = {sign: 10**power for sign, power in _characters("tens_powers").items()}
_LARGE: Final = {sign: 10**power for sign, power in _characters("large_powers").items()}
_HAN_DIGITS: Final = "".join(_characters("digits", ("zh",)))
_HAN_LARGE: Final = "".join(_characters("tens_powers", ("zh",)))
_MINUS_SIGNS: Final = "".join(words(_EVERY, "minus_signs"))
_POINT: Final = f"[{''.join(words(_EVERY, 'point_signs'))}]"
_DECIMALS: Final = rf"(?:{_POINT}[{_HAN_DIGITS}]+)?"
_HAN: Final = re.compile(
    rf"(?<![{table()['zh']['no_number_after']}])[{_MINUS_SIGNS}]?"
    rf"[{_HAN_DIGITS}{_HAN_LARGE}{''.join(table()['zh']['large_powers']).replace('兆', '')}]+{_DECIMALS}"
)
_HAN_PART: Final = re.compile(
    rf"([{_HAN_DIGITS}{_HAN_LARGE}]+){as_written('divided_by', codes=('zh', 'ja'))}"
    rf"([{_HAN_DIGITS}{_HAN_LARGE}]+{_DECIMALS})"
)
_BEFORE_NO_NUMBER: Final = re.compile(rf"[{table()['zh']['no_number_before']}]")
_GROUPED: Final = re.compile(rf"(?<=[{''.join(table()['ko']['large_powers'])}]) ")
_KOREAN: Final = {name: "".join(table()["ko"][name]) for name in ("number_run_letters", "large_powers", "tens_powers")}
_GROUP_BEHIND: Final = (
    rf"(?:(?<=[{_KOREAN['large_powers']}]) (?=[{_KOREAN['number_run_letters']}]*[{_KOREAN['tens_powers']}])"
    rf"[{_KOREAN['number_run_letters']}]+)"
)
"""Behind ten thousands a blank stands: 오만 이천."""
_HANGUL: Final = re.compile(
    rf"(?<![가-힣])[{table()['ko']['number_run_letters']}]+{_POINT}[{''.join(table()['ko']['digits'])}]+"
    rf"|(?<![가-힣])[{table()['ko']['number_run_letters']}]{{2,}}{_GROUP_BEHIND}*(?![가-힣]{{3,}})"
    rf"|(?<![가-힣])[{table()['ko']['number_lone_letters']}](?=[ {table()['ko']['number_counters']}])"
)


def ideographs(text: str, codes: tuple[str, ...]) -> list[Numeral]:
    """Find the numbers in Chinese characters in a text and, among Korean words, those in Hangul.

    >>> [str(number.value) for number in ideographs("一共二十五个，百分之三", ("zh",))]
    ['3', '25']
    """
    found: list[Numeral] = []
    for part in _HAN_PART.finditer(text):
        below, above = ideograph_value(part[1]), ideograph_value(part[2])
        if below and above:  # what is said in hundredths is a percentage
            value, worth = (above, above / below) if below == _HUNDRED else (above / below, None)
            found.append(Numeral(part[0], value, worth, part.start(), part.end()))
    for match in _HAN.finditer(text):
        if (len(match[0]) == 1 and match[0] in table()["zh"]["alone_no_number"]) or any(
            n.start <= match.start() < n.end for n in found
        ):
            continue
        if _BEFORE_NO_NUMBER.match(text, match.end()) and len(match[0]) == 1:
            continue
        found += _ideograph(match)
    if "ko" in codes:
        for match in _HANGUL.finditer(text):
            found += _ideograph(match)
    return found


def _ideograph(match: re.Match[str]) -> list[Numeral]:
    value = ideograph_value(match[0])
    return [] if value is None else [Numeral(match[0], value, None, match.start(), match.end())]


def ideograph_value(text: str) -> Fraction | None:
    """The value of a number in Chinese characters or in Korean.

    >>> ideograph_value("二十五"), ideograph_value("이십오"), ideograph_value("三点五"), ideograph_value("山")
    (Fraction(25, 1), Fraction(25, 1), Fraction(7, 2), None)
    """
    sign = -1 if text[:1] in _MINUS_SIGNS and text else 1
    text = text[1:] if sign < 0 else text
    whole, *decimals = re.split(_POINT, _GROUPED.sub("", text), maxsplit=1)
    if not whole or len(whole) > 30 or any(c not in _DIGITS and c not in _TENS and c not in _LARGE for c in whole):
        return None
    if len(whole) > 1 and all(c in _DIGITS for c in whole):
        value = Fraction("".join(str(_DIGITS[c]) for c in whole))
    else:
        total = section = digit = 0
        for c in whole:
            if c in _DIGITS:
                digit = _DIGITS[c]
            elif c in _TENS:
                section, digit = section + (digit or 1) * _TENS[c], 0
            else:
                total, section, digit = total + ((section + digit) or 1) * _LARGE[c], 0, 0
        value = Fraction(total + section + digit)
    if decimals:
        if not decimals[0] or any(c not in _DIGITS for c in decimals[0]):
            return None
        value += Fraction("0." + "".join(str(_DIGITS[c]) for c in decimals[0]))
    return sign * value
