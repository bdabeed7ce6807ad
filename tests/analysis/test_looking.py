"""Every look at a comparison counts: what further looks may decide, and how often they are wrong."""

from __future__ import annotations

import numpy as np
import pytest
from nightly import NIGHTLY
from studies import duel

from workbench.analysis.comparison import compare
from workbench.analysis.gain import thinking_gain
from workbench.analysis.kinds import kind_differences
from workbench.rows import about
from workbench.rows.about import new_run

LOOKS = (40, 80, 160, 320)


def looked_at(a: np.ndarray, b: np.ndarray, run: str):
    return compare(duel(a, b).assign(run=run), "a", "b")


def test_the_first_look_is_todays_test_and_a_second_one_asks_for_more() -> None:
    run, tasks = new_run(), np.arange(80)
    a, b = tasks % 4 < 3, tasks % 4 < 2
    first = looked_at(a[:40], b[:40], run)
    assert (first.looks, first.level) == (0, 0.05)
    assert looked_at(a[:40], b[:40], run).looks == 0, "the same look again is no further look"
    second = looked_at(a, b, run)
    assert second.looks == 1
    assert second.level < 0.02
    assert second.interval.high - second.interval.low > 0
    assert f"to be below {second.level:.2g} at look 2" in second.verdict


def test_the_kinds_of_a_gain_are_no_looks_before_the_whole() -> None:
    tasks = np.arange(80)
    rows = duel(tasks % 5 < 4, tasks % 6 < 3).assign(run=new_run())
    rows["task_kind"] = np.where(rows["task_id"].astype(str).str[-1] < "5", "low", "high")
    for _ in range(2):
        thinking_gain(rows, thinking="a", ordinary="b")
        kind_differences(rows)
        assert compare(rows, "a", "b").looks == 0


def test_the_looks_at_other_answers_are_another_comparison() -> None:
    run, tasks = new_run(), np.arange(80)
    looked_at(tasks[:40] % 4 < 3, tasks[:40] % 4 < 2, run)
    assert looked_at(tasks % 3 < 1, tasks % 5 < 2, run).looks == 0


def test_rows_without_a_run_are_looked_at_for_the_first_time_each_time() -> None:
    tasks = np.arange(80)
    compare(duel(tasks[:40] % 4 < 3, tasks[:40] % 4 < 2), "a", "b")
    assert compare(duel(tasks % 4 < 3, tasks % 4 < 2), "a", "b").looks == 0


def test_a_later_run_that_holds_the_earlier_tasks_looks_again() -> None:
    tasks = np.arange(90)
    a, b = tasks % 4 < 3, tasks % 7 < 3
    looked_at(a[:45], b[:45], new_run())
    assert looked_at(b, a, new_run()).looks == 0, "sides that swapped their answers are another comparison"
    assert looked_at(a, b, new_run()).looks == 1


@pytest.mark.parametrize("ease", [0.5, 0.8])
def test_who_looks_four_times_is_misled_in_fewer_than_one_of_twenty_studies(ease: float) -> None:
    random = np.random.default_rng(1)
    studies, misled = 1000 if NIGHTLY else 15, 0
    for _ in range(studies):
        run = new_run()
        hard = random.random((LOOKS[-1], 1)) < 0.6
        marks = np.where(hard, random.random((LOOKS[-1], 1)) < ease, random.random((LOOKS[-1], 2)) < ease)
        misled += any(looked_at(marks[:n, 0], marks[:n, 1], run).decisive for n in LOOKS)
        about._known.pop(run, None)
    assert misled / studies <= (0.055 if NIGHTLY else 0.2)
