"""Which rows go into a page in full: those that say most, all configurations alike, until it would be too large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workbench.analysis.telling import spread_order
from workbench.rows.standing import RIGHT, standing

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST_CASES: Final = 5_000
"""Rows that one page carries with their texts; a page with more would be slow to open and too large to mail."""

MOST_CHARACTERS: Final = 4_000_000
"""Characters of different texts that one page carries."""

LONGEST_TEXT: Final = 20_000
"""A longer text is cut where not all rows fit."""


def fitting(rows: pd.DataFrame, most: int = MOST_CASES, characters: int = MOST_CHARACTERS) -> NDArray[np.intp]:
    """The places of the rows that a page carries in full, in their order; all of them where they fit.

    Whole tasks are taken, so that every configuration keeps its reply beside the others: first, by turns, a task on
    which replies stand differently or a call failed and one that nobody got right, as the grid of tasks begins with;
    then the others; and in each of these groups spread evenly over the order of the rows. Of a task that alone is too
    much, rows spread evenly are taken.
    Needs `task_id`, `outcome` and `correct`.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": n, "outcome": "answered", "correct": n != 7} for n in range(9)])
    >>> fitting(rows, 2).tolist()
    [0, 7]
    """
    import pandas as pd

    lengths = _lengths(rows)
    if len(rows) <= most and int(lengths.sum()) <= characters:
        return np.arange(len(rows))
    lengths = np.minimum(lengths, LONGEST_TEXT)
    task, tasks = pd.factorize(rows["task_id"], use_na_sentinel=False)
    order = _order(standing(rows), task, len(tasks))
    counts, sizes = np.bincount(task, minlength=len(tasks)), np.bincount(task, lengths, len(tasks))
    fits = (np.cumsum(counts[order]) <= most) & (np.cumsum(sizes[order]) <= characters)
    if fits[0]:
        chosen = np.zeros(len(tasks), bool)
        chosen[order[fits]] = True
        return np.flatnonzero(chosen[task])
    mine = np.flatnonzero(task == order[0])
    spread = mine[spread_order(len(mine))]
    few = (np.arange(len(mine)) < most) & (np.cumsum(lengths[spread]) <= characters)
    return np.sort(spread[few])


def _order(standings: NDArray[np.int8], task: NDArray[np.intp], tasks: int) -> NDArray[np.intp]:
    """The tasks, those first that say most."""
    lowest, highest = np.full(tasks, 127), np.zeros(tasks, int)
    np.minimum.at(lowest, task, standings)
    np.maximum.at(highest, task, standings)
    group = np.where(lowest != highest, 0, np.where(lowest != RIGHT, 1, 2))
    parts = []
    for number in range(3):
        mine = np.flatnonzero(group == number)
        parts.append(mine[spread_order(len(mine))])
    differing, nobody, others = parts
    turns = np.concatenate([2 * np.arange(len(differing)), 2 * np.arange(len(nobody)) + 1])
    return np.concatenate([np.concatenate([differing, nobody])[np.argsort(turns, kind="stable")], others])


def _lengths(rows: pd.DataFrame) -> NDArray[Any]:
    """The characters that each row adds: of its texts, those that no row above holds in the same column."""
    total = np.zeros(len(rows), dtype=np.int64)
    for name in text_columns(rows):
        column = rows[name]
        new = ~column.duplicated().to_numpy(bool)
        total[new] += np.array([len(value) if isinstance(value, str) else 0 for value in column[new]], np.int64)
    return total


def text_columns(rows: pd.DataFrame) -> list[str]:
    """The columns of texts that make a page large: all of texts but those whose values are names."""
    return [str(name) for name in rows.columns if holds_texts(rows[name]) and str(name) not in NAMES]


def holds_texts(column: pd.Series[Any]) -> bool:
    """Whether a column is of a type that can hold texts: pandas has several."""
    return column.dtype == object or str(column.dtype).startswith("str")


def too_long(rows: pd.DataFrame) -> bool:
    """Whether the texts of all rows are more than one page carries."""
    return int(_lengths(rows).sum()) > MOST_CHARACTERS


NAMES: Final = frozenset(
    {
        *("task_id", "model", "provider", "served_model", "prompt", "effort", "outcome", "thinking_visibility"),
        *("finish_reason", "thinking_tokens_source", "usd_source", "error", "created_at", "evidence", "run"),
    }
)
"""Columns of short texts that every row keeps, also one whose texts do not fit."""
