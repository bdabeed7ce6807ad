"""What is left of the surest of many differences."""

from __future__ import annotations

import itertools

import numpy as np

from workbench.analysis.shrinking import shrunken


def test_the_largest_of_many_equal_pairs_shrinks_to_little() -> None:
    random = np.random.default_rng(1)
    shown, left = [], []
    for _ in range(200):
        accuracies = random.normal(0.6, 0.06, 6)
        pairs = np.array([first - second for first, second in itertools.combinations(accuracies, 2)])
        found = shrunken(pairs, np.full(len(pairs), 0.06 * np.sqrt(2)))
        surest = np.argmax(np.abs(pairs))
        shown.append(abs(pairs[surest]))
        left.append(abs(found[surest]))
    assert np.mean(left) < np.mean(shown) / 2


def test_differences_far_beyond_their_errors_stay() -> None:
    pairs = np.array([0.4, 0.2, -0.2])
    np.testing.assert_allclose(shrunken(pairs, np.full(3, 0.01)), pairs, rtol=0.01)


def test_a_pair_that_nobody_measured_stays_unknown() -> None:
    found = shrunken([np.nan, 0.1], [0.1, 0.1])
    assert np.isnan(found[0])
    assert 0 < found[1] < 0.1
    assert np.isnan(shrunken([np.nan], [np.nan])).all()
