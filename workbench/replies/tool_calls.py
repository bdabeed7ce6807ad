"""The tool calls of a message, in the shapes of the chat protocol and of those it is translated from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ToolCall:
    """A call of a tool that the model asked for; `arguments` is the model's JSON text, unchecked."""

    id: str
    name: str
    arguments: str


def tool_calls_of(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """The tool calls of a message or delta.

    Functions, custom tools (whose `arguments` are free text), the legacy `function_call`, and parts of type `tool_use`.
    Arguments that came as an object are written as JSON.

    >>> tool_calls_of({"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": {"x": 1}}}]})
    (ToolCall(id='a', name='f', arguments='{"x": 1}'),)
    >>> tool_calls_of({"function_call": {"name": "", "arguments": ""}})
    ()
    """
    calls = tuple(_listed(message))
    if calls:
        return calls
    legacy = message.get("function_call")
    if isinstance(legacy, Mapping) and (legacy.get("name") or legacy.get("arguments")):
        return (ToolCall("", _text(legacy.get("name")), arguments_text(legacy.get("arguments"))),)
    return ()


def _listed(message: Mapping[str, Any]) -> Iterator[ToolCall]:
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        if isinstance(call, Mapping):
            function, custom = call.get("function"), call.get("custom")
            if isinstance(function, Mapping):
                yield ToolCall(
                    _text(call.get("id")), _text(function.get("name")), arguments_text(function.get("arguments"))
                )
            elif isinstance(custom, Mapping):
                yield ToolCall(_text(call.get("id")), _text(custom.get("name")), arguments_text(custom.get("input")))
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping):
            use = part if part.get("type") == "tool_use" else part.get("toolUse")
            if isinstance(use, Mapping):
                yield ToolCall(
                    _text(use.get("id") or use.get("toolUseId")),
                    _text(use.get("name")),
                    arguments_text(use.get("input")),
                )


def arguments_text(arguments: object) -> str:
    """The arguments of a call as text.

    >>> arguments_text('{"x": 1}'), arguments_text({"x": "ü"}), arguments_text(None)
    ('{"x": 1}', '{"x": "ü"}', '')
    """
    if isinstance(arguments, str):
        return arguments
    return "" if arguments is None else json.dumps(arguments, ensure_ascii=False)


def breaks_off(message: Mapping[str, Any]) -> bool:
    """Whether the arguments of a function begin as an object and are none.

    >>> breaks_off({"tool_calls": [{"function": {"name": "f", "arguments": '{"at": "lo'}}]})
    True
    """
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, Mapping) else None
        arguments = function.get("arguments") if isinstance(function, Mapping) else None
        if isinstance(arguments, str) and arguments.lstrip().startswith("{"):
            try:
                json.loads(arguments)
            except (ValueError, RecursionError):
                return True
    return False


def _text(value: object) -> str:
    return str(value) if value else ""
