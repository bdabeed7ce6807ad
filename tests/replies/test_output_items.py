"""Output items of the Responses API are read as a message."""

import pytest
from fakes.wordings.output_items import USAGE, body, called, said, thought
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.replies.message import said as told_of
from workbench.replies.reading import Reading
from workbench.replies.reply import reply_from


def read(whole, **asked):
    request = {
        "model_id": "openai/m",
        "body": {"model": "m", "messages": [], **asked},
        "sample": 0,
        "dialect": "openai",
    }
    record = {
        "version": 2, "key": "k" * 64, "request": request, "response": whole, "streamed": False, "status": 200,
        "request_id": None, "seconds": 1.0, "seconds_to_first_token": None, "seconds_to_answer": None, "attempts": 1,
        "usd": None, "usd_source": "unknown", "created_at": "2026-10-01T00:00:00+00:00", "workbench": "0",
    }  # fmt: skip
    return reply_from(record, Reading(thinking="hidden"))


def test_thinking_answer_and_usage_are_told_apart():
    reply = read(body([thought("Nine stay.", "So nine."), said("9", " sheep")]))
    assert reply.thinking == "Nine stay.\n\nSo nine."
    assert reply.thinking_visibility == "summary"
    assert reply.answer == "9 sheep"
    assert reply.outcome == "answered"
    assert (reply.usage.prompt_tokens, reply.usage.cached_prompt_tokens) == (210, 128)
    assert (reply.usage.thinking_tokens, reply.usage.answer_tokens, reply.usage.output_tokens) == (64, 32, 96)
    assert reply.usage.thinking_tokens_source == "reported"
    assert reply.served_model == "fake-model-2026-10-01"
    assert reply.warnings == ()


def test_a_host_that_shows_its_thinking_is_read_in_full_and_its_summary_left():
    reply = read(body([thought("short", own="All of it.", sealed=None), said("9")]))
    assert (reply.thinking, reply.thinking_visibility) == ("All of it.", "full")


def test_sealed_thinking_is_hidden_and_the_items_are_kept_as_they_came():
    items = [thought(sealed="b3BhcXVl"), called("weigh", '{"kg": 3}')]
    reply = read(body(items))
    assert (reply.thinking, reply.thinking_visibility, reply.outcome) == ("", "hidden", "tool_call")
    assert [(call.id, call.name, call.arguments) for call in reply.tool_calls] == [
        ("call_weigh_0", "weigh", '{"kg": 3}')
    ]
    assert told_of(reply.raw).message["output"] == items


def test_what_is_said_before_a_call_is_no_answer():
    reply = read(body([thought(), said("I shall weigh it.", phase="commentary"), called("weigh", "{}")]))
    assert (reply.answer, reply.outcome) == ("", "tool_call")
    assert reply.thinking == "I shall weigh it."
    last = read(body([said("Let me see.", phase="commentary"), said("3 kg", phase="final_answer")]))
    assert (last.answer, last.outcome) == ("3 kg", "answered")


RAN_OUT = {"status": "incomplete", "reason": "max_output_tokens"}


@pytest.mark.parametrize(
    ("items", "top", "outcome"),
    [
        ([thought("hm")], RAN_OUT, "thinking_exhausted"),
        ([said("9 sh", status="incomplete")], RAN_OUT, "answer_truncated"),
        ([called("f", '{"x":48151', status="incomplete")], RAN_OUT, "answer_truncated"),
        ([said("9")], {"status": "incomplete", "reason": "content_filter"}, "refused"),
        ([said(refusal="I will not.")], {}, "refused"),
        ([thought("hm")], {}, "empty"),
        ([], {}, "empty"),
    ],
)  # fmt: skip
def test_each_end_has_its_outcome(items, top, outcome):
    assert read(body(items, **top)).outcome == outcome


def test_custom_tools_and_items_of_no_known_kind():
    custom = {"type": "custom_tool_call", "id": "ct_1", "call_id": "c9", "name": "shell", "input": "ls"}
    reply = read(body([{"type": "web_search_call", "id": "ws"}, custom, "noise", {"type": "message", "content": 7}]))
    assert [(call.id, call.name, call.arguments) for call in reply.tool_calls] == [("c9", "shell", "ls")]


NAMES = st.sampled_from(
    ["type", "content", "summary", "text", "phase", "status", "arguments", "call_id", "refusal", "id"]
)
WORDS = st.sampled_from(["message", "reasoning", "function_call", "output_text", "commentary", "refusal", "hm"])
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=12,
)


@settings(max_examples=60)
@given(items=st.lists(ANYTHING, max_size=4), status=ANYTHING)
def test_whatever_stands_in_a_body_is_read_or_passed_over(items, status):
    reply = read({"output": items, "status": status, "incomplete_details": items, "usage": items})
    assert isinstance(reply.answer, str)
    assert isinstance(reply.thinking, str)


def test_missing_counts_stay_unknown():
    reply = read(body([said("9")], usage={name: value for name, value in USAGE.items() if "details" not in name}))
    assert (reply.usage.cached_prompt_tokens, reply.usage.thinking_tokens) == (None, None)
