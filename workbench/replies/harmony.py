"""The channels of gpt-oss (harmony), where a server left them in the text: told apart while the text arrives."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re
from workbench.replies.notations import possible_marker
from workbench.replies.pieces import Kind, Piece

_MESSAGE: Final = "<|message|>"
_ENDINGS: Final = ("<|end|>", "<|return|>", "<|call|>")
_BEGINNINGS: Final = ("<|start|>", "<|channel|>")
_BODY_MARKERS: Final = (*_ENDINGS, *_BEGINNINGS)
_BODY_MARKER: Final = re.compile("|".join(map(re.escape, _BODY_MARKERS)))
_BEGINNING: Final = re.compile("|".join(map(re.escape, _BEGINNINGS)))
_CHANNEL: Final = re.compile(r"<\|channel\|>\s*(\w+)")
_RECIPIENT: Final = re.compile(r"\bto=(?!assistant\b|all\b)[^\s<]+")
_LONGEST_HEADER: Final = 384


class Channels:
    """Read messages in channels, cut anywhere: `final` is the answer, what is sent `to=` somebody a tool call.

    `analysis` is thinking, and so is `commentary`, in which the model says what it is about to do. A header without its
    message is markup where messages came before it, and text where none did.

    >>> channels = Channels()
    >>> channels.feed("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>9")
    [Piece(kind='thinking', text='hm'), Piece(kind='answer', text='9')]
    """

    def __init__(self) -> None:
        self._header: str | None = ""  # of the message that begins; None within a message
        self._rest = ""  # a short tail that may be the beginning of a marker
        self._kind: Kind = "answer"
        self._call: list[str] = []
        self._blanks: list[str] = []  # white space within thinking, kept only when more follows
        self._last = ""
        self._messages = 0
        self._begun: set[Kind] = set()
        self._separate = False
        self._plain = False
        self._pieces: list[Piece] = []

    @property
    def closed(self) -> bool:
        """Whether no message of thinking is open."""
        return self._header is not None or self._kind != "thinking"

    def feed(self, text: str) -> list[Piece]:
        """Take the next text; return the pieces that are certain by now."""
        text, self._rest = self._rest + text, ""
        while text:
            text = self._body(text) if self._header is None else self._head(text)
        pieces, self._pieces = self._pieces, []
        return pieces

    def close(self) -> list[Piece]:
        """End the text; return the pieces that were held back."""
        rest, self._rest = self._rest, ""
        if self._header is None:
            self._say(rest)
            self._end_message()
        elif not self._messages:
            self._pieces.append(Piece("answer", self._header + rest))
        pieces, self._pieces = self._pieces, []
        return [piece for piece in pieces if piece.text]

    def _head(self, text: str) -> str:
        header = ((self._header or "") + text).lstrip()
        self._header = header
        at = header.find(_MESSAGE, 0, _LONGEST_HEADER)
        begins = header.startswith(_BEGINNINGS)
        if not begins or at < 0:
            if any(marker.startswith(header) for marker in _BEGINNINGS) or (begins and len(header) < _LONGEST_HEADER):
                return ""
            # No header after all.
            self._plain = not self._messages
            self._begin("answer")
            begun = _BEGINNING.match(header)
            if not begun:
                return header
            self._say(begun[0])
            return header[begun.end() :]
        end = at + len(_MESSAGE)
        channel = _CHANNEL.search(header, 0, at)
        if _RECIPIENT.search(header, 0, at):
            self._begin("tool_call")
            self._call = [header[:end]]
        else:
            self._begin("thinking" if channel and channel[1] in ("analysis", "commentary") else "answer")
        return header[end:]

    def _begin(self, kind: Kind) -> None:
        self._header, self._kind, self._last = None, kind, ""
        self._blanks = []
        self._messages += 1
        self._separate = kind in self._begun and kind == "thinking"

    def _body(self, text: str) -> str:
        if self._plain:
            self._say(text)
            return ""
        for marker in _BODY_MARKER.finditer(text):
            before = text[marker.start() - 1] if marker.start() else self._last
            if before == "`":
                continue
            self._say(text[: marker.start()])
            if self._kind == "tool_call":
                self._call.append(marker[0] if marker[0] in _ENDINGS else "")
            self._end_message()
            self._header = ""
            return text[marker.end() if marker[0] in _ENDINGS else marker.start() :]
        kept = possible_marker(text, _BODY_MARKERS)
        self._say(text[:kept])
        self._rest = text[kept:]
        return ""

    def _end_message(self) -> None:
        if self._kind == "tool_call":
            self._pieces.append(Piece("tool_call", "".join(self._call)))
        self._call, self._blanks = [], []

    def _say(self, text: str) -> None:
        if not text:
            return
        self._last = text[-1]
        if self._kind == "tool_call":
            self._call.append(text)
            return
        if self._kind == "thinking":
            stripped = text.rstrip()
            if not stripped:
                self._blanks.append(text)
                return
            blanks, self._blanks = self._blanks, [text[len(stripped) :]]
            text = "".join(blanks) + stripped
        if self._kind not in self._begun or self._separate:
            text = text if self._plain else text.lstrip()
            if not text:
                return
            text = "\n" + text if self._separate else text
            self._begun.add(self._kind)
            self._separate = False
        self._pieces.append(Piece(self._kind, text))
