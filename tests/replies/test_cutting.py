"""A reply cut at a smaller cap is what a call with that cap would have brought."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.replies.cutting import cut
from workbench.replies.reading import Reading
from workbench.replies.reply import Reply, reply_from


def reply(message, *, usage=None, finish_reason="stop", **more) -> Reply:
    body = {"choices": [{"message": message, "finish_reason": finish_reason}], "usage": usage or {}}
    record = {
        **{"version": 2, "key": "k", "request": {"body": {"max_tokens": 500}, "model_id": "local/m", "sample": 0}},
        **{"response": body, "streamed": True, "status": 200, "request_id": None, "seconds": 1.0},
        **{"seconds_to_first_token": 0.1, "seconds_to_answer": 0.5, "attempts": 1, "usd": 0.0, "usd_source": "x"},
        **{"created_at": "2026-11-28T00:00:00+00:00", "workbench": "0", **more},
    }
    return reply_from(record, Reading())


def read(body) -> Reply:
    (choice,) = body["choices"]
    return reply(choice["message"], usage=body["usage"], finish_reason=choice["finish_reason"])


def counts(output, thinking=None):
    details = {} if thinking is None else {"completion_tokens_details": {"reasoning_tokens": thinking}}
    return {"prompt_tokens": 5, "completion_tokens": output, "total_tokens": 5 + output, **details}


words = st.lists(st.text(min_size=0, max_size=6), min_size=1, max_size=12)


@given(words, words, st.integers(1, 40))
def test_where_tokens_are_counted_each_cap_shows_the_tokens_up_to_it_and_no_letter_more(thinking, answer, cap):
    tokens = [*thinking, "", *answer, ""]
    ends, characters = [], 0
    for token in tokens:
        characters += len(token)
        ends.append(characters)
    message = {"reasoning_content": "".join(thinking), "content": "".join(answer)}
    whole = reply(message, usage=counts(len(tokens)), token_ends=ends)
    shorter = cut(whole, cap)
    assert not shorter.estimated or not characters
    assert shorter.tokens == min(cap, len(tokens))
    assert shorter.tokens + shorter.saved_tokens == len(tokens)
    if cap >= len(tokens):
        assert shorter.body == whole.raw
        return
    cut_message = shorter.body["choices"][0]["message"]
    shown = (cut_message.get("reasoning_content") or "") + cut_message["content"]
    assert shown == "".join(tokens[:cap])
    assert shorter.body["choices"][0]["finish_reason"] == "length"
    assert shorter.body["usage"]["completion_tokens"] == cap


@given(st.text(max_size=60), st.text(max_size=60), st.integers(1, 50), st.integers(1, 50), st.booleans())
def test_where_nobody_counted_a_larger_cap_never_shows_less(thinking, answer, first, second, known):
    usage = counts(40, thinking=25 if thinking else None) if known else None
    whole = reply({"reasoning_content": thinking, "content": answer}, usage=usage)
    small, large = (cut(whole, cap) for cap in sorted((first, second)))
    for field in ("reasoning_content", "content"):
        texts = [one.body["choices"][0]["message"].get(field) or "" for one in (small, large)]
        assert texts[1].startswith(texts[0])
    assert small.tokens <= large.tokens


@pytest.mark.parametrize(
    "ends",
    [[], [1, 2], [3, 2, 9], [-1, 9], ["9"], [True, 9], [4.0, 9], [9, 12]],
    ids=["none", "too short", "falling", "negative", "a text", "a truth", "a fraction", "too long"],
)
def test_a_count_that_cannot_be_one_is_not_believed(ends):
    whole = reply({"reasoning_content": "abcdef", "content": "xyz"}, usage=counts(9, 6), token_ends=ends)
    shorter = cut(whole, 3)
    assert shorter.estimated
    assert shorter.body["choices"][0]["message"]["reasoning_content"] == "abc"


def test_the_token_that_ends_the_turn_has_no_text():
    whole = reply({"content": "abcd"}, usage=counts(5))
    assert [cut(whole, cap).body["choices"][0]["message"]["content"] for cap in (1, 3, 4, 5)] == [
        "a",
        "abc",
        "abcd",
        "abcd",
    ]


SHAPES = {
    "a field": ({"reasoning_content": "aaaaaaaa", "content": "bbbb"}, counts(13, 8)),
    "another field": ({"reasoning": "aaaaaaaa", "content": "bbbb"}, counts(13, 8)),
    "details": (
        {"reasoning_details": [{"type": "reasoning.text", "text": "aaaaaaaa"}], "content": "bbbb"},
        counts(13, 8),
    ),
    "parts": (
        {"content": [{"type": "thinking", "thinking": "aaaaaaaa"}, {"type": "text", "text": "bbbb"}]},
        counts(13, 8),
    ),
    "outside the completion": (
        {"reasoning_content": "aaaaaaaa", "content": "bbbb"},
        {
            **{"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 18},
            "completion_tokens_details": {"reasoning_tokens": 8},
        },
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_thinking_is_cut_wherever_it_stands(name):
    message, usage = SHAPES[name]
    whole = reply(message, usage=usage)
    within, after = (read(cut(whole, cap).body) for cap in (4, 10))
    assert (within.outcome, within.thinking, within.answer) == ("thinking_exhausted", "aaaa", "")
    assert (after.outcome, after.thinking, after.answer) == ("answer_truncated", "aaaaaaaa", "bb")
    assert [one.usage.output_tokens for one in (within, after)] == [4, 10]
    assert [one.usage.thinking_tokens for one in (within, after)] == [4, 8]


def test_thinking_in_tags_is_cut_with_the_text_that_it_stands_in():
    whole = reply({"content": "<think>aaaaaaaaaa</think>bbb"}, usage=counts(29))
    early = read(cut(whole, 10).body)
    assert (early.outcome, early.thinking, early.answer) == ("thinking_exhausted", "aaa", "")


def test_hidden_thinking_takes_its_tokens_and_shows_nothing():
    whole = reply({"content": "bbbb"}, usage=counts(25, 20))
    assert (read(cut(whole, 15).body).outcome, read(cut(whole, 15).body).thinking_visibility) == (
        "thinking_exhausted",
        "hidden",
    )
    assert read(cut(whole, 22).body).answer == "bb"


def test_a_tool_call_that_is_cut_off_is_none():
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    whole = reply({"content": None, "tool_calls": [call]}, usage=counts(20), finish_reason="tool_calls")
    assert read(cut(whole, 20).body).outcome == "tool_call"
    shorter = read(cut(whole, 8).body)
    assert (shorter.outcome, shorter.tool_calls) == ("thinking_exhausted", ())


def test_a_reply_that_nobody_counted_is_four_characters_a_token():
    shorter = cut(reply({"content": "x" * 40}), 5)
    assert (shorter.tokens, shorter.saved_tokens, shorter.estimated) == (5, 5, True)
