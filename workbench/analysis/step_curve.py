"""What every number of steps would give, from loops that had more: shares, tokens, dollars, seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.intervals import mean_over_tasks, share_over_tasks
from workbench.analysis.stats import UNKNOWN
from workbench.analysis.step_budgets import budgets_of, within_steps
from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns, grouped, numbers
from workbench.rows.standing import ERROR, NEVER, RIGHT, WRONG, scored, standing
from workbench.rows.table import checked
from workbench.show import bars, figures, tables
from workbench.show.frames import ShownFrame

CONDITION: Final = (
    "A model does not see how many steps it has, so a loop that is cut is what a smaller max_steps would have given."
)
_SHARES: Final = (("right", RIGHT), ("wrong", WRONG), ("never_answered", NEVER))
_AMOUNTS: Final = (("tokens", "completion_tokens"), ("usd", "usd"), ("seconds", "seconds"))


class StepCurve(ShownFrame):
    """A table of `budget_curve` of loops, one line a configuration and number of steps."""

    def _shown(self) -> list[tables.Column]:
        if not {"max_steps", "loops", "right", "right_low", "usd"} <= set(self.columns):
            return []
        lines = self._lines()
        return [
            *tables.configurations(self._by(), lines),
            tables.Column("steps, at most", [figures.count(line["max_steps"]) for line in lines]),
            *(_with_limits(lines, name, name.replace("_", " "), figures.percent) for name, _ in _SHARES),
            tables.Column("right, wrong, never", [""] * len(lines), [bars.shares(_parts(line)) for line in lines]),
            _with_limits(lines, "tokens", "tokens a loop", figures.count),
            _with_limits(lines, "usd", "usd a loop", figures.money),
            _with_limits(lines, "seconds", "seconds a loop", figures.duration),
        ]


def step_curve(rows: pd.DataFrame, budgets: Iterable[int] | None = None) -> StepCurve:
    """Tell what each configuration would give within so many steps, from its loops with the most.

    Shares with 95 % limits (Wilson, clustered by task); mean written tokens, usd and seconds a loop with theirs. Loops
    that failed are left out, and counted. Raises `InputError` for budgets beyond what the loops had.

    >>> from workbench.rows.table import frame
    >>> trace = '[{"step": 1, "usd": 0.2}, {"step": 2, "usd": 0.3}]'
    >>> rows = frame([{"task_id": str(n), "model": "m", "outcome": "answered", "correct": n < 6, "loop_steps": 2,
    ...                "loop_trace": trace} for n in range(10)])
    >>> step_curve(rows, [1, 2])[["max_steps", "right", "wrong", "never_answered", "usd"]].values.tolist()
    [[1, 0.0, 0.0, 1.0, 0.2], [2, 0.6, 0.4, 0.0, 0.5]]
    """
    table = checked(rows, "task_id", "outcome", "correct", "loop_steps", "loop_trace", minimum=1)
    by = [name for name in configuration_columns(table) if name != "max_steps"]
    if "max_steps" in table:
        most = table.groupby(by, dropna=False)["max_steps"].transform("max") if by else table["max_steps"].max()
        table = table[(table["max_steps"] == most).fillna(True)]
    failed = int((standing(table) == ERROR).sum())
    table = table[standing(table) != ERROR].reset_index(drop=True)
    if not len(table):
        raise InputError("every one of these loops failed; there is nothing to cut")
    asked = budgets_of(table) if budgets is None else sorted(budgets)
    cut = within_steps(table, asked)
    marked = scored(cut, standing(cut))
    codes, groups = grouped(cut, [*by, "max_steps"])
    places: list[dict[Any, Any]] = groups.to_dict("records")
    lines: list[dict[Any, Any]] = []
    for code in range(len(groups)):
        mine = cut[(codes == code) & marked]
        if len(mine):
            lines.append({**places[code], **_line(mine)})
    if not lines:
        raise InputError("none of these loops has a mark; give the sweep a scorer, or wb.rescore the rows")
    made = StepCurve(lines)
    made = made.sort_values([*by, "max_steps"], ignore_index=True)
    made = made.astype(dict.fromkeys(("max_steps", "tasks", "loops"), "Int64"))
    left_out = f" {figures.counted(failed, 'failed loop')} left out." if failed else ""
    made.attrs |= {"by": by, "about": f"{CONDITION} Brackets are 95 % intervals over tasks.{left_out}"}
    return made


def _line(rows: pd.DataFrame) -> dict[str, Any]:
    task, names = pd.factorize(rows["task_id"])
    calls = np.bincount(task, minlength=len(names)).astype(float)
    stands = standing(rows)
    told: dict[str, Any] = {"tasks": len(names), "loops": len(rows)}
    for name, code in _SHARES:
        hits = np.bincount(task, stands == code, len(names)) / calls
        low, high = share_over_tasks(hits, np.ones(len(names)), calls).one()
        told |= {name: float(hits.mean()), f"{name}_low": low, f"{name}_high": high}
    for name, column in _AMOUNTS:
        amounts = np.bincount(task, numbers(rows, column), len(names)) / calls if column in rows else np.array([np.nan])
        mean = float(amounts.mean())
        low, high = mean_over_tasks(amounts).one() if not np.isnan(mean) else UNKNOWN
        told |= {name: mean, f"{name}_low": low, f"{name}_high": high}
    return told


def _parts(line: Mapping[Any, Any]) -> list[tuple[str, float, str]]:
    colours = {"right": bars.RIGHT_COLOUR, "wrong": bars.WRONG_COLOUR, "never_answered": bars.NEVER_COLOUR}
    return [(name.replace("_", " "), line[name], colour) for name, colour in colours.items()]


def _with_limits(lines: list[dict[Any, Any]], name: str, title: str, show: Callable[[Any], str]) -> tables.Column:
    told = [figures.limits(line, name, show) for line in lines]
    return tables.Column(title, [show(line[name]) for line in lines], notes=told)
