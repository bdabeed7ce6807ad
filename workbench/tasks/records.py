"""What every kind of file is read into: records, each with its place, and what had to be decided on the way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, overload

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.tasks.names import TOTAL_WORDS, plain

_UNNAMED: Final = re.compile(r"(?:unnamed:?[ _]*\d+|__index_level_\d+__)?", re.IGNORECASE)


class Entry(NamedTuple):
    """One task as it stands in a file: where (`line 5`, `item 3`, `table 2`), and its cells by column name."""

    place: str
    value: Any


class ListEntries(Sequence[Entry]):
    """What stands in a list as entries, which are made when they are looked at."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Entry]:
        return (Entry(f"item {number}", value) for number, value in enumerate(self.values, start=1))

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return Entry(f"item {place % len(self) + 1}", self.values[place])


def values_of(records: Sequence[Entry]) -> Sequence[Any]:
    """The values of entries."""
    return records.values if isinstance(records, ListEntries) else [record.value for record in records]


def mappings_in(records: Sequence[Entry]) -> Sequence[Mapping[str, Any]]:
    """The values of those entries that have columns."""
    values = values_of(records)
    kinds = {*map(type, values)}
    mappings = {kind for kind in kinds if issubclass(kind, Mapping)}
    if not mappings:
        return []
    return values if kinds == mappings else [value for value in values if type(value) in mappings]


def columns_in(values: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of the columns of some records, each once, in the order in which they come."""
    return [*dict.fromkeys(map(str, dict.fromkeys(itertools.chain.from_iterable(values))))]


@dataclass
class Reading:
    """How a file is to be read, and what is noted while it is.

    `is_question` knows the header of the question's column, `is_known` any header that the workbench knows. `sheet`
    names the sheet of a workbook, the list of a JSON object or the split of a data set. `decimal_comma` says that the
    file's dialect writes 3,5 for 3.5; `classes` are the names behind integers, by column; `template` makes the question
    where the file itself has one; `another` reads a file that this one refers to.
    """

    is_question: Callable[[str], bool]
    is_known: Callable[[str], bool]
    sheet: str | None = None
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    decimal_comma: bool = False
    classes: dict[str, list[str]] = field(default_factory=dict)
    template: str | None = None
    another: Callable[[Path], Iterable[Entry]] = field(default=lambda path: ())


def one_of(names: list[str], reading: Reading, what: str, best: Sequence[str]) -> str:
    """The sheet, list or split to read: the one that was named, the only one, or the only one with a question.

    Raises InputError that names them where none or several would do.
    """
    listed = ", ".join(map(repr, names))
    if reading.sheet is not None:
        if reading.sheet not in names:
            raise InputError(f"there is no {what} {reading.sheet!r} among {listed}.")
        return reading.sheet
    if len(names) == 1:
        return names[0]
    if len(best) == 1:
        reading.notes.append(f"read is the {what} {best[0]!r}, of {listed}")
        return best[0]
    raise InputError(
        f"there is more than one {what}: {listed}. Name the one to read with sheet={(best or names)[0]!r} "
        f"(on the command line --sheet)."
    )


def table_records(rows: list[tuple[str, list[Any]]], reading: Reading, *, word: str) -> list[Entry]:
    """The records of a table with cells as they are: finds the header, and passes over titles, index and totals.

    `rows` are places and cells; empty ones are left out before. `word` is what a row is called.
    """
    if not rows:
        return []
    start = header_row([[_shown(cell) for cell in cells] for _, cells in rows[:10]], reading)
    if start:
        reading.notes.append(f"the header is in {rows[start][0]}; what stands above it is passed over")
    place, cells = rows[start]
    header = [_shown(cell) for cell in cells]
    for position, name in enumerate(header):
        if name and name in header[:position]:
            raise InputError(f"{place}: the column {name!r} stands twice in the header. Rename one.")
    body = rows[start + 1 :]
    passed = index_column(header, [cells for _, cells in body], reading)
    records = []
    for number, (place, cells) in enumerate(body, start=1):
        extra = [position for position in range(len(header), len(cells)) if _shown(cells[position])]
        if extra or any(
            _shown(cell) and not name and position != passed
            for position, (name, cell) in enumerate(zip(header, cells, strict=False))
        ):
            raise InputError(f"{place}: a cell stands in a column without a name. Name it in the header.")
        value = {
            name: cell
            for position, (name, cell) in enumerate(zip(header, cells, strict=False))
            if name and position != passed and cell is not None
        }
        if number == len(body) > 1 and _is_total(value):
            reading.notes.append(f"{place} is passed over: it is a total ({next(iter(value.values()))!r})")
            continue
        records.append(Entry(place, value))
    return records


def header_row(rows: list[list[str]], reading: Reading) -> int:
    """The row that holds the names: the first with a name for the question, else the first with several cells."""
    for number, row in enumerate(rows):
        cells = sum(map(bool, row))
        # A row of data may hold a word that is also a name: above a header stand titles, with fewer cells.
        titles = all(sum(map(bool, above)) <= max(1, cells // 2) for above in rows[:number])
        if cells > 1 and titles and any(reading.is_question(cell) for cell in row):
            return number
    widest = max((sum(map(bool, row)) for row in rows), default=0)
    if widest > 1 and rows and sum(map(bool, rows[0])) == 1 and not reading.is_question(next(filter(None, rows[0]))):
        return next(number for number, row in enumerate(rows) if sum(map(bool, row)) > 1)
    return 0


def index_column(header: list[str], rows: list[list[Any]], reading: Reading) -> int | None:
    """The place of a first column without a name that only counts the rows, as a DataFrame's index does."""
    if len(header) < 2 or not _UNNAMED.fullmatch(header[0]) or not rows:
        return None
    numbers = [_shown(row[0]) if row else "" for row in rows]
    if all(number.isdecimal() and number.isascii() for number in numbers) and len(set(numbers)) == len(numbers):
        reading.notes.append("the first column has no name and counts the rows: it is passed over, as an index")
        return 0
    return None


def _is_total(value: Mapping[str, Any]) -> bool:
    cells = [_shown(cell) for cell in value.values()]
    return plain(next(filter(None, cells), "")).strip("=") in TOTAL_WORDS


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
