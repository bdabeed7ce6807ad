"""The ledger: one line for every request that was made, whatever came of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE_NAME = "ledger.jsonl"


class Ledger:
    """Lines of JSON in one file, each appended in one write, so that processes do not tear each other's lines."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def write(self, **entry: Any) -> None:
        """Append one entry: time, provider, model, status, error, tokens, usd, seconds, request id."""
        line = json.dumps(entry, separators=(",", ":")).encode("ascii") + b"\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Read the entries, oldest first; a last line that a full disk cut short is passed over."""
        if not self.path.exists():
            return
        with self.path.open(encoding="ascii") as lines:
            for line in lines:
                if line.endswith("}\n"):
                    yield json.loads(line)
