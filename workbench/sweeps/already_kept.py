"""Which cells of a sweep are kept, read part by part: a large sweep asks its first cells while it looks up the rest."""

from __future__ import annotations

import collections
import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from workbench.asking.cascades import kept_whole
from workbench.base.collecting import no_search_for_circles
from workbench.cache.kept import Cache
from workbench.cache.rereading import reply_to
from workbench.errors import StoreCorrupt, WorkbenchError
from workbench.replies.reply import Record, Reply
from workbench.sweeps.cells import Alikes, Cell, Cells, alike_among, lanes, requests_of

CELLS_A_PART: Final = 5_000
"""Of a large sweep, so many are looked up together."""


SECONDS_FOR_FIRST_CALLS: Final = 0.1
"""Before the rest is looked up, and the record written, beside the calls: threads that reckon hold up a loop."""

Unknown: TypeAlias = "Callable[[Sequence[int]], Iterator[tuple[Sequence[int], Mapping[str, Record | StoreCorrupt]]]]"
"""Puts rows of cells of which all is known; tells the places of the others, with what is kept of them."""


class Kept:
    """The cells of a sweep, some at a time: what is kept becomes rows, the places of what is missing are handed out.

    Parts come from each endpoint in turn, so that all of them have something to answer early. What one thread reads may
    be asked for in another; `take` and `fail` make rows of replies and failures from either.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        unknown: Unknown,
        cache: Cache,
        take: Callable[[int, Cell, Reply], None],
        fail: Callable[[int, Cell, WorkbenchError], None],
        *,
        refresh: bool,
    ) -> None:
        self._cells, self._unknown, self._cache = cells, unknown, cache
        self._take, self._fail = take, fail
        self._cascades = not refresh and any(request.cascade for request in requests_of(cells))
        self._in_one = not isinstance(cells, Cells) or self._cascades  # what is cut or sorted waits for what is before
        self._parts = collections.deque(_parts(cells))
        self._lock = threading.Lock()
        self.missing: list[int] = []

    def __bool__(self) -> bool:
        """Whether there is more to be read."""
        return bool(self._parts)

    def endpoints(self) -> set[str]:
        """Those that may have more to answer than was read so far."""
        return {endpoint for _, endpoints in tuple(self._parts) for endpoint in endpoints}

    def read(self, *, all_of_it: bool = False, told: Callable[[], None] | None = None) -> list[int]:
        """Read on until something is missing, or to the end; the places of what is, in the order of asking.

        Whoever waits for it is `told` after each part.
        """
        found: list[int] = []
        with self._lock, no_search_for_circles():
            while self._parts and (all_of_it or self._in_one or not found):
                part, _ = self._parts.popleft()
                found += self._missing_in(part)
                if told is not None:
                    told()
            self.missing += found
        return found

    def checked(self, check: Callable[[Sequence[Alikes]], None]) -> Sequence[Alikes]:
        """All that is missing, checked before any of it is bought; all cells as long as it is not known what is.

        A check that fails then may be of a cell that is kept: all are read before it is made once more.
        """
        if self._parts:
            every = [*alike_among(self._cells, range(len(self._cells)))]
            try:
                check(every)
            except WorkbenchError:
                self.read(all_of_it=True)
            else:
                return every
        found = [*alike_among(self._cells, sorted(self.missing))]
        check(found)
        return found

    def stop(self) -> None:
        """Read no more, and wait for what is being read."""
        self._parts.clear()
        with self._lock:
            self._parts.clear()
            # Whoever makes the rows holds this: a circle that would keep all cells and tasks until a search finds it.
            self._unknown = self._take = self._fail = _no_more

    def _missing_in(self, part: Sequence[int]) -> list[int]:
        missing: list[int] = []
        for places, found in self._unknown(part):
            if not found and not self._cascades:
                missing += places
            for index in places if found or self._cascades else ():
                cell = self._cells[index]
                record = found.get(cell.key)
                if (
                    self._cascades
                    and cell.like.cascade
                    and (whole := kept_whole(cell.request, self._cache)) is not None
                ):
                    self._take(index, cell, whole)
                elif record is None:
                    missing.append(index)
                elif isinstance(record, StoreCorrupt):
                    self._fail(index, cell, record)
                else:
                    self._take(index, cell, reply_to(record, cell.request))
        return missing


def _no_more(*told: Any) -> Any:
    raise AssertionError("nothing is read any more")


def _parts(cells: Sequence[Cell]) -> Iterator[tuple[Sequence[int], frozenset[str]]]:
    """The places of the cells that are asked, part by part, each with the endpoints that answer it."""
    places = _asked_places(cells)
    by_endpoint = collections.defaultdict(list)
    for start in range(0, len(places), CELLS_A_PART):
        part = places[start : start + CELLS_A_PART]
        endpoints = [*lanes(cells, part)]
        first = endpoints[0] if isinstance(cells, Cells) else ""  # the parts of a list stay in their order
        by_endpoint[first].append((part, frozenset(endpoints)))
    for turn in itertools.zip_longest(*by_endpoint.values()):
        yield from filter(None, turn)


def _asked_places(cells: Sequence[Cell]) -> Sequence[int]:
    """The places of the cells that are asked: what answers the question first, what checks it last."""
    if isinstance(cells, Cells):
        return range(len(cells))
    return sorted(
        (place for place, cell in enumerate(cells) if not cell.derived), key=lambda place: cells[place].checks
    )
