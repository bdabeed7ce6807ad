"""A file of tasks becomes records, each with its place in it: separated texts, JSON, TOML, YAML and workbooks."""

from __future__ import annotations

import codecs
import difflib
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workbench.base.files import opened
from workbench.errors import InputError
from workbench.tasks.csv_files import csv_records, tsv_records
from workbench.tasks.documents import records_of
from workbench.tasks.imports import imported, lifted
from workbench.tasks.parquet_files import dataset_folder_records, is_dataset_folder, parquet_records
from workbench.tasks.records import Entry, Reading

_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True)
class TaskFile:
    """What was read from a file: its name, the SHA-256 of its bytes, its records in order."""

    name: str
    sha256: str
    records: tuple[Entry, ...]


def read_task_file(path: Path, reading: Reading) -> TaskFile:
    """Read the records of a file, or of the folder of a data set; what was decided on the way is noted in `reading`.

    Raises InputError with file, line and reason.
    """
    reading.another = lambda other: read_task_file(other, reading).records
    if is_dataset_folder(path):
        try:
            key, rows = dataset_folder_records(path, reading)
            return TaskFile(path.name, key, tuple(lifted(list(rows), reading)))
        except InputError as problem:
            raise InputError(f"{path.name}, {problem}") from None
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        if not path.exists():
            raise InputError(_missing(path))
        hint = " Save it as .xlsx or .ods." if suffix in (".xls", ".xlsb", ".numbers") else ""
        raise InputError(f"Unknown kind of task file {path.name!r}: known are {', '.join(KINDS)}.{hint}")
    data = _bytes(path)
    try:
        if data.startswith(_LFS_POINTER):
            raise InputError("the file is a pointer of Git LFS and not the data. Run 'git lfs pull' in its folder.")
        if suffix in _BINARY:
            records = lifted(list(_BINARY[suffix](data, reading)), reading)
        else:
            records = imported(list(_TEXTS[suffix](_decoded(data, reading), reading)), reading, path.parent)
    except RecursionError:
        raise InputError(f"{path.name}: it is nested too deeply.") from None
    except InputError as problem:
        raise InputError(f"{path.name}, {problem}") from None
    return TaskFile(path.name, hashlib.sha256(data).hexdigest(), tuple(records))


def _bytes(path: Path) -> bytes:
    if not path.exists():
        raise InputError(_missing(path))
    try:
        with opened(path) as file:
            return file.read()
    except (InputError, OSError) as problem:
        raise InputError(f"Cannot read the task file: {problem}.") from None


def _missing(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"No task file {str(path)!r}: there is no folder {str(folder)!r}. To ask one question, pass a list."
    names = sorted(entry.name for entry in folder.iterdir() if entry.suffix.lower() in KINDS)
    similar = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5) or names[:5]
    there = f" That folder has {', '.join(map(repr, similar))}." if similar else " That folder has no task files."
    return f"No task file {str(path)!r}.{there} To ask one question, pass a list: [{path.name!r}]."


def _decoded(data: bytes, reading: Reading) -> str:
    body = data.removeprefix(codecs.BOM_UTF8)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:  # what Excel calls "Unicode Text"; its mark leaves no doubt
            return body.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError("the file is UTF-16, and damaged. Save it as UTF-8 (in Excel: 'CSV UTF-8').") from None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as problem:
        from workbench.tasks.encodings import in_a_code_page

        if (found := in_a_code_page(body)) is not None:
            reading.notes.append(f"the file is not UTF-8: read as {found.page}, such as {found.shown!r}")
            return found.text
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


def _jsonl_records(text: str, reading: Reading) -> Iterator[Entry]:
    # Not splitlines(): U+2028 and others are ordinary characters inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Entry(f"line {number}", _json_value(line, f"line {number}"))


def _json_records(text: str, reading: Reading) -> Iterator[Entry]:
    if not text.strip():
        return
    try:
        document = _json_value(text, None)
    except InputError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not all(line.strip().startswith("{") and line.strip().endswith("}") for line in lines):
            raise
        reading.notes.append("the file holds one JSON object a line")
        yield from _jsonl_records(text, reading)
    else:
        yield from records_of(document, "item", reading)


def _toml_records(text: str, reading: Reading) -> Iterator[Entry]:
    try:
        document = tomllib.loads(text)
    except ValueError as problem:
        raise InputError(f"not TOML: {problem}.") from None
    if document:
        yield from records_of(document, "table", reading)


def _yaml_records(text: str, reading: Reading) -> Iterator[Entry]:
    import yaml

    try:
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # safe: builds plain values
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise InputError(f"not YAML: {' '.join(str(problem).split())}.") from None
    if document is not None:
        yield from records_of(document, "item", reading)


def _xlsx_records(data: bytes, reading: Reading) -> list[Entry]:
    from workbench.tasks.workbooks import xlsx_records  # loads what reads XML and archives, as do the next

    return xlsx_records(data, reading)


def _opendocument_records(data: bytes, reading: Reading) -> list[Entry]:
    from workbench.tasks.workbooks import opendocument_records

    return opendocument_records(data, reading)


def _json_value(text: str, place: str | None) -> Any:
    prefix = f"{place}: " if place else ""
    try:
        return _READER.decode(text)
    except json.JSONDecodeError as problem:
        where = f"column {problem.colno}" if place else f"line {problem.lineno}, column {problem.colno}"
        raise InputError(f"{prefix}not JSON: {problem.msg} at {where}.") from None
    except InputError as problem:
        raise InputError(f"{prefix}{problem}") from None
    except ValueError as problem:
        raise InputError(f"{prefix}{problem}.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"the key {twice!r} stands twice in one object.")
    return keys


_READER: Final = json.JSONDecoder(object_pairs_hook=_unique)
"""One for all lines: to make it takes as long as to read a line."""

_TEXTS: Final[dict[str, Callable[[str, Reading], Iterable[Entry]]]] = {
    ".csv": csv_records,
    ".tsv": tsv_records,
    ".jsonl": _jsonl_records,
    ".ndjson": _jsonl_records,
    ".json": _json_records,
    ".toml": _toml_records,
    ".yaml": _yaml_records,
    ".yml": _yaml_records,
}
_BINARY: Final[dict[str, Callable[[bytes, Reading], Iterable[Entry]]]] = {
    ".xlsx": _xlsx_records,
    ".xlsm": _xlsx_records,
    ".ods": _opendocument_records,
    ".parquet": parquet_records,
}
KINDS: Final = (*_TEXTS, *_BINARY)
"""The endings of the files that can be read."""
