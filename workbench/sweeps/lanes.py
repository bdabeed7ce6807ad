"""The lanes of a sweep: what each endpoint has yet to answer, how many are at work on it, and who waits for whom."""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Callable, Iterator, Sequence

from workbench.sweeps.cells import Cell, Lane, lanes
from workbench.sweeps.stops import Stops


class Lanes:
    """Lanes that run side by side, and grow while what is missing is still being found out.

    `to_come` names the endpoints for which more may be missing.
    """

    def __init__(self, cells: Sequence[Cell], stops: Stops, to_come: Callable[[], set[str]]) -> None:
        self._cells, self._stops, self._to_come = cells, stops, to_come
        self._lanes: dict[str, Lane] = {}
        self._at_work: collections.Counter[int] = collections.Counter()
        self._in_flight: collections.Counter[int] = collections.Counter()

    def put(self, places: Sequence[int]) -> list[tuple[Lane, bool]]:
        """Put the places of more cells behind the others of their endpoints; the lanes that grew, and which are new."""
        longer = []
        for endpoint, more in lanes(self._cells, places).items():
            lane = self._lanes.setdefault(endpoint, more)
            if lane is not more:
                lane.extend(more)
            longer.append((lane, lane is more))
        return longer

    def set_to_work(self, lane: Lane, most: int) -> int:
        """How many more are to work on a lane, of which each is to call `stops_working` when it finds it empty."""
        lacking = max(0, min(most, len(lane)) - self._at_work[id(lane)])
        self._at_work[id(lane)] += lacking
        return lacking

    def stops_working(self, lane: Lane) -> None:
        """Note that one has left a lane."""
        self._at_work[id(lane)] -= 1

    @contextlib.contextmanager
    def asking(self, lane: Lane) -> Iterator[None]:
        """Note that a cell of a lane is being asked."""
        self._in_flight[id(lane)] += 1
        try:
            yield
        finally:
            self._in_flight[id(lane)] -= 1

    def others_run(self, lane: Lane) -> bool:
        """Whether another lane still has something to do that nothing stops, or may have."""
        return any(
            self._in_flight[id(other)] > 0 or (other and self._stops.against(self._cells[other[0]].like) is None)
            for other in self._lanes.values()
            if other is not lane
        ) or any(self._lanes.get(endpoint) is not lane for endpoint in self._to_come())
