"""One thread of its own for a thing that must not change threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any, TypeVar

from workbench.errors import StoreError

Result = TypeVar("Result")

_SECONDS_BETWEEN_LOOKS = 0.01


class Worker:
    """One daemon thread, started with its first job, that does its jobs in the order they came.

    Not a ThreadPoolExecutor: its threads end before `atexit` runs, where the last job, closing, still has to be done on
    the same thread.

    >>> worker = Worker("the example")
    >>> worker.submit(divmod, 7, 2).result()
    (3, 1)
    >>> worker.stop()
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._urgent: deque[Callable[[], None]] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def is_current(self) -> bool:
        return threading.current_thread() is self._thread

    def submit(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        future: Future[Result] = Future()
        # From here on it cannot be cancelled: whoever stops waiting for a put still wants the reply kept.
        future.set_running_or_notify_cancel()

        def job() -> None:
            try:
                future.set_result(function(*arguments))
            except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
                future.set_exception(error)

        with self._lock:
            if self._stopped:
                raise StoreError(f"Cannot use {self._owner}: it was closed. Open it again with open_store.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._owner, daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return future

    def pause(self, prepare: Callable[[], None], *, seconds: float) -> Callable[[], None]:
        """Run `prepare` after the job of this moment, then hold the thread still, until what this returns is called.

        Waits for that no longer than `seconds`, and not at all for a thread that has had no job yet.
        """
        still, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            try:
                if not go_on.is_set():
                    prepare()
            finally:
                still.set()
                go_on.wait()

        if self._thread is not None:
            with suppress(StoreError):  # it has ended
                self._urgent.append(hold)
                self.submit(_nothing)  # in case it waits for a job
                still.wait(seconds)
        return go_on.set

    @contextmanager
    def held(self, lock: threading.Lock) -> Iterator[None]:
        """Within a job: hold a lock. While another thread has it, what may not wait for the job's end is done."""
        while not lock.acquire(timeout=_SECONDS_BETWEEN_LOOKS):
            self._do_what_is_urgent()
        try:
            yield
        finally:
            lock.release()

    def stop(self) -> None:
        """Do what was submitted, then end."""
        with self._lock:
            self._stopped = True
            self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._do_what_is_urgent()
            job()
            del job  # or the last result would live until the next job

    def _do_what_is_urgent(self) -> None:
        while self._urgent:
            self._urgent.popleft()()


def _nothing() -> None:
    pass
