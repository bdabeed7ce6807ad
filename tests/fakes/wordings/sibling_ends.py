"""Tool calls, how replies end, what they count and cost, and the errors in their bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fakes.wordings.sibling import COUNTS, NINE, Sibling, body_of, events_of, part, piece, plain, streamed


def _call(name: str, arguments: Any, call_id: str | None = None, **more: Any) -> dict[str, Any]:
    inner = {"name": name, "arguments": arguments}
    return {**({} if call_id is None else {"id": call_id}), "type": "function", "function": inner, **more}


def _more(arguments: str, **more: Any) -> dict[str, Any]:
    return {"function": {"arguments": arguments}, **more}


_A, _B = ("a", "cow", '{"n": 1}'), ("b", "hen", '{"n": 2}')
_BOTH = {"tool_calls": [_A, _B], "outcome": "tool_call"}
_ONE = {"tool_calls": [_A], "outcome": "tool_call"}


def _calls(name: str, right: Mapping[str, Any], *pieces: list[dict[str, Any]], **more: Any) -> Sibling:
    return streamed(f"calls: {name}", right, *({"tool_calls": list(piece)} for piece in pieces), **more)


CALLS = [
    _calls(
        "by turns, by index",
        _BOTH,
        [_call("cow", "", "a", index=0)],
        [_call("hen", "", "b", index=1)],
        [_more('{"n": ', index=0), _more('{"n": 2}', index=1)],
        [_more("1}", index=0)],
    ),
    _calls(
        "index 0 for all, in pieces",
        _BOTH,
        [_call("cow", '{"n": ', "a", index=0)],
        [_more("1}", index=0)],
        [_call("hen", "", "b", index=0)],
        [_more('{"n": 2}', index=0)],
    ),
    _calls(
        "no index, in pieces",
        _BOTH,
        [_call("cow", "", "a")],
        [_more('{"n": 1}')],
        [_call("hen", '{"n"', "b")],
        [_more(": 2}")],
    ),
    _calls("no index, both in a chunk", _BOTH, [_call("cow", '{"n": 1}', "a"), _call("hen", '{"n": 2}', "b")]),
    _calls(
        "index 0 for both in a chunk",
        _BOTH,
        [_call("cow", '{"n": 1}', "a", index=0), _call("hen", '{"n": 2}', "b", index=0)],
    ),
    _calls(
        "no ids, index 0, whole",
        {"tool_calls": [("", "cow", '{"n": 1}'), ("", "cow", '{"n": 2}')]},
        [_call("cow", '{"n": 1}', index=0)],
        [_call("cow", '{"n": 2}', index=0)],
    ),
    _calls(
        "id and name in every piece", _ONE, [_call("cow", '{"n"', "a", index=0)], [_call("cow", ": 1}", "a", index=0)]
    ),
    _calls(
        "id null and name null later",
        _ONE,
        [_call("cow", '{"n"', "a", index=0)],
        [{"index": 0, "id": None, "function": {"name": None, "arguments": ": 1}"}}],
    ),
    _calls(
        "no index, pieces by id",
        _BOTH,
        [_call("cow", '{"n"', "a")],
        [_call("hen", '{"n"', "b")],
        [_more(": 1}", id="a")],
        [_more(": 2}", id="b")],
    ),
    _calls(
        "the same once more", _ONE, [_call("cow", '{"n": 1}', "a", index=0)], [_call("cow", '{"n": 1}', "a", index=0)]
    ),
    _calls("arguments as an object, streamed", _ONE, [_call("cow", {"n": 1}, "a", index=0)]),
    _calls("indexes from 1", _BOTH, [_call("cow", '{"n": 1}', "a", index=1)], [_call("hen", '{"n": 2}', "b", index=2)]),
    _calls(
        "cut by length",
        {"outcome": "answer_truncated", "tool_calls": [("a", "cow", '{"n"')]},
        [_call("cow", '{"n"', "a", index=0)],
        finish="length",
    ),
    _calls(
        "a custom tool",
        {"tool_calls": [("a", "sh", "ls -l")], "outcome": "tool_call"},
        [{"index": 0, "id": "a", "type": "custom", "custom": {"name": "sh", "input": "ls "}}],
        [{"index": 0, "custom": {"input": "-l"}}],
    ),
    streamed(
        "calls: the legacy one in pieces",
        {"tool_calls": [("", "cow", '{"n": 1}')], "outcome": "tool_call"},
        {"function_call": {"name": "cow", "arguments": ""}},
        {"function_call": {"arguments": '{"n": '}},
        {"function_call": {"arguments": "1}"}},
    ),
    plain("calls: an empty legacy one", {**NINE, "tool_calls": []}, {"content": "nine", "function_call": {}}),
    plain(
        "calls: a custom tool, whole",
        {"tool_calls": [("a", "sh", "ls")]},
        {"content": None, "tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "sh", "input": "ls"}}]},
    ),
    plain(
        "calls: parts of anthropic",
        {"tool_calls": [_A], "answer": "Look."},
        {"content": [part("Look."), {"type": "tool_use", "id": "a", "name": "cow", "input": {"n": 1}}]},
    ),
    body_of(
        "calls: one message over three choices",
        {**_BOTH, "answer": "Look.", "finish_reason": "tool_calls"},
        {
            "model": "m",
            "choices": [
                {"finish_reason": "tool_calls", "message": {"content": "Look."}},
                {"finish_reason": "tool_calls", "message": {"tool_calls": [_call("cow", '{"n": 1}', "a")]}},
                {
                    "finish_reason": "tool_calls",
                    "message": {"content": None, "tool_calls": [_call("hen", '{"n": 2}', "b")]},
                },
            ],
        },
    ),
    events_of(
        "calls: over two choices, streamed",
        {**_ONE, "answer": "Look."},
        piece({"content": "Look."}),
        {
            "choices": [
                {"index": 1, "delta": {"tool_calls": [_call("cow", '{"n": 1}', "a", index=0)]}, "finish_reason": None}
            ]
        },
        piece({}, "tool_calls"),
        "[DONE]",
    ),
]

_UNKNOWN = {"answer": "nine", "outcome": "answered", "finish_reason": "unknown"}

WHOLE = [
    plain("whole: no reason, plain", _UNKNOWN, "nine", None),
    plain("whole: the word null for a reason", _UNKNOWN, "nine", "null"),
    events_of("whole: only [DONE]", _UNKNOWN, piece({"content": "ni"}), piece({"content": "ne"}), "[DONE]"),
    events_of("whole: only usage", _UNKNOWN, piece({"content": "nine"}), {"choices": [], "usage": COUNTS}),
    events_of(
        "whole: a call and [DONE]", _ONE, piece({"tool_calls": [_call("cow", '{"n": 1}', "a", index=0)]}), "[DONE]"
    ),
    events_of("whole: cut", {"error": "StreamCut"}, piece({"content": "ni"}), piece({"content": "ne"})),
    events_of(
        "whole: counted in every chunk, and cut",
        {"error": "StreamCut"},
        *(piece({"content": text}, usage=COUNTS) for text in ("n", "i", "n")),
    ),
    events_of("whole: a thought and [DONE]", {"error": "StreamCut"}, piece({"reasoning": "hm"}), "[DONE]"),
    plain("whole: nothing said, no reason", {"error": "StreamCut"}, "", None),
    *(
        plain(f"given up: {reason}", {"error": "StreamError"}, "ni", reason)
        for reason in ("insufficient_system_resource", "network_error", "error", "abort")
    ),
    *(
        plain(f"refused: {reason}", {"outcome": "refused"}, "ni", reason)
        for reason in ("sensitive", "content_filter", "guardrail_intervened")
    ),
    *(
        plain(f"a length: {reason}", {"outcome": "answer_truncated"}, "ni", reason)
        for reason in ("model_context_window_exceeded", "MAX_TOKENS", "context_length_exceeded")
    ),
]


def _counted(name: str, right: Mapping[str, Any], usage: Mapping[str, Any], **top: Any) -> Sibling:
    return plain(f"usage: {name}", right, "nine", usage={**COUNTS, **usage}, **top)


USAGE = [
    _counted("num_cached_tokens", {"cached": 5}, {"num_cached_tokens": 5}),
    _counted("cached, misspelt", {"cached": 5}, {"prompt_token_details": {"cached_tokens": 5}}),
    _counted("cached, misspelt otherwise", {"cached": 5}, {"prompt_tokens_detail": {"cached_tokens": 5}}),
    _counted("cached in input details", {"cached": 5}, {"input_tokens_details": {"cached_tokens": 5}}),
    _counted(
        "cached, 0 in one place", {"cached": 5}, {"prompt_tokens_details": {"cached_tokens": 0}, "cached_tokens": 5}
    ),
    _counted("thinking, misspelt", {"thinking_tokens": 4}, {"completion_token_details": {"reasoning_tokens": 4}}),
    plain(
        "usage: anthropic's own names",
        {"prompt": 111, "cached": 90, "output": 7},
        "nine",
        usage={
            "input_tokens": 11,
            "output_tokens": 7,
            "cache_read_input_tokens": 90,
            "cache_creation_input_tokens": 10,
        },
    ),
    _counted(
        "audio in the total",
        {"thinking_tokens": None},
        {"total_tokens": 300, "prompt_tokens_details": {"audio_tokens": 282}},
    ),
    _counted("thinking in the total", {"thinking_tokens": 282}, {"total_tokens": 300}),
    _counted("a cost of parts", {"usd": 0.75}, {"cost": {"input_cost": 0.25, "output_cost": 0.5}}),
    _counted("a cost with its currency", {"usd": 0.5}, {"cost": {"amount": 0.5, "currency": "USD"}}),
    _counted("ticks on top", {"usd": 0.0025}, {}, cost_in_usd_ticks=25_000_000),
    _counted("a cost on top", {"usd": 0.5}, {}, cost=0.5),
    _counted("an estimate", {"usd": 0.5}, {"estimated_cost": 0.5}),
    events_of(
        "usage: an empty model first, twice",
        {"served_model": "m-2", "answer": "nine"},
        {"id": "", "model": "", "choices": []},
        {"id": "", "model": "", "choices": []},
        {**piece({"content": "nine"}, "stop"), "model": "m-2"},
        "[DONE]",
    ),
    events_of(
        "usage: prompt first, completion last",
        {"prompt": 11, "completion": 7},
        {**piece({"content": "nine"}), "usage": {"prompt_tokens": 11}},
        piece({}, "stop", usage={"completion_tokens": 7}),
        "[DONE]",
    ),
]

_LIMIT = {"code": 429, "message": "slow down, please"}

ERRORS = [
    body_of("error: a list of gemini", {"error": "RateLimited", "words": "slow down"}, [{"error": _LIMIT}]),
    events_of("error: a list in a stream", {"error": "RateLimited", "words": "slow down"}, [{"error": _LIMIT}]),
    body_of(
        "error: minimax, the key",
        {"error": "AuthError", "words": "login fail"},
        {"choices": None, "base_resp": {"status_code": 1004, "status_msg": "login fail"}},
    ),
    body_of(
        "error: minimax, the account",
        {"error": "QuotaExhausted", "words": "no balance"},
        {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "no balance"}},
    ),
    plain("error: minimax, none", NINE, "nine", base_resp={"status_code": 0, "status_msg": ""}),
    body_of(
        "error: in the choice",
        {"error": "RateLimited", "words": "slow down"},
        {"choices": [{"index": 0, "message": {"content": ""}, "finish_reason": "error", "error": _LIMIT}]},
    ),
    events_of(
        "error: in the choice, after text",
        {"error": "StreamError", "words": "slow down"},
        piece({"content": "ni"}),
        {"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error", "error": _LIMIT}]},
    ),
    events_of(
        "error: a line of llama.cpp, before text",
        {"error": "BadRequest", "words": "too long"},
        tail='error: {"code": 400, "message": "too long", "type": "invalid_request_error"}\n\n',
    ),
    events_of(
        "error: a line of words, after text",
        {"error": "StreamError", "words": "out of slots"},
        piece({"content": "ni"}),
        tail="error: out of slots\n\n",
    ),
    events_of(
        "error: an event, before text",
        {"error": "RateLimited", "words": "slow down"},
        tail=f"event: error\ndata: {json.dumps(_LIMIT)}\n\n",
    ),
    body_of(
        "error: cloudflare's list",
        {"error": "BadResponse", "words": "no such route"},
        {"success": False, "errors": [{"code": 7000, "message": "no such route"}], "result": None},
    ),
    body_of(
        "error: dashscope's own words",
        {"error": "RateLimited", "words": "quota of the day"},
        {"code": "Throttled", "message": "the quota of the day", "request_id": "r"},
    ),
    events_of(
        "error: beside a key that was wrong, after a thought",
        {"error": "StreamError", "words": "expired"},
        piece({"reasoning": "hm"}),
        {"error": {"code": 401, "message": "the token expired"}},
    ),
]
