"""Scorers of what a loop did."""

from __future__ import annotations

import json

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.loops import checks
from workbench.rows.table import frame
from workbench.tasks.task import Task

TASK = Task("t", "Book a room.", "blue")
TRACE = [
    {"step": 1, "calls": [{"name": "find", "arguments": '{"people": 4}', "result": "blue"}]},
    {"step": 2, "calls": [{"name": "book", "arguments": '{"room": 7}', "result": "…", "problem": "does not fit"}]},
    {"step": 3, "calls": [{"name": "book", "arguments": '{"room": "blue"}', "result": "booked"}]},
    {"step": 4, "answer": "Booked."},
]
MEASURED = {"loop_trace": json.dumps(TRACE), "loop_state": '{"booked": ["blue"]}'}


@pytest.mark.parametrize(
    ("scorer", "value"),
    [
        (checks.called("find"), 1),
        (checks.called("find", people=4), 1),
        (checks.called("find", people=5), 0),
        (checks.called("find", people=lambda number: number > 3), 1),
        (checks.called("find", room="blue"), 0),
        (checks.called("book", room=7), 0),
        (checks.called("cancel"), 0),
        (checks.never_called("cancel"), 1),
        (checks.never_called("cancel", "book"), 0),
        (checks.in_order("find", "book"), 1),
        (checks.in_order("book", "find"), 0),
        (checks.in_order("find", "cancel"), 0),
        (checks.at_most(3), 1),
        (checks.at_most(1, "book"), 0),
        (checks.state(lambda state, task: task.target in state["booked"]), 1),
        (checks.state(lambda state, task: (False, "not this one")), 0),
        (checks.state(lambda state, task: 0.25), 0.25),
    ],
    ids=lambda one: getattr(one, "name", str(one)),
)
def test_a_check_says_yes_or_no_and_why(scorer, value):
    score = scorer("Booked.", TASK, MEASURED)
    assert score.value == value
    assert score.why


def test_checks_stand_beside_a_scorer_of_the_answer():
    row = {
        "task_id": "t",
        "task_question": "?",
        "task_target": "blue",
        "outcome": "answered",
        "answer": "The blue one.",
    }
    rows = frame([{**row, **MEASURED}])
    marked = wb.rescore(rows, ["contains", checks.called("book"), checks.at_most(1)])
    assert marked["score_contains"].tolist() == [1]
    assert marked["score_called book"].tolist() == [1]
    assert marked["correct"].tolist() == [False]


def test_a_row_that_is_no_loop_gets_no_mark():
    with pytest.raises(InputError, match="no loop"):
        checks.called("find")("", TASK, {})
    with pytest.raises(InputError, match="no state"):
        checks.state(lambda state, task: True)("", TASK, {})


@pytest.mark.parametrize("make", [lambda: checks.never_called(), lambda: checks.in_order("one")])
def test_a_check_of_nothing_is_refused(make):
    with pytest.raises(InputError, match="at least"):
        make()


def test_what_a_state_function_gives_is_checked():
    with pytest.raises(InputError, match="from 0 to 1"):
        checks.state(lambda state, task: 7)("", TASK, MEASURED)


@pytest.mark.parametrize("arguments", ["no JSON", "[1]", "", "[" * 90_000])
def test_arguments_that_are_none_fit_nothing(arguments):
    trace = json.dumps([{"step": 1, "calls": [{"name": "find", "arguments": arguments, "result": ""}]}])
    assert checks.called("find", people=4)("", TASK, {"loop_trace": trace}).value == 0


@pytest.mark.parametrize(
    ("given", "wanted", "value"),
    [
        ("true", True, 1),
        ("true", 1, 0),
        ("false", 0, 0),
        ("1", True, 0),
        ("1.0", 1, 1),
        ("[1, true]", [1, 1], 0),
        ('{"deep": [{"on": true}]}', {"deep": [{"on": 1}]}, 0),
        ('{"deep": [{"on": true}]}', {"deep": [{"on": True}]}, 1),
        ('"5"', 5, 0),
        ("null", None, 1),
    ],
)
def test_arguments_are_compared_as_json_has_them(given, wanted, value):
    trace = json.dumps([{"step": 1, "calls": [{"name": "set", "arguments": f'{{"to": {given}}}', "result": ""}]}])
    assert checks.called("set", to=wanted)("", TASK, {"loop_trace": trace}).value == value
