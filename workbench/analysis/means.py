"""Means of groups of calls, with limits by drawing tasks: repeats of one task are averaged first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.analysis import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray


def limits_of_means(
    values: stats.Floats, task: NDArray[np.intp], group: NDArray[np.intp], groups: int
) -> list[stats.Interval]:
    """The 95 % bootstrap limits, over tasks, of each group's mean; values that are NaN are left out.

    `task` and `group` number the task and the group of each value. See `stats.bootstrap_means`.

    >>> limits_of_means(np.array([1.0, 1.0, 1.0]), np.array([0, 1, 2]), np.array([0, 0, 0]), 1)
    [Interval(low=1.0, high=1.0)]
    """
    known = ~np.isnan(values)
    cell, size = task * groups + group, (int(task.max(initial=-1)) + 1) * groups
    sums, calls = np.bincount(cell, np.where(known, values, 0), size), np.bincount(cell, known, size)
    with np.errstate(invalid="ignore"):
        return stats.bootstrap_means((sums / calls).reshape(-1, groups))


def frontier(cost: stats.Floats, accuracy: stats.Floats) -> list[int]:
    """Find the places that nothing at most as dear beats, in order of cost.

    >>> frontier(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.4, 0.9]))
    [0, 2]
    """
    best: list[int] = []
    for place in np.lexsort((-accuracy, cost)):
        if not best or accuracy[place] > accuracy[best[-1]]:
            best.append(int(place))
    return best
