"""Rows as files: JSON lines keep everything, CSV is for spreadsheets, Parquet for other tools."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.base.files import written_whole
from workbench.errors import InputError
from workbench.rows import about
from workbench.rows.configurations import parameter_columns
from workbench.rows.table import COLUMNS, SCORE_PREFIX, frame
from workbench.show.markdown import visible

if TYPE_CHECKING:
    import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet run a cell as a formula."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\Z")


def write_rows(rows: pd.DataFrame, path: str | Path) -> Path:
    """Write rows to a .jsonl, .csv or .parquet file and return its path.

    JSON lines are lossless. In a CSV, texts that a spreadsheet would run as formulas get a leading apostrophe, and
    control characters are made visible. Parquet needs the `parquet` extra. The file appears whole or not at all.
    """
    import pandas as pd

    path = Path(path)
    check_kind(path)
    writer = _WRITERS[path.suffix.lower()]
    with written_whole(path) as draft:
        writer(rows.assign(**{about.COLUMN: pd.array(about.carried(rows), dtype=object)}), draft)
    return path


def check_kind(path: Path) -> None:
    """Raise unless rows can be written to a file of this name: before they are bought, not after."""
    if path.suffix.lower() not in _WRITERS:
        raise InputError(f"{str(path)!r} is no kind of file that rows are written to; end it in {', '.join(_WRITERS)}")
    if path.suffix.lower() == ".parquet":
        _need_pyarrow()


def read_rows(path: str | Path) -> pd.DataFrame:
    """Read rows that `write_rows` wrote as JSON lines or Parquet."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {str(path)!r} with rows")
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path)
    if path.suffix.lower() != ".jsonl":
        raise InputError(
            f"rows are read from .jsonl or .parquet, not from {path.name!r}; a CSV has lost what they need"
        )
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}: not a line of JSON ({error})") from None
        if not isinstance(record, dict) or "task_id" not in record:
            raise InputError(f"{path}:{number}: not a row: it has no task_id")
        records.append(record)
    if not records:
        raise InputError(f"{path} holds no rows")
    about.take_in((record.get("run"), record.pop(about.COLUMN, None)) for record in records)
    parameters = [name for name in records[0] if name not in COLUMNS and not name.startswith(("task_", SCORE_PREFIX))]
    return frame(records, parameters=parameters)


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula, and that shows its control characters.

    >>> defused("=HYPERLINK(1)"), defused("-25"), defused(" @SUM")
    ("'=HYPERLINK(1)", '-25', "' @SUM")
    """
    shown = visible(text)
    dangerous = shown.lstrip(" ").startswith(FORMULA_STARTS) and not _NUMBER.match(shown)
    return "'" + shown if dangerous else shown


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


def _write_csv(rows: pd.DataFrame, path: Path) -> None:
    shown = rows.copy(deep=False)
    for name in shown.columns:
        if shown[name].dtype == object or str(shown[name].dtype).startswith("str"):
            shown[name] = [defused(value) if isinstance(value, str) else value for value in shown[name]]
    shown.to_csv(path, index=False, encoding="utf-8")


def _write_parquet(rows: pd.DataFrame, path: Path) -> None:
    rows.to_parquet(path, index=False)


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    _need_pyarrow()
    rows = pd.read_parquet(path)
    if about.COLUMN in rows:
        about.take_in(zip(rows.get("run", []), rows.pop(about.COLUMN), strict=True))
    records: Any = rows.astype(object).where(rows.notna(), None).to_dict("records")
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
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
