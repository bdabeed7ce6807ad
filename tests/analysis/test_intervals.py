"""Intervals over tasks, by simulation: small by day, the whole grid by night."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightly import NIGHTLY
from scipy import special

from workbench.analysis.intervals import (
    Limits,
    Taken,
    dearest_half,
    difference_over_tasks,
    equality_over_tasks,
    mean_over_tasks,
    quotient_over_tasks,
    ratio_of_quotients,
    saving_over_tasks,
    share_limits,
    share_over_tasks,
)
from workbench.analysis.stats import pass_at_k, wilson

STUDIES = 2000 if NIGHTLY else 600
SIZES = (10, 30, 60, 200, 1000) if NIGHTLY else (10, 60)
REPEATS = (1, 3, 5) if NIGHTLY else (1, 3)
ACCURACIES = (0.05, 0.3, 0.5, 0.8, 0.95, 0.99) if NIGHTLY else (0.3, 0.95)
SLACK = 0.01 if NIGHTLY else 0.02
"""About two standard errors of a coverage in so many studies."""


def held(limits: Limits, truth: float) -> float:
    low = np.isnan(limits.low) | (limits.low <= truth)
    high = np.isnan(limits.high) | (truth <= limits.high)
    return float((low & high).mean())


def drawn(accuracy: float, tasks: int, repeats: int, sigma: float = 0.5, *, studies: int = STUDIES, seed: int = 1):
    """Costs and marks of studies: tasks of unequal ease, the harder ones dearer; and the true cost per right answer."""
    random = np.random.default_rng(seed)
    hardness = random.standard_normal((studies, tasks, 1))
    middle = np.sqrt(1 + 1.3**2) * special.ndtri(accuracy)
    ease = special.ndtr(middle - 1.3 * hardness)
    right = random.random((studies, tasks, repeats)) < ease
    own = 0.4 * hardness + np.sqrt(1 - 0.16) * random.standard_normal((studies, tasks, 1))
    noise = np.sqrt(0.6) * own + np.sqrt(0.4) * random.standard_normal((studies, tasks, repeats))
    return np.exp(sigma * noise).mean(-1), right.mean(-1), np.exp(sigma**2 / 2) / accuracy


GRID = [(n, r, p) for n in SIZES for r in REPEATS for p in ACCURACIES]


@pytest.mark.parametrize(("tasks", "repeats", "accuracy"), GRID)
def test_accuracy_of_repeated_tasks_is_held(tasks: int, repeats: int, accuracy: float) -> None:
    _, right, _ = drawn(accuracy, tasks, repeats)
    limits = share_over_tasks(right, np.ones_like(right), np.full_like(right, repeats))
    lowest = 0.93 if repeats > 1 else 0.915  # the saw-tooth of Wilson's limits
    assert held(limits, accuracy) >= lowest - SLACK
    assert (limits.high > limits.low).all()


@pytest.mark.parametrize(("tasks", "repeats", "accuracy"), GRID)
def test_differences_of_repeated_tasks_are_held(tasks: int, repeats: int, accuracy: float) -> None:
    random = np.random.default_rng(2)
    hardness = random.standard_normal((STUDIES, tasks, 1))
    sides = []
    for share in (accuracy, max(0.02, accuracy - 0.05)):
        own = np.sqrt(0.8) * hardness + np.sqrt(0.2) * random.standard_normal((STUDIES, tasks, 1))
        ease = special.ndtr(np.sqrt(1 + 1.3**2) * special.ndtri(share) - 1.3 * own)
        sides.append((random.random((STUDIES, tasks, repeats)) < ease).mean(-1))
    limits = difference_over_tasks(sides[0] - sides[1])
    assert held(limits, accuracy - max(0.02, accuracy - 0.05)) >= 0.93 - SLACK
    assert (limits.high > limits.low).all()


@pytest.mark.parametrize("sigma", [0.5, 1.2, 2.0])
@pytest.mark.parametrize(("tasks", "repeats", "accuracy"), GRID)
def test_the_cost_of_a_right_answer_is_held(tasks: int, repeats: int, accuracy: float, sigma: float) -> None:
    usd, right, truth = drawn(accuracy, tasks, repeats, sigma)
    share = held(quotient_over_tasks(usd, right, np.full_like(right, repeats)), truth)
    assert share >= (0.88 if sigma == 2.0 else 0.93) - SLACK


@pytest.mark.parametrize("accuracy", ACCURACIES)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_pass_at_k_is_held_and_never_of_no_width(k: int, accuracy: float) -> None:
    for tasks in SIZES:
        _, right, _ = drawn(accuracy, tasks, 5)
        values = pass_at_k(np.full(right.shape, 5), np.rint(5 * right), k)
        _, many, _ = drawn(accuracy, 200_000, 5, studies=1, seed=9)
        truth = float(pass_at_k(np.full(many.shape, 5), np.rint(5 * many), k).mean())
        limits = share_over_tasks(values, np.ones_like(values), np.full_like(values, 5))
        assert held(limits, truth) >= 0.925 - SLACK
        assert (limits.high > limits.low).all()


@pytest.mark.parametrize("tasks", [30, 200])
def test_the_ratio_of_costs_is_held(tasks: int) -> None:
    a, b = drawn(0.8, tasks, 2, 1.2), drawn(0.5, tasks, 2, 1.2, seed=3)
    limits = ratio_of_quotients(Taken(*a[:2]), Taken(*b[:2]))
    assert held(limits, a[2] / b[2]) >= 0.93 - SLACK


@pytest.mark.parametrize("shape", [0.5, 2.0])
def test_a_mean_without_a_long_tail_is_held_and_not_blown_up(shape: float) -> None:
    values = np.random.default_rng(4).gamma(shape, 1 / shape, (STUDIES, 200))
    limits = mean_over_tasks(values)
    assert 0.93 - SLACK <= held(limits, 1.0) <= 0.995
    plain = 2 * 1.96 / np.sqrt(shape * 200)
    assert np.median(limits.high - limits.low) < 1.6 * plain


# --- what they say of single studies


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_limits_are_wilsons_but_where_next_to_none_failed(counts: tuple[int, int]) -> None:
    right, trials = counts
    ours, plain = share_limits(right, trials).one(), wilson(right, trials)
    assert ours.low <= plain[0] + 1e-12
    assert ours.high >= plain[1] - 1e-12
    if 3 < right < trials - 3:
        assert tuple(ours) == pytest.approx(tuple(float(end) for end in plain))


@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_one_sample_a_task_gives_the_limits_of_single_trials(right: list[bool]) -> None:
    assert share_over_tasks(right, [1] * len(right)).one() == share_limits(sum(right), len(right)).one()


def test_no_trials_and_no_tasks_leave_everything_unknown() -> None:
    assert np.isnan(share_over_tasks([], [])).all()
    assert np.isnan(share_over_tasks([0, 0], [0, 0])).all()
    assert np.isnan(difference_over_tasks([])).all()
    assert np.isnan(mean_over_tasks([3.0])).all()
    assert np.isnan(mean_over_tasks([3.0, 3.0, 3.0])).all(), "values that are alike do not tell how they vary"


def test_a_fixed_price_gives_the_price_over_the_limits_of_the_accuracy() -> None:
    right = np.array([1.0] * 7 + [0.0] * 3)
    cost, share = quotient_over_tasks(np.full(10, 0.002), right).one(), share_limits(7, 10).one()
    assert tuple(cost) == pytest.approx((0.002 / share.high, 0.002 / share.low))


def test_few_values_that_make_half_of_a_sum_are_counted() -> None:
    assert dearest_half([5.0] + [0.1] * 40) == 1
    assert dearest_half([np.nan, 1.0, 1.0]) == 1
    assert dearest_half([0.0, 0.0]) == 0


@pytest.mark.parametrize("kept", [0.5, 0.8, 0.95])
def test_what_a_cap_saves_lies_within_its_limits(kept: float) -> None:
    random = np.random.default_rng(8)
    spread = 1.2  # of so long a tail a few tasks hold little
    whole = random.lognormal(6, spread, 400_000)
    cap = np.quantile(whole, kept)
    truth = 1 - np.minimum(whole, cap).mean() / whole.mean()
    for tasks in (10, 30, 100):
        taken = random.lognormal(6, spread, (2000 if NIGHTLY else 400, tasks))
        low, high = saving_over_tasks(np.minimum(taken, cap), taken, np.ones(taken.shape))
        assert ((low <= truth) & (truth <= high)).mean() >= 0.93
        assert (high > low).all()


@pytest.mark.parametrize(("less", "more"), [(0.03, 0.0), (0.033, 0.003), (0.05, 0.02)])
def test_what_differs_on_one_task_in_thirty_is_seldom_called_equal_by_few_tasks(less: float, more: float) -> None:
    """Without what rare tasks may hide, 17 of 100 studies of 60 tasks were."""
    random = np.random.default_rng(14)
    for tasks in (60, 100, 250):
        size = (4000 if NIGHTLY else 1500, tasks)
        low, high = equality_over_tasks(
            random.choice([-1.0, 1.0, 0.0], size, p=[less, more, 1 - less - more]), confidence=0.9
        )
        assert ((low > -0.03) & (high < 0.03)).mean() <= 0.06


def test_equals_are_shown_to_be_equal_by_many_tasks() -> None:
    low, high = equality_over_tasks(
        np.random.default_rng(1).choice([-1.0, 1.0, 0.0], (200, 800), p=[0.03, 0.03, 0.94]), confidence=0.9
    )
    assert ((low > -0.03) & (high < 0.03)).mean() > 0.85


def test_amounts_that_are_alike_but_for_their_last_bit_have_no_interval_of_no_width() -> None:
    assert np.isnan(mean_over_tasks(np.full(250, 0.1) * 3 + np.arange(250) % 2 * 1e-17)).all()
    assert np.isnan(mean_over_tasks(np.full(250, 0.0009))).all()
