"""The surest of many pairs: what is left of a difference that is shown because it is the largest."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from workbench.analysis.stats import Floats

_SPREADS: Final = np.linspace(0.0, 0.4, 81)
_USUAL_SPREAD: Final = 0.1
"""Standard deviation of the accuracies of models that are compared with each other, before anything is seen."""


def shrunken(differences: ArrayLike, errors: ArrayLike) -> Floats:
    """Differences of all pairs, drawn towards 0 as far as their standard errors and each other make likely.

    The mean of a normal posterior whose prior spread is learned from all pairs together (empirical Bayes: Efron &
    Morris 1975, J. Am. Stat. Assoc. 70:311), weighted over that spread. Where the pairs differ no more than chance
    explains, little is left of the largest. NaN stays NaN.

    >>> shrunken([0.15, -0.02, 0.04], [0.1, 0.1, 0.1]).round(2).tolist()
    [0.05, -0.01, 0.01]
    >>> shrunken([0.5, 0.3, -0.2], [0.03, 0.03, 0.03]).round(2).tolist()
    [0.49, 0.3, -0.2]
    """
    differences, errors = np.asarray(differences, float), np.asarray(errors, float)
    known = np.isfinite(differences) & np.isfinite(errors)
    pairs = int(known.sum())
    if not pairs:
        return np.full(differences.shape, np.nan)
    square, variance = differences[known] ** 2, errors[known] ** 2
    total = 2 * _SPREADS[:, None] ** 2 + variance
    # Pairs share their models: so many pairs are worth no more than the models less one.
    worth = (np.sqrt(1 + 8 * pairs) - 1) / 2 / pairs
    likelihood = -0.5 * (np.log(total) + square / total).sum(axis=1) * worth
    weight = np.exp(likelihood - likelihood.max() - _SPREADS / _USUAL_SPREAD)
    left = weight @ (2 * _SPREADS[:, None] ** 2 / total) / weight.sum()
    found = np.full(differences.shape, np.nan)
    found[known] = differences[known] * left
    return found
