"""The items of a script: which there can be, who gets which, and how a provider would word them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadRequest, InputError, NotSent, RateLimited, StoreFull
from workbench.replies.reading import Reading
from workbench.replies.reply import reply_from
from workbench.testing.script import Asked, Script, checked


def body(prompt="Which town?", **parameters):
    return {"model": "m", "messages": [{"role": "user", "content": prompt}], **parameters}


def read(answer, **asked):
    """The reply that the workbench reads from a plain answer."""
    record = {
        "version": 1,
        "streamed": False,
        "key": "k",
        "request": {"model_id": "scripted/m", "body": body(**asked), "sample": 0},
        "response": answer.body,
        "seconds": 0.1,
        "attempts": 1,
        "status": 200,
        **dict.fromkeys(("seconds_to_first_token", "seconds_to_answer", "request_id", "usd")),
        "usd_source": "unknown",
        "created_at": "2026-01-01",
    }
    return reply_from(record, Reading())


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (7, "not 7"),
        (None, "not None"),
        ({"thikning": "hm"}, "did you mean 'thinking'"),
        ({1: "x"}, "no 1"),
        (NotSent("gone"), "not NotSent"),
        (StoreFull, "not <class"),
        (ValueError("x"), "not ValueError"),
    ],
    ids=str,
)
def test_what_can_be_no_item_is_refused_before_anything_is_asked(item, words):
    with pytest.raises(InputError, match=words):
        Script(["fine", item])


@pytest.mark.parametrize("replies", [7, None], ids=str)
def test_what_can_be_no_script_is_refused(replies):
    with pytest.raises(InputError, match=f"not {replies}"):
        Script(replies)


def test_of_many_at_once_each_gets_an_item_of_its_own():
    script = Script([str(number) for number in range(200)])
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda number: script.next(Asked.of(body(str(number)))), range(200)))
    assert sorted(map(int, got)) == list(range(200))
    assert len(script.asked) == 200
    assert script.left == 0


def test_a_list_that_is_at_its_end_says_so_once_and_for_all():
    script = Script(["one"])
    script.next(Asked.of(body()))
    answer = script.answer(body("The next question?"))
    assert answer.status == 400
    assert answer.body["error"]["message"] == "the script is at its end: request 2 of 1, 'The next question?'"


def test_a_function_sees_what_is_asked_and_may_raise():
    def script(asked):
        if asked.parameters["temperature"] > 1:
            raise RateLimited("too warm", retry_after_seconds=2)
        return {"answer": f"{asked.prompt} of {asked.model}"}

    made = Script(script)
    assert made.answer(body(temperature=0)).body["choices"][0]["message"]["content"] == "Which town? of m"
    refused = made.answer(body(temperature=2))
    assert (refused.status, refused.headers) == (429, {"Retry-After": "2"})
    broken = made.answer(body())
    assert (broken.status, broken.body["error"]["message"]) == (400, "the script failed: KeyError: 'temperature'")


def test_what_a_function_gives_is_checked_like_any_item():
    assert "did you mean 'usd'" in Script(lambda asked: {"usdd": 1}).answer(body()).body["error"]["message"]


def test_the_parts_of_a_message_are_read_as_its_prompt():
    parts = [{"type": "text", "text": "What is "}, {"type": "image_url"}, {"type": "text", "text": "this?"}]
    assert Asked.of(body(parts)).prompt == "What is this?"


def test_a_reply_by_its_parts_is_read_as_such():
    calls = [{"name": "add", "arguments": {"a": 1}}]
    item = {"answer": "Nine it is.", "thinking": "All but nine.", "usd": 0.5, "tool_calls": calls}
    reply = read(Script(item).answer(body()))
    assert (reply.answer, reply.thinking, reply.finish_reason) == ("Nine it is.", "All but nine.", "tool_calls")
    assert (reply.usage.prompt_tokens, reply.usage.thinking_tokens, reply.usage.completion_tokens) == (2, 3, 6)
    assert [(call.name, call.arguments) for call in reply.tool_calls] == [("add", '{"a": 1}')]


@given(
    thinking=st.text("ab \n", max_size=20),
    answer=st.text("cd \n", max_size=20),
    cap=st.integers(0, 12) | st.none(),
)
def test_a_reply_is_cut_where_its_cap_ends_and_counts_what_is_left(thinking, answer, cap):
    asked = {} if cap is None else {"max_tokens": cap}
    (choice,) = (given := Script({"thinking": thinking, "answer": answer}).answer(body(**asked)).body)["choices"]
    message = choice["message"]
    kept = len(message.get("reasoning_content", "").split()) + len(message["content"].split())
    whole = len(thinking.split()) + len(answer.split())
    assert kept == whole if cap is None else kept == min(cap, whole)
    assert choice["finish_reason"] == ("length" if kept < whole else "stop")
    assert given["usage"]["completion_tokens"] == kept
    assert answer.startswith(message["content"]) or not message["content"]


@pytest.mark.parametrize("streamed", [False, True])
def test_whole_and_streamed_say_the_same(streamed):
    answer = Script({"answer": "It is nine.", "thinking": "All but."}).answer(body(stream=streamed))
    if streamed:
        deltas = [event["choices"][0]["delta"] for event in answer.events]
        said = ["".join(delta.get(name, "") for delta in deltas) for name in ("reasoning_content", "content")]
    else:
        message = answer.body["choices"][0]["message"]
        said = [message["reasoning_content"], message["content"]]
    assert said == ["All but.", "It is nine."]


def test_an_error_may_be_given_by_its_class():
    assert checked(BadRequest) is BadRequest
    assert Script(BadRequest).answer(body()).status == 400
