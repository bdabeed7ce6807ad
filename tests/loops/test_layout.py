"""`wb.sweep` with functions as tools is a sweep of loops, remembered and opened like any other."""

from __future__ import annotations

import asyncio

import pandas as pd
import pytest
from loops_play import call, calls

import workbench as wb
from workbench.errors import InputError

pytestmark = pytest.mark.usefixtures("quick")
TASKS = [{"id": name, "question": f"What is {name}?", "target": number} for name, number in (("a", "1"), ("b", "2"))]


def script(asked):
    results = [message["content"] for message in asked.messages if message["role"] == "tool"]
    if not results:
        return {"thinking": "I must read.", **calls(call("read", name=asked.messages[0]["content"][-2])), "usd": 0.001}
    return {"thinking": "I know.", "answer": f"It is {results[-1]}.", "usd": 0.002}


KEPT = {"results": "kept"}
SAME = [
    "task_id",
    "model",
    "outcome",
    "answer",
    "thinking",
    "correct",
    "usd",
    "loop_steps",
    "loop_calls_by_tool",
    "key",
]


def test_functions_make_a_sweep_one_of_loops_and_schemas_do_not(desk, play):
    play(script)
    rows = wb.sweep(TASKS, models="scripted/m", tools=desk.tools, scorer="numeric", max_steps=5)
    assert rows["loop_steps"].tolist() == [2, 2]
    assert rows["correct"].tolist() == [True, True]
    plain = wb.sweep(TASKS, models="scripted/m", tools=[wb.loops.tool(desk.read).schema], scorer="numeric")
    assert plain["outcome"].tolist() == ["tool_call", "tool_call"]
    assert "loop_steps" not in plain


def test_a_run_of_loops_is_remembered_and_opened_without_its_tools(desk, play, tmp_path):
    asker = play(script)
    rows = wb.sweep(
        TASKS, models="scripted/m", tools=desk.tools, scorer="numeric", max_steps=[1, 5], name="drawer", max_usd=1.0
    )
    assert wb.runs()["name"].tolist() == ["drawer"]
    asked = len(asker.asked)
    desk.done.clear()
    back = wb.open_run("drawer")
    assert (len(asker.asked), desk.done) == (asked, [])
    names = [*SAME, "max_steps"]
    pd.testing.assert_frame_equal(back[names], rows[names], check_dtype=False)
    assert back["usd_spent"].sum() == 0
    ours, theirs = (wb.loops.steps(table) for table in (rows, back))
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)
    assert wb.summary(back)["accuracy"].tolist() == wb.summary(rows)["accuracy"].tolist()


def test_decide_buys_waves_of_loops_that_are_remembered_as_one_run(desk, play):
    tasks = [{"id": f"{number}", "question": f"Task {number}: what is a?", "target": "1"} for number in range(40)]

    def says(asked):
        if "none" in asked.model:
            return {"answer": "It is 9."}
        return script(asked)

    play(says)
    found = wb.sweeps.decide(
        tasks, "scripted/good", "scripted/none", tools=desk.tools, scorer="numeric", name="which", max_usd=1.0
    )
    assert found.best == ("scripted/good",)
    assert found.calls < 80
    assert len(wb.open_run("which")) == len(found.rows)
    rows = wb.sweep(
        tasks,
        models=["scripted/good", "scripted/none"],
        tools=desk.tools,
        scorer="numeric",
        until="decided",
        max_usd=1.0,
    )
    assert len(rows) == len(found.rows)
    assert rows["usd_spent"].sum() == 0


@pytest.mark.parametrize("option", [{"batch": True}, {"caps": "cut"}, {"into": "rows"}, {"fallback": ["scripted/n"]}])
def test_what_only_single_calls_can_is_refused(desk, play, option):
    play(script)
    with pytest.raises(InputError, match="calls that stand alone"):
        wb.sweep(TASKS, models="scripted/m", tools=desk.tools, **option)


def test_a_sweep_can_take_the_tools_that_were_recorded(desk, play):
    asker = play(script)
    wb.sweep(TASKS, models="scripted/m", tools=desk.tools, scorer="numeric")
    desk.done.clear()
    asked = len(asker.asked)
    rows = wb.sweep(TASKS, models="scripted/m", tools="recorded", scorer="numeric")
    assert rows["correct"].tolist() == [True, True]
    assert (desk.done, len(asker.asked)) == ([], asked)
    with pytest.raises(InputError, match="no loop is recorded"):
        wb.sweep(TASKS, models="scripted/m", tools="recorded", temperature=0.5)


def test_the_awaitable_twin_hands_over_too(desk, play):
    play(script)
    heard = []
    rows = asyncio.run(
        wb.asweep(TASKS, models="scripted/m", tools=desk.tools, on_progress=lambda progress, final: heard.append(final))
    )
    assert rows["loop_steps"].tolist() == [2, 2]
    assert heard[-1] is True


def test_a_recording_carries_what_tools_returned_and_replays_without_key_or_effect(desk, play, tmp_path, monkeypatch):
    asker = play(script)
    rows = wb.sweep(TASKS, models="scripted/m", tools=desk.tools, scorer="numeric")
    one = wb.loops.run(TASKS[0]["question"], tools=desk.tools, model="scripted/m")
    assert wb.cache.export(tmp_path / "loops.jsonl", rows) == 4
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "elsewhere"))
    with pytest.raises(InputError, match="no loop is recorded"):
        wb.sweep(TASKS, models="scripted/m", tools="recorded", scorer="numeric")
    assert wb.cache.load(tmp_path / "loops.jsonl") == 4
    desk.done.clear()
    asked = len(asker.asked)
    again = wb.sweep(TASKS, models="scripted/m", tools="recorded", scorer="numeric")
    assert again["answer"].tolist() == rows["answer"].tolist()
    assert wb.loops.run(TASKS[0]["question"], tools="recorded", model="scripted/m").answer == one.answer
    assert (desk.done, len(asker.asked)) == ([], asked)
    assert again["usd_spent"].sum() == 0


def test_a_page_of_results_holds_the_steps_and_what_shows_them(desk, play, tmp_path):
    play(script)
    rows = wb.sweep(TASKS, models="scripted/m", tools=desk.tools, scorer="numeric")
    wb.report(rows, output=tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert "window.workbenchTrace = " in page
    assert "I must read." in page


def test_a_loop_that_was_run_before_its_model_had_a_default_cap_goes_on_under_its_keys(desk, play, tmp_path):
    asker = play(script)
    first = wb.sweep(TASKS[:1], models="scripted/m", tools=desk.tools)
    alone = wb.loops.run("What is b?", model="scripted/m", tools=desk.tools)
    asked, done = len(asker.asked), len(desk.done)
    (tmp_path / "workbench.toml").write_text('[models."scripted/m"]\ndefault_max_tokens = 300\n', encoding="ascii")
    for tools in (desk.tools, "recorded"):
        rows = wb.sweep(TASKS[:1], models="scripted/m", tools=tools, **({} if tools == "recorded" else KEPT))
        assert list(rows["key"]) == list(first["key"])
        again = wb.loops.run("What is b?", model="scripted/m", tools=tools, **({} if tools == "recorded" else KEPT))
        assert again.answer == alone.answer
    assert wb.plan(TASKS[:1], models="scripted/m", tools=desk.tools).estimates[0].kept == 1
    assert (len(asker.asked), len(desk.done)) == (asked, done)
