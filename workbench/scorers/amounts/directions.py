"""Whether a number is said of the other way: that something fell by 12 %, where it is asked by how much it rose."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import LATIN, languages_of, worded

_LONGEST_QUESTION: Final = 4_000
_CLAUSE: Final = re.compile(rf"[,;:.!?]\s|[，、；：。]|\s{worded('turn')}\s|\n")


_FALLS: Final = re.compile(worded("falls", "losses"))


@lru_cache(64)
def _ways(codes: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What says that something became more, that it became less, and what stands before the value it came to."""
    return (
        re.compile(worded("rises", codes=codes)),
        re.compile(worded("falls", codes=codes)),
        re.compile(rf"{worded('changed_to', codes=codes)}\s?\S?\Z"),
    )


@lru_cache(4096)
def _asked(question: str, codes: tuple[str, ...]) -> int:
    """1 where a question is about a rise, -1 where it is about a fall, 0 where it is about neither, or both."""
    rises, falls, _ = _ways(codes)
    return bool(rises.search(question)) - bool(falls.search(question))


def is_said_of_a_fall(lower: str, start: int, end: int) -> bool:
    """Whether the clause around a value, in lower case, says that something became less: `a loss of 12 %` is -12 %.

    >>> is_said_of_a_fall("in the end it fell by 12 %", 22, 24), is_said_of_a_fall("it fell at first, then 12", 23, 25)
    (True, False)
    """
    begins = max([0, *(match.end() for match in _CLAUSE.finditer(lower, max(0, start - 200), start))])
    stops = _CLAUSE.search(lower, end)
    return bool(_FALLS.search(lower, begins, stops.start() if stops else end + 60))


def goes_the_other_way(lower: str, start: int, end: int, question: str) -> bool:
    """Whether the clause around a value, in lower case, says the opposite of what a question asks for.

    >>> text = "the rent fell by 12 %, and the price rose by 9 %"
    >>> [goes_the_other_way(text, text.find(n), text.find(n) + 4, "How much did it rise?") for n in ("12", "9")]
    [True, False]
    """
    question = question[-_LONGEST_QUESTION:].lower()
    codes = languages_of(f"{question} {lower[:_LONGEST_QUESTION]}") if question else ()
    asked = _asked(question, codes) if codes else 0
    if not asked and codes and set(codes) <= {"en", *LATIN}:
        codes = LATIN  # a short text may be of another of them
        asked = _asked(question, codes)
    if not asked:
        return False
    rises, falls, towards = _ways(codes)
    begins = max([0, *(match.end() for match in _CLAUSE.finditer(lower, max(0, start - 200), start))])
    stops = _CLAUSE.search(lower, end)
    clause = lower[begins : stops.start() if stops else end + 200]
    if towards.search(lower, begins, start):
        return False
    said = bool(rises.search(clause)) - bool(falls.search(clause))
    return said == -asked
