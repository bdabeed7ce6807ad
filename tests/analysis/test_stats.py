"""The statistics, against scipy, statsmodels, hand calculation and simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as reference
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from workbench.analysis import stats

NAN = float("nan")


def covered(draw, truth: float, *, times: int = 1500) -> float:
    """The share of simulated intervals that hold the truth; an end that is not known holds everything beyond it."""
    hits = 0
    for _ in range(times):
        low, high = draw()
        hits += (np.isnan(low) or low <= truth) and (np.isnan(high) or truth <= high)
    return hits / times


# --- proportions


@given(
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.8, 0.95, 0.99])
)
def test_wilson_agrees_with_scipy_and_statsmodels(counts: tuple[int, int], confidence: float) -> None:
    right, trials = counts
    low, high = stats.wilson(right, trials, confidence=confidence)
    theirs = reference.binomtest(right, trials).proportion_ci(confidence, method="wilson")
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    statsmodels = proportion_confint(right, trials, alpha=1 - confidence, method="wilson")
    assert (low, high) == pytest.approx(statsmodels, abs=1e-9)


def test_wilson_without_trials_knows_nothing() -> None:
    low, high = stats.wilson([0, 1], [0, 2])
    assert np.isnan([low[0], high[0]]).all()
    assert not np.isnan([low[1], high[1]]).any()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_wilson_holds_the_truth_in_95_of_100_samples(share: float) -> None:
    random = np.random.default_rng(1)
    right = random.binomial(60, share, 20_000)
    low, high = stats.wilson(right, np.full(20_000, 60))
    assert 0.93 <= ((low <= share) & (share <= high)).mean() <= 0.97


def test_calling_repeats_new_evidence_would_hold_the_truth_too_rarely() -> None:
    """Why the clustered limits exist: plain Wilson limits over all calls are wrong where repeats agree."""
    random = np.random.default_rng(3)

    def study() -> tuple[float, float]:
        right = random.binomial(5, random.beta(0.5, 0.5, 30))
        low, high = stats.wilson(right.sum(), 150)
        return float(low), float(high)

    assert covered(study, 0.5) < 0.85


@given(st.lists(st.integers(0, 4), min_size=2, max_size=40))
def test_repeats_are_worth_at_least_the_tasks_and_at_most_the_calls(right: list[int]) -> None:
    worth = stats.effective_trials(right, [4] * len(right))
    assert len(right) <= worth <= 4 * len(right)


# --- quantiles


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.sampled_from([0.5, 0.95]))
def test_limits_of_a_quantile_are_scipys(values: list[float], quantile: float) -> None:
    theirs = reference.quantile_test(values, p=quantile).confidence_interval(0.95)
    ours = stats.quantile_interval(values, quantile)
    assert np.isnan(ours.low) or np.isnan(theirs.low) or ours.low == pytest.approx(theirs.low)
    assert np.isnan(ours.high) or np.isnan(theirs.high) or ours.high == pytest.approx(theirs.high)


@pytest.mark.parametrize(("quantile", "number"), [(0.5, 40), (0.95, 200)])
def test_limits_of_a_quantile_hold_the_truth_in_95_of_100_samples(quantile: float, number: int) -> None:
    random = np.random.default_rng(4)
    truth = float(reference.lognorm.ppf(quantile, 1))
    share = covered(lambda: stats.quantile_interval(random.lognormal(size=number), quantile), truth)
    assert 0.93 <= share <= 0.98


def test_limits_of_a_median_hold_the_truth_when_tasks_are_repeated() -> None:
    random = np.random.default_rng(5)

    def study() -> stats.Interval:
        values = (random.normal(size=40)[:, None] + 0.3 * random.normal(size=(40, 4))).ravel()
        below = (values <= np.median(values)).reshape(40, 4).sum(axis=1)
        effective = stats.effective_trials(below, np.full(40, 4))
        return stats.quantile_interval(values, 0.5, effective=effective)

    assert 0.93 <= covered(study, 0.0) <= 0.98


def test_twenty_calls_cannot_tell_how_high_the_95th_percentile_may_be() -> None:
    assert np.isnan(stats.quantile_interval(range(20), 0.95).high)
    assert np.isnan(stats.quantile_interval([], 0.5)).all()


# --- resampling


def test_every_resample_draws_as_many_tasks_as_there_are() -> None:
    sums = stats.bootstrap_sums(np.ones((37, 2)), resamples=50)
    assert (sums == 37).all()


def test_resampled_sums_vary_as_theory_says() -> None:
    values = np.random.default_rng(6).normal(3, 2, (80, 1))
    sums = stats.bootstrap_sums(values, resamples=4000)
    assert sums.mean() == pytest.approx(values.sum(), rel=0.01)
    assert sums.std() == pytest.approx(np.sqrt(80) * values.std(), rel=0.05)


def test_columns_share_their_resamples() -> None:
    values = np.random.default_rng(7).normal(size=(30, 1))
    sums = stats.bootstrap_sums(np.hstack([values, 2 * values]))
    np.testing.assert_allclose(sums[:, 1], 2 * sums[:, 0])


def test_the_same_numbers_give_the_same_interval_whenever_they_are_asked() -> None:
    values = np.random.default_rng(8).normal(size=(30, 1))
    np.testing.assert_array_equal(stats.bootstrap_sums(values), stats.bootstrap_sums(values))


@pytest.mark.parametrize("tasks", [2_001, 50_000])
def test_many_tasks_are_resampled_in_pieces_without_losing_any(tasks: int) -> None:
    sums = stats.bootstrap_sums(np.ones((tasks, 1)))
    assert (sums == tasks).all()
    assert len(sums) >= 500


def test_one_task_has_no_bootstrap_interval() -> None:
    assert np.isnan(stats.bootstrap_interval([0.5] * 100, 1)).all()
    assert np.isnan(stats.bootstrap_interval([NAN] * 100, 10)).all()


def test_an_end_that_is_infinite_is_not_known() -> None:
    low, high = stats.bootstrap_interval([1.0] * 90 + [np.inf] * 10, 50)
    assert low == 1.0
    assert np.isnan(high)


# --- many tests


@settings(max_examples=12, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holms_correction_is_statsmodels(p_values: list[float]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gc.collect", lambda *_: 0)  # theirs collects all garbage on each call
        theirs = multipletests(p_values, method="holm")[1]
    np.testing.assert_allclose(stats.holm(p_values), theirs, atol=1e-12)


def test_a_pair_that_could_not_be_tested_is_no_test() -> None:
    corrected = stats.holm([0.02, NAN, 0.03])
    assert corrected[[0, 2]].tolist() == stats.holm([0.02, 0.03]).tolist()
    assert np.isnan(corrected[1])


# --- votes and passes


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_mean_over_every_choice_of_k_samples(case: tuple[int, int, int]) -> None:
    samples, right, k = case
    marks = [True] * right + [False] * (samples - right)
    by_hand = np.mean([any(choice) for choice in itertools.combinations(marks, k)])
    assert stats.pass_at_k([samples], [right], k)[0] == pytest.approx(by_hand)


def test_pass_at_more_samples_than_there_are_is_not_known() -> None:
    assert np.isnan(stats.pass_at_k([3], [3], 4)).all()


# --- survival

lengths = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=2, max_size=40)


@given(lengths)
def test_the_survival_curve_is_statsmodels(values: list[tuple[int, bool]]) -> None:
    assume(any(not cut for _, cut in values))
    length, censored = zip(*values, strict=True)
    ours = stats.kaplan_meier(length, censored)
    theirs = SurvfuncRight(length, [not cut for cut in censored])
    at = np.searchsorted(ours.length, theirs.surv_times)
    np.testing.assert_allclose(ours.share[at], theirs.surv_prob, atol=1e-12)


def test_a_quantile_beyond_the_cap_is_not_known() -> None:
    curve = stats.kaplan_meier([5, 9, 20, 20, 20], [False, False, True, True, True])
    assert stats.censored_quantile(curve, 0.2)[0] == 5
    assert np.isnan(stats.censored_quantile(curve, 0.9)[0])


def test_the_median_thought_is_found_although_half_the_long_ones_were_cut() -> None:
    random = np.random.default_rng(14)
    truth = float(np.exp(5))

    def study() -> stats.Interval:
        thought, cap = random.lognormal(5, 1, 80), random.choice([100, 300, 1000], 80)
        curve = stats.kaplan_meier(np.minimum(thought, cap), thought > cap)
        return stats.censored_quantile(curve, 0.5)[1]

    assert 0.93 <= covered(study, truth, times=400) <= 0.985


def test_everything_cut_leaves_every_quantile_unknown() -> None:
    curve = stats.kaplan_meier([10, 10], [True, True])
    middle, limits = stats.censored_quantile(curve, 0.5)
    assert np.isnan([middle, *limits]).all()
    empty = stats.kaplan_meier([], [])
    assert np.isnan(stats.censored_quantile(empty, 0.5)[0])
