"""How many tasks a comparison needs, against simulation."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.analysis.chance import mcnemar
from workbench.analysis.forecast import (
    disagreement,
    more_tasks,
    tasks_to_equal,
    tasks_to_settle,
    told_apart,
)
from workbench.analysis.intervals import difference_over_tasks


@pytest.mark.parametrize(("only_a", "only_b"), [(0.2, 0.1), (0.3, 0.1)])
def test_the_tasks_asked_for_settle_it_four_times_in_five(only_a: float, only_b: float) -> None:
    tasks = round(tasks_to_settle(only_a - only_b, only_a + only_b))
    counts = np.random.default_rng(13).multinomial(tasks, [only_a, only_b, 1 - only_a - only_b], 4000)
    assert 0.75 <= (mcnemar(counts[:, 0], counts[:, 1]) < 0.05).mean() <= 0.87


def test_no_number_of_tasks_settles_a_difference_of_nothing() -> None:
    assert tasks_to_settle(0.0, 0.3) == float("inf")


def test_the_range_of_more_tasks_holds_the_true_need_in_four_of_five_open_studies() -> None:
    random = np.random.default_rng(1)
    held = []
    for gain in random.normal(0, 0.15, 400):
        shares = np.array([0.15 + max(gain, 0), 0.15 + max(-gain, 0)])
        a, b, rest = random.multinomial(40, [*shares, 1 - shares.sum()])
        differences = np.repeat([1.0, -1.0, 0.0], [a, b, rest])
        low, high = difference_over_tasks(differences)
        if float(mcnemar(a, b)) < 0.05 and (low > 0 or high < 0):
            continue
        ends = difference_over_tasks(differences, confidence=0.6827).one()
        found = more_tasks(differences.mean(), (ends.high - ends.low) / 2, (a + b + 1) / 41, 40)
        need = min(tasks_to_settle(gain, shares.sum()) - 40, 10_001)
        held.append(found.low <= max(need, 1) <= found.high)
    assert np.mean(held) >= 0.75


def test_what_is_shown_equal_four_times_in_five() -> None:
    tasks = round(tasks_to_equal(0.05, 0.2))
    random = np.random.default_rng(2)
    counts = random.multinomial(tasks, [0.1, 0.1, 0.8], 300)
    differences = np.array([np.repeat([1.0, -1.0, 0.0], line) for line in counts])
    low, high = difference_over_tasks(differences, confidence=0.9)
    assert 0.7 <= ((low > -0.05) & (high < 0.05)).mean() <= 0.9


def test_four_times_the_tasks_tell_half_the_difference_apart() -> None:
    assert told_apart(60) == pytest.approx(0.2, abs=0.015)
    assert told_apart(240) == pytest.approx(told_apart(60) / 2, abs=0.01)
    assert told_apart(60, 3) < told_apart(60)
    assert told_apart(180) < told_apart(60, 3), "new tasks tell more than repeats"
    assert np.isnan(told_apart(2))
    assert disagreement(1) > disagreement(5) > disagreement(100)
