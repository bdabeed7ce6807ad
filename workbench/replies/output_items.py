"""The output items of OpenAI's Responses API as one message in the shape of the chat protocol, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

REPLAYED: Final = "output"
"""Field of an assistant's message that holds the items of an earlier reply; they go back as they came."""

BETWEEN_PARTS: Final = "\n\n"
"""Stands between two parts of a summary, or of two items' thinking, which come without anything between them."""

_ENDS: Final[Mapping[str, str]] = {"failed": "error", "cancelled": "cancelled"}
_REASONS: Final[Mapping[str, str]] = {"max_output_tokens": "length", "max_tokens": "length"}


def is_output(body: Mapping[str, Any]) -> bool:
    """Whether a body is one of the Responses API: it has output items, and no choices.

    >>> is_output({"object": "response", "output": []}), is_output({"choices": [], "output": []})
    (True, False)
    """
    return isinstance(body.get("output"), list) and not isinstance(body.get("choices"), list)


def message_of(body: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The items of a body as one message, and its finish reason; None where the body tells of no end.

    What a model says before it calls a tool (`phase: commentary`) is no answer, and stands with its thinking. The items
    themselves are kept in the message under `output`: encrypted thinking and signatures are of use to their host alone,
    who wants them back as they were.

    >>> items = [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "7 * 6."}]},
    ...          {"type": "message", "content": [{"type": "output_text", "text": "42"}]}]
    >>> message, reason = message_of({"status": "completed", "output": items})
    >>> message["content"], message["reasoning_details"][0]["summary"], reason
    ('42', '7 * 6.', 'stop')
    """
    items = [item for item in body["output"] if isinstance(item, Mapping)]
    calls = [_call_of(item) for item in items if item.get("type") in _CALLS]
    refusals = [text for item in items for kind, text in _spoken(item) if kind == "refusal"]
    details = list(_details(items))
    message: dict[str, Any] = {"role": "assistant", "content": _answer(items) or None}
    if details:
        message["reasoning_details"] = details
    if calls:
        message["tool_calls"] = calls
    if refusals:
        message["refusal"] = BETWEEN_PARTS.join(refusals)
    message[REPLAYED] = items
    return message, _finish_reason(body, called=bool(calls))


def is_commentary(item: Mapping[str, Any]) -> bool:
    """Whether a message only says what will be done next."""
    return item.get("phase") == "commentary"


def thinking_of_item(item: Mapping[str, Any]) -> list[str]:
    """The parts of an item that are thinking: its own text where the host shows that, else its summary."""
    if item.get("type") == "message":
        return [text for kind, text in _spoken(item) if kind == "text"] if is_commentary(item) else []
    if item.get("type") != "reasoning":
        return []
    return list(_texts(item.get("content"))) or list(_texts(item.get("summary")))


def replayed(
    items: Iterable[Mapping[str, Any]], *, thinking: bool = True, calls: Sequence[tuple[str, str]] = ()
) -> list[dict[str, Any]]:
    """The items as they go back to their host. Without the thinking the others lose their ids, which belong to it.

    Thinking of which there is neither text nor a sealed form stays out: its id refers to what the host does not keep.

    `calls` are the ids and arguments under which the calls are answered, where those that came could not go back.

    >>> replayed([{"type": "reasoning"}, {"type": "function_call", "id": "f", "name": "f"}], thinking=False)
    [{'type': 'function_call', 'name': 'f'}]
    """
    kept = [dict(item) for item in items if item.get("type") != "reasoning" or (thinking and _is_whole(item))]
    if not thinking:
        for item in kept:
            item.pop("id", None)
    asked = [item for item in kept if item.get("type") in _CALLS]
    if len(asked) == len(calls):
        for item, (call_id, arguments) in zip(asked, calls, strict=True):
            item["call_id"] = call_id
            if item["type"] == "function_call":
                item["arguments"] = arguments
    return kept


def _is_whole(thought: Mapping[str, Any]) -> bool:
    return bool(thought.get("encrypted_content") or thought.get("content"))


_CALLS: Final = ("function_call", "custom_tool_call")


def _call_of(item: Mapping[str, Any]) -> dict[str, Any]:
    name, call_id = item.get("name"), item.get("call_id") or item.get("id")
    if item.get("type") == "custom_tool_call":
        return {"id": call_id, "type": "custom", "custom": {"name": name, "input": item.get("input")}}
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": item.get("arguments")}}


def _answer(items: Iterable[Mapping[str, Any]]) -> str:
    return "".join(
        text
        for item in items
        if item.get("type") == "message" and not is_commentary(item)
        for kind, text in _spoken(item)
        if kind == "text"
    )


def _spoken(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The parts of a message, each with what it is: text or a refusal."""
    content = item.get("content") if item.get("type") == "message" else None
    if isinstance(content, str):
        yield "text", content
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping):
            refusal = part.get("refusal")
            if isinstance(refusal, str) and refusal:
                yield "refusal", refusal
            elif isinstance(part.get("text"), str):
                yield "text", part["text"]


def _texts(parts: object) -> Iterator[str]:
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping) and isinstance(part.get("text"), str) and part["text"]:
            yield part["text"]


def _details(items: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    begun = False
    for item in items:
        own = item.get("type") == "reasoning" and any(_texts(item.get("content")))
        name = "text" if own else "summary"
        for text in thinking_of_item(item):
            yield {"type": f"reasoning.{name}", name: BETWEEN_PARTS + text if begun else text}
            begun = True
        if item.get("encrypted_content"):
            yield {"type": "reasoning.encrypted"}


def _finish_reason(body: Mapping[str, Any], *, called: bool) -> str | None:
    status = body.get("status")
    if status == "incomplete":
        details = body.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, Mapping) else None
        return _REASONS.get(str(reason), str(reason or "incomplete"))
    if status == "completed":
        return "tool_calls" if called else "stop"
    return _ENDS.get(str(status))
