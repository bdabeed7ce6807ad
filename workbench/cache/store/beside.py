"""What was read of a reply, kept beside it in the same file: never believed, always to be made anew.

A row goes when its reply does, whoever deletes that, older versions of this package included, because SQLite itself
takes it away. It is bound to the place of its reply, holds a digest of its own, and says which reader made it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress

import zstandard

_MAKE = """
CREATE TABLE IF NOT EXISTS WorkbenchRead
(key TEXT PRIMARY KEY, place INTEGER NOT NULL, reader BLOB NOT NULL, data BLOB NOT NULL, text BLOB) WITHOUT ROWID
"""
_FOLLOW = (
    """
    CREATE TRIGGER IF NOT EXISTS workbench_forgets_read AFTER DELETE ON Cache
    BEGIN DELETE FROM WorkbenchRead WHERE key = OLD.key; END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS workbench_rereads AFTER UPDATE OF key, value ON Cache
    BEGIN DELETE FROM WorkbenchRead WHERE key = OLD.key; END
    """,
)
# Both come from indexes alone: no page with a reply in it is read.
_FETCH = """
SELECT one.key, one.reader, one.{} FROM WorkbenchRead AS one JOIN Cache AS reply INDEXED BY Cache_key_raw
ON reply.key = one.key AND reply.raw = 1 AND reply.rowid = one.place WHERE one.key IN ({})
"""
# A reply that was put in place of the one that was read is younger than the reading.
_WRITE = """
INSERT OR REPLACE INTO WorkbenchRead (key, place, reader, data, text)
SELECT key, rowid, ?, ?, ? FROM Cache WHERE key = ? AND raw = 1 AND store_time <= ?
"""
Read = tuple[str, bytes, bytes, bytes | None, float]
"""Key, reader, figures, a text that is asked for often, and the moment from which on the reply was there."""

_MOST_KEYS = 500
_DIGEST_BYTES = 8
_MOST_BYTES = 1 << 24


def make(connection: sqlite3.Connection) -> None:
    """Make the table where it is not there, or is that of a version before."""
    connection.execute(_MAKE)
    if "text" not in {row[1] for row in connection.execute("PRAGMA table_info(WorkbenchRead)")}:
        connection.execute("DROP TABLE WorkbenchRead")
        connection.execute(_MAKE)
    for statement in _FOLLOW:
        connection.execute(statement)


def fetch(connection: sqlite3.Connection, keys: Sequence[str]) -> list[tuple[str, bytes, bytes]]:
    """Of each key of which something was read: the reader, and its figures; what is damaged is left out."""
    return [
        (key, reader, data[_DIGEST_BYTES:])
        for key, reader, data in _rows(connection, keys, "data")
        if data[:_DIGEST_BYTES] == _digest(key, reader, data[_DIGEST_BYTES:])
    ]


def fetch_texts(connection: sqlite3.Connection, keys: Sequence[str]) -> list[tuple[str, bytes, bytes]]:
    """The same of their texts."""
    found: list[tuple[str, bytes, bytes]] = []
    unpack = zstandard.ZstdDecompressor().decompress
    for key, reader, data in _rows(connection, keys, "text"):
        if data[:_DIGEST_BYTES] == _digest(key, reader, data[_DIGEST_BYTES:]):
            with suppress(zstandard.ZstdError):
                if 0 <= zstandard.frame_content_size(data[_DIGEST_BYTES:]) <= _MOST_BYTES:
                    found.append((key, reader, unpack(data[_DIGEST_BYTES:])))
    return found


def _rows(connection: sqlite3.Connection, keys: Sequence[str], column: str) -> Iterator[tuple[str, bytes, bytes]]:
    for start in range(0, len(keys), _MOST_KEYS):
        some = keys[start : start + _MOST_KEYS]
        try:
            rows = connection.execute(_FETCH.format(column, ", ".join("?" * len(some))), some).fetchall()
        except sqlite3.DatabaseError:  # damaged, or not there in a store that may only be read
            return
        yield from (row for row in rows if type(row[1]) is bytes and type(row[2]) is bytes)


def write(connection: sqlite3.Connection, rows: Sequence[Read]) -> None:
    """Keep what was read."""
    packed = zstandard.ZstdCompressor(level=1)
    for key, reader, data, text, since in rows:
        payload = None if text is None else packed.compress(text)
        sealed = None if payload is None else _digest(key, reader, payload) + payload
        connection.execute(_WRITE, (reader, _digest(key, reader, data) + data, sealed, key, since))


def make_anew(connection: sqlite3.Connection) -> None:
    """Throw the table away, and begin with an empty one."""
    connection.execute("DROP TABLE IF EXISTS WorkbenchRead")
    make(connection)


def _digest(key: str, reader: bytes, payload: bytes) -> bytes:
    return hashlib.blake2b(key.encode() + b"\0" + reader + payload, digest_size=_DIGEST_BYTES).digest()
