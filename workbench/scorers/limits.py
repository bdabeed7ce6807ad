"""One time limit for all scorers, in whatever thread they run: those of ours, and a user's own function.

A pattern or a schema is worked on in a child process, which can be ended. A function runs where it was called, as it
may hold things that belong to that thread; it is stopped at its next step in Python by an exception. What it waits
for, a model or a file, costs none of its seconds; its waits have a limit of their own (`scorers.waiting`).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, ParamSpec, TypeVar

from workbench.base.helper import TookTooLong

LIMIT_SECONDS: Final = 3.0
"""Of work on one answer. All that come with the package take milliseconds for the longest answers there are."""

LONGEST_WAIT_SECONDS: Final = 600.0
"""For a function that hardly works and yet does not come back: one that waits for a model may take minutes."""

LONGEST_COLLECTING_SECONDS: Final = 60.0
"""Of full collections that cost a function nothing: one that does little but collect ends as well."""

_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_BETWEEN_STOPS = 1.0

P = ParamSpec("P")
Result = TypeVar("Result")


class _Stopped(BaseException):
    """Raised inside a function that must end; no Exception, so that it is not taken for one of the function's own."""


class _LimitedCall:
    """One call under the limit, and the clock of the thread that makes it."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.began = time.monotonic()
        self._clock: int | None = None
        self._worked_at_first: float | None = None  # at the first look: a call that is over by then reads no clock
        self._last_look = 0.0, 0  # how much it had worked, and how many full collections of garbage there had been
        self._collecting_seconds = 0.0
        self.stopped_at: float | None = None
        self.wait: tuple[float, float, int] | None = None  # when it is over, how long it was, and what ends it
        self.why = f"it was stopped after {LIMIT_SECONDS:g} seconds of work"

    def _worked(self) -> float:
        return time.monotonic() if self._clock is None else time.clock_gettime(self._clock)

    def is_over(self) -> bool:
        """Whether it has worked or waited for too long, by the clock of its own thread where there is one.

        A busy machine takes no time from a scorer, and neither does a full collection of the garbage of all others,
        which holds up whichever thread happens to begin it: no work is counted since a look before one, up to a sum.
        """
        if self._worked_at_first is None:
            self._clock = time.pthread_getcpuclockid(self.thread) if hasattr(time, "pthread_getcpuclockid") else None
            self._worked_at_first = self._worked()
            self._last_look = self._worked_at_first, _full_collections()
        (worked_before, collections_before), self._last_look = self._last_look, (self._worked(), _full_collections())
        worked_until_now, collections = self._last_look
        if collections != collections_before:
            self._collecting_seconds += worked_until_now - worked_before
        collecting = min(self._collecting_seconds, LONGEST_COLLECTING_SECONDS)
        worked, passed = worked_until_now - self._worked_at_first - collecting, time.monotonic() - self.began
        # The second for a machine on which a second of work takes several.
        return (
            worked > LIMIT_SECONDS
            or (worked > LIMIT_SECONDS / 2 and passed > 2 * LIMIT_SECONDS)
            or passed > LONGEST_WAIT_SECONDS
        )


def within_limit(function: Callable[P, Result], *given: P.args, **named: P.kwargs) -> Result:
    """Call a function; raises TookTooLong where it was stopped at the limit. A call within a call has the outer limit.

    >>> within_limit(len, "nine")
    4
    """
    if getattr(_own, "is_running", False):
        return function(*given, **named)
    run = _LimitedCall()
    _own.is_running = True
    try:
        try:
            _watch(run)
            return function(*given, **named)
        finally:
            _forget(run)
    except _Stopped:
        _forget(run)  # it may have come before that was done
        raise TookTooLong(run.why) from None


@contextlib.contextmanager
def interrupted_at(seconds: float, by: int) -> Iterator[None]:
    """Within a call under the limit, in the main thread: end what waits for longer, by a signal."""
    run = _runs[threading.get_ident()]
    outer = run.wait  # of a scorer that is called by another
    before = signal.signal(by, _stop_waiting)
    run.wait = outer or (time.monotonic() + seconds, seconds, by)
    try:
        yield
    except _Stopped:
        raise TookTooLong(run.why) from None
    finally:
        run.wait = outer
        signal.signal(by, signal.SIG_DFL if before is None else before)


def _stop_waiting(number: int, frame: object) -> None:
    run = _runs.get(threading.get_ident())
    if run is not None and run.wait is not None and run.stopped_at is not None:
        raise _Stopped


def _watch(run: _LimitedCall) -> None:
    global _watcher
    with _lock:
        _runs[run.thread] = run
        if _watcher is None or not _watcher.is_alive():
            _watcher = threading.Thread(target=_look, daemon=True, name="workbench scorers' limit")
            _watcher.start()
        if not _wake.is_set():
            _wake.set()


def _forget(run: _LimitedCall) -> None:
    with _lock:
        _runs.pop(run.thread, None)
        _own.is_running = False
        if run.stopped_at is not None:
            # A stop that has not arrived yet would arrive somewhere else.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(run.thread), None)


def _look() -> None:
    while True:
        _wake.wait()
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        with _lock:
            if not _runs:
                _wake.clear()
            for run in _runs.values():
                now = time.monotonic()
                if run.stopped_at is not None and now - run.stopped_at <= _SECONDS_BETWEEN_STOPS:
                    continue
                if run.wait is not None and now > run.wait[0]:
                    run.stopped_at, run.why = now, f"it waited for more than {run.wait[1]:g} seconds and was stopped"
                    signal.pthread_kill(run.thread, run.wait[2])
                elif run.is_over():
                    run.stopped_at = now
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(run.thread), ctypes.py_object(_Stopped))


def _full_collections() -> int:
    return int(gc.get_stats()[-1]["collections"])


def _start_in_child() -> None:
    global _lock, _wake, _watcher
    _lock, _wake, _watcher = threading.Lock(), threading.Event(), None
    _runs.clear()


_own = threading.local()
_runs: dict[int, _LimitedCall] = {}
_lock = threading.Lock()
_wake = threading.Event()
_watcher: threading.Thread | None = None
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_in_child)
