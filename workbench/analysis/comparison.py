"""Two configurations on the same tasks, paired: which is better, by how much, how sure, at what cost.

Replies are paired in cells: one task with one prompt, one max_tokens and one value of every swept parameter, except for
what the two sides are chosen by. Only cells that both sides have count. Samples are averaged within a cell, cells
within a task, and the task is the unit of every test and interval: repeats and prompts of one task are not new evidence
about other tasks. Strict accuracy is compared, so a reply that never answered is not right; failed calls and calls
without a target are left out, and said.

One call a side and task: McNemar's mid-P. Otherwise: the same test carried over to repeats (the signs of the tasks'
differences flipped). The interval over tasks has a width even where all of them agree. Rows of a sweep that stopped
when it knew are judged by the looks that it took, or by bets, which hold whenever one stops.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from workbench.analysis import betting, stats
from workbench.analysis.chance import mcnemar, sign_flip
from workbench.analysis.chosen import Chosen, name_choices
from workbench.analysis.compared import Side
from workbench.analysis.forecast import More, more_tasks, tasks_to_settle
from workbench.analysis.in_parts import of_both
from workbench.analysis.intervals import (
    Taken,
    difference_over_tasks,
    equality_over_tasks,
    quotient_over_tasks,
    ratio_of_quotients,
)
from workbench.analysis.looking import Looked, looks_at
from workbench.analysis.pairing import ComparedRows, Pair, PairedSide
from workbench.analysis.shrinking import shrunken
from workbench.analysis.spending import known_at
from workbench.analysis.stats import ALPHA, UNKNOWN, Interval
from workbench.analysis.verdicts import Comparison as Comparison
from workbench.analysis.verdicts import Comparisons as Comparisons
from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns, grouped
from workbench.rows.segments import Segments
from workbench.rows.table import checked
from workbench.show.figures import counted

WITHIN: Final = 0.03
"""A difference below this does not matter, unless the user names another margin."""

ONE_ERROR: Final = 0.6827
"""The confidence of an interval of one standard error on either side."""

_ONE_EACH: Final = "McNemar's mid-P with an interval after Bonett and Price"
_REPEATED: Final = "Signs of the tasks' differences flipped (McNemar's mid-P for repeats), with an interval over tasks"
_ANY_TIME: Final = "Bets on the tasks' differences in the order in which they came: valid whenever one stops"
_LIMITS_BY_LOOKS: Final = (
    "Limits over tasks at every look of the plan, which share the error: valid at whichever one stops"
)
_BY_LOOKS: Final = "McNemar's test at every look of the plan, which share the error: valid at whichever one stops"


def compare(rows: pd.DataFrame | Segments, a: Any, b: Any, on: str = "model", *, within: float = WITHIN) -> Comparison:
    """Compare two configurations on the tasks that both were asked, and give a verdict: better, equal, not decisive.

    `a` and `b` are values of the column `on`, or mappings of column to value such as
    `{"model": "local/smollm2-135m-think", "max_tokens": 64}`. Prompts, caps and swept parameters that are not chosen by
    are matched, and averaged within each task. Equal means that the difference is shown to be smaller than `within`
    (two one-sided tests at 5 %). Further looks at the same comparison with more tasks are remembered with the run, and
    p must be smaller then. Raises InputError for rows that are empty or lack a column, and for a configuration that the
    rows do not hold.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "model": model, "outcome": "answered", "correct": n < right, "usd": 0.01}
    ...               for model, right in (("big", 18), ("small", 8)) for n in range(20)])
    >>> result = compare(rows, "big", "small")
    >>> print(result.verdict.partition(" (")[0])
    big is better than small: 90 % against 40 % right on the same 20 tasks, 50 points more
    >>> result.only_a, result.only_b, round(result.p, 4)
    (10.0, 0.0, 0.001)
    """
    if isinstance(rows, Segments):
        rows = of_both(rows, a, b, on)
    replies = ComparedRows(rows, [*_columns_of(a, on), *_columns_of(b, on)])
    first, second = name_choices([replies.choose(a, on), replies.choose(b, on)])
    if first.values == second.values:
        raise InputError(f"Both sides are the same configuration: {first.values!r}.")
    return compared([replies.pair(first, second)], within=checked_margin(within))[0]


def checked_margin(within: Any) -> float:
    """A margin in accuracy; raises InputError for what is none."""
    if isinstance(within, bool) or not isinstance(within, int | float) or not 0 < within < 1:
        raise InputError(f"within is {within!r}; give the difference that does not matter, such as 0.03 for 3 points.")
    return float(within)


def compare_all(rows: pd.DataFrame, on: str | Sequence[str] | None = None, *, within: float = WITHIN) -> Comparisons:
    """Compare every pair of configurations that `on` tells apart, with Holm's correction for the number of pairs.

    Without `on`: the models; the prompts where there is one model; the caps or a swept parameter where there is one of
    both. One line a pair, in order of appearance: a, b, tasks, both accuracies, difference with its 95 % limits, p and
    p_holm, usd per correct answer, whether it is decisive or equal within the margin, how often either differs from
    itself, the verdict in words and the warnings. `verdict_as_surest` is the verdict of a pair that is shown because it
    is the surest of all: its interval is corrected for the choice, and `shrunken` is what is left of its difference.
    Raises InputError when the rows hold fewer than two configurations.
    """
    if on is None:
        rows = checked(rows)
    columns = [_telling_apart(rows)] if on is None else [on] if isinstance(on, str) else list(on)
    replies = ComparedRows(rows, columns)
    _, groups = grouped(replies.rows, columns)
    if len(groups) < 2:
        raise InputError(f"There is nothing to compare: the rows hold one value of {', '.join(columns)}.")
    chosen = name_choices([replies.choose(dict(values), columns[0]) for values in groups.to_dict("records")])
    pairs = [replies.pair(first, second) for first, second in combinations(chosen, 2)]
    found = compared(pairs, within=checked_margin(within))
    left = shrunken([one.difference for one in found], [_error(pair) for pair in pairs])
    lines = list(map(_line, combinations(chosen, 2), pairs, found, left.tolist()))
    table = Comparisons(
        {name: pd.Series([line[name] for line in lines], dtype=_TYPES.get(name, "Float64")) for name in lines[0]}
    )
    over = f" Over {found[0].over}." if len({one.over for one in found}) == 1 else ""
    table.attrs["about"] = (
        f"{counted(len(found), 'pair')}, each on the tasks that both were asked; p by "
        "McNemar's mid-P or its form for repeats, corrected by Holm for the number of pairs; 95 % intervals, "
        f"each for itself; the headline's is corrected for the choice.{over}"
    )
    return table


_TYPES: Final[Mapping[str, Any]] = {
    "tasks": "Int64",
    **dict.fromkeys(("decisive", "equal"), "boolean"),
    **dict.fromkeys(("a", "b", "verdict", "verdict_as_surest", "warnings"), "object"),
}
"""Of the columns that hold no numbers with a point."""


def _line(names: tuple[Chosen, Chosen], pair: Pair, one: Comparison, left: float) -> dict[str, Any]:
    """A comparison as a line of a table of all pairs; `left` is what is left of its difference when it is shrunken."""
    surest = _as_surest(pair, one, left)
    return {
        "a": _identity(names[0]),
        "b": _identity(names[1]),
        "tasks": one.tasks,
        "accuracy_a": one.a.accuracy,
        "accuracy_b": one.b.accuracy,
        "difference": one.difference,
        "low": one.interval.low,
        "high": one.interval.high,
        "p": one.p,
        "p_holm": float("nan") if one.p_holm is None else one.p_holm,
        "shrunken": left,
        "low_as_surest": surest.interval.low,
        "high_as_surest": surest.interval.high,
        "noise_a": one.a.noise,
        "noise_b": one.b.noise,
        "usd_per_correct_a": one.a.usd_per_correct,
        "usd_per_correct_b": one.b.usd_per_correct,
        "decisive": one.decisive,
        "equal": one.equal,
        "verdict": one.verdict,
        "verdict_as_surest": surest.verdict,
        "warnings": " ".join(one.warnings),
    }


def _as_surest(pair: Pair, one: Comparison, left: float) -> Comparison:
    """A comparison as it may be told where it was chosen as the surest of many."""
    if one.pairs < 2 or one.any_time:
        return one
    return replace(one, interval=interval_of(pair, 1 - one.level / one.pairs), chosen_of=one.pairs, shrunken=left)


def _telling_apart(rows: pd.DataFrame) -> str:
    """The first of model, prompt, cap and swept parameters of which the rows hold several; the model if none is."""
    names = configuration_columns(rows)
    several = (name for name in names if name in rows.columns and rows[name].nunique(dropna=False) > 1)
    return next(several, "model")


def compared(pairs: list[Pair], *, within: float = WITHIN, remember: bool = True) -> list[Comparison]:
    """Compare each pair, with Holm's correction for their number and for earlier looks at the same.

    With `remember=False` it is a part of another look, such as one kind of its tasks, and counts as none.
    """
    looked = [looks_at(pair) if remember else Looked(0, ALPHA) for pair in pairs]
    known = [_known_any_time(pair, within, ALPHA / max(1, len(pairs))) for pair in pairs]
    p_values = np.array([_probability(pair, any_time) for pair, any_time in zip(pairs, known, strict=True)])
    tested = int(np.isfinite(p_values).sum())
    corrected = stats.holm(p_values)
    results = []
    for pair, any_time, look, p, p_holm in zip(pairs, known, looked, p_values, corrected, strict=True):
        some = len(pair.task) > 0
        difference = float(pair.difference.mean()) if some else float("nan")
        cost_a, cost_b = pair.a.cost(), pair.b.cost()
        right_a, right_b = pair.a.right, pair.b.right
        limits = _cost_limits(pair)
        interval = interval_of(pair, 1 - look.level) if any_time is None else any_time.interval
        equality = _interval_of_equality(pair, 1 - 2 * look.level / max(tested, 1))
        if any_time is not None:
            equality = Interval(-within / 2, within / 2) if any_time.equal else UNKNOWN
        mean_square = _mean_square(pair)
        results.append(
            Comparison(
                a=_side(pair.a, cost_a, limits[0]),
                b=_side(pair.b, cost_b, limits[1]),
                tasks=len(pair.task),
                both=float((right_a * right_b).sum()),
                only_a=float((right_a * (1 - right_b)).sum()),
                only_b=float(((1 - right_a) * right_b).sum()),
                neither=float(((1 - right_a) * (1 - right_b)).sum()),
                difference=difference,
                interval=interval,
                p=float(p),
                method=_method(pair),
                over=pair.over,
                averaged=pair.averaged,
                cost_ratio=cost_a / cost_b if cost_b > 0 else float("nan"),
                cost_ratio_interval=limits[2],
                tasks_to_settle=tasks_to_settle(difference, mean_square, alpha=ALPHA / max(tested, 1)),
                warnings=pair.warnings,
                p_holm=float(p_holm) if tested > 1 else None,
                pairs=max(tested, 1),
                within=within,
                interval_of_equality=equality,
                mean_square=mean_square,
                more=_more(pair, mean_square, look.next_level / max(tested, 1)) if some else None,
                usd_per_task=float(np.mean(pair.a.usd + pair.b.usd)) if some else float("nan"),
                looks=look.earlier,
                level=look.level,
                any_time=any_time is not None,
            )
        )
    return results


def interval_of(pair: Pair, confidence: float) -> Interval:
    """Limits of a pair's difference, with a width even where all tasks agree; NaN for one task or none."""
    if len(pair.task) < 2:
        return UNKNOWN
    return difference_over_tasks(pair.difference, confidence=confidence).one()


def _interval_of_equality(pair: Pair, confidence: float) -> Interval:
    return equality_over_tasks(pair.difference, confidence=confidence).one() if len(pair.task) > 1 else UNKNOWN


def _side(side: PairedSide, cost: float, limits: Interval) -> Side:
    return Side(side.name, side.values, *side.figures(), cost, limits, side.seconds_p50, side.noise)


def _method(pair: Pair) -> str:
    if pair.order is not None:
        return (_BY_LOOKS if pair.one_each else _LIMITS_BY_LOOKS) if pair.ends else _ANY_TIME
    return _ONE_EACH if pair.one_each else _REPEATED


def _probability(pair: Pair, any_time: betting.Known | None) -> float:
    if not len(pair.task):
        return float("nan")
    if any_time is not None:
        return any_time.p
    if pair.one_each:
        return float(mcnemar((pair.difference > 0).sum(), (pair.difference < 0).sum()))
    return sign_flip(pair.difference)


def _known_any_time(pair: Pair, within: float, alpha: float) -> betting.Known | None:
    if pair.order is None:
        return None
    came = pair.difference[pair.order]
    if pair.ends:
        return known_at(came, pair.ends, pair.shares, within=within, alpha=alpha)
    return betting.known_of(came, within=within, alpha=alpha)


def _mean_square(pair: Pair) -> float:
    """The mean of the squared differences, with half a task added on either side."""
    return float(((pair.difference**2).sum() + 1) / (len(pair.task) + 1)) if len(pair.task) else float("nan")


def _error(pair: Pair) -> float:
    low, high = interval_of(pair, ONE_ERROR)
    return (high - low) / 2


def _more(pair: Pair, mean_square: float, alpha: float) -> More | None:
    error = _error(pair)
    if np.isnan(error):
        return None
    return more_tasks(float(pair.difference.mean()), error, mean_square, len(pair.task), alpha=alpha)


def _cost_limits(pair: Pair) -> tuple[Interval, Interval, Interval]:
    """Limits of what a correct answer costs with either side, and of how many times as much it costs with a."""
    sides = [Taken(side.usd, side.right, side.calls_per_task) for side in (pair.a, pair.b)]
    known = [len(pair.task) > 1 and not np.isnan(side.cost()) and side.cost() > 0 for side in (pair.a, pair.b)]
    limits = [quotient_over_tasks(*side).one() if there else UNKNOWN for side, there in zip(sides, known, strict=True)]
    return limits[0], limits[1], ratio_of_quotients(*sides).one() if all(known) else UNKNOWN


def _identity(choice: Chosen) -> str:
    values = choice.values
    return str(next(iter(values.values()))) if len(values) == 1 else choice.name


def _columns_of(choice: Any, on: str) -> list[str]:
    return [str(name) for name in choice] if isinstance(choice, Mapping) else [on]
