"""Configurations ranked: counts, costs and limits that hold for all of them together."""

import numpy as np
import pytest
from nightly import NIGHTLY
from studies import counted, exhausted, failed, frame, row

from workbench.analysis import stats, summary
from workbench.analysis.ranks import ranking
from workbench.errors import InputError


def several(right, tasks=20, **more):
    """Rows of one model for each entry, right on so many of its tasks."""
    return [row(n, n < count, model=model, **more) for model, count in right.items() for n in range(tasks)]


def test_the_best_stands_first_then_the_cheaper_then_the_faster():
    rows = [
        *several({"slow": 9}, usd=0.2, seconds=9.0),
        *several({"dear": 9}, usd=0.3, seconds=1.0),
        *several({"fast": 9}, usd=0.2, seconds=1.0),
        *several({"best": 10}, usd=9.0, seconds=99.0),
    ]
    assert ranking(frame(rows))["model"].tolist() == ["best", "fast", "slow", "dear"]


def test_every_call_is_counted_once_and_a_failed_one_in_no_accuracy():
    rows = [row(0), row(1, False), exhausted(2), failed(3), row(4, None, task_target=None)]
    line = ranking(frame(rows)).iloc[0]
    assert [line[name] for name in ("right", "wrong", "never_answered", "errors", "unscored")] == [1, 1, 1, 1, 1]
    assert line["calls"] == 5
    assert line["accuracy"] == pytest.approx(1 / 3)


def test_the_limits_of_one_configuration_are_those_of_the_summary():
    rows = frame(several({"m": 13}))
    ours, theirs = ranking(rows).iloc[0], summary(rows).iloc[0]
    assert ours["accuracy_low"] == pytest.approx(theirs["accuracy_low"])
    assert ours["accuracy_high"] == pytest.approx(theirs["accuracy_high"])


def test_the_limits_of_several_hold_together():
    found = ranking(frame(several({"a": 13, "b": 7, "c": 2, "d": 11})))
    low, high = stats.wilson(13, 20, confidence=1 - 0.05 / 4)
    assert (found["accuracy_low"][0], found["accuracy_high"][0]) == pytest.approx((float(low), float(high)))


def test_the_limits_of_the_best_looking_of_equals_hold_the_truth():
    generator = np.random.default_rng(7)
    held = 0
    for _ in range(1_000 if NIGHTLY else 80):
        right = generator.random((8, 60)) < 0.7
        marks = [row(n, bool(mark), model=f"m{m}") for m, line in enumerate(right) for n, mark in enumerate(line)]
        best = ranking(frame(marks)).iloc[0]
        held += best["accuracy_low"] <= 0.7 <= best["accuracy_high"]
    assert held >= 0.925 * (1_000 if NIGHTLY else 80)


def test_a_cost_is_a_mean_of_known_prices_with_limits():
    rows = frame([row(n, usd=usd) for n, usd in enumerate([1.0, 2.0, 3.0, None])])
    line = ranking(rows).iloc[0]
    assert (line["usd_per_task"], line["unpriced"]) == (2.0, 1)
    assert line["usd_per_task_low"] < 2.0 < line["usd_per_task_high"]


def test_a_configuration_that_was_asked_little_ranks_last():
    rows = frame([*several({"few": 4}, tasks=4), *several({"all": 10})])
    found = ranking(rows)
    assert found["model"].tolist() == ["all", "few"]
    assert found["whole"].tolist() == [True, False]


def test_tokens_and_seconds_are_those_of_replies():
    line = ranking(frame([counted(0, 30, seconds=1.0), counted(1, 50, seconds=3.0), failed(2, seconds=99.0)])).iloc[0]
    assert (line["tokens_per_task"], line["seconds_p50"]) == (40, 2.0)


def test_rows_that_are_none_are_refused():
    with pytest.raises(InputError, match="no rows"):
        ranking(frame([]))
