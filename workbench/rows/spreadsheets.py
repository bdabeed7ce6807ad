"""Rows as a spreadsheet holds them, and back: CSV and Excel, with what either loses said when it is read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.base import regular_expressions as re
from workbench.base.files import opened
from workbench.errors import InputError, warn
from workbench.rows import about
from workbench.rows.table import DTYPES, LOOP_PREFIX, SCORE_PREFIX
from workbench.show.markdown import visible

if TYPE_CHECKING:
    import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet run a cell as a formula."""

MOST_CHARACTERS: Final = 32_767
"""Of one cell of Excel; a longer text is cut, and says so."""

_MOST_ROWS: Final = 1_048_575
_MOST_BYTES: Final = 2**31
_CUT: Final = " … [cut: an Excel cell holds no more]"
_ROWS_AT_ONCE: Final = 1_000
_WORDS: Final = {"true": True, "false": False, "1": True, "0": False}
_ROWS_SHEET, _ABOUT_SHEET = "rows", "about"
_NO_CHARACTER = re.compile("[\ufffe\uffff]")  # which XML cannot hold, and a control character it is not
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\Z")


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula, and that shows its control characters.

    >>> defused("=HYPERLINK(1)"), defused("-25"), defused(" @SUM")
    ("'=HYPERLINK(1)", '-25', "' @SUM")
    """
    shown = visible(text)
    return "'" + shown if _is_dangerous(shown) else shown


def _is_dangerous(text: str) -> bool:
    return text.lstrip(" ").startswith(FORMULA_STARTS) and not _NUMBER.match(text)


def _fused(text: str) -> str:
    """The way back from `defused`: without the apostrophe that only a spreadsheet needs."""
    return text[1:] if text.startswith("'") and _is_dangerous(text[1:]) else text


def write_csv(rows: pd.DataFrame, path: Path) -> None:
    """Write rows for spreadsheets: texts defused, the mark in front by which Excel knows UTF-8."""
    from pandas.api import types

    with path.open("w", encoding="utf-8-sig", newline="") as file:  # without the mark Excel shows mojibake
        for place, part in enumerate(_parts(rows)):
            shown = part.copy(deep=False)
            for name, dtype in part.dtypes.items():
                if not (types.is_numeric_dtype(dtype) or types.is_datetime64_any_dtype(dtype)):
                    shown[name] = [defused(value) if isinstance(value, str) else value for value in part[name]]
            shown.to_csv(file, index=False, header=place == 0)


def _parts(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Some rows at a time, for texts that are kept elsewhere are here for so long; one part where there are none."""
    for start in range(0, max(1, len(rows)), _ROWS_AT_ONCE):
        yield rows.iloc[start : start + _ROWS_AT_ONCE]


def read_csv(path: Path) -> list[dict[str, Any]]:
    """The records of a CSV that `write_csv` wrote, or a spreadsheet saved; warns of what it has lost."""
    with opened(path) as file:
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{path} is no CSV in UTF-8 ({error.reason}); save it as 'CSV UTF-8'") from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)  # a spreadsheet saves with the comma of its country
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lengths = csv.field_size_limit(2**31 - 1)
    try:
        names = next(reader, [])
        records = []
        for line in reader:
            if not any(line):
                continue
            if len(line) < len(names) or any(line[len(names) :]):
                told = f"{len(line)} cells, and there are {len(names)} columns; it begins {', '.join(line)[:80]!r}"
                raise InputError(f"{path}: the row that ends in line {reader.line_num} has {told}. Mend that row.")
            records.append({name: _typed(name, cell) for name, cell in zip(names, line, strict=False)})
    except csv.Error as error:
        raise InputError(f"{path}: line {reader.line_num} is no line of a CSV: {error}") from None
    finally:
        csv.field_size_limit(lengths)
    _say_lost(
        path,
        "the prompts, the tasks' file, how control characters were, whether a text was empty or absent, and of a sweep "
        "that stopped when it knew the looks that it took, without which its verdict is too sure",
    )
    return records


def _typed(name: str, cell: str) -> Any:
    """A cell of a CSV as the value of its column; empty is absent."""
    if cell == "":
        return None
    kind = DTYPES.get(name)
    if kind is not None and kind != "object":
        return _WORDS.get(cell.lower(), cell) if kind == "boolean" else _value(cell)
    text = _fused(cell)
    if kind is None and (name.startswith((SCORE_PREFIX, LOOP_PREFIX)) or not name.startswith("task_")):
        return _value(text)  # of a swept parameter, which sorts by its number
    return text


def _value(text: str) -> Any:
    if text in ("True", "False"):
        return text == "True"
    try:
        return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else float(text) if _NUMBER.match(text) else text
    except ValueError:
        return text


def write_xlsx(rows: pd.DataFrame, path: Path) -> None:
    """Write rows to a workbook of Excel: no cell is a formula or a link, and the prompts stand on a second sheet."""
    openpyxl = need_openpyxl()
    from openpyxl.cell import WriteOnlyCell

    if len(rows) > _MOST_ROWS:
        raise InputError(f"an Excel sheet holds {_MOST_ROWS:,} rows, and these are {len(rows):,}; write .jsonl")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_ROWS_SHEET)
    sheet.freeze_panes = "B2"

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, value=None)
        # Setting `value` would make a formula of "=1".
        made._value, made.data_type = _shortened(_NO_CHARACTER.sub("\ufffd", visible(value))), "s"
        return made

    kept = [name for name in rows.columns if name != about.COLUMN]
    sheet.append([cell(visible(str(name))) for name in kept])
    for part in _parts(rows):
        columns = [[_plain(value) for value in part[name].tolist()] for name in kept]
        for values in zip(*columns, strict=True):
            sheet.append([cell(value) for value in values])
    told = book.create_sheet(_ABOUT_SHEET)
    for run, text in zip(rows.get("run", []), about.carried(rows), strict=False):
        if text is not None:
            ascii_text = json.dumps(json.loads(text))  # no character in it that a workbook could not hold
            parts = [ascii_text[at : at + MOST_CHARACTERS] for at in range(0, len(ascii_text), MOST_CHARACTERS)]
            told.append([cell(part) for part in (str(run), *parts)])
    book.save(path)


def read_xlsx(path: Path) -> list[dict[str, Any]]:
    """The records of a workbook that `write_xlsx` wrote, perhaps saved by a spreadsheet since."""
    openpyxl = need_openpyxl()
    try:
        with opened(path) as file, zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise InputError(f"{path} unpacks to more than {_MOST_BYTES:,} bytes; this is no file of rows")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book[_ROWS_SHEET] if _ROWS_SHEET in book.sheetnames else book.worksheets[0]
            lines = _lines(sheet)
            names = [str(name) for name in next(lines, ()) if name is not None]
            records = [_record(names, line) for line in lines if any(value is not None for value in line)]
            if _ABOUT_SHEET in book.sheetnames:
                told = (["" if part is None else str(part) for part in line] for line in _lines(book[_ABOUT_SHEET]))
                about.take_in((line[0], "".join(line[1:])) for line in told if line)
        finally:
            book.close()
    except (KeyError, ValueError, TypeError, OSError, IndexError, zipfile.BadZipFile, SyntaxError) as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError(f"{path} is no workbook that can be read: {problem}") from None
    if any(isinstance(value, str) and value.endswith(_CUT) for record in records for value in record.values()):
        _say_lost(path, f"the ends of texts longer than {MOST_CHARACTERS:,} characters")
    return records


def _record(names: list[str], line: tuple[Any, ...]) -> dict[str, Any]:
    values = dict(zip(names, line, strict=False))
    texts = {name for name in values if DTYPES.get(name) == "object"}  # a spreadsheet may have made a number of "007"
    return {
        name: str(value) if name in texts and value is not None and not isinstance(value, str) else value
        for name, value in values.items()
    }


def _lines(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    yield from sheet.iter_rows(values_only=True, max_col=2_000)


def _plain(value: Any) -> Any:
    import pandas as pd

    return None if value is pd.NA or value is None or value != value else value


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(_CUT)] + _CUT


def _say_lost(path: Path, what: str) -> None:
    warn(f"{path.name} has lost {what}; a .jsonl file keeps everything")


def need_openpyxl() -> Any:
    """The package for workbooks, or the error that says how to get it."""
    try:
        import openpyxl
    except ImportError:
        raise InputError(
            "Excel needs openpyxl, which is not installed; `pip install 'workbench[excel]'`, or use .jsonl"
        ) from None
    return openpyxl
