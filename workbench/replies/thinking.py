"""Thinking told from answer by the tags in one text: `split` for the whole, `Splitter` for pieces of a stream.

Some servers hand a model's thinking over in a field of its own; others leave it in the text, between tags. This room
reads the tags. Its rules, and why:

- Tags count only at the very start of the text, after white space, or again right after a closed block. A tag further
  in is part of the answer: models quote tags when they write about them.
- A closing tag without an opening one counts only at the very start (an empty block), or when the model's chat template
  has opened the thinking already (`preopened`): the caller must know that, the text cannot tell.
- A block that never closes is thinking when the reply was cut off, and the answer when the model stopped by itself.
- Tool-call tokens of Kimi K2 that leak into the text are neither thinking nor answer. They end an open block.

White space between a tag and the text beside it is markup and dropped; a text without tags is returned as received.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["thinking", "answer", "tool_call"]

NATURAL_STOPS = frozenset({"stop", "end_turn", "eos", "eos_token", "stop_sequence", "completed"})
"""Finish reasons that mean: the model ended its turn by itself."""

_NAMES = "budget:thinking|thinking|think|thought|reasoning|reason"
_LONGEST_ATTRIBUTES = 256
_LONGEST_TOOL_HEAD = 384
_OPENING = re.compile(
    rf"<(?P<name>{_NAMES})(?:\s[^<>]{{0,{_LONGEST_ATTRIBUTES}}})?>|(?P<kimi>◁think▷)|(?P<piped><\|begin_of_thought\|>)",
    re.IGNORECASE,
)
_OPENING_WITH_ATTRIBUTES = re.compile(rf"<(?:{_NAMES})\s[^<>]{{0,{_LONGEST_ATTRIBUTES}}}", re.IGNORECASE)
_OPENINGS = (*(f"<{name}>" for name in _NAMES.split("|")), "◁think▷", "<|begin_of_thought|>")
_ANY_CLOSINGS = (*(f"</{name}>" for name in _NAMES.split("|")), "◁/think▷", "<|end_of_thought|>")
_FIRST_OF_TAGS = ("<", "◁")
_TOOL_BEGINNINGS = ("<|tool_calls_section_begin|>", "<|tool_call_section_begin|>", "<|tool_call_begin|>")
_TOOL_BEGINNING = re.compile("|".join(map(re.escape, _TOOL_BEGINNINGS)), re.IGNORECASE)
_LONGEST_MARKER = 32
_TOOL_END = re.compile(r"<\|tool_calls?_section_end\|>|<\|tool_call_end\|>")
_TOOL_ARGUMENT = "<|tool_call_argument_begin|>"
_TOOL_CALL = re.compile(
    r"<\|tool_call_begin\|>\s*(?P<id>[^<\s]{1,256})\s*<\|tool_call_argument_begin\|>\s*(?P<arguments>.*?)\s*"
    r"(?:<\|tool_call_end\|>|<\|tool_calls?_section_end\|>|\Z)",
    re.DOTALL,
)


class Piece(NamedTuple):
    """A stretch of text and what it is: `thinking`, `answer` or `tool_call`."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Split:
    """A text told apart; `closed` is False only when thinking was opened and its end never came."""

    thinking: str
    answer: str
    closed: bool
    tool_calls: tuple[str, ...] = ()


def split(text: str, *, preopened: bool = False, finish_reason: str | None = None) -> Split:
    r"""Tell the thinking in a whole text from its answer.

    `preopened` says that the model's template has opened the thinking before the text starts. `finish_reason` decides
    what a block that never closes is; without one the text counts as cut off. Time is linear in the text.

    >>> split("<think>9 of 17 stay.</think>\n\n9")
    Split(thinking='9 of 17 stay.', answer='9', closed=True, tool_calls=())
    >>> split("<think>All but nine", finish_reason="length").thinking
    'All but nine'
    >>> split(" <think> It is 30 degrees.", finish_reason="stop").answer
    'It is 30 degrees.'
    >>> split("so 9.</think>9", preopened=True).answer
    '9'
    >>> split("Write `<think>` first.").answer
    'Write `<think>` first.'
    """
    splitter = Splitter(preopened)
    pieces = [*splitter.feed(text), *splitter.close(finish_reason)]
    return Split(
        thinking="".join(piece.text for piece in pieces if piece.kind == "thinking"),
        answer="".join(piece.text for piece in pieces if piece.kind == "answer"),
        closed=splitter.closed,
        tool_calls=tuple(piece.text for piece in pieces if piece.kind == "tool_call"),
    )


class LeakedToolCall(NamedTuple):
    """A tool call that a Kimi K2 server left in the text; `arguments` is JSON text, unchecked."""

    id: str
    name: str
    arguments: str


def leaked_tool_calls(text: str) -> list[LeakedToolCall]:
    """Read the tool calls out of leaked tool-call tokens.

    >>> leaked_tool_calls('<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"x": 1}<|tool_call_end|>')
    [LeakedToolCall(id='functions.f:0', name='f', arguments='{"x": 1}')]
    """
    calls = []
    for match in _TOOL_CALL.finditer(text):
        name = match["id"].removeprefix("functions.").rpartition(":")[0] or match["id"]
        calls.append(LeakedToolCall(match["id"], name, match["arguments"]))
    return calls


def _closings_of(opening: re.Match[str]) -> tuple[str, ...]:
    if opening["name"]:
        return (f"</{opening['name'].lower()}>",)
    return ("◁/think▷",) if opening["kimi"] else ("<|end_of_thought|>",)


def _stopped_by_itself(finish_reason: str | None) -> bool:
    return finish_reason is not None and finish_reason.lower() in NATURAL_STOPS


def _may_begin(text: str, tags: tuple[str, ...]) -> bool:
    lowered = text[:_LONGEST_MARKER].lower()
    return any(len(lowered) < len(tag) and tag.startswith(lowered) for tag in tags)


def _possible_marker(text: str, markers: tuple[str, ...]) -> int:
    """Where the tail of `text` starts that may be the beginning of a marker; its length if there is none."""
    at = max(text.rfind("<", -_LONGEST_MARKER), text.rfind("◁", -_LONGEST_MARKER))
    return at if at >= 0 and _may_begin(text[at:], markers) else len(text)


class Splitter:
    """Tell thinking from answer while the text arrives, with the same result however it is cut.

    Feed it texts, then close it. What a block without an end means is known only at the close, so a block's text is
    handed out when the block ends. With `eager` it is handed out at once, for a live view; should such a block turn
    out to be the answer, `close` hands the whole text out again as `answer`, and only `split` has the last word.
    Without `tags` all is `answer` but for leaked tool calls.

    >>> splitter = Splitter()
    >>> [splitter.feed(text) for text in ("<th", "ink>9 st", "ay</thi", "nk>", "9")]
    [[], [], [], [Piece(kind='thinking', text='9 stay')], [Piece(kind='answer', text='9')]]
    >>> splitter.close("stop")
    []
    """

    def __init__(self, preopened: bool = False, *, eager: bool = False, tags: bool = True) -> None:
        self.closed = True
        self._eager = eager
        self._step = self._start if tags else self._answer
        self._rest = ""  # a short tail that may be the beginning of a tag
        self._blanks: list[str] = []  # white space whose fate depends on what follows
        self._held: list[str] = []  # the open block, or the open tool call
        self._blocks = 0
        self._said_thinking = False
        self._closing = _TOOL_BEGINNING
        self._markers: tuple[str, ...] = _TOOL_BEGINNINGS
        self._tools: list[str] = []
        self._tools_settled = False
        self._before_tools = self._answer
        self._pieces: list[Piece] = []
        self._starting_preopened = preopened
        if preopened:
            self._open(_ANY_CLOSINGS)

    def feed(self, text: str) -> list[Piece]:
        """Take the next text; return the pieces that are certain by now."""
        if not self._rest and "<" not in text and "◁" not in text:
            if self._step == self._answer:
                return [Piece("answer", text)] if text else []
            if self._step == self._think and not self._eager and not self._starting_preopened:
                self._held.append(text)
                return []
        text, self._rest = self._rest + text, ""
        while text:
            text = self._step(text)
        pieces, self._pieces = self._pieces, []
        return pieces

    def close(self, finish_reason: str | None = None) -> list[Piece]:
        """End the text; return the pieces that were held back."""
        if self._step in (self._think, self._answer) and not self._starting_preopened:
            self._settle_tools(finish_reason)
        rest, self._rest = self._rest, ""
        if self._step == self._tool_calls:
            self._close_tool_calls(rest)
        elif self._step == self._think:
            self._close_open_block(rest, finish_reason)
        elif self._step == self._start and not self._blocks:
            self._say("answer", "".join(self._blanks) + rest)
        else:
            self._say("answer", rest)
        pieces, self._pieces = self._pieces, []
        return pieces

    def _say(self, kind: Kind, text: str) -> None:
        if text:
            self._pieces.append(Piece(kind, text))

    # Each step takes the text at hand and returns what is left of it for the next step; "" asks for more.

    def _start(self, text: str) -> str:
        stripped = text.lstrip()
        self._blanks.append(text[: len(text) - len(stripped)])
        if not stripped:
            return ""
        if stripped.startswith(_FIRST_OF_TAGS):
            opening = _OPENING.match(stripped)
            if opening:
                self._open(_closings_of(opening))
                return stripped[opening.end() :]
            for stray in _ANY_CLOSINGS:
                if stripped[: len(stray)].lower() == stray:
                    self._blocks += 1
                    return stripped[len(stray) :]
            if _may_begin(stripped, _OPENINGS + _ANY_CLOSINGS) or _OPENING_WITH_ATTRIBUTES.fullmatch(stripped):
                self._rest = stripped
                return ""
        self._step = self._answer
        return stripped if self._blocks else "".join(self._blanks) + stripped

    def _open(self, closings: tuple[str, ...]) -> None:
        self.closed = False
        self._blanks, self._held = [], []
        self._markers = closings + _TOOL_BEGINNINGS
        self._closing = re.compile("|".join(map(re.escape, self._markers)), re.IGNORECASE)
        self._step = self._think

    def _think(self, text: str) -> str:
        if self._starting_preopened:
            stripped = text.lstrip()
            if not stripped or _may_begin(stripped, _OPENINGS) or _OPENING_WITH_ATTRIBUTES.fullmatch(stripped):
                self._blanks.append(text[: len(text) - len(stripped)])
                self._rest = stripped
                return ""
            self._starting_preopened = False
            blank, self._blanks = "".join(self._blanks), []
            opening = _OPENING.match(stripped)
            if opening:
                return stripped[opening.end() :]
            text = blank + text
        marker, kept = self._next_marker(text, self._closing)
        self._hold(text[:kept])
        if marker is None:
            self._rest = text[kept:]
            return ""
        if self._is_tool_marker(marker):
            self._before_tools, self._step = self._step, self._tool_calls
            return text[kept:]
        self._end_block()
        return text[marker.end() :]

    def _is_tool_marker(self, marker: re.Match[str]) -> bool:
        return marker[0].lower() in _TOOL_BEGINNINGS

    def _next_marker(self, text: str, markers: re.Pattern[str]) -> tuple[re.Match[str] | None, int]:
        """The next marker that means something, and where the text before it ends.

        A tool marker means something only when a call follows within reach; while that is open, the text is kept from
        there on.
        """
        for marker in markers.finditer(text):
            if not self._is_tool_marker(marker):
                return marker, marker.start()
            if self._tools_settled:
                continue
            head = text[marker.start() : marker.start() + _LONGEST_TOOL_HEAD]
            if _TOOL_ARGUMENT in head:
                return marker, marker.start()
            if len(head) < _LONGEST_TOOL_HEAD:
                return None, marker.start()
        return None, _possible_marker(text, self._markers)

    def _hold(self, text: str) -> None:
        if not self._eager:
            self._held.append(text)
            return
        stripped = text.rstrip()
        if not stripped:
            self._blanks.append(text)
            return
        text, blank = "".join(self._blanks) + stripped, text[len(stripped) :]
        self._blanks = [blank]
        if not self._held:
            text = self._between_blocks() + text.lstrip()
        self._held.append(text)
        self._say_thinking(text)

    def _between_blocks(self) -> str:
        return "\n" if self._said_thinking else ""

    def _say_thinking(self, text: str) -> None:
        self._said_thinking = self._said_thinking or bool(text)
        self._say("thinking", text)

    def _end_block(self) -> None:
        if not self._eager:
            text = "".join(self._held).strip()
            if text:
                self._say_thinking(self._between_blocks() + text)
        self.closed = True
        self._markers, self._closing = _TOOL_BEGINNINGS, _TOOL_BEGINNING
        self._blocks += 1
        self._held, self._blanks = [], []
        self._step = self._start

    def _close_open_block(self, rest: str, finish_reason: str | None) -> None:
        if _stopped_by_itself(finish_reason):
            self._say("answer", ("".join(self._held) + "".join(self._blanks) + rest).lstrip())
            return
        self._hold("".join(self._blanks) + rest if not self._eager else rest)
        self._end_block()
        self.closed = False

    def _answer(self, text: str) -> str:
        marker, kept = self._next_marker(text, _TOOL_BEGINNING)
        self._say("answer", text[:kept])
        if marker is None:
            self._rest = text[kept:]
            return ""
        self._before_tools, self._step = self._step, self._tool_calls
        return text[kept:]

    def _tool_calls(self, text: str) -> str:
        # K2 ends its message with its tool calls, so they are held to the end of the text.
        self._tools.append(text)
        return ""

    def _settle_tools(self, finish_reason: str | None) -> None:
        """Decide at the end of the text what a tool marker without its call is: a cut call, or ordinary text."""
        begun = _TOOL_BEGINNING.match(self._rest) is not None
        closes = any(not self._is_tool_marker(marker) for marker in self._closing.finditer(self._rest))
        if begun and not closes and not _stopped_by_itself(finish_reason):
            self._before_tools, self._step = self._step, self._tool_calls
            return
        self._tools_settled = True
        text, self._rest = self._rest, ""
        while text:
            text = self._step(text)

    def _close_tool_calls(self, rest: str) -> None:
        if self._before_tools == self._think:
            self._end_block()
        text = "".join(self._tools) + rest
        end = max((match.end() for match in _TOOL_END.finditer(text)), default=len(text))
        self._say("tool_call", text[:end])
        self._say("answer", text[end:].lstrip())
