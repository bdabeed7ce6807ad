"""A comparison that may be looked at after every task: betting on the paired differences, and what the bets won.

Whoever bets on a difference that is not there wins nothing in the long run, whenever he stops (Ville 1939). So the
stakes won are evidence that holds at any time: Waudby-Smith & Ramdas (2024), J. R. Stat. Soc. B 86:1; Howard, Ramdas,
McAuliffe & Sekhon (2021), Ann. Stat. 49:1055. A plan whose looks and end are known needs less: see `spending`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.analysis.stats import ALPHA, Floats, Interval

_STAKES: Final = np.array([0.03, 0.06, 0.1, 0.15, 0.2, 0.28, 0.36, 0.45, 0.55, 0.65, 0.75, 0.86])
"""Shares of the largest stake that cannot lose all; a bettor plays each with a part of what he has."""

_GRID: Final = np.linspace(-1, 1, 401)
_AT_ONCE: Final = 2_000_000


class Known(NamedTuple):
    """What is known of a difference after so many tasks: `p` and the interval hold although it was looked at before.

    `equal` says that the difference is shown to be smaller than the margin.
    """

    tasks: int
    difference: float
    interval: Interval
    p: float
    equal: bool


def known_of(differences: ArrayLike, *, within: float, alpha: float = ALPHA) -> Known:
    """Tell what the differences, one a task in the order in which they came, say of their mean.

    The interval holds the mean with a chance of 1 - `alpha` whenever one stops, whatever made one stop.

    >>> known = known_of([1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1], within=0.03)
    >>> known.p < 0.05, round(known.interval.low, 2) > 0
    (True, True)
    """
    values = np.asarray(differences, float)
    if not len(values):
        return Known(0, float("nan"), Interval(-1.0, 1.0), 1.0, False)
    against_more, against_less = won(values, _GRID)
    # The two bets of a mean share the stake of 1; the best moment of either counts, for the evidence never lapses.
    together = np.logaddexp(against_more, against_less).max(axis=0) - np.log(2)
    left = np.flatnonzero(together < np.log(1 / alpha))
    step = 0.999 * (_GRID[1] - _GRID[0])  # a mean between two that are ruled out is ruled out, and 0 is on the grid
    interval = (
        Interval(max(-1.0, float(_GRID[left[0]] - step)), min(1.0, float(_GRID[left[-1]] + step)))
        if len(left)
        else Interval(float(values.mean()), float(values.mean()))
    )
    more, less = won(values, np.array([0.0, within, -within]))
    p = float(np.exp(-(np.logaddexp(more[:, 0], less[:, 0]).max() - np.log(2))))
    # Equal is two claims: less than the margin above, and less than it below; each by the bet of that side alone.
    p_equal = float(max(np.exp(-less[:, 1].max()), np.exp(-more[:, 2].max())))
    return Known(len(values), float(values.mean()), interval, min(1.0, p), p_equal < alpha)


def won(differences: Floats, means: Floats) -> tuple[Floats, Floats]:
    """The logarithm of what bets have won after every task, one column a mean: that it is more, and that it is less.

    >>> more, less = won(np.array([1.0, 1.0, 1.0]), np.array([0.0]))
    >>> bool(more[-1, 0] > 0 > less[-1, 0])
    True
    """
    return _one_way(differences, means), _one_way(-differences, -means)


def _one_way(values: Floats, means: Floats) -> Floats:
    """Bets that the mean is above each of `means`, for values from -1 to 1."""
    most = 1 / np.maximum(1 + means, 1e-9)  # a larger stake could lose more than all
    stakes = most[:, None] * _STAKES
    found = np.empty((len(values), len(means)))
    before: NDArray[np.float64] = np.zeros(stakes.shape)
    step = max(1, _AT_ONCE // stakes.size)
    for start in range(0, len(values), step):
        part = values[start : start + step]
        gains = np.log1p(stakes * (part[:, None, None] - means[:, None]))
        running = before + np.cumsum(gains, axis=0)
        before = running[-1]
        top = running.max(axis=2, keepdims=True)
        found[start : start + step] = np.log(np.exp(running - top).mean(axis=2)) + top[..., 0]
    return found
