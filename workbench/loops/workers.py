"""Threads that run tools: kept for the next call, and left behind where a call does not come back in time."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import os
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeVar

T = TypeVar("T")

_SECONDS_BEHIND_OTHERS: Final = 0.005


async def in_thread(work: Callable[[], T], seconds: float) -> T:
    """Run work in a thread, an asynchronous function to its end; raises `TimeoutError` after so many seconds.

    What is no `Exception` and would end more than the work, such as `SystemExit`, is raised as a `RuntimeError`.

    Python cannot stop a thread: one whose work goes on is left to it, and ends with the process.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    _desk_of(loop).line_up((contextvars.copy_context(), work, future))
    late = loop.call_later(seconds, _give_up, future)  # a third of what wait_for takes
    try:
        return await future
    finally:
        late.cancel()


def _give_up(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_exception(TimeoutError())


_Job = tuple[contextvars.Context, Callable[[], Any], "asyncio.Future[Any]"]


class _Desk:
    """Of one event loop: what waits for a thread, and what came back.

    To wake a thread takes longer than most tools. What is asked for at one time is handed to one thread, and what it
    brings is told at one time; where that takes longer, each of the rest gets a thread of its own.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[_Job] = deque()
        self._brought: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._woken = False

    def line_up(self, job: _Job) -> None:
        if not self._waiting:
            self._loop.call_soon(self._hand_out)
        self._waiting.append(job)

    def _hand_out(self) -> None:
        jobs, self._waiting = self._waiting, deque()
        if len(jobs) > 1:
            self._loop.call_later(_SECONDS_BEHIND_OTHERS, self._spread, jobs)
        _worker().take(self, jobs)

    def _spread(self, jobs: deque[_Job]) -> None:
        with contextlib.suppress(IndexError):  # the thread has taken the last one meanwhile
            while jobs:
                _worker().take(self, deque([jobs.popleft()]))

    def bring(self, future: asyncio.Future[Any], value: Any, problem: BaseException | None) -> None:
        """Tell the loop, from a thread, what became of a job."""
        self._brought.append((future, value, problem))
        if not self._woken:
            self._woken = True
            with contextlib.suppress(RuntimeError):  # the loop has gone, and nobody waits
                self._loop.call_soon_threadsafe(self._tell_all)

    def _tell_all(self) -> None:
        self._woken = False  # first: what is brought from here on wakes it again
        while self._brought:
            _tell(*self._brought.popleft())


class _Worker(threading.Thread):
    def __init__(self) -> None:
        super().__init__(daemon=True, name="workbench-tool")
        self._jobs: queue.SimpleQueue[tuple[_Desk, deque[_Job]]] = queue.SimpleQueue()
        self.start()

    def take(self, desk: _Desk, jobs: deque[_Job]) -> None:
        self._jobs.put((desk, jobs))

    def run(self) -> None:
        while True:
            self._do(*self._jobs.get())

    def _do(self, desk: _Desk, jobs: deque[_Job]) -> None:
        """Do jobs as long as there are any, which others may take away; be idle before the last one is told of."""
        idle = False
        while jobs:
            try:
                context, work, future = jobs.popleft()
            except IndexError:
                break
            value: Any = None
            problem: BaseException | None = None
            if not future.done():  # given up before it was begun
                try:
                    value = context.run(_ended, work)
                except BaseException as error:  # noqa: BLE001 - whatever a tool raises is told to whoever waits for it
                    problem = error
            if not jobs:
                _idle.append(self)
                idle = True
            desk.bring(future, value, problem)
            del context, work, future, value, problem
        if not idle:
            _idle.append(self)


def _worker() -> _Worker:
    return _idle.pop() if _idle else _Worker()


def _ended(work: Callable[[], Any]) -> Any:
    return ended(work())


def ended(value: Any) -> Any:
    """A value; of an asynchronous function what it comes to. For threads that no event loop runs in."""
    return asyncio.run(_awaited(value)) if inspect.isawaitable(value) else value


async def _awaited(value: Any) -> Any:
    return await value


def _tell(future: asyncio.Future[Any], value: Any, problem: BaseException | None) -> None:
    if future.done():  # whoever waited has given up
        return
    if problem is None:
        future.set_result(value)
    elif isinstance(problem, StopIteration) or not isinstance(problem, Exception):
        future.set_exception(RuntimeError(f"{type(problem).__name__}: {problem}"))  # which no future may hold
    else:
        future.set_exception(problem)


def _desk_of(loop: asyncio.AbstractEventLoop) -> _Desk:
    desk = _desks.get(loop)
    if desk is None:
        for gone in [one for one in _desks if one.is_closed()]:
            del _desks[gone]
        desk = _desks[loop] = _Desk(loop)
    return desk


_idle: list[_Worker] = []
_desks: dict[asyncio.AbstractEventLoop, _Desk] = {}


def _begin_anew() -> None:
    """In a forked child, which has none of the threads."""
    _idle.clear()
    _desks.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
