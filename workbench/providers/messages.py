"""The messages of a prompt: what is sent of it, what a route reads of it, whether it begins the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from workbench.errors import InputError
from workbench.providers.forms import check_message, is_json


def messages_of(prompt: str | Sequence[Mapping[str, Any]], system: str | None) -> list[Mapping[str, Any]]:
    """The messages of a prompt, with a system part in front; raises `InputError` for what cannot be sent."""
    if isinstance(prompt, str):
        if not prompt.strip():
            raise InputError(f"the prompt is {prompt!r}; write a question")
        messages: list[Mapping[str, Any]] = [{"role": "user", "content": prompt}]
    elif isinstance(prompt, Sequence) and prompt and all(isinstance(m, Mapping) and "role" in m for m in prompt):
        messages = [*cast("Sequence[Mapping[str, Any]]", prompt)]
        for place, message in enumerate(messages):
            check_message(message, place)
    else:
        raise InputError(f"the prompt is {str(prompt)[:80]!r}; give a text, or a list of {{'role': …, 'content': …}}")
    if system is None:
        return messages
    if any(message["role"] == "system" for message in messages):
        raise InputError("the messages hold a system part already; leave `system` out, or take it out of the messages")
    return [{"role": "system", "content": system}, *messages]


def question_of(prompt: str | Sequence[Mapping[str, Any]]) -> str:
    """What a route decides by: the prompt, or the last words of the user in a conversation."""
    if isinstance(prompt, str):
        return prompt
    said = [message.get("content") for message in prompt if message.get("role") == "user"]
    last = said[-1] if said else ""
    if isinstance(last, list):
        last = "\n".join(str(part.get("text", "")) for part in last if isinstance(part, Mapping))
    return str(last or "")


def begun_answer(messages: Sequence[Mapping[str, Any]]) -> str:
    """The beginning of the answer that the messages end with; empty where they end with the user's words.

    >>> begun_answer([{"role": "user", "content": "?"}, {"role": "assistant", "content": "It is"}])
    'It is'
    """
    last = messages[-1] if messages else {}
    text = last.get("content")
    called = last.get("tool_calls")
    return text if last.get("role") == "assistant" and isinstance(text, str) and not called else ""


def is_image(part: Any) -> bool:
    """Whether a part of a message is a picture."""
    return isinstance(part, Mapping) and part.get("type") == "image_url"


def plain_json(value: dict[str, Any], what: str) -> dict[str, Any]:
    """A deep copy as JSON knows it, so that a caller's later change reaches neither the key nor what is kept."""
    try:
        return cast(dict[str, Any], json.loads(json.dumps(value, allow_nan=False)))
    except (TypeError, ValueError, RecursionError) as error:
        culprit = next((name for name in value if not is_json(value[name])), what)
        raise InputError(f"{culprit} cannot be sent as JSON ({error}); use texts, numbers, lists and dicts") from None


def copied(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The messages as JSON knows them: a caller's later change does not reach them, and a long text is there once."""
    if all(type(text) is str and type(name) is str for message in messages for name, text in message.items()):
        return [dict(message) for message in messages]
    return cast("list[dict[str, Any]]", plain_json({"messages": messages}, "messages")["messages"])
