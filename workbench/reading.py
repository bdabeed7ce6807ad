"""One message, whole or delta by delta, told apart into thinking, answer and tool calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.streams import thinking_of
from workbench.thinking import Piece, Splitter

Visibility = Literal["full", "summary", "hidden", "none"]

_ENCRYPTED_PLACEHOLDER = "[Some reasoning content is encrypted]"


@dataclass(frozen=True)
class Reading:
    """What must be known about a model to read its replies.

    `thought_flag`: `<thought>` counts only beside Google's own flag. `preopened`: the chat template opens the thinking.
    `thinking`: what replies of this model normally show of it.
    """

    thought_flag: bool = False
    preopened: bool = False
    thinking: Visibility = "full"


class MessageReader:
    """Tell the thinking, the answer and the tool calls of a message apart, whole or delta by delta.

    >>> reader = MessageReader(Reading())
    >>> reader.feed({"reasoning_content": "9 stay."}) + reader.feed({"content": "9"}) + reader.close("stop")
    [Piece(kind='thinking', text='9 stay.'), Piece(kind='answer', text='9')]
    """

    def __init__(self, reading: Reading, *, eager: bool = False) -> None:
        self._reading = reading
        self._eager = eager
        self._splitter: Splitter | None = None
        self._plain = False
        self._field_thinking: list[str] = []

    def feed(self, message: Mapping[str, Any]) -> list[Piece]:
        pieces: list[Piece] = []
        thinking = thinking_of(message)
        if thinking and thinking.strip() != _ENCRYPTED_PLACEHOLDER:
            self._field_thinking.append(thinking)
            pieces.append(Piece("thinking", thinking))
        content = message.get("content")
        if content:
            for part in content if isinstance(content, list) else (content,):
                pieces.extend(self._content(part, message))
        for call in message.get("tool_calls") or ():
            function = call.get("function") if isinstance(call, Mapping) else None
            if isinstance(function, Mapping):
                text = function.get("arguments")
                pieces.append(Piece("tool_call", text if isinstance(text, str) else ""))
        return pieces

    def close(self, finish_reason: str | None) -> list[Piece]:
        return self._unless_repeated(self._splitter.close(finish_reason)) if self._splitter else []

    def _content(self, part: object, message: Mapping[str, Any]) -> list[Piece]:
        if isinstance(part, Mapping):
            thinking = _part_thinking(part)
            if thinking:
                self._field_thinking.append(thinking)
                return [Piece("thinking", thinking)]
            part = part.get("text")
        if not isinstance(part, str) or not part:
            return []
        if self._splitter is None and not self._plain:
            self._begin_content(message)
        return [Piece("answer", part)] if self._splitter is None else self._unless_repeated(self._splitter.feed(part))

    def _begin_content(self, message: Mapping[str, Any]) -> None:
        if self._reading.thought_flag and not _is_flagged_thought(message):
            self._plain = True
        else:
            # Beside thinking in a field, a block in the text must be whole before it can be known as its copy.
            already = bool(self._field_thinking)
            self._splitter = Splitter(self._reading.preopened and not already, eager=self._eager and not already)

    def _unless_repeated(self, pieces: list[Piece]) -> list[Piece]:
        if not self._field_thinking:
            return pieces
        known = "".join(self._field_thinking).strip()
        return [piece for piece in pieces if piece.kind != "thinking" or piece.text.strip() not in known]


def _part_thinking(part: Mapping[str, Any]) -> str:
    """The thinking of one part of a content list: the shapes of Mistral, Anthropic and Bedrock."""
    inner: Any = part.get("thinking") or part.get("reasoning")
    bedrock = part.get("reasoningContent")
    if isinstance(bedrock, Mapping):
        inner = bedrock.get("reasoningText")
    if isinstance(inner, Mapping):
        inner = inner.get("text")
    if isinstance(inner, list):
        inner = "".join(str(item.get("text", "")) for item in inner if isinstance(item, Mapping))
    return inner if isinstance(inner, str) else ""


def _is_flagged_thought(message: Mapping[str, Any]) -> bool:
    extra = message.get("extra_content")
    google = extra.get("google") if isinstance(extra, Mapping) else None
    return isinstance(google, Mapping) and google.get("thought") is True
