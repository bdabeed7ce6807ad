"""What further looks at the same comparison cost: the error that the first look left unspent is all that they have."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from workbench.analysis.chance import mcnemar
from workbench.analysis.intervals import difference_over_tasks
from workbench.analysis.pairing import Pair
from workbench.analysis.stats import ALPHA, Floats
from workbench.rows import looks

LEAST_UNSPENT: Final = 0.002
"""What further looks share at least: their false verdicts mostly are those of the first look, so this adds less."""

_MOST_UNSPENT: Final = 0.01
_MOST_RECKONED: Final = 500


class Looked(NamedTuple):
    """How often the same was looked at before, with fewer tasks, and what p must be below now, and next time."""

    earlier: int
    level: float
    next_level: float = ALPHA


def looks_at(pair: Pair) -> Looked:
    """Remember a look at a pair with its run, and tell how small p must be after those before it.

    The first look is tested at 5 %. What that test does not use up, because p moves in steps, is shared out among all
    further looks: 1/2, 1/6, 1/12 and so on of it, which adds up to the whole after any number of looks. A sweep that
    stopped when it knew has counted its own looks, and spent all of its error: whoever looks at more tasks after it has
    what further looks have at least.
    """
    if not pair.marks or not pair.runs:
        return Looked(0, ALPHA, ALPHA)
    what = json.dumps(sorted(json.dumps(dict(side.values), sort_keys=True, default=str) for side in (pair.a, pair.b)))
    watched = pair.order is not None
    unspent = 0.0 if watched else _unspent(pair)
    look = looks.Look(what, len(pair.task), pair.a.calls + pair.b.calls, unspent)
    before = looks.earlier(pair.runs, look, pair.marks)
    if watched:
        return Looked(0, ALPHA, level_at(2, 0.0))
    first = before[0].unspent if before else unspent
    return Looked(len(before), level_at(len(before) + 1, first), level_at(len(before) + 2, first))


def level_at(look: int, unspent: float) -> float:
    """What p must be below at a look, from 1, where the first left so much of the error unspent.

    >>> level_at(1, 0.008), level_at(2, 0.008), round(level_at(3, 0.008), 4)
    (0.05, 0.004, 0.0013)
    """
    if look == 1:
        return ALPHA
    return float(np.clip(unspent, LEAST_UNSPENT, _MOST_UNSPENT)) / (look * (look - 1))


def _unspent(pair: Pair) -> float:
    """How much of the 5 % the test leaves, given how many tasks only one side solved; 0 where nobody reckons it."""
    apart, tasks = int((pair.difference != 0).sum()), len(pair.task)
    if not pair.one_each or not 0 < apart < _MOST_RECKONED:
        return 0.0
    only_a = np.arange(apart + 1)
    low, high = difference_over_tasks(_pattern(apart, tasks, only_a))
    decided = (mcnemar(only_a, apart - only_a) < ALPHA) & ((low > 0) | (high < 0))
    chance = special.binom(apart, only_a) * 0.5**apart
    return max(0.0, ALPHA - float(chance[decided].sum()))


def _pattern(apart: int, tasks: int, only_a: NDArray[np.intp]) -> Floats:
    """The differences of so many tasks of which `apart` differ, one line for each number that go to a."""
    places = np.arange(tasks)
    return np.where(places < only_a[:, None], 1.0, np.where(places < apart, -1.0, 0.0))
