"""Tasks: the questions to ask, what each should be answered with, and how they are read from files and tables."""

from __future__ import annotations

import datetime
import difflib
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, SupportsIndex, TypeAlias, overload

from workbench.errors import InputError
from workbench.tasks.task_files import Record, read_task_file

if TYPE_CHECKING:
    import pandas as pd

QUESTION_NAMES: Final = ("question", "prompt", "input", "task", "problem", "text", "query")
TARGET_NAMES: Final = ("target", "answer", "expected", "label", "ideal", "gold", "reference")
ID_NAMES: Final = ("id", "task_id")
WEAK_ID_NAMES: Final = ("name", "key")
"""Columns that are ids only where every task has one and no two are the same."""

_SEPARATOR: Final = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Task:
    """One question, and the answer it should get. `extra` holds the file's other columns by their own names.

    >>> Task("capital", "What is the capital of Italy?", "Rome | Roma").targets
    ('Rome', 'Roma')
    """

    id: str
    question: str
    target: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def targets(self) -> tuple[str, ...]:
        r"""The accepted answers: the parts of the target between `|`, or the target itself; empty without a target.

        A target with an empty part (`|x|`, `a || b`) is one answer. A literal bar is written `\|`.
        """
        if self.target is None:
            return ()
        parts = [part.replace(r"\|", "|").strip() for part in _SEPARATOR.split(self.target)]
        return tuple(parts) if len(parts) > 1 and all(parts) else (self.target.replace(r"\|", "|"),)


class Tasks(list[Task]):
    """A list of tasks that knows where it came from: `source`, and the `sha256` of the file's bytes (else None).

    A slice of it still knows: `tasks[::2]` are every second of the same file.
    """

    def __init__(self, tasks: Iterable[Task] = (), *, source: str = "list", sha256: str | None = None) -> None:
        super().__init__(tasks)
        self.source = source
        self.sha256 = sha256

    @overload
    def __getitem__(self, place: SupportsIndex, /) -> Task: ...
    @overload
    def __getitem__(self, place: slice, /) -> Tasks: ...
    def __getitem__(self, place: Any, /) -> Any:
        found = super().__getitem__(place)
        return Tasks(found, source=self.source, sha256=self.sha256) if isinstance(place, slice) else found

    def frame(self) -> pd.DataFrame:
        """Make a table of the tasks: id, question, target, and one column for each extra; NA where a task has none."""
        import pandas as pd

        extras = dict.fromkeys(name for task in self for name in task.extra)
        columns: dict[str, list[Any]] = {name: [task.extra.get(name, pd.NA) for task in self] for name in extras}
        columns["id"] = [task.id for task in self]
        columns["question"] = [task.question for task in self]
        columns["target"] = [pd.NA if task.target is None else task.target for task in self]
        order = ["id", "question", "target", *(name for name in extras if name not in ("id", "question", "target"))]
        return pd.DataFrame({name: pd.Series(columns[name], dtype=object) for name in order})


Source: TypeAlias = "str | os.PathLike[str] | pd.DataFrame | Iterable[Task | Mapping[str, Any] | str]"


def load_tasks(
    source: Source,
    *,
    question: str | None = None,
    target: str | None = None,
    id: str | None = None,  # noqa: A002  # named like the column and the field that it fills
) -> Tasks:
    """Read tasks from a file, a DataFrame, or a list of questions, mappings or Tasks.

    Files are .csv (comma, semicolon or tab), .tsv, .jsonl, .json (a list, or `{"tasks": [...]}`) and .toml
    (`[[tasks]]`), in UTF-8. Columns are found by name, whatever the case: the question is the first present of
    `QUESTION_NAMES`, the target of `TARGET_NAMES`, the id of `ID_NAMES`; the keywords name another column. Every other
    column goes to `Task.extra`. Without an id, tasks are numbered from "1" by position.

    Texts stay as they are: "NA", "null" and "None" are answers. Numbers become their shortest text, truth values "true"
    and "false", a list of targets `a | b` (any of them is accepted), an object its JSON. None and NaN are absent, and
    so is an empty target. Raises InputError with file, line and column, before anything is asked.

    >>> load_tasks([{"prompt": "What is 6 * 7?", "answer": 42, "kind": "sum"}])[0]
    Task(id='1', question='What is 6 * 7?', target='42', extra={'kind': 'sum'})
    """
    if isinstance(source, Tasks) and question is target is id is None:
        _refuse_repeated_ids([(f"task {position}", task) for position, task in enumerate(source, 1)], source.source)
        _refuse_none(source, source.source)
        return source
    records, name, sha256 = _records(source, question)
    columns = _Columns.of(records, name, question=question, target=target, identity=id)
    placed = [(record.place, columns.task(record, position, name)) for position, record in enumerate(records, start=1)]
    _refuse_none(placed, name)
    _refuse_repeated_ids(placed, name)
    return Tasks((task for _, task in placed), source=name, sha256=sha256)


def _records(source: Source, question: str | None) -> tuple[list[Record], str, str | None]:
    if isinstance(source, str | os.PathLike):
        names = {_plain(question)} if question is not None else set(QUESTION_NAMES)
        file = read_task_file(Path(os.fspath(source)).expanduser(), is_question=lambda cell: _plain(cell) in names)
        return list(file.records), file.name, file.sha256
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(source, pandas.DataFrame):
        return _frame_records(source), "DataFrame", None
    if isinstance(source, Task | Mapping) or not isinstance(source, Iterable):
        raise InputError(
            f"Tasks come from a file, a DataFrame or a list, not from {type(source).__name__}: put it in a list, [...]."
        )
    return [Record(f"item {number}", value) for number, value in enumerate(source, start=1)], "list", None


def _frame_records(frame: pd.DataFrame) -> list[Record]:
    if frame.index.name is not None and frame.index.name not in frame.columns:
        frame = frame.reset_index()
    names = [str(name) for name in frame.columns]
    for position, column in enumerate(names):
        if column in names[:position]:
            raise InputError(f"DataFrame: the column {column!r} stands twice. Rename one.")
    if not names:  # a frame may have rows and no columns
        return []
    cells = (frame.iloc[:, position].tolist() for position in range(len(names)))
    rows = zip(*cells, strict=True)
    return [
        Record(f"row {index!r}", dict(zip(names, row, strict=True)))
        for index, row in zip(frame.index, rows, strict=True)
    ]


@dataclass(frozen=True)
class _Columns:
    """Which column holds what."""

    question: str
    target: str | None
    id: str | None

    @classmethod
    def of(
        cls, records: list[Record], source: str, *, question: str | None, target: str | None, identity: str | None
    ) -> _Columns:
        """Find the columns, those named by the user first."""
        present = dict.fromkeys(
            str(name) for record in records if isinstance(record.value, Mapping) for name in record.value
        )
        if not present:
            return cls("question", None, None)
        named = {
            role: _named(column, role, present, source)
            for role, column in (("question", question), ("target", target), ("id", identity))
            if column is not None
        }
        free = [name for name in present if name not in named.values()]
        found = named.get("question") or _first(QUESTION_NAMES, free, source)
        if found is None:
            columns = ", ".join(map(repr, present))
            raise InputError(f"{source}: no column for the question among {columns}. Name it with question=….")
        return cls(
            found,
            named.get("target") or _first(TARGET_NAMES, free, source),
            named.get("id") or _first(ID_NAMES, free, source) or _telling(free, records, source),
        )

    def task(self, record: Record, position: int, source: str) -> Task:
        """Make the task of one record."""
        value, place = record.value, f"{source}, {record.place}"
        if isinstance(value, Task):
            if not isinstance(value.question, str) or not value.question.strip():
                raise InputError(f"{place}: the question of task {value.id!r} is empty.")
            return value
        if isinstance(value, str):
            value = {self.question: value}
        if not isinstance(value, Mapping):
            raise InputError(f"{place}: a task is a question, a mapping or a Task, not {type(value).__name__}.")
        cells = {str(name): plain for name, cell in value.items() if (plain := _native(cell)) is not None}
        question = cells.pop(self.question, "")
        if isinstance(question, list | Mapping):
            raise InputError(f"{place}: the question (column {self.question!r}) must be text, not {question!r}.")
        question = _text(question)
        if not question.strip():
            raise InputError(f"{place}: the question (column {self.question!r}) is empty.")
        target = _target(cells.pop(self.target, None), place) if self.target else None
        identity = _text(cells.pop(self.id, "")).strip() if self.id else ""
        return Task(identity or str(position), question, target, cells)


def _named(column: str, role: str, present: Iterable[str], source: str) -> str:
    if column in present:
        return column
    alike = [name for name in present if _plain(name) == _plain(column)]
    if len(alike) == 1:
        return alike[0]
    close = difflib.get_close_matches(column, list(present), n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise InputError(f"{source}: no column {column!r} for the {role} among {', '.join(map(repr, present))}.{hint}")


def _first(names: Iterable[str], columns: Iterable[str], source: str) -> str | None:
    """The column that answers to the earliest of the names."""
    for name in names:
        alike = [column for column in columns if _plain(column) == name]
        if len(alike) > 1:
            raise InputError(f"{source}: the columns {' and '.join(map(repr, alike))} differ only in case. Rename one.")
        if alike:
            return alike[0]
    return None


def _telling(columns: Iterable[str], records: list[Record], source: str) -> str | None:
    """The first of WEAK_ID_NAMES in which every task has a text of its own."""
    for name in WEAK_ID_NAMES:
        column = _first((name,), columns, source)
        if column is not None:
            values = [_native(r.value.get(column)) if isinstance(r.value, Mapping) else None for r in records]
            texts = {_text(value).strip() for value in values if value is not None}
            if len(texts) == len(records) and all(texts):
                return column
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _native(value: Any) -> Any:
    """The value without numpy's and pandas's wrappers; None for what is absent."""
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, tuple):
        value = list(value)
    absent = value is None or type(value).__name__ in ("NAType", "NaTType")
    return None if absent or (isinstance(value, float) and math.isnan(value)) else value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | Mapping) else str(value)


def _target(value: Any, place: str) -> str | None:
    if isinstance(value, list) and not any(isinstance(item, list | Mapping) or _native(item) is None for item in value):
        answers = [_text(item) for item in value]
        if not all(answer.strip() for answer in answers):
            raise InputError(f"{place}: one of the accepted answers {answers!r} is empty.")
        value = " | ".join(answer.replace("|", r"\|") for answer in answers)
    text = "" if value is None else _text(value)
    return text if text.strip() else None


def _refuse_none(tasks: list[Any], source: str) -> None:
    if not tasks:
        raise InputError(f"{source}: there are no tasks in it.")


def _refuse_repeated_ids(placed: list[tuple[str, Task]], source: str) -> None:
    places: dict[str, str] = {}
    for place, task in placed:
        if task.id in places:
            raise InputError(
                f"{source}: the id {task.id!r} stands in {places[task.id]} and in {place}. Ids must differ."
            )
        places[task.id] = place
