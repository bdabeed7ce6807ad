"""What a sum written out in a sentence says: `4 + 1 + 6 = 11` and `11 = 4 + 1 + 6` mean eleven."""

from __future__ import annotations

import itertools
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.numerals import Numeral

_SUMMED: Final = re.compile(r"\s?[$€£]?[\d.,]+[^\d=]{0,3}\s?[+*/×·÷-]\s?[$€£(]?\d")
_OPERATOR: Final = re.compile(r"[+*/×·÷]|\d\s?-")


def results(text: str, found: list[Numeral]) -> dict[int, float]:
    """How much the sums of a sentence speak for each of its numbers, by where it stands; the last sum counts most.

    >>> from workbench.scorers.numerals import numerals
    >>> results("4 + 1 = 5", numerals("4 + 1 = 5"))
    {8: 3, 0: -2, 4: -2}
    """
    made: dict[int, float] = {}
    if "=" not in text:
        return made
    places = [match.start() for match in re.finditer("[=≈]", text)]
    bounds = [0, *(place + 1 for place in places), len(text) + 1]
    sides = [[n for n in found if begin <= n.start < end] for begin, end in itertools.pairwise(bounds)]
    for number, (left, right) in enumerate(itertools.pairwise(sides)):
        last = number == len(places) - 1
        segment = text[bounds[number + 1] : bounds[number + 2] - 1]
        summed = bool(_SUMMED.match(segment))
        if summed and left and not _OPERATOR.search(text[bounds[number] : places[number]]) and last:
            made[left[-1].start] = made.get(left[-1].start, 0) + 7
        elif right:
            made[right[0].start] = made.get(right[0].start, 0) + (3 if last and not summed else -1.5)
            for operand in left:
                made[operand.start] = made.get(operand.start, 0) - 2
    return made


_LAST_WORD: Final = re.compile(r"(?:\s[^\W\d_]{2,14})?\W*")


def ends_calculation(before: str, after: str, so: re.Pattern[str]) -> bool:
    """Whether a number in words between two texts is what a calculation comes to, and ends the sentence.

    >>> ends_calculation("24 + 21 = 45, so they get ", " dollars.", re.compile("so"))
    True
    """
    worked = before.rfind("=")
    return worked >= 0 and bool(_LAST_WORD.fullmatch(after)) and bool(so.search(before, worked))
