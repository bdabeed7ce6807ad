"""The Responses API in the hands of a fake server: items, the whole body, and the same reply as events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fakes.server.bodies import CREATED, cut, dumps
from fakes.server.responses import Received, Response, json_response, sse_response

Item = dict[str, Any]

USAGE = {
    "input_tokens": 210,
    "input_tokens_details": {"cached_tokens": 128, "cache_write_tokens": 0},
    "output_tokens": 96,
    "output_tokens_details": {"reasoning_tokens": 64},
    "total_tokens": 306,
}


def thought(*summary: str, own: str = "", sealed: str | None = "c2VhbGVk", number: int = 0) -> Item:
    """An item of thinking: its summary, its own text where a host shows it, and what is sealed for the host alone."""
    return {
        "type": "reasoning",
        "id": f"rs_{number}",
        "summary": [{"type": "summary_text", "text": text} for text in summary],
        **({"content": [{"type": "reasoning_text", "text": own}]} if own else {}),
        **({"encrypted_content": sealed} if sealed else {}),
    }


def said(*texts: str, phase: str | None = None, refusal: str = "", number: int = 0, status: str = "completed") -> Item:
    parts: list[Item] = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []} for text in texts]
    parts += [{"type": "refusal", "refusal": refusal}] if refusal else []
    phased = {"phase": phase} if phase else {}
    return {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": status, "content": parts, **phased}


def called(name: str, arguments: str, *, number: int = 0, status: str = "completed") -> Item:
    return {
        "type": "function_call",
        "id": f"fc_{number}",
        "call_id": f"call_{name}_{number}",
        "name": name,
        "arguments": arguments,
        "status": status,
    }


def body(items: Sequence[Item], *, status: str = "completed", reason: str | None = None, **top: Any) -> dict[str, Any]:
    """A whole body, with the fields in which the API echoes its request."""
    return {
        "id": "resp_fake",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": {"reason": reason} if reason else None,
        "instructions": None,
        "model": "fake-model-2026-10-01",
        "output": list(items),
        "reasoning": {"effort": "medium", "summary": None},
        "service_tier": "default",
        "store": False,
        "tools": [],
        "usage": USAGE,
        **top,
    }


def events(whole: Mapping[str, Any], *, lengths: Sequence[int] = (4, 9, 1)) -> Iterator[dict[str, Any]]:
    """The events by which a body comes, in the order of the real ones; sealed thinking differs until its end."""
    empty = {**whole, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    numbers = iter(range(10**9))

    def event(kind: str, **fields: Any) -> dict[str, Any]:
        return {"type": f"response.{kind}", "sequence_number": next(numbers), **fields}

    yield event("created", response=empty)
    yield event("in_progress", response=empty)
    for place, item in enumerate(whole["output"]):
        at = {"output_index": place, "item_id": item.get("id")}
        begun = {name: [] if isinstance(value, list) else value for name, value in item.items()}
        begun |= {"status": "in_progress"} | ({"encrypted_content": "bm90eWV0"} if "encrypted_content" in item else {})
        begun |= {"arguments": ""} if "arguments" in item else {}
        yield event("output_item.added", output_index=place, item=begun)
        for index, part in enumerate(item.get("summary") or ()):
            yield event("reasoning_summary_part.added", **at, summary_index=index, part={**part, "text": ""})
            for piece in cut(part["text"], lengths):
                yield event("reasoning_summary_text.delta", **at, summary_index=index, delta=piece, obfuscation="xK2")
            yield event("reasoning_summary_text.done", **at, summary_index=index, text=part["text"])
            yield event("reasoning_summary_part.done", **at, summary_index=index, part=part)
        for index, part in enumerate(item.get("content") or ()):
            kind = {"output_text": "output_text", "reasoning_text": "reasoning_text"}.get(part["type"], "refusal")
            name = "refusal" if kind == "refusal" else "text"
            yield event("content_part.added", **at, content_index=index, part={**part, name: ""})
            for piece in cut(part[name], lengths):
                yield event(f"{kind}.delta", **at, content_index=index, delta=piece, obfuscation="Qz")
            yield event(f"{kind}.done", **at, content_index=index, **{name: part[name]})
            yield event("content_part.done", **at, content_index=index, part=part)
        if item["type"] == "function_call":
            for piece in cut(item["arguments"], lengths):
                yield event("function_call_arguments.delta", **at, delta=piece)
            yield event("function_call_arguments.done", **at, arguments=item["arguments"])
        yield event("output_item.done", output_index=place, item=item)
    yield event(str(whole["status"]), response=dict(whole))


def wire(told: Sequence[Mapping[str, Any]]) -> bytes:
    """Events as bytes, each under its name, as these servers write them; no `[DONE]` follows."""
    return b"".join(b"event: %b\ndata: %b\n\n" % (str(one["type"]).encode(), dumps(one)) for one in told)


def items_reply(items: Sequence[Item], *, size: int = 0, **top: Any) -> Callable[[Received], Response]:
    """A reply of these items, streamed if the request asks for it; `size` cuts the stream every so many bytes."""

    def reply(request: Received) -> Response:
        assert request.path.endswith("/responses"), request.path
        whole = body(items, **top)
        if not request.streamed:
            return json_response(whole)
        sent = wire(list(events(whole)))
        return sse_response(tuple(sent[at : at + size] for at in range(0, len(sent), size)) if size else (sent,))

    return reply


def broken_reply(items: Sequence[Item], last: Mapping[str, Any] | None) -> Callable[[Received], Response]:
    """A stream whose last event is another one, or is missing."""

    def reply(_: Received) -> Response:
        told = [*events(body(items))][:-1]
        return sse_response((wire([*told, last] if last else told),))

    return reply
