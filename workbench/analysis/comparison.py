"""Two configurations on the same tasks, paired: which is better, by how much, how sure, at what cost.

Replies are paired in cells: one task with one prompt, one max_tokens and one value of every swept parameter, except for
what the two sides are chosen by. Only cells that both sides have count. Samples are averaged within a cell, cells
within a task, and the task is the unit of every test and interval: repeats and prompts of one task are not new evidence
about other tasks. Strict accuracy is compared, so a reply that never answered is not right; failed calls and calls
without a target are left out, and said.

One call a side and task: McNemar's exact test with Bonett and Price's interval. Otherwise: the same test carried over
to repeats (the signs of the tasks' differences flipped at random) with a paired bootstrap over tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis import stats
from workbench.analysis.pairing import Chosen, ComparedRows, Pair, name_choices
from workbench.analysis.stats import ALPHA, Interval
from workbench.analysis.verdicts import Comparison, Comparisons, Side
from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns, grouped
from workbench.rows.table import checked
from workbench.show.figures import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ONE_EACH: Final = "McNemar's exact test with Bonett and Price's interval"
_REPEATED: Final = "Signs of the tasks' differences flipped at random, with a paired bootstrap over tasks"
_ALL_ALIKE: Final = (
    "Signs of the tasks' differences flipped at random, with Bonett and Price's interval: they are all alike"
)


def compare(rows: pd.DataFrame, a: Any, b: Any, on: str = "model") -> Comparison:
    """Compare two configurations on the tasks that both were asked, and give a verdict.

    `a` and `b` are values of the column `on`, or mappings of column to value such as
    `{"model": "local/smollm2-135m-think", "max_tokens": 64}`. Prompts, caps and swept parameters that are not chosen by
    are matched, and averaged within each task. Raises InputError for rows that are empty or lack a column, and for a
    configuration that the rows do not hold.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "model": model, "outcome": "answered", "correct": n < right, "usd": 0.01}
    ...               for model, right in (("big", 18), ("small", 8)) for n in range(20)])
    >>> result = compare(rows, "big", "small")
    >>> print(result.verdict.partition(" (")[0])
    big is better than small: 90 % against 40 % right on the same 20 tasks, 50 points more
    >>> result.only_a, result.only_b, round(result.p, 4)
    (10.0, 0.0, 0.002)
    """
    replies = ComparedRows(rows, [*_columns_of(a, on), *_columns_of(b, on)])
    first, second = name_choices([replies.choose(a, on), replies.choose(b, on)])
    if first.values == second.values:
        raise InputError(f"Both sides are the same configuration: {first.values!r}.")
    return compared([replies.pair(first, second)])[0]


def compare_all(rows: pd.DataFrame, on: str | Sequence[str] | None = None) -> Comparisons:
    """Compare every pair of configurations that `on` tells apart, with Holm's correction for the number of pairs.

    Without `on`: the models; the prompts where there is one model; the caps or a swept parameter where there is one of
    both. One line a pair, in order of appearance: a, b, tasks, both accuracies, difference with its 95 % limits, p and
    p_holm, usd per correct answer, whether it is decisive, the verdict in words and the warnings. Raises InputError
    when the rows hold fewer than two configurations.
    """
    columns = [_telling_apart(rows)] if on is None else [on] if isinstance(on, str) else list(on)
    replies = ComparedRows(rows, columns)
    _, groups = grouped(replies.rows, columns)
    if len(groups) < 2:
        raise InputError(f"There is nothing to compare: the rows hold one value of {', '.join(columns)}.")
    chosen = name_choices([replies.choose(dict(values), columns[0]) for values in groups.to_dict("records")])
    found = compared([replies.pair(first, second) for first, second in combinations(chosen, 2)])
    numbers = {
        "accuracy_a": [one.a.accuracy for one in found],
        "accuracy_b": [one.b.accuracy for one in found],
        "difference": [one.difference for one in found],
        "low": [one.interval.low for one in found],
        "high": [one.interval.high for one in found],
        "p": [one.p for one in found],
        "p_holm": [float("nan") if one.p_holm is None else one.p_holm for one in found],
        "usd_per_correct_a": [one.a.usd_per_correct for one in found],
        "usd_per_correct_b": [one.b.usd_per_correct for one in found],
    }
    table = Comparisons(
        {
            "a": pd.Series([_identity(first) for first, _ in combinations(chosen, 2)], dtype=object),
            "b": pd.Series([_identity(second) for _, second in combinations(chosen, 2)], dtype=object),
            "tasks": pd.array([one.tasks for one in found], dtype="Int64"),
            **{name: pd.array(values, dtype="Float64") for name, values in numbers.items()},
            "decisive": pd.array([one.decisive for one in found], dtype="boolean"),
            "verdict": pd.Series([one.verdict for one in found], dtype=object),
            "warnings": pd.Series([" ".join(one.warnings) for one in found], dtype=object),
        }
    )
    over = f" Over {found[0].over}." if len({one.over for one in found}) == 1 else ""
    table.attrs["about"] = (
        f"{counted(len(found), 'pair')}, each on the tasks that both were asked; p by "
        "McNemar's exact test or its form for repeats, corrected by Holm for the number of pairs; 95 % intervals, "
        f"not corrected.{over}"
    )
    return table


def _telling_apart(rows: pd.DataFrame) -> str:
    """The first of model, prompt, cap and swept parameters of which the rows hold several; the model if none is."""
    names = configuration_columns(checked(rows))
    several = (name for name in names if name in rows.columns and rows[name].nunique(dropna=False) > 1)
    return next(several, "model")


@dataclass(frozen=True)
class _Resampled:
    """Limits of one pair's figures."""

    difference: Interval
    cost_a: Interval
    cost_b: Interval
    cost_ratio: Interval


def compared(pairs: list[Pair]) -> list[Comparison]:
    """Compare each pair, with Holm's correction for their number."""
    limits = _resampled(pairs)
    p_values = np.array([_probability(pair) for pair in pairs])
    tested = int(np.isfinite(p_values).sum())
    corrected = stats.holm(p_values)
    results = []
    for pair, limit, p, p_holm in zip(pairs, limits, p_values, corrected, strict=True):
        difference = float(pair.difference.mean()) if len(pair.task) else float("nan")
        mean_square = float((pair.difference**2).mean()) if len(pair.task) else float("nan")
        cost_a, cost_b = pair.a.cost(), pair.b.cost()
        right_a, right_b = pair.a.right, pair.b.right
        results.append(
            Comparison(
                a=Side(pair.a.name, pair.a.values, *pair.a.figures(), cost_a, limit.cost_a, pair.a.seconds_p50),
                b=Side(pair.b.name, pair.b.values, *pair.b.figures(), cost_b, limit.cost_b, pair.b.seconds_p50),
                tasks=len(pair.task),
                both=float((right_a * right_b).sum()),
                only_a=float((right_a * (1 - right_b)).sum()),
                only_b=float(((1 - right_a) * right_b).sum()),
                neither=float(((1 - right_a) * (1 - right_b)).sum()),
                difference=difference,
                interval=limit.difference,
                p=float(p),
                method=_ONE_EACH if pair.one_each else _ALL_ALIKE if _are_all_alike(pair) else _REPEATED,
                over=pair.over,
                averaged=pair.averaged,
                cost_ratio=cost_a / cost_b if cost_b > 0 else float("nan"),
                cost_ratio_interval=limit.cost_ratio,
                tasks_to_settle=stats.tasks_to_settle(difference, mean_square, alpha=ALPHA / max(tested, 1)),
                warnings=pair.warnings,
                p_holm=float(p_holm) if tested > 1 else None,
                pairs=max(tested, 1),
            )
        )
    return results


def _probability(pair: Pair) -> float:
    if not len(pair.task):
        return float("nan")
    if pair.one_each:
        return stats.mcnemar(int((pair.difference > 0).sum()), int((pair.difference < 0).sum()))
    return stats.sign_flip(pair.difference)


def _resampled(pairs: list[Pair]) -> list[_Resampled]:
    """Limits by drawing tasks; all pairs share the draws."""
    tasks = np.unique(np.concatenate([pair.task for pair in pairs]))
    table = np.zeros((len(tasks), len(pairs), 6))
    for place, pair in enumerate(pairs):
        lines = np.searchsorted(tasks, pair.task)
        figures = (np.ones(len(lines)), pair.difference, pair.a.usd, pair.a.right, pair.b.usd, pair.b.right)
        table[lines, place] = np.column_stack([np.nan_to_num(figure) for figure in figures])
    sums = stats.bootstrap_sums(table.reshape(len(tasks), len(pairs) * 6))
    sums = sums.reshape(len(sums), len(pairs), 6)
    return [_limits(pair, sums[:, place]) for place, pair in enumerate(pairs)]


def _limits(pair: Pair, sums: NDArray[np.float64]) -> _Resampled:
    tasks = len(pair.task)
    present, difference, usd_a, right_a, usd_b, right_b = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        cost_a, cost_b = usd_a / right_a, usd_b / right_b
        draws = [difference / present, cost_a, cost_b, np.log(cost_a / cost_b)]
    known = [True, not np.isnan(pair.a.cost()), not np.isnan(pair.b.cost())]
    known.append(known[1] and known[2] and pair.a.cost() > 0 and pair.b.cost() > 0)
    limits = [
        stats.bootstrap_interval(draw, tasks) if certain else stats.UNKNOWN
        for draw, certain in zip(draws, known, strict=True)
    ]
    if pair.one_each or _are_all_alike(pair):
        # Differences that are all alike leave nothing to draw from: each task counts as what it is worth to one side.
        only_a, only_b = (float(np.maximum(side, 0).sum()) for side in (pair.difference, -pair.difference))
        limits[0] = stats.paired_interval(only_a, only_b, tasks)
    limits[3] = Interval(*(float(np.exp(end)) for end in limits[3]))
    return _Resampled(*limits)


def _are_all_alike(pair: Pair) -> bool:
    return len(pair.difference) > 1 and float(np.ptp(pair.difference)) == 0


def _identity(choice: Chosen) -> str:
    values = choice.values
    return str(next(iter(values.values()))) if len(values) == 1 else choice.name


def _columns_of(choice: Any, on: str) -> list[str]:
    return [str(name) for name in choice] if isinstance(choice, Mapping) else [on]
