"""Clauses of a sentence: which one a number stands in, which one concludes, and what only says what would be."""

from __future__ import annotations

from typing import Final, NamedTuple

from workbench.base import regular_expressions as re
from workbench.scorers.languages import worded
from workbench.scorers.numerals import Numeral

_BOUND: Final = re.compile(rf"[,;:]\s|[，、；：]|\s{worded('turn')}\s")
_WOULD: Final = re.compile(worded("would"))
_SUPPOSES: Final = re.compile(rf"\W*{worded('if')}")
_TURNS: Final = re.compile(worded("turn"))
_COMMA: Final = re.compile(r",\s|，")
_DIGIT: Final = re.compile(r"\d")
_TURN: Final = re.compile(r"[,;]\s|[，；;]|:\s(?=\W{0,2}\d[\d.,]*\s?\w*\W*\Z)")
_SAYS_AGAIN: Final = re.compile(worded("says_again"))
_BEGINS_AGAIN: Final = re.compile(worded("restated", "namely", "scene"))
_SAYING: Final = re.compile(r"[^\W\d_]{4}|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2}")
_EARLIER: Final = 3
"""What a number weighs less that stands before the clause that concludes: `One costs 240, so 22 would cost 5,280`."""
_WORKED: Final = 8
"""The same, where only a calculation stands before it: `4 × 12.50 = 50; she gets 50 back`."""


class Conclusion(NamedTuple):
    """Where the clause begins that concludes a sentence, and how much less the numbers before it weigh."""

    place: int
    less: float


def clause_of(lower: str, number: Numeral) -> tuple[int, int]:
    """Where the clause of a sentence, in lower case, begins and ends in which a number stands."""
    begins = max([0, *(match.end() for match in _BOUND.finditer(lower, 0, number.start))])
    ends = _BOUND.search(lower, number.end)
    return begins, ends.start() if ends else len(lower)


def is_unreal(lower: str, number: Numeral) -> bool:
    """Whether the clause of a number only says what would be: `it would be 12 if all came, but 9 came`."""
    begins, ends = clause_of(lower, number)
    if _SUPPOSES.match(lower) and _WOULD.search(lower) and not _TURNS.search(lower):
        comma = _COMMA.search(lower)
        return comma is None or number.start < comma.start()
    words = _WOULD.finditer(lower, begins, ends)
    return any(
        not _DIGIT.search(lower, word.end(), number.start) for word in words if word.end() <= number.start
    ) or any(not _DIGIT.search(lower, number.end, word.start()) for word in _WOULD.finditer(lower, number.end, ends))


def conclusion(lower: str, numbers: list[Numeral], so: re.Pattern[str], cause: re.Pattern[str]) -> Conclusion:
    """The last clause with a number that concludes, or says a new one after a calculation or a colon; else the end.

    >>> from workbench.scorers.amounts.number_cues import cues
    >>> from workbench.scorers.numerals import numerals
    >>> text, known = "one costs 240, so 22 cost 5,280", cues(("en",))
    >>> conclusion(text, numerals(text), known["so"], known["cause"]).place
    15
    """
    for turn in reversed(list(_TURN.finditer(lower))):
        said = so.match(lower, turn.end())
        if not (said or turn[0][0] in ";；:") or any(
            pattern.match(lower, turn.end()) for pattern in (_SAYS_AGAIN, cause, _BEGINS_AGAIN)
        ):
            continue
        known = {each.value for each in numbers if each.start < turn.start()}
        later = [each for each in numbers if each.start >= turn.end()]
        worked = "=" in lower[: turn.start()] and not _SAYING.search(lower, 0, turn.end())
        new = any(each.value not in known for each in later)
        if later and (said or (new and (worked or turn[0][0] == ":"))):
            return Conclusion(turn.end(), _WORKED if worked else _EARLIER)
    return Conclusion(len(lower), 0)
