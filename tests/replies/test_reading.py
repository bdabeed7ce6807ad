"""One message told apart: fields, parts and tags, whole or delta by delta, in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.asking.wire.merging import Merge
from workbench.replies.reading import MessageReader, Reading, plain_texts
from workbench.replies.tool_calls import tool_calls_of

CALL = '<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"x": 1}<|tool_call_end|>'
FLAG = {"extra_content": {"google": {"thought": True}}}


def read(*messages, finish_reason="stop", **reading):
    reader = MessageReader(Reading(**reading))
    pieces = [piece for message in messages for piece in reader.feed(message)] + reader.close(finish_reason)
    return {kind: "".join(p.text for p in pieces if p.kind == kind) for kind in ("thinking", "answer", "tool_call")}


def told(thinking, answer, tool_call=""):
    return {"thinking": thinking, "answer": answer, "tool_call": tool_call}


DETAIL = {"type": "reasoning.text", "text": "hm"}


@pytest.mark.parametrize(
    ("message", "thinking", "answer"),
    [
        pytest.param({"reasoning_content": "hm", "content": "9"}, "hm", "9", id="reasoning_content"),
        pytest.param({"reasoning": "hm", "content": "9"}, "hm", "9", id="reasoning"),
        pytest.param({"reasoning_details": [DETAIL], "content": "9"}, "hm", "9", id="reasoning_details"),
        pytest.param(
            {"reasoning": "hm", "reasoning_content": "hm", "reasoning_details": [DETAIL], "content": "9"},
            "hm",
            "9",
            id="never-added",
        ),
        pytest.param(
            {"reasoning": "hm", "reasoning_details": [{"type": "x", "text": ""}]}, "hm", "", id="empty-detail"
        ),
        pytest.param({"reasoning": None, "reasoning_details": [], "content": "9"}, "", "9", id="null-and-empty"),
        pytest.param({"reasoning": "", "reasoning_content": "hm", "content": "9"}, "hm", "9", id="first-that-has-text"),
        pytest.param(
            {"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}], "content": "9"}, "", "9", id="sealed"
        ),
        pytest.param(
            {"reasoning_details": [{"type": "reasoning.text", "signature": "x"}], "reasoning": "hm"},
            "hm",
            "",
            id="signed",
        ),
        pytest.param({"reasoning": " hm", "content": " 9"}, " hm", " 9", id="spaces-kept"),
        pytest.param(
            {"reasoning_content": "[Some reasoning content is encrypted]", "content": "9"}, "", "9", id="placeholder"
        ),
        pytest.param({"reasoning_content": "hm", "content": "<think>hm</think>9"}, "hm", "9", id="said-twice"),
        pytest.param({"reasoning_content": "hm", "content": "<think>ah</think>9"}, "hmah", "9", id="said-two-things"),
        pytest.param({"content": None}, "", "", id="null"),
        pytest.param({"content": [{"type": "thinking", "thinking": "hm"}, {"text": "9"}]}, "hm", "9", id="blocks"),
        pytest.param(
            {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, "9"]},
            "hm",
            "9",
            id="mistral",
        ),
        pytest.param({"content": [{"type": "image_url"}, {"type": "text", "text": "9"}]}, "", "9", id="other-parts"),
        pytest.param({"content": "9", "tool_calls": 7}, "", "9", id="tool-calls-of-no-type"),
    ],
)
def test_thinking_and_answer_are_told_apart(message, thinking, answer):
    assert read(message) == told(thinking, answer)


def test_googles_tag_counts_beside_its_flag_only():
    text = "<thought>hm</thought>9"
    assert read({"content": text, **FLAG}, thought_flag=True) == told("hm", "9")
    assert read({"content": text}, thought_flag=True) == told("", text)
    assert read({"content": text}) == told("hm", "9")


def test_googles_flag_outlives_what_comes_after_it():
    merge = Merge()
    for delta in (
        {"content": "<thought>hm", **FLAG},
        {"content": "</thought>9"},
        {"content": "", "extra_content": {"google": {"thought": False, "thought_signature": "c2ln"}}},
    ):
        merge.add({"choices": [{"index": 0, "delta": delta}]})
    message = merge.body()["choices"][0]["message"]
    assert message["extra_content"] == {"google": {"thought": True, "thought_signature": "c2ln"}}
    assert read(message, thought_flag=True) == told("hm", "9")


def test_a_field_of_its_own_that_the_first_chunk_began_is_completed_by_the_last():
    merge = Merge()
    merge.add({"choices": [], "x_groq": {"id": "r"}})
    merge.add({"choices": [], "x_groq": {"id": "r", "usage": {"prompt_tokens": 3}}})
    assert merge.body()["x_groq"] == {"id": "r", "usage": {"prompt_tokens": 3}}


def test_a_tool_call_left_in_the_thinking_is_no_thinking():
    assert read({"reasoning_content": f"hm{CALL}", "content": None}) == told("hm", "", CALL)
    assert read(*({"reasoning_content": letter} for letter in f"hm{CALL}")) == told("hm", "", CALL)
    quoted = "The token <|tool_call_begin|> opens a call."
    assert read({"reasoning_content": quoted}) == told(quoted, "")


def test_a_template_that_opened_the_thinking_does_not_matter_where_a_field_has_it():
    assert read({"content": "hm</think>9"}, preopened=True) == told("hm", "9")
    assert read({"reasoning_content": "hm", "content": "9 is it"}, finish_reason="length", preopened=True) == told(
        "hm", "9 is it"
    )


TEXTS = st.lists(
    st.sampled_from(["<think>", "</think>", "a", " ", "\n", "<", "b", "<|tool_call_begin|>", CALL]), max_size=8
)


@given(TEXTS.map("".join), TEXTS.map("".join), st.sampled_from(["stop", "length"]), st.data())
def test_a_message_is_read_the_same_however_its_deltas_are_cut(thinking, content, finish_reason, data):
    def pieces(text, name):
        cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
        return [{name: text[start:end]} for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    merge = Merge()
    deltas = [*pieces(thinking, "reasoning_content"), *pieces(content, "content")]
    for delta in deltas:
        merge.add({"choices": [{"index": 0, "delta": delta}]})
    merged = merge.body()["choices"][0]["message"]
    whole = {"reasoning_content": thinking, "content": content}
    expected = read(whole, finish_reason=finish_reason)
    assert read(merged, finish_reason=finish_reason) == expected
    assert read(*deltas, finish_reason=finish_reason) == expected


TEXTS = st.lists(st.sampled_from([*"ab9 \n\t`.", "<", "[", "◁", "think>", "/"]), max_size=12).map("".join)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "reasoning_content": TEXTS,
            "reasoning": TEXTS,
            "content": st.one_of(TEXTS, st.none(), st.just([])),
            "tool_calls": st.sampled_from([None, [], [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]]),
            "extra_content": st.just({"google": {"thought": True}}),
        },
    ),
    st.builds(Reading, thought_flag=st.booleans(), preopened=st.booleans()),
    st.sampled_from(["stop", "length", None]),
)
def test_what_is_read_quickly_is_read_as_by_the_reader(message, reading, finish_reason):
    quick = plain_texts(message, reading)
    reader = MessageReader(reading)
    pieces = [*reader.feed(message), *reader.close(finish_reason)]
    if quick is None:
        return
    thinking, answer = (
        "".join(piece.text for piece in pieces if piece.kind == kind) for kind in ("thinking", "answer")
    )
    assert quick == (thinking, answer)
    assert not reader.stray_closing
    called = [piece.text for piece in pieces if piece.kind == "tool_call"]
    assert called == [call.arguments for call in tool_calls_of(message)]


@pytest.mark.parametrize("extra", [{}, {"tool_calls": None}, {"refusal": None}])
def test_two_texts_without_a_notation_are_read_quickly(extra):
    assert plain_texts({"reasoning": "7 * 6.", "content": "42\n", **extra}, Reading()) == ("7 * 6.", "42\n")
