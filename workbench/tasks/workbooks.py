"""Workbooks of Excel and OpenDocument become records: one sheet, cells as they are shown."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree

from workbench.errors import InputError
from workbench.tasks.number_formats import shown
from workbench.tasks.records import Entry, Reading, header_row, one_of, table_records

MOST_BYTES: Final = 300_000_000
"""Of a workbook once it is unpacked; a small file may unpack to more than any memory holds."""

_MOST_COLUMNS: Final = 2_000
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

Rows = list[tuple[str, list[Any]]]


def xlsx_records(data: bytes, reading: Reading) -> list[Entry]:
    """The records of one sheet of an Excel workbook: dates, percentages and leading zeros as the sheet shows them.

    Sheets that are hidden are passed over. Raises InputError where openpyxl is not installed.
    """
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        raise InputError(
            "an Excel workbook is read by openpyxl, which is not installed. Install it: pip install 'workbench[excel]' "
            "(or save the sheet as 'CSV UTF-8')."
        ) from None
    _check_size(data)
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out, none of which holds a cell
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheets = {sheet.title: _xlsx_rows(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"}
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile, SyntaxError) as problem:
        raise InputError(f"not a workbook that can be read: {problem}.") from None
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        reading.notes.append(f"hidden sheets are passed over: {', '.join(map(repr, hidden))}")
    records = _sheet_records(sheets, reading)
    _refuse_empty_formulas(data, reading)
    return records


def _xlsx_rows(sheet: Any) -> Rows:
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    rows: Rows = []
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        values = [shown(cell.value, getattr(cell, "number_format", "General")) for cell in cells]
        while values and (values[-1] is None or values[-1] == ""):
            values.pop()
        if any(value is not None and str(value).strip() for value in values):
            rows.append((f"row {number}", values))
    return rows


def _refuse_empty_formulas(data: bytes, reading: Reading) -> None:
    """A formula whose value was never kept reads as an empty cell: a target would be missing without a word."""
    import openpyxl

    if b"<f" not in _members(data, "xl/worksheets/"):
        return
    names = reading.sheet
    kept = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    asked = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    for title in kept.sheetnames:
        if names is not None and title != names:
            continue
        for have, want in zip(kept[title].iter_rows(), asked[title].iter_rows(), strict=False):
            for value, formula in zip(have, want, strict=False):
                if value.value is None and isinstance(formula.value, str) and formula.value.startswith("="):
                    raise InputError(
                        f"sheet {title!r}, cell {formula.coordinate}: a formula without its value. "
                        "Open the file in Excel or LibreOffice and save it, which keeps the values."
                    )


def _members(data: bytes, beginning: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if name.startswith(beginning))


def opendocument_records(data: bytes, reading: Reading) -> list[Entry]:
    """The records of one sheet of an .ods workbook, as the sheet shows them."""
    _check_size(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = archive.read("content.xml")
        if b"<!DOCTYPE" in content[:4096]:
            raise InputError("its content has a DOCTYPE, which no OpenDocument file needs; it is not read.")
        root = ElementTree.fromstring(content)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, ElementTree.ParseError) as problem:
        raise InputError(f"not a workbook that can be read (is it protected by a password?): {problem}.") from None
    sheets = {
        str(table.get(f"{_TABLE}name")): _ods_rows(table)
        for table in root.iter(f"{_TABLE}table")
        if table.get(f"{_TABLE}display") != "false"
    }
    return _sheet_records(sheets, reading)


def _ods_rows(table: ElementTree.Element) -> Rows:
    rows: Rows = []
    number = 0
    for row in table.iter(f"{_TABLE}table-row"):
        times = int(row.get(f"{_TABLE}number-rows-repeated", 1))
        cells: list[Any] = []
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            repeated = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
            cells += [_ods_text(cell)] * min(repeated, max(0, _MOST_COLUMNS - len(cells)))
        while cells and cells[-1] is None:
            cells.pop()
        if any(cells):
            for copy in range(min(times, 100_000)):
                rows.append((f"row {number + copy + 1}", list(cells)))
        number += times
    return rows


def _ods_text(cell: ElementTree.Element) -> str | None:
    lines = ["".join(_pieces(paragraph)) for paragraph in cell if paragraph.tag == f"{_TEXT}p"]
    return "\n".join(lines) if lines else cell.get(f"{_OFFICE}value")


def _pieces(element: ElementTree.Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * min(int(child.get(f"{_TEXT}c", 1)), 10_000)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag != f"{_OFFICE}annotation":
            yield from _pieces(child)
        yield child.tail or ""


def _sheet_records(sheets: dict[str, Rows], reading: Reading) -> list[Entry]:
    filled = {title: rows for title, rows in sheets.items() if rows}
    if not filled:
        return []
    best = [title for title, rows in filled.items() if _has_question(rows, reading)]
    best = best or [title for title, rows in filled.items() if _is_table(rows)]
    title = one_of(list(sheets if reading.sheet in sheets else filled), reading, "sheet", best)
    if len(filled) == 1:
        reading.notes.append(f"read is the sheet {title!r}")
    return table_records(sheets[title], reading, word="row")


def _has_question(rows: Rows, reading: Reading) -> bool:
    first = [["" if cell is None else str(cell).strip() for cell in cells] for _, cells in rows[:10]]
    return any(reading.is_question(cell) for cell in first[header_row(first, reading)])


def _is_table(rows: Rows) -> bool:
    """Whether a sheet holds more than words about the others: two rows of two cells."""
    return sum(sum(cell is not None for cell in cells) > 1 for _, cells in rows) > 1


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise InputError(
            "not a workbook: it is no ZIP archive. Is it an old .xls, or protected by a password?"
        ) from None
    if size > MOST_BYTES:
        raise InputError(f"it unpacks to {size:,} bytes, and at most {MOST_BYTES:,} are read.")
