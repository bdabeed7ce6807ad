"""Requests with tools are tasks that are sent as they stand."""

import json

import pytest
from fakes.server.server import FakeServer

import workbench as wb
from workbench.errors import InputError
from workbench.tasks.requests import request_of, sent_with

TOOL = {"type": "function", "function": {"name": "weigh", "parameters": {"type": "object"}}}
CALL = {"id": "weigh:0", "function": {"name": "weigh", "arguments": "{"}}
HISTORY = [
    {"role": "_input", "content": "You weigh things."},
    {"role": "user", "content": [{"type": "text", "text": "Weigh the anvil."}]},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [CALL],
    },
    {"role": "tool", "tool_call_id": "weigh:0", "content": "broken"},
]
LINE = {"messages": HISTORY, "tools": [TOOL], "tool_choice": "auto", "model": "kimi", "temperature": 1.0,
        "max_tokens": 64_000, "stream": True}  # fmt: skip


def test_a_file_of_requests_is_read_with_calls_and_results(tmp_path):
    path = tmp_path / "requests.jsonl"
    path.write_text("".join(json.dumps({**LINE, "finish_reason": reason}) + "\n" for reason in ("tool_calls", "stop")))
    tasks = wb.load_tasks(path)
    assert [task.id for task in tasks] == ["1", "2"]
    assert [task.question for task in tasks] == ["Weigh the anvil."] * 2
    request = request_of(tasks[1])
    assert request["messages"] == [{**HISTORY[0], "role": "system"}, *HISTORY[1:]]
    assert sent_with(request) == {"tools": [TOOL], "tool_choice": "auto"}
    assert request["finish_reason"] == "stop"
    assert "max_tokens, model, stream, temperature of the requests are left to the sweep" in str(
        tasks.understood.lines()
    )


def test_results_of_the_verifier_hold_their_request_inside():
    [task] = wb.load_tasks([{"data_index": 7, "request": LINE, "finish_reason": "tool_calls", "response": {"id": "x"}}])
    assert request_of(task)["tools"] == [TOOL]
    assert task.extra["data_index"] == 7


def test_a_sweep_sends_each_with_its_own_tools():
    other = {**TOOL, "function": {"name": "count"}}
    with FakeServer("Done.") as server:
        wb.add_provider("box", base_url=server.base_url)
        rows = wb.sweep([LINE, {**LINE, "tools": [other]}], models="box/m", max_tokens=50)
    sent = sorted((request.json for request in server.requests), key=lambda one: one["tools"][0]["function"]["name"])
    assert [one["tools"] for one in sent] == [[other], [TOOL]]
    assert sent[0]["messages"][2]["tool_calls"][0]["id"] == "weigh:0"
    assert (sent[0]["max_tokens"], "temperature" in sent[0]) == (50, False)
    assert rows["outcome"].tolist() == ["answered"] * 2


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(InputError, match="sent as it is"):
        wb.plan([LINE], models="local/smollm2-135m-think", prompts={"short": "{{ question }} Be brief."})
    with pytest.raises(InputError, match="item 2"):
        wb.load_tasks([LINE, {"question": "What?"}])


def test_conversations_without_tools_stay_what_they_were():
    [task] = wb.load_tasks([{"messages": [{"role": "user", "content": "What is 6 * 7?"}], "answer": "42"}])
    assert (task.question, task.target, request_of(task)) == ("What is 6 * 7?", "42", None)
