"""The ledger: one line for every request that was made, whatever came of it."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.cache.store.folder import explain_os_error

_BEGINNING = '{"time":'
FILE_NAME = "ledger.jsonl"


class Ledger:
    """Lines of JSON in one file, each appended in one write, so that processes do not tear each other's lines."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def write(self, **entry: Any) -> None:
        """Append one entry: time, provider, model, status, error, tokens, usd, seconds, request id.

        Raises a `StoreError` where it cannot be written.
        """
        line = json.dumps(entry, separators=(",", ":")).encode("ascii") + b"\n"
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                if os.write(descriptor, line) < len(line):
                    raise OSError(errno.ENOSPC, "only a part of the line was written")
            finally:
                os.close(descriptor)
        except OSError as error:
            raise explain_os_error(error, self.path.parent) from error

    def entries(self) -> Iterator[dict[str, Any]]:
        """Read the entries, oldest first; what a full disk cut short is passed over."""
        if not self.path.exists():
            return
        with self.path.open(encoding="ascii") as lines:
            for line in lines:
                start = line.rfind(_BEGINNING)  # the beginning of a line that was cut may stand before it
                if start >= 0 and line.endswith("}\n"):
                    yield json.loads(line[start:])
