"""A loop that went its way before is told as it was, without its replies being read; whatever changed is run anew."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from loop_thread import files_touched
from loops_play import call, calls

import workbench as wb
from workbench.cache.kept import current
from workbench.cache.tool_results import tool_results
from workbench.loops import retelling, running

pytestmark = pytest.mark.usefixtures("quick")
OF_THE_RUN = ["run", "seconds", "loop_seconds_in_tools"]


@pytest.fixture
def reread(monkeypatch):
    """The keys of the replies that are read, one after another."""
    keys = []
    before = running.reply_from

    def reply_from(record, *rest, **options):
        keys.append(record["key"])
        return before(record, *rest, **options)

    monkeypatch.setattr(running, "reply_from", reply_from)
    return keys


def step_by_step(monkeypatch, sweep):
    async def nothing(self):
        return None

    with monkeypatch.context() as patch:
        patch.setattr(retelling.Retelling, "row", nothing)
        return sweep()


def told(rows):
    """The rows without what is of this run: whole columns, and the seconds of calls."""
    traces = [json.loads(trace) for trace in rows["loop_trace"]]
    for trace in traces:
        for one in (one for step in trace for one in step.get("calls", ())):
            one.pop("seconds", None)
    return [*map(json.dumps, traces)], rows.drop(columns=[*OF_THE_RUN, "loop_trace"])


def items(*made):
    """A script that says one item after another."""
    return lambda asked: made[sum(message["role"] == "assistant" for message in asked.messages)]


READ, WRITE = call("read", name="a"), call("write", name="a", number=9)
ELSEWHERE = call("write", name="b", number=9)
WAYS = {
    "thinking": (items(calls(READ, thinking="I read."), {"thinking": "It is 1.", "answer": "1"}), {}),
    "tagged": (items({"answer": "<think>I read.</think>Let me.", **calls(READ)}, "<think>So.</think>It is 1."), {}),
    "several": (items(calls(READ, ELSEWHERE, READ), calls(READ), "9"), {}),
    "in order": (items(calls(READ, WRITE, READ), "9"), {"parallel": False}),
    "faults": (items(calls(call("lok"), call("read", name=3)), calls(call("read", name="z")), "none"), {}),
    "repeating": (items(*[calls(READ, thinking="Ä \ud83d\ude00")] * 9), {"stop_repeating": 2}),
    "out of steps": (items(*[calls(READ)] * 9), {"max_steps": 3}),
    "cut": (items(calls(READ), {"answer": "It", "finish_reason": "length"}), {}),
    "nudged": (items(calls(READ), "", ""), {}),
    "last thought": (
        items(calls(READ, thinking="One."), calls(READ, thinking="Two."), "1"),
        {"replay": ["last", "all"]},
    ),
    "recorded": (items(calls(READ), calls(WRITE), "9"), {"results": "recorded"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_row_is_told_as_it_was_read_step_by_step(desk, play, monkeypatch, reread, way):
    script, options = WAYS[way]
    play(script)

    def sweep(**more):
        def tools(task):
            desk.drawer = {"a": 1, "b": 2}
            return desk.tools, lambda: dict(desk.drawer)

        how = {"models": ["scripted/m"], "concurrency": 1, **options, **more}
        return wb.loops.sweep(["What is a?"], tools=tools, **how)

    sweep(**({"results": "run"} if way == "recorded" else {}))
    read = step_by_step(monkeypatch, sweep)
    reread.clear()
    desk.done.clear()
    again = sweep()
    assert reread == []
    assert again["cached"].all()
    traces, rows = told(again)
    expected, beside = told(read)
    assert traces == expected
    pd.testing.assert_frame_equal(rows, beside)
    assert (desk.done == []) == (way == "recorded")
    assert ([*again.columns], again.dtypes.tolist()) == ([*read.columns], read.dtypes.tolist())


def test_a_note_holds_no_text_of_a_reply(desk, play):
    """Whoever deletes a reply deletes what was thought and answered in it."""
    play(WAYS["tagged"][0])
    wb.loops.sweep(["What is a?"], models=["scripted/m"], tools=desk.tools)
    texts = []
    replaced(lambda noted: texts.append(json.dumps(noted)) or b"{}")
    (text,) = texts
    assert not [word for word in ("I read", "Let me", "So.", "It is") if word in text]


def digging(done, changed=()):
    def dig(at: int) -> str:
        """Dig somewhere."""
        done.append(at)
        return f"{'bones' if at in changed else 'stones'} at {at}"

    return [dig]


def dig_on(asked):
    at = sum(message["role"] == "tool" for message in asked.messages)
    return calls(call("dig", at=at), thinking=f"Now {at}.") if at < 5 else asked.messages[-1]["content"]


def sweep(done, changed=(), **options):
    return wb.loops.sweep(["Where?"], models=["scripted/m"], tools=digging(done, changed), **options)


def test_after_a_result_that_differs_what_follows_is_bought_and_no_tool_runs_twice(play):
    asker = play(dig_on)
    sweep([])
    bought, done = len(asker.asked), []
    (answer,) = sweep(done, changed=[3])["answer"]
    assert (answer, done) == ("stones at 4", [0, 1, 2, 3, 4])
    assert len(asker.asked) - bought == 2
    assert sweep([])["cached"].all()
    assert sweep([], changed=[3])["cached"].all()


def test_a_reply_that_was_deleted_is_bought_and_one_bought_anew_is_told(play):
    asker = play(dig_on)
    (trace,) = sweep([])["loop_trace"]
    key = json.loads(trace)[2]["key"]
    wb.cache.delete(key)
    bought = len(asker.asked)
    assert not sweep([])["cached"].any()
    assert len(asker.asked) == bought + 1
    asker.close()
    play(lambda asked: "Nowhere.")
    assert sweep([], refresh=True)["answer"].tolist() == ["Nowhere."]
    assert [sweep([])["answer"].tolist() for _ in range(2)] == [["Nowhere."]] * 2


def replaced(change):
    """Put another note in the place of the one that is kept."""
    results = tool_results(current())
    (name,) = filter(lambda name: ":told:" in name, results._store.keys())
    noted = results.find(name)
    results._store.delete(name)
    results._store.put_new(name, change(noted))


@pytest.mark.parametrize(
    "change",
    [
        lambda noted: json.dumps({**noted, "reader": "another"}).encode(),
        lambda noted: json.dumps({**noted, "row": {}, "steps": [{}]}).encode(),
        lambda noted: json.dumps({**noted, "steps": [{**one, "record": "0" * 32} for one in noted["steps"]]}).encode(),
        lambda noted: json.dumps({**noted, "steps": [{**one, "results": "0" * 32} for one in noted["steps"]]}).encode(),
        lambda noted: b"[]",
        lambda noted: b"no JSON",
    ],
    ids=["another reader", "no steps", "another reply", "another result", "a list", "no JSON"],
)
def test_a_note_that_is_wrong_is_made_anew(play, reread, change):
    asker = play(dig_on)
    first = sweep([])
    replaced(change)
    bought, done = len(asker.asked), []
    assert sweep(done)["answer"].tolist() == first["answer"].tolist()
    assert (len(asker.asked), done) == (bought, [0, 1, 2, 3, 4])
    assert len(reread) == 6
    reread.clear()
    assert sweep([])["answer"].tolist() == first["answer"].tolist()
    assert reread == []


def test_functions_that_look_at_replies_see_them(play, reread):
    play(dig_on)
    sweep([])
    rows = sweep([], stop=lambda steps: "Enough." if steps[-1].reply.thinking == "Now 2." else None)
    assert rows["answer"].tolist() == ["Enough."]
    assert len(reread) == 3


def test_loops_touch_no_file_on_the_thread_of_the_calls(play, desk):
    play(items(calls(READ), {"answer": "1"}))
    wb.sweep(["What does a first sweep load?"], models="scripted/m", tools=desk.tools)
    retelling._code.cache_clear()
    with files_touched() as touched:
        for _ in range(2):
            rows = wb.sweep(["What is in a?", "And now?"], models="scripted/m", tools=desk.tools)
    assert (rows["answer"] == "1").all()
    assert not touched, "\n".join(touched)
