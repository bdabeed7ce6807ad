"""Tasks of a table in which a question, a target and an id are all that is read: made column by column, all at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.errors import InputError
from workbench.tasks.targets import Targets
from workbench.tasks.task import Task, tasks_together
from workbench.tasks.values import native, text_of


def tasks_by_columns(
    values: Sequence[Mapping[str, Any]], question: str, identity: str | None, target: str | None, read: Targets | None
) -> list[Task] | None:
    """Make the tasks of all records, a few passes over each column; `read` reads the targets, other columns are extra.

    None where a record lacks its question, or has what needs more than that: whoever makes the tasks one by one finds
    it, and names its place.
    """
    names = dict.fromkeys(itertools.chain.from_iterable(values))
    questions: list[Any] = [value.get(question) for value in values]
    if {*map(type, names)} != {str} or {*map(type, questions)} != {str} or not all(map(str.strip, questions)):
        return None
    each: dict[str, Iterable[Any]] = {"question": questions, "id": map(str, range(1, len(values) + 1))}
    if target is not None and read is not None:
        try:
            each["target"] = read.of_all([value.get(target) for value in values])
        except InputError:
            return None
    own: list[dict[str, Any]] = [{question: text} for text in questions]
    if identity is not None:
        cells = [native(value.get(identity)) for value in values]
        each["id"] = [
            ("" if cell is None else text_of(cell).strip()) or str(number) for number, cell in enumerate(cells, start=1)
        ]
        for one, cell in zip(own, cells, strict=True):
            if cell is not None:
                one[identity] = cell
    each["own"] = own
    others = names.keys() - {question, target, identity}
    if others:
        each["extra"] = [
            {name: whole for name, cell in value.items() if name in others and (whole := native(cell)) is not None}
            for value in values
        ]
    return tasks_together(len(values), each)
