"""What stands behind a number and multiplies it: an exponent, a percent sign, a scale, a dozen."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from workbench.base import regular_expressions as re
from workbench.scorers.languages import table, worded

MOST_DIGITS: Final = 400
"""Longer numbers, and exponents beyond it, are not read: their exact value would take for ever to compute."""

CURRENCY: Final = "$€£¥₹₽₩"
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER: Final = r"(?:\s?(?:\^|\*\*)\s?\{?\s?([-+]?\d{1,4})(?!\d)\s?\}?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}))"
_PERCENT: Final = rf"%|(?i:{worded('percent')})"
_SHORT: Final = {"k": 3, "K": 3, "M": 6, "B": 9, "bn": 9, "mn": 6, "tn": 12, "Mio": 6, "Mrd": 9}
"""Scales that are written without a blank, with a case of their own: 5 m are metres, 5M are millions."""
_MONEY_ONLY: Final = {"m": 6, "mm": 6, "b": 9, "t": 12, "mi": 6, "bi": 9, "md": 9}
_KINDS: Final = {
    "¢": Fraction(1, 100),
    **{word: Fraction(factor) for lang in table().values() for word, factor in lang.get("kinds", {}).items()},
}
"""What makes hundredths, or dozens, of the number before it."""
_GOES_ON: Final = "√π"
"""What of a formula goes on behind a number."""
_LONGEST_EXPONENT: Final = 5
_KOREAN_SCALES: Final = frozenset(table()["ko"]["scales"])
_TENS: Final = "".join(table()["zh"]["tens_powers"])
_GLUED_MORE: Final = re.compile(r"(\d,\d{3}|\d{1,4}(?:\.\d+)?)(?:([千百万])|(?!\d|,\d))")
_GLUED_KOREAN: Final = re.compile(r"\s?(\d,\d{3}|\d{1,4}(?:\.\d+)?)(?:([천백만])|(?=\s?[가-힣]))")
_MONEY: Final = re.compile(r"\s?(mm|mi|bi|md|m|b|t)(?![A-Za-z])", re.IGNORECASE)


@lru_cache(64)
def _tail(codes: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, int]]:
    """What may follow a number: exponent, percent sign, a scale; and what each scale raises ten to."""
    scales: dict[str, int] = {}
    for code in reversed(codes):
        scales |= {name: power for name, power in table()[code].get("scales", {}).items() if name not in _MONEY_ONLY}
    spaced = [name for name in scales if name.isascii() or not re.match(r"[\u3000-\u9fff\uac00-\ud7af]", name)]
    joined = [name for name in scales if name not in spaced]
    words = "|".join(
        re.escape(name).replace(r"\ ", r"\s") for name in sorted(spaced, key=len, reverse=True) if name not in _SHORT
    )
    glued = "|".join(sorted(joined, key=len, reverse=True)) or "(?!)"
    pattern = re.compile(
        rf"(?:[eE]([-+]?\d+)(?![\dA-Za-z])|\s?[×x*·]\s?10{_POWER}|{_POWER})?"
        rf"(?:\s?\\?({_PERCENT})|\s?(?i:({words}))\b\.?|\s?({glued})(?![{_TENS}]|(?<=千)[{table()['zh']['glued_units']}])|([kKMB]|\s?(?:bn|mn|tn|Mio|"
        rf"Mrd))(?![A-Za-z/])\.?"
        rf"|\s?(¢|(?i:{'|'.join(sorted(_KINDS, key=len, reverse=True))})\b))?",
    )
    return pattern, scales


class Tail(NamedTuple):
    """What stands behind a number: a power of ten, a power, and a percent sign or a word that multiplies it."""

    exponent: str | None
    ten: str | None
    ten_raised: str | None
    power: str | None
    raised_to: str | None
    percent: str | None
    word: str | None
    glued: str | None
    short: str | None
    kind: str | None
    scales: Mapping[str, int]
    end: int

    @property
    def of_ten(self) -> str:
        return self.exponent or self.ten or (self.ten_raised or "").translate(_SUPERSCRIPTS)

    @property
    def degree(self) -> str:
        return self.power or (self.raised_to or "").translate(_SUPERSCRIPTS)

    def is_too_much(self, value: Fraction, digits: int) -> bool:
        """Whether a number would take for ever to compute, or is nothing to a power."""
        of_ten, degree = self.of_ten, self.degree
        if of_ten and (len(of_ten) > _LONGEST_EXPONENT or abs(int(of_ten)) > MOST_DIGITS):
            return True
        return bool(degree) and (not value or digits * abs(int(degree)) > MOST_DIGITS)

    def raised(self, value: Fraction, sign: int) -> Fraction:
        """The number with its exponents and its sign: -2² is -4."""
        if self.degree:
            value = value ** int(self.degree)
        if self.of_ten:
            value *= Fraction(10) ** int(self.of_ten)
        return -value if sign < 0 else value

    def multiplied(self, value: Fraction, text: str, start: int) -> tuple[Fraction, int]:
        """The number with a scale that is written as one with it, and where it then ends: `5k`, `3万5千`, `$2m`."""
        if self.glued:
            return self._glued_on(value * 10 ** self.scales[self.glued], text)
        if self.short:
            return value * 10 ** _SHORT[self.short.strip()], self.end
        if text[start : start + 2].strip("-+")[:1] in tuple(CURRENCY) and (money := _MONEY.match(text, self.end)):
            return value * 10 ** _MONEY_ONLY[money[1].lower()], money.end()
        return value, self.end

    def _glued_on(self, value: Fraction, text: str) -> tuple[Fraction, int]:
        """What goes on behind a scale: 3万5千, 3만 5천."""
        end = self.end
        going_on = _GLUED_KOREAN if self.glued in _KOREAN_SCALES else _GLUED_MORE
        while more := going_on.match(text, end):
            part = Fraction(more[1].replace(",", ""))
            value += part * 10 ** self.scales.get(more[2], 0) if more[2] else part
            end = more.end()
        return value, end

    def worth(self, value: Fraction) -> Fraction | None:
        """What `12%`, `3 million` and `2 dozen` come to; None where nothing of the kind stands behind the number."""
        if self.kind:
            return value * _KINDS[self.kind.lower()]
        if self.percent:
            return value / 100
        return value * 10 ** self.scales[" ".join(self.word.lower().split())] if self.word else None


def tail_of(text: str, end: int, codes: tuple[str, ...]) -> Tail | None:
    """What stands behind a number that ends at a place; None where it goes on as a formula, `2√3`.

    >>> tail_of("3 million people", 1, ("en",)).worth(Fraction(3))
    Fraction(3000000, 1)
    """
    pattern, scales = _tail(codes)
    match = pattern.match(text, end)
    assert match is not None  # every part of it is optional
    if text[match.end() : match.end() + 2].lstrip()[:1] in tuple(_GOES_ON):
        return None
    return Tail._make((*match.groups(), scales, match.end()))
