"""Tasks from wherever they are: a file, a folder, a table, a list, a data set; and what was understood of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from workbench.errors import InputError
from workbench.tasks.building import Builder
from workbench.tasks.choosing import Condition, fits, none_fits
from workbench.tasks.columns import Asked, Columns, layout_of
from workbench.tasks.imports import lifted, looks_encrypted
from workbench.tasks.names import ID_NAMES, KNOWN, QUESTION_NAMES, TARGET_NAMES, WEAK_ID_NAMES, plain
from workbench.tasks.parquet_files import HUB, dataset_records, hub_records
from workbench.tasks.records import Entry, ListEntries, Reading, columns_in, mappings_in, values_of
from workbench.tasks.requests import as_requests
from workbench.tasks.settings import file_settings
from workbench.tasks.slots import is_template
from workbench.tasks.task import Task, Tasks
from workbench.tasks.task_files import read_task_file
from workbench.tasks.understood import Understood
from workbench.tasks.wording import label_set, understood_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ID_NAMES", "QUESTION_NAMES", "TARGET_NAMES", "WEAK_ID_NAMES", "Source", "Task", "Tasks", "load_tasks"]

Source: TypeAlias = "str | os.PathLike[str] | pd.DataFrame | Iterable[Task | Mapping[str, Any] | str]"


def load_tasks(
    source: Source,
    *,
    question: str | None = None,
    target: str | None = None,
    choices: Columns | None = None,
    id: str | None = None,  # noqa: A002  # named like the column and the field that it fills
    system: str | None = None,
    messages: str | None = None,
    images: Columns | None = None,
    sheet: str | None = None,
    filter: Condition | Sequence[Condition] | None = None,  # noqa: A002  # as on the command line
    limit: int | None = None,
    shuffle: int | None = None,
) -> Tasks:
    r"""Read tasks from a file, a DataFrame, a list, or a data set of Hugging Face.

    Files are .csv (comma, semicolon, tab or bar), .tsv, .jsonl, .json, .toml, .yaml, .xlsx, .ods and .parquet; a folder
    is a data set on disk, `hf:owner/name` one of the hub. `sheet` names the sheet, list or split to read.

    Columns are found by name, in many languages and whatever the case; the keywords name another column, or give a
    template: `question="{{ instruction }}\n{{ input }}"`. A passage is sent before the question, options after it with
    their letters (`shuffle` is the seed of an order of their own), images as parts of the message. Every other column
    goes to `Task.extra`. Without an id, tasks are numbered from "1" by position; `id=""` asks for that. `filter`
    and `limit` take some of the tasks. `workbench.toml` may say the same for a file. `.understood` tells which column
    became what, and why.

    Texts stay as they are: "NA", "null" and "None" are answers. Numbers become their shortest text, truth values "true"
    and "false", a list of targets `a | b` (any of them is accepted), an object its JSON. None and NaN are absent, and
    so is an empty target. Raises InputError with file, line and column, before anything is asked.

    >>> load_tasks([{"prompt": "What is 6 * 7?", "answer": 42, "kind": "sum"}])[0]
    Task(id='1', question='What is 6 * 7?', target='42', extra={'kind': 'sum'})
    """
    words = {
        "question": question, "target": target, "choices": choices, "id": id, "system": system, "messages": messages,
        "images": images, "sheet": sheet, "filter": filter, "limit": limit, "shuffle": shuffle,
    }  # fmt: skip
    # An empty text is no word, as where a notebook's parameter is left as it is; id="" alone means something.
    given: dict[str, Any] = {
        name: word for name, word in words.items() if word is not None and (name == "id" or word not in ("", ()))
    }
    if isinstance(source, Tasks) and not given:
        _refuse_repeated_ids(source, source.source, lambda number: f"task {number + 1}")
        _refuse_none(source, source.source)
        return source
    if isinstance(source, Tasks) and given.keys() <= {"filter", "limit"}:
        return _some_of(source, given)
    folder, said = None, ""
    if isinstance(source, str | os.PathLike) and not str(source).startswith(HUB):
        source = Path(os.fspath(source)).expanduser()
        folder = source.parent
        settings, said = file_settings(source)
        given = {**settings, **given}
    asked = Asked(**{name: given[name] for name in Asked.__dataclass_fields__ if name in given})
    reading = _reading(asked, given.get("sheet"))
    records, name, sha256 = _records(source, reading)
    if not asked.named():
        records = as_requests(records, reading)
    if said:
        reading.notes.append(said)
    if reading.template is not None and asked.question is None:
        asked = replace(asked, question=reading.template)
    tasks, understood, bare = _made(records, asked, reading, name, folder, given)
    loaded = Tasks(tasks, source=name, sha256=sha256, understood=understood)
    loaded.bare = bare
    return loaded


def _some_of(tasks: Tasks, given: Mapping[str, Any]) -> Tasks:
    """Some of tasks that are loaded already; a condition sees their cells, and `id`, `question` and `target`."""
    _check_whole(given.get("limit"), "limit", least=1)
    columns = dict.fromkeys(name for task in tasks for name in (*task.own, *task.extra))
    passes = fits(given.get("filter"), [*columns, "id", "question", "target"])
    found = [
        task
        for task in tasks
        if passes({**task.own, **task.extra, "id": task.id, "question": task.question, "target": task.target})
    ]
    if tasks and not found:
        raise none_fits(tasks.source, given.get("filter"), ({**task.own, **task.extra} for task in tasks))
    return tasks.like(found[: given.get("limit")])


def _reading(asked: Asked, sheet: str | None) -> Reading:
    named = {plain(column) for column in asked.named()}
    questions = (
        {plain(asked.question)}
        if asked.question and not is_template(asked.question)
        else set(map(plain, QUESTION_NAMES))
    )
    return Reading(
        is_question=lambda cell: plain(cell) in questions,
        is_known=lambda cell: plain(cell) in KNOWN or plain(cell) in named,
        sheet=sheet,
    )


def _made(
    records: Sequence[Entry], asked: Asked, reading: Reading, name: str, folder: Path | None, given: Mapping[str, Any]
) -> tuple[list[Task], Understood, Sequence[str] | None]:
    """The tasks of some records, what was understood of them, and the questions of tasks that are nothing else."""
    values = mappings_in(records)
    layout = layout_of(values, asked, name)
    if asked.id == "":
        layout.id = None
    _refuse_encrypted(records, layout.question, name)
    present = columns_in(values)
    seed, limit = given.get("shuffle"), given.get("limit")
    _check_whole(seed, "shuffle", least=0)
    _check_whole(limit, "limit", least=1)
    builder = Builder(
        records,
        layout,
        reading,
        name,
        columns=tuple(present),
        folder=folder,
        seed=seed,
        trusted_images=asked.images is not None,
    )
    every = values_of(records)
    made = None if limit is not None or (values and given.get("filter")) else builder.together(every)
    bare = bool(made) and isinstance(every[0], str)
    tasks, places = (
        (made, range(1, len(made) + 1))
        if made
        else _chosen(records, builder, fits(given.get("filter"), present), limit)
    )
    if records and not tasks:
        raise none_fits(name, given.get("filter"), (one.value for one in records if isinstance(one.value, Mapping)))
    _refuse_none(tasks, name)
    if not bare:  # these are numbered
        _refuse_repeated_ids(tasks, name, lambda number: records[places[number] - 1].place)
    if limit is not None and len(tasks) < len(records):
        _tell_of_the_rest(builder, tasks, len(records))
    labels = label_set(tasks, layout.target, reading.classes)
    if labels:
        tasks = [
            task if isinstance(task.labels, tuple) and task.labels else replace(task, labels=labels) for task in tasks
        ]
    return tasks, understood_of(builder, tasks), every if bare else None


def _refuse_encrypted(records: Sequence[Entry], question: str | None, name: str) -> None:
    if question and not is_template(question) and looks_encrypted(records, question):
        raise InputError(
            f"{name}: the questions in column {question!r} are encrypted. Decrypt the file with its makers' program."
        )


def _chosen(
    records: Sequence[Entry], builder: Builder, passes: Callable[[Mapping[str, Any]], bool], limit: int | None
) -> tuple[list[Task], Sequence[int]]:
    """The tasks of the records that pass, no more than wanted, and the place of each among all records."""
    tasks: list[Task] = []
    places: list[int] = []
    for position, record in enumerate(records, start=1):
        if not isinstance(record.value, Mapping) or passes(record.value):
            tasks.append(builder.task(record, position))
            places.append(position)
            if limit is not None and len(tasks) == limit:
                break
    return tasks, places


def _tell_of_the_rest(builder: Builder, tasks: Sequence[Task], there: int) -> None:
    """Say how many tasks are taken, and warn where the file seems to be sorted by its targets."""
    builder.notes.append(f"{len(tasks):,} of {there:,} tasks are taken")
    targets = {task.target for task in tasks}
    if len(tasks) > 4 and len(targets) == 1 and None not in targets:
        builder.warnings.append(
            f"the first {len(tasks)} tasks all have the target {tasks[0].target!r}: the file seems to be sorted by it. "
            "Shuffle the file, or take another part with filter=…"
        )


def _records(source: Any, reading: Reading) -> tuple[Sequence[Entry], str, str | None]:
    if isinstance(source, Path):
        file = read_task_file(source, reading)
        return list(file.records), file.name, file.sha256
    if isinstance(source, str):
        return hub_records(source, reading), source, None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(source, pandas.DataFrame):
        return lifted(_frame_records(source), reading), "DataFrame", None
    if hasattr(source, "features") or type(source).__module__.partition(".")[0] == "datasets":
        return lifted(dataset_records(source, reading), reading), "data set", None
    if isinstance(source, Task | Mapping) or not isinstance(source, Iterable):
        raise InputError(
            f"Tasks come from a file, a DataFrame or a list, not from {type(source).__name__}: put it in a list, [...]."
        )
    return lifted(ListEntries([*source]), reading), source.source if isinstance(source, Tasks) else "list", None


def _frame_records(frame: pd.DataFrame) -> list[Entry]:
    if frame.index.name is not None and frame.index.name not in frame.columns:
        frame = frame.reset_index()
    names = [str(name) for name in frame.columns]
    for position, column in enumerate(names):
        if column in names[:position]:
            raise InputError(f"DataFrame: the column {column!r} stands twice. Rename one.")
    if not names:  # a frame may have rows and no columns
        return []
    cells = (_column_cells(frame.iloc[:, position]) for position in range(len(names)))
    rows = zip(*cells, strict=True)
    return [
        Entry(f"row {index!r}", dict(zip(names, row, strict=True)))
        for index, row in zip(frame.index, rows, strict=True)
    ]


def _column_cells(column: pd.Series[Any]) -> list[Any]:
    if str(column.dtype) in ("float32", "float16"):  # tolist() would show what a double makes of them
        return [float(str(value)) for value in column.to_numpy()]
    return column.tolist()


def _check_whole(value: Any, name: str, *, least: int) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
        raise InputError(f"{name} is {value!r}; give a whole number of at least {least}.")


def _refuse_none(tasks: list[Any], source: str) -> None:
    if not tasks:
        raise InputError(f"{source}: there are no tasks in it.")


def _refuse_repeated_ids(tasks: Sequence[Task], source: str, place: Callable[[int], str]) -> None:
    """Raise where an id stands twice; `place` tells in words where the task of a number stands."""
    if len({task.id for task in tasks}) == len(tasks):
        return
    numbers: dict[str, int] = {}
    for number, task in enumerate(tasks):
        if task.id in numbers:
            raise InputError(
                f"{source}: the id {task.id!r} stands in {place(numbers[task.id])} and in {place(number)}. Ids must "
                f'differ; id="" numbers the tasks by position.'
            )
        numbers[task.id] = number
