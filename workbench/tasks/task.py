"""A task, and a list of tasks that knows where it came from."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Any, Final, SupportsIndex, overload

from workbench.errors import InputError
from workbench.tasks.understood import Understood

if TYPE_CHECKING:
    import pandas as pd


class _Nothing(dict[str, Any]):
    """No columns, and none to come: a hundred thousand bare questions hold one such mapping together."""

    def _refuse(self, *values: Any, **named: Any) -> Any:
        raise TypeError("a task is never changed; make another: dataclasses.replace(task, extra={...})")

    __setitem__ = __delitem__ = update = setdefault = pop = popitem = clear = __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return _nothing, ()


def _nothing() -> _Nothing:
    return NOTHING


NOTHING: Final = _Nothing()


def alternatives(target: str) -> tuple[str, ...]:
    r"""Cut a target into its accepted answers: at bars with blanks around them, where every part is whole by itself.

    A part is whole when its brackets close and its own bars come in pairs, so that a set, an absolute value or a
    conditional probability stays one answer. A literal bar is written `\|`.

    >>> alternatives("Rome | Roma"), alternatives("P(A | B)"), alternatives(r"a \| b")
    (('Rome', 'Roma'), ('P(A | B)',), ('a | b',))
    """
    if "|" not in target:
        return (target,)
    parts = _parts(target)
    if len(parts) > 1 and all(parts):
        return tuple(part.replace(r"\|", "|") for part in parts)
    return (target.replace(r"\|", "|"),)


def _parts(target: str) -> list[str]:
    """The pieces between bars with blanks around them, outside of brackets; one piece where something stays open."""
    depths = {"(": 0, "{": 0}  # an interval such as [0, 1) closes, so round and square ones count together
    cuts, bars = [], 0
    for place, character in enumerate(target):
        if character in "([{)]}":
            kind = "{" if character in "{}" else "("
            depths[kind] += 1 if character in "([{" else -1
            if depths[kind] < 0:
                return [target]
        elif character == "|" and not any(depths.values()) and target[place - 1 : place] != "\\":
            if target[place - 1 : place].isspace() and target[place + 1 : place + 2].isspace():
                cuts.append(place)
                if bars % 2:  # a bar that is open: |x | y| is no pair of answers
                    return [target]
            else:
                bars += 1
    if any(depths.values()) or bars % 2:
        return [target]
    return [
        target[start:end].strip() for start, end in zip([0, *(c + 1 for c in cuts)], [*cuts, len(target)], strict=True)
    ]


@dataclass(frozen=True, repr=False, slots=True)
class Task:
    """One question, and the answer it should get. `extra` holds the file's other columns by their own names.

    What else is sent with the question, where a file has it: `context` before it (a passage), `options` after it by
    their letters, `system`, earlier `turns` of a conversation as (role, text), and `images` (addresses, data URLs or
    files). `labels` are all the targets that a classification knows. `own` holds the cells of the columns that became
    the question, context or options, so that prompts can call them by their own names; `places` tells which those are.

    >>> Task("capital", "What is the capital of Italy?", "Rome | Roma").targets
    ('Rome', 'Roma')
    """

    id: str
    question: str
    target: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    context: str | None = field(default=None, kw_only=True)
    options: Mapping[str, str] = field(default_factory=dict, hash=False, kw_only=True)
    labels: tuple[str, ...] = field(default=(), kw_only=True)
    system: str | None = field(default=None, kw_only=True)
    turns: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)
    images: tuple[str, ...] = field(default=(), kw_only=True)
    own: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False, kw_only=True)
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False, compare=False, kw_only=True)

    @property
    def targets(self) -> tuple[str, ...]:
        """The accepted answers, as `alternatives` cuts them; empty without a target."""
        return () if self.target is None else alternatives(self.target)

    if not TYPE_CHECKING:  # every field is there, for whoever reads the code

        def __getattr__(self, name: str) -> Any:
            """Make `own` of a bare question when it is asked for: a hundred thousand hold no mapping each."""
            if name == "own":
                return {"question": self.question}
            raise AttributeError(f"a Task has no {name!r}")

    def __getitem__(self, column: str) -> Any:
        """The cell of a column by the column's own name. Raises InputError that names the columns."""
        for cells in (self.extra, self.own):
            if column in cells:
                return cells[column]
        known = ", ".join(map(repr, dict.fromkeys([*self.own, *self.extra]))) or "none"
        raise InputError(f"Task {self.id!r} has no column {column!r}. Its columns are {known}.")

    def __repr__(self) -> str:
        shown = [f"id={self.id!r}", f"question={self.question!r}"]
        for name in _shown():
            value = getattr(self, name)
            if value or name in ("target", "extra"):
                shown.append(f"{name}={dict(value) if isinstance(value, Mapping) else value!r}")
        return f"Task({', '.join(shown)})"


@cache
def _shown() -> tuple[str, ...]:
    """The fields behind the question by which a task is shown."""
    return tuple(each.name for each in fields(Task)[2:] if each.name not in ("own", "places"))


def bare_tasks(questions: Sequence[str], column: str) -> list[Task]:
    """Make tasks of bare questions from one column, numbered from "1": field by field, in a third of the time.

    >>> bare_tasks(["What is 6 * 7?"], "question") == [Task("1", "What is 6 * 7?")]
    True
    """
    each: dict[str, Iterable[Any]] = {"id": map(str, range(1, len(questions) + 1)), "question": questions}
    if column != "question":
        each["own"] = ({column: question} for question in questions)
    return tasks_together(len(questions), each)


def tasks_together(count: int, each: Mapping[str, Iterable[Any]]) -> list[Task]:
    """Make so many tasks of the values of their fields; a field that is not there is as in a bare question.

    >>> tasks_together(2, {"id": "ab", "question": ["Why?", "Who?"]})[1]
    Task(id='b', question='Who?', target=None, extra={})
    """
    alike = Task("", "", None, NOTHING, options=NOTHING, places=NOTHING)
    tasks = [*map(Task.__new__, itertools.repeat(Task, count))]
    for one in fields(Task):
        if one.name == "own" and one.name not in each:
            continue  # it is made when it is asked for
        values = each.get(one.name, itertools.repeat(getattr(alike, one.name)))
        collections.deque(map(getattr(Task, one.name).__set__, tasks, values), maxlen=0)
    return tasks


class Tasks(list[Task]):
    """A list of tasks that knows where it came from: `source`, the `sha256` of the file's bytes (else None).

    `understood` says which column became what, and why. A slice of it still knows: `tasks[::2]` are every second of the
    same file. `bare` are the questions of tasks that were made of these alone, as they were when they were loaded.
    """

    def __init__(
        self,
        tasks: Iterable[Task] = (),
        *,
        source: str = "list",
        sha256: str | None = None,
        understood: Understood | None = None,
    ) -> None:
        super().__init__(tasks)
        self.source = source
        self.sha256 = sha256
        self.understood = understood or Understood(source)
        self.bare: Sequence[str] | None = None

    @overload
    def __getitem__(self, place: SupportsIndex, /) -> Task: ...
    @overload
    def __getitem__(self, place: slice, /) -> Tasks: ...
    def __getitem__(self, place: Any, /) -> Any:
        found = super().__getitem__(place)
        return self.like(found) if isinstance(place, slice) else found

    def like(self, tasks: Iterable[Task]) -> Tasks:
        """Make a list of other tasks, or of some of these, that came from the same place."""
        return Tasks(tasks, source=self.source, sha256=self.sha256, understood=self.understood)

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
