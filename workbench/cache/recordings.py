"""Kept replies in files that are only read: one JSON object a line, shared in git or by mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from workbench.cache.request_key import request_key
from workbench.errors import StoreCorrupt
from workbench.replies.reply import Record

_KEY_AT_START = re.compile(rb'\{"key": ?"([0-9a-f]{64})"')


class Recordings:
    """An index of recording files: key → where its line stands. A line is read, and checked, when it is asked for."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._places: dict[str, tuple[Path, int, int]] = {}
        for path in paths:
            self.add(path)

    def __len__(self) -> int:
        return len(self._places)

    def keys(self) -> list[str]:
        return list(self._places)

    def add(self, path: Path) -> int:
        count = offset = 0
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    match = _KEY_AT_START.match(line)
                    key = match[1].decode("ascii") if match else str(_parsed(line, f"{path}:{number}").get("key"))
                    self._places.setdefault(key, (path, offset, len(line)))
                    count += 1
                offset += len(line)
        return count

    def get(self, key: str) -> Record | None:
        place = self._places.get(key)
        if place is None:
            return None
        path, offset, length = place
        with path.open("rb") as file:
            file.seek(offset)
            record = _parsed(file.read(length), str(path))
        request = record.get("request")
        if not isinstance(request, dict) or not isinstance(record.get("response"), dict) or request_key(request) != key:
            raise StoreCorrupt(f"{path} holds a reply whose request does not match its key {key[:12]}…; it was edited")
        return cast(Record, record)


def _parsed(line: bytes, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise StoreCorrupt(
            f"{where}: not a line of JSON ({error}); a recording holds one kept reply per line"
        ) from None
    if not isinstance(record, dict):
        raise StoreCorrupt(f"{where}: not a kept reply; a recording holds one kept reply per line")
    return record
