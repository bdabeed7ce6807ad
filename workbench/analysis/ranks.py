"""Configurations ranked: what one gets right, what a task costs and how long it takes, the best first.

The limits of all accuracies hold together (Bonferroni): whoever takes the one that looks best has picked it for looking
so, and its own 95 % limits would promise too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis import stats
from workbench.analysis.intervals import share_limits, share_over_tasks
from workbench.analysis.means import limits_of_means
from workbench.analysis.tokens import tokens_of
from workbench.rows.configurations import configuration_columns, grouped, numbers
from workbench.rows.standing import ERROR, RIGHT, STANDINGS, WRONG, scored, standing
from workbench.rows.table import checked

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats = stats.Floats

WHOLE_SHARE: Final = 0.8
"""A configuration with scored replies to fewer of the tasks than this is listed, and not recommended."""

COUNTS: Final = ("right", "wrong", "never_answered", "errors", "unscored")
_WHOLE: Final = ("tasks", "tasks_scored", "calls", "unsure", "unsure_right", "unpriced", "place", *COUNTS)


def ranking(rows: pd.DataFrame) -> pd.DataFrame:
    """Rank the configurations, one line each, the best first: accuracy, then cost, then time.

    Columns: those that tell configurations apart; `tasks` asked and `tasks_scored`, `calls`, how they stood, `unsure`
    marks and those of them that are right; `accuracy` (strict) with `accuracy_low` and `accuracy_high`, 95 % limits for
    all lines together (Wilson, clustered by task, at 1 - 0.05 / lines); `usd_per_task`, a mean over the replies whose
    price is known, with bootstrap limits over tasks, and `unpriced` replies; `seconds_p50` and `seconds_p95`;
    `tokens_per_task`, a mean of what it wrote, and `prompt_tokens_per_task` of what it was sent; `whole`: whether it
    was scored on at least four fifths of the tasks of the fullest line; `place`, its number in order of appearance.
    Raises InputError for rows that are empty or lack a column.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "model": model, "outcome": "answered", "correct": n < right, "usd": 0.01}
    ...               for model, right in (("small", 4), ("big", 9)) for n in range(10)])
    >>> ranking(rows)[["model", "accuracy", "usd_per_task"]].round(4).values.tolist()
    [['big', 0.9, 0.01], ['small', 0.4, 0.01]]
    """
    rows = checked(rows, "task_id", "outcome", "correct", minimum=1)
    names = configuration_columns(rows)
    group, lines = grouped(rows, names)
    columns = _columns(rows, group, len(lines))
    figures = {
        name: pd.array(values, dtype="Int64" if name in _WHOLE else "boolean" if name == "whole" else "Float64")
        for name, values in columns.items()
    }
    lines = pd.concat([lines, pd.DataFrame(figures)], axis="columns")
    order = np.lexsort(
        [
            np.nan_to_num(columns["seconds_p50"], nan=np.inf),
            np.nan_to_num(columns["usd_per_task"], nan=np.inf),
            -np.nan_to_num(columns["accuracy"], nan=-1),
            ~columns["whole"],
        ]
    )
    ranked = lines.iloc[order].reset_index(drop=True)
    ranked.attrs["by"] = names
    return ranked


def without_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without their longest texts, which no comparison looks at and which take most of its time."""
    return rows.drop(columns=[name for name in _TEXTS if name in rows.columns])


_TEXTS: Final = ("task_question", "answer", "thinking", "extracted", "error_message", "key")


def _columns(rows: pd.DataFrame, group: NDArray[np.intp], groups: int) -> dict[str, NDArray[Any]]:
    standings = standing(rows)
    counts_in = scored(rows, standings)
    task = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
    cells, cell = np.unique(group * (int(task.max()) + 1) + task, return_inverse=True)
    cell_group = cells // (int(task.max()) + 1)
    trials = np.bincount(cell, counts_in, len(cells))
    right = np.bincount(cell, (standings == RIGHT) & counts_in, len(cells))
    tasks_scored = np.bincount(cell_group, trials > 0, groups)
    accuracy, low, high = _accuracies(cell_group, right, trials, groups)
    unsure = np.zeros(len(rows), bool)
    if "sure" in rows.columns:
        unsure = (standings <= WRONG) & ~rows["sure"].fillna(True).to_numpy(bool)
    spoke = standings != ERROR
    usd, seconds, tokens = numbers(rows, "usd"), numbers(rows, "seconds"), tokens_of(rows)
    p50, p95 = _quantiles(np.where(spoke, seconds, np.nan), group, groups)
    found: dict[str, NDArray[Any]] = {
        "tasks": np.bincount(cell_group, minlength=groups),
        "tasks_scored": tasks_scored,
        "calls": np.bincount(group, minlength=groups),
    }
    for code in range(len(STANDINGS)):
        found[COUNTS[code]] = np.bincount(group, standings == code, groups)
    priced = np.where(spoke, usd, np.nan)
    usd_limits = (
        np.array(limits_of_means(priced, task, group, groups)) if (priced > 0).any() else np.full((groups, 2), np.nan)
    )
    return {
        **found,
        "unsure": np.bincount(group, unsure, groups),
        "unsure_right": np.bincount(group, unsure & (standings == RIGHT), groups),
        "accuracy": accuracy,
        "accuracy_low": low,
        "accuracy_high": high,
        "usd_per_task": _means(priced, group, groups),
        "usd_per_task_low": usd_limits[:, 0],
        "usd_per_task_high": usd_limits[:, 1],
        "unpriced": np.bincount(group, spoke & np.isnan(usd), groups),
        "seconds_p50": p50,
        "seconds_p95": p95,
        "tokens_per_task": _means(np.where(spoke, tokens.output, np.nan), group, groups),
        "prompt_tokens_per_task": _means(np.where(spoke, tokens.prompt, np.nan), group, groups),
        "whole": tasks_scored >= max(1, WHOLE_SHARE * int(tasks_scored.max(initial=0))),
        "place": np.arange(groups),
    }


def _accuracies(
    cell_group: NDArray[np.intp], right: NDArray[Any], trials: NDArray[Any], groups: int
) -> tuple[Floats, Floats, Floats]:
    """Accuracy and its limits by configuration; a task is the unit, however often it was sampled."""
    confidence = 1 - (1 - stats.CONFIDENCE) / max(1, groups)
    asked = (trials > 0).astype(float)
    share = np.divide(right, trials, out=np.zeros(len(trials)), where=trials > 0)
    low, high = share_limits(
        np.bincount(cell_group, right, groups), np.bincount(cell_group, trials, groups), confidence=confidence
    )
    ends = np.searchsorted(cell_group, np.arange(groups + 1))
    for line in np.unique(cell_group[trials > 1]):
        mine = slice(ends[line], ends[line + 1])
        limits = share_over_tasks(share[mine], asked[mine], trials[mine], confidence=confidence)
        low[line], high[line] = limits.one()
    return _quotient(np.bincount(cell_group, share, groups), np.bincount(cell_group, asked, groups)), low, high


def _means(values: Floats, group: NDArray[np.intp], groups: int) -> Floats:
    known = ~np.isnan(values)
    return _quotient(np.bincount(group, np.where(known, values, 0.0), groups), np.bincount(group, known, groups))


def _quantiles(values: Floats, group: NDArray[np.intp], groups: int) -> tuple[Floats, Floats]:
    found = np.full((2, groups), np.nan)
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(groups + 1))
    for line in range(groups):
        mine = values[order[ends[line] : ends[line + 1]]]
        mine = mine[~np.isnan(mine)]
        if len(mine):
            found[:, line] = np.quantile(mine, [0.5, 0.95])
    return found[0], found[1]


def _quotient(above: NDArray[Any], below: NDArray[Any]) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)
