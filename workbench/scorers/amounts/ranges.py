"""Ranges and choices whose ends are written in figures and in words: *between 2 and three million*, *2 or three*."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import worded
from workbench.scorers.number_words import numbers_in_words
from workbench.scorers.numerals import Numeral

_JOINT: Final = re.compile(rf"\s{{0,2}}{worded('range_joints', 'or')}\s{{0,2}}")
_AND: Final = re.compile(rf"\s{{0,2}}{worded('range_joints', 'and')}\s{{0,2}}[$€£]?")
_BETWEEN: Final = re.compile(rf"{worded('between')}\s[$€£]?\Z")
_LONGEST_JOINT: Final = 16
_LONGEST_BETWEEN: Final = 24
_LONGEST_SPELLED: Final = 60


def ends_in_words(text: str, lower: str, figures: Iterable[Numeral], codes: tuple[str, ...]) -> Iterator[Numeral]:
    """The numbers in words that are the other end of a range, or the other choice, to a number in figures.

    >>> from workbench.scorers.numerals import numerals
    >>> text = "between 2 and three million, or 5"
    >>> [number.text for number in ends_in_words(text, text, numerals(text), ("en",))]
    ['three million']
    """
    for figure in figures:
        is_between = _is_between(lower, figure)
        joint = _JOINT.match(lower, figure.end) or (_AND.match(lower, figure.end) if is_between else None)
        if joint is not None:
            rest = text[joint.end() : joint.end() + _LONGEST_SPELLED]
            yield from (moved(number, joint.end()) for number in numbers_in_words(rest, codes)[:1] if not number.start)
        yield from _end_before(text, lower, figure, codes)


def _end_before(text: str, lower: str, figure: Numeral, codes: tuple[str, ...]) -> Iterator[Numeral]:
    begins = max(0, figure.start - _LONGEST_JOINT)
    joints = [*_JOINT.finditer(lower, begins, figure.start), *_AND.finditer(lower, begins, figure.start)]
    for joint in joints:
        if joint.end() != figure.start:
            continue
        since = max(0, joint.start() - _LONGEST_SPELLED)
        said = [moved(number, since) for number in numbers_in_words(text[since : joint.start()], codes)[-1:]]
        is_choice = _JOINT.fullmatch(lower, joint.start(), joint.end())
        yield from (each for each in said if each.end == joint.start() and (is_choice or _is_between(lower, each)))


def is_range(lower: str, found: Sequence[Numeral]) -> bool:
    """Whether the last two numbers of a sentence are what something lies between, and none of them is settled on.

    >>> from workbench.scorers.number_words import numbers_in_words
    >>> [is_range(text, numbers_in_words(text)) for text in ("between two and six eggs", "two and six are eight eggs")]
    [True, False]
    """
    return any(
        _is_between(lower, one) and _AND.fullmatch(lower, one.end, other.start)
        for one, other in itertools.islice(itertools.pairwise(found), max(0, len(found) - 2), None)
    )


def _is_between(lower: str, number: Numeral) -> bool:
    return _BETWEEN.search(lower, max(0, number.start - _LONGEST_BETWEEN), number.start) is not None


def moved(number: Numeral, by: int) -> Numeral:
    """A number found in a part of a text, at its place in the whole."""
    return number._replace(start=number.start + by, end=number.end + by)
