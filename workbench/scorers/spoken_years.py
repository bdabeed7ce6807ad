"""Years as they are said: *nineteen eighty-four*, *twenty oh five*; *тысяча девятьсот восемьдесят четвёртый*."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, table, told, worded, words
from workbench.scorers.word_by_word import composed

_CENTURIES: Final = range(10, 21)
_LAST_HOUR: Final = 12
_MINUTES: Final = 60
NEAR: Final = 24
"""Characters around a pair of numbers that say whether it is a year."""
_NOT_BEFORE: Final = re.compile(rf"{worded('no_year_before')}\s\Z")
_BEFORE: Final = re.compile(rf"{worded('before_spoken_year', 'months')}\s(?:{as_written('definite_article')}\s)?\Z")
_NOT_BEHIND: Final = re.compile(rf"\s?{worded('no_year_behind')}|-[^\W\d_]")


def year_in(said: Sequence[str], codes: tuple[str, ...]) -> int | None:
    """The year that two numbers make which are said one after the other; None where they make none.

    >>> year_in(["nineteen", "eighty", "four"], ("en",)), year_in(["nineteen", "oh", "five"], ("en",))
    (1984, 1905)
    """
    for code in told("years_in_pairs", codes) if len(said) > 1 else ():
        nought = said[1] in words((code,), "year_noughts")
        century, rest = composed(list(said[:1]), code), composed(list(said[1 + nought :]), code)
        if century is None or rest is None or century not in _CENTURIES:
            continue
        if rest in (range(1, 10) if nought else range(10, 100)):
            return int(century * 100 + rest)
    return None


def is_said_as_year(before: str, behind: str, year: int) -> bool:
    """Whether a pair of numbers is a year, by the small letters around it: no hour, no *fifteen twenty-euro notes*.

    Up to *twelve fifty-nine* it is a time of day, unless what stands before says otherwise: *in ten sixteen*.
    """
    if _NOT_BEHIND.match(behind) or _NOT_BEFORE.search(before):
        return False
    may_be_a_time = year // 100 <= _LAST_HOUR and year % 100 < _MINUTES
    return not may_be_a_time or bool(_BEFORE.search(before))


@lru_cache(16)
def _ordinal(code: str) -> re.Pattern[str]:
    stems, endings = (as_written(key, codes=(code,)) for key in ("ending_ordinals", "ordinal_endings"))
    return re.compile(rf"\s({stems}){endings}(?!\w)", re.IGNORECASE)


def ordinal_behind(text: str, end: int, number: int, codes: tuple[str, ...]) -> tuple[int, int] | None:
    """What an ordinal that ends a number in words adds to it, and where it ends; None where none does.

    >>> ordinal_behind("тысяча девятьсот восемьдесят четвёртый год", 28, 1980, ("ru",))
    (4, 38)
    """
    for code in told("ending_ordinals", codes):
        match = _ordinal(code).match(text, end)
        added = table()[code]["ending_ordinals"][match[1].lower()] if match else 0
        if match and number > added and number % 10 ** len(str(added)) == 0:
            return added, match.end()
    return None
