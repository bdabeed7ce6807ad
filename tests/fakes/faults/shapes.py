"""Replies with status 200 that arrive whole, in every shape that was seen: sound, odd, and no completion at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fakes.faults.scenario import Scenario
from fakes.server.bodies import Event, chunk, dumps, event_bytes, stream_bytes, whole
from fakes.server.responses import Response, json_response, sse_response
from fakes.wordings.cases import ANSWER, THINKING, field_case, in_reasoning, tool_call, tool_deltas, usage
from fakes.wordings.openrouter import CUT_BY_MAX_TOKENS

MODEL = "fake-model"
GOOD = field_case("good", "moonshot", MODEL, counts=usage(12, 40, thinking=25))
"""The reply that the scenarios spoil."""

BEGINNING: Sequence[Event] = GOOD.events[:25]
"""Its first chunks: a good part of the thinking."""

HTML = b"<!doctype html>\n<html><body><h1>Please log in</h1></body></html>\n"

_HEAD = GOOD.events[0]
_ERROR = {"message": "The upstream provider failed", "type": "server_error"}


def stream(events: Iterable[Event], *, done: bool = True, newline: str = "\n") -> Response:
    """A response that streams these events, each in one HTTP chunk."""
    pieces = [event_bytes(event, newline) for event in (*events, *(["data: [DONE]"] if done else []))]
    return sse_response(tuple(pieces))


def _shape(
    name: str, body: object, events: Iterable[Event], expect: str, expect_plain: str | None = None, **more: Any
) -> Scenario:
    return Scenario(name, json_response(body), stream(events), expect, expect_plain, **more)


def _message(message: Mapping[str, Any], finish_reason: str | None = "stop", **top: Any) -> dict[str, Any]:
    return whole(message, model=MODEL, finish_reason=finish_reason, usage=usage(12, 40), **top)


def _deltas(*deltas: Mapping[str, Any], finish_reason: str | None = "stop") -> list[Event]:
    return [
        _HEAD,
        *(chunk(delta, model=MODEL) for delta in deltas),
        chunk({}, model=MODEL, finish_reason=finish_reason),
        {**chunk({}, model=MODEL), "choices": [], "usage": usage(12, 40)},
    ]


def _ended(name: str, message: Mapping[str, Any], finish_reason: str | None, expect: str) -> Scenario:
    """A reply whose message says everything in one delta."""
    return _shape(
        name, _message(message, finish_reason), _deltas(message, finish_reason=finish_reason), expect, answer=ANSWER
    )


def _choices(name: str, **choices: Any) -> Scenario:
    """Bodies whose `choices` are not what they should be, throughout."""
    body = {**{field: value for field, value in GOOD.whole.items() if field != "choices"}, **choices}
    bodies = [{**body, "object": "chat.completion.chunk"}] * 3
    return _shape(name, body, bodies, "BadResponse")


def _error(name: str, error: object, expect: str, expect_plain: str | None = None) -> Scenario:
    """An error object where the reply should be."""
    return _shape(name, {"error": error}, [{"error": error}], expect, expect_plain)


def _twice(choice: Mapping[str, Any], field: str, other: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [dict(choice), {**choice, field: other}]


def _duplicated() -> Scenario:
    """Two choices with the same index, whole and in every chunk; the first one is the reply."""
    other = {"role": "assistant", "content": "Eight, eight, eight."}
    body = {**GOOD.whole, "choices": _twice(GOOD.whole["choices"][0], "message", other)}
    events = [
        {**event, "choices": _twice(event["choices"][0], "delta", {"content": "Eight."})}
        for event in GOOD.events
        if isinstance(event, Mapping) and event["choices"]
    ]
    return _shape("choices-dup", body, events, "answered")


def _types_wrong() -> Scenario:
    """Every field that does not matter has a type that it should not have."""
    wrong = {"id": 7, "created": "yesterday", "model": None, "object": [], "usage": "many", "system_fingerprint": {}}
    choice = {**GOOD.whole["choices"][0], "index": "0", "logprobs": "none"}
    events = [
        {**event, **wrong, "choices": [{**event["choices"][0], "index": "0", "logprobs": 1.5}]}
        for event in GOOD.events
        if isinstance(event, Mapping) and event["choices"]
    ]
    return _shape("types-wrong", {**GOOD.whole, **wrong, "choices": [choice]}, events, "answered")


def _replaced(name: str, old: bytes, new: bytes, expect: str, **more: Any) -> Scenario:
    """The good reply with other bytes in one place, which JSON encoders of ours would refuse to write."""
    body, wire = dumps(GOOD.whole), stream_bytes(GOOD.events)
    assert old in body, "nothing to replace in the body"
    assert old in wire, "nothing to replace in the stream"
    return Scenario(
        name, json_response(body.replace(old, new, 1)), sse_response((wire.replace(old, new, 1),)), expect, **more
    )


def _deep(depth: int, expect: str) -> Scenario:
    nested = b'{"deep":' + b"[" * depth + b"]" * depth + b","
    body = nested + dumps(GOOD.whole)[1:]
    first = b"data: " + nested + dumps(GOOD.events[0])[1:] + b"\n\n"
    wire = first + stream_bytes(GOOD.events[1:])
    return Scenario(f"deep;depth={depth}", json_response(body), sse_response((wire,)), expect)


_PARTS = [
    {"type": "thinking", "thinking": [{"type": "text", "text": THINKING}]},
    {"type": "text", "text": ANSWER},
]
_CALL = {"content": None, "tool_calls": [tool_call()]}

SOUND = [
    _shape("ok", GOOD.whole, GOOD.events, "answered"),
    Scenario("no-done", json_response(GOOD.whole), stream(GOOD.events, done=False), "answered"),
    _replaced("surrogate", b"**N", b"\\ud800 **N", "answered", answer="\ud800 " + ANSWER),
    _duplicated(),
    _types_wrong(),
    _deep(900, "answered"),
    _ended("reasoning-field", {**in_reasoning(THINKING), "content": ANSWER}, "stop", "answered"),
    _ended("content-parts", {"content": _PARTS}, "stop", "answered"),
    _ended("finish-unknown", {"content": ANSWER}, "eos_token", "answered"),
    _ended("finish-null", {"content": ANSWER}, None, "answered"),
    # Bodies of the other kind than was asked for.
    Scenario("stream-swapped", stream(GOOD.events), json_response(GOOD.whole), "answered"),
]

OUTCOMES = [
    _ended("length-empty", {"content": "", "reasoning_content": THINKING}, "length", "thinking_exhausted"),
    _ended("length-null", {"content": None, "reasoning_content": THINKING}, "length", "thinking_exhausted"),
    _ended("length-nothing", {"content": ""}, "length", "thinking_exhausted"),
    _ended("length-answer", {"content": ANSWER[:9]}, "length", "answer_truncated"),
    _ended("stop-empty", {"content": ""}, "stop", "empty"),
    _shape(
        "tool-calls",
        _message(_CALL, "tool_calls"),
        _deltas(*tool_deltas("functions.weather:0"), finish_reason="tool_calls"),
        "tool_call",
    ),
    _ended("content-filter", {"content": "Nine sh"}, "content_filter", "refused"),
    _ended("refusal", {"content": None, "refusal": "I can't help with that."}, "stop", "refused"),
    # What comes after a finish reason does not undo it: the error is recorded beside the reply.
    Scenario("length-then-error", CUT_BY_MAX_TOKENS, CUT_BY_MAX_TOKENS, "thinking_exhausted"),
    _shape(
        "stop-then-error",
        {**GOOD.whole, "error": _ERROR},
        [*GOOD.events, {"error": _ERROR}],
        "answered",
    ),
]

NO_COMPLETION = [
    _choices("choices-empty", choices=[]),
    _choices("choices-null", choices=None),
    _choices("choices-missing"),
    _shape(
        "content-int",
        _message({"content": 42}, "stop"),
        _deltas({"content": 42}, finish_reason="stop"),
        "StreamError",
        "BadResponse",
    ),
    _shape("json-null", None, ["data: null"], "BadResponse"),
    _shape("json-list", [1, 2], ["data: [1, 2]"], "BadResponse"),
    _shape("json-string", "hello", ['data: "hello"'], "BadResponse"),
    _replaced("nan", b"1760000000", b"NaN", "answered"),
    _replaced("invalid-utf8", b"content", b"cont\xff\xfent", "BadResponse"),
    _deep(100_000, "BadResponse"),
    _shape(
        "truncated-json",
        dumps(GOOD.whole)[:120],
        [*BEGINNING, 'data: {"id":"chatcmpl-fake","choi'],
        "StreamError",
        "BadResponse",
    ),
    # Two events glued together inside a string of the first.
    _shape(
        "glued-events",
        b'{"id":"chatcmpl-fa' + dumps(GOOD.whole),
        [*BEGINNING, 'data: {"id":"chatcmpl-fadata: {"id":"chatcmpl-fake","choices":[]}'],
        "StreamError",
        "BadResponse",
    ),
    Scenario("empty", json_response(b""), sse_response(()), "BadResponse"),
    Scenario("done-only", json_response({}), stream([]), "StreamCut", "BadResponse"),
    *(
        Scenario(name, Response((HTML,), content_type=kind), Response((HTML,), content_type=kind), "BadResponse")
        for name, kind in (("html-200", "text/html; charset=utf-8"), ("html-as-json", "application/json"))
    ),
]

UNFINISHED = [
    _ended("finish-null, nothing said", {"content": "", "reasoning_content": THINKING}, None, "StreamCut"),
    Scenario(
        "finish-error",
        json_response(_message({"content": "Nine sh"}, "error", error=_ERROR)),
        stream([*BEGINNING, chunk({}, model=MODEL, finish_reason="error", error=_ERROR)]),
        "StreamError",
        partial=True,
    ),
]

ERRORS_WITH_200 = [
    _error("error-200", _ERROR, "StreamError", "BadResponse"),
    Scenario("error-200-json", json_response({"error": _ERROR}), json_response({"error": _ERROR}), "BadResponse"),
    _error("error-200;code=429", {"code": 429, "message": "Provider returned error"}, "RateLimited"),
    _error("error-200;code=402", {"code": 402, "message": "Insufficient credits"}, "QuotaExhausted"),
    _error("error-200;code=401", {"code": 401, "message": "No auth credentials found"}, "AuthError"),
    _error("error-200;code=403", {"code": 403, "message": "Key limit exceeded for this host"}, "AuthError"),
    _error("error-200;code=404", {"code": 404, "message": "No endpoints found"}, "NotFound"),
    _error("error-200;code=502", {"code": 502, "message": "Provider is down"}, "StreamError", "BadResponse"),
    _error(
        "error-200;type=quota",
        {"type": "insufficient_quota", "code": "insufficient_quota", "message": "You exceeded your current quota"},
        "QuotaExhausted",
    ),
    _error("error-string", "overloaded, try again", "StreamError", "BadResponse"),
    Scenario(
        "error-mid",
        json_response(_message({"content": "Nine sh"}, None, error=_ERROR)),
        stream([*BEGINNING, {"error": _ERROR}]),
        "StreamError",
        "BadResponse",
        partial=True,
    ),
    _shape("detail", {"detail": "Model is loading"}, [{"detail": "Model is loading"}], "StreamError", "BadResponse"),
    _shape(
        "error-event",
        {"type": "error", "message": "Overloaded"},
        [*BEGINNING, 'event: error\ndata: {"message": "Overloaded"}'],
        "StreamError",
        "BadResponse",
        partial=True,
    ),
    _shape(
        "error-plain",
        b"upstream connect error or disconnect before headers",
        [*BEGINNING, "data: upstream connect error or disconnect before headers"],
        "StreamError",
        "BadResponse",
        partial=True,
    ),
]

SHAPES: tuple[Scenario, ...] = (*SOUND, *OUTCOMES, *NO_COMPLETION, *UNFINISHED, *ERRORS_WITH_200)
