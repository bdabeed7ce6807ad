"""Anthropic's batches: their requests are messages of its own interface, put together here from chat completions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from workbench.asking.batch.door import Door
from workbench.asking.batch.shapes import Body, Result, Standing, made_about, results_in, text_in
from workbench.cache.batch_journal import Batch
from workbench.errors import BadRequest
from workbench.providers.batches import BatchTerms

_KEPT: Final = ("model", "max_tokens", "temperature", "top_p", "top_k", "thinking", "output_config", "metadata")
_RENAMED: Final = {"max_completion_tokens": "max_tokens"}
_REASONS: Final = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


class Messages:
    """Anthropic's batches of messages."""

    def __init__(self, terms: BatchTerms) -> None:
        self.terms = terms

    def content(self, batch: Batch, bodies: Sequence[Body], window: str) -> bytes:
        requests = [
            {"custom_id": batch.custom_id(number), "params": as_messages(body)} for number, body in enumerate(bodies)
        ]
        return json.dumps({"requests": requests}, separators=(",", ":")).encode("ascii")

    async def upload(self, door: Door, batch: Batch, content: bytes) -> str:
        return ""

    async def create(self, door: Door, batch: Batch, content: bytes, window: str) -> str:
        return text_in(await door.write("/messages/batches", json.loads(content)), "id")

    async def find(self, door: Door, batch: Batch) -> tuple[list[str], bool]:
        page = await door.read("/messages/batches?limit=100")
        listed, found = page.get("data"), []
        for one in listed if isinstance(listed, list) else []:
            counts = one.get("request_counts") if isinstance(one, Mapping) else None
            numbers = counts.values() if isinstance(counts, Mapping) else ()
            total = sum(number for number in numbers if isinstance(number, int))
            if total == batch.requests and made_about(one.get("created_at"), batch):
                found.append(text_in(one, "id"))
        return found, False

    async def look(self, door: Door, batch_id: str) -> Standing:
        raw = await door.read(f"/messages/batches/{batch_id}")
        state, counts = str(raw.get("processing_status", "")), raw.get("request_counts")
        done = None  # the counts stay as they are until all have ended
        if isinstance(counts, Mapping) and state == "ended":
            done = sum(n for name, n in counts.items() if name != "processing" and isinstance(n, int))
        return Standing(state, state == "ended", done, "", raw)

    async def fetch(self, door: Door, batch: Batch, standing: Standing, place: Path) -> Iterator[Result]:
        # By its id and not by the address that it names: the key goes along.
        await door.download(f"/messages/batches/{(standing.raw or {}).get('id')}/results", place)
        return results_in([place], _result)


def _result(line: Mapping[str, Any]) -> Result:
    custom_id = str(line.get("custom_id", ""))
    told = line.get("result")
    told = told if isinstance(told, Mapping) else {}
    kind, message = told.get("type"), told.get("message")
    if kind == "succeeded" and isinstance(message, Mapping):
        return Result(custom_id, as_completion(message), status=200)
    error = told.get("error")
    inner = error.get("error", error) if isinstance(error, Mapping) else error
    unasked = kind in ("canceled", "expired")
    return Result(custom_id, None, inner or f"the request was {kind}", None, unasked or kind == "errored")


def as_messages(body: Body) -> dict[str, Any]:
    """The body of a chat completion as Anthropic's own; raises `BadRequest` for what has no counterpart here.

    >>> as_messages({"model": "m", "max_tokens": 9, "messages": [{"role": "system", "content": "Be brief."},
    ...     {"role": "user", "content": "Hi"}]})["system"]
    'Be brief.'
    """
    told: dict[str, Any] = {}
    for name, value in body.items():
        name = _RENAMED.get(name, name)
        if name in _KEPT:
            told[name] = value
        elif name == "stop":
            told["stop_sequences"] = [value] if isinstance(value, str) else value
        elif name != "messages":
            raise BadRequest(
                f"{name}={value!r} cannot go into a batch of Anthropic's, which takes {', '.join(_KEPT)} and stop; ask "
                "without batch=True (nothing was sent)"
            )
    if "max_tokens" not in told:
        raise BadRequest("a batch of Anthropic's needs max_tokens (nothing was sent)")
    system, messages = [], []
    for message in body["messages"]:
        text = message.get("content")
        if not isinstance(text, str) or message["role"] not in ("system", "developer", "user", "assistant"):
            raise BadRequest(
                f"a message of {message['role']!r} with parts cannot go into a batch here (nothing was sent)"
            )
        if message["role"] in ("system", "developer"):
            system.append(text)
        else:
            messages.append({"role": message["role"], "content": text})
    return {**told, **({"system": "\n\n".join(system)} if system else {}), "messages": messages}


def as_completion(message: Mapping[str, Any]) -> dict[str, Any]:
    """Anthropic's message as the chat completion that its other interface would have given; what it counts stays."""
    answer, thinking, calls, opaque = [], [], [], []
    parts = message.get("content")
    for part in parts if isinstance(parts, list) else []:
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind == "text":
            answer.append(str(part.get("text", "")))
        elif kind == "thinking":
            thinking.append(str(part.get("thinking", "")))
            opaque.append(dict(part))
        elif kind == "redacted_thinking":
            opaque.append(dict(part))
        elif kind == "tool_use":
            function = {"name": part.get("name"), "arguments": json.dumps(part.get("input") or {})}
            calls.append({"id": part.get("id"), "type": "function", "function": function})
    told: dict[str, Any] = {"role": "assistant", "content": "".join(answer)}
    if any(thinking):
        told["reasoning_content"] = "".join(thinking)
    if opaque:
        told["thinking_blocks"] = opaque
    if calls:
        told["tool_calls"] = calls
    usage = message.get("usage")
    raw = dict(usage) if isinstance(usage, Mapping) else {}
    numbers = {name: raw.get(name) for name in ("input_tokens", "output_tokens") if isinstance(raw.get(name), int)}
    cached = [raw.get(name) or 0 for name in ("cache_read_input_tokens", "cache_creation_input_tokens")]
    counted: dict[str, Any] = {}
    if len(numbers) == 2:
        prompt = int(numbers["input_tokens"] or 0) + sum(cached)
        output = int(numbers["output_tokens"] or 0)
        counted = {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}
        counted["prompt_tokens_details"] = {"cached_tokens": cached[0], "cache_creation_tokens": cached[1]}
    reason = message.get("stop_reason")
    choice = {"index": 0, "message": told, "finish_reason": _REASONS.get(str(reason), reason), "stop_reason": reason}
    return {
        "id": message.get("id"),
        "object": "chat.completion",
        "model": message.get("model"),
        "choices": [choice],
        **({"usage": counted} if counted else {}),
        "native_usage": raw,
    }
