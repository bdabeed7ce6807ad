"""diskcache made safe to keep paid replies in: nothing pickled, nothing in files, nothing evicted, no endless wait."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import Any, NoReturn

import diskcache
from diskcache import Timeout
from diskcache.core import METADATA, MODE_RAW

from workbench.cache.store import beside, dictionaries
from workbench.cache.store.compressing import ForeignRow
from workbench.cache.store.folder import (
    FORMAT_VERSION,
    check_row_bound,
    compared_lately,
    explain_os_error,
    forget_row_bound,
    free_bytes,
    full_message,
    mark_format,
    note_comparison,
    prepare_folder,
    read_only_message,
    write_row_bound,
)
from workbench.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly

DATABASE = "cache.db"

# Each stops a way in which diskcache loses a row or the machine loses it in a power cut. They are written into the
# database at every opening, because whoever opened it last with other settings left those behind.
SETTINGS: dict[str, Any] = {
    "eviction_policy": "none",
    "cull_limit": 0,
    "size_limit": 1 << 62,
    "statistics": 0,
    "tag_index": 0,
    "disk_min_file_size": 1 << 62,
    "sqlite_auto_vacuum": 0,
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 0,  # a memory-mapped file that is cut kills the process with SIGBUS
    "sqlite_secure_delete": 1,  # a deleted prompt is overwritten, not only unlinked
    "sqlite_synchronous": 2,  # FULL: NORMAL loses up to hundreds of acknowledged rows in a power cut
}

# A row leaves only by way of DiskStore.delete, which marks it with an expiry first. Without this, one `set` by a
# program that opens the folder with an eviction policy deletes nearly all.
_KEEP_ROWS = """
CREATE TRIGGER IF NOT EXISTS workbench_keeps_rows BEFORE DELETE ON Cache
WHEN OLD.expire_time IS NULL AND OLD.raw = 1 AND typeof(OLD.key) = 'text'
BEGIN SELECT RAISE(ABORT, 'this is a store of paid replies: nothing is evicted; see workbench cache delete'); END
"""

# Something as it is, so that there is a commit to wait for; an UPDATE to the same value would write nothing.
_WRITE_ANEW = "INSERT OR REPLACE INTO Settings SELECT key, value FROM Settings WHERE key = 'cull_limit'"

# Nothing in place of what this package did not write: it is no row of ours when it is unsealed.
_VALUE = f"CASE WHEN mode = {MODE_RAW} AND filename IS NULL AND typeof(value) = 'blob' THEN value ELSE x'' END"
_FETCH = f"SELECT key, {_VALUE} FROM Cache WHERE raw = 1 AND key IN ({{}})"
_FETCH_NEXT = f"""
SELECT rowid, CASE WHEN raw = 1 AND typeof(key) = 'text' THEN key END, {_VALUE}
FROM Cache WHERE rowid > ? ORDER BY rowid LIMIT ?
"""
_INDEX = "Cache_key_raw"  # of diskcache's making
_ALL_KEYS = f"SELECT key FROM Cache INDEXED BY {_INDEX} WHERE raw = 1"
_TIMES_AS_QUICK = 4
_PRESENT = f"{_ALL_KEYS} AND key IN ({{}})"
# What the index does not find is a miss, though its row is there. Reads the keys alone: 0.2 s for 100,000 replies.
_COMPARE_INDEX = f"""
SELECT COUNT(*), COUNT(indexed.rowid) FROM Cache AS row NOT INDEXED LEFT JOIN Cache AS indexed INDEXED BY {_INDEX}
ON indexed.key = row.key AND indexed.raw = row.raw AND indexed.rowid = row.rowid
"""
_BEGINNING = (
    "SELECT wanted.value, Cache.key FROM json_each(?) AS wanted CROSS JOIN Cache "  # each is looked up in the index
    "WHERE Cache.key > wanted.value AND Cache.key < wanted.value || '~'"  # behind all that a key is made of
)
_MARK = "UPDATE Cache SET expire_time = 1 WHERE key = ? AND raw = 1"  # what _KEEP_ROWS asks for
_DELETE = "DELETE FROM Cache WHERE key = ? AND raw = 1"
_FOREIGN_KEY = "holds a key that this package did not write"
_MOST_KEYS = 500
ROWS_COMPARED_ALWAYS = 20_000
"""Fewer rows are compared with their index at each opening, in a twentieth of a second; more of them once a day."""

_PAGE_BYTES = 2_048
_CACHED_KB = 32_768
"""Of pages that are held, whatever their size in a store that is there already; diskcache counts pages."""

_INSERT_ALL = "INSERT INTO Cache (key, raw, store_time, access_time, access_count, size, mode, value) VALUES {}"
_ROW = "(?, 1, ?, ?, 0, 0, ?, ?)"
_INSERT = _INSERT_ALL.format(_ROW) + " ON CONFLICT (key, raw) DO NOTHING"
_MOST_ROWS = 64

_SCARCE_BYTES = 1 << 20


class PlainDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache ships no types
    """Text keys and bytes in the row: nothing is pickled or unpickled, and no file is named, read or removed."""

    def put(self, key: Any) -> tuple[str, bool]:
        if type(key) is not str:
            raise TypeError(f"a key of the store is a str, not {key!r}")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if raw != 1 or type(key) is not str:
            raise ForeignRow(_FOREIGN_KEY)
        return key

    def store(self, value: Any, read: bool, key: Any = None) -> NoReturn:
        raise TypeError("the store writes values with StoreTable.insert alone")

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> bytes:
        if read or mode != MODE_RAW or filename is not None or type(value) is not bytes:
            raise ForeignRow("was not written by this package")
        return value

    def filename(self, key: Any = None, value: Any = None) -> NoReturn:
        raise TypeError("the store keeps no values in files")

    def remove(self, file_path: Any) -> None:
        """Leave the file alone: a row that somebody else wrote can name any path."""


class StoreTable(diskcache.Cache):  # type: ignore[misc]  # diskcache ships no types
    """The one table of a store. Belongs to the thread that opened it.

    Of diskcache's own methods only `transact`, `len` and `close` are for others to call: `table[key] = value` and
    `retry=True` never return on a read-only file, and the rest is not made for replies that were paid for. Rows are
    read and written by one statement each, which commits by itself: five, as in diskcache's `add`, wait five times for
    a busy interpreter.
    """

    _is_open = False

    def __init__(self, folder: Path, *, busy_seconds: float, compare: bool = True) -> None:
        """Open, or make, the table in `folder`; raises a StoreError, or what diskcache raises: see `explain`.

        `compare` is false where this process has compared rows and index already.
        """
        if os.path.expandvars(folder) != str(folder):
            raise StoreError(f"{folder} holds the name of an environment variable, which diskcache would put in place.")
        version = prepare_folder(folder)
        self._dictionaries = _examine(folder, busy_seconds, compare)
        try:
            super().__init__(str(folder), timeout=busy_seconds, disk=PlainDisk, **SETTINGS)
            # diskcache holds it in thread-local storage only, which a fork empties: see DiskStore.
            self.connection: sqlite3.Connection = self._con
            self.connection.execute(f"PRAGMA cache_size = -{_CACHED_KB}")
            self.connection.execute(_KEEP_ROWS)
            beside.make(self.connection)
            self._is_open = True
            self.connection.execute(f"PRAGMA synchronous = {SETTINGS['sqlite_synchronous']}")
            self.connection.execute(_WRITE_ANEW)
            self._format_is_marked = version >= FORMAT_VERSION
            self._compare_settings(folder)
        except BaseException:
            self.close()
            raise

    def reset(self, key: str, value: Any = diskcache.core.ENOVAL, update: bool = True) -> Any:
        """diskcache's own, which commits 40 times while it opens: the disk is waited for once, at the end of it.

        That one commit takes all to the disk that is found here, also what another program wrote and did not wait for.
        """
        found = super().reset(key, value, update)
        if key == "sqlite_synchronous" and not self._is_open:
            self._con.execute("PRAGMA synchronous = NORMAL")
        return found

    def fetch(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The bytes of the rows that are there; empty for a row that this package did not write."""
        return rows_of(self.connection, keys)

    def insert(self, rows: Sequence[tuple[str, bytes]]) -> list[bool]:
        """Add rows, all on the disk when this returns; False for a key that is there already."""
        if not self._format_is_marked:
            mark_format(Path(self.directory))
            self._format_is_marked = True
        now = time.time()
        lacks = dictionaries.current().name not in self._dictionaries
        with self.transact() if len(rows) > 1 or lacks else nullcontext():
            if lacks:
                dictionaries.keep(self.connection)
            added: list[bool] = []
            for start in range(0, len(rows), _MOST_ROWS):
                some = rows[start : start + _MOST_ROWS]
                added += self._insert([(key, now, now, MODE_RAW, value) for key, value in some])
        self._dictionaries.add(dictionaries.current().name)
        return added

    def _insert(self, rows: Sequence[tuple[Any, ...]]) -> list[bool]:
        """Add rows with one statement, for each gives the interpreter's lock away; one by one where a key is there."""
        if len(rows) > 1:
            try:
                self.connection.execute(_INSERT_ALL.format(", ".join([_ROW] * len(rows))), [*itertools.chain(*rows)])
            except sqlite3.IntegrityError:  # of which nothing was added
                pass
            else:
                return [True] * len(rows)
        return [self.connection.execute(_INSERT, row).rowcount == 1 for row in rows]

    def remove(self, key: str) -> bool:
        """Delete one row; the note of how many there are goes first, so that it never says too much."""
        with self.transact():
            there = self.connection.execute(_MARK, (key,)).rowcount == 1
            if there:
                forget_row_bound(Path(self.directory))
                self.connection.execute(_DELETE, (key,))
        return there

    def list_keys(self) -> list[str]:
        """Every key, from the index alone: diskcache's own iteration also reads the rows, about 4 kB for each."""
        return text_keys(self.connection, self.disk)

    def note_rows(self) -> None:
        """Write down how many rows there are, while nobody else can change it."""
        with self.transact():
            write_row_bound(Path(self.directory), len(self))

    def _compare_settings(self, folder: Path) -> None:
        found = dict(self.connection.execute("SELECT key, value FROM Settings"))
        for name, value in SETTINGS.items():
            if found.get(name) != value:
                raise StoreError(
                    f"Another program has set {name} of the store in {folder} to {found.get(name)!r}; it must be "
                    f"{value!r}, or replies may be lost. Stop that program, or set WORKBENCH_CACHE to another folder."
                )


def rows_of(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, bytes]:
    """The bytes of the rows that are there; empty for a row that this package did not write."""
    found: dict[str, bytes] = {}
    for start in range(0, len(keys), _MOST_KEYS):
        some = keys[start : start + _MOST_KEYS]
        found.update(connection.execute(_FETCH.format(", ".join("?" * len(some))), some))
    return found


def rows_after(connection: sqlite3.Connection, last: int, most: int) -> tuple[int, dict[str, bytes]]:
    """The rows behind a place, as they lie, and the next place: half the time of looking for each by its key.

    Raises ForeignRow for a key that this package did not write.
    """
    rows = connection.execute(_FETCH_NEXT, (last, most)).fetchall()
    found = {key: value for _, key, value in rows}
    if None in found:
        raise ForeignRow(_FOREIGN_KEY)
    return rows[-1][0] if rows else last, found


def keys_present(connection: sqlite3.Connection, keys: Sequence[str]) -> set[str]:
    """Which keys are there: the index tells, and no row is read."""
    ((count,),) = connection.execute("SELECT COALESCE(MAX(rowid), 0) FROM Cache")
    if len(keys) * _TIMES_AS_QUICK > count:  # to walk through the index takes a tenth as long as to look for each
        wanted = set(keys)
        missing = wanted.difference(key for (key,) in connection.execute(_ALL_KEYS))
        return wanted - missing if missing else wanted  # the texts at hand, and not the same ones once more
    found: set[str] = set()
    for start in range(0, len(keys), _MOST_KEYS):
        some = keys[start : start + _MOST_KEYS]
        found.update(key for (key,) in connection.execute(_PRESENT.format(", ".join("?" * len(some))), some))
    return found


def keys_beginning(connection: sqlite3.Connection, beginnings: Sequence[str]) -> dict[str, str]:
    """A key that begins so, for each beginning with which one does: the index tells."""
    return dict(connection.execute(_BEGINNING, (json.dumps(beginnings),))) if beginnings else {}


def text_keys(connection: sqlite3.Connection, disk: PlainDisk) -> list[str]:
    """Every key; raises ForeignRow for one that this package did not write."""
    return [disk.get(key, raw) for key, raw in connection.execute("SELECT key, raw FROM Cache").fetchall()]


def check_index(connection: sqlite3.Connection, database: Path) -> int:
    """How many rows there are; raises StoreCorrupt where the index does not find each of them."""
    ((count,),) = connection.execute("SELECT COUNT(*) FROM Cache")
    ((rows, found),) = connection.execute(_COMPARE_INDEX)
    if not count == rows == found:
        raise StoreCorrupt(
            f"The index of {database} finds {found:,} of {rows:,} replies: a bit has changed on the disk, and what it "
            f"hides would be bought again. Bring the folder back from a copy, or make the index anew: "
            f"sqlite3 {database} REINDEX"
        )
    return int(count)


def give_form(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Set what a new database keeps from its first page on; waits for another process that is just doing it.

    SQLite itself waits for no lock when the journal is changed, and says at once that the database is locked.
    """
    until = time.monotonic() + busy_seconds
    while True:
        try:
            if not connection.execute("PRAGMA schema_version").fetchone()[0]:
                # What is left of a reply's last page is lost. Of replies of many lengths, 8 kB of prose in the mean, a
                # file is an eighth larger with pages of 4 kB; and of 1 kB, short ones leave half.
                connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
                connection.execute("PRAGMA journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _examine(folder: Path, busy_seconds: float, compare: bool) -> set[bytes]:
    """Look at the database with plain SQLite before diskcache acts on it; return the names of its dictionaries."""
    database = folder / DATABASE
    if database.is_symlink():
        raise StoreError(f"{database} is a link, which is not followed. Set WORKBENCH_CACHE to the folder it leads to.")
    with suppress(FileExistsError):
        # Once it exists it is never opened by hand: closing it would drop the locks that SQLite holds on it.
        os.close(os.open(database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    known = sorted({*diskcache.DEFAULT_SETTINGS, *METADATA, *SETTINGS})
    with closing(sqlite3.connect(database, timeout=busy_seconds, isolation_level=None)) as connection:
        # diskcache's triggers need double-quoted strings, but would say so only at the first put, of a reply paid for.
        connection.execute('SELECT "text"')
        give_form(connection, busy_seconds)
        # diskcache would spin for a minute on a lock and for ever on a read-only file; this waits, or says so.
        connection.execute("BEGIN IMMEDIATE")
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "Settings" in there:
            # diskcache turns every row of it into an attribute of its own or the text of a PRAGMA.
            places = ", ".join("?" * len(known))
            connection.execute(f"DELETE FROM Settings WHERE key NOT IN ({places})", known)
        count = 0
        if "Cache" in there:
            # A row that somebody else gave an expiry would read as a miss, and be bought again.
            connection.execute("UPDATE Cache SET expire_time = NULL WHERE expire_time IS NOT NULL")
            # diskcache's triggers keep this count, so that it need not be taken: of a million rows that is a second.
            noted = connection.execute("SELECT value FROM Settings WHERE key = 'count'").fetchone()
            count = noted[0] if noted and type(noted[0]) is int else 0
            # Without an index another process is making the store now, or diskcache makes it anew from all rows.
            if compare and _INDEX in there and (count < ROWS_COMPARED_ALWAYS or not compared_lately(folder)):
                count = check_index(connection, database)
                note_comparison(folder)
        check_row_bound(folder, count)
        names = dictionaries.learn(connection, database)
        connection.execute("COMMIT")
    return names


def explain(error: Exception, folder: Path) -> StoreError:
    """The StoreError that says what a failure inside diskcache or SQLite means."""
    cause: BaseException = error
    # diskcache hides the cause behind a Timeout, or behind the failure of the rollback that followed it.
    while isinstance(cause.__context__, (sqlite3.Error, OSError)):
        cause = cause.__context__
    if isinstance(cause, OSError):
        return explain_os_error(cause, folder)
    text = str(cause)
    # The low byte is the primary code; a Timeout without a cause, and errors of Python's own making, have none.
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_BUSY if isinstance(cause, Timeout) else 0) & 0xFF
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR) and free_bytes(folder) < _SCARCE_BYTES:
        code = sqlite3.SQLITE_FULL
    if code == sqlite3.SQLITE_FULL:
        return StoreFull(full_message(folder))
    if code == sqlite3.SQLITE_READONLY:
        return StoreReadOnly(read_only_message(folder))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return StoreBusy(f"Another process keeps the store in {folder} locked. Stop it, or wait and try again.")
    if "no such column" in text:
        return StoreError(
            f"The SQLite library of this Python ({sqlite3.sqlite_version}) was built without double-quoted strings "
            f"(SQLITE_DQS=0), which diskcache needs. Use another Python, such as one from `uv python install`."
        )
    damaged = any(words in text for words in ("no such table", "no such index", "decode"))
    if damaged or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreCorrupt(
            f"The database {folder / DATABASE} is damaged ({text}). Bring it back from a copy, or move the folder away "
            f"and bring back what was exported with `workbench cache import`."
        )
    return StoreError(f"The store in {folder} cannot be used: {text}. Too many open files, or too little memory?")
