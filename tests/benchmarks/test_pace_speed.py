"""A hundred workers against servers that let so many calls a second through, timed against the ideal in one run."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from fakes.server import FakeServer, completion, error_response
from limiters import AtOnce, Bucket, FixedWindow, SlidingWindow

import workbench as wb

KINDS = {
    "token bucket": lambda per_second: Bucket(per_second),
    "fixed window": lambda per_second: FixedWindow(per_second),
    "sliding window": lambda per_second: SlidingWindow(per_second),
    "calls at once": lambda per_second: AtOnce(per_second),
}


@pytest.mark.parametrize(("per_second", "calls"), [(1, 40), (5, 60), (50, 400)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_without_a_word_of_when(kind, per_second, calls, capsys):
    limiter, lock, refused = KINDS[kind](per_second), threading.Lock(), []
    takes_seconds = 1.0 if kind == "calls at once" else 0.0
    started = time.monotonic()

    async def answer(request):
        with lock:
            passes = limiter.lets_through(time.monotonic() - started)
        if not passes:
            refused.append(request)
            return error_response(429, "slow down")
        if takes_seconds:
            await asyncio.sleep(takes_seconds)
        limiter.ended()
        return completion("9")

    with FakeServer(answer) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.ask("warm", model="fake/m")
        time.sleep(1.2)
        begun = time.monotonic()
        rows = wb.sweep([f"{number}?" for number in range(calls)], models="fake/m", concurrency=100)
        seconds = time.monotonic() - begun
    ideal = calls / per_second
    with capsys.disabled():
        print(
            f"\n{kind}, {per_second} a second, {calls} calls: {seconds:.1f} s, ideal {ideal:.0f} s, "
            f"{seconds / ideal:.2f} times; {len(refused)} refused"
        )
    assert (rows["outcome"] == "answered").all()
    assert seconds <= 1.5 * ideal
