"""Cohen's kappa against statsmodels, and by hand where it is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from workbench.analysis.agreement import kappa


@pytest.mark.parametrize("seed", range(6))
def test_kappa_and_its_interval_are_those_of_statsmodels(seed):
    random = np.random.default_rng(seed)
    one = random.integers(0, 3, 40)
    other = np.where(random.random(40) < 0.6, one, random.integers(0, 3, 40))
    table = np.zeros((3, 3))
    np.add.at(table, (one, other), 1)
    peer = cohens_kappa(table)
    found = kappa(one.tolist(), other.tolist())
    assert found.kappa == pytest.approx(peer.kappa)
    assert (found.low, found.high) == pytest.approx((peer.kappa_low, peer.kappa_upp))


def test_full_agreement_is_one_and_opposite_words_are_minus_one():
    assert kappa("abba", "abba")[:3] == pytest.approx((1, 1, 1))
    assert kappa("abab", "baba").kappa == pytest.approx(-1)


@pytest.mark.parametrize(("one", "other"), [("", ""), ("a", "a"), ("aaa", "aaa")], ids=["none", "one", "one class"])
def test_where_chance_explains_everything_nothing_is_claimed(one, other):
    assert math.isnan(kappa(one, other).kappa)
