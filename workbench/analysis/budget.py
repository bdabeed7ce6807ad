"""What every max_tokens would give, from one run at the largest: right, wrong, never answered, tokens, usd, seconds.

The curve rests on one condition, and says it: max_tokens must be a plain cut-off that the model cannot see. Where a cap
steers the model the curve is refused. Where the rows hold real calls at a smaller cap, or `verify_at` buys some, their
agreement with the curve is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.analysis.budget_checks import agreement, buy, observed
from workbench.analysis.cuts import Capped, UncutRun, in_lots, usable_runs
from workbench.analysis.duplicates import said_of_duplicates
from workbench.analysis.in_parts import curves
from workbench.analysis.intervals import mean_over_tasks, share_over_tasks
from workbench.analysis.step_budgets import is_of_loops
from workbench.analysis.step_curve import StepCurve, step_curve
from workbench.errors import InputError
from workbench.rows.segments import Segments
from workbench.rows.standing import NEVER, RIGHT, WRONG
from workbench.rows.table import checked
from workbench.scorers.named import as_scorer
from workbench.show import bars, figures, tables
from workbench.show.figures import counted
from workbench.show.frames import ShownFrame

CONDITION: Final = (
    "Valid where max_tokens is a plain cut-off that the model cannot see: then cutting the replies of one run at a "
    "smaller cap has the same distribution as asking again."
)
_MOST_CAPS: Final = 32
_MOST_CAPS_SHOWN: Final = 12
_AMOUNTS: Final = ("tokens", "usd", "seconds")
_SHARES: Final = (("right", RIGHT), ("wrong", WRONG), ("never_answered", NEVER))


class BudgetCurve(ShownFrame):
    """A table of `budget_curve`, one line a configuration and cap."""

    @property
    def agreement(self) -> pd.DataFrame:
        """What real calls at smaller caps gave, beside what the curve says of the same tasks."""
        return pd.DataFrame(self.attrs.get("agreement", []))

    def _shown(self) -> list[tables.Column]:
        if not {"max_tokens", "calls", "tokens", "usd", "seconds", "right", "right_low"} <= set(self.columns):
            return []
        return self._columns(self._thinned())

    def _more(self) -> list[tables.Section]:
        lines = self._lines()
        return [] if len(self._thinned()) == len(lines) else [tables.Section("All caps", self._columns(lines))]

    def _thinned(self) -> list[dict[Any, Any]]:
        """At most a dozen caps of each configuration: its largest one, and others evenly spread."""
        by_run: dict[Any, list[dict[Any, Any]]] = {}
        for line in self._lines():
            by_run.setdefault(tuple(figures.name(line[name]) for name in self._by()), []).append(line)
        kept = []
        for lines in by_run.values():
            places = np.unique(np.linspace(0, len(lines) - 1, min(len(lines), _MOST_CAPS_SHOWN)).round().astype(int))
            kept += [lines[place] for place in places]
        return kept

    def _columns(self, lines: list[dict[Any, Any]]) -> list[tables.Column]:
        censored = any(line["censored"] for line in lines)
        return [
            *tables.configurations(self._by(), lines),
            tables.Column("max_tokens", [figures.count(line["max_tokens"]) for line in lines]),
            tables.Column("right", [figures.bracketed(line, "right", figures.percent) for line in lines]),
            _with_limits(lines, "wrong", "wrong", figures.percent),
            _with_limits(lines, "never_answered", "never answered", figures.percent),
            *([tables.Column("cut elsewhere", [figures.percent(line["censored"]) for line in lines])] * censored),
            tables.Column("right, wrong, never", [""] * len(lines), [_bar(line) for line in lines]),
            _with_limits(lines, "tokens", "tokens a call", figures.count),
            _with_limits(lines, "usd", "usd a call", figures.money),
            _with_limits(lines, "seconds", "seconds a call", figures.duration),
        ]


def budget_curve(
    rows: pd.DataFrame | Segments,
    budgets: Iterable[int] | None = None,
    *,
    params: Mapping[str, Any] | None = None,
    scorer: Any = None,
    verify_at: Iterable[int] | None = None,
    asker: Callable[..., Any] | None = None,
    prompts: Any = None,
    verify_tasks: int = 20,
) -> BudgetCurve | StepCurve:
    """Tell what each configuration would give at every cap, from its replies at its largest cap.

    One line a configuration and cap: the shares right, wrong, never answered and censored, each with 95 % limits
    (Wilson, clustered by task where tasks were repeated); mean tokens, usd and seconds a call with their limits; every
    task counts alike, however many replies it has; the share of replies
    whose place of the cut is `estimated` because nobody counted their tokens. A reply that would be cut never answers;
    with a `scorer` (anything that `wb.sweep` takes) what is left of a cut answer is scored. `params` names parameters
    that all calls were made with and the rows do not show.

    Where the rows hold replies cut at smaller caps (`caps="cut"`), the curve is of those caps, and says what they say.

    `verify_at=[64, 256]` asks up to `verify_tasks` tasks for real at these caps, through `asker(messages, model=...,
    max_tokens=..., sample=..., **parameters)`, which is `wb.ask` or anything like it; `prompts` are those of the sweep.
    The `agreement` of the curve with them, and with rows at smaller caps that are there already, is an attribute of
    the result.

    Of loops the budgets are steps: one line a configuration and `max_steps`, see `analysis.step_curve`.

    Raises InputError for rows that are empty or lack a column, for a budget beyond the largest cap, and where the cap
    steers every model in the rows.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "task_target": "1", "model": "m", "max_tokens": 100, "outcome": "answered",
    ...                "correct": n < 6, "completion_tokens": 10 * n} for n in range(10)])
    >>> budget_curve(rows, [30, 100])[["max_tokens", "right", "wrong", "never_answered"]].values.tolist()
    [[30, 0.4, 0.0, 0.6], [100, 0.6, 0.4, 0.0]]
    """
    if isinstance(rows, Segments):
        options: dict[str, Any] = {
            "params": params,
            "scorer": scorer,
            "verify_at": verify_at,
            "asker": asker,
            "prompts": prompts,
            "verify_tasks": verify_tasks,
        }
        texts = {"answer", "task_question"} if verify_at is not None or scorer is not None else set()
        found: BudgetCurve = curves(rows, frozenset(texts), lambda part: budget_curve(part, budgets, **options))
        return found
    if is_of_loops(rows):
        if verify_at is not None or scorer is not None:
            raise InputError("loops are cut at steps: leave verify_at and scorer out, for a cut loop never answers")
        return step_curve(rows, budgets)
    rows = checked(rows, "task_id", "outcome", "correct", "max_tokens", minimum=1)
    wanted = None if budgets is None else _caps(budgets, "budgets")
    to_verify = [] if verify_at is None else _caps(verify_at, "verify_at")
    if to_verify and asker is None:
        raise InputError("verify_at buys real calls and needs an asker to make them, such as asker=wb.ask.")
    marks = as_scorer(scorer) if scorer is not None else None
    lines: list[dict[str, Any]] = []
    checks: list[dict[str, Any]] = []
    usable, notes = usable_runs(rows, params)
    for run in usable:
        caps = sorted({*(_caps_of(run) if wanted is None else _within(run, wanted)), *_within(run, to_verify)})
        for some in in_lots(caps, run.tasks):
            shares = _shares(run, [run.at(cap, marks) for cap in some])
            lines += [{**run.values, "max_tokens": cap, **line} for cap, line in zip(some, shares, strict=True)]
        real = observed(rows, run)
        if asker is not None:
            real = [*real, *(buy(run, cap, asker, prompts, scorer, params, verify_tasks) for cap in to_verify)]
        checks += [agreement(run, cap, calls, marks) for cap, calls in real]
    table = BudgetCurve(lines)
    by = [name for name in table.columns if name in usable[0].values]
    kinds = {name: "Int64" if name in ("max_tokens", "tasks", "calls") else "Float64" for name in table.columns}
    table = table.astype({name: kind for name, kind in kinds.items() if name not in by})
    table.attrs |= {"by": by, "agreement": checks, "about": _about(rows, usable, notes, checks)}
    return table


def _with_limits(lines: list[dict[Any, Any]], name: str, title: str, show: Callable[[Any], str]) -> tables.Column:
    told = [figures.limits(line, name, show) if f"{name}_low" in line else "" for line in lines]
    return tables.Column(title, [show(line[name]) for line in lines], notes=told)


def _bar(line: Mapping[Any, Any]) -> Markup:
    return bars.outcomes(
        line["right"], line["wrong"], line["never_answered"], [("cut elsewhere", line["censored"], "transparent")]
    )


def _caps(values: Iterable[int], argument: str) -> list[int]:
    caps = sorted(set(values))
    if not caps:
        raise InputError(f"{argument} is empty; leave it out, or name at least one cap.")
    for cap in caps:
        if isinstance(cap, bool) or not isinstance(cap, int | np.integer) or cap < 1:
            raise InputError(f"{argument} holds {cap!r}; a cap is a whole number of tokens, at least 1.")
    return [int(cap) for cap in caps]


def _within(run: UncutRun, caps: list[int]) -> list[int]:
    """The caps, none of them beyond what the run can tell."""
    largest = run.longest
    if caps and caps[-1] > largest:
        raise InputError(
            f"The rows of {run.name} say nothing beyond {largest} tokens, and {caps[-1]} was asked for. "
            f"Sweep with max_tokens={caps[-1]} first."
        )
    return caps


def _caps_of(run: UncutRun) -> list[int]:
    """Round numbers in a geometric range, up to the largest cap."""
    if run.standing_at:  # between them, nobody knows what of a cut answer would be right
        return sorted({*run.standing_at, run.longest})
    largest, smallest = run.longest, max(1.0, float(run.output.min()))
    spread = np.geomspace(smallest, largest, _MOST_CAPS) if largest > smallest else np.array([largest])
    steps = np.power(10.0, np.maximum(np.floor(np.log10(spread)) - 1, 0))
    return sorted({*np.minimum(np.ceil(spread / steps) * steps, largest).astype(int).tolist(), largest})


def _shares(run: UncutRun, capped: Sequence[Capped]) -> list[dict[str, Any]]:
    """What becomes of the calls at some caps, a line each: all their limits are reckoned in one go."""
    columns: dict[str, Any] = {}
    for name, code in _SHARES:
        hits = np.stack([run.per_task((each.standing == code) & ~each.censored) for each in capped])
        low, high = share_over_tasks(hits, np.ones(run.tasks), run.calls_per_task)
        columns |= {name: hits.mean(-1), f"{name}_low": low, f"{name}_high": high}
    columns["censored"] = [run.mean(each.censored) for each in capped]
    for name in _AMOUNTS:
        amounts = np.stack([run.per_task(getattr(each, name)) for each in capped])
        mean = amounts.mean(-1)
        # The tokens of most tasks may be the cap itself: what does not vary is no more certain than that.
        low, high = (np.where(np.isnan(mean), np.nan, end) for end in mean_over_tasks(amounts))
        columns |= {name: mean, f"{name}_low": low, f"{name}_high": high}
    columns["estimated"] = [run.mean(each.estimated) for each in capped]
    beside = {"tasks": run.tasks, "calls": len(run.task)}
    return [
        beside | {name: float(value) for name, value in zip(columns, line, strict=True)}
        for line in zip(*columns.values(), strict=True)
    ]


def _about(rows: pd.DataFrame, usable: list[UncutRun], notes: list[str], checks: list[dict[str, Any]]) -> str:
    parts = [CONDITION]
    for run in usable:
        cap = "no cap" if run.largest is None else f"max_tokens {run.largest:,}"
        parts.append(f"{run.name}: {counted(len(run.task), 'call')} of {counted(run.tasks, 'task')} at {cap}.")
    parts.append("Brackets are 95 % intervals over tasks, each cap by itself.")
    failed, unplaced = sum(run.failed for run in usable), sum(run.unplaced for run in usable)
    guessed = sum(int(run.guessed.sum()) for run in usable)
    if failed:
        parts.append(f"{counted(failed, 'failed call')} left out.")
    if unplaced:
        parts.append(f"{counted(unplaced, 'call')} left out for want of a known number of tokens.")
    if guessed:
        parts.append(f"{counted(guessed, 'call')} of a length that is estimated from its texts.")
    findings = [check["finding"] for check in checks]
    return " ".join([*parts, *notes, *findings, said_of_duplicates(rows)]).strip()
