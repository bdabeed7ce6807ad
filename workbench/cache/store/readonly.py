"""A store that may not be written, read all the same: what was paid for is served, and nothing is added."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import urllib.parse
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from workbench.cache.store.dictionaries import learn
from workbench.cache.store.folder import check_row_bound, read_only_message
from workbench.cache.store.table import DATABASE, PlainDisk, check_index, rows_of, text_keys
from workbench.errors import StoreReadOnly

_WRITTEN_BESIDE = f"{DATABASE}-wal"


class ReadOnlyTable:
    """The table of a store in a folder, or a file, that this user may not write; empty where there is none yet.

    Belongs to the thread that opened it. What asks to change it raises StoreReadOnly.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._disk = PlainDisk(tempfile.gettempdir())  # it names no file, wherever it thinks it is
        self.connection = self._connected()
        try:
            check_row_bound(folder, check_index(self.connection, folder / DATABASE))
            learn(self.connection, folder / DATABASE)
        except BaseException:
            self.close()
            raise

    def fetch(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The bytes of the rows that are there."""
        return rows_of(self.connection, keys)

    def list_keys(self) -> list[str]:
        """Every key."""
        return text_keys(self.connection, self._disk)

    def __len__(self) -> int:
        ((count,),) = self.connection.execute("SELECT COUNT(*) FROM Cache")
        return int(count)

    def insert(self, rows: Sequence[tuple[str, bytes]]) -> NoReturn:
        raise StoreReadOnly(read_only_message(self._folder))

    def remove(self, key: str) -> NoReturn:
        raise StoreReadOnly(read_only_message(self._folder))

    def transact(self) -> NoReturn:
        raise StoreReadOnly(read_only_message(self._folder))

    def note_rows(self) -> None:
        """Nothing has changed, and nothing can be noted."""

    def close(self) -> None:
        self.connection.close()
        if self._copy is not None:
            self._copy.cleanup()

    def _connected(self) -> sqlite3.Connection:
        database = self._folder / DATABASE
        if not os.path.lexists(database):
            return _empty()
        beside = self._folder / _WRITTEN_BESIDE
        if beside.exists():  # as while somebody else writes
            with suppress(sqlite3.OperationalError):
                return _opened(database, "mode=ro")
        if not beside.exists() or beside.stat().st_size == 0:
            # Nobody writes, and nothing waits beside the file: it is all there is. SQLite could not lock it here.
            return _opened(database, "immutable=1")
        # The last replies are in a file beside it that only a writer can take in: a copy of both can be written.
        self._copy = tempfile.TemporaryDirectory(prefix="wb-")
        for file in (database, beside):
            shutil.copyfile(file, Path(self._copy.name, file.name))
        return _opened(Path(self._copy.name, DATABASE), "mode=rw")


def _opened(database: Path, how: str) -> sqlite3.Connection:
    address = f"file:{urllib.parse.quote(str(database))}?{how}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        connection.execute("SELECT COUNT(*) FROM sqlite_master")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'Cache'").fetchone():
            connection.close()
            return _empty()
    except BaseException:
        connection.close()
        raise
    return connection


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE Cache (key TEXT, raw INTEGER, mode INTEGER, filename TEXT, value BLOB)")
    connection.execute("CREATE UNIQUE INDEX Cache_key_raw ON Cache(key, raw)")
    return connection
