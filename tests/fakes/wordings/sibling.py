"""`Sibling`: a body of a kind that misleads readers, and what must be read from it; with builders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COUNTS = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


@dataclass(frozen=True)
class Sibling:
    """A body and what it says: fields of the reply, or `error`, the class, with `words`, part of its message."""

    name: str
    body: bytes
    right: Mapping[str, Any]
    streamed: bool = False
    preopened: bool = False
    request: Mapping[str, Any] = field(default_factory=dict)


def event(value: Any) -> str:
    return f"data: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}\n\n"


def piece(delta: Mapping[str, Any], finish: str | None = None, **top: Any) -> dict[str, Any]:
    return {"id": "s", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **top}


def streamed(name: str, right: Mapping[str, Any], *deltas: Any, finish: str | None = "stop", **more: Any) -> Sibling:
    """A stream of deltas (or of texts, which are content), with usage in its last chunk and `[DONE]`."""
    events = [piece({"content": delta} if isinstance(delta, str) else delta) for delta in deltas]
    return events_of(name, right, *events, piece({}, finish, usage=COUNTS), "[DONE]", **more)


def events_of(name: str, right: Mapping[str, Any], *events: Any, tail: str = "", **more: Any) -> Sibling:
    return Sibling(name, ("".join(map(event, events)) + tail).encode(), right, streamed=True, **more)


def plain(
    name: str, right: Mapping[str, Any], message: Any, finish: str | None = "stop", usage: Any = None, **top: Any
) -> Sibling:
    message = {"content": message} if isinstance(message, str) else message
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    body = {"id": "s", "model": "m", "choices": [choice], "usage": usage or COUNTS, **top}
    return Sibling(name, json.dumps(body, ensure_ascii=False).encode(), right)


def body_of(name: str, right: Mapping[str, Any], body: Any) -> Sibling:
    return Sibling(name, json.dumps(body).encode(), right)


def told(thinking: str, answer: str, **more: Any) -> dict[str, Any]:
    return {"thinking": thinking, "answer": answer, **more}


SAID, NINE = told("hm so 9", "nine"), told("", "nine")


def part(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}
