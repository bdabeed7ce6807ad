"""A loop from its first step to its last: what is bought, what is kept, how it ends, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import json

import pytest
from loops_play import call, calls

import workbench as wb
from workbench.errors import BudgetExceeded, InputError, ServerBusy
from workbench.loops.running import NUDGE

pytestmark = pytest.mark.usefixtures("quick")
MODEL = "scripted/m"


def run(desk, question="What is a and b?", **options):
    return wb.loops.run(question, tools=desk.tools, model=MODEL, **options)


BOTH = [calls(call("read", name="a"), call("read", name="b"), thinking="Two reads."), "Together 3."]


def test_calls_of_one_turn_are_answered_in_their_order_and_the_answer_ends_the_loop(desk, play):
    asker = play(BOTH)
    loop = run(desk)
    assert (loop.outcome, loop.answer, loop.thinking) == ("answered", "Together 3.", "Two reads.")
    assert [(one.name, one.result) for one in loop.calls] == [("read", "1"), ("read", "2")]
    assert [message["role"] for message in asker.asked[1].messages] == ["user", "assistant", "tool", "tool"]
    assert loop.usd == 0.0
    assert repr(loop).startswith("Together 3.\n— scripted/m · 2 steps · read 2 · ")


def test_the_same_loop_again_buys_nothing_and_its_plain_tools_run_again(desk, play):
    asker = play(BOTH)
    assert not run(desk).cached
    again = run(desk)
    assert (again.cached, again.usd_spent, len(asker.asked)) == (True, 0.0, 2)
    assert sorted(desk.done) == ["read a", "read a", "read b", "read b"]


def test_a_changed_result_buys_only_what_follows(desk, play):
    asker = play([*BOTH, "Together 12."])
    run(desk)
    desk.drawer["b"] = 11
    loop = run(desk)
    assert loop.answer == "Together 12."
    assert [step.reply.cached for step in loop.steps] == [True, False]
    assert len(asker.asked) == 3


def test_a_recorded_loop_runs_no_tool_and_needs_none(desk, play):
    play(BOTH)
    run(desk)
    desk.done.clear()
    loop = wb.loops.run("What is a and b?", tools="recorded", model=MODEL)
    assert (loop.answer, loop.cached, desk.done) == ("Together 3.", True, [])
    assert all(one.kept for one in loop.calls)
    with pytest.raises(InputError, match="no loop is recorded"):
        wb.loops.run("Something else?", tools="recorded", model=MODEL)


def test_what_was_cut_goes_on_where_it_was(desk, play):
    asker = play([calls(call("read", name="a")), ServerBusy("gone"), calls(call("read", name="b")), "3"])
    with pytest.raises(ServerBusy) as caught:
        run(desk)
    assert [step.number for step in caught.value.loop.steps] == [1]
    loop = run(desk)
    assert (loop.answer, [step.reply.cached for step in loop.steps]) == ("3", [True, False, False])
    assert len(asker.asked) == 4


def test_a_sum_that_is_used_up_keeps_the_steps_and_more_money_goes_on(desk, play, monkeypatch):
    step = calls(call("read", name="a"), usd=0.03)
    asker = play([step, {**step, "tool_calls": [call("read", name="b")]}, {"answer": "3", "usd": 0.03}], free=False)
    monkeypatch.setattr("workbench.asking.call.worst_of", lambda request: Worst(0.04))
    monkeypatch.setattr("workbench.loops.starting.worst_of", lambda request: Worst(0.04))
    with pytest.raises(BudgetExceeded, match="raise max_usd") as caught:
        run(desk, max_usd=0.08)
    assert len(caught.value.loop.steps) == 2
    assert caught.value.loop.usd_spent == pytest.approx(0.06)
    loop = run(desk, max_usd=0.08)
    assert (loop.answer, loop.usd, loop.usd_spent) == ("3", pytest.approx(0.09), pytest.approx(0.03))
    assert len(asker.asked) == 3


class Worst:
    why = ""

    def __init__(self, usd):
        self.usd = usd


def test_what_the_model_does_wrong_is_told_to_it(desk, play):
    asker = play(
        [
            calls(call("reed", name="a")),
            calls(call("read", nam="a")),
            calls(call("read", name="z")),
            "I cannot.",
        ]
    )
    loop = run(desk)
    assert [one.problem for one in loop.calls] == ["unknown tool", "does not fit", "raised"]
    assert (loop.invalid_calls, desk.done) == (2, ["read z"])
    told = [message["content"] for message in asker.asked[-1].messages if message["role"] == "tool"]
    assert told[0] == "There is no tool 'reed'. The tools are: read, write."
    assert told[2] == "KeyError: 'z'"


def test_with_no_step_left_the_loop_ends(desk, play):
    play(lambda asked: calls(call("read", name="a")))
    loop = run(desk, max_steps=3)
    assert (loop.outcome, loop.answer, len(loop.steps)) == ("out_of_steps", "", 3)


def test_a_loop_that_repeats_itself_is_named_and_stopped_where_that_is_asked(desk, play):
    play(lambda asked: calls(call("read", name="a")))
    loop = run(desk, max_steps=6)
    assert loop.repeated_calls == 5
    assert loop.warnings == ("the same call of 'read' was made 6 times, and came to the same each time",)
    stopped = run(desk, max_steps=6, stop_repeating=2)
    assert (stopped.outcome, len(stopped.steps)) == ("repeating", 3)


@pytest.mark.parametrize(
    ("said", "outcome", "answer"),
    [("enough", "answered", "enough"), (True, "stopped", ""), (False, "out_of_steps", "")],
)
def test_a_function_stops_the_loop(desk, play, said, outcome, answer):
    play(lambda asked: calls(call("read", name="a")))
    loop = run(desk, max_steps=3, stop=lambda steps: len(steps) == 2 and said)
    assert (loop.outcome, loop.answer) == (outcome, answer)


def test_a_turn_that_brings_nothing_is_nudged_once(desk, play):
    asker = play([{"thinking": "I should call read."}, "Here: 3."])
    assert run(desk).answer == "Here: 3."
    assert asker.asked[1].prompt == NUDGE
    play_again = {"thinking": "Hm."}
    asker.close()
    play([play_again, play_again])
    assert run(desk, "Another?").outcome == "empty"


def test_an_answer_that_does_not_fit_is_sent_back_once(desk, play):
    asker = play(["three", '{"sum": 3}', "three", "three again"])
    schema = {"type": "object", "required": ["sum"]}
    assert run(desk, answer_schema=schema).answer == '{"sum": 3}'
    assert "does not fit" in asker.asked[1].prompt
    loop = run(desk, "Once more?", answer_schema=schema)
    assert (loop.outcome, loop.answer) == ("answered", "three again")
    assert loop.warnings[0].startswith("the answer does not fit")


def test_calls_that_the_cap_may_have_cut_are_not_run(desk, play):
    cut = calls(call("write", name="a", number=7), usage={"completion_tokens": 20})
    play([{**cut, "finish_reason": "length"}, cut])
    loop = run(desk, max_tokens=20)
    assert (loop.outcome, desk.done) == ("answer_truncated", [])
    other = run(desk, "And now?", max_tokens=20)  # the host says tool_calls all the same
    assert (other.outcome, desk.done) == ("answer_truncated", [])
    assert "none was run" in other.steps[0].note


def test_it_is_heard_while_it_runs_and_what_hears_badly_breaks_nothing(desk, play):
    play(BOTH)
    heard = []
    run(desk, show=heard.append)
    kinds = [one.kind for one in heard]
    assert list(dict.fromkeys(kinds)) == ["step", "thinking", "tool_call", "call", "result", "answer"]
    assert next(one.text for one in heard if one.kind == "call") == 'read({"name": "a"})'
    assert "".join(one.text for one in heard if one.kind == "answer") == "Together 3."

    def fails(one):
        raise OSError("no screen")

    assert run(desk, show=fails).answer == "Together 3."


def test_the_awaitable_twin_gives_the_same(desk, play):
    play(BOTH)
    loop = asyncio.run(wb.loops.arun("What is a and b?", tools=desk.tools, model=MODEL))
    assert loop.answer == run(desk).answer == "Together 3."


def test_a_task_is_asked_as_the_plain_prompt_puts_it(desk, play):
    asker = play("Nine.")
    (task,) = wb.load_tasks([{"question": "How many?", "context": "9 sheep."}])
    assert wb.loops.run(task, tools=desk.tools, model=MODEL).answer == "Nine."
    assert "9 sheep." in asker.asked[0].prompt


def test_state_is_told_at_the_end_and_the_trace_is_json(desk, play):
    play([calls(call("write", name="c", number=3)), "Done."])
    loop = run(desk, state=lambda: desk.drawer)
    assert loop.state == {"a": 1, "b": 2, "c": 3}
    assert json.loads(json.dumps(loop.trace()))[0]["calls"][0]["result"] == "written"


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_steps": 0},
        {"max_steps": True},
        {"replay": "some"},
        {"ids": "odd"},
        {"results": "none"},
        {"unfinished": "maybe"},
        {"stop_repeating": 0},
        {"stop": 3},
        {"show": True},
        {"max_usd": -1},
        {"fallback": "scripted/other"},
        {"n": 2},
        {"temprature": 1},
    ],
    ids=str,
)
def test_what_cannot_work_is_refused_before_anything_is_sent(desk, play, wrong):
    asker = play("Hm.")
    with pytest.raises(InputError):
        run(desk, **wrong)
    assert asker.asked == []


def test_three_hundred_steps_are_one_loop_and_kept(desk, play):
    def script(asked):
        made = sum(message["role"] == "tool" for message in asked.messages)
        return calls(call("write", name="n", number=made)) if made < 299 else "Counted."

    asker = play(script)
    loop = run(desk, "Count to 299.")
    assert (loop.outcome, len(loop.steps), len(asker.asked)) == ("answered", 300, 300)
    assert desk.drawer["n"] == 298
    again = run(desk, "Count to 299.")
    assert (again.cached, len(asker.asked)) == (True, 300)


@pytest.mark.parametrize(
    "error", [ValueError("dark"), SystemExit(1), KeyboardInterrupt()], ids=lambda one: type(one).__name__
)
def test_whoever_looks_on_and_fails_ends_nothing(desk, play, error):
    """It is called on the thread of all calls, which must go on."""

    def show(heard):
        raise error

    play(lambda asked: "It is 1.")
    loop = wb.loops.run("What is a?", tools=desk.tools, model="scripted/m", show=show)
    assert (loop.outcome, loop.answer) == ("answered", "It is 1.")
    assert any(type(error).__name__ in warning for warning in loop.warnings)
