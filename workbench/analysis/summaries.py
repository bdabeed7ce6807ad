"""One line per configuration: how it stood, what went into thinking, what a correct answer costs, how long it took.

Three shares of the calls that did not fail stand beside each other: right, wrong, never answered. `accuracy` is strict
(a reply that never answered is not right), `accuracy_answered` looks only at replies that answered, and
`accuracy_ceiling` is what it would be if every reply that never answered were right after all: a larger cap cannot
take it beyond. Failed calls and calls without a target count in none of them.

The unit is the task. Repeats of one task resemble each other, so intervals come from tasks, not from calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from workbench.analysis import stats
from workbench.analysis.calibrating import corrected_lines, said_of_calibration
from workbench.analysis.duplicates import said_of_duplicates
from workbench.analysis.in_parts import summed_up
from workbench.analysis.intervals import dearest_half, quotient_over_tasks, share_limits, share_over_tasks
from workbench.analysis.summary_table import Summary as Summary
from workbench.analysis.tokens import price_per_output_token, tokens_of
from workbench.analysis.warned import said_of_warnings
from workbench.errors import InputError
from workbench.rows.configurations import column_meant, configuration_columns, group_of, grouped, numbers
from workbench.rows.derived import drawn_again, said_of_derived
from workbench.rows.segments import Segments
from workbench.rows.standing import ERROR, NEVER, RIGHT, UNSCORED, WRONG, scored, standing
from workbench.rows.table import checked
from workbench.show.figures import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats = stats.Floats

LATENCIES: Final = ("seconds", "seconds_to_first_token", "seconds_to_answer")
_TIMED: Final = ("timed", "timed_to_first_token", "timed_to_answer")
_COUNTS: Final = frozenset(
    {
        *(
            "tasks",
            "calls",
            "right",
            "wrong",
            "never_answered",
            "unscored",
            "errors",
            "unpriced",
            "unsure",
            "counted",
            "measured",
            "dearest_half",
        ),
        *_TIMED,
    }
)


def summary(rows: pd.DataFrame | Segments, by: str | Sequence[str] | None = None) -> Summary:
    """Summarise the rows, one line for each combination of values in `by`.

    Without `by`: model × prompt × max_tokens × every swept parameter. A task's own column may be named
    without its `task_`; `kind` is `prompt` where tasks have no kinds. A task is the unit, however often it was asked.
    Intervals are 95 %: Wilson's for proportions, clustered by task where tasks were repeated; over tasks, with a
    lognormal tail, for usd and tokens per correct answer; order statistics for latencies. What nobody knows is NA: a
    price, a quotient without a correct answer, an end of an interval that so few calls cannot give. With calls of
    unknown price usd per correct answer is NA, and `usd_per_correct_at_least` counts them as free. `dearest_half` is
    how few calls make half of the cost. `thinking_share_of_usd` needs replies whose dollars follow from their
    tokens; it is NA where they do not (several hosts, changing prices). Raises InputError for rows that are empty or
    lack a column.

    With marks of a person in the column `hand`, `accuracy_corrected` counts the errors of the scorer.
    `accuracy_unsure_wrong` and `accuracy_unsure_right` read the marks that are not sure (`sure` False) both ways.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "model": "m", "prompt": "p", "max_tokens": 64, "outcome": "answered",
    ...                "correct": n < 8} for n in range(10)])
    >>> line = summary(rows).iloc[0]
    >>> [f"{number:.3f}" for number in (line.accuracy, line.accuracy_low, line.accuracy_high)], line.usd_per_correct
    (['0.800', '0.490', '0.964'], <NA>)
    """
    if isinstance(rows, Segments):
        return summed_up(rows, by, summary)
    rows = checked(rows, "task_id", "outcome", "correct", minimum=1)
    asked = [by] if isinstance(by, str) else list(by) if by is not None else None
    names = None if asked is None else [column_meant(rows, name) for name in asked]
    rows = checked(rows, *(names or ()))
    names = configuration_columns(rows) if names is None else names
    if len(set(names)) < len(names):
        raise InputError(f"`by` names a column twice: {names!r}.")
    again = drawn_again(rows, names)
    rows = rows[~again].reset_index(drop=True) if again.any() else rows
    group, lines = grouped(rows, names)
    calls = _Calls(rows, group, len(lines), unit_is_call="task_id" in names)
    columns = {
        **calls.standings(),
        **calls.accuracies(),
        **calls.doubts(),
        **calls.tokens(),
        **calls.money(),
        **calls.latencies(),
    }
    figures = {
        name if name not in names else f"{name}_": pd.array(values, dtype="Int64" if name in _COUNTS else "Float64")
        for name, values in columns.items()
    }
    result = Summary(pd.concat([lines, pd.DataFrame(figures)], axis="columns"))
    result.attrs["by"] = names
    left_out = f"{int(again.sum()):,} rows cut from the same replies are left out." if again.any() else ""
    result.attrs["about"] = " ".join(filter(None, [_about(rows, calls), left_out, said_of_derived(rows)]))
    return result


class _Calls:
    """The calls of all groups as arrays, and their sums per group and per cell (a task within a group)."""

    def __init__(self, rows: pd.DataFrame, group: NDArray[np.intp], groups: int, *, unit_is_call: bool) -> None:
        self.rows, self.group, self.groups = rows, group, groups
        self.standing = standing(rows)
        task_codes = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
        self.task = np.arange(len(rows)) if unit_is_call else task_codes
        self.tasks = int(self.task.max()) + 1
        cells, self.cell = np.unique(self.group * self.tasks + self.task, return_inverse=True)
        self.cell_group, self.cell_task = np.divmod(cells, self.tasks)
        self.cells_of = np.searchsorted(self.cell_group, np.arange(groups + 1))
        asked = self.cell_group
        if unit_is_call:
            asked = np.unique(self.group * (task_codes.max() + 1) + task_codes) // (task_codes.max() + 1)
        self.tasks_asked = np.bincount(asked, minlength=groups)
        self.right = self.standing == RIGHT
        self.scored = scored(rows, self.standing)
        self.unsure = np.zeros(len(rows), bool)
        if "sure" in rows.columns:
            self.unsure = (self.standing <= WRONG) & ~rows["sure"].fillna(True).to_numpy(bool)
        repeated = bool((self.per_cell(self.scored) > 1).any())
        self.units = (
            "each call for itself" if unit_is_call else "clustered by task" if repeated else "one sample a task"
        )

    def per_group(self, values: NDArray[Any]) -> Floats:
        return np.bincount(self.group, values, self.groups).astype(float)

    def per_cell(self, values: NDArray[Any]) -> Floats:
        return np.bincount(self.cell, values, len(self.cell_group)).astype(float)

    def of_cells(self, values: Floats) -> Floats:
        return np.bincount(self.cell_group, values, self.groups).astype(float)

    def total(self, values: Floats, among: NDArray[np.bool_]) -> Floats:
        """Sums per group of the known values, NaN where none is known."""
        known = among & ~np.isnan(values)
        return np.where(self.per_group(known) > 0, self.per_group(np.where(known, values, 0.0)), np.nan)

    def _mean(self, values: Floats, among: NDArray[np.bool_]) -> Floats:
        return _quotient(self.total(values, among), self.per_group(among & ~np.isnan(values)))

    def standings(self) -> dict[str, NDArray[Any]]:
        names = ("right", "wrong", "never_answered", "errors", "unscored")
        counts = {name: self.per_group(self.standing == code) for code, name in enumerate(names)}
        return {"tasks": self.tasks_asked, "calls": np.bincount(self.group, minlength=self.groups), **counts}

    def accuracies(self) -> dict[str, Floats]:
        never = self.scored & (self.standing == NEVER)
        found = {
            "accuracy": self._proportion(self.right, self.scored),
            "accuracy_ceiling": self._proportion(self.right | never, self.scored),
            "accuracy_answered": self._proportion(self.right, self.standing <= WRONG),
        }
        return {
            f"{name}{end}": numbers
            for name, limits in found.items()
            for end, numbers in zip(("", "_low", "_high"), limits, strict=True)
        }

    def doubts(self) -> dict[str, NDArray[Any]]:
        """Accuracy with the unsure marks read both ways, and corrected by the marks that a person set."""
        unsure = self.unsure
        corrected = corrected_lines(self.rows, self.standing, self.scored, self.group, self.groups, self.task)
        limits = {f"accuracy_corrected{end}": place for place, end in enumerate(("", "_low", "_high"))}
        return {
            "unsure": self.per_group(unsure),
            "accuracy_unsure_wrong": self._share(self.right & ~unsure, self.scored),
            "accuracy_unsure_right": self._share(self.right | unsure, self.scored),
            **{name: np.array([line[place] for line in corrected]) for name, place in limits.items()},
        }

    def _weighed(self, calls: NDArray[np.bool_]) -> Floats:
        """The share of a task's scored calls that are of a kind, per cell: a task is the unit, however often asked."""
        return np.nan_to_num(_quotient(self.per_cell(calls & self.scored), self.per_cell(self.scored)))

    def _share(self, hits: NDArray[np.bool_], among: NDArray[np.bool_]) -> Floats:
        above, below = (self.of_cells(self._weighed(calls)) for calls in (hits & among, among))
        return _quotient(above, below)

    def _proportion(self, hits: NDArray[np.bool_], among: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        """The share of hits and its limits, per group."""
        low, high = share_limits(self.per_group(hits & among), self.per_group(among))
        above, below, calls = self._weighed(hits & among), self._weighed(among), self.per_cell(among)
        for line in np.unique(self.cell_group[self.per_cell(self.scored) > 1]):
            cells = slice(self.cells_of[line], self.cells_of[line + 1])
            low[line], high[line] = share_over_tasks(above[cells], below[cells], calls[cells]).one()
        return self._share(hits, among), low, high

    def tokens(self) -> dict[str, Floats]:
        spoke = self.standing != ERROR
        prompt, thinking, answer, output = tokens_of(self.rows)
        source = self.rows.get("thinking_tokens_source")
        estimated = np.zeros(len(self.rows), bool) if source is None else (source == "estimated").to_numpy(bool)
        both = spoke & ~np.isnan(thinking) & ~np.isnan(output)
        unsure = _quotient(self.per_group(estimated & both), self.per_group(both))
        return {
            "prompt_tokens": self.total(prompt, spoke),
            "thinking_tokens": self.total(thinking, spoke),
            "answer_tokens": self.total(answer, spoke),
            "output_tokens": self.total(output, spoke),
            "thinking_tokens_per_call": self._mean(thinking, spoke),
            "answer_tokens_per_call": self._mean(answer, spoke),
            "output_tokens_per_call": self._mean(output, spoke),
            "counted": self.per_group(both),
            "measured": self.per_group(spoke & ~np.isnan(output)),
            "thinking_tokens_estimated": unsure,
            "thinking_share_of_tokens": _quotient(self.total(thinking, both), self.total(output, both)),
            "thinking_share_of_usd": self._thinking_share_of_usd(prompt, thinking, output, spoke),
            "thinking_share_of_seconds": self._thinking_share_of_seconds(spoke),
        }

    def _thinking_share_of_usd(
        self, prompt: Floats, thinking: Floats, output: Floats, spoke: NDArray[np.bool_]
    ) -> Floats:
        usd = numbers(self.rows, "usd")
        cached = np.nan_to_num(numbers(self.rows, "cached_prompt_tokens"))
        on_thinking = np.full(len(usd), np.nan)
        model = group_of(self.rows, [name for name in ("model",) if name in self.rows.columns])
        for code in range(int(model.max()) + 1):
            mine = (model == code) & spoke & ~np.isnan(usd) & ~np.isnan(thinking) & ~np.isnan(output)
            price = price_per_output_token(np.nan_to_num(prompt[mine]), cached[mine], output[mine], usd[mine])
            on_thinking[mine] = thinking[mine] * price
        both = spoke & ~np.isnan(on_thinking)
        return _quotient(self.total(on_thinking, both), self.total(usd, both))

    def _thinking_share_of_seconds(self, spoke: NDArray[np.bool_]) -> Floats:
        """From the first token to the first of the answer; where only thinking came, to the end."""
        seconds, first, answer = (numbers(self.rows, name) for name in LATENCIES)
        exhausted = (self.rows["outcome"] == "thinking_exhausted").to_numpy(bool)
        visibility = self.rows.get("thinking_visibility", pd.Series(pd.NA, index=self.rows.index, dtype=object))
        seen = visibility.isin(["full", "summary"]).to_numpy(bool)
        none = (visibility == "none").fillna(False).to_numpy(bool)
        spent = np.where(none, 0.0, np.where(seen, np.where(exhausted, seconds, answer) - first, np.nan))
        both = spoke & ~np.isnan(spent) & ~np.isnan(seconds)
        return _quotient(self.total(spent, both), self.total(seconds, both))

    def money(self) -> dict[str, NDArray[Any]]:
        usd = numbers(self.rows, "usd")
        everything = np.ones(len(usd), bool)
        output = tokens_of(self.rows).output
        columns: dict[str, NDArray[Any]] = {
            "usd": self.total(usd, everything),
            "usd_spent": self.total(numbers(self.rows, "usd_spent"), everything),
            "unpriced": self.per_group((self.standing != ERROR) & np.isnan(usd)),
            "dearest_half": self._dearest_half(usd),
        }
        for name, values in (("usd", usd), ("tokens", output)):
            columns |= {f"{name}_per_correct{end}": part for end, part in self._per_correct(values).items()}
        return columns

    def _dearest_half(self, usd: Floats) -> Floats:
        """How few calls of each group make half of what it cost; NaN where nothing was paid."""
        known = self.scored & ~np.isnan(usd)
        found = [dearest_half(usd[known & (self.group == line)]) for line in range(self.groups)]
        return np.array([number or np.nan for number in found], float)

    def _per_correct(self, values: Floats) -> dict[str, Floats]:
        """What a right answer takes, with its limits; where some calls are unknown, only what it takes at least."""
        known = self.scored & ~np.isnan(values)
        calls = self.per_cell(self.scored)
        amounts = np.nan_to_num(_quotient(self.per_cell(np.where(known, values, 0.0)), calls))
        right = self._weighed(self.right)
        least = np.where(self.per_group(known) > 0, _quotient(self.of_cells(amounts), self.of_cells(right)), np.nan)
        low, high = np.full(self.groups, np.nan), np.full(self.groups, np.nan)
        for line in np.flatnonzero(least > 0):
            cells = np.arange(self.cells_of[line], self.cells_of[line + 1])
            cells = cells[calls[cells] > 0]
            low[line], high[line] = quotient_over_tasks(amounts[cells], right[cells], calls[cells]).one()
        whole = self.per_group(self.scored & np.isnan(values)) == 0
        return {
            "": np.where(whole, least, np.nan),
            "_low": low,
            "_high": np.where(whole, high, np.nan),
            "_at_least": least,
        }

    def latencies(self) -> dict[str, NDArray[Any]]:
        columns: dict[str, NDArray[Any]] = {}
        order = np.argsort(self.group, kind="stable")
        bounds = np.searchsorted(self.group[order], np.arange(self.groups + 1))
        spoke = (self.standing != ERROR)[order]
        for name, timed in zip(LATENCIES, _TIMED, strict=True):
            values = numbers(self.rows, name)[order]
            found = [_NO_QUANTILES] * self.groups
            for line in range(self.groups):
                mine = slice(bounds[line], bounds[line + 1])
                known = spoke[mine] & ~np.isnan(values[mine])
                if known.any():
                    found[line] = _quantiles(values[mine][known], self.task[order[mine]][known])
            columns[timed] = self.per_group((self.standing != ERROR) & ~np.isnan(numbers(self.rows, name)))
            for quantile in _QUANTILES:
                shown = [quantiles[quantile] for quantiles in found]
                columns[f"{name}_p{quantile}"] = np.array([one.value for one in shown])
                columns[f"{name}_p{quantile}_low"] = np.array([one.limits.low for one in shown])
                columns[f"{name}_p{quantile}_high"] = np.array([one.limits.high for one in shown])
        return columns


def _quotient(above: NDArray[Any], below: NDArray[Any]) -> Floats:
    """above / below, NaN where below is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


class _Quantile(NamedTuple):
    value: float
    limits: stats.Interval


_QUANTILES: Final = (50, 95)
_NO_QUANTILES: Final = {quantile: _Quantile(np.nan, stats.UNKNOWN) for quantile in _QUANTILES}


def _quantiles(values: Floats, task: NDArray[np.intp]) -> dict[int, _Quantile]:
    """The quantiles by their per cent, each with its limits."""
    _, unit, sizes = np.unique(task, return_inverse=True, return_counts=True)
    found = {}
    for per_cent in _QUANTILES:
        quantile = per_cent / 100
        middle = float(np.quantile(values, quantile))
        effective = float(len(values))
        if len(sizes) < len(values):
            effective = stats.effective_trials(np.bincount(unit, values <= middle), sizes)
        found[per_cent] = _Quantile(middle, stats.quantile_interval(values, quantile, effective=effective))
    return found


_FEW_OF_ALL: Final = 0.1
_FEWEST_WORTH_SAYING: Final = 20


def _of_money(calls: _Calls) -> list[str]:
    """That few calls make half of the cost, and that prices are missing, where it is so."""
    usd = numbers(calls.rows, "usd")
    parts = []
    half, priced = calls._dearest_half(usd), calls.per_group(calls.scored & ~np.isnan(usd))
    tail = np.flatnonzero((priced >= _FEWEST_WORTH_SAYING) & (half <= _FEW_OF_ALL * priced))
    if len(tail):
        line = tail[np.argmin(half[tail] / priced[tail])]
        where = "" if calls.groups == 1 else " in one line" if len(tail) == 1 else f" in one of {len(tail)} such lines"
        few = counted(int(half[line]), "call")
        parts.append(
            f"{few} of {int(priced[line]):,} make{'s' if half[line] == 1 else ''} half of the cost{where}: the mean "
            "hangs on few calls, and its interval holds the truth less often than it says."
        )
    if (calls.scored & np.isnan(usd)).any() and (calls.scored & ~np.isnan(usd)).any():
        parts.append("Where prices are missing, costs per correct answer are at least what is shown.")
    return parts


def _about(rows: pd.DataFrame, calls: _Calls) -> str:
    """What was counted, how many, and what the brackets are."""
    failed, unscored = (int((calls.standing == code).sum()) for code in (ERROR, UNSCORED))
    tasks = rows["task_id"].nunique(dropna=False)
    parts = [f"{len(rows):,} calls of {counted(tasks, 'task')}."]
    if failed:
        parts.append(f"{counted(failed, 'call')} failed: in no accuracy.")
    if unscored:
        parts.append(f"{unscored:,} without a target or a mark: in no accuracy either.")
    parts.append("Accuracy counts a reply that never answered as not right.")
    parts.append(f"Brackets are 95 % intervals (Wilson, {calls.units}; over tasks for money and tokens).")
    parts += _of_money(calls)
    unsure = int(calls.unsure.sum())
    if unsure:
        parts.append(
            f"{unsure:,} mark{'s are' if unsure > 1 else ' is'} unsure: look at them, or wb.check_marks(rows)."
        )
    parts.append(said_of_calibration(rows, calls.standing))
    if tasks == 1:
        parts.append("One task says nothing about others.")
    if len(np.unique(calls.tasks_asked)) > 1:
        parts.append("The lines were not all asked the same number of tasks: use wb.compare, which pairs them.")
    return " ".join([*filter(None, parts), said_of_duplicates(rows), said_of_warnings(rows)]).strip()
