"""Kept replies in files that are only read: one JSON object a line, shared in git or by mail."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

from workbench.base import regular_expressions as re
from workbench.base.files import lines_of, opened
from workbench.cache.prefixes import BEGINS_IN, Prefixes, is_part
from workbench.cache.request_key import request_key
from workbench.errors import InputError, StoreCorrupt
from workbench.replies.output_items import is_output
from workbench.replies.reply import Record

_KEY_AT_START = re.compile(rb'\{"key": ?"([0-9a-f]{64})"[,}]')
_TOOLS_OF = re.compile(rb'\{"key": ?"[0-9a-f]{64}", ?"tools_of": ?"([0-9a-f]{64})"[,}]')
_KEY = re.compile("[0-9a-f]{64}")
_FIELDS: Final[Mapping[str, tuple[type, ...]]] = {
    "request": (dict,),
    "response": (dict,),
    "status": (int,),
    "request_id": (str, type(None)),
    "seconds": (int, float),
    "seconds_to_first_token": (int, float, type(None)),
    "seconds_to_answer": (int, float, type(None)),
    "attempts": (int,),
    "usd": (int, float, type(None)),
    "usd_source": (str,),
    "created_at": (str,),
}
_FIELDS_OF_REQUEST: Final[Mapping[str, tuple[type, ...]]] = {
    "base_url": (str,),
    "model_id": (str,),
    "dialect": (str, type(None)),
    "body": (dict,),
    "headers": (dict,),
    "query": (dict,),
    "sample": (int,),
}


class Recordings:
    """An index of recording files: key → where its line stands. A line is read, and checked, when it is asked for."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._places: dict[str, tuple[Path, int, int]] = {}
        self._first_steps: dict[str, str] = {}
        self._prefixes = Prefixes(self._lines_of)
        for path in paths:
            self.add(path)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def keys(self) -> Iterator[str]:
        """The keys of all replies that are recorded."""
        yield from self._places

    def add(self, path: Path) -> int:
        """Note where the replies of a file stand; how many they are. Raises `StoreCorrupt` that names file and line."""
        count = 0
        for number, offset, line in _lines(path):
            match = _KEY_AT_START.match(line)
            key = match[1].decode("ascii") if match else _key_of(_parsed(line, f"{path}:{number}"), f"{path}:{number}")
            self._places.setdefault(key, (path, offset, len(line)))
            if first := _TOOLS_OF.match(line):
                self._first_steps.setdefault(first[1].decode("ascii"), key)
            count += 1
        return count

    def get(self, key: str) -> Record | None:
        """The record of a key; raises `StoreCorrupt` that names file and line where it is not what was recorded."""
        place = self._places.get(key)
        if place is None:
            return None
        path, offset, _ = place
        line = _line_at(*place)
        try:
            return self._whole(_parsed(line, str(path)), key, str(path))
        except StoreCorrupt:
            return self._whole(_parsed(line, where := f"{path}:{_line_number(path, offset)}"), key, where)

    def _lines_of(self, keys: Iterable[str]) -> dict[str, bytes]:
        return {key: _line_at(*self._places[key]) for key in keys if key in self._places}

    def _whole(self, record: dict[str, Any], key: str, where: str) -> Record:
        """The record, checked, with all of its request: of a step of a loop a line may hold what it adds alone."""
        return checked(self._begun(record, key, where), key, where)

    def _begun(self, record: dict[str, Any], key: str, where: str) -> dict[str, Any]:
        if not is_part(record):
            return record
        if record.get("key") != key:
            raise StoreCorrupt(f"{where}: its key stands there twice")
        try:
            self._prefixes.fill([record])
        except (StoreCorrupt, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise StoreCorrupt(f"{where}: the steps before this one cannot be read: {error}") from None
        missing = record["request"].get(BEGINS_IN)
        if missing is not None:
            raise StoreCorrupt(f"{where}: begins in the reply {str(missing)[:12]}…, which no recording here holds")
        return record

    def first_step(self, bare: str) -> Record | None:
        """The first step of a loop, by the key of its request without tools."""
        return self.get(self._first_steps.get(bare, ""))

    def records(self) -> Iterator[Record]:
        """Every record, checked, file by file."""
        for key, where, record in self._parsed_lines():
            yield self._whole(record, key, where)

    def written(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every record by its key as it stands in its file, unchecked: of a step perhaps what it adds alone."""
        yield from ((key, record) for key, _, record in self._parsed_lines())

    def requests(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every key with its request, which is not compared with it."""
        for key, where, record in self._parsed_lines():
            request = self._begun(record, key, where).get("request")
            if not isinstance(request, dict):
                raise StoreCorrupt(f"{where}: not a kept reply: it has no request")
            yield key, request

    def _parsed_lines(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path in dict.fromkeys(path for path, _, _ in self._places.values()):
            for number, offset, line in _lines(path):
                record = _parsed(line, f"{path}:{number}")
                key = str(record.get("key"))
                if self._places.get(key, (None,))[:2] == (path, offset):
                    yield key, f"{path}:{number}", record


def checked(record: Mapping[str, Any], key: str, where: str) -> Record:
    """The record, if it is a whole one and its request is that of the key; raises `StoreCorrupt` otherwise."""
    for table, fields in ((record, _FIELDS), (record.get("request"), _FIELDS_OF_REQUEST)):
        for name, kinds in fields.items():
            value = table.get(name) if isinstance(table, dict) else None
            if not isinstance(value, kinds) or isinstance(value, bool) or value in (math.inf, -math.inf):
                raise StoreCorrupt(f"{where}: not a kept reply: its {name} is {str(value)[:80]!r}")
    response = record["response"]
    choices = response.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    by_items = is_output(response)
    if not by_items and not (isinstance(choice, dict) and isinstance(choice.get("message"), dict)):
        raise StoreCorrupt(f"{where}: not a kept reply: its response holds no message")
    ended = (response if by_items else choice or {}).get("status" if by_items else "finish_reason")
    if not isinstance(ended, str):
        raise StoreCorrupt(f"{where}: not a kept reply: its response has no finish reason")
    try:
        same = request_key(record["request"]) == key
    except (ValueError, TypeError, RecursionError):
        same = False
    if not same:
        raise StoreCorrupt(f"{where}: holds a reply whose request does not match its key {key[:12]}…; it was edited")
    return cast(Record, record)


def _lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """The lines that hold something, with number and place; what is no file, or too long, is a `StoreCorrupt`."""
    try:
        with opened(path) as file:
            yield from ((number, place, line) for number, place, line in lines_of(file, path) if line.strip())
    except InputError as error:
        raise StoreCorrupt(f"{error}. A recording holds one kept reply per line") from None


def _line_at(path: Path, offset: int, length: int) -> bytes:
    try:
        with opened(path) as file:
            file.seek(offset)
            return file.read(length)
    except InputError as error:
        raise StoreCorrupt(str(error)) from None


def _line_number(path: Path, offset: int) -> int:
    """The number of the line that begins at a place; looked up only for the sake of an error."""
    return next((number for number, place, _ in _lines(path) if place >= offset), 0)


def _key_of(record: Mapping[str, Any], where: str) -> str:
    key = record.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise StoreCorrupt(f"{where}: not a kept reply: its key is {str(key)[:80]!r}")
    return key


def _parsed(line: bytes, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise StoreCorrupt(
            f"{where}: not a line of JSON ({error}); a recording holds one kept reply per line"
        ) from None
    if not isinstance(record, dict):
        raise StoreCorrupt(f"{where}: not a kept reply; a recording holds one kept reply per line")
    return record
