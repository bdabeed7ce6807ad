"""A comparison that is looked at after every wave of a plan: the 5 % of false verdicts are spent look by look.

The number of looks is bounded and the plan's end is known, so less has to be paid for looking than by bets, which hold
after any number of tasks for ever: at 60 tasks it finds 20 points in two studies of three in place of less than half.
With one call a side and task a difference is -1, 0 or 1, and between equals as often -1 as 1: what chance brings is
counted. With repeats it is not: where one model is always or never right and the other now and then, equals differ
unevenly, and a test of signs is wrong up to four times as often as it may be. Then the limits over tasks decide, with
their skewness taken out; wide ones where few tasks carry the differences, and else hardly wider than Student's. Most of
the 5 % is spent at the look at six tenths: in 42 worlds of equals, 3,000 studies each, 3.1 % were told apart in the
median, and in the worst about 5.0 %. Where 60 tasks with three samples a side find 20 points four times
in five, and the sides err each by itself, 49 to 54 of 100 studies end by 36 tasks, and a single t test there, with all
of the 5 %, finds 57. Bets, which assume nothing, find 20 by then (a mixture, or stakes that follow the mean), or 8
(online Newton steps).

Lan & DeMets (1983), Biometrika 70:659, with a spending of our own, see `spent`; intervals after Jennison & Turnbull
(1989), J. R. Stat. Soc. B 51:305.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import fft, special

from workbench.analysis.betting import Known
from workbench.analysis.intervals import (
    Limits,
    chance_of_leaning_difference,
    difference_over_tasks,
    equality_over_tasks,
    leaning_difference_over_tasks,
    leaning_equality_over_tasks,
)
from workbench.analysis.stats import ALPHA, Floats, Interval

FIRST_LOOK: Final = 12
"""Tasks of the first wave; with fewer no difference can be told."""

BETWEEN_LOOKS: Final = 0.6**0.5
"""A look has this share of the tasks of the next one."""

_SPENT_AT: Final = ((0.0, 0.25, 0.6, 1.0), (0.0, 0.1, 0.92, 1.0))
_SPENT_UNEVEN_AT: Final = ((0.0, 0.25, 0.45, 0.6, 1.0), (0.0, 0.03, 0.2, 0.97, 1.0))
_EQUAL_SPENDS: Final = 1.8  # two sides, and a tenth less: between the few values of a mean its limits are rounded
_POINTS: Final = 401
_HALVINGS: Final = 50
_FEW: Final = 500
_TINY: Final = 1e-12


def looks(tasks: int) -> tuple[int, ...]:
    """After how many tasks of a plan one looks, the last of them its end.

    >>> looks(60)
    (12, 16, 21, 27, 36, 46, 60)
    """
    found = [tasks]
    share = BETWEEN_LOOKS
    while int(tasks * share + _TINY) >= FIRST_LOOK:
        found.append(int(tasks * share + _TINY))
        share *= BETWEEN_LOOKS
    return tuple(dict.fromkeys(reversed(found)))


def spent(share: ArrayLike, *, even: bool = True) -> Floats:
    """Which share of the error may be spent when this share of a plan is done; `even` is one call a side and task.

    Little at the first looks, where next to nothing is found; most of it by six tenths of the plan, so that what one
    look at the end would find four times in five is found by then in half of the studies.

    >>> [round(float(share), 2) for share in spent([0.25, 0.425, 0.6, 1])]
    [0.1, 0.51, 0.92, 1.0]
    """
    return np.asarray(np.interp(np.asarray(share, float), *(_SPENT_AT if even else _SPENT_UNEVEN_AT)), float)


def known_at(
    differences: ArrayLike, ends: Sequence[int], shares: Sequence[float], *, within: float, alpha: float = ALPHA
) -> Known:
    """Tell what the differences, one a task in the order in which they came, say of their mean at the last look.

    There was a look after each number of tasks of `ends`, when such a share of the plan was done. A false verdict comes
    in at most `alpha` of studies, whichever of the looks is the last.

    >>> known = known_at([1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1], [12], [0.2], within=0.03)
    >>> known.p < 0.05, known.interval.low > 0, known.equal
    (True, True, False)
    """
    values = np.asarray(differences, float)
    ends, shares = _told_apart(ends, shares)
    if not len(values) or not ends:
        return Known(0, float("nan"), Interval(-1.0, 1.0), 1.0, False)
    values = values[: ends[-1]]
    even = bool(np.isin(values, (-1.0, 0.0, 1.0)).all())
    may = spent(shares, even=even) * alpha
    levels = _levels(tuple(ends), tuple(may.tolist()))
    p = _chance(values, ends, may, alpha) if even else _chance_of_limits(values, ends, levels, alpha)
    low, high = _limits(values, float(levels[-1]), even=even).one()
    mean = float(values.mean())
    # The verdict is the test's at the look that decided; the interval, of the last look, says the same of 0.
    if p >= alpha:
        low, high = min(low, 0.0), max(high, 0.0)
    elif mean > 0:
        low = max(low, _TINY)
    else:
        high = min(high, -_TINY)
    equal = _is_equal(values, ends, shares, within, alpha, even=even)
    return Known(len(values), mean, Interval(low, high), p, equal)


def _limits(values: Floats, level: float, *, even: bool) -> Limits:
    """Limits of the mean difference; with values between -1 and 1 those that allow for their skewness."""
    return (difference_over_tasks if even else leaning_difference_over_tasks)(values, confidence=1 - level)


def _chance_of_limits(values: Floats, ends: Sequence[int], levels: Floats, alpha: float) -> float:
    """The p of the look that decided, or of the last: the level at which the limits touch 0, in units of its own."""
    p = 1.0
    for end, level in zip(ends, levels.tolist(), strict=True):
        p = min(1.0, float(chance_of_leaning_difference(values[:end])) * alpha / level)
        if p < alpha:
            break
    return p


def _told_apart(ends: Sequence[int], shares: Sequence[float]) -> tuple[list[int], list[float]]:
    """Looks that brought something new; of several at the same tasks the first counts."""
    kept: dict[int, float] = {}
    for end, share in zip(ends, shares, strict=True):
        if end > 0:
            kept.setdefault(int(end), float(share))
    return list(kept), list(kept.values())


def _chance(values: Floats, ends: Sequence[int], may: Floats, alpha: float) -> float:
    """The p of the look that decided, or of the last one, in units of what may be spent by then."""
    chances: Floats = np.ones(1)  # of so many tasks for the first side, of those on which the two differ, undecided yet
    so_far, done, p = 0.0, 0, 1.0
    for end, most in zip(ends, may.tolist(), strict=True):
        new = int((values[done:end] != 0).sum())
        chances = _together(chances, np.exp(_log_chances(new)))
        done, seen = end, abs(int(values[:end].sum()))
        lead = np.abs(2 * np.arange(len(chances)) - len(chances) + 1)
        as_far = np.cumsum(np.bincount(lead, chances)[::-1])[::-1]
        p = min(1.0, (so_far + float(as_far[seen])) * alpha / most) if seen else 1.0
        if p < alpha:
            return p
        bound = np.flatnonzero(so_far + as_far < most * (1 - _TINY))
        if len(bound) and bound[0] > 0:
            so_far += float(as_far[bound[0]])
            chances[lead >= bound[0]] = 0.0
    return p


def _log_chances(number: int) -> Floats:
    """Logarithms of the chances of 0, 1, … heads in so many throws of a coin."""
    heads = np.arange(number + 1)
    ways = special.gammaln(number + 1) - special.gammaln(heads + 1) - special.gammaln(number - heads + 1)
    return np.asarray(ways - number * np.log(2), float)


def _together(some: Floats, others: Floats) -> Floats:
    """The chances of a sum of two numbers."""
    length = len(some) + len(others) - 1
    if min(len(some), len(others)) < _FEW:
        return np.asarray(np.convolve(some, others), float)
    found = fft.irfft(fft.rfft(some, length) * fft.rfft(others, length), length)
    return np.asarray(np.maximum(found, 0.0), float)


def _is_equal(
    values: Floats, ends: Sequence[int], shares: Sequence[float], within: float, alpha: float, *, even: bool
) -> bool:
    """Was the difference, at any of the looks, shown to be smaller than the margin on either side?"""
    levels = _levels(tuple(ends), tuple((_EQUAL_SPENDS * alpha * spent(shares)).tolist()))
    for end, level in zip(ends, levels.tolist(), strict=True):
        limits = equality_over_tasks if even else leaning_equality_over_tasks
        low, high = limits(values[:end], confidence=1 - level).one()
        if low > -within and high < within:
            return True
    return False


@lru_cache(maxsize=4096)
def _levels(ends: tuple[int, ...], may: tuple[float, ...]) -> Floats:
    """The level of a single test at each look that together spend so much: Armitage, McPherson & Rowe (1969)."""
    found: list[float] = []
    places: Floats = np.zeros(1)
    density: Floats = np.ones(1)
    before, so_far = 0, 0.0
    for end, most in zip(ends, may, strict=True):
        step = np.sqrt(end - before)
        more = most - so_far
        low, high = 0.0, 9.0 * np.sqrt(end)
        for _ in range(_HALVINGS):
            bound = (low + high) / 2
            outside = special.ndtr((places - bound) / step) + special.ndtr((-bound - places) / step)
            low, high = (bound, high) if float(density @ outside) > more else (low, bound)
        found.append(float(2 * special.ndtr(-high / np.sqrt(end))))
        inside = np.linspace(-high, high, _POINTS)
        weights = np.full(_POINTS, inside[1] - inside[0])
        weights[[0, -1]] /= 2
        apart = (inside[None, :] - places[:, None]) / step
        density = (density @ np.exp(-(apart**2) / 2)) / (step * np.sqrt(2 * np.pi)) * weights
        places, before, so_far = inside, end, most
    return np.array(found)
