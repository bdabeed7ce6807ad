"""The gate before one server: how many calls at once, how many a second, and whether it answers at all."""

from __future__ import annotations

import asyncio
import collections
import time

from workbench.asking.wire.circuit import MOST_TRIES, SECONDS_TO_BREAK, Circuit
from workbench.asking.wire.health import Health
from workbench.asking.wire.rate import Rate, Ticket
from workbench.errors import NotSent

LEAST_TRIES_OF_A_LINE = 8
MOST_BLOCKED_OF_ONE_THAT_ANSWERED = 16
"""Different requests in a row that something on the way refuses, where others have passed before."""

STANDSTILL = 150
"""In first backoffs: a line where every call is refused for so long stands still, and its calls fail."""


class Turn:
    """One call's way through the gate; it tells the gate what became of it, and gives itself back once."""

    def __init__(self, pace: Pace, ticket: Ticket) -> None:
        self._pace = pace
        self._ticket = ticket
        self._back = False

    def connected(self) -> None:
        """The request is being written."""
        self._pace._connected(self._ticket.sent_at)

    def answered(self) -> None:
        """A status came."""
        self._pace._answered()

    def unused(self) -> None:
        """The call does not go now."""
        if not self._back:
            self._pace._rate.unsent(self._ticket)
            self._pace._circuit.dropped(self._ticket.sent_at)
            self._leave()

    def refused(self, asked_seconds: float | None) -> None:
        """The server says that this call came too soon."""
        if not self._back:
            self._pace._rate.refused(self._ticket, time.monotonic(), asked_seconds)
            self._leave()

    def failed(self, error: Exception, *, broke: bool = False) -> None:
        """No connection could be made, or it broke before a status came."""
        if not self._back:
            self._pace._failed(self._ticket, error, broke)
            self._leave()

    def dropped(self) -> None:
        """The call ended without a word from the server: it was cancelled, or its time was over."""
        if not self._back:
            self._pace._circuit.dropped(self._ticket.sent_at)
            self.ended()

    def ended(self) -> None:
        if not self._back:
            self._pace._rate.ended(self._ticket, time.monotonic())
            self._leave()

    def _leave(self) -> None:
        self._back = True
        self._pace._active -= 1
        self._pace._wake()


class Pace:
    """The gate that every call to one server passes; it lives on the engine's loop.

    Three things hold calls back: their number at once, the rate that the server was seen to let through, and a host
    that does not answer. What a call meets there it meets for the whole line: nobody runs into the same refusal twice,
    and no call fails for it while the line as a whole moves.
    """

    def __init__(self, most: int, first_backoff_seconds: float = 0.5) -> None:
        self.most = most
        self._first_backoff = first_backoff_seconds
        self._active = 0
        self._rate = Rate(first_backoff_seconds / 5)
        self._circuit = Circuit(first_backoff_seconds)
        self._last_failure = ""
        self._blocked: set[int] = set()
        self._blocks = 0
        self._has_passed = False
        self._healths: dict[str, Health] = {}
        self._waiting: collections.deque[asyncio.Future[Turn]] = collections.deque()
        self._timer: asyncio.TimerHandle | None = None

    def health_of(self, model: str) -> Health:
        """Whether this server can answer with a model."""
        health = self._healths.get(model)
        if health is None:
            health = self._healths[model] = Health(self._first_backoff)
        return health

    @property
    def is_all_ill(self) -> bool:
        """Whether more than one model of this server was given up, and none is known to answer."""
        healths = self._healths.values()
        return sum(each.given_up for each in healths) > 1 and not any(each.is_well for each in healths)

    def allow(self, most: int) -> None:
        """Let up to `most` calls through at once from now on, if that is more than before."""
        if most > self.most:
            self.most = most
            self._wake()

    async def acquire(self, *, again: bool = False) -> Turn:
        """Wait for a turn; who comes `again` after a refusal stands at the head of the line.

        Raises `NotSent` where the host is given up while this call waits.
        """
        place: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        if again:
            self._waiting.appendleft(place)
        else:
            self._waiting.append(place)
        self._wake()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                place.result().dropped()
            raise

    @property
    def stands_still(self) -> bool:
        """Whether every call has been refused for so long that waiting is no use."""
        still = time.monotonic() - self._rate.still_since
        return self._rate.refused_since_pass >= LEAST_TRIES_OF_A_LINE and still >= STANDSTILL * self._first_backoff

    def blocked(self, request: int) -> bool:
        """A proxy or a firewall refused a request, known by its hash; whether it refuses whatever is asked.

        It may have taken one prompt for an attack; many different ones in a row, and nothing that passes, tell more.
        """
        self._blocked.add(request)
        self._blocks += 1
        most = MOST_BLOCKED_OF_ONE_THAT_ANSWERED if self._has_passed else MOST_TRIES
        return len(self._blocked) >= most or self._blocks >= 4 * most

    def passed(self) -> None:
        """A whole reply came."""
        self._has_passed, self._blocks = True, 0
        self._blocked.clear()

    @property
    def given_up(self) -> bool:
        """Whether the host has not answered several times in a row."""
        return self._circuit.given_up

    def _connected(self, sent_at: float) -> None:
        if not self._circuit.holds:
            return
        if self._circuit.connected(sent_at, time.monotonic()):
            self._wake()
        else:
            asyncio.get_running_loop().call_later(SECONDS_TO_BREAK, self._connected, sent_at)

    def _answered(self) -> None:
        if self._circuit.answered():
            self._wake()

    def _failed(self, ticket: Ticket, error: Exception, broke: bool) -> None:
        self._circuit.failed(ticket.sent_at, time.monotonic(), broke=broke)
        self._rate.ended(ticket, time.monotonic())
        self._last_failure = str(error)
        if self._circuit.given_up:
            waiting, self._waiting = self._waiting, collections.deque()
            for place in waiting:
                if not place.done():
                    place.set_exception(self._gave_up())

    def _gave_up(self) -> NotSent:
        error = NotSent(f"not tried, for {self._circuit.failures} tries of other calls failed: {self._last_failure}")
        error.scope, error.may_pass = "provider", True
        return error

    def _wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting and self._active < self.most:
            if self._waiting[0].done():
                self._waiting.popleft()
                continue
            now = time.monotonic()
            until_host = self._circuit.wait_seconds(now)
            if until_host is None:
                return  # the one that tries will wake this line
            seconds = max(until_host, self._rate.wait_seconds(now))
            if seconds > 0:
                self._timer = asyncio.get_running_loop().call_later(seconds, self._wake)
                return
            self._active += 1
            ticket = self._rate.send(now)
            self._circuit.sent(ticket.sent_at)
            self._waiting.popleft().set_result(Turn(self, ticket))
