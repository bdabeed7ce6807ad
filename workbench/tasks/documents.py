"""Where the tasks lie in a document of JSON, TOML or YAML: a list, a list in an object, columns, objects by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from workbench.errors import InputError
from workbench.tasks.names import LIST_NAMES
from workbench.tasks.parquet_files import is_page_of_rows, page_records
from workbench.tasks.records import Entry, Reading, one_of

_DEEPEST: Final = 3


def records_of(document: Any, noun: str, reading: Reading) -> Iterator[Entry]:
    """The records of a document, each with its place: `noun` and its number. Raises InputError where there are none."""
    tasks = document
    if isinstance(document, Mapping):
        if "tests" in document and ({"prompts", "providers", "targets"} & document.keys()):  # promptfoo's, told whole
            yield Entry("the configuration", document)
            return
        tasks = _in_object(document, reading)
    if not isinstance(tasks, list):
        shape = "[[tasks]] tables" if noun == "table" else 'a list, or an object {"tasks": [...]}'
        raise InputError(f"the tasks must be {shape}.")
    for number, value in enumerate(tasks, start=1):
        yield Entry(f"{noun} {number}", value)


def _in_object(document: Mapping[str, Any], reading: Reading, depth: int = 0) -> Any:
    """The tasks that an object holds, in the first shape that it has; None where it has none of them."""
    for in_shape in _SHAPES:
        tasks = in_shape(document, reading)
        if tasks is not None:
            return tasks
    return _deeper(document, reading, depth) if depth < _DEEPEST else None


def _by_our_name(document: Mapping[str, Any], reading: Reading) -> Any:
    tasks = document.get("tasks")
    return tasks if reading.sheet is None and isinstance(tasks, list) else None


def _as_table(document: Mapping[str, Any], reading: Reading) -> Any:
    names, rows = document.get("columns"), document.get("data")
    if not isinstance(names, list) or not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"'columns' names {twice[0]!r} more than once; give each column a name of its own.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            told = f"its {len(row)} values for {len(names)} 'columns' are {str(row)[:120]}"
            raise InputError(f"row {number} of 'data' does not fit: {told}; mend that row.")
    reading.notes.append("the file is a table with 'columns' and 'data'")
    return [dict(zip(map(str, names), row, strict=True)) for row in rows]


def _as_page(document: Mapping[str, Any], reading: Reading) -> Any:
    return page_records(document, reading) if is_page_of_rows(document) else None


def _in_a_list(document: Mapping[str, Any], reading: Reading) -> Any:
    """A list of objects under a key: the only one, the one that was named, or the one that is called as tasks are."""
    lists = {
        str(name): value
        for name, value in document.items()
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value)
    }
    if not lists:
        return None
    best = [name for name in LIST_NAMES if name in lists][:1] if len(lists) > 1 and reading.sheet is None else []
    name = one_of(list(lists), reading, "list", best)
    if len(lists) == 1:
        reading.notes.append(f"the tasks are the list {name!r} of the file")
    return lists[name]


def _as_columns(document: Mapping[str, Any], reading: Reading) -> Any:
    columns = {str(name): value for name, value in document.items()}
    if len(columns) < 2 or not all(isinstance(value, list) and value for value in columns.values()):
        return None
    if len({len(value) for value in columns.values()}) > 1:
        return None
    reading.notes.append("the file holds columns, each a list")
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _as_objects(document: Mapping[str, Any], reading: Reading) -> Any:
    """Objects by name: each a column by row, as pandas writes a table, or each a task, whose name is its id."""
    objects = {str(name): value for name, value in document.items()}
    if len(objects) < 2 or not all(isinstance(value, Mapping) and value for value in objects.values()):
        return None
    first, *others = objects.values()
    if all(set(other) == set(first) for other in others) and any(map(reading.is_question, objects)):
        reading.notes.append("the file holds columns, each an object by row")
        return [{name: value[row] for name, value in objects.items()} for row in first]
    if all(any(reading.is_question(str(key)) for key in value) for value in objects.values()):
        reading.notes.append("the tasks are the objects of the file, their names are the ids")
        return [{"id": name, **value} for name, value in objects.items()]
    return None


_SHAPES: Final[tuple[Callable[[Mapping[str, Any], Reading], Any], ...]] = (
    _by_our_name,
    _as_table,
    _as_page,
    _in_a_list,
    _as_columns,
    _as_objects,
)
"""How tasks lie in an object, the surest shape first."""


def _deeper(document: Mapping[str, Any], reading: Reading, depth: int) -> Any:
    """The tasks that lie in the only object of an object, as in `{"data": {"questions": [...]}}`; None for others."""
    held = {str(name): value for name, value in document.items() if isinstance(value, Mapping) and value}
    if len(held) != 1 or any(isinstance(value, list) and value for value in document.values()):
        return None
    ((name, inner),) = held.items()
    found = _in_object(inner, reading, depth + 1)
    if found is not None:
        reading.notes.append(f"they lie in the object {name!r}")
    return found
