"""Rows as files: JSON lines keep everything, CSV and Excel are for spreadsheets, Parquet for other tools."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.base.files import lines_of, opened, written_whole
from workbench.errors import InputError
from workbench.rows import about
from workbench.rows.packed_texts import PackedTexts
from workbench.rows.parquet import need_pyarrow, read_parquet, write_parquet
from workbench.rows.shown import show_rows_narrow
from workbench.rows.spreadsheets import need_openpyxl, read_csv, read_xlsx, write_csv, write_xlsx
from workbench.rows.table import BESIDE, COLUMNS, checked, frame, frame_of_columns

if TYPE_CHECKING:
    import pandas as pd

PACKED_FROM_BYTES = 2**25
"""Thinking from larger files of JSON lines is held compressed: in Python most characters take two bytes each."""

_WRITTEN_AT_ONCE = 500


def write_rows(rows: pd.DataFrame, path: str | Path) -> Path:
    """Write rows to a .jsonl, .csv, .xlsx or .parquet file and return its path.

    JSON lines are lossless. In Parquet, half a character is spelt out as `\\ud83c`, and the thinking of a large file is
    read when somebody looks at it. In a CSV, texts that a spreadsheet would run as formulas get a leading apostrophe;
    in a CSV and in Excel control characters are made visible, and an Excel cell is cut at 32,767 characters, which it
    says. Parquet and Excel need the extras of their names. The file
    appears whole or not at all, and nobody else can read it until you let them.
    """
    import pandas as pd

    path = Path(path)
    check_kind(path)
    writer = _WRITERS[path.suffix.lower()]
    if writer is not write_csv:  # that is for spreadsheets, and is not read back
        rows = rows.assign(**{about.COLUMN: pd.array(about.carried(rows), dtype=object)})
    with written_whole(path) as draft:
        writer(rows, draft)
    return path


def check_kind(path: Path) -> None:
    """Raise unless rows can be written to a file of this name: before they are bought, not after."""
    if path.suffix.lower() not in _WRITERS:
        raise InputError(f"{str(path)!r} is no kind of file that rows are written to; end it in {', '.join(_WRITERS)}")
    if path.suffix.lower() == ".parquet":
        need_pyarrow()
    elif path.suffix.lower() == ".xlsx":
        need_openpyxl()


def read_rows(path: str | Path) -> pd.DataFrame:
    """Read rows that `write_rows` wrote, from a file of any of its kinds.

    A CSV, and texts that were cut for Excel, have lost something: a warning says what. Raises InputError that names
    file and line for what are no rows.
    """
    show_rows_narrow()
    path = Path(path)
    if not os.path.lexists(path):
        raise InputError(f"there is no file {str(path)!r} with rows")
    if path.suffix.lower() == ".parquet":
        return read_parquet(path)
    if path.suffix.lower() in _READERS:
        return _framed(_READERS[path.suffix.lower()](path), path)
    if path.suffix.lower() != ".jsonl":
        raise InputError(f"rows are read from {', '.join(_WRITERS)}, not from {path.name!r}")
    columns, length, first = _columns_of_lines(path)
    if not length:
        raise InputError(f"{path} holds no rows")
    return _of_columns(columns, length, _swept(first), path)


def _columns_of_lines(path: Path) -> tuple[dict[str, list[Any]], int, list[str]]:
    """The values of a file of JSON lines by column, how many rows there are, and the names in the first of them."""
    columns: dict[str, list[Any]] = {}
    length = 0
    first: list[str] = []
    with opened(path) as file:
        packed = PackedTexts() if os.fstat(file.fileno()).st_size >= PACKED_FROM_BYTES else None
        # Only a line feed ends a line: texts hold line separators of other kinds, and need not escape them.
        for number, _, line in lines_of(file, path):
            if not line.strip() or (number == 1 and not (line := line.removeprefix(b"\xef\xbb\xbf")).strip()):
                continue
            record = _record_in(line, f"{path}:{number}")
            about.take_in([(record.get("run"), record.pop(about.COLUMN, None))])
            first = first or list(record)
            if packed is not None and isinstance(text := record.get("thinking"), str):
                record["thinking"] = packed.add(text)
            _append(record, columns, length)
            length += 1
    return columns, length, first


def _record_in(line: bytes, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not a line of JSON ({error})") from None
    if not isinstance(record, dict) or "task_id" not in record:
        raise InputError(f"{place}: not a row: it has no task_id")
    return record


def _append(record: dict[str, Any], columns: dict[str, list[Any]], length: int) -> None:
    """Append one row to columns of so many; what it does not have, and what those before it had not, is None."""
    for name, value in record.items():
        if name not in columns:
            columns[name] = [None] * length
        columns[name].append(value)
    if len(record) < len(columns):
        for column in columns.values():
            if len(column) == length:
                column.append(None)


def _swept(names: Iterable[str]) -> list[str]:
    """The columns of swept parameters among those of a file."""
    return [name for name in names if name not in COLUMNS and not name.startswith(BESIDE)]


def _of_columns(columns: dict[str, list[Any]], length: int, parameters: list[str], path: Path) -> pd.DataFrame:
    try:
        return frame_of_columns(columns, length, parameters=parameters)
    except _NOT_OF_ITS_TYPE as error:
        raise InputError(_odd_value(path, parameters) or f"{path} holds no rows that can be read: {error}") from None


_NOT_OF_ITS_TYPE = (TypeError, ValueError, LookupError, ArithmeticError)


def _odd_value(path: Path, parameters: Sequence[str]) -> str | None:
    """The first value of a file of lines that its column cannot hold, with its place; the file is read once more."""
    places: list[int] = []
    records: list[dict[str, Any]] = []
    with opened(path) as file:
        for number, _, line in lines_of(file, path):
            if text := line.removeprefix(b"\xef\xbb\xbf").strip():
                places.append(number)
                records.append({name: value for name, value in json.loads(text).items() if name != about.COLUMN})
    first, end = 0, len(records)
    while end - first > 1:  # a table of thousands is made nearly as fast as one of a single row
        middle = (first + end) // 2
        first, end = (first, middle) if _is_refused(records[first:middle], parameters) else (middle, end)
    for name, value in records[first].items():
        if _is_refused([{name: value}], parameters):
            return f"{path}:{places[first]}: {name} is {value!r:.80}, which no row has there"
    return None


def _is_refused(records: Sequence[dict[str, Any]], parameters: Sequence[str]) -> bool:
    """Whether some value among the records is none that a row can have."""
    try:
        frame(records, parameters=parameters)
    except _NOT_OF_ITS_TYPE:
        return True
    return False


def _framed(records: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    """The records of a file as the table of rows, in its types."""
    if not records:
        raise InputError(f"{path} holds no rows")
    if "task_id" not in records[0]:
        raise InputError(f"{path} holds no rows: it has no column task_id")
    try:
        return checked(frame(records, parameters=_swept(records[0])), "task_id")
    except _NOT_OF_ITS_TYPE as error:
        raise InputError(f"{path} holds no rows that can be read: {error}") from None


def _write_jsonl(rows: pd.DataFrame, path: Path) -> None:
    names = [str(name) for name in rows.columns]
    with path.open("w", encoding="ascii") as file:
        for start in range(0, len(rows), _WRITTEN_AT_ONCE):  # texts that are kept elsewhere are here so long
            part = rows.iloc[start : start + _WRITTEN_AT_ONCE]
            columns = [_values_of(part.iloc[:, place]) for place in range(len(names))]
            for values in zip(*columns, strict=True):
                file.write(json.dumps(dict(zip(names, values, strict=True))) + "\n")


def _values_of(column: pd.Series[Any]) -> list[Any]:
    """The values of a column, with None for what is absent."""
    import pandas as pd

    return [None if value is pd.NA or value != value else value for value in column.tolist()]


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".parquet": write_parquet,
}

_READERS: dict[str, Callable[[Path], list[dict[str, Any]]]] = {".csv": read_csv, ".xlsx": read_xlsx}
