"""Bytes by key in a private folder, durable, never evicting: diskcache made to keep the protocol of a store."""

from __future__ import annotations

import asyncio
import atexit
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from diskcache import Timeout

from workbench.cache.store import beside
from workbench.cache.store.batches import Batches, Job
from workbench.cache.store.compressing import ForeignRow, seal_many, unseal_many
from workbench.cache.store.dictionaries import learn
from workbench.cache.store.folder import ROW_BOUND, check_room, place_of, read_only_message
from workbench.cache.store.protocol import Store as Store
from workbench.cache.store.protocol import StoreInfo as StoreInfo
from workbench.cache.store.readonly import ReadOnlyTable
from workbench.cache.store.table import DATABASE, StoreTable, explain, keys_beginning, keys_present, rows_after
from workbench.cache.store.thread import Worker
from workbench.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly

Result = TypeVar("Result")

_PUTS_BETWEEN_NOTES = 100
_WALKED_AT_ONCE = 300
_READ_ALL_THE_SAME = (StoreReadOnly, StoreFull)
_SECONDS_OF_A_COMMIT, _SECONDS_TO_LET_GO = 10.0, 5.0


def open_store(folder: Path, *, busy_seconds: float = 60.0) -> DiskStore:
    """Open the store in `folder`, and make it if it is not there.

    A lock that another process holds for longer than `busy_seconds` raises StoreBusy. Raises StoreError, or one of its
    kinds, for a folder that holds something else, a network file system, a read-only or damaged store.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
    ...     store.put_new("key", b"value"), store.put_new("key", b"other"), store.get("key"), store.get("missing")
    (True, False, b'value', None)
    """
    return DiskStore(folder, busy_seconds=busy_seconds)


def get_many(store: Store, keys: Iterable[str]) -> dict[str, bytes]:
    """Read the values of all `keys` that are there, in one go where the store can.

    Raises like `get`, at the first record that cannot be read.
    """
    if isinstance(store, DiskStore):
        return store.get_many(keys)
    found = ((key, store.get(key)) for key in keys)
    return {key: value for key, value in found if value is not None}


class DiskStore:
    """A Store in a private folder, over diskcache used as one plain table.

    All work is done on one thread of its own, because SQLite connections belong to a thread. The methods wait for it
    and may be called from any thread; `aget` and `aput_new` are awaited on an event loop. After a fork the child opens
    its own connection, and before it the parent lets go of its own for a moment. A folder that may not be written, or
    has no room, is read all the same. Close it when done, or leave that to the end of the process.
    """

    def __init__(self, folder: Path, *, busy_seconds: float = 60.0) -> None:
        self.path = place_of(Path(folder))
        self._database = self.path / DATABASE
        self._busy_seconds = busy_seconds
        self._closed = False
        self._identity: tuple[int, int] | None = None
        self._resumes = False
        self._start()
        _open_stores.add(self)
        try:
            self._run(self._attempt, lambda table: None)
        except BaseException:
            _open_stores.discard(self)
            self._worker.stop()
            raise

    def get(self, key: str) -> bytes | None:
        return self._run(self._read, [key]).get(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The values that are there; raises like `get`, at the first record that cannot be read."""
        return self._run(self._read, list(keys))

    def walk(self) -> Iterator[dict[str, bytes]]:
        """All values, some at a time in the order in which they were kept; raises like `get`."""
        last = 0
        while True:
            last, found = self._run(self._read_next, last)
            if not found:
                return
            yield found

    def put_new(self, key: str, value: bytes) -> bool:
        return self.put_many([(key, value)])[0]

    def present(self, keys: Iterable[str]) -> set[str]:
        """Which of these keys are there, by the index alone: no value is read."""
        wanted = list(keys)
        return self._run(self._attempt, lambda table: keys_present(table.connection, wanted))

    def beginning_with(self, beginnings: Sequence[str]) -> dict[str, str]:
        """For each beginning of a key a whole one, where there is one."""
        return self._run(self._attempt, lambda table: keys_beginning(table.connection, beginnings))

    def read_before(self, keys: Sequence[str]) -> list[tuple[str, bytes, bytes]]:
        """What was read before of these keys' replies: key, reader and bytes. Empty where that cannot be told."""
        return self._run(self._beside, lambda table: beside.fetch(table.connection, keys)) or []

    def texts_read_before(self, keys: Sequence[str]) -> list[tuple[str, bytes, bytes]]:
        """The same of the texts that were kept beside what was read."""
        return self._run(self._beside, lambda table: beside.fetch_texts(table.connection, keys)) or []

    def read_together(self, name: bytes) -> tuple[bytes | None, int]:
        """What was read of many replies, under one name, and how often a reply was changed or deleted until now."""
        return self._run(self._beside, lambda table: beside.fetch_together(table.connection, name)) or (None, -1)

    def note_read(self, rows: Sequence[beside.Read]) -> None:
        """Keep what was read; where that cannot be, no matter."""
        self._note(beside.write, rows)

    def note_together(self, name: bytes, data: bytes, changes: int) -> None:
        """Keep what was read of many replies, if none was changed since `changes` was told."""
        self._note(beside.write_together, name, data, changes)

    def _note(self, write: Callable[..., None], *what: Any) -> None:
        self.submit(self._beside, lambda table: beside.noted(table, write, *what))

    def delete(self, key: str) -> bool:
        return self._run(self._remove, key)

    def keys(self) -> Iterator[str]:
        return iter(self._run(self._list_keys))

    def info(self) -> StoreInfo:
        count = self._run(self._attempt, len)
        size = sum(file.stat().st_size for end in ("", "-wal") if (file := self.path / f"{DATABASE}{end}").exists())
        return StoreInfo(count=count, bytes=size, durable=True, shared=False, evicts=False, path=self.path)

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> list[bool]:
        """Insert several like `put_new`, in one transaction: all durable when it returns, none there when it raises."""
        keys = [key for key, _ in items]
        return self._run(self._insert, [*zip(keys, seal_many(items), strict=True)])

    def aget(self, key: str) -> asyncio.Future[bytes | None]:
        """The awaitable twin of `get`; what waits at the same time is read in one go."""
        return self._batches.get(key)

    def aput_new(self, key: str, value: bytes) -> asyncio.Future[bool]:
        """The awaitable twin of `put_new`: inserted even if nobody waits any more.

        Puts that wait at the same time share one commit, and none is done before that is on the disk.
        """
        return self._batches.put_new(key, value)

    def abeside(self, job: Job, item: Any) -> asyncio.Future[Any]:
        """Hand an item to a job on this store's thread, done ahead of what is put later, once with all that wait."""
        return self._batches.beside(job, item)

    def submit(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Run `function`, which may call this store's methods, on the store's thread; the future carries its result."""
        return self._worker.submit(function, *arguments)

    def close(self) -> None:
        """Finish what was submitted and let go of the folder; a second call does nothing."""
        if not self._closed:
            self._closed = True
            _open_stores.discard(self)
            self._worker.submit(self._finish).result()
            self._worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, function: Callable[..., Result], *arguments: Any) -> Result:
        return function(*arguments) if self._worker.is_current() else self.submit(function, *arguments).result()

    def _start(self) -> None:
        self._worker = Worker(f"the store in {self.path}")
        self._table: StoreTable | ReadOnlyTable | None = None
        self._puts_until_note = 1
        self._using = threading.Lock()  # held while the database is at work, see _rest
        self._batches = Batches(self)

    def _rest(self) -> Callable[[], None]:
        """Before a fork: finish what is under way and let go of the database, until what this returns is called.

        SQLite notes for the whole process which locks it holds. In a child that is born amid a transaction, that note
        says for ever that the database is locked; and one that is born beside an open connection believes in locks
        that the system never gave it.
        """
        if self._worker.is_current():
            return lambda: None
        using = self._using
        held = using.acquire(timeout=self._busy_seconds + _SECONDS_OF_A_COMMIT)
        go_on = self._worker.pause(self._let_go, seconds=_SECONDS_TO_LET_GO)

        def wake() -> None:
            if held:
                using.release()
            go_on()

        return wake

    def _start_in_child(self) -> None:
        # None, unless a job of the store itself forked: closing the parent's connection could undo what it writes.
        _abandoned.append(self._table)
        self._start()

    # From here on, everything runs on the worker.

    def _attempt(self, job: Callable[[StoreTable | ReadOnlyTable], Result]) -> Result:
        """Run `job` on the table. SQLite itself waits `busy_seconds` for a lock, so nothing is tried again here."""
        try:
            with self._worker.held(self._using):
                return job(self._open_table())
        except (Timeout, sqlite3.Error, OSError, UnicodeDecodeError) as error:  # the last from SQLite's own messages
            raise self._recover(error) from error

    def _beside(self, job: Callable[[StoreTable | ReadOnlyTable], Result]) -> Result | None:
        """Run a job on what can be made anew; whatever fails costs time, and no reply."""
        with suppress(StoreError):
            return self._attempt(job)
        return None

    def _open_table(self) -> StoreTable | ReadOnlyTable:
        if self._identity is not None and self._identify() != self._identity:
            # SQLite would go on writing into a file that has no name any more.
            self._drop_table()
            raise StoreCorrupt(
                f"{self._database} was removed or replaced while it was in use. Put it back, or restart this "
                f"process to begin with what is there now."
            )
        if self._table is None:
            try:
                self._table = StoreTable(self.path, busy_seconds=self._busy_seconds, compare=not self._resumes)
            except (*_READ_ALL_THE_SAME, sqlite3.Error, OSError, Timeout) as error:
                if not isinstance(error, StoreError) and not isinstance(explain(error, self.path), _READ_ALL_THE_SAME):
                    raise
                self._table = ReadOnlyTable(self.path)
            self._resumes = False
            self._identity = self._identify()
            self._puts_until_note = 1
        return self._table

    def _identify(self) -> tuple[int, int]:
        try:
            status = os.stat(self._database)
        except FileNotFoundError:
            return 0, 0
        return status.st_dev, status.st_ino

    def _read(self, keys: Sequence[str]) -> dict[str, bytes]:
        try:
            sealed = self._attempt(lambda table: table.fetch(keys))
            return unseal_many(sealed, self._learn)
        except ForeignRow as error:
            if len(keys) > 1:
                found = [self._read([key]) for key in keys]  # one by one, to find the one that is meant
                return {key: value for one in found for key, value in one.items()}
            raise StoreCorrupt(error.told(keys[0], self.path)) from None

    def _learn(self) -> None:
        self._attempt(lambda table: learn(table.connection, self._database))

    def _read_next(self, last: int) -> tuple[int, dict[str, bytes]]:
        try:
            last, sealed = self._attempt(lambda table: rows_after(table.connection, last, _WALKED_AT_ONCE))
        except ForeignRow:
            self._list_keys()  # which says what to do about it
            raise
        try:
            return last, unseal_many(sealed, self._learn)
        except ForeignRow:
            return last, self._read(list(sealed))  # which finds the one that is meant

    def _insert(self, rows: Sequence[tuple[str, bytes]]) -> list[bool]:
        self._hope_to_write()
        added = self._attempt(lambda table: table.insert(rows))
        self._puts_until_note -= sum(added)
        if self._puts_until_note <= 0 and any(added):
            self._note_rows()
        return added

    def _hope_to_write(self) -> None:
        """Open what could only be read anew: it may have been made writable."""
        if isinstance(self._table, ReadOnlyTable):
            self._drop_table()
            self._identity = None

    def check_writable(self) -> None:
        """Raise `StoreReadOnly` or `StoreFull` where nothing can be put, before what is to be put costs money."""
        check_room(self.path)
        self._hope_to_write()
        if self._attempt(lambda table: isinstance(table, ReadOnlyTable)):
            raise StoreReadOnly(read_only_message(self.path))

    def _remove(self, key: str) -> bool:
        self._hope_to_write()
        if removed := self._attempt(lambda table: table.remove(key)):
            self._note_rows()
        return removed

    def _list_keys(self) -> list[str]:
        try:
            return self._attempt(lambda table: table.list_keys())
        except ForeignRow as error:
            raise StoreCorrupt(
                f"A record in {self.path} {error}. Remove what is foreign, in that folder, with: sqlite3 {DATABASE} "
                f"\"DELETE FROM Cache WHERE raw <> 1 OR typeof(key) <> 'text'\" && rm {ROW_BOUND}"
            ) from None

    def _note_rows(self) -> None:
        """Write down how many rows there are. The old note stays true when that fails, and the rows are safe."""
        self._puts_until_note = _PUTS_BETWEEN_NOTES
        if self._table is not None and self._identify() == self._identity:  # one in place of ours has its own count
            try:
                with self._worker.held(self._using):
                    if self._table is not None:  # a fork may have come between
                        self._table.note_rows()
            except (Timeout, sqlite3.Error, OSError) as error:
                self._recover(error)

    def _recover(self, error: Exception) -> StoreError:
        """Leave no transaction open, and say what went wrong.

        The connection is kept where it can still read: a full disk, or a process with too many files, has no room for
        another one.
        """
        explained = explain(error, self.path)
        if self._table is not None:
            try:
                if self._table.connection.in_transaction:
                    self._table.connection.rollback()
            except sqlite3.Error:
                self._drop_table()
            if not isinstance(error, OSError) and not isinstance(explained, (StoreFull, StoreBusy, StoreReadOnly)):
                self._drop_table()
        return explained

    def _drop_table(self) -> None:
        if self._table is not None:
            with suppress(sqlite3.Error):
                self._table.close()
        self._table = None

    def _let_go(self) -> None:
        self._resumes = self._table is not None
        self._drop_table()

    def _finish(self) -> None:
        self._note_rows()
        self._drop_table()


_open_stores: set[DiskStore] = set()
_abandoned: list[StoreTable | ReadOnlyTable | None] = []


def _close_all() -> None:
    for store in tuple(_open_stores):
        store.close()


_resting = threading.local()


def _rest_all() -> None:
    _resting.wake = [store._rest() for store in tuple(_open_stores)]


def _wake_all() -> None:
    for wake in _resting.__dict__.pop("wake", ()):
        wake()


def _restart_all() -> None:
    for store in tuple(_open_stores):
        store._start_in_child()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_rest_all, after_in_parent=_wake_all, after_in_child=_restart_all)
