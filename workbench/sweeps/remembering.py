"""A sweep writes down what it is about to ask, and in the end what became of it."""

from __future__ import annotations

import functools
import itertools
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any, Final

from workbench.cache.kept import Cache
from workbench.cache.spending import project_here
from workbench.errors import InputError, StoreError, warn
from workbench.history.loops import add_loop
from workbench.history.records import Run, begin, digest_of, end, remembered
from workbench.history.runs import fresh_name
from workbench.rows.configurations import configuration_columns, grouped
from workbench.rows.standing import ERROR, RIGHT, scored, standing
from workbench.rows.table import checked
from workbench.show import figures
from workbench.sweeps.cells import Cell, Cells
from workbench.sweeps.grid import Grid
from workbench.sweeps.rows import APART, OF_THE_WHOLE, Alike, findings
from workbench.tasks.packing import packed
from workbench.tasks.sent import columns_of_task

if TYPE_CHECKING:
    import pandas as pd

    from workbench.replies.reply import Reply
    from workbench.scorers.score import AnyScorer
    from workbench.tasks.task import Task
    from workbench.tasks.tasks import Tasks

FAILURE_COLUMNS: Final = (
    "outcome",
    "error",
    "error_message",
    "http_status",
    "attempts",
    "usd_source",
    "thinking_tokens_source",
)
_OTHERS_SHOWN: Final = 3

WRITTEN_FIRST: Final = 20_000
"""Calls of a sweep whose record is written before the first of them; with more, they would wait for it for seconds."""


@dataclass
class Waves:
    """The waves of a watched sweep, which are remembered as one run: what they have come to so far."""

    tasks: Tasks
    run: Run | None = None
    cells: dict[str, Any] = field(default_factory=dict)
    rows: list[pd.DataFrame] = field(default_factory=list)
    usd: float = 0.0
    memory: Memory | None = None
    apart: dict[str, Any] = field(default_factory=dict)

    def told(self, **more: Any) -> None:
        """Remember more of the run, such as when it was looked at."""
        self.cells["about"] = {**self.cells.get("about", {}), **more}
        if self.memory is not None:
            self.memory.rewrite(self.cells)

    def joined(self, run: Run, cells: dict[str, Any]) -> tuple[Run, dict[str, Any]]:
        """The run with one more wave."""
        if self.run is None:
            self.cells = cells
            return run, cells
        columns = self.cells["columns"]
        before, more = self.run.calls, run.calls
        for name in {*columns, *cells["columns"]}:
            known, new = (part.get(name) for part in (columns, cells["columns"]))
            columns[name] = [*(known or [None] * before), *(new or [None] * more)]
        tasks = self.run.task_count + run.task_count
        return replace(self.run, state="running", ended=None, task_count=tasks, calls=before + more), self.cells


_waves: ContextVar[Waves | None] = ContextVar("waves", default=None)
_unremembered: ContextVar[bool] = ContextVar("unremembered", default=False)


@contextmanager
def unremembered() -> Iterator[None]:
    """Write no record of the sweeps within: they are parts of one that is remembered otherwise."""
    token = _unremembered.set(True)
    try:
        yield
    finally:
        _unremembered.reset(token)


@contextmanager
def as_one(tasks: Tasks) -> Iterator[Waves]:
    """Remember the sweeps of this block, which ask these tasks in waves, as one run."""
    waves = Waves(tasks)
    token = _waves.set(waves)
    try:
        yield waves
    finally:
        _waves.reset(token)


class Memory:
    """The record of one sweep, from its start to its end. Where it cannot be written the sweep goes on, with a warning:
    no reply depends on it.
    """

    def __init__(self, cache: Cache, grid: Grid, run: str, *, name: str | None, scorer: AnyScorer) -> None:
        self._cache, self._waves = cache, _waves.get()
        self._apart: dict[str, Any] = {} if self._waves is None else self._waves.apart
        self.is_long = len(grid.cells) > WRITTEN_FIRST
        self._run: Run | None = None
        self._writing = threading.Lock()
        self._added: Future[None] | None = None
        self._untold: Callable[[], dict[str, Any]] | None = None
        self.goes_on = False
        if not _unremembered.get():
            self.goes_on = self._waves is not None and self._waves.run is not None
            self._untold = functools.partial(self._told, grid, run, name, scorer, datetime.now(UTC))

    def _told(self, grid: Grid, run: str, name: str | None, scorer: AnyScorer, began: datetime) -> dict[str, Any]:
        """Put together what is written of the run before it begins; what it asks, cell by cell."""
        self._tasks = grid.tasks if self._waves is None else self._waves.tasks
        earlier, moment = remembered(), began.isoformat(timespec="milliseconds")
        models = tuple(dict.fromkeys(target.label for target in grid.targets))
        prompts = tuple(grid.about["prompts"])
        digest = digest_of(_tasks_as_json(self._tasks))
        self._run = Run(
            run=run,
            name=fresh_name(name, grid.tasks.source, moment, {other.name for other in earlier}),
            began=moment,
            state="running",
            tasks=grid.tasks.source,
            tasks_sha256=grid.tasks.sha256,
            tasks_digest=digest,
            task_count=len(grid.tasks),
            models=models,
            prompts=prompts,
            calls=len(grid.cells),
            parameters=grid.parameters,
            added=_added(models, prompts, [other for other in earlier if other.tasks_digest == digest]),
            scorer=_names_of(scorer),
            own_scorer=scorer is not None and _names_of(scorer) is None,
            project=project_here(),
            process=os.getpid(),
        )
        cells: dict[str, Any] = {"columns": _columns(grid), "about": dict(grid.about)}
        if self._waves is not None:
            self._run, cells = self._waves.joined(self._run, cells)
            self._waves.run, self._waves.memory = self._run, self
        return cells

    def begin(self) -> None:
        """Write the record, before anything is bought, or beside the first calls where it is a long one; once."""
        with self._writing:
            told, self._untold = self._untold, None
            if told is None:
                return
            try:
                cells = told()
            except StoreError as error:
                warn(f"this run is not remembered: {error}")
                return
            self._tell(lambda run: begin(self._cache.folder, run, cells, _tasks_as_json(self._tasks)))

    def end(self, rows: pd.DataFrame, state: str, usd: float) -> None:
        """Write what became of it; a second end is none."""
        self.begin()  # or wait for who is at it
        if self._added is not None:
            self._added.result()  # and with it those before
        if self._run is None or self._run.state != "running":
            return
        if self._waves is not None:
            import pandas as pd

            self._waves.rows.append(rows)
            self._waves.usd = usd = self._waves.usd + usd
            rows = pd.concat(self._waves.rows, ignore_index=True)
        failed = rows["outcome"] == "error"
        ended = datetime.now(UTC).isoformat(timespec="milliseconds")
        answered = rows.loc[~failed, "cached"]
        kept = int(answered.fillna(False).sum())
        told = replace(
            self._run,
            state=state,
            ended=ended,
            kept=kept,
            bought=len(answered) - kept,
            failed=int(failed.sum()),
            usd=round(float(usd), 9),
            headline=headline(rows),
        )
        failures = {**_failures(rows[failed]), **self._apart}
        # Of a sweep that was stopped, a full disk above all, the sweep itself says why.
        self._tell(lambda run: end(self._cache.folder, told, failures), quiet=state == "stopped")
        if self._run is not None:
            self._run = told
            if self._waves is not None:
                self._waves.run = told

    def apart(self, cell: Cell, reply: Reply, told: Mapping[str, Any]) -> None:
        """Note what answered in place of the model of a cell, or after it: its row is not that of its own key."""
        whole = findings(reply)
        found = {**told, **{name: whole[name] for name in OF_THE_WHOLE}}
        self._apart[cell.key] = {APART: {name: _plain(value) for name, value in found.items() if value is not None}}

    def add(self, told: Mapping[str, Any]) -> None:
        """Write down a loop that has ended, on the store's thread: the loop of the calls waits for no disk."""
        write = functools.partial(add_loop, self._cache.folder, told=told)
        self._added = self._cache.store.submit(self._tell, lambda run: write(run.run))

    def rewrite(self, cells: Mapping[str, Any]) -> None:
        """Write anew what was asked, with what is known of it by now."""
        self._tell(lambda run: begin(self._cache.folder, run, cells, _tasks_as_json(self._tasks)))

    def _tell(self, write: Any, *, quiet: bool = False) -> None:
        if self._run is None:
            return
        try:
            write(self._run)
        except (InputError, StoreError, OSError) as error:
            self._run = None
            if not quiet:
                warn(f"this run is not remembered: {error}")


def headline(rows: pd.DataFrame) -> str:
    """What rows say in a few words: the configuration with the largest share right, or how many were answered.

    >>> from workbench.rows.table import frame
    >>> rows = [{"task_id": str(n), "model": "a/m", "outcome": "answered", "correct": n < 3} for n in range(4)]
    >>> headline(frame(rows))
    'a/m: 75 % of 4 right'
    """
    if not len(rows):
        return "nothing was asked"
    rows = checked(rows, "task_id", "outcome", "correct")
    stands = standing(rows)
    if (stands == ERROR).all():
        return f"all {figures.counted(len(rows), 'call')} failed"
    counted = scored(rows, stands)
    if not counted.any():
        return f"{figures.counted(int((stands != ERROR).sum()), 'reply')} without a mark"
    names = configuration_columns(rows)
    codes, groups = grouped(rows, names)
    telling = [name for name in names if groups[name].nunique(dropna=False) > 1] or ["model"]
    best: tuple[float, str] = (-1.0, "")
    for code in range(len(groups)):
        mine = counted & (codes == code)
        if mine.any():
            share = float((stands[mine] == RIGHT).mean())
            label = ", ".join(figures.name(groups.loc[code, name]) for name in telling)
            if share > best[0]:
                best = (share, f"{label}: {figures.percent(share)} of {int(mine.sum()):,} right")
    return best[1] + (f", the best of {len(groups)}" if len(groups) > 1 else "")


def _columns(grid: Grid) -> dict[str, list[Any]]:
    alike = Alike()
    if isinstance(grid.cells, Cells):
        blocks = [(alike.of(grid.cells[block.first]), block.tasks) for block in grid.cells.blocks]
        names = dict.fromkeys(name for shared, _ in blocks for name in shared)
        columns = {name: [value for one, of in blocks for value in [one.get(name)] * len(of)] for name in names}
        task_ids = [task.id for _, of in blocks for task in of]
        return {**columns, "key": [*grid.cells.keys], "task_id": task_ids, "derived": [False] * len(task_ids)}
    shared = [alike.of(cell) for cell in grid.cells]
    keys = [cell.key for cell in grid.cells]
    for place, cell in enumerate(grid.cells):
        if cell.derived and cell.cut_from is not None:
            keys[place] = grid.cells[cell.cut_from].key  # of the reply that it is cut from
    names = dict.fromkeys(name for one in {id(one): one for one in shared}.values() for name in one)
    return {
        **{name: [one.get(name) for one in shared] for name in names},
        "key": keys,
        "task_id": [cell.task.id for cell in grid.cells],
        "derived": [cell.derived for cell in grid.cells],
    }


def _failures(rows: pd.DataFrame) -> dict[str, Any]:
    """Why calls failed, by their keys."""
    found: dict[str, Any] = {}
    for record in rows.to_dict("records"):
        plain = {name: record[name] for name in FAILURE_COLUMNS if not figures.absent(record.get(name))}
        found[str(record["key"])] = {name: _plain(value) for name, value in plain.items()}
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else value.item() if hasattr(value, "item") else str(value)


def _tasks_as_json(tasks: Tasks) -> Iterator[bytes]:
    told, before = map(_task_as_json, tasks), "["
    while some := [*itertools.islice(told, _TOLD_AT_ONCE)]:  # the texts of all at once would be held twice more
        yield (before + ",".join(some)).encode("ascii")
        before = ","
    yield b"[]" if before == "[" else b"]"


def _task_as_json(task: Task) -> str:
    columns = columns_of_task(task)
    told = _dumped([[name, _packed(value)] for name, value in columns.items()]) if columns else "[]"
    identity, question, target = map(_dumped_text, (task.id, task.question, task.target))
    return f'{{"id":{identity},"question":{question},"target":{target},"columns":{told}}}'


def _dumped_text(value: str | None) -> str:
    if value is None:
        return "null"
    return encode_basestring_ascii(value) if type(value) is str else _dumped(value)  # a third of the time


_TOLD_AT_ONCE: Final = 5000
_dumped = json.JSONEncoder(separators=(",", ":")).encode


def _packed(value: Any) -> Any:
    try:
        return packed(value)
    except TypeError:
        return str(value)


def _names_of(scorer: AnyScorer) -> tuple[str, ...] | None:
    """The names that a scorer was given by; None where each task's own fits, or a function marks."""
    if isinstance(scorer, str):
        return (scorer,)
    if isinstance(scorer, list | tuple) and scorer and all(isinstance(name, str) for name in scorer):
        return tuple(str(name) for name in scorer)
    return None


def _added(models: tuple[str, ...], prompts: tuple[str, ...], earlier: list[Run]) -> str:
    """What had not been asked before on the same tasks, in words; empty for the first run of them."""
    if not earlier:
        return ""
    found = []
    known: Mapping[str, set[str]] = {
        "model": {name for run in earlier for name in run.models},
        "prompt": {name for run in earlier for name in run.prompts},
    }
    for kind, names in (("model", models), ("prompt", prompts)):
        new = [name for name in names if name not in known[kind]]
        if new:
            more = f" and {len(new) - _OTHERS_SHOWN} more" if len(new) > _OTHERS_SHOWN else ""
            found.append(f"{kind} {', '.join(new[:_OTHERS_SHOWN])}{more}")
    return "; ".join(found) + (f", beside {earlier[-1].name}" if found else "")
