"""Looks at the waves of a plan: how often they are wrong together, how soon they know, and what their levels are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from nightly import NIGHTLY
from scipy import special, stats

from workbench.analysis import spending
from workbench.analysis.betting import known_of
from workbench.analysis.spending import known_at, looks

STUDIES = 2000 if NIGHTLY else 60


def differences(only_a: float, only_b: float, studies: int, tasks: int, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.choice([1.0, -1.0, 0.0], (studies, tasks), p=[only_a, only_b, 1 - only_a - only_b])


def stopped(line: np.ndarray, within: float = 0.03) -> spending.Known:
    """What is known at the look that decides, or at the last."""
    ends = looks(len(line))
    for number in range(1, len(ends) + 1):
        known = known_at(line, ends[:number], np.array(ends[:number]) / len(line), within=within)
        if known.p < 0.05 or known.equal:
            break
    return known


@pytest.mark.parametrize(("apart", "tasks"), [(0.1, 60), (0.3, 60), (0.6, 60), (0.3, 200)])
def test_a_difference_that_is_not_there_is_seldom_found_at_any_look(apart: float, tasks: int) -> None:
    false = [stopped(line).p < 0.05 for line in differences(apart / 2, apart / 2, STUDIES, tasks)]
    assert np.mean(false) <= (0.05 if NIGHTLY else 0.11)


def test_repeats_that_differ_unevenly_are_seldom_decided_either() -> None:
    """One model is always or never right, the other now and then: equals whose differences lean to one side."""
    random = np.random.default_rng(4)
    studies = 300 if NIGHTLY else 8
    lines = random.binomial(5, 0.95, (studies, 90)) / 5 - (random.random((studies, 90)) < 0.95)
    assert np.mean([stopped(line).p < 0.05 for line in lines]) <= (0.05 if NIGHTLY else 0.15)


def test_repeats_that_err_by_themselves_are_seldom_decided_where_all_are_equal() -> None:
    """No task stands out, so the limits are hardly wider than Student's; and where one does, they are."""
    random = np.random.default_rng(8)
    studies = 2000 if NIGHTLY else 40
    one, other = (random.binomial(3, random.beta(0.6, 0.6, (studies, 60))) / 3 for _ in range(2))
    assert np.mean([stopped(line).p < 0.05 for line in one - other]) <= (0.055 if NIGHTLY else 0.13)


def test_all_ways_that_chance_may_go_are_counted() -> None:
    """Every pattern of signs of twelve tasks: the share that is decided at one of three looks is within 5 %.

    The first sign is held: both ways round are decided alike.
    """
    ends, shares = (6, 9, 12), (0.5, 0.75, 1.0)
    decided = [
        known_at((1.0, *signs), ends, shares, within=0.03).p < 0.05
        for signs in itertools.product([1.0, -1.0], repeat=11)
    ]
    assert 0.02 < np.mean(decided) <= 0.05


@pytest.mark.parametrize(("more", "less"), [(9, 2), (12, 3), (5, 5), (30, 18)])
def test_a_single_look_at_the_end_is_the_binomial_test(more: int, less: int) -> None:
    line = np.r_[np.ones(more), -np.ones(less), np.zeros(20)]
    known = known_at(line, [len(line)], [1.0], within=0.03)
    assert known.p == pytest.approx(stats.binomtest(more, more + less).pvalue)


def test_the_levels_are_those_of_the_tables() -> None:
    """Five equal looks, spent near Pocock's way: 2.438, 2.427, 2.410, 2.397, 2.386 (Jennison & Turnbull 2000)."""
    ends = (20, 40, 60, 80, 100)
    levels = spending._levels(ends, tuple((0.05 * np.log1p((np.e - 1) * np.array(ends) / 100)).tolist()))
    assert special.ndtri(1 - levels / 2) == pytest.approx([2.438, 2.427, 2.410, 2.397, 2.386], abs=0.002)


def test_twenty_points_are_found_with_six_tenths_of_a_hundred_tasks() -> None:
    """The plan's own yardstick is weaker: 60 tasks tell 20 points apart four times in five if looked at once."""
    ends = [stopped(line).tasks for line in differences(0.28, 0.08, 600 if NIGHTLY else STUDIES, 100)]
    assert np.median(ends) <= 60


@pytest.mark.parametrize(("only_a", "only_b", "tasks"), [(0.28, 0.08, 74), (0.34, 0.14, 96), (0.24, 0.04, 60)])
def test_half_of_a_plan_that_finds_twenty_points_four_times_in_five_ends_by_six_tenths(
    only_a: float, only_b: float, tasks: int
) -> None:
    lines = differences(only_a, only_b, 500 if NIGHTLY else STUDIES, tasks, seed=9)
    at_the_end = np.mean([known_at(line, [tasks], [1.0], within=0.03).p < 0.05 for line in lines])
    assert 0.66 < at_the_end < 0.93
    found = [stopped(line) for line in lines]
    assert np.median([known.tasks for known in found]) <= (0.6 if NIGHTLY else 0.78) * tasks
    assert np.mean([known.p < 0.05 for known in found]) > at_the_end - 0.1


def test_it_knows_more_often_than_a_test_that_needs_no_plan() -> None:
    lines = differences(0.28, 0.08, STUDIES, 62, seed=5)
    planned = np.mean([stopped(line).p < 0.05 for line in lines])
    unplanned = np.mean([known_of(line, within=0.03).p < 0.05 for line in lines])
    assert planned > 0.55
    assert planned > unplanned + 0.1


@pytest.mark.parametrize(("gain", "apart"), [(0.0, 0.3), (0.1, 0.3), (0.2, 0.4), (0.05, 0.06)])
def test_the_interval_holds_the_truth_after_stopping(gain: float, apart: float) -> None:
    held = []
    for line in differences((apart + gain) / 2, (apart - gain) / 2, STUDIES, 120, seed=2):
        low, high = stopped(line).interval
        held.append(low <= gain <= high)
    assert np.mean(held) >= (0.93 if NIGHTLY else 0.87)


def test_what_differs_by_the_margin_is_seldom_called_equal() -> None:
    apart = [stopped(line, 0.1).equal for line in differences(0.18, 0.08, STUDIES, 300)]
    assert np.mean(apart) <= (0.05 if NIGHTLY else 0.1)
    same = [stopped(line, 0.1).equal for line in differences(0.05, 0.05, 20, 600)]
    assert np.mean(same) > 0.8


def test_verdict_and_interval_say_the_same_of_no_difference() -> None:
    for line in differences(0.3, 0.15, 40, 60, seed=3):
        known = stopped(line)
        assert (known.p < 0.05) == (known.interval.low > 0 or known.interval.high < 0)


def test_looks_end_with_the_plan_and_a_look_that_brings_nothing_counts_for_nothing() -> None:
    assert looks(5) == (5,)
    assert looks(100)[-2:] == (77, 100)
    many = looks(120_000)
    assert known_at(np.tile([1.0, -1.0], 60_000), many, np.array(many) / 120_000, within=0.03)[3:] == (1.0, True)
    assert 12 <= looks(3000)[0] < 16
    line = np.r_[np.ones(9), -np.ones(2)]
    once = known_at(line, [11], [0.3], within=0.03)
    assert known_at(line, [0, 11, 11], [0.1, 0.3, 0.6], within=0.03) == once


def test_nothing_is_known_of_nothing() -> None:
    assert known_at([], [], [], within=0.03)[2:] == ((-1.0, 1.0), 1.0, False)


def repeated(right_a: float, right_b: float, studies: int, tasks: int, seed: int) -> np.ndarray:
    """Differences of the mean of three samples a side, on tasks that are easy or hard for both."""
    random = np.random.default_rng(seed)
    ease = random.beta(0.8, 0.8, (studies, tasks))
    sides = (random.binomial(3, ease ** (1 / right - 1)) / 3 for right in (right_a, right_b))
    return next(sides) - next(sides)


def test_with_repeats_half_of_a_plan_that_finds_the_difference_ends_by_six_tenths() -> None:
    """Shares right of about 0.66 and 0.5 on tasks alike for both; bets needed 0.77 of the plan."""
    found = [stopped(line) for line in repeated(0.66, 0.5, 400 if NIGHTLY else 24, 60, seed=3)]
    assert np.mean([known.p < 0.05 and known.difference > 0 for known in found]) >= 0.7
    assert np.median([known.tasks for known in found]) <= 0.62 * 60


def test_with_repeats_equals_are_seldom_decided_and_the_interval_holds() -> None:
    found = [stopped(line) for line in repeated(0.6, 0.6, 2000 if NIGHTLY else 40, 60, seed=5)]
    assert np.mean([known.p < 0.05 for known in found]) <= (0.05 if NIGHTLY else 0.1)
    assert np.mean([known.interval.low <= 0 <= known.interval.high for known in found]) >= (0.95 if NIGHTLY else 0.9)


def test_with_repeats_and_sides_that_err_by_themselves_it_comes_near_what_one_look_would_find() -> None:
    """Three samples a side, 0.7 and 0.5 right: a t test that looks once, at six tenths of the plan, finds 57 of 100."""
    random = np.random.default_rng(6)
    studies = 800 if NIGHTLY else 16
    one, other = (
        random.binomial(3, random.beta(1.2 * right, 1.2 * (1 - right), (studies, 60))) / 3 for right in (0.7, 0.5)
    )
    found = [stopped(line) for line in one - other]
    early = [known.p < 0.05 and known.tasks <= 36 for known in found]
    assert np.mean(early) >= (0.47 if NIGHTLY else 0.2)
    held = [known.interval.low <= 0.2 <= known.interval.high for known in found]
    assert np.mean(held) >= (0.93 if NIGHTLY else 0.8)
