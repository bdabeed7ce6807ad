"""What replies share before they are written, as dictionaries that pack them smaller: shipped, and copied into stores.

A dictionary is made of this project's own texts and never of what users keep, of which passages would outlive `delete`.
It is named by its hash; a row begins with the name of the one that it needs. Every store holds a copy of each that its
rows need, so that a package that does not have one, an older or a newer one, reads them all the same.
"""

from __future__ import annotations

import functools
import hashlib
import sqlite3
from pathlib import Path
from typing import NamedTuple

import zstandard

from workbench.errors import StoreCorrupt, StoreError

LEVEL = 3
NAME_BYTES = 8
"""Of a dictionary's SHA-256, at the head of each row that needs it."""

_ENDING = "zdict"
_MAKE = "CREATE TABLE IF NOT EXISTS WorkbenchDictionaries (hash BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID"
_THERE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'WorkbenchDictionaries'"
_READ = "SELECT hash, data FROM WorkbenchDictionaries"
_KEEP = "INSERT OR IGNORE INTO WorkbenchDictionaries VALUES (?, ?)"
_MOST_BYTES = 1 << 20  # of a dictionary: a copy that claims to unpack to more was not written here
_COPY_LEVEL = 9


class Dictionary(NamedTuple):
    """A dictionary: its SHA-256, its bytes, and what zstd makes of them."""

    hash: bytes
    content: bytes
    data: zstandard.ZstdCompressionDict

    @property
    def name(self) -> bytes:
        return self.hash[:NAME_BYTES]


@functools.cache
def shipped() -> dict[bytes, Dictionary]:
    """The dictionaries that this package has, by their names; the last is the newest.

    Raises `StoreError` where a file of them is not what it was made as.

    >>> [len(name) for name in shipped()]
    [8]
    """
    found: dict[bytes, Dictionary] = {}
    files = {int(file.name.partition("-")[0]): file for file in Path(__file__).parent.glob(f"*.{_ENDING}")}
    for _, file in sorted(files.items()):
        content = file.read_bytes()
        made = _made(hashlib.sha256(content).digest(), content)
        if not file.stem.endswith(f"-{made.name.hex()}"):
            raise StoreError(f"{file} has changed since it was made: replies need it. Install workbench anew.")
        found[made.name] = made
    if not found:
        raise StoreError(f"The dictionaries are missing in {Path(__file__).parent}. Install workbench anew.")
    return found


@functools.cache
def current() -> Dictionary:
    """The dictionary that replies are packed with today."""
    newest = [*shipped().values()][-1]
    newest.data.precompute_compress(level=LEVEL)
    return newest


_learned: dict[bytes, Dictionary] = {}


def known(name: bytes) -> Dictionary | None:
    """The dictionary of a name: one that this package has, or one from a store that was opened."""
    return shipped().get(name) or _learned.get(name)


def learn(connection: sqlite3.Connection, database: Path) -> set[bytes]:
    """Read the dictionaries that a store holds; return their names. Raises `StoreCorrupt` for one that has changed."""
    if not connection.execute(_THERE).fetchone():
        return set()
    found = set()
    for sha256, copy in connection.execute(_READ):
        content = _unpacked(copy)
        if content is None or sha256 != hashlib.sha256(content).digest():
            raise StoreCorrupt(_damaged(sha256, database))
        name = sha256[:NAME_BYTES]
        if known(name) is None:
            _learned[name] = _made(sha256, content)
        found.add(name)
    return found


def keep(connection: sqlite3.Connection) -> None:
    """Copy the dictionary of today into a store, ahead of the first row that needs it."""
    today = current()
    connection.execute(_MAKE)
    connection.execute(_KEEP, (today.hash, zstandard.compress(today.content, _COPY_LEVEL)))


def _made(sha256: bytes, content: bytes) -> Dictionary:
    return Dictionary(sha256, content, zstandard.ZstdCompressionDict(content))


def _unpacked(copy: object) -> bytes | None:
    try:
        if isinstance(copy, bytes) and 0 <= zstandard.frame_content_size(copy) <= _MOST_BYTES:
            return zstandard.decompress(copy)
    except zstandard.ZstdError:
        pass
    return None


def _damaged(sha256: object, database: Path) -> str:
    name = sha256[:NAME_BYTES].hex() if isinstance(sha256, bytes) else repr(sha256)
    if isinstance(sha256, bytes) and sha256[:NAME_BYTES] in shipped():
        help_ = (
            f"This version has it, too: remove the copy with sqlite3 {database} "
            f"\"DELETE FROM WorkbenchDictionaries WHERE hex(hash) LIKE '{name.upper()}%'\", and the next reply that is "
            f"kept brings it back"
        )
    else:
        help_ = "This version does not have it: bring the file back from a copy, or use the version that wrote it"
    return (
        f"The dictionary {name} in {database}, which replies need to be read, has changed since it was written (its "
        f"hash differs). {help_}."
    )
