"""Rows of loops, read step by step."""

from __future__ import annotations

import json

import pytest

import workbench as wb
from workbench.analysis.step_budgets import within_steps
from workbench.errors import InputError
from workbench.loops.reading import differences, first_difference, steps, trace_of
from workbench.rows.table import frame


def step(number, *, calls=(), **told):
    made = [
        {"name": name, "arguments": arguments, "result": result, "seconds": 0.5} for name, arguments, result in calls
    ]
    costs = {"prompt_tokens": 10 * number, "completion_tokens": 5, "thinking_tokens": 0, "cached_prompt_tokens": 0}
    return {"step": number, "calls": made, **costs, "usd": 0.01, "seconds": 1.0, **told}


LOOK = ("look", '{"at": 1, "far": true}', "dark")
GO = ("go", "{}", "gone")


def row(task="a", model="m", *trace, correct=True, **told):
    text = json.dumps(list(trace))
    usd = sum(one["usd"] for one in trace)
    base = {"task_id": task, "task_target": "1", "model": model, "sample": 0, "outcome": "answered", "correct": correct}
    return {**base, "loop_steps": len(trace), "loop_trace": text, "usd": usd, "answer": "1", "score": 1.0, **told}


THREE = (step(1, calls=[LOOK]), step(2, calls=[GO, LOOK]), step(3, answer="Dark."))


def test_steps_are_one_line_each_with_their_tokens():
    table = steps(frame([row("a", "m", *THREE), row("b", "n", step(1, answer="Yes."))]))
    assert table["step"].tolist() == [1, 2, 3, 1]
    assert table["tools"].tolist() == ["look", "go, look", "", ""]
    assert table["prompt_tokens"].tolist() == [10, 20, 30, 10]
    assert table["tool_seconds"].tolist() == [0.5, 0.5, 0.0, 0.0]
    assert table["task_id"].tolist() == ["a", "a", "a", "b"]


def test_a_budget_of_steps_is_what_fewer_steps_would_have_given():
    rows = frame([row("a", "m", *THREE), row("b", "m", step(1, answer="Yes."))])
    cut = within_steps(rows, [1, 2, 3])
    assert cut["outcome"].tolist() == ["out_of_steps", "answered", "out_of_steps", "answered", "answered", "answered"]
    assert cut["usd"].tolist() == pytest.approx([0.01, 0.01, 0.02, 0.01, 0.03, 0.01])
    assert cut["seconds"].tolist()[0] == 1.5
    assert cut["derived"].all()
    assert wb.summary(cut)["accuracy"].tolist() == [0.5, 0.5, 1.0]
    assert cut["usd_spent"].sum() == 0


@pytest.mark.parametrize("budgets", [[], [0], [2, 2], [1.5], ["3"]])
def test_budgets_are_numbers_of_steps(budgets):
    with pytest.raises(InputError, match="budgets"):
        within_steps(frame([row("a", "m", *THREE)]), budgets)


def test_loops_are_not_cut_at_more_steps_than_they_had():
    rows = frame([row("a", "m", *THREE, max_steps=3)], parameters=["max_steps"])
    with pytest.raises(InputError, match="fewer than 5"):
        within_steps(rows, [5])


@pytest.mark.parametrize(
    ("other", "what", "at"),
    [
        ((step(1, calls=[("look", '{"far":true, "at":1.0}', "dark")]), *THREE[1:]), None, None),
        ((step(1, calls=[("look", '{"at": 2}', "dark")]), *THREE[1:]), "calls", 1),
        ((step(1, calls=[("look", LOOK[1], "light")]), *THREE[1:]), "results", 1),
        ((THREE[0], step(2, calls=[LOOK, GO]), THREE[2]), "calls", 2),
        ((*THREE[:2], step(3, answer="Light.")), "answer", 3),
        (THREE[:2], "end", 3),
        ((*THREE, step(4, answer="More.")), "end", 4),
    ],
    ids=["the same, written otherwise", "arguments", "result", "order", "answer", "shorter", "longer"],
)
def test_two_loops_part_at_a_step(other, what, at):
    found = first_difference(json.dumps(THREE), json.dumps(other))
    assert (found and found.what, found and found.step) == (what, at)


def test_thinking_counts_only_where_it_is_asked_for():
    one, other = json.dumps([step(1, thinking="Hm.")]), json.dumps([step(1, thinking="Well.")])
    assert first_difference(one, other) is None
    assert first_difference(one, other, thinking=True).what == "thinking"


def test_two_configurations_part_task_by_task():
    rows = frame([row("a", "m", *THREE), row("a", "n", *THREE[:2]), row("b", "m", *THREE), row("b", "n", *THREE)])
    table = differences(rows, "m", "n")
    assert table["what"].tolist() == ["end", "nothing"]
    with pytest.raises(InputError, match="no row has model 'x'"):
        differences(rows, "m", "x")


@pytest.mark.parametrize(
    "one",
    [3, None, "no JSON", "[" * 90_000, '{"a": 1}', "[1]", {"answer": "4"}, frame([{"task_id": "a"}] * 2)],
    ids=range(8),
)
def test_what_holds_no_trace_says_so(one):
    with pytest.raises(InputError, match="trace"):
        trace_of(one)
