"""Bodies of chat completions, whole and in chunks, and their bytes as server-sent events: pure, no socket."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

CREATED = 1_760_000_000
COMMENT = ": keep-alive"

Event = Mapping[str, Any] | str
"""One server-sent event: an object that goes out as `data: {…}`, or a string that goes out as it is, line by line."""

_PIECE_LENGTHS = (3, 5, 2, 7, 4)
_REASONING_DIALECTS = frozenset({"vllm", "ollama", "groq", "together", "cerebras"})
_HIDDEN_DIALECTS = frozenset({"openai", "anthropic"})


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def cut(text: str, lengths: Iterable[int] = _PIECE_LENGTHS) -> Iterator[str]:
    """Cut a text into uneven pieces, so that tags and words fall apart."""
    start = 0
    for length in cycle(lengths):
        if start >= len(text):
            return
        yield text[start : start + length]
        start += length


def whole(
    message: Mapping[str, Any],
    *,
    model: str,
    finish_reason: str | None = "stop",
    usage: Mapping[str, Any] | None = None,
    **top: Any,
) -> dict[str, Any]:
    """The body of a reply that is not streamed; `top` adds fields at the top or replaces them."""
    return {
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": CREATED,
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason}],
        **({"usage": dict(usage)} if usage is not None else {}),
        **top,
    }


def chunk(delta: Mapping[str, Any], *, model: str, finish_reason: str | None = None, **top: Any) -> dict[str, Any]:
    """One chunk of a streamed reply; `top` adds fields at the top or replaces them."""
    return {
        "id": "chatcmpl-fake",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": model,
        "choices": [{"index": 0, "delta": dict(delta), "finish_reason": finish_reason}],
        **top,
    }


def thinking_fields(text: str, dialect: str) -> dict[str, Any]:
    """The fields of a message or delta in which a provider hands over its thinking."""
    if not text or dialect in _HIDDEN_DIALECTS:
        return {}
    if dialect == "openrouter":
        detail = {"type": "reasoning.text", "text": text, "format": "unknown", "index": 0}
        return {"reasoning": text, "reasoning_details": [detail]}
    return {"reasoning" if dialect in _REASONING_DIALECTS else "reasoning_content": text}


def message(answer: str | None, thinking: str = "", dialect: str = "moonshot", **more: Any) -> dict[str, Any]:
    """A whole message; the dialect `tags` puts the thinking into the text."""
    if dialect == "tags" and thinking:
        return {"content": f"<think>\n{thinking}\n</think>\n\n{answer or ''}", **more}
    return {"content": answer, **thinking_fields(thinking, dialect), **more}


def deltas(
    answer: str | None, thinking: str = "", dialect: str = "moonshot", lengths: Sequence[int] = _PIECE_LENGTHS
) -> Iterator[dict[str, Any]]:
    """The same message in deltas: first the role, then the thinking, then the text."""
    yield {"role": "assistant", "content": ""}
    if dialect == "tags":
        answer, thinking = str(message(answer, thinking, dialect)["content"] or ""), ""
    for text in cut(thinking, lengths):
        fields = thinking_fields(text, dialect)
        if fields:
            yield {"content": "", **fields} if dialect == "openrouter" else fields
    for text in cut(answer or "", lengths):
        yield {"content": text}


def event_bytes(event: Event, newline: str = "\n") -> bytes:
    r"""One event with the blank line that ends it.

    >>> event_bytes({"id": 1}), event_bytes(": waiting", "\r\n")
    (b'data: {"id":1}\n\n', b': waiting\r\n\r\n')
    """
    end = newline.encode()
    lines = event.encode().replace(b"\n", end) if isinstance(event, str) else b"data: " + dumps(event)
    return lines + end + end


def stream_bytes(events: Iterable[Event], *, newline: str = "\n", done: bool = True) -> bytes:
    """A whole stream of events, with `[DONE]` at its end unless told otherwise."""
    return b"".join(event_bytes(event, newline) for event in (*events, *(["data: [DONE]"] if done else [])))
