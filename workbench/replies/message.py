"""The one message of a body: which of its choices are read, how it ended, and whether it says anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from workbench.replies.contents import parts_of, refusal_of, text_of_part, thinking_of
from workbench.replies.output_items import is_output, message_of
from workbench.replies.tool_calls import tool_calls_of

_NO_REASON = frozenset({"", "null", "none"})


class Said(NamedTuple):
    """The message of a body; `finish_reason` is None where no choice names one, `unread` counts the alternatives."""

    message: Mapping[str, Any]
    finish_reason: str | None
    unread: int = 0


def finish_reason_of(choice: Mapping[str, Any]) -> str | None:
    """The finish reason of a choice; None where it names none, or the word null."""
    reason = choice.get("finish_reason")
    return reason if isinstance(reason, str) and reason.lower() not in _NO_REASON else None


def draws_several(drawn: object) -> bool:
    """Whether a request's `n` asks for more than one choice."""
    return isinstance(drawn, int) and drawn > 1


def said(body: Mapping[str, Any], *, drawn: object = 1) -> Said | None:
    """The message of a body; None where it holds none. `drawn` is the request's `n`.

    Some gateways spread one message over several choices: the text in one, each tool call in another. Where several
    were drawn, or more than one has text, they are alternatives, and the first is read.

    >>> call = {"id": "a", "function": {"name": "f", "arguments": "{}"}}
    >>> told = said({"choices": [{"message": {"content": "Let me see."}}, {"message": {"tool_calls": [call]}}]})
    >>> told.message["content"], len(told.message["tool_calls"]), told.unread
    ('Let me see.', 1, 0)
    """
    if is_output(body):
        return Said(*message_of(body))
    choices = body.get("choices")
    found = [
        choice
        for choice in (choices if isinstance(choices, list) else ())
        if isinstance(choice, Mapping) and isinstance(choice.get("message"), Mapping)
    ]
    if not found or found[0] is not choices[0]:  # type: ignore[index]  # it has a choice
        return None
    if len(found) > 1:
        found.sort(key=_index_of)
    first = found[0]
    if len(found) == 1:
        return Said(first["message"], finish_reason_of(first))
    if draws_several(drawn) or sum(has_text(choice["message"]) for choice in found) > 1:
        return Said(first["message"], finish_reason_of(first), unread=len(found) - 1)
    return Said(
        _joined([choice["message"] for choice in found]), next(filter(None, map(finish_reason_of, found)), None)
    )


def _index_of(choice: Mapping[str, Any]) -> int:
    index = choice.get("index")
    return index if isinstance(index, int) else 0


def _joined(messages: list[Mapping[str, Any]]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    calls: list[Any] = []
    for message in messages:
        for name, value in message.items():
            if name == "tool_calls" and isinstance(value, list):
                calls.extend(value)
            elif value and not joined.get(name):
                joined[name] = value
            else:
                joined.setdefault(name, value)
    return {**joined, "tool_calls": calls} if calls else joined


def has_text(message: Mapping[str, Any]) -> bool:
    """Whether a message has text in its content."""
    return any(text_of_part(part) for part in parts_of(message.get("content")))


def says_something(message: Mapping[str, Any]) -> bool:
    """Whether a message has text, a tool call or a refusal; thinking alone says nothing."""
    return has_text(message) or bool(tool_calls_of(message)) or refusal_of(message) is not None


def partial_text(message: Mapping[str, Any]) -> str:
    """What a message that did not end well had got to: its text, else its thinking."""
    return "".join(map(text_of_part, parts_of(message.get("content")))) or thinking_of(message)
