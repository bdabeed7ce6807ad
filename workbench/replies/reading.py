"""One message, whole or delta by delta, told apart into thinking, answer and tool calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.replies.thinking import Piece, Splitter

THINKING_FIELDS = ("reasoning_content", "reasoning")
KEPT_THINKING = "workbench_thinking"
"""Field of a merged message whose deltas spread their thinking over several fields: the text, chosen delta by delta."""

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
        self._field = Splitter(tags=False)  # servers leave tool calls in the thinking, too
        self._field_thinking: list[str] = []
        self._live = False  # the splitter of the text hands thinking out in pieces
        self._blocks = 0

    def feed(self, message: Mapping[str, Any]) -> list[Piece]:
        pieces: list[Piece] = []
        thinking = thinking_of(message)
        if thinking and thinking.strip() != _ENCRYPTED_PLACEHOLDER:
            pieces.extend(self._from_field(thinking))
        content = message.get("content")
        if content:
            for part in content if isinstance(content, list) else (content,):
                pieces.extend(self._content(part, message))
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            function = call.get("function") if isinstance(call, Mapping) else None
            if isinstance(function, Mapping):
                text = function.get("arguments")
                pieces.append(Piece("tool_call", text if isinstance(text, str) else ""))
        return pieces

    def close(self, finish_reason: str | None) -> list[Piece]:
        pieces = self._as_thinking(self._field.close(finish_reason))
        if self._splitter:
            pieces += self._unless_repeated(self._splitter.close(finish_reason))
        return pieces

    def _from_field(self, thinking: str) -> list[Piece]:
        self._field_thinking.append(thinking)
        return self._as_thinking(self._field.feed(thinking))

    def _as_thinking(self, pieces: list[Piece]) -> list[Piece]:
        return [Piece("thinking", piece.text) if piece.kind == "answer" else piece for piece in pieces]

    def _content(self, part: object, message: Mapping[str, Any]) -> list[Piece]:
        if isinstance(part, Mapping):
            thinking = _part_thinking(part)
            if thinking:
                return self._from_field(thinking)
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
            self._live = self._eager and not already
            self._splitter = Splitter(self._reading.preopened and not already, eager=self._live)

    def _unless_repeated(self, pieces: list[Piece]) -> list[Piece]:
        """Without a block that says what the field said already, which the first block alone can be."""
        if not self._field_thinking:
            return pieces
        kept = []
        for piece in pieces:
            if piece.kind == "thinking":
                self._blocks += 1
                if self._live or (self._blocks == 1 and piece.text.strip() in "".join(self._field_thinking)):
                    continue
            kept.append(piece)
        return kept


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


def thinking_of(message: Mapping[str, Any]) -> str:
    """The thinking that a message or delta carries in a field.

    The same text often comes in two fields at once, so the first that has any is taken and none are added together.

    >>> thinking_of({"reasoning": " hm", "reasoning_details": [{"type": "reasoning.text", "text": " hm"}]})
    ' hm'
    """
    if KEPT_THINKING in message:
        return str(message[KEPT_THINKING])
    details = message.get("reasoning_details")
    if isinstance(details, list) and details:
        text = "".join(map(_detail_text, details))
        if text:
            return text
    for name in THINKING_FIELDS:
        value = message.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _detail_text(detail: object) -> str:
    if not isinstance(detail, Mapping):
        return ""
    text = detail.get("text") or detail.get("summary")
    return text if isinstance(text, str) else ""
