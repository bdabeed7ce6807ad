"""The statistics, against scipy, statsmodels, hand calculation and simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as reference
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
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


@pytest.mark.parametrize(
    ("tasks", "repeats", "easy", "hard"),
    [(15, 3, 0.5, 0.5), (30, 3, 1, 1), (60, 5, 2, 1), (30, 3, 4, 0.6)],
    ids=["few tasks, all or nothing", "even", "more tasks", "mostly right"],
)
def test_limits_of_repeated_samples_hold_the_truth_in_95_of_100_studies(
    tasks: int, repeats: int, easy: float, hard: float
) -> None:
    random = np.random.default_rng(2)

    def study() -> stats.Interval:
        right = random.binomial(repeats, random.beta(easy, hard, tasks))
        return stats.clustered_wilson(right, np.full(tasks, repeats))

    assert 0.93 <= covered(study, easy / (easy + hard)) <= 0.97


def test_calling_repeats_new_evidence_would_hold_the_truth_too_rarely() -> None:
    """Why the clustered limits exist: plain Wilson limits over all calls are wrong where repeats agree."""
    random = np.random.default_rng(3)

    def study() -> tuple[float, float]:
        right = random.binomial(5, random.beta(0.5, 0.5, 30))
        low, high = stats.wilson(right.sum(), 150)
        return float(low), float(high)

    assert covered(study, 0.5) < 0.85


@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_one_sample_a_task_gives_wilsons_own_limits(right: list[bool]) -> None:
    low, high = stats.wilson(sum(right), len(right))
    assert stats.clustered_wilson(right, [1] * len(right)) == (low, high)


@given(st.lists(st.integers(0, 4), min_size=2, max_size=40))
def test_repeats_are_worth_at_least_the_tasks_and_at_most_the_calls(right: list[int]) -> None:
    worth = stats.effective_trials(right, [4] * len(right))
    assert len(right) <= worth <= 4 * len(right)


def test_a_single_task_repeated_is_worth_one_trial() -> None:
    low, high = stats.wilson(1, 1)
    assert stats.clustered_wilson([5], [5]) == (low, high)


def test_no_trials_at_all_leave_the_proportion_unknown() -> None:
    assert np.isnan(stats.clustered_wilson([], [])).all()
    assert np.isnan(stats.clustered_wilson([0, 0], [0, 0])).all()


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


@pytest.mark.parametrize(("tasks", "share", "spread"), [(20, 0.6, 0.8), (30, 0.3, 0.8), (60, 0.6, 0.8), (40, 0.9, 0.5)])
def test_limits_of_the_cost_per_correct_answer_hold_the_truth(tasks: int, share: float, spread: float) -> None:
    random = np.random.default_rng(9)

    def study() -> stats.Interval:
        usd, right = random.lognormal(0, spread, tasks), random.random(tasks) < share
        sums = stats.bootstrap_sums(np.column_stack([usd, right]), resamples=1000, seed=int(random.integers(1 << 30)))
        with np.errstate(divide="ignore"):
            return stats.bootstrap_interval(sums[:, 0] / sums[:, 1], tasks)

    assert 0.925 <= covered(study, np.exp(spread**2 / 2) / share, times=800) <= 0.975


def test_one_task_has_no_bootstrap_interval() -> None:
    assert np.isnan(stats.bootstrap_interval([0.5] * 100, 1)).all()
    assert np.isnan(stats.bootstrap_interval([NAN] * 100, 10)).all()


def test_an_end_that_is_infinite_is_not_known() -> None:
    low, high = stats.bootstrap_interval([1.0] * 90 + [np.inf] * 10, 50)
    assert low == 1.0
    assert np.isnan(high)


# --- paired tests


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemars_test_is_statsmodels_exact_one(only_a: int, only_b: int) -> None:
    theirs = their_mcnemar([[9, only_a], [only_b, 9]], exact=True).pvalue
    assert stats.mcnemar(only_a, only_b) == pytest.approx(theirs)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 20))
def test_flipping_signs_is_mcnemars_test_when_nothing_is_repeated(only_a: int, only_b: int, same: int) -> None:
    differences = [1.0] * only_a + [-1.0] * only_b + [0.0] * same
    assert stats.sign_flip(differences) == pytest.approx(stats.mcnemar(only_a, only_b))


@given(st.lists(st.sampled_from([-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1]), min_size=1, max_size=10))
def test_flipping_signs_counts_every_flip_when_there_are_few(differences: list[float]) -> None:
    flips = [sum(np.array(signs) * differences) for signs in itertools.product((-1, 1), repeat=len(differences))]
    as_far = np.mean(np.abs(flips) >= abs(sum(differences)) - 1e-9)
    assert stats.sign_flip(differences) == pytest.approx(as_far)


def test_many_differences_are_tested_by_the_normal_limit_of_the_same_test() -> None:
    random = np.random.default_rng(10)
    differences = random.choice([-1, -0.5, 0.5, 1], 120) + 0.08
    flips = (random.integers(0, 2, (20_000, 120)) * 2 - 1) @ differences
    by_chance = np.mean(np.abs(flips) >= abs(differences.sum()))
    assert stats.sign_flip(differences) == pytest.approx(by_chance, abs=0.015)


@pytest.mark.parametrize(
    ("tasks", "only_a", "only_b"), [(40, 0.2, 0.1), (100, 0.15, 0.05), (100, 0.1, 0.1), (60, 0.4, 0.3)]
)
def test_limits_of_a_paired_difference_hold_the_truth(tasks: int, only_a: float, only_b: float) -> None:
    counts = np.random.default_rng(11).multinomial(tasks, [only_a, only_b, 1 - only_a - only_b], 4000)
    draws = iter(counts)

    def study() -> stats.Interval:
        a, b, _ = next(draws)
        return stats.paired_interval(int(a), int(b), tasks)

    assert 0.93 <= covered(study, only_a - only_b, times=4000) <= 0.975


def test_a_paired_difference_by_hand() -> None:
    """(11 - 3) / 52, plus and minus 1.96 sqrt((14/52 - (8/52)²) / 52)."""
    low, high = stats.paired_interval(10, 2, 50)
    assert (low, high) == pytest.approx((0.01916, 0.28853), abs=1e-5)
    assert np.isnan(stats.paired_interval(0, 0, 0)).all()


@pytest.mark.parametrize(("tasks", "repeats"), [(15, 3), (30, 3), (60, 2)])
def test_limits_of_a_repeated_paired_difference_hold_the_truth(tasks: int, repeats: int) -> None:
    random = np.random.default_rng(12)

    def study() -> stats.Interval:
        ease_a = random.beta(1, 1, tasks)
        ease_b = np.where(random.random(tasks) < 0.3, random.beta(1, 1, tasks), ease_a)
        difference = (random.binomial(repeats, ease_a) - random.binomial(repeats, ease_b)) / repeats
        sums = stats.bootstrap_sums(difference[:, None], resamples=1000, seed=int(random.integers(1 << 30)))
        return stats.bootstrap_interval(sums[:, 0] / tasks, tasks)

    assert 0.93 <= covered(study, 0.0, times=1000) <= 0.97


def test_the_tasks_asked_for_settle_it_four_times_in_five() -> None:
    only_a, only_b = 0.2, 0.1
    tasks = round(stats.tasks_to_settle(only_a - only_b, only_a + only_b))
    counts = np.random.default_rng(13).multinomial(tasks, [only_a, only_b, 1 - only_a - only_b], 1500)
    decided = np.mean([stats.mcnemar(int(a), int(b)) < 0.05 for a, b, _ in counts])
    assert 0.72 <= decided <= 0.85


def test_no_number_of_tasks_settles_a_difference_of_nothing() -> None:
    assert stats.tasks_to_settle(0.0, 0.3) == float("inf")


# --- many tests


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holms_correction_is_statsmodels(p_values: list[float]) -> None:
    np.testing.assert_allclose(stats.holm(p_values), multipletests(p_values, method="holm")[1], atol=1e-12)


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
