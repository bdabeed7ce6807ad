"""Places where a target may stand, each judged when it is first asked for: mostly the first and the last few matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

Span = tuple[int, int]
Judge = Callable[[Span], bool]
_BEFORE, _BEHIND = 160, 360
"""Characters around a value by which it is judged: most of a sentence, and the rest of an option's line."""
_MOST_KNOWN: Final = 4_096


class Candidates:
    """Places in a thought: some where a target surely stands, and some of which that is to be judged.

    >>> found = Candidates()
    >>> found.add([(0, 2), (4, 6)], judge=lambda span: span[0] > 3)
    >>> found.add([(8, 9)])
    >>> found.first(), found.since(5), found.last(), found.all()
    ((4, 6), (8, 9), (8, 9), [(4, 6), (8, 9)])
    """

    def __init__(self) -> None:
        self._judges: Final[dict[Span, list[Judge]]] = {}
        """By place. Mostly they come in order, and what is in order is soon sorted."""

    def add(self, spans: Iterable[Span], judge: Judge | None = None) -> None:
        """Add places; those without a judge are sure."""
        for span in spans:
            judges = self._judges.setdefault(span, [])
            if judge is None:
                judges.clear()
                judges.append(_is_sure)
            elif judges != [_is_sure]:
                judges.append(judge)

    def only(self, is_wanted: Judge) -> None:
        """Let no place stand, be it sure or not, that is not wanted as well."""
        for span, judges in self._judges.items():
            self._judges[span] = [partial(_both, is_wanted, judge) for judge in judges]

    @property
    def spans(self) -> list[Span]:
        """The places that stand or have not been judged."""
        return list(self._judges)

    def stands(self, span: Span) -> bool:
        """Whether the target stands at a place."""
        return next(self._in_order([span]), None) is not None

    def begins_within(self, start: int, end: int) -> bool:
        """Whether any place begins in a stretch."""
        return next(self._in_order([span for span in self._judges if start <= span[0] < end]), None) is not None

    def earliest(self) -> Span | None:
        """The place that begins first."""
        return next(self._in_order(sorted(self._judges)), None)

    def first(self) -> Span | None:
        """The place that ends first."""
        return self.since(0)

    def since(self, place: int) -> Span | None:
        """Of the places that begin no earlier, the one that ends first."""
        return next(self._in_order(sorted((span for span in self._judges if span[0] >= place), key=_by_end)), None)

    def last(self) -> Span | None:
        """The place that ends last."""
        return next(self._in_order(sorted(self._judges, key=_by_end, reverse=True)), None)

    def all(self) -> list[Span]:
        """Every place, by where it begins."""
        return list(self._in_order(sorted(self._judges)))

    def _in_order(self, spans: list[Span]) -> Iterator[Span]:
        for span in spans:
            if any(judge(span) for judge in self._judges.get(span, ())):
                self._judges[span] = [_is_sure]
                yield span
            else:
                self._judges.pop(span, None)


class OfSurroundings:
    """A judge of places by what stands around them, which asks another once for alike surroundings.

    A thought in a loop says the same a thousand times, and is read no more than once for it.

    >>> asked, text = [], 60 * "so 5? and then again: "
    >>> judge = OfSurroundings(lambda span: not asked.append(span), text)
    >>> all(judge((at, at + 1)) for at, sign in enumerate(text) if sign == "5"), len(asked) < 30
    (True, True)
    """

    def __init__(self, judge: Judge, text: str) -> None:
        self._judge, self._text = judge, text
        self._known: Final[dict[tuple[int, int, int], bool]] = {}

    def __call__(self, span: Span) -> bool:
        start, end = span
        begin = max(0, start - _BEFORE)
        surroundings = start - begin, end - start, hash(self._text[begin : end + _BEHIND])
        known = self._known.get(surroundings)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[surroundings] = self._judge(span)
        return known


def _is_sure(span: Span) -> bool:
    return True


def _both(one: Judge, other: Judge, span: Span) -> bool:
    return one(span) and other(span)


def _by_end(span: Span) -> tuple[int, int]:
    return span[1], span[0]
