"""A sweep of loops: rows that every analysis takes, arms that share what they can, failures that cost one row."""

from __future__ import annotations

import asyncio
import contextlib
import json
from types import SimpleNamespace

import pandas as pd
import pytest
from loops_play import call, calls

import workbench as wb
from workbench.errors import AuthError, InputError, ServerBusy

pytestmark = pytest.mark.usefixtures("quick")
TASKS = [
    {"id": "one", "question": "What is a?", "target": "1"},
    {"id": "two", "question": "What is b?", "target": "2"},
    {"id": "three", "question": "What is c?", "target": "3"},
]


def script(asked):
    """Read what is asked for, and say it; c is not there, and is guessed after a second try."""
    question = asked.messages[0]["content"]
    name = question[-2]
    results = [message["content"] for message in asked.messages if message["role"] == "tool"]
    if not results or (name == "c" and len(results) < 2):
        return {"thinking": f"I read {name}.", **calls(call("read", name=name)), "usd": 0.001}
    return {"answer": f"It is {results[-1] if name != 'c' else 4}.", "usd": 0.002}


def sweep(desk, **options):
    asked = {"models": ["scripted/m"], "max_tokens": 64, "scorer": "numeric", **options}
    return wb.loops.sweep(TASKS, tools=desk.tools, **asked)


def test_a_loop_is_a_row_in_the_columns_of_every_other(desk, play):
    play(script)
    rows = sweep(desk)
    assert rows["task_id"].tolist() == ["one", "two", "three"]
    assert rows["correct"].tolist() == [True, True, False]
    assert rows["loop_steps"].tolist() == [2, 2, 3]
    assert rows["loop_failed_calls"].tolist() == [0, 0, 2]
    assert rows["loop_repeated_calls"].tolist() == [0, 0, 1]
    assert rows["loop_calls_by_tool"].map(json.loads).tolist() == [{"read": 1}, {"read": 1}, {"read": 2}]
    assert rows["usd"].tolist() == pytest.approx([0.003, 0.003, 0.004])
    assert (rows["seconds"] >= rows["loop_seconds_in_model"]).all()
    assert rows["thinking"][0] == "I read a."
    assert "tools" not in rows.columns
    table = wb.summary(rows)
    assert len(table) == 1
    assert float(table["accuracy"].iloc[0]) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("thoughts", "answer", "settled"),
    [
        (["Hm.", "It may be 1,412 m.", "So 1412."], "It is 1412.0 metres, from well 7.", 2),
        (["Well 7 is next.", "Hm."], "Well 7 is 9 deep.", 3),  # only what the question says is said before
        (["12 and 3?", "3 crates, 12 dollars."], "12 dollars for 3 crates.", 1),
        (["12?", "3 crates, 12 dollars."], "12 dollars for 3 crates.", 2),  # all of it in one step
        (["Perhaps it is potato  city", "Hm."], "The capital is **Potato City**.", 1),
        (["Monday?", "on tuesday."], "On Tuesday.", 2),
        (["Hm."], "", None),
    ],
)
def test_the_step_is_told_in_which_the_answer_was_first_said(play, thoughts, answer, settled):
    def script(asked):
        done = sum(message["role"] == "tool" for message in asked.messages)
        if done < len(thoughts):
            return {"thinking": thoughts[done], **calls(call("look", at=done))}
        return {"answer": answer}

    def look(at: int) -> str:
        """Look."""
        return f"dark {at}"

    play(script)
    rows = wb.loops.sweep(["How deep is well 7?"], models=["scripted/m"], tools=[look])
    assert rows["loop_thinking_settled"].fillna(0).tolist() == [settled or 0]


def test_again_it_buys_nothing_and_gives_the_same_rows(desk, play):
    asker = play(script)
    first, second = sweep(desk), sweep(desk)
    assert len(asker.asked) == 7
    assert second["usd_spent"].sum() == 0
    same = [name for name in first.columns if name not in ("run", "cached", "usd_spent") and "loop_" not in name]
    pd.testing.assert_frame_equal(first[same].drop(columns="seconds"), second[same].drop(columns="seconds"))


def test_what_ended_before_it_is_waited_for_is_not_waited_for_again(desk, play, monkeypatch):
    """`gather` of Python 3.12 and later returns at once where all has ended; no callback has run by then."""
    waited_for = []

    async def gather(*tasks):
        waited_for.append(tasks)
        assert len(waited_for) < 100
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0)
        return [task.result() for task in tasks]

    play(script)
    monkeypatch.setattr("workbench.loops.sweeping.asyncio", SimpleNamespace(**{**vars(asyncio), "gather": gather}))
    assert sweep(desk)["loop_steps"].notna().all()
    assert waited_for


def test_an_interrupt_while_loops_are_marked_loses_none(desk, play):
    def scorer(answer, task):
        raise KeyboardInterrupt

    play(script)
    with pytest.raises(KeyboardInterrupt) as stopped:
        sweep(desk, scorer=scorer)
    assert stopped.value.rows["answer"].notna().all()
    assert set(stopped.value.rows["why"]) == {"not scored: broken off"}


def test_arms_are_columns_and_share_the_steps_that_they_have_in_common(desk, play):
    asker = play(script)
    rows = sweep(desk, max_steps=[1, 9], replay=["all", "none"])
    assert len(rows) == 12
    assert rows.groupby("max_steps")["correct"].sum().to_dict() == {1: 0, 9: 4}
    assert set(rows.loc[rows["max_steps"] == 1, "outcome"]) == {"out_of_steps"}
    assert len(asker.asked) == 3 + 2 * 4
    assert len(wb.summary(rows)) == 4
    wb.compare(rows, {"max_steps": 1, "replay": "all"}, {"max_steps": 9, "replay": "all"})


def test_rows_survive_a_file(desk, play, tmp_path):
    play(script)
    rows = sweep(desk)
    for name, lost in (("rows.jsonl", contextlib.nullcontext()), ("rows.csv", pytest.warns(match="has lost"))):
        wb.write_rows(rows, tmp_path / name)
        with lost:
            back = wb.read_rows(tmp_path / name)
        assert back["loop_steps"].tolist() == [2, 2, 3]
        assert len(wb.loops.steps(back)) == 7
        assert wb.summary(back)["accuracy"].tolist() == wb.summary(rows)["accuracy"].tolist()


def test_each_loop_can_have_tools_of_its_own_whose_state_is_judged(play):
    def tools(task):
        notes = []

        def note(text: str) -> str:
            """Write a note."""
            notes.append(text)
            return "noted"

        return [note], lambda: {"notes": notes, "task": task.id}

    def says(asked):
        done = any(message["role"] == "tool" for message in asked.messages)
        return "Done." if done else calls(call("note", text=asked.messages[0]["content"][-2]))

    play(says)
    rows = wb.loops.sweep(
        TASKS,
        models="scripted/m",
        tools=tools,
        scorer=[
            wb.loops.checks.state(lambda state, task: state["notes"] == [task.question[-2]]),
            wb.loops.checks.called("note", text=lambda text: text in "ab"),
        ],
    )
    assert rows["score_state"].tolist() == [1, 1, 1]
    assert rows["correct"].tolist() == [True, True, False]
    assert [json.loads(text)["task"] for text in rows["loop_state"]] == ["one", "two", "three"]


def test_a_failure_costs_its_row_and_keeps_its_steps(desk, play):
    def fails(asked):
        results = [message for message in asked.messages if message["role"] == "tool"]
        return ServerBusy("no") if results and "b?" in asked.messages[0]["content"] else script(asked)

    play(fails)
    rows = sweep(desk)
    assert rows["outcome"].tolist() == ["answered", "error", "answered"]
    assert rows["error"][1] == "ServerBusy"
    assert rows["loop_steps"][1] == 1
    assert rows["usd_spent"][1] == pytest.approx(0.001)
    assert wb.summary(rows)["errors"].tolist() == [1]


def test_a_wrong_key_stops_a_provider(desk, play):
    asker = play(AuthError("no such key"))
    rows = sweep(desk, concurrency=1)
    assert len(asker.asked) == 1
    assert rows["error"].tolist() == ["AuthError"] * 3
    assert rows["error_message"][2].startswith("not asked, because")


def test_with_repeats_every_draw_is_its_own_loop_and_all_of_them_count(desk, play):
    asker = play(script)
    rows = sweep(desk, repeats=3)
    assert len(rows) == 9
    assert len(asker.asked) == 21
    assert wb.analysis.pass_every_k(rows, [3])["pass_every_k"].tolist() == pytest.approx([2 / 3])


def test_recorded_results_are_taken_and_nothing_is_run(desk, play):
    play(script)
    sweep(desk)
    desk.done.clear()
    assert sweep(desk, results="recorded")["correct"].tolist() == [True, True, False]
    assert desk.done == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"tools": []},
        {"tools": "recorded"},
        {"tools": lambda task: 3},
        {"max_steps": [0]},
        {"max_steps": [3, 3]},
        {"replay": ["all", "some"]},
        {"ids": "mine"},
        {"on_error": "stop"},
        {"results": "old"},
        {"max_usd": "much"},
        {"models": "scripted/m", "fallback": "scripted/n"},
        {"n": 3},
        {"params": {"n": [1, 2]}},
    ],
    ids=lambda wrong: ", ".join(f"{name} {'' if callable(value) else value}" for name, value in wrong.items()),
)
def test_what_cannot_work_is_refused_before_anything_is_asked(desk, play, wrong):
    asker = play(script)
    with pytest.raises(InputError):
        wb.loops.sweep(TASKS, **{"models": "scripted/m", "tools": desk.tools, **wrong})
    assert asker.asked == []


def test_tools_that_differ_from_task_to_task_cost_a_row(desk, play):
    play(script)
    rows = wb.loops.sweep(
        TASKS, models="scripted/m", tools=lambda task: desk.tools[: 1 if task.id == "two" else 2], scorer="numeric"
    )
    assert rows["outcome"].tolist() == ["answered", "error", "answered"]
    assert "not those of the first" in rows["error_message"][1]
