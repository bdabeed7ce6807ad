"""Conversations: a column of messages becomes earlier turns, the question, a system part, and perhaps the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workbench.errors import InputError
from workbench.tasks.values import native, parsed

_ROLES: Final = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "model": "assistant",
    "bot": "assistant",
}


@dataclass(frozen=True)
class Conversation:
    """What is sent of a conversation: its system part, the turns before the question, the question, its images.

    `reply` is a last turn of the assistant: it is not sent, and may be the target.
    """

    question: str
    turns: tuple[tuple[str, str], ...] = ()
    system: str | None = None
    reply: str | None = None
    images: tuple[str, ...] = ()


def is_conversation(cell: Any) -> bool:
    """Whether a cell holds chat messages: a list of objects with a role and a text, or that as JSON."""
    value = parsed(native(cell))
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and _role(item) is not None and _content(item) is not None for item in value)
    )


def conversation(cell: Any, place: str) -> Conversation:
    """Read the messages of one cell. Raises InputError for what cannot be asked again as it stands."""
    value = parsed(native(cell))
    if not isinstance(value, list) or not value:
        raise InputError(f"{place}: messages are a list of {{'role': …, 'content': …}}, not {str(value)[:80]!r}.")
    turns: list[tuple[str, str]] = []
    images: list[str] = []
    for number, item in enumerate(value, start=1):
        role = _role(item) if isinstance(item, Mapping) else None
        if role not in _ROLES:
            known = ", ".join(dict.fromkeys(_ROLES.values()))
            raise InputError(f"{place}: message {number} has the role {role!r}; only {known} can be asked again.")
        if item.get("tool_calls"):
            raise InputError(f"{place}: message {number} calls a tool, which tasks cannot hold. Leave such rows out.")
        text, seen = _text(_content(item), place, number)
        images += seen
        turns.append((_ROLES[str(role)], text))
    systems = [text for role, text in turns if role == "system"]
    spoken = [turn for turn in turns if turn[0] != "system" and turn[1].strip()]
    reply = spoken.pop()[1] if spoken and spoken[-1][0] == "assistant" else None
    if not spoken or spoken[-1][0] != "user":
        raise InputError(f"{place}: the messages hold no turn of the user to answer.")
    question = spoken.pop()[1]
    return Conversation(question, tuple(spoken), "\n\n".join(systems) or None, reply, tuple(images))


def _role(item: Mapping[str, Any]) -> str | None:
    role = item.get("role", item.get("from"))
    return role.strip().lower() if isinstance(role, str) else None


def _content(item: Mapping[str, Any]) -> Any:
    return item.get("content", item.get("value"))


def _text(content: Any, place: str, number: int) -> tuple[str, list[str]]:
    """The text and the images of a message, whose content may be a list of parts."""
    if isinstance(content, str):
        return content, []
    texts, images = [], []
    for part in content if isinstance(content, list) else [content]:
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind in ("text", "input_text", "output_text"):
            texts.append(str(part.get("text") or ""))
        elif kind in ("image_url", "input_image"):
            address = part.get("image_url")
            images.append(str(address.get("url") if isinstance(address, Mapping) else address))
        else:
            raise InputError(
                f"{place}: message {number} holds a part of type {kind!r}; texts and images can be asked again."
            )
    return "\n".join(texts), images
