"""Telling cases: why each is shown, and that no reason crowds out the others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from studies import exhausted, frame, row

from workbench.analysis.choice import recommend
from workbench.analysis.telling import spread_order, telling_cases


def test_each_reason_has_its_turn():
    rows = [row(n, n < 90, model="best") for n in range(99)] + [exhausted(99, model="best")]
    rows += [row(n, n >= 60, model="other") for n in range(100)]
    reasons = [case.why for case in telling_cases(frame(rows))]
    assert len(reasons) == 10
    assert {
        "The recommended configuration fails where most others are right.",
        "Only the recommended configuration is right.",
        "The recommended configuration never answered.",
        "All are right.",
    } <= set(reasons)


def test_all_are_right_is_said_only_where_they_are():
    """Few reasons are left when many tasks are alike: the last one must still be true."""
    rows = frame([row(n, n % 3 > 0 or model == "best", model=model) for model in ("best", "b", "c") for n in range(40)])
    said = telling_cases(rows, 40)
    assert len(said) == 40
    for case in said:
        all_right = bool(rows.loc[rows["task_id"] == case.task_id, "correct"].all())
        assert (case.why == "All are right.") is all_right


def test_no_task_is_shown_twice_and_each_with_both_sides():
    rows = frame([row(n, (n * step) % 5 > 0, model=model) for model, step in (("a", 1), ("b", 2)) for n in range(50)])
    cases = telling_cases(rows)
    assert len({case.task_id for case in cases}) == len(cases) == 10
    for case in cases:
        assert {rows["task_id"][place] for place in case.places} == {case.task_id}
        assert rows["model"].iloc[list(case.places)].tolist() == [recommend(rows).configuration["model"], "b"]


def test_what_nobody_marked_is_shown_as_such():
    cases = telling_cases(frame([row(n, None, task_target=None) for n in range(3)]))
    assert [case.why for case in cases] == ["Nobody marked it: there is no target."] * 3


def test_few_tasks_give_few_cases():
    assert len(telling_cases(frame([row(0), row(1)]))) == 2


@given(st.integers(0, 300))
def test_an_order_of_spread_holds_every_number_once(number):
    assert sorted(spread_order(number).tolist()) == list(range(number))


def test_every_beginning_is_spread():
    for first in (10, 50, 300):
        counts = np.histogram(spread_order(1000)[:first], bins=5, range=(0, 1000))[0]
        assert counts.max() - counts.min() <= 2
