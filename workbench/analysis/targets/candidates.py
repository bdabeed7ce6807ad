"""Places where a target may stand, each judged when it is first asked for: mostly the first and the last few matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

Span = tuple[int, int]
Judge = Callable[[Span], bool]


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

    def leave_out(self, is_left_out: Judge) -> None:
        """Drop places, be they sure or not."""
        for span in [span for span in self._judges if is_left_out(span)]:
            del self._judges[span]

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
            if any(judge(span) for judge in self._judges[span]):
                self._judges[span] = [_is_sure]
                yield span
            else:
                del self._judges[span]


def _is_sure(span: Span) -> bool:
    return True


def _by_end(span: Span) -> tuple[int, int]:
    return span[1], span[0]
