"""Threads that run tools are used again, and left behind where one hangs."""

from __future__ import annotations

import asyncio
import threading
import time

from workbench.loops import workers
from workbench.loops.workers import in_thread


def noon() -> str:
    return "noon"


def test_threads_are_used_again():
    async def names():
        return [await in_thread(lambda: threading.current_thread().ident, 60) for _ in range(20)]

    began = time.monotonic()
    assert len(set(asyncio.run(names()))) < 4
    assert time.monotonic() - began < 60


def test_quick_work_that_comes_together_is_done_by_one_thread(monkeypatch):
    monkeypatch.setattr(workers, "_SECONDS_BEHIND_OTHERS", 60)  # what is quick here

    async def names():
        return await asyncio.gather(*(in_thread(threading.get_ident, 60) for _ in range(30)))

    assert len(set(asyncio.run(names()))) == 1


def test_work_that_takes_long_holds_no_other_up():
    """All wait for each other, in whichever order they were asked for."""
    meeting = threading.Barrier(12, timeout=60)

    async def all_at_once():
        return await asyncio.gather(*(in_thread(meeting.wait, 60) for _ in range(12)))

    assert sorted(asyncio.run(all_at_once())) == [*range(12)]


def test_what_is_done_is_told_while_the_next_one_hangs():
    gate = threading.Event()

    async def both():
        hanging = asyncio.ensure_future(in_thread(lambda: gate.wait(60), 60))
        before, after = await asyncio.gather(in_thread(noon, 60), in_thread(noon, 60))
        gate.set()
        return before, after, await hanging

    assert asyncio.run(both()) == ("noon", "noon", True)
