"""Hosts against the first of them, task by task."""

import math

import numpy as np
import pytest

from workbench.analysis.hosts import host_differences, ratio_of
from workbench.rows.table import frame


def rows(right, *, tasks=200, factor=1.0):
    """Two hosts on the same tasks; the second answers `factor` times as long and is right on a share."""
    draw = np.random.default_rng(7)
    lengths = draw.lognormal(5, 0.8, tasks)
    noise = draw.lognormal(0, 0.1, tasks)
    return frame(
        {"task_id": str(n), "model": host, "outcome": "answered", "correct": n < tasks * share,
         "completion_tokens": round(lengths[n] * (noise[n] * factor if host == "b/m" else 1)),
         "seconds": 2.0, "usd": 0.01}
        for host, share in (("a/m", 0.8), ("b/m", right)) for n in range(tasks)
    )  # fmt: skip


def test_what_is_not_found_is_told_with_what_is_excluded():
    [found] = host_differences(rows(0.8), ["a/m", "b/m"])
    assert found.verdict == "no difference found; differences above 1 points are excluded (on the same 200 tasks)"


def test_a_difference_is_told_with_its_limits():
    [found] = host_differences(rows(0.7), ["a/m", "b/m"])
    assert found.verdict.startswith("b/m is worse than a/m: 10 points on the same 200 tasks (")
    low, high = found.comparison.interval
    assert low < -0.1 < high < 0


def test_lengths_are_compared_task_by_task():
    value, limits = host_differences(rows(0.8, factor=1.5), ["a/m", "b/m"])[0].ratios["completion_tokens"]
    assert value == pytest.approx(1.5, rel=0.05)
    assert limits.low < 1.5 < limits.high
    assert limits.high - limits.low < 0.2


def test_the_limits_of_a_ratio_hold_it_as_often_as_they_say():
    draw, held = np.random.default_rng(11), 0
    for _ in range(200):
        logs = draw.normal(math.log(1.3), 0.5, 12)
        table = frame(
            {"task_id": str(n), "model": host, "outcome": "answered", "seconds": math.exp(value * (host == "b"))}
            for n, value in enumerate(logs) for host in ("a", "b")
        )  # fmt: skip
        limits = ratio_of(table, "b", "a", "seconds")[1]
        held += limits.low <= 1.3 <= limits.high
    assert 180 <= held <= 199


def test_what_cannot_be_told_is_not():
    one = frame([{"task_id": "1", "model": host, "outcome": "answered", "correct": True} for host in ("a", "b")])
    [found] = host_differences(one, ["a", "b"])
    assert found.verdict == "too few tasks were answered by both to tell"
    assert math.isnan(found.ratios["usd"][0])
    assert host_differences(one, ["a"]) == []
