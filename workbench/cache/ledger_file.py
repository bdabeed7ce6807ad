"""The ledger: one line for every request that was made, whatever came of it."""

from __future__ import annotations

import contextlib
import copy
import errno
import itertools
import json
import math
import os
import stat
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.files import lines_of, opened
from workbench.base.secrets import without_known
from workbench.cache.store.folder import explain_os_error
from workbench.errors import InputError, StoreCorrupt, StoreError

_BEGINNING = b'{"time":'
_OPEN_TO_ADD = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NUMBERS = ("usd", "usd_at_most", "seconds", "tokens", "status")
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_MODEL = re.compile(rb'"model":"([^"]*)')
FILE_NAME = "ledger.jsonl"
LAST_BYTES: Final = 8_000_000
LAST_CALLS: Final = 2_000
"""Of a long ledger, so many bytes and so many calls of each model tell how long the next ones will be, and how fast."""


class Ledger:
    """Lines of JSON in one file, each appended in one write, so that processes do not tear each other's lines."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._writing = threading.Lock()
        self._held: tuple[int, tuple[int, int]] | None = None

    def write(self, **entry: Any) -> None:
        """Append one entry: time, provider, model, status, error, tokens, usd, seconds, request id.

        Raises a `StoreError` where it cannot be written.
        """
        (failure,) = self.write_all([entry])
        if failure is not None:
            raise failure

    def write_all(self, entries: Sequence[Mapping[str, Any]]) -> list[StoreError | None]:
        """Append entries in one write; of each what kept it out, and None for those that are in the file."""
        # Some of it is a server's own words: a finish reason, an id. Whatever echoes a key there, no line holds it.
        lines = [without_known(_ENCODER.encode(entry)).encode("ascii") + b"\n" for entry in entries]
        try:
            with self._writing:
                written = os.write(self._descriptor_to_add(), b"".join(lines))
        except StoreError as error:
            return [copy.copy(error) for _ in lines]
        except OSError as error:
            return [self._explained(error) for _ in lines]
        full = OSError(errno.ENOSPC, "only a part of the line was written")
        return [None if end <= written else self._explained(full) for end in itertools.accumulate(map(len, lines))]

    def check_writable(self) -> None:
        """Raise a `StoreError` where no line can be added: nothing is bought that cannot be booked."""
        try:
            with self._writing:
                self._descriptor_to_add()
        except OSError as error:
            raise self._explained(error) from error

    def _explained(self, error: OSError) -> StoreError:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
            return self._no_file(str(error.strerror))
        explained = explain_os_error(error, self.path.parent)
        explained.__cause__ = error
        return explained

    def _descriptor_to_add(self) -> int:
        """The file, held open from line to line, for as long as it is the one that has this name."""
        if self._held is not None:
            descriptor, identity = self._held
            with contextlib.suppress(FileNotFoundError):
                if _identity(os.lstat(self.path)) == identity:
                    return descriptor
            self.close()
        # A link is not followed, and a pipe that nobody reads is not waited for.
        descriptor = os.open(self.path, _OPEN_TO_ADD, 0o600)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            raise self._no_file("a device")
        self._held = descriptor, _identity(status)
        return descriptor

    def close(self) -> None:
        """Let go of the file; the next line opens it again."""
        if self._held is not None:
            os.close(self._held[0])
            self._held = None

    def __del__(self) -> None:
        self.close()

    def _no_file(self, what: str) -> StoreError:
        return StoreError(f"{self.path} is no file ({what}), so the ledger cannot be written; move it out of the way")

    def entries_from(self, start: int) -> tuple[list[dict[str, Any]], int]:
        """The entries of the whole lines from a place of the file on, and the place where the next one begins."""
        if not os.path.lexists(self.path):
            return [], 0
        found: list[dict[str, Any]] = []
        place = start
        for number, line in self._lines(start):
            if not line.endswith(b"\n"):
                break
            found += _entries_in(line, f"{self.path}, line {number} after byte {start}")
            place += len(line)
        return found, place

    def entries(self) -> Iterator[dict[str, Any]]:
        """Read the entries, oldest first; what a full disk cut short is passed over.

        Raises `StoreCorrupt` that names file and line for anything else that is no entry.
        """
        for number, line in self._lines():
            yield from _entries_in(line, f"{self.path}:{number}")

    def lately(self) -> Iterator[dict[str, Any]]:
        """Read the last megabytes, and before them the last calls of models that have few in these.

        The oldest of each model comes first. Raises as `entries` does, for lines that are read.
        """
        start = max(0, os.lstat(self.path).st_size - LAST_BYTES) if os.path.lexists(self.path) else 0
        if not start:
            yield from self.entries()
            return
        latest = [*self._lines(start - 1)][1:]  # what comes first is the end of a line that began before
        known = Counter(_model_of(line) for _, line in latest)
        enough = {model for model, calls in known.items() if calls >= LAST_CALLS}
        older: dict[bytes, deque[tuple[int, bytes]]] = defaultdict(lambda: deque(maxlen=LAST_CALLS))
        for number, line in self._lines(end=start):
            model = _model_of(line)
            if model not in enough:
                older[model].append((number, line))
        for number, line in itertools.chain(*older.values()):
            yield from _entries_in(line, f"{self.path}:{number}")
        for number, line in latest:
            yield from _entries_in(line, f"{self.path}, line {number} after byte {start}")

    def _lines(self, start: int = 0, end: float = math.inf) -> Iterator[tuple[int, bytes]]:
        """The lines that begin between two places of the file, numbered from the first of them."""
        if not os.path.lexists(self.path):
            return
        try:
            with opened(self.path) as file:
                file.seek(start)
                for number, place, line in lines_of(file, self.path):
                    if start + place >= end:
                        return
                    yield number, line
        except InputError as error:
            raise StoreCorrupt(f"{error}. It is the ledger; nothing else needs it") from None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _model_of(line: bytes) -> bytes:
    found = _MODEL.search(line)
    return found[1] if found else b""


def _entries_in(line: bytes, where: str) -> Iterator[dict[str, Any]]:
    """The entries of one line: where a full disk cut one short, the next stands right behind what there is of it."""
    head, *rest = line.rstrip(b"\r\n").split(_BEGINNING)
    pieces = [_BEGINNING + piece for piece in rest]
    if head.strip() and not (_BEGINNING.startswith(head) and (pieces or not line.endswith(b"\n"))):
        raise _no_entry(where)
    for place, piece in enumerate(pieces, start=1):
        try:
            entry = json.loads(piece)
        except (ValueError, RecursionError):
            if place == len(pieces) and line.endswith(b"\n"):
                raise _no_entry(where) from None
            continue
        for name in _NUMBERS:
            value = entry.get(name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise _no_entry(where, f": {name} is no number")
        yield entry


def _no_entry(where: str, what: str = "") -> StoreCorrupt:
    return StoreCorrupt(
        f"{where}: not a line of the ledger{what}. Take the line out, or move the file away: a new one begins with the "
        f"next request, and no reply depends on it"
    )
