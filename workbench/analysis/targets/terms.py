"""Values in other terms than those of the target: mixed numbers, hundredths, decimals in words, powers of ten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from typing import Final

from workbench.analysis.targets.formulas import bits, called, chemical, formula, lists, ordinals
from workbench.analysis.targets.patterns import (
    SIGNS_OF_PARTS,
    SUPERSCRIPTS,
    Late,
    Term,
    decimal,
    facts,
    search,
    with_points,
)
from workbench.analysis.targets.quantities import clocks, in_other_units
from workbench.analysis.targets.ranges import ranges
from workbench.analysis.targets.spelled import number_in
from workbench.analysis.thoughts.words import around
from workbench.scorers.languages import table

_LARGEST_PART: Final = 1_000
_SHARE_OF: Final = "|".join(re.escape(word) for words in facts()["share_of"].values() for word in words)


def other_terms(plain: str, value: Fraction | None) -> list[Term]:
    """Other terms of a target, given as plain text and as its value, where it is a number.

    >>> [match[0] for match in other_terms("2.5", Fraction(5, 2))[0].searches[0][1].finditer("so 2 1/2, that is 2.5")]
    ['2 1/2']
    """
    found = [
        *in_other_units(plain),
        *clocks(plain),
        *ordinals(plain),
        *lists(plain),
        *chemical(plain),
        *called(plain),
        *formula(plain),
        *ranges(plain),
    ]
    if value is not None:
        found += _scaled(value)
    if value is not None and len(str(value.numerator)) < 20:
        percent = plain.rstrip().endswith(("%", "percent", "per cent"))
        found += [*_mixed(value), *_in_hundredths(value, percent=percent), *_pointed(value)]
        found += [*_named(value), *_one_of(value), *_none_left(value), *_below_zero(value), *bits(plain)]
    return found


def _mixed(value: Fraction) -> Iterator[Term]:
    """A whole number and a part: 2 1/2, *two and a half*."""
    whole, rest = divmod(value, 1)
    if value < 1 or not rest or rest.denominator > _LARGEST_PART:
        return
    above, below = rest.numerator, rest.denominator
    sign = rf"|\s?{SIGNS_OF_PARTS[rest]}" if rest in SIGNS_OF_PARTS else ""
    yield Term(
        (
            search(
                str(whole),
                rf"(?:\s(?:and\s)?{above}\s?[/⁄]\s?{below}|\s?\\[dt]?frac\s?\{{{above}\}}\{{{below}\}}{sign})",
            ),
        )
    )
    if whole < 100:
        yield Term(words=partial(_and_a_part, whole, rest))


def _and_a_part(whole: int, rest: Fraction, code: str) -> tuple[str, ...]:
    ends = [entry.rsplit("=", 1) for entry in facts()["and_a_part"].get(code, ())]
    counts = (str(whole), *number_in(whole, code))
    return tuple(f"{count}{end}" for end, worth in ends if Fraction(worth) == rest for count in counts)


def _in_hundredths(value: Fraction, *, percent: bool) -> Iterator[Term]:
    """A share as hundredths: 25 % for 1/4. Where hundredths are asked for, 0.25 is not yet the answer."""
    if not percent and not 0 < value < 1:
        return
    text = decimal(value if percent else value * 100)
    if not text:
        return
    signs = "|".join(re.escape(name) for name in facts()["percent"]["behind"])
    yield Term(
        tuple(
            search(spelling, rf"\s?\\?(?:{signs})", r"(?!\s+(?:of|de|von|di)\s|\s?的)")
            for spelling in with_points(text)
        )
    )
    if "." not in text:
        yield Term(words=partial(_hundredths_in, int(text)))


def _hundredths_in(count: int, code: str) -> tuple[str, ...]:
    return tuple(f"百分之{text}" for text in (str(count), *number_in(count, code))) if code == "zh" else ()


def _pointed(value: Fraction) -> Iterator[Term]:
    """A decimal in words, digit by digit: *three point five*."""
    text = decimal(abs(value))
    front, _, behind = text.partition(".")
    if not behind or len(front) > 3 or len(behind) > 3:
        return
    yield Term(words=partial(_pointed_in, int(front), behind))


def _pointed_in(front: int, behind: str, code: str) -> tuple[str, ...]:
    points = facts()["point"].get(code, ())
    digits = [(number_in(int(digit), code) or ("",))[0] for digit in behind] if points else []
    gap = "" if code in ("zh", "ja", "ko") else " "
    fronts = number_in(front, code) if points and all(digits) else ()
    return tuple(f"{one}{gap}{point}{gap}{gap.join(digits)}" for one in fronts for point in points)


def _scaled(value: Fraction) -> Iterator[Term]:
    """A large or very small number by powers of ten: 3 × 10^8, 3e8, 2.5 × 10⁻⁶, 1.5 million, 12万."""
    if 0.001 < abs(value) < 10_000 or not value or (value.denominator != 1 and abs(value) > 1):
        return
    known = _by_powers(abs(value))
    if known is None:
        return
    digits, zeros = known
    front = digits[0] + (rf".{digits[1:]}" if digits[1:] else "")
    minus = "" if zeros > 0 else "[-−]?"
    raised = rf"10\s?(?:(?:\^|\*\*)\s?[{{(]?{minus}{abs(zeros)}[)}}]?|{str(zeros).translate(SUPERSCRIPTS)})"
    exponent = rf"\+?0?{zeros}" if zeros > 0 else rf"[-−]0?{-zeros}"
    more = "0*" if digits[1:] else r"(?:[.,]0+)?"
    searches = [
        search(text, rf"{more}(?:\s?(?:[×*·x]|\\times|\\cdot)\s?{raised}|e{exponent})") for text in with_points(front)
    ]
    if value.denominator != 1:
        yield Term(tuple(searches))
        return
    if front == "1":
        searches.append(("10", Late(rf"(?<![\d.,×*·^])(?<![×*·x]\s){raised}(?!\d|\s?[*×·^])")))
    size, seen = abs(value.numerator), {}
    for power, names in _large_scales().items():
        if size >= 10**power // 10 and (count := decimal(Fraction(size, 10**power))):
            seen[count] = names
    for count, names in seen.items():
        wanted = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        searches += [search(spelling, rf"\s?(?:{wanted})", r"(?![a-zà-ÿа-я])") for spelling in with_points(count)]
    yield Term(tuple(searches))


def _by_powers(size: Fraction) -> tuple[str, int] | None:
    """The first digits of a number and its power of ten; None where there are more than five digits."""
    zeros = len(str(size.numerator)) - len(str(size.denominator))
    if size < Fraction(10) ** zeros:
        zeros -= 1
    scaled = size / Fraction(10) ** zeros * 10_000
    return (str(scaled.numerator).rstrip("0"), zeros) if scaled.denominator == 1 else None


@lru_cache(1)
def _large_scales() -> Mapping[int, frozenset[str]]:
    """The names of powers of ten from ten thousand on, by the power: most stand in several languages."""
    found: dict[int, set[str]] = {}
    for language in table().values():
        for name, power in language.get("scales", {}).items():
            if power >= 4 and len(name) > (0 if not name.isascii() else 4):
                found.setdefault(power, set()).add(name)
    return {power: frozenset(names) for power, names in found.items()}


@lru_cache(1)
def _names() -> Mapping[Fraction, Mapping[str, tuple[str, ...]]]:
    """Names of parts and round numbers, by what they are worth."""
    found: dict[Fraction, dict[str, list[str]]] = {}
    for code, language in table().items():
        for name, worth in language.get("more", {}).items():
            number = Fraction(worth)
            if number.denominator != 1 or number >= 12:
                found.setdefault(number, {}).setdefault(code, []).append(name)
    return {number: {code: tuple(names) for code, names in named.items()} for number, named in found.items()}


def _named(value: Fraction) -> Iterator[Term]:
    """A half, a dozen: words that stand for a value, and in many other sentences as well."""
    names = _names().get(value)
    if names:
        yield Term(words=partial(_name_in, value), weak=True)


def _name_in(value: Fraction, code: str) -> tuple[str, ...]:
    return _names()[value].get(code, ())


def _one_of(value: Fraction) -> Iterator[Term]:
    """A share as one of several: *1 in 4*, *three out of eight*."""
    if not 0 < value < 1 or value.denominator > _LARGEST_PART:
        return
    counts = (str(value.numerator), *number_in(value.numerator, "en"))
    parts = "|".join((str(value.denominator), *number_in(value.denominator, "en")))
    yield Term(
        tuple(search(count, rf"\s(?:{_SHARE_OF})\s(?:{parts})", r"(?![\w%]|[.,]\d)") for count in counts), weak=True
    )


def _none_left(value: Fraction) -> Iterator[Term]:
    """Nothing at all: *none are left*."""
    if value == 0:
        left = rf"{around('is_left')}(?!\w)"
        yield Term(
            (
                search("none", rf"(?=\s[^.\n]{{0,20}}{left})"),
                search("nothing", rf"(?=\s[^.\n]{{0,12}}{left})"),
                search("no", rf"\s[a-z]+\s(?:(?:are|is|at all)\s)?{left}"),
            )
        )


def _below_zero(value: Fraction) -> Iterator[Term]:
    """A number below zero, with a word for its sign: *negative 3*, *minus 3*."""
    text = decimal(-value) if value < 0 else ""
    if text:
        yield Term(tuple(search(word, rf"\s{re.escape(text)}") for word in ("negative", "minus")))
