"""Rows as files: JSON lines keep everything, CSV and Excel are for spreadsheets, Parquet for other tools."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.base.files import lines_of, opened, written_whole
from workbench.errors import InputError
from workbench.rows import about
from workbench.rows.configurations import parameter_columns
from workbench.rows.shown import show_rows_narrow
from workbench.rows.spreadsheets import need_openpyxl, read_csv, read_xlsx, write_csv, write_xlsx
from workbench.rows.table import BESIDE, COLUMNS, checked, frame

if TYPE_CHECKING:
    import pandas as pd

_MIXED = b"workbench.mixed"
"""In a Parquet file: the columns that hold values of several kinds, each written as JSON."""


def write_rows(rows: pd.DataFrame, path: str | Path) -> Path:
    """Write rows to a .jsonl, .csv, .xlsx or .parquet file and return its path.

    JSON lines are lossless. In Parquet, half a character is spelt out as `\\ud83c`. In a CSV, texts that a spreadsheet
    would run as formulas get a leading apostrophe; in a CSV and in Excel control characters are made visible, and an
    Excel cell is cut at 32,767 characters, which it says. Parquet and Excel need the extras of their names. The file
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
        _need_pyarrow()
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
        return _read_parquet(path)
    if path.suffix.lower() in _READERS:
        return _framed(_READERS[path.suffix.lower()](path), path)
    if path.suffix.lower() != ".jsonl":
        raise InputError(f"rows are read from {', '.join(_WRITERS)}, not from {path.name!r}")
    records = []
    with opened(path) as file:
        # Only a line feed ends a line: texts hold line separators of other kinds, and need not escape them.
        for number, _, line in lines_of(file, path):
            if not line.strip() or (number == 1 and not (line := line.removeprefix(b"\xef\xbb\xbf")).strip()):
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}:{number}: not a line of JSON ({error})") from None
            if not isinstance(record, dict) or "task_id" not in record:
                raise InputError(f"{path}:{number}: not a row: it has no task_id")
            records.append(record)
    about.take_in((record.get("run"), record.pop(about.COLUMN, None)) for record in records)
    return _framed(records, path)


def _framed(records: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    """The records of a file as the table of rows, in its types."""
    if not records:
        raise InputError(f"{path} holds no rows")
    if "task_id" not in records[0]:
        raise InputError(f"{path} holds no rows: it has no column task_id")
    parameters = [name for name in records[0] if name not in COLUMNS and not name.startswith(BESIDE)]
    try:
        made = frame(records, parameters=parameters)
        return checked(made, "task_id") if path.suffix.lower() in _READERS else made
    except (TypeError, ValueError) as error:
        raise InputError(f"{path} holds no rows that can be read: {error}") from None


def _write_jsonl(rows: pd.DataFrame, path: Path) -> None:
    import pandas as pd

    columns = {str(name): rows[name].tolist() for name in rows.columns}
    with path.open("w", encoding="ascii") as file:
        for values in zip(*columns.values(), strict=True):
            record = {
                name: None if value is pd.NA or value != value else value
                for name, value in zip(columns, values, strict=True)
            }
            file.write(json.dumps(record) + "\n")


def _write_parquet(rows: pd.DataFrame, path: Path) -> None:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    shown, mixed = rows.copy(deep=False), []
    for name in shown.columns:
        if shown[name].dtype == object or str(shown[name].dtype).startswith("str"):
            values = [None if pd.api.types.is_scalar(value) and pd.isna(value) else value for value in rows[name]]
            if not all(value is None or isinstance(value, str) for value in values):
                values = [None if value is None else json.dumps(value, default=str) for value in values]
                mixed.append(_storable(str(name)))
            shown[name] = pd.Series(list(map(_storable, values)), index=shown.index, dtype="object")
    shown.columns = [_storable(str(name)) for name in shown.columns]
    table = pa.Table.from_pandas(shown, preserve_index=False)
    metadata = {**(table.schema.metadata or {}), _MIXED: json.dumps(mixed).encode("utf-8")}
    pq.write_table(table.replace_schema_metadata(metadata), path)


def _storable(text: str | None) -> str | None:
    """The text as Parquet can hold it, which is UTF-8: half a character, which JSON allows, is spelt out."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _read_parquet(path: Path) -> pd.DataFrame:
    _need_pyarrow()
    import pyarrow as pa
    import pyarrow.parquet as pq

    with opened(path) as file:
        try:
            table = pq.read_table(file)
            mixed = json.loads((table.schema.metadata or {}).get(_MIXED, b"[]"))
            rows = table.to_pandas()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InputError(f"{path} is no Parquet file that can be read: {error}") from None
    if "task_id" not in rows:
        raise InputError(f"{path} holds no rows: it has no column task_id")
    if about.COLUMN in rows:
        about.take_in(zip(rows.get("run", []), rows.pop(about.COLUMN), strict=True))
    records: Any = rows.astype(object).where(rows.notna(), None).to_dict("records")
    for record in records:
        for name in mixed:
            if record.get(name) is not None:
                record[name] = json.loads(record[name])
    return frame(records, parameters=parameter_columns(rows))


def _need_pyarrow() -> None:
    try:
        import pyarrow  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    except ImportError:
        raise InputError(
            "Parquet needs pyarrow, which is not installed; `pip install pyarrow`, or use .jsonl"
        ) from None


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".parquet": _write_parquet,
}

_READERS: dict[str, Callable[[Path], list[dict[str, Any]]]] = {".csv": read_csv, ".xlsx": read_xlsx}
