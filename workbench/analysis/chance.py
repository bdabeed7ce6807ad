"""How likely chance alone brings a difference as large, on the same tasks: McNemar's mid-P and its form for repeats."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from workbench.analysis.stats import Floats

_FLIPS: Final = 9_999
_MOST_FLIPPED: Final = 100
_FINEST_STEP: Final = 120
_LONGEST_WALK: Final = 40_000
_SAME: Final = 1e-9


def mcnemar(only_a: ArrayLike, only_b: ArrayLike) -> Floats:
    """McNemar's mid-P, two-sided, for many pairs at once: do tasks that only one of two solves split evenly?

    The exact binomial p less half the chance of what was seen. The exact test gives away power, and this one hardly
    ever exceeds its level: Fagerland, Lydersen & Laake (2013), BMC Med. Res. Methodol. 13:91.

    >>> round(float(mcnemar(10, 2)), 6)
    0.022461
    """
    only_a, only_b = np.asarray(only_a, np.int64), np.asarray(only_b, np.int64)
    fewer, number = np.minimum(only_a, only_b), only_a + only_b
    rarer = np.where(fewer > 0, special.bdtr(np.maximum(fewer - 1.0, 0.0), number, 0.5), 0.0)
    below = special.bdtr(fewer.astype(float), number, 0.5) + rarer
    return np.asarray(np.where(only_a == only_b, 1.0, np.minimum(1.0, below)), float)


def sign_flip(differences: ArrayLike, *, seed: int = 0) -> float:
    """Two-sided mid-P of paired differences, one per task, by flipping their signs: McNemar's test for repeats.

    Fisher's randomisation test (The Design of Experiments, 1935, section 21): were both equally good, each task's
    difference might as well have the other sign. All flips are counted where the differences move in common steps, as
    those of repeats do; else 9,999 random flips are drawn, and beyond 100 tasks the normal limit is taken. With
    differences of -1, 0 and 1 it is `mcnemar`.

    >>> round(sign_flip([1] * 10 + [-1] * 2 + [0] * 30), 6)
    0.022461
    """
    values = np.asarray(differences, float)
    values = values[np.abs(values) > _SAME]
    if len(values) < 2:
        return 1.0
    steps = _in_steps(values)
    if steps is not None and int(np.abs(steps).sum()) * len(steps) <= _LONGEST_WALK * _MOST_FLIPPED:
        return _all_flips(steps)
    if len(values) > _MOST_FLIPPED:
        return float(2 * special.ndtr(-abs(values.sum()) / np.sqrt((values**2).sum())))
    flips = np.random.default_rng(seed).integers(0, 2, (_FLIPS, len(values))) * 2 - 1
    sums, seen = np.abs(flips @ values), abs(float(values.sum()))
    as_far, farther = (sums >= seen - _SAME).sum() + 1, (sums > seen + _SAME).sum()
    return float((as_far + farther) / 2 / (_FLIPS + 1))


def _in_steps(values: Floats) -> NDArray[np.int64] | None:
    """The values as whole numbers of a common step; None where there is no such step that is not too fine."""
    together = 1
    for value in np.unique(np.abs(values)):
        together = lcm(together, Fraction(float(value)).limit_denominator(_FINEST_STEP).denominator)
        if together > _FINEST_STEP:
            return None
    scaled = values * together
    whole = np.rint(scaled)
    return whole.astype(np.int64) if np.abs(scaled - whole).max() < 1e-6 else None


def _all_flips(steps: NDArray[np.int64]) -> float:
    """The mid-P over all flips: the chance of every sum, one difference after the other."""
    sizes = np.abs(steps)
    sizes = sizes // np.gcd.reduce(sizes)
    signs = np.sign(steps)
    reach = int(sizes.sum())
    chances = np.zeros(2 * reach + 1)
    chances[reach] = 1.0
    for size in sizes.tolist():
        half = chances / 2
        chances = np.zeros_like(chances)
        chances[size:] += half[:-size]
        chances[:-size] += half[size:]
    seen = abs(int((signs * sizes).sum()))
    if seen == 0:
        return 1.0
    farther = chances[reach + seen + 1 :].sum()
    return float(min(1.0, 2 * farther + chances[reach + seen]))
