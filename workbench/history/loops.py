"""The loops of a run, each written down when it has ended: its row but for the thinking, which its replies hold.

One gzip member a loop, appended to the run's file: a process that is killed loses the one that it was writing.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from workbench.base.files import opened
from workbench.errors import InputError
from workbench.history.records import FOLDER, MOST_BYTES, Run

_READ_AT_ONCE: Final = 2**20


def add_loop(folder: Path, run: str, told: Mapping[str, Any]) -> None:
    """Add what came of a loop to the file of its run. Raises `OSError` where it cannot be written."""
    line = gzip.compress(json.dumps(told, separators=(",", ":"), default=str).encode("ascii"), 1, mtime=0)
    place = os.open(folder / FOLDER / f"{run}.loops.gz", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(place, line)  # in one piece: several threads may be at it
    finally:
        os.close(place)


def loops_of(run: Run) -> Iterator[dict[str, Any]]:
    """What was written of the loops of a run, in the order in which they ended; a torn or damaged end is left out."""
    assert run.place is not None, "a run that was read knows its folder"
    path = run.place / FOLDER / f"{run.run}.loops.gz"
    if not path.exists():
        return
    size = 0
    with opened(path) as file:
        unpacker, parts, data = zlib.decompressobj(wbits=31), [], file.read(_READ_AT_ONCE)
        while data:
            try:
                parts.append(unpacker.decompress(data, _READ_AT_ONCE))
            except zlib.error:
                return
            size += len(parts[-1])
            if size > MOST_BYTES:
                raise InputError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; it is no work of ours")
            data = unpacker.unconsumed_tail
            if unpacker.eof:
                told = _read(b"".join(parts))
                if told is not None:
                    yield told
                data = unpacker.unused_data
                unpacker, parts = zlib.decompressobj(wbits=31), []
            data = data or file.read(_READ_AT_ONCE)


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and isinstance(told.get("found"), dict) else None
