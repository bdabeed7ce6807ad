"""Separated texts: CSV and TSV in their dialects, with and without a header."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from typing import Final, TypeAlias

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.tasks.records import Entry, Reading, header_row, index_column

_FIELD_SIZE_LIMIT: Final = 2**31 - 1
"""Characters of one CSV cell; csv's own limit of 131,072 is shorter than a long document, and Windows takes no more."""

Row: TypeAlias = tuple[int, list[str]]
"""The number of a line, and its cells."""
_LOOKED_THROUGH: Final = 10
"""Rows among which a header is looked for."""
_DELIMITERS: Final = (",", ";", "\t", "|")
_LETTER: Final = re.compile(r"\(?([A-Ja-j])[).]?")
_NUMBER: Final = re.compile(r"[-−+]?\d[\d,. ]*")


def csv_records(text: str, reading: Reading) -> Iterator[Entry]:
    """The records of a CSV text; its separator is the one that makes the question's column appear."""
    declared = text[:6].rstrip("\r\n")
    if declared.startswith("sep=") and len(declared) == 5:  # Excel's own first line
        reading.decimal_comma = declared[4] == ";"
        yield from _separated(text, declared[4], reading, first_line=2)
        return
    delimiter = _delimiter(text, reading)
    reading.decimal_comma = delimiter == ";"
    yield from _separated(text, delimiter, reading)


def tsv_records(text: str, reading: Reading) -> Iterator[Entry]:
    """The records of a text separated by tabs."""
    yield from _separated(text, "\t", reading)


def _delimiter(text: str, reading: Reading) -> str:
    headers = {delimiter: _first_rows(text, delimiter, reading) for delimiter in _DELIMITERS}
    fitting = [
        delimiter
        for delimiter, rows in headers.items()
        if any(reading.is_question(cell) for row in rows for cell in row) and (delimiter != "|" or len(rows[0]) > 1)
    ]
    return max(fitting or _DELIMITERS[:3], key=lambda delimiter: max(map(len, headers[delimiter]), default=0))


def _first_rows(text: str, delimiter: str, reading: Reading) -> list[list[str]]:
    """The row that would be the header; before one that has a name for the question may stand titles."""
    rows: list[list[str]] = []
    try:
        for _, row in _cells(text, delimiter):
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
            if len(rows) == _LOOKED_THROUGH:
                break
    except InputError:  # quoted headers do not fit another file's separator
        rows = rows[:1]
    return [rows[header_row(rows, reading)]] if rows else []


def _separated(text: str, delimiter: str, reading: Reading, *, first_line: int = 1) -> Iterator[Entry]:
    rows = (each for each in _cells(text, delimiter) if each[0] >= first_line and any(cell.strip() for cell in each[1]))
    before = list(itertools.islice(rows, _LOOKED_THROUGH))
    if not before:
        return
    header, body = _header_and_body(before, reading)
    every = [*body, *rows]
    passed = index_column(header, [row for _, row in every], reading)
    for line, row in every:
        _check_row(line, row, header, passed, delimiter)
        cells = enumerate(zip(header, row, strict=True))
        yield Entry(f"line {line}", {name: cell for at, (name, cell) in cells if name and at != passed})


def _header_and_body(before: list[Row], reading: Reading) -> tuple[list[str], list[Row]]:
    """The names of the columns, and the first rows below them; titles may stand above, or there may be no header."""
    place = header_row([[cell.strip() for cell in row] for _, row in before], reading)
    line, header = before[place][0], [name.strip() for name in before[place][1]]
    if place:
        reading.notes.append(f"the header is in line {line}; what stands above it is passed over")
    body = before[place + 1 :]
    named = _without_header(before, reading) if not place else None
    if named is not None:
        header, body = named, before
        reading.notes.append(f"there is no header: the columns are taken for {', '.join(header)}")
    for position, name in enumerate(header):
        if name and name in header[:position]:
            raise InputError(f"line {line}: the column {name!r} stands twice in the header. Rename one.")
    return header, body


def _check_row(line: int, row: list[str], header: list[str], passed: int | None, delimiter: str) -> None:
    """Raise `InputError` for a row with another number of cells, or with one that no header names."""
    if len(row) != len(header):
        raise InputError(
            f"line {line}: {len(row)} cells, but the header has {len(header)}. "
            f'A cell that holds {delimiter!r}, a quote or a line break must stand in double quotes ("…").'
        )
    if any(cell.strip() and not header[at] and at != passed for at, cell in enumerate(row)):
        raise InputError(
            f"line {line}: a cell stands in a column without a name. Name it in the header; if it is the index of "
            "a DataFrame, write the file with to_csv(index=False)."
        )


def _without_header(rows: list[tuple[int, list[str]]], reading: Reading) -> list[str] | None:
    """The names of a table that begins without any, as those of MMLU and MGSM do; None where there is a header.

    Its first row looks like the others: as many cells, none of them a known name, and the last one is the letter of an
    option between them, or beside a single text a number.
    """
    first = [cell.strip() for cell in rows[0][1]]
    if any(reading.is_known(cell) for cell in first if not _LETTER.fullmatch(cell)) or not all(first):
        return None
    if any(len(row) != len(first) for _, row in rows):
        return None
    last = [row[-1].strip() for _, row in rows]
    options = len(first) - 2
    if 2 <= options <= 10 and all(
        _LETTER.fullmatch(cell) and ord(cell.strip("(). ").upper()) < 65 + options for cell in last
    ):
        return ["question", *"ABCDEFGHIJ"[:options], "answer"]
    if options == 0 and len(rows) > 1 and all(_NUMBER.fullmatch(cell) for cell in last):
        return ["question", "answer"]
    return None


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
