"""Servers that let only so many calls through, in a time of their own, and a line of workers that meets one of them."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable

from workbench.asking.wire.rate import Rate, Ticket


class Bucket:
    """Tokens drip into a bucket; each call takes one."""

    def __init__(self, per_second: float, holds: float = 1) -> None:
        self.per_second, self.holds = per_second, holds
        self.tokens, self.at = float(holds), 0.0

    def lets_through(self, now: float) -> bool:
        self.tokens = min(self.holds, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1 - 1e-9:
            return False
        self.tokens -= 1
        return True

    def ended(self) -> None:
        pass


class FixedWindow:
    """So many calls in each window of the clock."""

    def __init__(self, calls: int, seconds: float = 1.0, since: float = 0.3) -> None:
        self.calls, self.seconds, self.since = calls, seconds, since
        self.window, self.count = -1, 0

    def lets_through(self, now: float) -> bool:
        window = int((now + self.since) // self.seconds)
        if window != self.window:
            self.window, self.count = window, 0
        self.count += 1
        return self.count <= self.calls

    def ended(self) -> None:
        pass


class SlidingWindow:
    """So many calls in any stretch of this length."""

    def __init__(self, calls: int, seconds: float = 1.0) -> None:
        self.calls, self.seconds = calls, seconds
        self.times: list[float] = []

    def lets_through(self, now: float) -> bool:
        self.times = [time for time in self.times if time > now - self.seconds]
        if len(self.times) >= self.calls:
            return False
        self.times.append(now)
        return True

    def ended(self) -> None:
        pass


class AtOnce:
    """So many calls at the same time."""

    def __init__(self, calls: int) -> None:
        self.calls, self.under_way = calls, 0

    def lets_through(self, now: float) -> bool:
        if self.under_way >= self.calls:
            return False
        self.under_way += 1
        return True

    def ended(self) -> None:
        self.under_way -= 1


Limiter = Bucket | FixedWindow | SlidingWindow | AtOnce


def seconds_to_finish(
    limiter: Limiter,
    calls: int,
    *,
    workers: int = 100,
    takes: Callable[[random.Random], float] = lambda chance: 0.0,
    way_seconds: float = 0.005,
    jitter_seconds: float = 0.005,
    asks_seconds: float | None = None,
    frees_after_seconds: float = 0.0,
    seed: int = 1,
) -> tuple[float, int]:
    """Seconds of the simulated clock until a line of workers has got every call through, and how many were refused.

    `takes` is how long the server needs for a call, `asks_seconds` the pause that its refusals ask for,
    and `frees_after_seconds` how long a call that was answered still counts as one that is under way.
    """
    chance, rate, number = random.Random(seed), Rate(), itertools.count()
    events: list[tuple[float, int, str, Ticket | None]] = [(0.0, next(number), "look", None)]
    waiting, left, done, refused = min(calls, workers), max(0, calls - workers), 0, 0
    now, look_at = 0.0, -1.0

    def on_its_way() -> float:
        return way_seconds + chance.random() * jitter_seconds

    def later(seconds: float, kind: str, ticket: Ticket | None = None) -> None:
        heapq.heappush(events, (now + seconds, next(number), kind, ticket))

    while done < calls:
        now, _, kind, ticket = heapq.heappop(events)
        if kind == "arrives":
            if limiter.lets_through(now):
                later(takes(chance), "served", ticket)
            else:
                later(on_its_way(), "refused", ticket)
                refused += 1
        elif kind == "served":
            later(frees_after_seconds, "freed")
            later(on_its_way(), "ended", ticket)
        elif kind == "freed":
            limiter.ended()
        elif kind == "ended" and ticket is not None:
            rate.ended(ticket, now)
            done += 1
            waiting, left = waiting + (left > 0), max(0, left - 1)
        elif kind == "refused" and ticket is not None:
            rate.refused(ticket, now, asks_seconds)
            waiting += 1
        while waiting:
            seconds = rate.wait_seconds(now)
            if seconds > 0:
                if not now < look_at <= now + seconds:
                    look_at = now + seconds
                    later(seconds, "look")
                break
            waiting -= 1
            later(on_its_way(), "arrives", rate.send(now))
    return now, refused
