"""Threads that run tools: kept for the next call, and left behind where a call does not come back in time."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import os
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], seconds: float) -> T:
    """Run work in a thread, an asynchronous function to its end; raises `TimeoutError` after so many seconds.

    Python cannot stop a thread: one whose work goes on is left to it, and ends with the process.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    worker = _idle.pop() if _idle else _Worker()
    worker.jobs.put((contextvars.copy_context(), work, loop, future))
    late = loop.call_later(seconds, _give_up, future)  # a third of what wait_for takes
    try:
        return await future
    finally:
        late.cancel()


def _give_up(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_exception(TimeoutError())


class _Worker(threading.Thread):
    def __init__(self) -> None:
        super().__init__(daemon=True, name="workbench-tool")
        self.jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.start()

    def run(self) -> None:
        while True:
            context, work, loop, future = self.jobs.get()
            value: Any = None
            problem: BaseException | None = None
            try:
                value = context.run(_ended, work)
            except BaseException as error:  # noqa: BLE001 - whatever a tool raises is told to whoever waits for it
                problem = error
            _idle.append(self)
            with contextlib.suppress(RuntimeError):  # the loop has gone, and nobody waits
                loop.call_soon_threadsafe(_tell, future, value, problem)
            del context, work, future, value, problem


def _ended(work: Callable[[], Any]) -> Any:
    value = work()
    return asyncio.run(_awaited(value)) if inspect.isawaitable(value) else value


async def _awaited(value: Any) -> Any:
    return await value


def _tell(future: asyncio.Future[Any], value: Any, problem: BaseException | None) -> None:
    if future.done():  # whoever waited has given up
        return
    if problem is None:
        future.set_result(value)
    elif isinstance(problem, StopIteration | KeyboardInterrupt | SystemExit | asyncio.CancelledError):
        future.set_exception(RuntimeError(f"{type(problem).__name__}: {problem}"))  # which no future may hold
    else:
        future.set_exception(problem)


_idle: list[_Worker] = []

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)
