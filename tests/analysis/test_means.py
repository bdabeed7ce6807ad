"""Means with limits by drawing tasks, and the frontier."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.means import frontier, limits_of_means


def test_repeats_of_one_task_are_no_new_evidence():
    task = np.array([0, 0, 0, 0, 1, 2])
    values = np.array([4.0, 4.0, 4.0, 4.0, 1.0, 1.0])
    once = limits_of_means(values[[0, 4, 5]], np.arange(3), np.zeros(3, int), 1)
    assert limits_of_means(values, task, np.zeros(6, int), 1) == once


def test_a_group_without_a_known_value_has_no_limits():
    low, high = limits_of_means(np.array([1.0, 2.0, np.nan]), np.array([0, 1, 0]), np.array([0, 0, 1]), 2)[1]
    assert np.isnan([low, high]).all()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_nothing_off_the_frontier_beats_a_point_on_it(points):
    cost, accuracy = (np.array(values, float) for values in zip(*points, strict=True))
    for place in frontier(cost, accuracy):
        assert not ((cost <= cost[place]) & (accuracy > accuracy[place])).any()
