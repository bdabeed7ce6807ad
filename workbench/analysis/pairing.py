"""Rows paired: who is compared with whom, on which cells, and where the pairing is broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from workbench.analysis import duplicates, warned
from workbench.analysis.chosen import Chosen, not_there, some_of
from workbench.analysis.stats import Floats
from workbench.analysis.tokens import tokens_of
from workbench.errors import InputError
from workbench.replies.outcomes import CUT_OUTCOMES
from workbench.rows import about
from workbench.rows import standing as standing_room
from workbench.rows.configurations import configuration_columns, group_of, numbers
from workbench.rows.derived import drawn_again
from workbench.rows.standing import ERROR, NEVER, RIGHT, UNSCORED, scored
from workbench.rows.table import as_json, checked
from workbench.show import figures
from workbench.show.figures import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CUT_SHARE_WORTH_SAYING: Final = 0.05
_AT_ONCE: Final = 100_000
_PLURALS: Final = {"model": "models", "prompt": "prompts", "max_tokens": "caps"}


@dataclass(frozen=True)
class PairedSide:
    """What one side did, a mean over its cells per paired task.

    `usd`, `tokens` and `seconds` are NaN throughout where one call's are unknown. `noise` is how often two samples of
    one cell differ in being right, NaN where no cell has two.
    """

    name: str
    values: Mapping[str, Any]
    calls: int
    right: Floats
    never: Floats
    usd: Floats
    tokens: Floats
    seconds: Floats
    seconds_p50: float
    calls_per_task: Floats
    noise: float

    def figures(self) -> tuple[int, float, float]:
        """Calls, accuracy, share that never answered; NaN without tasks."""
        if not len(self.right):
            return self.calls, float("nan"), float("nan")
        return self.calls, float(self.right.mean()), float(self.never.mean())

    def cost(self) -> float:
        """Usd per correct answer, NaN when a price is unknown or nothing was right."""
        right = float(self.right.sum())
        return float(self.usd.sum()) / right if right > 0 else float("nan")


@dataclass(frozen=True)
class Pair:
    """Two sides on the same cells; `task` numbers the tasks, `difference` is a minus b per task.

    `runs` are those of the rows, `marks` a number a task that tells it and the first answers of both sides. `order` is
    that in which the tasks came, where the sweep watched them and stopped when it knew, `ends` how many of them there
    were at each of its looks, and `shares` how much of its plan was done then.
    """

    a: PairedSide
    b: PairedSide
    task: NDArray[np.intp]
    difference: Floats
    one_each: bool
    over: str
    averaged: str
    warnings: tuple[str, ...]
    runs: tuple[str, ...] = ()
    marks: tuple[int, ...] = ()
    order: NDArray[np.intp] | None = None
    ends: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()


class ComparedRows:
    """Checked rows as arrays, ready to be paired in many ways."""

    def __init__(self, rows: pd.DataFrame, columns: Sequence[str]) -> None:
        self.rows = checked(rows, "task_id", "outcome", "correct", *dict.fromkeys(columns), minimum=1)
        standing = standing_room.standing(self.rows)
        self.standing = standing
        self.scored = scored(self.rows, standing)
        self.right = (standing == RIGHT).astype(float)
        self.never = (standing == NEVER).astype(float)
        self.served = warned.Served(self.rows)
        self.usd = numbers(self.rows, "usd")
        self.seconds = numbers(self.rows, "seconds")
        self.tokens = tokens_of(self.rows).output
        self.again = duplicates.repeated(self.rows)
        self.drawn = ~self.again | duplicates.asked_again(self.rows, self.again)
        calls = [name for name in ("derived", "key", "max_tokens", "run") if name in self.rows.columns]
        self._calls = self.rows[calls]  # of a row that is taken out, forty columns are not needed
        self._cells: dict[tuple[str, ...], tuple[NDArray[np.intp], NDArray[np.intp]]] = {}
        self._codes: dict[str, tuple[NDArray[np.intp], Any]] = {}
        self._columns = configuration_columns(self.rows)
        self._is_cut = self.rows["outcome"].isin(CUT_OUTCOMES).to_numpy(bool) & (self.never > 0)
        self.task = pd.factorize(self.rows["task_id"], use_na_sentinel=False)[0]

    def choose(self, choice: Any, on: str) -> Chosen:
        """Find the rows of a configuration, given as a value of `on` or as a mapping of column to value."""
        if not isinstance(choice, Mapping):
            choice = {on: getattr(choice, "label", None) or getattr(choice, "id", choice)}
        if not choice:
            raise InputError("A configuration needs at least one column and value, such as {'model': '...'}.")
        chosen = np.ones(len(self.rows), bool)
        choice = {
            name: as_json(value) if isinstance(value, list | Mapping) else value for name, value in choice.items()
        }
        for name, value in choice.items():
            column = self.rows[name]
            mine = column.isna() if figures.absent(value) else column == value
            mine = mine.fillna(False).to_numpy(bool)
            if not mine.any():
                raise InputError(not_there(column, value))
            chosen &= mine
        if not chosen.any():
            raise InputError(f"No row is {dict(choice)!r}, though each of these values occurs by itself.")
        return Chosen("", dict(choice), chosen)

    def pair(self, a: Chosen, b: Chosen) -> Pair:
        """Put the replies of both sides into cells and keep the cells that both have."""
        match = self._match(a, b)
        cell, cell_task = self._cells_of(match.columns)
        use_a, use_b = (side.chosen & self.scored & match.rows for side in (a, b))
        calls_a, calls_b = (np.bincount(cell[use], minlength=len(cell_task)) for use in (use_a, use_b))
        shared = (calls_a > 0) & (calls_b > 0)
        use_a, use_b = use_a & shared[cell], use_b & shared[cell]
        tasks, place, cells = np.unique(cell_task[shared], return_inverse=True, return_counts=True)
        sides = []
        for choice, use, calls in ((a, use_a, calls_a), (b, use_b, calls_b)):

            def per_task(values: Floats, use: Any = use, calls: Any = calls) -> Floats:
                means = np.bincount(cell[use], values[use], len(cell_task))[shared] / calls[shared]
                return np.bincount(place, means, len(tasks)) / cells

            def where_all_known(values: Floats, use: Any = use, mean: Any = per_task) -> Floats:
                return np.full(len(tasks), np.nan) if np.isnan(values[use]).any() else mean(values)

            seconds = self.seconds[use & ~np.isnan(self.seconds)]
            sides.append(
                PairedSide(
                    name=choice.name,
                    values=choice.values,
                    calls=int(use.sum() - drawn_again(self._calls[use], []).sum()),
                    right=per_task(self.right),
                    never=per_task(self.never),
                    usd=where_all_known(self.usd),
                    tokens=where_all_known(self.tokens),
                    seconds=where_all_known(self.seconds),
                    seconds_p50=float(np.median(seconds)) if len(seconds) else float("nan"),
                    calls_per_task=np.bincount(place, calls[shared], len(tasks)).astype(float),
                    noise=_noise(cell, use & self.drawn, self.right),
                )
            )
        left, right = sides
        most = int(np.maximum(calls_a, calls_b)[shared].max()) if len(tasks) else 0
        over, averaged = self._over(use_a | use_b, len(tasks), match.columns, most)
        runs = tuple(about.runs_of(self._calls[use_a | use_b]))  # looks are remembered with them
        return Pair(
            a=left,
            b=right,
            task=tasks,
            difference=left.right - right.right,
            one_each=bool((cells == 1).all() and most <= 1),
            over=over,
            averaged=averaged,
            warnings=(*match.warnings, *self._left_out(a, b, tasks), *self._doubts(a, b, use_a, use_b)),
            runs=runs,
            marks=self._marks((a, use_a), (b, use_b)) if runs else (),
            **self._watched(tasks),
        )

    def _watched(self, tasks: NDArray[np.intp]) -> dict[str, Any]:
        """In which order the tasks came and when they were looked at, where a sweep watched them."""
        known = [known["stopped"] for known in about.about_of(self.rows) if "stopped" in known]
        if not known:
            return {}
        came = {task: place for one in known for place, task in enumerate(one.get("order", []))}
        names = self.rows["task_id"].drop_duplicates().tolist()  # the task's number is its place among these
        places = np.array([came.get(names[task], len(came)) for task in tasks], int)
        looks, planned = known[0].get("looks", []), known[0].get("planned", 0)
        if len(known) > 1 or not looks or not planned:
            return {"order": np.argsort(places, kind="stable")}  # several plans are no plan
        return {
            "order": np.argsort(places, kind="stable"),
            "ends": tuple(int((places < look).sum()) for look in looks),
            "shares": tuple(look / planned for look in looks),
        }

    def _marks(self, *sides: tuple[Chosen, NDArray[np.bool_]]) -> tuple[int, ...]:
        firsts = [np.flatnonzero(use)[np.unique(self.task[use], return_index=True)[1]] for _, use in sides]
        marks: list[int] = []
        for start in range(0, len(firsts[0]), _AT_ONCE):  # of millions of tasks the texts of some at a time
            told = []
            for (choice, _), places in zip(sides, firsts, strict=True):
                some = places[start : start + _AT_ONCE]
                each = zip(self.rows["task_id"].iloc[some], self.right[some], strict=True)
                told.append([f"{choice.name}|{task}|{right:.0f}" for task, right in each])
            marks += _hashes(["\n".join(sorted(both)) for both in zip(*told, strict=True)])
        return tuple(marks)

    def _cells_of(self, matched: tuple[str, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The cell of every row, and the task of every cell."""
        if matched not in self._cells:
            cell = group_of(self.rows, ["task_id", *matched])
            task_of = np.zeros(int(cell.max()) + 1, dtype=np.intp)
            task_of[cell] = self.task
            self._cells[matched] = (cell, task_of)
        return self._cells[matched]

    def _coded(self, name: str) -> tuple[NDArray[np.intp], Any]:
        """A column as the numbers of its values, and those values: reckoned once for all pairs."""
        if name not in self._codes:
            self._codes[name] = pd.factorize(self.rows[name], use_na_sentinel=False)
        return self._codes[name]

    def _match(self, a: Chosen, b: Chosen) -> _Match:
        matched: list[str] = []
        allowed = np.ones(len(self.rows), bool)
        warnings = []
        for name in self._columns:
            if name in a.values or name in b.values:
                continue
            codes, values = self._coded(name)
            of_a, of_b = (set(np.unique(codes[side.chosen])) for side in (a, b))
            common = of_a & of_b
            if not common:
                shown = [some_of([values[code] for code in sorted(part)]) for part in (of_a, of_b)]
                warnings.append(f"{name} differs: {a.name} has {shown[0]}, {b.name} has {shown[1]}.")
                continue
            matched.append(name)
            if of_a != of_b:
                dropped = some_of([values[code] for code in sorted(of_a ^ of_b)])
                warnings.append(f"Only one side has {name} {dropped}; it is left out.")
                allowed &= np.isin(codes, sorted(common))
        return _Match(tuple(matched), allowed, warnings)

    def _over(self, used: NDArray[np.bool_], tasks: int, matched: Sequence[str], samples: int) -> tuple[str, str]:
        """What was paired, and what of it was averaged within each task."""
        parts, several = [counted(tasks, "task")], []
        for name in matched:
            values = list(self.rows[name].iloc[_firsts(self._coded(name)[0], used)])
            parts.append(f"{name} {some_of(values)}")
            if len(values) > 1:
                several.append(f"{len(values)} {_PLURALS.get(name, f'values of {name}')}")
        parts.append("one sample each" if samples <= 1 else f"up to {samples} samples each")
        if samples > 1:
            several.append(f"up to {samples} samples")
        return "; ".join(parts), f", averaged over {' and '.join(several)}" if several else ""

    def _left_out(self, a: Chosen, b: Chosen, tasks: NDArray[np.intp]) -> list[str]:
        warnings = []
        asked = int(np.count_nonzero(np.bincount(self.task[a.chosen | b.chosen])))
        if asked > len(tasks):
            warnings.append(
                f"{asked - len(tasks):,} of {asked:,} tasks are left out, without a scored reply from both sides."
            )
        for side in (a, b):
            failed = int((self.standing[side.chosen] == ERROR).sum())
            unscored = int((self.standing[side.chosen] == UNSCORED).sum())
            if failed:
                warnings.append(f"{counted(failed, 'call')} of {side.name} failed: left out.")
            if unscored:
                warnings.append(f"{counted(unscored, 'call')} of {side.name} without a target: left out.")
        return warnings

    def _doubts(self, a: Chosen, b: Chosen, use_a: NDArray[np.bool_], use_b: NDArray[np.bool_]) -> list[str]:
        warnings = []
        for name in ("task_question", "task_target"):
            if name in self.rows.columns and self._changed(name, use_a | use_b):
                used = self.rows.loc[use_a | use_b, ["task_id", name]].drop_duplicates()
                changed = used["task_id"][used["task_id"].duplicated()].unique()
                if len(changed):
                    what = name.removeprefix("task_")
                    warnings.append(
                        f"The {what} of {len(changed):,} tasks changed between calls, such as {changed[0]!r}."
                    )
        for side, use in ((a, use_a), (b, use_b)):
            if not use.any():
                continue
            warnings += [f"{side.name} {doubt}" for doubt in self.served.doubts(use)]
            again = int((self.again & side.chosen).sum())
            if again:
                warnings.append(f"{counted(again, 'call')} of {side.name} repeat a reply that is there already.")
            share = float(self._is_cut[use].mean())
            if share >= _CUT_SHARE_WORTH_SAYING:
                warnings.append(
                    f"max_tokens cut off {figures.percent(share)} of the replies of {side.name} before an answer: "
                    "a larger cap may change the verdict."
                )
            unpriced = int(np.isnan(self.usd[use]).sum())
            if unpriced:
                warnings.append(
                    f"{counted(unpriced, 'call')} of {side.name} without a known price: its cost is not known."
                )
        return warnings

    def _changed(self, name: str, used: NDArray[np.bool_]) -> bool:
        """Whether some task has several texts of this name in the rows that are used."""
        task, text = self.task[used], self._coded(name)[0][used]
        one = np.zeros(int(task.max(initial=0)) + 1, dtype=text.dtype)
        one[task] = text
        return bool((one[task] != text).any())


def _firsts(codes: NDArray[np.intp], used: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The rows, among those that are used, that hold a value for the first time."""
    rows = np.flatnonzero(used)
    return rows[np.sort(np.unique(codes[rows], return_index=True)[1])]


def _hashes(texts: list[str]) -> list[int]:
    try:
        return pd.util.hash_array(np.array(texts, dtype=object)).tolist()
    except UnicodeEncodeError:  # half a character
        return _hashes([text.encode("utf-8", "backslashreplace").decode("utf-8") for text in texts])


def _noise(cell: NDArray[np.intp], use: NDArray[np.bool_], right: Floats) -> float:
    """How often two samples of one cell differ: over the cells that have two, each with the same weight."""
    size = int(cell.max()) + 1
    calls, hits = np.bincount(cell[use], minlength=size), np.bincount(cell[use], right[use], size)
    several = calls > 1
    if not several.any():
        return float("nan")
    calls, hits = calls[several], hits[several]
    return float((2 * hits * (calls - hits) / (calls * (calls - 1))).mean())


class _Match(NamedTuple):
    """What two choices are matched by, the rows whose values both sides have, and what that leaves out."""

    columns: tuple[str, ...]
    rows: NDArray[np.bool_]
    warnings: list[str]
