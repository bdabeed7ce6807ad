"""What is read from each provider's way of answering, whole and streamed, over a real connection."""

import dataclasses
import itertools
import json

import pytest
from fakes.bodies import event_bytes
from fakes.dialects import CASES
from fakes.server import FakeServer
from hypothesis import given
from hypothesis import strategies as st
from nightly import examples

import workbench as wb
from workbench.asking.money import reported_usd
from workbench.asking.wire.merging import Merge
from workbench.asking.wire.streams import EventReader, check_body
from workbench.errors import CallError
from workbench.providers.facts import known_providers
from workbench.replies.reading import MessageReader, Reading
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


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_stream_is_merged_into_the_same_body_however_its_bytes_are_cut(case, size):
    wire = b"".join(map(event_bytes, [*case.events, "data: [DONE]"]))

    def merged(blocks):
        events, merge = EventReader(), Merge()
        for chunk in itertools.chain.from_iterable(map(events.feed, blocks)):
            merge.add(chunk)
        for chunk in events.close():
            merge.add(chunk)
        return merge.body()

    assert merged(wire[i : i + size] for i in range(0, len(wire), size)) == merged([wire])


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


NAMES = [
    "choices",
    "message",
    "delta",
    "content",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "text",
    "type",
    "thinking",
    "finish_reason",
    "index",
    "usage",
    "error",
    "code",
    "tool_calls",
    "function",
    "arguments",
    "name",
    "id",
    "role",
    "extra_content",
    "google",
    "thought",
    "prompt_tokens",
    "completion_tokens",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
MESSAGES = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5)
CHOICES = st.fixed_dictionaries(
    {"message": MESSAGES | JSON, "finish_reason": st.sampled_from(["stop", "length", "error", None]) | JSON}
)
BODIES = JSON | st.fixed_dictionaries(
    {"choices": st.lists(CHOICES, max_size=2) | JSON}, optional={"usage": JSON, "error": JSON}
)


def record(body):
    return {
        "version": 1,
        "key": "k",
        "request": {"model_id": "fake/m", "body": {}, "sample": 0},
        "response": body,
        "streamed": False,
        "status": 200,
        "request_id": None,
        "seconds": 1.0,
        "seconds_to_first_token": None,
        "seconds_to_answer": None,
        "attempts": 1,
        "usd": None,
        "usd_source": "unknown",
        "created_at": "2026-11-24T00:00:00+00:00",
        "workbench": "0",
    }


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


@given(st.lists(JSON | st.fixed_dictionaries({"choices": st.lists(CHOICES, max_size=2)}), max_size=4))
def test_no_chunk_brings_anything_but_a_body_or_an_error_of_ours(chunks):
    merge, reader = Merge(), MessageReader(Reading(), eager=True)
    try:
        for chunk in chunks:
            delta = merge.add(chunk)
            if delta is not None:
                reader.feed(delta)
        check_body(merge.body())
    except CallError:
        return
    reply_from(record(merge.body()), Reading())
