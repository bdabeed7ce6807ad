"""What was read of a reply, kept beside it in the same file: never believed, always to be made anew.

A row goes when its reply does, whoever deletes that, older versions of this package included, because SQLite itself
takes it away. It is bound to the place of its reply, holds a digest of its own, and says which reader made it.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol

import zstandard

from workbench.cache.store.dictionaries import current

FIGURES, TEXTS = "WorkbenchRead", "WorkbenchReadText"
"""The tables: what is read of every reply, and what is asked for less often and is ten times as large."""

_MAKE = """
CREATE TABLE IF NOT EXISTS {table}
(key TEXT PRIMARY KEY, place INTEGER NOT NULL, reader BLOB NOT NULL, data BLOB NOT NULL) {kind}
"""
# Without rowids, what is longer than a quarter of a page goes on in one of its own, which a text leaves nearly empty.
_KINDS = {FIGURES: "WITHOUT ROWID", TEXTS: ""}
_FOLLOW = (
    """
    CREATE TRIGGER IF NOT EXISTS {table}_forgets AFTER DELETE ON Cache
    BEGIN DELETE FROM {table} WHERE key = OLD.key; END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS {table}_rereads AFTER UPDATE OF key, value ON Cache
    BEGIN DELETE FROM {table} WHERE key = OLD.key; END
    """,
)
# Both come from indexes alone: no page with a reply in it is read.
_FETCH = """
SELECT one.key, one.reader, one.data FROM {table} AS one JOIN Cache AS reply INDEXED BY Cache_key_raw
ON reply.key = one.key AND reply.raw = 1 AND reply.rowid = one.place WHERE one.key IN ({places})
"""
# A reply that was put in place of the one that was read is younger than the reading.
_WRITE = """
INSERT OR REPLACE INTO {table} (key, place, reader, data)
SELECT reply.key, reply.rowid, one.column1, one.column2 FROM (VALUES {rows}) AS one CROSS JOIN Cache AS reply
ON reply.key = one.column3 AND reply.raw = 1 WHERE reply.store_time <= one.column4
"""
# A sweep reads many in one order, again and again. Each change of a reply, whoever makes it, throws all of it away.
_TOGETHER = """
CREATE TABLE IF NOT EXISTS WorkbenchReadTogether
(name BLOB PRIMARY KEY, number INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID
"""
_CHANGES = "CREATE TABLE IF NOT EXISTS WorkbenchChanges (only INTEGER PRIMARY KEY, number INTEGER NOT NULL)"
_BEGIN_CHANGES = "INSERT OR IGNORE INTO WorkbenchChanges VALUES (1, 0)"
_THROW_AWAY = """
CREATE TRIGGER IF NOT EXISTS WorkbenchReadTogether_{what} AFTER {event} ON Cache
BEGIN
DELETE FROM WorkbenchReadTogether;
UPDATE WorkbenchChanges SET number = number + 1;
END
"""
_FETCH_TOGETHER = """
SELECT number, (SELECT data FROM WorkbenchReadTogether WHERE name = ?) FROM WorkbenchChanges WHERE only = 1
"""
_WRITE_TOGETHER = """
INSERT OR REPLACE INTO WorkbenchReadTogether (name, number, data)
SELECT ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM WorkbenchReadTogether), ?
WHERE (SELECT number FROM WorkbenchChanges WHERE only = 1) = ?
"""
_OLDEST = """
DELETE FROM WorkbenchReadTogether WHERE number <= (SELECT MAX(number) FROM WorkbenchReadTogether) - ?
"""
MOST_TOGETHER = 1_000
"""Of thousands of replies each; those that were written first go first."""

Read = tuple[str, bytes, bytes, bytes | None, float]
"""Key, reader, figures, a text that is asked for often, and the moment from which on the reply was there."""

_MOST_KEYS = 500
_MOST_WRITTEN = 100  # by one statement, each of which gives the interpreter's lock away
_DIGEST_BYTES = 8
_MOST_BYTES = 1 << 24


def make(connection: sqlite3.Connection) -> None:
    """Make the tables where they are not there."""
    for table, kind in _KINDS.items():
        for statement in (_MAKE, *_FOLLOW):
            connection.execute(statement.format(table=table, kind=kind))
    for statement in (_TOGETHER, _CHANGES, _BEGIN_CHANGES):
        connection.execute(statement)
    for what, event in (("forgets", "DELETE"), ("rereads", "UPDATE OF key, value")):
        connection.execute(_THROW_AWAY.format(what=what, event=event))


def fetch(connection: sqlite3.Connection, keys: Sequence[str]) -> list[tuple[str, bytes, bytes]]:
    """Of each key of which something was read: the reader, and its figures; what is damaged is left out."""
    return list(_whole(connection, FIGURES, keys))


def fetch_texts(connection: sqlite3.Connection, keys: Sequence[str]) -> list[tuple[str, bytes, bytes]]:
    """The same of their texts."""
    found: list[tuple[str, bytes, bytes]] = []
    unpack = zstandard.ZstdDecompressor(dict_data=current().data).decompress  # refuses what names another dictionary
    for key, reader, data in _whole(connection, TEXTS, keys):
        with suppress(zstandard.ZstdError):
            if 0 <= zstandard.frame_content_size(data) <= _MOST_BYTES:
                found.append((key, reader, unpack(data)))
    return found


def _whole(connection: sqlite3.Connection, table: str, keys: Sequence[str]) -> Iterator[tuple[str, bytes, bytes]]:
    wanted = sorted(keys)  # neighbours stand on the same pages
    for start in range(0, len(wanted), _MOST_KEYS):
        some = wanted[start : start + _MOST_KEYS]
        try:
            rows = connection.execute(_FETCH.format(table=table, places=", ".join("?" * len(some))), some).fetchall()
        except sqlite3.DatabaseError:  # damaged, or not there in a store that may only be read
            return
        for key, reader, sealed in rows:
            if type(reader) is bytes and type(sealed) is bytes:
                data = sealed[_DIGEST_BYTES:]
                if sealed[:_DIGEST_BYTES] == _digest(key, reader, data):
                    yield key, reader, data


def write(connection: sqlite3.Connection, rows: Sequence[Read]) -> None:
    """Keep what was read."""
    figures, texts = [], []
    packed = zstandard.ZstdCompressor(dict_data=current().data)
    for key, reader, data, text, since in rows:
        figures.append((reader, _digest(key, reader, data) + data, key, since))
        if text is not None:
            payload = packed.compress(text)
            texts.append((reader, _digest(key, reader, payload) + payload, key, since))
    for table, values in ((FIGURES, figures), (TEXTS, texts)):
        for start in range(0, len(values), _MOST_WRITTEN):
            some = values[start : start + _MOST_WRITTEN]
            places = ", ".join(["(?, ?, ?, ?)"] * len(some))
            connection.execute(_WRITE.format(table=table, rows=places), [*itertools.chain(*some)])


def fetch_together(connection: sqlite3.Connection, name: bytes) -> tuple[bytes | None, int]:
    """What was read of many replies under one name, if nothing was changed since; and how often anything was."""
    try:
        found = connection.execute(_FETCH_TOGETHER, (name,)).fetchone()
    except sqlite3.DatabaseError:  # damaged, or not there in a store that may only be read
        return None, -1
    if found is None or type(found[0]) is not int:
        return None, -1
    changes, sealed = found
    with suppress(zstandard.ZstdError):
        if type(sealed) is bytes and sealed[:_DIGEST_BYTES] == _digest("", name, sealed[_DIGEST_BYTES:]):
            data = sealed[_DIGEST_BYTES:]
            if 0 <= zstandard.frame_content_size(data) <= _MOST_BYTES:
                return zstandard.ZstdDecompressor().decompress(data), changes
    return None, changes


def write_together(connection: sqlite3.Connection, name: bytes, data: bytes, changes: int) -> None:
    """Keep what was read of many replies, if nothing was changed since it was read."""
    payload = zstandard.ZstdCompressor(level=1).compress(data)
    connection.execute(_WRITE_TOGETHER, (name, _digest("", name, payload) + payload, changes))
    connection.execute(_OLDEST, (MOST_TOGETHER,))


class Table(Protocol):
    """A table that can be written, as `table.StoreTable` is."""

    connection: sqlite3.Connection

    def transact(self) -> AbstractContextManager[object]: ...


def noted(table: Table, write: Callable[..., None], *what: Any) -> None:
    """Write in one transaction; where what stands there is damaged, all of it begins anew."""
    try:
        with table.transact():
            write(table.connection, *what)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk is full, or somebody else writes
            raise
        make_anew(table.connection)


def make_anew(connection: sqlite3.Connection) -> None:
    """Throw the tables away, and begin with empty ones."""
    for table in (FIGURES, TEXTS, "WorkbenchReadTogether", "WorkbenchChanges"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    make(connection)


def _digest(key: str, reader: bytes, payload: bytes) -> bytes:
    return hashlib.blake2b(key.encode() + b"\0" + reader + payload, digest_size=_DIGEST_BYTES).digest()
