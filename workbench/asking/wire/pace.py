"""How many calls one provider gets at once: fewer after it complains, slowly more again, all pausing together."""

from __future__ import annotations

import asyncio
import collections
import time


class Pace:
    """The gate that every call to one provider passes; it lives on the engine's loop.

    Additive increase, multiplicative decrease, as in TCP's congestion control (Chiu and Jain, 1989): every success
    raises the limit by one part in `limit`, every complaint halves it. A complaint that names a waiting time stops all
    callers until then.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._limit = float(most)
        self._active = 0
        self._resume_at = 0.0
        self._waiting: collections.deque[asyncio.Future[None]] = collections.deque()

    @property
    def limit(self) -> int:
        return max(1, int(self._limit))

    def allow(self, most: int) -> None:
        """Let up to `most` calls through at once from now on, if that is more than before."""
        if most > self.most:
            self._limit += most - self.most
            self.most = most
            self._wake()

    async def acquire(self) -> None:
        """Wait for a turn; whoever got it gives it back with `release`."""
        if self._active >= self.limit or self._waiting:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self.release()
                raise
        else:
            self._active += 1
        try:
            while (pause := self._resume_at - time.monotonic()) > 0:
                await asyncio.sleep(pause)
        except asyncio.CancelledError:
            self.release()
            raise

    def release(self) -> None:
        self._active -= 1
        self._wake()

    def succeeded(self) -> None:
        self._limit = min(float(self.most), self._limit + 1 / max(1.0, self._limit))

    def complained(self, pause_seconds: float) -> None:
        """Halve the limit and hold everyone for `pause_seconds`; complaints during a pause do not halve again."""
        now = time.monotonic()
        if now >= self._resume_at:
            self._limit = max(1.0, self._limit / 2)
        self._resume_at = max(self._resume_at, now + pause_seconds)

    def _wake(self) -> None:
        while self._waiting and self._active < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._active += 1
                turn.set_result(None)
