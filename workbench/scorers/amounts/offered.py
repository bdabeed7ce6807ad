"""Whether a sentence offers several numbers and decides on none: *10 or 12*, but not *90 minutes or 1.5 hours*."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.amounts.number_cues import cues
from workbench.scorers.amounts.ranges import is_range
from workbench.scorers.languages import as_written, either, worded, words
from workbench.scorers.numerals import Numeral
from workbench.scorers.units import same_unit, unit_after, units

EDGES: Final = " \t\r\n*_`~\"'“”‘’«»„「」『』.,;:!?。、，；：！？"
_BETWEEN: Final = re.compile(
    rf"{worded('between')}\s\$?\d[\d,.]*\s{either(*words(('en', 'de', 'fr', 'es', 'it', 'pt', 'ru'), 'and'))}"
)
_HEDGED: Final = re.compile(rf"{worded('about', 'times')}|simply|,")
_OR: Final = re.compile(worded("or"))
_GUESSED: Final = re.compile(rf",\s?{worded('or')}\s{worded('guessed')}")
_EITHER: Final = re.compile(rf"\W*{as_written('says_one_of_two')}?{as_written('one_of_two')}\b")
_LISTED: Final = re.compile(rf"(?:,?\s{worded('and')}\s|\s?{as_written('and_joined')}\s?)\Z")
_NEEDS: Final = re.compile(rf"\b{as_written('says_missing')}\b")
_LONGEST_BETWEEN: Final = 25
_DECIMALS: Final = re.compile(r"\d[.,](\d{1,12})(?!\d)")
_TELLING: Final = 3
"""Digits of a rounded number from which on it is hardly a number by chance."""
_ROUNDED: Final = Fraction(1, 16)
"""How far two amounts may lie apart, as a share, and be one in two units: `5 km, or about 3 miles`."""


def equal_numbers(one: Numeral | None, other: Numeral | None) -> bool:
    """Whether two numbers are there, and are equal."""
    return (
        one is not None
        and other is not None
        and one.equals(other, tolerance=Fraction(0), relative_tolerance=Fraction(0))
    )


def rounds(said: Numeral, exact: Numeral) -> bool:
    """Whether a number is another one rounded to its decimals: `1/6 ≈ 0.167`, `1/3, or about 33.3%`.

    >>> from workbench.scorers.numerals import numerals
    >>> [rounds(*reversed(numerals(text))) for text in ("1/6 and 0.167", "2/3 and 66.7%", "1/6 and 0.16")]
    [True, True, False]
    """
    decimals = _DECIMALS.search(said.text)
    percent = said.worth is not None and said.worth * 100 == said.value and exact.worth is None
    away = abs(said.value - exact.value * (100 if percent else 1))
    return decimals is not None and 0 < away <= Fraction(1, 2 * 10 ** len(decimals[1]))


def is_nearly(said: Numeral, wanted: Numeral) -> bool:
    """Whether a number is the wanted one rounded to three digits or more, or the other way round.

    >>> from workbench.scorers.numerals import numerals
    >>> [is_nearly(*numerals(text)) for text in ("167.6 for 167.64", "5/3 for 1.667", "1.6 for 1.64")]
    [True, True, False]
    """
    pairs = ((said, wanted), (wanted, said))
    return any(rounds(one, other) and len(re.sub(r"\A\D*[0.,]+|\D", "", one.text)) >= _TELLING for one, other in pairs)


def is_undecided(lower: str, found: list[Numeral], codes: tuple[str, ...]) -> bool:
    """Whether two of the numbers of a lower-case sentence are offered side by side.

    >>> from workbench.scorers.numerals import numerals
    >>> [is_undecided(text, numerals(text), ("en",)) for text in ("10 or 12 eggs", "3 dozen eggs or 36 eggs")]
    [True, False]
    """
    known = cues(codes)
    for one, other in itertools.pairwise(found):
        between = lower[one.end : other.start]
        if len(between) >= _LONGEST_BETWEEN or equal_numbers(one, other):
            continue
        later = [n for n in found if n.start > other.end]
        again = any(equal_numbers(n, each) for n in later for each in (one, other))
        settled = bool(later) and (again or known["turn"].search(lower, other.end))
        side_by_side = known["or"].search(between)
        same = measure_the_same(lower, one, other) if side_by_side else None
        if side_by_side and same is False and not settled:
            return True
        apart = _HEDGED.search(between) or one.value == 0 or _of_two_kinds(lower, one, other)
        if side_by_side and same is None and not apart and not settled:
            return True
        if _GUESSED.search(between):
            return True
    last = found[-2:]
    between = lower[last[0].end : last[1].start]
    before = lower[max(0, last[0].start - 60) : last[0].start]
    if _LISTED.fullmatch(between) and not lower[last[1].end :].strip(EDGES) and known["is"].search(before):
        return True
    return bool(_EITHER.match(lower) or _BETWEEN.search(lower)) or is_range(lower, found)


def leaves_open(lower: str, codes: tuple[str, ...]) -> bool:
    """Whether a sentence says that a number is missing."""
    return bool(_NEEDS.search(lower) and cues(codes)["open"].search(lower))


def measure_the_same(lower: str, one: Numeral, other: Numeral) -> bool | None:
    """Whether two numbers with different units of one kind are one amount, rounded; None where it cannot be told.

    >>> from workbench.scorers.numerals import numerals
    >>> texts = ("12 km or 7.5 miles", "12 km or 9 miles", "12 km or 9 kg")
    >>> [measure_the_same(text, *numerals(text)) for text in texts]
    [True, False, None]
    """
    first, second = unit_after(lower, one), unit_after(lower, other)
    if first == second or first not in units() or second not in units():
        return None
    factor = same_unit(first, second)
    if factor is None:
        return None
    exact, said = one.value * factor, other.value
    return abs(exact - said) <= _ROUNDED * abs(exact)


def _of_two_kinds(lower: str, one: Numeral, other: Numeral) -> bool:
    """Whether two numbers count different things, and so do not compete: `90 minutes or 1.5 hours`."""
    kinds = [re.match(r"\s?([^\W\d_]+)", lower[number.end :]) for number in (one, other)]
    first, second = (kind[1] if kind else "" for kind in kinds)
    return len(first) > 2 and len(second) > 2 and first[:4] != second[:4] and not _OR.fullmatch(first)
