"""Clauses of a sentence: which one a number stands in, and whether it only says what would be."""

from __future__ import annotations

import re
from typing import Final

from workbench.scorers.languages import worded
from workbench.scorers.numerals import Numeral

_BOUND: Final = re.compile(rf"[,;:]\s|[，、；：]|\s{worded('turn')}\s")
_WOULD: Final = re.compile(worded("would"))
_DIGIT: Final = re.compile(r"\d")


def clause_of(lower: str, number: Numeral) -> tuple[int, int]:
    """Where the clause of a sentence, in lower case, begins and ends in which a number stands."""
    begins = max([0, *(match.end() for match in _BOUND.finditer(lower, 0, number.start))])
    ends = _BOUND.search(lower, number.end)
    return begins, ends.start() if ends else len(lower)


def is_unreal(lower: str, number: Numeral) -> bool:
    """Whether the clause of a number only says what would be: `it would be 12 if all came, but 9 came`."""
    begins, ends = clause_of(lower, number)
    words = _WOULD.finditer(lower, begins, ends)
    return any(
        not _DIGIT.search(lower, word.end(), number.start) for word in words if word.end() <= number.start
    ) or any(not _DIGIT.search(lower, number.end, word.start()) for word in _WOULD.finditer(lower, number.end, ends))
