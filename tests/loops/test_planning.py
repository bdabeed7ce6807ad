"""A plan of loops: steps, longer prompts, ranges; it learns from loops that were run, and sends nothing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from loops_play import call, calls

import workbench as wb
from workbench.loops.planning import _ends

pytestmark = pytest.mark.usefixtures("quick")
TASKS = [{"id": f"{number}", "question": f"Task {number}: what is a?", "target": "1"} for number in range(8)]
PRICES = {"input": 1.0, "cached": 0.1, "output": 4.0}


def script(asked):
    results = [message for message in asked.messages if message["role"] == "tool"]
    usage = {"usage": {"prompt_tokens": 100 + 50 * len(results), "completion_tokens": 20}}
    if len(results) < 3:
        return {**calls(call("read", name="a")), **usage}
    return {"answer": "It is 1.", **usage}


@pytest.fixture
def model(tmp_path, monkeypatch):
    return wb.Model("openai/gpt-5-mini", max_tokens=200)


def test_a_plan_tells_steps_and_dollars_and_sends_nothing(desk, model):
    plan = wb.plan(TASKS, models=model, tools=desk.tools, max_steps=10)
    assert isinstance(plan, wb.loops.LoopPlan)
    assert (plan.loops, plan.kept) == (8, 0)
    low, high = plan.usd_range
    assert 0 < low < plan.usd_likely < high < plan.usd_worst
    assert "a guess" in repr(plan)
    assert "a rule of thumb" in repr(plan)
    assert "steps a loop" in plan._repr_html_()
    assert desk.done == []


def test_more_steps_cost_more_at_worst_and_repeats_are_more_loops(desk, model):
    short, long = (wb.plan(TASKS, models=model, tools=desk.tools, max_steps=most) for most in (2, 20))
    assert long.usd_worst > 5 * short.usd_worst
    assert wb.plan(TASKS, models=model, tools=desk.tools, repeats=2, max_steps=[2, 5]).loops == 32


def test_it_learns_from_loops_that_were_run(desk, play):
    asker = play(script)
    wb.sweep(TASKS[:4], models="scripted/m", tools=desk.tools, scorer="numeric")
    asked = len(asker.asked)
    plan = wb.plan(TASKS, models="scripted/m", tools=desk.tools)
    (estimate,) = plan.estimates
    assert (estimate.loops, estimate.kept, estimate.earlier_loops, estimate.steps) == (8, 4, 4, 4)
    assert [after - before for before, after in itertools.pairwise(estimate.prompt_tokens)] == [50] * 3
    assert len(asker.asked) == asked
    assert "nine of ten sums lie in the range" in repr(plan)


def test_plain_schemas_are_planned_as_calls(desk, model):
    plan = wb.plan(TASKS, models=model, tools=[wb.loops.tool(desk.read).schema])
    assert plan.calls == 8


@pytest.mark.parametrize(("known", "buying"), [(3, 8), (8, 40), (40, 8)])
def test_about_nine_of_ten_sums_lie_in_the_range(known, buying):
    """Of costs with a long tail, as those of loops are."""
    chance = np.random.default_rng(known)
    held = 0
    for _ in range(600):
        costs = np.exp(0.7 * chance.standard_normal(known))
        low, high = _ends(costs.tolist(), buying)
        mean = np.exp(0.7 * chance.standard_normal(buying)).mean() / costs.mean()
        held += low <= mean <= high
    assert 0.8 < held / 600 < 0.97
