"""What is read from each provider's way of answering, whole and streamed, over a real connection."""

import dataclasses
import json

import pytest
from any_body import BODIES, record
from fakes.server import FakeServer
from fakes.wordings.dialects import CASES
from hypothesis import given
from hypothesis import strategies as st
from nightly import examples

import workbench as wb
from workbench.asking.money import reported_usd
from workbench.asking.wire.streams import check_body
from workbench.errors import CallError, StreamCut
from workbench.providers.facts import known_providers
from workbench.replies.reading import Reading
from workbench.replies.reply import reply_from

READ = (
    "thinking",
    "answer",
    "outcome",
    "finish_reason",
    "thinking_visibility",
)


COUNTED = ("prompt_tokens", "completion_tokens", "cached_prompt_tokens")


def serve(case, address):
    known = case.dialect if case.dialect in known_providers() else None
    wb.add_provider("fake", base_url=address, dialect=known)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_each_wording_of_a_reply_is_read_right(case, stream):
    with FakeServer(case) as server:
        serve(case, server.base_url)
        reply = wb.ask("How many sheep are left?", model=f"fake/{case.model}", stream=stream)
        again = wb.ask("How many sheep are left?", model=f"fake/{case.model}", stream=stream)
    expected = {
        "thinking_visibility": case.visibility,
        **{n: getattr(case, n) for n in READ if n != "thinking_visibility"},
    }
    assert {name: getattr(reply, name) for name in READ} == expected
    assert {name: getattr(reply.usage, name) for name in COUNTED} == {name: getattr(case, name) for name in COUNTED}
    counted = reply.usage.thinking_tokens_source == "reported"
    assert (reply.usage.thinking_tokens if counted else None) == case.thinking_tokens
    if case.answer_tokens is not None:
        assert reply.usage.answer_tokens == case.answer_tokens
    assert tuple(call.name for call in reply.tool_calls) == case.tool_names
    if case.usd is not None:
        assert (reply.usd, reply.usd_source) == (pytest.approx(case.usd), "provider")
    assert again == dataclasses.replace(reply, cached=True, usd_spent=0.0)
    assert server.hits == 1


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_pieces_of_a_stream_add_up_to_the_reply(case):
    with FakeServer(case) as server:
        serve(case, server.base_url)
        stream = wb.stream("How many sheep are left?", model=f"fake/{case.model}")
        pieces = list(stream)
    texts = {kind: "".join(piece.text for piece in pieces if piece.kind == kind) for kind in ("thinking", "answer")}
    assert texts["answer"] == stream.reply.answer
    if stream.reply.thinking:
        assert texts["thinking"] == stream.reply.thinking


@examples(5_000, by_day=300)
@given(BODIES, st.booleans())
def test_no_body_brings_anything_but_a_reply_or_an_error_of_ours(body, thought_flag):
    if not isinstance(body, dict):
        return
    try:
        check_body(body)
    except CallError:
        return
    reply = reply_from(record(body), Reading(thought_flag=thought_flag))
    assert isinstance(reply.answer, str)
    assert isinstance(reply.thinking, str)
    assert repr(reply)
    reported_usd(body.get("usage"))
    json.dumps(dict(reply.raw))


OPEN = [
    ({"content": "<think>\nThe ewes are"}, "thinking_exhausted"),
    ({"content": None, "reasoning_content": "The ewes are"}, "thinking_exhausted"),
    ({"content": "There are"}, "answer_truncated"),
    (
        {"content": None, "tool_calls": [{"id": "a", "function": {"name": "barn", "arguments": "{}"}}]},
        "answer_truncated",
    ),
]


def unended(message, used, **asked):
    body = {"choices": [{"message": message}], "usage": {"prompt_tokens": 7, "completion_tokens": used}}
    kept = record(body)
    kept["request"]["body"] |= asked
    check_body(body, kept["request"]["body"])
    return reply_from(kept, Reading())


@pytest.mark.parametrize(("message", "outcome"), OPEN)
@pytest.mark.parametrize("cap", ["max_tokens", "max_completion_tokens"])
def test_without_a_finish_reason_a_reply_that_used_all_its_tokens_was_cut(message, outcome, cap):
    """A gateway may lose the chunk that says so (one-api and new-api do)."""
    reply = unended(message, 40, **{cap: 40})
    assert (reply.outcome, reply.finish_reason) == (outcome, "length")
    assert ["all the tokens" in warning for warning in reply.warnings] == [True]


@pytest.mark.parametrize("message", [message for message, outcome in OPEN if outcome == "thinking_exhausted"])
def test_without_a_finish_reason_a_thought_alone_is_no_reply_in_whatever_shape_it_comes(message):
    with pytest.raises(StreamCut, match="without a finish reason"):
        unended(message, 39, max_tokens=40)


@pytest.mark.parametrize("reason", ["repetition_truncation", "repetition"])
def test_what_a_host_cut_for_going_round_in_circles_was_cut(reason):
    def ended(**message):
        return reply_from(record({"choices": [{"message": message, "finish_reason": reason}]}), Reading()).outcome

    assert ended(content="ewe and ram and ewe and ram") == "answer_truncated"
    assert ended(content=None, reasoning_content="and so on and so on") == "thinking_exhausted"


def test_the_tokens_of_several_draws_tell_nothing_of_one():
    assert unended({"content": "There are nine."}, 80, max_tokens=40, n=2).outcome == "answered"


def test_a_call_that_breaks_off_was_cut_and_a_whole_one_was_not():
    def called(arguments, **more):
        calls = [{"id": "a", "function": {"name": "barn", "arguments": arguments}}]
        return unended({"content": None, "tool_calls": calls}, 12, **more)

    assert called('{"door": "le').outcome == "answer_truncated"
    assert called('{"door": "left"}').outcome == "tool_call"
    assert called("by the left door").outcome == "tool_call"


def begun(streamed, content, dialect="llamacpp", **more):
    request = {
        "model_id": "llamacpp/m",
        "dialect": dialect,
        "sample": 0,
        "body": {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "The answer is"}]},
    }
    message = {"role": "assistant", "content": content}
    record = {
        "version": 2, "key": "k", "request": request, "streamed": streamed, "status": 200, "request_id": None,
        "response": {"choices": [{"message": message, "finish_reason": "stop"}], **more},
        "seconds": 1.0, "seconds_to_first_token": None, "seconds_to_answer": None, "attempts": 1, "usd": None,
        "usd_source": "unknown", "created_at": "2026-11-28T00:00:00+00:00", "workbench": "0",
    }  # fmt: skip
    return reply_from(record, Reading()).answer


def test_an_answer_that_was_begun_is_one_text_however_it_was_fetched():
    """llama.cpp repeats the beginning in whole bodies and not in streams (seen at the embedded server)."""
    assert begun(False, "The answer is no.") == begun(True, " no.") == " no."
    assert begun(True, "The answer is no.") == "The answer is no."


def test_only_a_server_that_is_known_to_repeat_has_it_taken_off():
    assert begun(False, "The answer is no.", dialect="openai") == "The answer is no."
    assert begun(False, "The answer is no.", dialect="box", timings={"predicted_n": 3}) == " no."
    assert begun(False, "Another text") == "Another text"
