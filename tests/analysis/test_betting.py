"""Comparisons that may be looked at after every task: how often they are wrong, and how soon they know."""

from __future__ import annotations

import numpy as np
import pytest
from nightly import NIGHTLY

from workbench.analysis.betting import known_of, won

STUDIES = 2000 if NIGHTLY else 120
TASKS = 400 if NIGHTLY else 150


def differences(only_a: float, only_b: float, studies: int, tasks: int, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.choice([1.0, -1.0, 0.0], (studies, tasks), p=[only_a, only_b, 1 - only_a - only_b])


def first_decided(line: np.ndarray) -> float:
    more, less = won(line, np.array([0.0]))
    reached = np.flatnonzero(np.logaddexp(more[:, 0], less[:, 0]) - np.log(2) >= np.log(20))
    return float(reached[0] + 1) if len(reached) else float("inf")


@pytest.mark.parametrize("apart", [0.1, 0.3, 0.6])
def test_a_difference_that_is_not_there_is_seldom_found_however_often_one_looks(apart: float) -> None:
    stopped = [first_decided(line) for line in differences(apart / 2, apart / 2, STUDIES, TASKS)]
    assert np.isfinite(stopped).mean() <= 0.05


def test_twenty_points_are_found_with_a_third_of_the_tasks_that_tell_ten_apart() -> None:
    stopped = [first_decided(line) for line in differences(0.28, 0.08, STUDIES, 240)]
    assert np.median(stopped) <= 0.6 * 120
    assert np.isfinite(stopped).mean() > 0.95


@pytest.mark.parametrize("gain", [0.0, 0.1, 0.2])
def test_the_interval_holds_the_truth_after_stopping(gain: float) -> None:
    held = []
    for line in differences(0.15 + gain, 0.15, 400 if NIGHTLY else 20, TASKS, seed=2):
        stop = int(min(first_decided(line), len(line)))
        low, high = known_of(line[:stop], within=0.03).interval
        held.append(low <= gain <= high)
    assert np.mean(held) >= (0.93 if NIGHTLY else 0.85)


def test_what_differs_by_the_margin_is_seldom_called_equal() -> None:
    lines = differences(0.18, 0.08, 200 if NIGHTLY else 12, 400)
    assert np.mean([known_of(line, within=0.1).equal for line in lines]) <= (0.06 if NIGHTLY else 0.1)
    same = differences(0.05, 0.05, 20 if NIGHTLY else 4, 1500)
    assert np.mean([known_of(line, within=0.1).equal for line in same]) > 0.8


def test_nothing_is_known_of_nothing() -> None:
    known = known_of([], within=0.03)
    assert (known.tasks, known.p, known.interval) == (0, 1.0, (-1.0, 1.0))


def test_tasks_that_all_agree_are_soon_certain_and_never_without_a_width() -> None:
    known = known_of(np.ones(30), within=0.03)
    assert known.p < 0.001
    assert 0 < known.interval.low < known.interval.high <= 1
