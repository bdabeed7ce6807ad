"""Vendors of loops as they behave on the wire: how each writes a turn that calls a tool, and what it refuses later.

The shapes are those of public recordings and documents; the words and numbers are our own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakes.server import FakeServer, Received, Response, error_response, json_response, sse_response
from fakes.server.bodies import chunk, stream_bytes

THOUGHT = "The user wants the depth. I call probe with well 7."
SIGNATURE = "EqQBCkYIAxgCKkB" + "x" * 40
SECRET = "gAAAAABp" + "y" * 60


@dataclass(frozen=True)
class Vendor:
    """A vendor: its dialect, its turn, whole and as deltas of a stream, and what is wrong with messages sent back."""

    dialect: str
    model: str
    turn: Mapping[str, Any]
    fault: Callable[[list[dict[str, Any]]], str | None]
    pieces: tuple[Mapping[str, Any], ...] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    arguments: str = '{"well": 7}'


def call(call_id: str, **beside: Any) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "probe", "arguments": '{"well": 7}'}, **beside}


def turns(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns of the model that called, each a message that goes back."""
    return [message for message in messages if message["role"] == "assistant" and message.get("tool_calls")]


def pairing(messages: list[dict[str, Any]]) -> str | None:
    """What every vendor checks: each call is answered at once, by its id, and by nothing else."""
    waiting: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in waiting:
                return f"tool_call_id {message.get('tool_call_id')!r} is not found"
            waiting.remove(message["tool_call_id"])
        elif waiting:
            return f"the calls {waiting} have no answer"
        for one in message.get("tool_calls") or ():
            if not isinstance(json.loads(one["function"]["arguments"]), dict):
                return "arguments are no object"
            if "index" in one:
                return "unknown field index"
            waiting.append(one["id"])
    return f"the calls {waiting} have no answer" if waiting else None


def _moonshot(messages):
    for place, message in enumerate(messages):
        if message in turns(messages):
            if not message.get("reasoning_content"):
                return f"thinking is enabled but reasoning_content is missing in the message at index {place}"
            if message.get("content") == "":
                return "text content is empty"
    return None


def _deepseek(messages):
    missing = any("reasoning_content" not in message for message in turns(messages))
    return "The reasoning_content in the thinking mode must be passed back to the API" if missing else None


def _claude(messages):
    for message in turns(messages):
        details = message.get("reasoning_details", [])
        if details and [(one.get("text"), one.get("signature")) for one in details] != [(THOUGHT, SIGNATURE)]:
            return "Invalid signature in thinking block"
    return None


def _encrypted(messages):
    for message in turns(messages):
        if [one.get("data") for one in message.get("reasoning_details", []) if one["type"].endswith("encrypted")] != [
            SECRET
        ]:
            return "The encrypted content could not be verified"
    return None


def _gemini(messages):
    for message in turns(messages):
        signed = message["tool_calls"][0].get("extra_content", {}).get("google", {}).get("thought_signature")
        if signed != SIGNATURE:
            return "Function call is missing a thought_signature in functionCall parts"
    return None


def _mistral(messages):
    for message in turns(messages):
        if any(len(one["id"]) != 9 or not one["id"].isalnum() for one in message["tool_calls"]):
            return "Tool call id was not a string of 9 letters and digits"
        if {*message} - {"role", "content", "tool_calls", "prefix"}:
            return f"extra fields not permitted: {[*message]}"
        if message["content"][0].get("type") != "thinking":
            return "the thinking part is gone"
    return None


def _groq(messages):
    for message in turns(messages):
        if "reasoning" in message:
            return "property 'reasoning' is unsupported"
        if not message["content"].startswith(f"<think>{THOUGHT}</think>"):
            return "the thinking is gone"
    return None


def _field(name):
    return lambda messages: next((f"{name} is gone" for one in turns(messages) if one.get(name) != THOUGHT), None)


def _tags(messages):
    return next(
        ("the tags are gone" for one in turns(messages) if not one["content"].startswith("<think>")),
        None,
    )


def _kimi_elsewhere(messages):
    ids = [one["id"] for message in turns(messages) for one in message["tool_calls"]]
    wrong = ids != [f"functions.probe:{place}" for place in range(len(ids))]
    return f"the template does not know the ids {ids}" if wrong else _field("reasoning_content")(messages)


VENDORS: dict[str, Vendor] = {
    "moonshot": Vendor(
        "moonshot",
        "kimi-k2.6",
        {"content": "", "reasoning_content": THOUGHT, "tool_calls": [call("probe:0", index=0)]},
        _moonshot,
    ),
    "deepseek": Vendor(
        "deepseek",
        "deepseek-v4-pro",
        {"content": "Let me look.", "reasoning_content": THOUGHT, "tool_calls": [call("call_00_x8", index=0)]},
        _deepseek,
    ),
    "zai": Vendor(
        "zai",
        "glm-5.2",
        {"content": "\n", "reasoning_content": THOUGHT, "tool_calls": [call("call_-780712")]},
        _field("reasoning_content"),
    ),
    "dashscope": Vendor(
        "dashscope",
        "qwen3.8-max",
        {"content": "", "reasoning_content": THOUGHT, "tool_calls": [call("call_aa11")]},
        _field("reasoning_content"),
    ),
    "minimax": Vendor(
        "minimax",
        "MiniMax-M2.1",
        {"content": f"<think>\n{THOUGHT}\n</think>\n\n", "tool_calls": [call("call_function_1")]},
        _tags,
    ),
    "claude by a router": Vendor(
        "openrouter",
        "anthropic/claude-haiku-4.5",
        {
            "content": None,
            "reasoning": THOUGHT,
            "reasoning_details": [
                {
                    "type": "reasoning.text",
                    "text": THOUGHT,
                    "signature": SIGNATURE,
                    "format": "anthropic-claude-v1",
                    "index": 0,
                }
            ],
            "tool_calls": [call("toolu_01")],
        },
        _claude,
        (
            {
                "role": "assistant",
                "content": "",
                "reasoning": THOUGHT[:9],
                "reasoning_details": [
                    {"type": "reasoning.text", "text": THOUGHT[:9], "format": "anthropic-claude-v1", "index": 0}
                ],
            },
            {
                "content": "",
                "reasoning": THOUGHT[9:],
                "reasoning_details": [
                    {"type": "reasoning.text", "text": THOUGHT[9:], "format": "anthropic-claude-v1", "index": 0}
                ],
            },
            {
                "content": "",
                "reasoning_details": [
                    {"type": "reasoning.text", "signature": SIGNATURE, "format": "anthropic-claude-v1", "index": 0}
                ],
            },
            {
                "content": None,
                "tool_calls": [
                    {"index": 0, "id": "toolu_01", "type": "function", "function": {"name": "probe", "arguments": ""}}
                ],
            },
            {"tool_calls": [{"index": 0, "function": {"arguments": '{"well"'}}]},
            {"tool_calls": [{"index": 0, "function": {"arguments": ": 7}"}}]},
        ),
        {"provider": "Anthropic"},
    ),
    "gpt by a router": Vendor(
        "openrouter",
        "openai/gpt-5.2",
        {
            "content": "",
            "reasoning": None,
            "reasoning_details": [
                {"type": "reasoning.summary", "summary": "**Probing**", "format": "openai-responses-v1", "index": 0},
                {
                    "type": "reasoning.encrypted",
                    "data": SECRET,
                    "id": "rs_01",
                    "format": "openai-responses-v1",
                    "index": 0,
                },
            ],
            "tool_calls": [call("call_Q7", index=0)],
        },
        _encrypted,
        (),
        {"provider": "OpenAI"},
    ),
    "gemini": Vendor(
        "gemini",
        "gemini-3.1-pro",
        {
            "content": None,
            "extra_content": {"google": {"thought": False}},
            "tool_calls": [
                call("function-call-1", extra_content={"google": {"thought_signature": SIGNATURE}}),
                call("function-call-2"),
            ],
        },
        _gemini,
    ),
    "mistral": Vendor(
        "mistral",
        "magistral-medium-2610",
        {
            "content": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}], "closed": True}],
            "prefix": False,
            "tool_calls": [call("wyFNfgjhN", index=0)],
        },
        _mistral,
    ),
    "groq": Vendor("groq", "qwen/qwen3-32b", {"reasoning": THOUGHT, "tool_calls": [call("fc_9b1")]}, _groq),
    "xai": Vendor(
        "xai",
        "grok-4.3",
        {"content": "", "reasoning_content": THOUGHT, "refusal": None, "tool_calls": [call("call_80180798")]},
        lambda messages: None,
    ),
    "vllm": Vendor(
        "vllm",
        "Qwen/Qwen3-32B",
        {"content": None, "reasoning": THOUGHT, "function_call": None, "tool_calls": [call("chatcmpl-tool-77")]},
        _field("reasoning"),
    ),
    "kimi on another host": Vendor(
        "vllm",
        "moonshotai/Kimi-K2-Thinking",
        {"content": "", "reasoning_content": THOUGHT, "tool_calls": [call("chatcmpl-tool-5"), call("chatcmpl-tool-6")]},
        _kimi_elsewhere,
    ),
    "llama.cpp": Vendor(
        "llamacpp",
        "gpt-oss-20b",
        {"content": None, "reasoning_content": THOUGHT, "tool_calls": [call("abcdefghijklmnopqrstuvwxyzABCDEF")]},
        _field("reasoning_content"),
    ),
}


def serving(vendor: Vendor, *, turns_with_calls: int = 2, streamed: bool = True) -> FakeServer:
    """A server that calls its tool in so many turns, then answers; what its vendor refuses it refuses, too."""

    def answer(request: Received) -> Response:
        messages = request.json["messages"]
        fault = pairing(messages) or vendor.fault(messages)
        if fault:
            return error_response(400, fault)
        done = len(turns(messages)) >= turns_with_calls
        message = {"role": "assistant", "content": "9 metres"} if done else {"role": "assistant", **vendor.turn}
        reason = "stop" if done else "tool_calls"
        usage = {"prompt_tokens": 50, "completion_tokens": 20, "total_tokens": 70}
        if not (streamed and request.streamed):
            choice = {"index": 0, "message": message, "finish_reason": reason}
            body = {"id": "r", "object": "chat.completion", "model": vendor.model, "choices": [choice], "usage": usage}
            return json_response({**body, **vendor.beside})
        deltas = [message] if done or not vendor.pieces else [*vendor.pieces]
        events = [chunk(delta, model=vendor.model, **vendor.beside) for delta in deltas]
        events.append(chunk({}, model=vendor.model, finish_reason=reason, usage=usage, **vendor.beside))
        return sse_response((stream_bytes(events),))

    return FakeServer(answer)
