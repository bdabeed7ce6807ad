"""The faults and dialects tell the truth: each is on the wire what its name says, and holds the texts it is said to."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import get_args

import pytest
from fakes.faults.faults import BOMB_BYTES, HUGE_BYTES, SCENARIOS
from fakes.faults.scenario import PROMISES
from fakes.server import FakeServer
from fakes.server.by_hand import body_of, wire
from fakes.wordings.cases import ANSWER, THINKING
from fakes.wordings.dialects import CASES

from workbench import errors
from workbench.replies.outcomes import LOOP_OUTCOMES, Outcome

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
CASE = {case.name: case for case in CASES}


def served(scenario, *, streamed):
    with FakeServer(scenario) as server:
        seconds = 0.3 if scenario.hangs or "endless" in scenario.name else 60.0
        return wire(server, streamed=streamed, seconds=seconds, answers=not scenario.hangs)


def body_served(name, *, streamed):
    return body_of(served(BY_NAME[name], streamed=streamed)[0])


# The faults


def test_every_scenario_has_a_name_of_its_own_and_promises_what_exists():
    assert len(BY_NAME) == len(SCENARIOS)
    outcomes = set(get_args(Outcome)) - {"error", *LOOP_OUTCOMES}
    assert outcomes <= PROMISES.keys()
    for promised in PROMISES.keys() - outcomes:
        assert issubclass(getattr(errors, promised), errors.CallError)
    for scenario in SCENARIOS:
        for streamed in (False, True):
            assert scenario.ends(streamed=streamed) in PROMISES


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("scenario", [scenario for scenario in SCENARIOS if scenario.hangs], ids=lambda s: s.name)
def test_a_scenario_that_hangs_never_ends_by_itself(scenario, streamed):
    _, end = served(scenario, streamed=streamed)
    assert end == "open"


def _is_json(body):
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "streamed", "end"),
    [
        ("refuse", False, "reset"),
        ("reset-mid", False, "reset"),
        ("reset-mid", True, "reset"),
        ("reset-after-finish", True, "reset"),
        ("eof-before", False, "closed"),
        ("eof-mid", False, "closed"),
        ("eof-mid", True, "closed"),
    ],
)
def test_a_broken_connection_ends_as_it_says(name, streamed, end):
    received, ended = served(BY_NAME[name], streamed=streamed)
    assert ended == end
    if name == "eof-before" or name == "refuse":
        assert received == b""
    elif not streamed:
        promised = int(received.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        assert 0 < len(body_of(received)) < promised
    else:
        assert body_of(received) is None
        assert THINKING[:3].encode() in received


@pytest.mark.parametrize("name", ["eof-clean", "eof-after-done", "eof-close-delimited"])
def test_a_cut_reply_can_look_like_a_whole_one_to_http(name):
    assert not _is_json(body_served(name, streamed=False))
    body = body_served(name, streamed=True)
    assert b'"reasoning_content"' in body
    assert b'"finish_reason":"stop"' not in body
    assert body.endswith(b"data: [DONE]\n\n") == (name == "eof-after-done")


SMALL_WIRE_FACTS = {
    "ok": lambda head, body: body.endswith(b"data: [DONE]\n\n"),
    "no-done": lambda head, body: b"[DONE]" not in body and body.endswith(b"}\n\n"),
    "no-final-blank": lambda head, body: body.endswith(b"}") and b'"finish_reason":"stop"' in body[-120:],
    "bom": lambda head, body: body.startswith(b"\xef\xbb\xbfdata: "),
    "split-bytes": lambda head, body: body.count(b"\n\n") > 20 and b"\r" not in body,
    "split-bytes;nl=crlf": lambda head, body: b"\n" not in body.replace(b"\r\n", b""),
    "split-bytes;nl=cr": lambda head, body: b"\n" not in body and b"\r\r" in body,
    "surrogate": lambda head, body: b"\\ud800" in body,
    "invalid-utf8": lambda head, body: b"\xff\xfe" in body,
    "nan": lambda head, body: b":NaN," in body,
    "deep;depth=100000": lambda head, body: b"[" * 100_000 in body,
    "choices-dup": lambda head, body: body.count(b'"index":0') == 2 * (body.count(b"data: {")),
    "stream-swapped": lambda head, body: _is_json(body),
    "ctype-none": lambda head, body: b"content-type" not in head.lower(),
    "latin1": lambda head, body: b"charset=iso-8859-1" in head and "🐑".encode()[:1] in body,
    "html-200": lambda head, body: b"text/html" in head and body.startswith(b"<!doctype html>"),
    "html-as-json": lambda head, body: b"application/json" in head and body.startswith(b"<!doctype html>"),
    "error-event": lambda head, body: b"event: error\ndata: {" in body,
    "length-then-error": lambda head, body: body.find(b'"finish_reason":"length"') < body.find(b'"error"'),
    "done-only": lambda head, body: body == b"data: [DONE]\n\n",
    "redirect": lambda head, body: head.startswith(b"HTTP/1.1 307 ") and b"\r\nLocation: http://" in head,
    "x-should-retry": lambda head, body: b"400" in head and b"x-should-retry: true" in head,
    "retry-after;float": lambda head, body: b"429" in head and b"Retry-After: 0.25" in head,
    "status;code=502;body=empty": lambda head, body: body == b"",
}


@pytest.mark.parametrize("name", SMALL_WIRE_FACTS)
def test_a_streamed_scenario_is_on_the_wire_what_its_name_says(name):
    received, _ = served(BY_NAME[name], streamed=True)
    assert SMALL_WIRE_FACTS[name](received.partition(b"\r\n\r\n")[0], body_of(received))


def test_every_byte_of_a_split_body_travels_alone():
    received, _ = served(BY_NAME["split-bytes"], streamed=False)
    body = body_of(received)
    assert received.count(b"1\r\n") >= len(body)
    assert json.loads(body)["choices"][0]["message"]["content"] == ANSWER


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
def test_the_large_bodies_are_as_large_as_they_say(streamed):
    assert len(body_served("huge", streamed=streamed)) > HUGE_BYTES
    bomb = body_served("gzip-bomb", streamed=streamed)
    assert len(bomb) < 2**20
    assert len(zlib.decompress(bomb, wbits=31)) > BOMB_BYTES


@pytest.mark.parametrize(
    "scenario",
    [scenario for scenario in SCENARIOS if scenario.name.startswith("status;")],
    ids=lambda scenario: scenario.name,
)
def test_a_status_is_the_one_in_the_name(scenario):
    code = scenario.name.split("code=")[1][:3]
    for streamed in (False, True):
        assert served(scenario, streamed=streamed)[0].startswith(f"HTTP/1.1 {code} ".encode())


# The dialects


def _texts(value, field):
    """Every string below fields of this name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner) if name == field else _texts(inner, field)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, field)


def _strings(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _without_white_space(text):
    return "".join(text.split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_wordings_of_a_case_hold_its_texts(case):
    fields = ("content", "reasoning", "reasoning_content", "text", "thinking", "summary")
    with FakeServer(case) as server:
        whole = json.loads(body_of(wire(server, model=case.model)[0]))
        body = body_of(wire(server, model=case.model, streamed=True)[0])
    lines = [line for line in body.decode().split("\n") if line.startswith("data: {")]
    chunks = [json.loads(line[6:]) for line in lines]
    for wording in ([whole], chunks):
        # Several fields may carry the same text in pieces, so each field is joined by itself.
        found = [_without_white_space("".join(_texts(wording, field))) for field in fields]
        for line in (case.thinking + "\n" + case.answer).splitlines():
            assert any(_without_white_space(line) in text for text in found)
    reasons = [choice["finish_reason"] for choice in whole["choices"]]
    streamed = [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]]
    assert reasons == [case.finish_reason]
    assert {reason for reason in streamed if reason} == {case.finish_reason}


def test_every_case_has_a_name_of_its_own_and_every_provider_a_case():
    assert len(CASE) == len(CASES)
    providers = """moonshot openrouter openai anthropic deepseek dashscope gemini xai groq together fireworks novita
        nvidia crazyrouter vllm sglang ollama llamacpp local"""
    assert set(providers.split()) == {case.dialect for case in CASES} - {""}


@pytest.mark.parametrize(
    ("name", "prompt", "completion_tokens", "thinking", "total"),
    [
        ("openrouter k2.5 counts inside", 21, 202, 166, 223),
        ("openrouter k2.5 counts approximately", 21, 173, 165, 194),
        ("openrouter thinking used up max_tokens, then an error", 43, 10, 11, 53),
        ("xai counts outside", 288, 27, 350, 665),
        ("gemini thought", 16, 9, None, 627),
        ("vercel reports 0", 424, 115, 0, 539),
        ("bedrock blocks", 92, 75, None, 167),
        ("together r1 without a count", 10, 995, None, 1005),
        ("moonshot k3 counts inside", 92, 1331, 983, 1423),
    ],
)
def test_counts_add_up_the_way_they_were_recorded(name, prompt, completion_tokens, thinking, total):
    usage = CASE[name].whole["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (
        prompt,
        completion_tokens,
        total,
    )
    assert usage.get("completion_tokens_details", {}).get("reasoning_tokens") == thinking
