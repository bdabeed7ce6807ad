"""A share corrected for the errors of whoever marked: by hand, at the edges, and as often right as it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from nightly import NIGHTLY

from workbench.analysis.correction import Agreement, Estimate, double_sampling, product, proportion, rogan_gladen

STUDIES = 2_000 if NIGHTLY else 80
LEAST_COVERED = 0.92 if NIGHTLY else 0.89
"""95 % but for the noise of so many studies, and the saw-tooth of counts."""

FORMULAS = pytest.mark.parametrize("formula", [rogan_gladen, double_sampling])


def marked(generator, *, right, finds, refuses, answers, by_hand):
    """One study: what is right, what a scorer says, and what a person says of a random part of it."""
    truth = generator.random(answers) < right
    accepted = np.where(truth, generator.random(answers) < finds, generator.random(answers) >= refuses)
    sample = generator.permutation(answers)[:by_hand]
    true, said = truth[sample], accepted[sample]
    agreement = Agreement(
        *(int((a & b).sum()) for a, b in ((true, said), (true, ~said), (~true, said), (~true, ~said)))
    )
    return int(accepted.sum()), agreement


@FORMULAS
@pytest.mark.parametrize("right", [0.25, 0.6, 0.9] if NIGHTLY else [0.9])
@pytest.mark.parametrize(("finds", "refuses"), [(0.97, 0.95), (0.9, 0.75), (0.75, 0.95)])
@pytest.mark.parametrize("by_hand", [20, 60] if NIGHTLY else [20])
def test_the_interval_covers_what_is_true(formula, right, finds, refuses, by_hand):
    generator = np.random.default_rng(7)
    covered = 0
    for _ in range(STUDIES):
        accepted, agreement = marked(generator, right=right, finds=finds, refuses=refuses, answers=600, by_hand=by_hand)
        estimate = formula(accepted, 600, agreement)
        covered += estimate.low <= right <= estimate.high
    assert covered / STUDIES >= LEAST_COVERED


def test_what_the_scorer_says_covers_it_far_less_often():
    # The reason for all this: the scorer's own interval, narrow around the wrong place.
    generator = np.random.default_rng(7)
    covered = 0
    for _ in range(100):
        accepted, _ = marked(generator, right=0.6, finds=0.9, refuses=0.75, answers=600, by_hand=20)
        plain = proportion(accepted, 600)
        covered += plain.low <= 0.6 <= plain.high
    assert covered < 90


def test_rogan_and_gladen_by_hand():
    # Of 50 right ones 45 accepted, of 50 wrong ones 40 refused: 0.9 and 0.8. (0.48 - 0.2) / 0.7 = 0.4.
    assert rogan_gladen(480, 1000, Agreement(45, 5, 10, 40)).share == pytest.approx(0.4)


def test_double_sampling_by_hand():
    # Accepted 480 of 1,000, of which 45 in 55 are right; refused 520, of which 5 in 45.
    assert double_sampling(480, 1000, Agreement(45, 5, 10, 40)).share == pytest.approx(0.48 * 45 / 55 + 0.52 * 5 / 45)


@FORMULAS
def test_more_marks_by_hand_narrow_it_and_never_below_what_the_calls_leave_open(formula):
    few, many = (formula(480, 1000, Agreement(9 * n, n, 2 * n, 8 * n)) for n in (1, 100))
    assert few.high - few.low > 2 * (many.high - many.low)
    sampling = proportion(480, 1000)
    assert many.high - many.low > 0.8 * (sampling.high - sampling.low)


@FORMULAS
@pytest.mark.parametrize(
    "agreement",
    [
        Agreement(0, 0, 0, 0),
        Agreement(20, 0, 0, 0),
        Agreement(0, 0, 0, 20),
        Agreement(0, 10, 10, 0),
        Agreement(5, 5, 5, 5),
        Agreement(1, 0, 0, 1),
    ],
)
@pytest.mark.parametrize("accepted", [0, 7, 10])
def test_at_the_edges_the_limits_hold_the_share_and_stay_within_0_and_1(formula, agreement, accepted):
    share, low, high = formula(accepted, 10, agreement)
    assert 0 <= low < high <= 1
    assert math.isnan(share) or low <= share <= high


def test_nothing_counted_says_nothing():
    assert all(math.isnan(number) for number in rogan_gladen(0, 0, Agreement(1, 1, 1, 1)))
    assert all(math.isnan(number) for number in double_sampling(0, 0, Agreement(1, 1, 1, 1)))


def test_a_scorer_no_better_than_chance_leaves_every_share_possible():
    assert rogan_gladen(5, 10, Agreement(2, 8, 8, 2))[1:] == (0.0, 1.0)


def test_a_product_is_as_uncertain_as_its_parts():
    one, other = proportion(80, 100), proportion(45, 50)
    both = product(one, other)
    assert both.share == pytest.approx(0.72)
    assert both.low < one.low < 0.72 < both.high < other.high
    unknown = product(one, Estimate(float("nan"), 0.5, 1.0))
    assert math.isnan(unknown.share)
    assert 0 < unknown.low < unknown.high < 1


def test_sensitivity_and_specificity_are_of_the_right_and_of_the_wrong():
    agreement = Agreement(right_accepted=18, right_refused=2, wrong_accepted=1, wrong_refused=9)
    assert agreement.sensitivity == proportion(18, 20)
    assert agreement.specificity == proportion(9, 10)
    assert agreement.marks == 30
