"""Cohen's kappa: how far two who judged the same things agree beyond what chance would bring."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

import numpy as np
from scipy import special

from workbench.analysis.stats import CONFIDENCE

_FEWEST: Final = 2


class Kappa(NamedTuple):
    """Cohen's kappa with its interval, NaN where nothing is known; `agreed` is the plain share of `n`."""

    kappa: float
    low: float
    high: float
    agreed: float
    n: int


def kappa(one: Sequence[Hashable], other: Sequence[Hashable], *, confidence: float = CONFIDENCE) -> Kappa:
    """Cohen's kappa of two lists of classes: 1 is full agreement, 0 what chance brings, below 0 less than that.

    Cohen (1960), Educ. Psychol. Meas. 20:37; the large-sample variance is that of Fleiss, Cohen & Everitt (1969),
    Psychol. Bull. 72:323. NaN where both always say the same one class, since then chance explains everything.

    >>> found = kappa("aabbab", "aabbaa")
    >>> round(found.kappa, 3), round(found.agreed, 3), found.n
    (0.667, 0.833, 6)
    """
    pairs = list(zip(one, other, strict=True))
    unknown = float("nan")
    if len(pairs) < _FEWEST:
        return Kappa(unknown, unknown, unknown, unknown, len(pairs))
    classes = {name: place for place, name in enumerate(dict.fromkeys(name for pair in pairs for name in pair))}
    table = np.zeros((len(classes), len(classes)))
    for first, second in pairs:
        table[classes[first], classes[second]] += 1
    shares = table / len(pairs)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    agreed, chance = float(np.trace(shares)), float(rows @ columns)
    if chance >= 1:
        return Kappa(unknown, unknown, unknown, agreed, len(pairs))
    value = (agreed - chance) / (1 - chance)
    crossed = rows[None, :] + columns[:, None]  # of cell (i, j): the share of j in the rows, of i in the columns
    diagonal = np.diag(shares) @ (1 - np.diag(crossed) * (1 - value)) ** 2
    beside = ((1 - value) ** 2) * (shares * crossed**2)[~np.eye(len(classes), dtype=bool)].sum()
    variance = (diagonal + beside - (value - chance * (1 - value)) ** 2) / (len(pairs) * (1 - chance) ** 2)
    reach = float(special.ndtri((1 + confidence) / 2)) * float(np.sqrt(max(variance, 0.0)))
    return Kappa(value, max(-1.0, value - reach), min(1.0, value + reach), agreed, len(pairs))
