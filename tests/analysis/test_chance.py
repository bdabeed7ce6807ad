"""The tests of chance, against statsmodels and against counting every flip."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightly import NIGHTLY
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar

from workbench.analysis.chance import mcnemar, sign_flip


@given(st.integers(0, 60), st.integers(0, 60))
def test_mid_p_is_the_exact_p_less_half_the_chance_of_what_was_seen(only_a: int, only_b: int) -> None:
    from scipy.stats import binom

    exact = their_mcnemar([[9, only_a], [only_b, 9]], exact=True).pvalue
    seen = binom.pmf(only_a, only_a + only_b, 0.5)
    expected = 1.0 if only_a == only_b else exact - seen
    assert float(mcnemar(only_a, only_b)) == pytest.approx(expected, abs=1e-12)


def test_many_pairs_are_tested_at_once() -> None:
    together = mcnemar([3, 10, 0], [3, 2, 7])
    assert together.tolist() == [float(mcnemar(a, b)) for a, b in ((3, 3), (10, 2), (0, 7))]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 20))
def test_flipping_signs_is_mcnemars_mid_p_when_nothing_is_repeated(only_a: int, only_b: int, same: int) -> None:
    differences = [1.0] * only_a + [-1.0] * only_b + [0.0] * same
    expected = 1.0 if only_a + only_b < 2 else float(mcnemar(only_a, only_b))
    assert sign_flip(differences) == pytest.approx(expected)


@given(st.lists(st.sampled_from([-1, -2 / 3, -1 / 3, 0, 1 / 4, 1 / 3, 1 / 2, 1]), min_size=2, max_size=10))
def test_flipping_signs_counts_every_flip(differences: list[float]) -> None:
    sums = np.abs([sum(np.array(signs) * differences) for signs in itertools.product((-1, 1), repeat=len(differences))])
    seen = abs(sum(differences))
    by_hand = (np.mean(sums >= seen - 1e-9) + np.mean(sums > seen + 1e-9)) / 2
    expected = 1.0 if seen < 1e-9 or sum(each != 0 for each in differences) < 2 else by_hand
    assert sign_flip(differences) == pytest.approx(expected)


@pytest.mark.parametrize("number", [60, 400], ids=["drawn at random", "the normal limit"])
def test_differences_without_a_common_step_are_tested_too(number: int) -> None:
    values = np.random.default_rng(1).normal(0.1, 0.4, number)
    flips = np.random.default_rng(2).integers(0, 2, (4000, number)) * 2 - 1
    by_chance = np.mean(np.abs(flips @ values) >= abs(values.sum()))
    assert sign_flip(values) == pytest.approx(by_chance, abs=0.03)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_the_size_of_mid_p_stays_near_five_per_cent(share: float) -> None:
    for tasks in (20, 40, 100, 200) if NIGHTLY else (40,):
        counts = np.random.default_rng(3).multinomial(tasks, [share / 2, share / 2, 1 - share], 40_000)
        assert (mcnemar(counts[:, 0], counts[:, 1]) < 0.05).mean() <= 0.0525
