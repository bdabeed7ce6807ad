"""A file of tasks becomes records, each with its place in the file: CSV, TSV, JSONL, JSON and TOML."""

from __future__ import annotations

import codecs
import csv
import difflib
import hashlib
import io
import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workbench.errors import InputError

_FIELD_SIZE_LIMIT: Final = 2**31 - 1
"""Characters of one CSV cell; csv's own limit of 131,072 is shorter than a long document, and Windows takes no more."""

_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True)
class Record:
    """One task as it stands in a file: where (`line 5`, `item 3`, `table 2`), and its cells by column name."""

    place: str
    value: Any


@dataclass(frozen=True)
class TaskFile:
    """What was read from a file: its name, the SHA-256 of its bytes, its records in order."""

    name: str
    sha256: str
    records: tuple[Record, ...]


def read_task_file(path: Path, *, is_question: Callable[[str], bool]) -> TaskFile:
    """Read the records of a .csv, .tsv, .jsonl, .ndjson, .json or .toml file.

    `is_question` knows the header of the question's column: the separator of a CSV file (comma, semicolon or tab) is
    the one that makes it appear, which is surer than counting characters. Raises InputError with file, line and reason.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        if not path.exists():
            raise InputError(_missing(path))
        hint = " Save the sheet as 'CSV UTF-8'." if path.suffix.lower() in (".xlsx", ".xls", ".ods") else ""
        raise InputError(f"Unknown kind of task file {path.name!r}: known are {', '.join(_READERS)}.{hint}")
    data = _bytes(path)
    try:
        records = tuple(reader(_decoded(data), is_question))
    except RecursionError:
        raise InputError(f"{path.name}: it is nested too deeply.") from None
    except InputError as problem:
        raise InputError(f"{path.name}, {problem}") from None
    return TaskFile(path.name, hashlib.sha256(data).hexdigest(), records)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(_missing(path)) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise InputError(f"Cannot read the task file {str(path)!r}: {reason}.") from None


def _missing(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"No task file {str(path)!r}: there is no folder {str(folder)!r}. To ask one question, pass a list."
    names = sorted(entry.name for entry in folder.iterdir() if entry.suffix.lower() in _READERS)
    similar = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5) or names[:5]
    there = f" That folder has {', '.join(map(repr, similar))}." if similar else " That folder has no task files."
    return f"No task file {str(path)!r}.{there} To ask one question, pass a list: [{path.name!r}]."


def _decoded(data: bytes) -> str:
    body = data.removeprefix(codecs.BOM_UTF8)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("the file is UTF-16. Save it as UTF-8 (in Excel: 'CSV UTF-8').")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as problem:
        offset = len(data) - len(body) + problem.start
        line = body[: problem.start].count(b"\n") + 1
        raise InputError(
            f"not UTF-8: byte {body[problem.start]:#04x} at offset {offset}, line {line}. "
            "Save it as UTF-8 (in Excel: 'CSV UTF-8')."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"line {line}: a NUL character; the file is damaged or UTF-16. Save it as UTF-8.")
    return text


def _csv_records(text: str, is_question: Callable[[str], bool]) -> Iterator[Record]:
    declared = text[:6].rstrip("\r\n")
    if declared.startswith("sep=") and len(declared) == 5:  # Excel's own first line
        yield from _separated(text, declared[4], first_line=2)
    else:
        yield from _separated(text, _delimiter(text, is_question))


def _tsv_records(text: str, is_question: Callable[[str], bool]) -> Iterator[Record]:
    yield from _separated(text, "\t")


def _delimiter(text: str, is_question: Callable[[str], bool]) -> str:
    headers = {delimiter: _header(text, delimiter) for delimiter in _DELIMITERS}
    fitting = [delimiter for delimiter, header in headers.items() if any(is_question(cell) for cell in header)]
    return max(fitting or _DELIMITERS, key=lambda delimiter: len(headers[delimiter]))


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return next((row for _, row in _cells(text, delimiter) if any(cell.strip() for cell in row)), [])
    except InputError:  # quoted headers do not fit another file's separator
        return []


def _separated(text: str, delimiter: str, *, first_line: int = 1) -> Iterator[Record]:
    rows = ((line, row) for line, row in _cells(text, delimiter) if line >= first_line)
    start = next(((line, row) for line, row in rows if any(cell.strip() for cell in row)), None)
    if start is None:
        return
    line, header = start[0], [name.strip() for name in start[1]]
    for position, name in enumerate(header):
        if name and name in header[:position]:
            raise InputError(f"line {line}: the column {name!r} stands twice in the header. Rename one.")
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise InputError(
                f"line {line}: {len(row)} cells, but the header has {len(header)}. "
                f'A cell that holds {delimiter!r}, a quote or a line break must stand in double quotes ("…").'
            )
        if any(cell.strip() and not name for name, cell in zip(header, row, strict=True)):
            raise InputError(f"line {line}: a cell stands in a column without a name. Name it in the header.")
        yield Record(f"line {line}", {name: cell for name, cell in zip(header, row, strict=True) if name})


def _cells(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV text, each with the line on which it begins, as an editor counts lines."""
    csv.field_size_limit(max(csv.field_size_limit(), _FIELD_SIZE_LIMIT))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            unclosed = "unexpected end of data" in str(problem)
            reason = 'a double quote (") opens a cell and is never closed' if unclosed else str(problem)
            raise InputError(f'line {line}: {reason}. Inside quotes, write a quote twice ("").') from None
        yield line, row


def _jsonl_records(text: str, is_question: Callable[[str], bool]) -> Iterator[Record]:
    # Not splitlines(): U+2028 and others are ordinary characters inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Record(f"line {number}", _json_value(line, f"line {number}"))


def _json_records(text: str, is_question: Callable[[str], bool]) -> Iterator[Record]:
    if text.strip():
        yield from _listed(_json_value(text, None), "item")


def _toml_records(text: str, is_question: Callable[[str], bool]) -> Iterator[Record]:
    try:
        document = tomllib.loads(text)
    except ValueError as problem:
        raise InputError(f"not TOML: {problem}.") from None
    if document:
        yield from _listed(document, "table")


def _listed(document: Any, noun: str) -> Iterator[Record]:
    tasks = document.get("tasks") if isinstance(document, dict) else document
    if not isinstance(tasks, list):
        shape = "[[tasks]] tables" if noun == "table" else 'a list, or an object {"tasks": [...]}'
        raise InputError(f"the tasks must be {shape}.")
    for number, value in enumerate(tasks, start=1):
        yield Record(f"{noun} {number}", value)


def _json_value(text: str, place: str | None) -> Any:
    prefix = f"{place}: " if place else ""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = dict(pairs)
        if len(keys) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"{prefix}the key {twice!r} stands twice in one object.")
        return keys

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as problem:
        where = f"column {problem.colno}" if place else f"line {problem.lineno}, column {problem.colno}"
        raise InputError(f"{prefix}not JSON: {problem.msg} at {where}.") from None
    except InputError:
        raise
    except ValueError as problem:
        raise InputError(f"{prefix}{problem}.") from None


_READERS: Final[dict[str, Callable[[str, Callable[[str], bool]], Iterator[Record]]]] = {
    ".csv": _csv_records,
    ".tsv": _tsv_records,
    ".jsonl": _jsonl_records,
    ".ndjson": _jsonl_records,
    ".json": _json_records,
    ".toml": _toml_records,
}
