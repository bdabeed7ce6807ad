"""The curve over steps: what fewer steps would have given, with limits, drawn and shown."""

from __future__ import annotations

import json

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.rows.table import frame


def loop(task, model, steps, correct, **more):
    trace = [{"step": number + 1, "usd": 0.1, "seconds": 1.0, "completion_tokens": 10} for number in range(steps)]
    sums = {"usd": 0.1 * steps, "seconds": float(steps), "completion_tokens": 10 * steps}
    told = {
        "task_id": str(task),
        "model": model,
        "outcome": "answered",
        "correct": correct,
        "loop_steps": steps,
        **sums,
    }
    return {**told, "loop_trace": json.dumps(trace), **more}


@pytest.fixture
def rows():
    return frame(
        [loop(n, model, 1 + n % 4 * more, n % 3 > 0) for n in range(24) for model, more in (("a", 1), ("b", 3))]
    )


def test_a_curve_says_what_every_number_of_steps_would_give(rows):
    curve = wb.budget_curve(rows, [1, 4, 10])
    assert curve["max_steps"].tolist() == [1, 4, 10] * 2
    a = curve[curve["model"] == "a"]
    assert a["right"].round(3).tolist() == [0.167, 0.667, 0.667]
    assert a["never_answered"].tolist() == [0.75, 0, 0]
    assert a["usd"].round(3).tolist() == [0.1, 0.25, 0.25]
    assert ((curve["right_low"] <= curve["right"]) & (curve["right"] <= curve["right_high"])).all()
    assert "steps, at most" in repr(curve)
    assert "never answered" in curve._repr_html_()


def test_by_itself_it_goes_up_to_the_longest_loop(rows):
    curve = wb.budget_curve(rows)
    assert curve["max_steps"].max() == 10
    ax = wb.plots.budget_curve(rows[rows["model"] == "b"])
    assert ax.get_xlabel() == "max_steps"
    assert "loops of 24 tasks" in ax.get_title(loc="left") + "".join(text.get_text() for text in ax.texts)


def test_loops_with_fewer_steps_beside_others_are_not_counted_twice(rows):
    both = frame(
        [{**row, "max_steps": most} for most in (4, 10) for row in rows.to_dict("records")], parameters=["max_steps"]
    )
    assert wb.budget_curve(both, [10])["loops"].tolist() == [24, 24]


def test_failed_loops_are_left_out_and_said(rows):
    failed = frame([*rows.to_dict("records"), loop(99, "a", 2, None, outcome="error", error="ServerBusy")])
    curve = wb.budget_curve(failed, [10])
    assert curve["loops"].tolist() == [24, 24]
    assert "1 failed loop left out" in curve.attrs["about"]


def test_what_says_nothing_is_refused(rows):
    with pytest.raises(InputError, match="cut at steps"):
        wb.budget_curve(rows, [1], scorer="numeric")
    with pytest.raises(InputError, match="numbers of steps"):
        wb.budget_curve(rows, [0])
