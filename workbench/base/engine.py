"""One event loop in one daemon thread owns every connection; whoever calls waits for it.

A client that is used from two event loops pays for the reply and loses it, and a notebook, a widget's callback and a
script each have a loop of their own or none. So nobody's loop is used but this one.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from workbench.errors import WorkbenchError

T = TypeVar("T")

_SECONDS_TO_CLEAN_UP = 5.0

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None
_owner_pid = 0


def event_loop() -> asyncio.AbstractEventLoop:
    """The loop, started on first use and anew in a forked child."""
    global _loop, _thread, _owner_pid
    with _lock:
        if _loop is None or _owner_pid != os.getpid():
            loop = asyncio.new_event_loop()
            started = threading.Event()

            def serve() -> None:
                asyncio.set_event_loop(loop)
                loop.call_soon(started.set)
                loop.run_forever()

            _thread = threading.Thread(target=serve, daemon=True, name="workbench")
            _thread.start()
            started.wait()
            _loop, _owner_pid = loop, os.getpid()
        return _loop


def submit(coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
    """Start a coroutine on the loop from any thread; cancelling the future cancels it."""
    return asyncio.run_coroutine_threadsafe(coroutine, event_loop())


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the loop and wait; an interrupt (Ctrl-C, the stop button) cancels it and lets it clean up.

    >>> async def nine() -> int:
    ...     return 9
    >>> run(nine())
    9
    """
    return wait(submit(coroutine))


def wait(future: concurrent.futures.Future[T]) -> T:
    """Wait for a future of the loop; on an interrupt cancel it first and give it time to clean up.

    Raises RuntimeError on the loop's own thread, which would wait for itself.
    """
    if threading.current_thread() is _thread:
        future.cancel()
        raise RuntimeError("a blocking call was made on the workbench's own event loop; await its asynchronous twin")
    try:
        return future.result()
    except KeyboardInterrupt:
        future.cancel()
        clean_up(future)
        raise
    except WorkbenchError as error:
        # The frames of the loop's thread hold requests; a traceback that prints local variables must not reach them.
        raise error.with_traceback(None) from None


def clean_up(future: concurrent.futures.Future[Any]) -> None:
    """Give a cancelled future's coroutine time to end: to keep what was paid for, and to send nothing more."""
    concurrent.futures.wait([future], timeout=_SECONDS_TO_CLEAN_UP)


def at_exit(farewell: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine on the loop when the process ends."""

    def run_it() -> None:
        if _owner_pid == os.getpid():
            concurrent.futures.wait([submit(farewell())], timeout=_SECONDS_TO_CLEAN_UP)

    atexit.register(run_it)


async def uninterrupted(awaitable: Awaitable[T]) -> T:
    """Await something to its end even when the caller is cancelled meanwhile: for what was paid must be kept."""
    future = asyncio.ensure_future(awaitable)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        if not future.cancelled():
            await future
        raise
