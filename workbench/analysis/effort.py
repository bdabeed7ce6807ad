"""Effort beside the cap: what every pair of the two gives and costs, which are dominated, which is the cheapest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.cuts import usable_runs
from workbench.analysis.intervals import difference_over_tasks, mean_over_tasks, share_over_tasks
from workbench.analysis.stats import Floats
from workbench.analysis.tokens import tokens_of
from workbench.errors import InputError
from workbench.rows import standing as standing_room
from workbench.rows.configurations import EFFORT, configuration_columns, grouped, numbers
from workbench.rows.standing import NEVER, RIGHT, WRONG, scored
from workbench.rows.table import checked
from workbench.show import bars, figures, tables
from workbench.show.figures import points
from workbench.show.frames import ShownFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""Efforts from the least to the most, as providers call them."""

_SHARES: Final = (("right", RIGHT), ("wrong", WRONG), ("never_answered", NEVER))


class EffortCurve(ShownFrame):
    """A table of `effort_curve`, one line for each configuration, effort and cap."""

    def _headline(self) -> str:
        advice = list(dict.fromkeys(str(line["advice"]) for line in self._lines() if line.get("best")))
        return advice[0] if len(advice) == 1 else ""

    def _shown(self) -> list[tables.Column]:
        if not {"effort", "max_tokens", "right", "right_low", "usd", "usd_low", "dominated", "best"} <= set(
            self.columns
        ):
            return []
        lines = self._lines()
        return [
            *tables.configurations(self._by(), lines),
            tables.Column("right", [figures.bracketed(line, "right", figures.percent) for line in lines]),
            tables.Column("wrong", [figures.percent(line["wrong"]) for line in lines]),
            tables.Column("never answered", [figures.percent(line["never_answered"]) for line in lines]),
            tables.Column(
                "right, wrong, never",
                [""] * len(lines),
                [bars.outcomes(line["right"], line["wrong"], line["never_answered"]) for line in lines],
            ),
            tables.Column("tokens a call", [figures.count(line["tokens"]) for line in lines]),
            tables.Column(
                "usd a call",
                [figures.money(line["usd"]) for line in lines],
                notes=[figures.limits(line, "usd", figures.money) for line in lines],
            ),
            tables.Column("", [_sign(line) for line in lines], words=True),
        ]


def effort_curve(
    rows: pd.DataFrame,
    budgets: Iterable[int] | None = None,
    *,
    within: float = 0.02,
    params: Mapping[str, Any] | None = None,
) -> EffortCurve:
    """Tell what every effort gives at every cap: right, wrong, never answered, tokens and usd a call, with limits.

    One line a configuration, effort and cap: the caps of the rows, and those of `budgets`, which are cut from the
    replies at the largest cap where the cap is a plain cut-off (see `budget_curve`; `derived` says which). `dominated`
    marks cells beside which another one is right at least as often and costs no more. `best` marks the cheapest cell
    that is shown, on the same tasks, to lose less than `within` against the one that was right most often (one-sided,
    95 %); `advice` names it. Costs are usd, or tokens where a price is not known. Raises InputError for rows that are
    empty, lack a column or tell of no effort, and for a margin outside 0 to 1.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "task_target": "1", "model": "m", "max_tokens": 100, "effort": effort,
    ...                "outcome": "answered", "correct": True, "completion_tokens": tokens, "usd": tokens / 1e5}
    ...               for n in range(200) for effort, tokens in (("low", 20), ("high", 80))])
    >>> effort_curve(rows)[["effort", "best", "dominated"]].values.tolist()
    [['low', True, False], ['high', False, True]]
    """
    if not 0 < within < 1:
        raise InputError(f"within is {within!r}; give the accuracy that may be lost, such as 0.02 for 2 points.")
    rows = checked(rows, "task_id", "outcome", "correct", "max_tokens", EFFORT, minimum=1)
    if not rows[EFFORT].notna().any():
        raise InputError("No row tells of an effort. Sweep with effort=['low', 'high'], or params={'effort': [...]}.")
    wanted = [] if budgets is None else sorted({int(budget) for budget in budgets})
    if any(budget < 1 for budget in wanted):
        raise InputError(f"budgets holds {wanted[0]!r}; a cap is a whole number of tokens, at least 1.")
    by = [name for name in configuration_columns(rows) if name not in (EFFORT, "max_tokens")]
    group, values = grouped(rows, by)
    lines: list[dict[str, Any]] = []
    for number, line in enumerate(values.to_dict("records")):
        mine = rows[group == number].reset_index(drop=True)
        cells = _cells(mine, wanted, params)
        lines += _told({str(name): value for name, value in line.items()}, cells, within)
    table = EffortCurve(lines)
    numeric = {name: "Float64" for name in table.columns if name not in (*by, *_PLAIN)}
    table = EffortCurve(table.astype({**numeric, "max_tokens": "Int64", "tasks": "Int64", "calls": "Int64"}))
    table.attrs |= {
        "by": [*by, EFFORT, "max_tokens"],
        "about": f"Brackets are 95 % intervals over tasks. The cheapest loses less than {points(within)} (one-sided, "
        "95 %, on the same tasks). Dominated: another is right at least as often and costs no more.",
    }
    return table


_PLAIN: Final = (EFFORT, "max_tokens", "tasks", "calls", "derived", "dominated", "best", "advice")


@dataclass(frozen=True)
class _Cell:
    effort: str
    cap: int | None
    derived: bool
    task: NDArray[np.intp]
    standing: NDArray[np.int8]
    tokens: Floats
    usd: Floats

    def per_task(self, values: Floats) -> dict[int, float]:
        """The mean over the calls of each task, by its number."""
        size = int(self.task.max()) + 1 if len(self.task) else 0
        calls = np.bincount(self.task, minlength=size)
        sums = np.bincount(self.task, values, size)
        return {int(task): float(sums[task] / calls[task]) for task in np.flatnonzero(calls)}

    @property
    def name(self) -> str:
        return f"effort {self.effort}" + ("" if self.cap is None else f" at {self.cap:,}")


def _cells(rows: pd.DataFrame, wanted: list[int], params: Mapping[str, Any] | None) -> list[_Cell]:
    task = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
    standing = standing_room.standing(rows)
    counted = scored(rows, standing)
    output, usd, caps = tokens_of(rows).output, numbers(rows, "usd"), numbers(rows, "max_tokens")
    efforts = sorted(rows[EFFORT].dropna().unique(), key=rank_of_effort)
    found = []
    for effort in efforts:
        mine = counted & (rows[EFFORT] == effort).fillna(False).to_numpy(bool)
        there = np.unique(caps[mine & ~np.isnan(caps)])
        for cap in there if len(there) else [np.nan]:
            use = mine & ((caps == cap) if not np.isnan(cap) else np.ones(len(rows), bool))
            if use.any():
                whole = None if np.isnan(cap) else int(cap)
                found.append(_Cell(str(effort), whole, False, task[use], standing[use], output[use], usd[use]))
        further = [cap for cap in wanted if cap not in there]
        if further:
            found += _cut(rows[mine].reset_index(drop=True), str(effort), further, task[mine], params)
    return sorted(found, key=lambda cell: (rank_of_effort(cell.effort), cell.cap or 0))


def _cut(
    rows: pd.DataFrame, effort: str, caps: list[int], task: NDArray[np.intp], params: Mapping[str, Any] | None
) -> list[_Cell]:
    """Cells cut from the replies at the largest cap of an effort; none where the cap steers the model."""
    try:
        (run, *_), _ = usable_runs(rows, params)
    except InputError:
        return []
    number_of = dict(zip(rows["task_id"], task.tolist(), strict=True))
    numbers_of = np.array([number_of[name] for name in run.rows["task_id"]], dtype=np.intp)
    cells = []
    for cap in caps:
        if cap < run.longest:
            cut = run.at(cap)
            cells.append(_Cell(effort, cap, True, numbers_of, cut.standing, cut.tokens, cut.usd))
    return cells


def _told(values: dict[str, Any], cells: list[_Cell], within: float) -> list[dict[str, Any]]:
    right = [cell.per_task((cell.standing == RIGHT).astype(float)) for cell in cells]
    shares = np.array([np.mean(list(each.values())) for each in right])
    usd = np.array([_mean(cell.usd) for cell in cells])
    cost = usd if not np.isnan(usd).any() else np.array([_mean(cell.tokens) for cell in cells])
    top = int(np.lexsort((cost, -shares))[0])
    best = top
    for place in np.argsort(cost, kind="stable"):
        shared = sorted(right[place].keys() & right[top].keys())
        lost = np.array([right[place][task] - right[top][task] for task in shared])
        if len(shared) > 1 and cost[place] < cost[best]:
            low = float(difference_over_tasks(lost, confidence=0.9).low)
            best = int(place) if low > -within else best
            if best == place:
                break
    lines = []
    for place, cell in enumerate(cells):
        others = (shares >= shares[place]) & (cost <= cost[place]) & ((shares > shares[place]) | (cost < cost[place]))
        lines.append(
            {
                **values,
                EFFORT: cell.effort,
                "max_tokens": cell.cap,
                "tasks": len(right[place]),
                "calls": len(cell.task),
                "derived": cell.derived,
                **_figures(cell),
                "dominated": bool(others.any()),
                "best": place == best,
                "advice": _advice(cells, shares, usd, best, top, within) if place == best else "",
            }
        )
    return lines


def _figures(cell: _Cell) -> dict[str, float]:
    tasks, place, calls = np.unique(cell.task, return_inverse=True, return_counts=True)
    found: dict[str, float] = {}
    for name, code in _SHARES:
        values = np.bincount(place, cell.standing == code, len(tasks)) / calls
        low, high = share_over_tasks(values, np.ones(len(tasks)), calls).one()
        found |= {name: float(values.mean()), f"{name}_low": low, f"{name}_high": high}
    for name, amounts in (("tokens", cell.tokens), ("usd", cell.usd)):
        values = np.bincount(place, amounts, len(tasks)) / calls
        low, high = mean_over_tasks(values).one()
        found |= {name: float(values.mean()), f"{name}_low": low, f"{name}_high": high}
    return found


def _advice(cells: list[_Cell], shares: Floats, usd: Floats, best: int, top: int, within: float) -> str:
    reference = f"{cells[top].name} ({figures.percent(shares[top])} right)"
    price = "" if np.isnan(usd[best]) else f" for {figures.money(usd[best])} a call"
    if best == top:
        return f"Take {reference}{price}: nothing cheaper is shown to lose less than {points(within)}."
    instead = "" if np.isnan(usd[top]) else f" instead of {figures.money(usd[top])}"
    return f"Take {cells[best].name}{price}{instead}: it loses less than {points(within)} against {reference}."


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def rank_of_effort(effort: Any) -> tuple[int, str]:
    """The place of an effort from the least to the most; names that nobody knows come last.

    >>> sorted(["high", "none", "low"], key=rank_of_effort)
    ['none', 'low', 'high']
    """
    return (EFFORTS.index(effort) if effort in EFFORTS else len(EFFORTS), str(effort))


def _sign(line: Mapping[Any, Any]) -> str:
    return "cheapest within the margin" if line["best"] else "dominated" if line["dominated"] else ""
