"""Whether a model of a host can answer at all: while the server only errs, one call at a time tries it."""

from __future__ import annotations

import asyncio
import collections
import time

from workbench.asking.wire.circuit import Circuit

DIFFERENT_REQUESTS = 3
"""So many different requests that fail, and none that passes meanwhile: then it is not the requests that are ill."""

FAILURES = 12
"""Of whatever requests, for one that is asked over and over."""


class Health:
    """The errors 500 to 599 of one model of one host, told apart from those of one request; on the engine's loop.

    A request that makes a server stumble stops nobody else, for others pass. Where several different ones fail in a row
    and none passes, the rest waits for one call at a time, at growing intervals, and fails when too many of them did.
    """

    def __init__(self, first_backoff_seconds: float = 0.5) -> None:
        self._circuit = Circuit(first_backoff_seconds, holds=False)
        self._suspects: set[int] = set()
        self._failures = 0
        self._waiting: collections.deque[asyncio.Future[None]] = collections.deque()
        self._timer: asyncio.TimerHandle | None = None
        self.is_well = False  # an answer has come, and none of its errors since

    @property
    def holds(self) -> bool:
        """Whether one call at a time goes out."""
        return self._circuit.holds

    @property
    def given_up(self) -> bool:
        return self._circuit.given_up

    @property
    def tries(self) -> int:
        """Failures in a row, of all calls together, that were sent one after another."""
        return self._circuit.failures

    async def admitted(self, *, again: bool) -> float | None:
        """Wait until a call may go out; the moment when it may, by which it is known from then on.

        None where the model was given up, for a call that waited or that asks `again`; any other is one more try.
        """
        while not (again and self.given_up):
            now = time.monotonic()
            seconds = self._circuit.wait_seconds(now)
            if seconds == 0:
                self._circuit.sent(now)
                return now
            if seconds is not None and self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(seconds, self._wake)
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            await place
            again = True
        return None

    def may_go(self, admitted_at: float) -> bool:
        """Whether a call that was admitted may go still: nothing came up meanwhile, or it is the one that tries."""
        return not self.holds or self._circuit.is_trying(admitted_at)

    def answered(self) -> None:
        """A status came that is no error of the server."""
        self._suspects.clear()
        self._failures, self.is_well = 0, True
        if self._circuit.answered():
            self._wake()

    def failed(self, request: int, admitted_at: float, asked_seconds: float = 0.0) -> None:
        """A request, known by its hash, was answered with an error of the server."""
        self._suspects.add(request)
        self._failures += 1
        self.is_well = False
        if len(self._suspects) >= DIFFERENT_REQUESTS or self._failures >= FAILURES:
            self._circuit.failed(admitted_at, time.monotonic(), asked_seconds=asked_seconds)
        self._wake()

    def left(self, admitted_at: float) -> None:
        """A call is over, whatever came of it."""
        if self._circuit.is_trying(admitted_at):
            self._circuit.dropped(admitted_at)
            self._wake()

    def _wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, collections.deque()
        for place in waiting:
            if not place.done():
                place.set_result(None)
