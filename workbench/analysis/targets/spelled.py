"""Numbers and fractions in words of each language, as a thought may spell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, cast

from workbench.analysis.targets.patterns import facts
from workbench.scorers.languages import UNSPACED, table
from workbench.scorers.number_words import number_in_words
from workbench.scorers.spoken_years import is_said_as_year, year_in

_KOREAN: Final = ("", *facts()["native_numbers"]["ko"])
_KOREAN_UNITS: Final = facts()["counted_units"]["ko"]
_MINUS: Final = facts()["minus"]
_IN_FULL: Final = ("en", "de", "zh", "ja", "ko")
"""Languages whose numbers beyond a hundred are spelled in full; of the others those that are full hundreds."""
_TEN: Final = 10
_ONE_PART: Final = facts()["one_part"]
_OTHER_GENDERS: Final[Mapping[str, Mapping[str, list[str]]]] = cast(Any, facts()["other_genders"])
"""Numbers that are spelt otherwise with a noun of another gender, by language."""


@lru_cache(16_384)
def number_in(value: int, code: str) -> tuple[str, ...]:
    """A whole number in the words of one language; empty where it has none.

    >>> number_in(150, "en")[:2], number_in(205, "de")[0]
    (('one hundred and fifty', 'one hundred fifty'), 'zweihundertfünf')
    """
    if code not in table():
        return ()
    size = abs(value)
    if size > 100 and size % 100 and code not in _IN_FULL:
        return ()
    texts = _candidates(size, code)
    if size <= 100 or code not in ("en", "de"):
        texts = [text for text in texts if _reads_back(text, size, code)]
    if value < 0:
        texts = [before + text for before in _MINUS.get(code, ()) for text in texts]
    return tuple(dict.fromkeys(texts))


@lru_cache(16_384)
def parts_in(value: Fraction, code: str) -> tuple[str, ...]:
    """A fraction in the words of one language; empty where it has none.

    One part of several is left out where the word has another meaning: *un quarto* is a room, *a third* the next one.

    >>> parts_in(Fraction(2, 3), "it"), parts_in(Fraction(3, 8), "zh"), parts_in(Fraction(1, 4), "it")
    (('due terzi',), ('八分之三',), ())
    """
    if code in ("zh", "ja"):
        sign = "分之" if code == "zh" else "分の"
        above, below = number_in(value.numerator, code), number_in(value.denominator, code)
        return tuple(f"{low}{sign}{high}" for low in below for high in above)
    one = value.numerator == 1
    named = table().get(code, {}).get("one_part" if one else "parts", {})
    names = [name for name, number in named.items() if number == value.denominator]
    counts = _ONE_PART.get(code, ()) if one else number_in(value.numerator, code) if names else ()
    texts = [f"{count} {name}" for name in names for count in counts]
    if code == "en":
        texts += ["one half", "a half"] if value == Fraction(1, 2) else []
        texts += [text.replace(" ", "-") for text in texts]
    return tuple(texts)


def _reads_back(text: str, value: int, code: str) -> bool:
    number = number_in_words(text, (code,))
    return (number is not None and number.value == value) or (
        code in ("zh", "ja", "ko") and UNSPACED.search(text) is not None
    )


def _candidates(value: int, code: str) -> list[str]:
    if code in ("zh", "ja"):
        found = _ideographs(value)
        two = [re.sub("二(?=[百千]|$)", "两", text) if value < 10 or value > 100 else text for text in found]
        return [*found, *(two if code == "zh" else [text.replace("一百", "百") for text in found])]
    if code == "ko":
        counted = [f"{_KOREAN[value]} {unit}" for unit in _KOREAN_UNITS] if value < len(_KOREAN) and value else []
        return [text for text in (_hangul(value), *counted) if text]
    words = table()[code]
    small, tens = list(words.get("small", ())), list(words.get("tens", ()))
    if value < len(small):
        return [small[value], *_OTHER_GENDERS.get(code, {}).get(str(value), ())]
    if value < 100:
        return _two_digits(value, code, small, tens)
    if value >= 1_000:
        return _thousands(value, code)
    hundreds, rest = divmod(value, 100)
    fronts = _hundreds(hundreds, code)
    if not rest:
        return fronts
    links = {"en": (" and ", " "), "de": ("",), "pt": (" e ",), "it": ("", " ")}.get(code, (" ",))
    return [f"{front}{link}{end}" for front in fronts for end in _behind(rest, code) for link in links]


def _behind(rest: int, code: str) -> list[str]:
    """What stands behind hundreds or thousands: not *fortyeight*, nor *a hundred*."""
    return [
        text
        for text in _candidates(rest, code)
        if code != "en" or rest < 20 or ((" " in text or "-" in text or not rest % 10) and text[:2] != "a ")
    ]


def _hundreds(count: int, code: str) -> list[str]:
    """So many hundreds: by their own name, or as a number of them; *a hundred* is one."""
    words = table()[code]
    names, small = words.get("hundred") or (), words["small"]
    own = [name for name, worth in words.get("more", {}).items() if worth == str(100 * count)]
    if count == 1:
        return [
            *(names if code != "en" else ()),
            *own,
            *(f"{one} {name}" for name in names for one in {"en": ("one", "a")}.get(code, ())),
            *(f"ein{name}" for name in names if code == "de"),
        ]
    gap = {"de": "", "it": ""}.get(code, " ")
    return own or [f"{small[count]}{gap}{name}" for name in names]


def _thousands(value: int, code: str) -> list[str]:
    """A number from a thousand on; in English by hundreds as well: *fifteen hundred*."""
    names = table()[code].get("thousand") or ()
    front, rest = divmod(value, 1_000)
    counts = (
        [f"{count}{'' if code == 'de' else ' '}" for count in _candidates(front, code)]
        if front > 1
        else [""] * (code != "en")
    )
    counts += ["one ", "a "] if front == 1 and code == "en" else ["ein"] if front == 1 and code == "de" else []
    found = [f"{count}{name}" for count in counts for name in names]
    if rest:
        links = {"en": (" ", " and ", ", "), "de": ("",), "pt": (" e ", " ")}.get(code, (" ",))
        found = [f"{one}{link}{end}" for one in found for link in links for end in _behind(rest, code)]
    if code == "en" and not value % 100 and value % 1_000 and value < 10_000:
        found += [f"{text} hundred" for text in _candidates(value // 100, code)]
    return [*found, *_by_hundreds(value, code)]


def _by_hundreds(value: int, code: str) -> list[str]:
    """A year as it is said: *nineteen eighty-four*, *nineteen hundred and five*, *neunzehnhundertneunundachtzig*."""
    hundreds, rest = divmod(value, 100)
    if hundreds >= _TEN * _TEN:
        return []
    fronts, gap = _candidates(hundreds, code), "" if code == "de" else " "
    counted = table()[code].get("counted_hundreds", {}) if hundreds % _TEN else {}
    by_name = [f"{front}{gap}{name}" for name, most in counted.items() if hundreds <= most for front in fronts]
    if not rest:
        return by_name
    ends, links = _behind(rest, code), (" ", " and ") if code == "en" else (gap,)
    noughts = [""] if rest >= _TEN else [f"{nought} " for nought in table()[code].get("year_noughts", ())]
    pairs = [f"{front} {nought}{end}" for front in fronts for nought in noughts for end in ends]
    may_be_one = bool(pairs) and is_said_as_year("", "", value)
    are_said = may_be_one and year_in(pairs[0].replace("-", " ").split(), (code,)) == value
    by_pairs = [*pairs, *(pair.replace(" ", "-") for pair in pairs)] if are_said else []
    return [*(f"{front}{link}{end}" for front in by_name for link in links for end in ends), *by_pairs]


def _two_digits(value: int, code: str, small: list[str], tens: list[str]) -> list[str]:
    ten, one = divmod(value, 10)
    if len(tens) < ten:
        return []
    if not one:
        return [tens[ten - 1]]
    if len(small) <= one:
        return []
    front, back = tens[ten - 1], small[one]
    if code == "de":
        return [("ein" if one == 1 else back) + "und" + front]
    if code == "fr":
        if ten in (7, 9) and len(small) > 10 + one:
            front, back = tens[ten - 2].rstrip("s"), small[10 + one]
        return [f"{front.rstrip('s') if ten == 8 else front}{link}{back}" for link in ("-", " et ", "-et-", " ")]
    if code in ("es", "pt"):
        return [f"{front} {'y' if code == 'es' else 'e'} {back}", f"veinti{back}"]
    if code == "it":
        return [front + back, front[:-1] + back]
    if code == "ar":
        return [f"{back} و{front}", f"{back} و {front}"]
    return [f"{front}-{back}", f"{front} {back}", front + back] if code == "en" else [f"{front} {back}"]


def _ideographs(value: int) -> list[str]:
    digits, units = "零一二三四五六七八九", ("", "十", "百", "千")
    if value == 0:
        return ["零"]
    text, gap = "", False
    for place in range(len(str(value)) - 1, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += ("零" if gap else "") + digits[digit] + units[place]
        gap = digit == 0 and bool(text)
    return [text, text[1:]] if text.startswith("一十") else [text]


def _hangul(value: int) -> str:
    digits, units = "영일이삼사오육칠팔구", ("", "십", "백", "천")
    text = "".join(
        ("" if digit == 1 and place else digits[digit]) + units[place]
        for place in range(len(str(value)) - 1, -1, -1)
        if (digit := value // 10**place % 10)
    )
    return text if len(text) > 1 else ""  # a syllable alone is most often part of a word
