"""One message, whole or delta by delta, told apart into thinking, answer and tool calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.replies.contents import parts_of, refusal_of, text_of_part, thinking_of, thinking_of_part
from workbench.replies.field_tags import FieldTags
from workbench.replies.notations import FIRST_LETTERS
from workbench.replies.pieces import Gathered, Piece
from workbench.replies.splitter import Splitter
from workbench.replies.tool_calls import tool_calls_of

Visibility = Literal["full", "summary", "hidden", "none"]

_ENCRYPTED_PLACEHOLDER = "[Some reasoning content is encrypted]"


@dataclass(frozen=True)
class Reading:
    """What must be known about a model, and of the request, to read its replies.

    `thought_flag`: `<thought>` counts only beside Google's own flag. `preopened`: the chat template opens the thinking.
    `thinking`: what replies of this model normally show of it. `told_off`: how the request switched the thinking off;
    a template then closes what it opens, unless the server took no notice: `preopens` knows that it would open.
    """

    thought_flag: bool = False
    preopened: bool = False
    thinking: Visibility = "full"
    told_off: str | None = None
    preopens: bool = False


def plain_texts(message: Mapping[str, Any], reading: Reading) -> tuple[str, str] | None:
    """The thinking and the answer of a message that holds no notation: what nearly all do, in a quarter of the time.

    None for any other, which `MessageReader` tells apart. Calls that stand in fields of their own are none of a text.

    >>> plain_texts({"reasoning_content": "9 stay.", "content": "9"}, Reading())
    ('9 stay.', '9')
    >>> plain_texts({"content": "<think>9 stay.</think>9"}, Reading())
    """
    content = message.get("content")
    thinking = thinking_of(message)
    if content and not isinstance(content, str):
        return None
    if reading.preopened and not thinking:
        return None
    if any(letter in thinking or (content and letter in content) for letter in FIRST_LETTERS):
        return None
    return thinking, content or ""


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
        self._tags = FieldTags()
        self._field = Splitter(tags=False)  # servers leave tool calls in the thinking, too
        self._behind = Gathered()  # what stood behind a closing tag in the field, until the text is known to repeat it
        self._beside = Gathered()  # the text so far, where it is the same
        self._same = 0  # as far as it goes
        self._field_thinking = Gathered()
        self._has_field = False
        self._live = False  # the splitter of the text hands thinking out in pieces
        self._blocks = 0

    @property
    def stray_closing(self) -> str:
        """A closing tag without its opening one that stood in the text, where no thinking was found; "" without one."""
        return self._splitter.stray if self._splitter and not self._has_field else ""

    def feed(self, message: Mapping[str, Any], thinking: str | None = None) -> list[Piece]:
        """Take a message or a delta; return the pieces that are certain by now.

        Who has looked for its thinking in a field already hands it over.
        """
        pieces: list[Piece] = []
        if thinking is None:
            thinking = thinking_of(message)
        if thinking and thinking.strip() != _ENCRYPTED_PLACEHOLDER:
            pieces.extend(self._from_field(thinking))
        content = message.get("content")
        in_parts = False
        if content:
            if isinstance(content, str):
                pieces.extend(self._text(content, message))
            else:
                in_parts = True
                for part in parts_of(content):
                    pieces.extend(self._part(part, message))
        if in_parts or "tool_calls" in message or "function_call" in message:
            pieces.extend(Piece("tool_call", call.arguments) for call in tool_calls_of(message))
        return pieces

    def close(self, finish_reason: str | None) -> list[Piece]:
        """End the message; return the pieces that were held back."""
        pieces = self._told_apart(self._tags.close())
        pieces += self._as_thinking(self._field.close(finish_reason))
        pieces += self._settled()
        if self._splitter:
            pieces += self._unless_repeated(self._splitter.close(finish_reason))
        return pieces

    def _from_field(self, thinking: str) -> list[Piece]:
        self._has_field = True
        self._field_thinking.write(thinking)
        return self._told_apart(self._tags.feed(thinking))

    def _told_apart(self, pieces: list[Piece]) -> list[Piece]:
        told: list[Piece] = []
        for piece in pieces:
            if piece.kind == "thinking":
                told.extend(self._as_thinking(self._field.feed(piece.text)))
            elif self._splitter is None and not self._plain:
                self._behind.write(piece.text)
            else:
                told.extend(self._read_text(piece.text))
        return told

    def _as_thinking(self, pieces: list[Piece]) -> list[Piece]:
        return [Piece("thinking", piece.text) if piece.kind == "answer" else piece for piece in pieces]

    def _part(self, part: object, message: Mapping[str, Any]) -> list[Piece]:
        if isinstance(part, Mapping):
            thinking = thinking_of_part(part)
            if thinking is not None:
                return self._from_field(thinking) if thinking else []
        text = text_of_part(part)
        return self._text(text, message) if text else []

    def _text(self, text: str, message: Mapping[str, Any]) -> list[Piece]:
        if self._splitter is None and not self._plain:
            if behind := self._behind.getvalue():
                self._beside.write(text)
                told = text if self._same else text.lstrip()
                if behind.startswith(told, self._same) and self._same + len(told) < len(behind):
                    self._same += len(told)
                    return []
                return self._settled()
            self._begin_content(message)
        return self._read_text(text)

    def _read_text(self, text: str) -> list[Piece]:
        return [Piece("answer", text)] if self._splitter is None else self._unless_repeated(self._splitter.feed(text))

    def _settled(self) -> list[Piece]:
        """The answer that began in the field, and the text beside it: one behind the other, or the whole once."""
        behind, beside = self._behind.getvalue(), self._beside.getvalue()
        if not behind:
            return []
        self._behind, self._beside = Gathered(), Gathered()
        self._begin_content({})
        return self._read_text(beside if beside.lstrip().startswith(behind.rstrip()) else behind + beside)

    def _begin_content(self, message: Mapping[str, Any]) -> None:
        if self._reading.thought_flag and not _is_flagged_thought(message):
            self._plain = True
        else:
            # Beside thinking in a field, a block in the text must be whole before it can be known as its copy.
            already = self._has_field
            self._live = self._eager and not already
            self._splitter = Splitter(self._reading.preopened and not already, eager=self._live)

    def _unless_repeated(self, pieces: list[Piece]) -> list[Piece]:
        """Without a block that says what the field said already, which the first block alone can be."""
        if not self._has_field:
            return pieces
        kept = []
        for piece in pieces:
            if piece.kind == "thinking":
                self._blocks += 1
                if self._live or (self._blocks == 1 and piece.text.strip() in self._field_thinking.getvalue()):
                    continue
            kept.append(piece)
        return kept


def says_more_than_thought(message: Mapping[str, Any], reading: Reading) -> bool:
    """Whether a message has an answer, a tool call or a refusal; of one that was cut inside its thinking, none came.

    >>> says_more_than_thought({"content": "<think>9 st"}, Reading())
    False
    """
    if tool_calls_of(message) or refusal_of(message) is not None:
        return True
    reader = MessageReader(reading)
    return any(
        piece.kind == "tool_call" or (piece.kind == "answer" and piece.text.strip())
        for piece in [*reader.feed(message), *reader.close(None)]
    )


def _is_flagged_thought(message: Mapping[str, Any]) -> bool:
    extra = message.get("extra_content")
    google = extra.get("google") if isinstance(extra, Mapping) else None
    return isinstance(google, Mapping) and google.get("thought") is True
