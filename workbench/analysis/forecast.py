"""How many tasks a comparison needs: before it, from what is usual, and after it, from what was seen, as a range."""

from __future__ import annotations

import functools
import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

POWER: Final = 0.8
"""How sure a forecast number of tasks is to settle a comparison."""

USUAL_DISAGREEMENT: Final = 0.3
"""The share of tasks that only one of two models solves, where nothing is known of them."""

SHARE_BETWEEN_TASKS: Final = 0.3
"""How much of the variance of a task's difference stays, however often the task is repeated."""

_CREDIBLE: Final = 0.8
_WIDEST_DIFFERENCE: Final = 0.25
"""Standard deviation of differences between models, before anything is seen."""

MOST: Final = 10_000
"""Tasks beyond which no number is named."""


class More(NamedTuple):
    """How many more tasks would settle a comparison: a range, and the likeliest number; infinite beyond `MOST`."""

    low: float
    likeliest: float
    high: float


def tasks_to_settle(difference: float, mean_square: float, *, power: float = POWER, alpha: float = 0.05) -> float:
    """How many tasks a paired comparison needs to be decided, if the differences per task go on as they are.

    `mean_square` is the mean of the squared differences: with one sample a task the share of tasks that only one side
    solves. (z(1 - alpha/2) sqrt(m) + z(power) sqrt(m - d²))² / d²: Connor (1987), Biometrics 43:207. Infinite when
    the difference is 0.

    >>> round(tasks_to_settle(0.1, 0.25))
    194
    """
    if difference == 0:
        return float("inf")
    false_verdict = _quantile(1 - alpha / 2) * math.sqrt(mean_square)
    missed_verdict = _quantile(power) * math.sqrt(max(0.0, mean_square - difference**2))
    return (false_verdict + missed_verdict) ** 2 / difference**2


def more_tasks(difference: float, error: float, mean_square: float, tasks: int, *, alpha: float = 0.05) -> More:
    """How many more tasks would settle a comparison that has `tasks` already, as a range that is 80 % sure.

    From the posterior of the difference: normal around what was seen with its standard `error`, drawn towards 0 by a
    normal prior of 25 points. Each end is the number for the 90th and the 10th percentile of the size of the
    difference, each settling it four times in five (`tasks_to_settle`).

    >>> low, likeliest, high = more_tasks(0.1, 0.06, 0.2, 40)
    >>> round(low), round(likeliest), round(high)
    (12, 133, 2295)
    """
    import numpy as np

    weight = _WIDEST_DIFFERENCE**2 / (_WIDEST_DIFFERENCE**2 + error**2)
    middle, spread = abs(difference) * weight, error * np.sqrt(weight)
    sizes = np.quantile(np.abs(middle + spread * _normal()), [(1 + _CREDIBLE) / 2, 0.5, (1 - _CREDIBLE) / 2])
    found = []
    for size in sizes:
        needed = tasks_to_settle(float(size), max(mean_square, float(size) ** 2), alpha=alpha) - tasks
        found.append(float("inf") if needed > MOST else max(1.0, needed))
    return More(*found)


def tasks_to_equal(within: float, mean_square: float, *, power: float = POWER, alpha: float = 0.05) -> float:
    """How many tasks show two equally good configurations to be equal within a margin (two one-sided tests).

    (z(1 - alpha) + z((1 + power)/2))² m / margin²: Chow, Shao & Wang, Sample Size Calculations (2008), section 3.2. At
    least -log(alpha) / margin: with fewer, a rare difference as large as the margin may not have come up.

    >>> round(tasks_to_equal(0.03, 0.3))
    2855
    """
    known = (_quantile(1 - alpha) + _quantile((1 + power) / 2)) ** 2 * mean_square / within**2
    return max(known, -math.log(alpha) / within)


def disagreement(repeats: int) -> float:
    """The mean square of a task's difference that is usual with so many samples of each task.

    >>> disagreement(1), round(disagreement(3), 2)
    (0.3, 0.16)
    """
    return USUAL_DISAGREEMENT * (SHARE_BETWEEN_TASKS + (1 - SHARE_BETWEEN_TASKS) / repeats)


def told_apart(tasks: int, repeats: int = 1, *, alpha: float = 0.05) -> float:
    """The smallest difference that so many tasks tell apart four times in five, where nothing is known of the models.

    NaN where not even a difference of 90 points would be.

    >>> round(told_apart(60), 2), round(told_apart(240), 2)
    (0.2, 0.1)
    """
    usual = disagreement(repeats)
    for step in range(_SIZES):
        size = 0.002 + step * (0.9 - 0.002) / (_SIZES - 1)
        if tasks_to_settle(size, max(usual, size**2, size / repeats), alpha=alpha) <= tasks:
            return size
    return float("nan")


_SIZES: Final = 450
"""Differences that are looked at."""


@functools.lru_cache(maxsize=256)
def _quantile(level: float) -> float:
    """Of the normal distribution: the standard library has it, and a plan that is only looked at needs no SciPy."""
    return NormalDist().inv_cdf(level)


@functools.cache
def _normal() -> NDArray[np.float64]:
    """A normal distribution as two thousand equally likely values."""
    import numpy as np
    from scipy import special

    return np.asarray(special.ndtri((np.arange(2000) + 0.5) / 2000), float)
