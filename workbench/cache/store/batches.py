"""Gets and puts of an event loop in batches: those that wait together share a statement, a commit and a message back.

A thread beside a busy loop makes both wait each time it takes the interpreter's lock again. One job at a time, that
costs a sweep as much as all the rest of a call, and a disk that needs 5 ms to be certain keeps 200 replies a second.
"""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from workbench.errors import StoreBusy, StoreError

Item = TypeVar("Item")


class Shelf(Protocol):
    """What batches are done with: a store with a thread of its own."""

    def get_many(self, keys: Sequence[str], /) -> dict[str, bytes]: ...
    def put_many(self, items: Sequence[tuple[str, bytes]], /) -> list[bool]: ...
    def submit(self, function: Callable[[], None], /) -> object: ...


Job = Callable[[list[Any]], Sequence[object]]
"""Takes all that wait for it, and says what came of each; it raises nothing."""


class Batches:
    """The gets and puts that wait for one store. What comes while a batch is done makes up the next one."""

    def __init__(self, store: Shelf) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._gets: list[tuple[asyncio.Future[Any], str]] = []
        self._puts: list[tuple[asyncio.Future[Any], tuple[str, bytes]]] = []
        self._beside: dict[Job, list[tuple[asyncio.Future[Any], Any]]] = {}

    def get(self, key: str) -> asyncio.Future[bytes | None]:
        future = asyncio.get_running_loop().create_future()
        with self._lock:
            self._ask_for_work()
            self._gets.append((future, key))
        return future

    def put_new(self, key: str, value: bytes) -> asyncio.Future[bool]:
        future = asyncio.get_running_loop().create_future()
        with self._lock:
            self._ask_for_work()
            self._puts.append((future, (key, value)))
        return future

    def beside(self, job: Job, item: Any) -> asyncio.Future[Any]:
        """Hand an item to a job that is done ahead of the gets and puts, once with all that wait for it."""
        future = asyncio.get_running_loop().create_future()
        with self._lock:
            self._ask_for_work()
            self._beside.setdefault(job, []).append((future, item))
        return future

    def _ask_for_work(self) -> None:
        """With the lock: have all that waits done, unless that is on its way already."""
        if not self._gets and not self._puts and not self._beside:
            self._store.submit(self._work)

    def _work(self) -> None:
        with self._lock:
            gets, self._gets = self._gets, []
            puts, self._puts = self._puts, []
            beside, self._beside = self._beside, {}
        told: list[tuple[asyncio.Future[Any], object]] = []
        for job, waiting in beside.items():
            told += zip((future for future, _ in waiting), job([item for _, item in waiting]), strict=True)
        found = _outcomes(lambda keys: list(map(self._store.get_many(keys).get, keys)), [key for _, key in gets])
        # Each telling wakes the loop, and nothing of this waited for a disk to be certain, as puts do.
        _tell([*told, *zip((future for future, _ in gets), found, strict=True)])
        kept = _outcomes(self._store.put_many, [item for _, item in puts])
        _tell([*zip((future for future, _ in puts), kept, strict=True)])


def _outcomes(do_all: Callable[[Sequence[Item]], Sequence[object]], items: Sequence[Item]) -> list[object]:
    """What came of each: one that cannot be done, or for which there is no room, costs no other."""
    try:
        return [*do_all(items)] if items else []
    except StoreError as error:
        if len(items) == 1 or isinstance(error, StoreBusy):  # who waited once for a lock does not wait once for each
            return [copy.copy(error) for _ in items]
        return [_outcomes(do_all, [item])[0] for item in items]


def _tell(outcomes: Sequence[tuple[asyncio.Future[Any], object]]) -> None:
    for loop in {future.get_loop() for future, _ in outcomes}:
        mine = [pair for pair in outcomes if pair[0].get_loop() is loop]
        with suppress(RuntimeError):  # the loop was closed, and nobody waits any more
            loop.call_soon_threadsafe(_settle, mine)


def _settle(pairs: Sequence[tuple[asyncio.Future[Any], object]]) -> None:
    for future, outcome in pairs:
        if future.done():
            continue
        if isinstance(outcome, StoreError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
