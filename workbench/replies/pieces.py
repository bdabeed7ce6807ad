"""`Piece`: a stretch of a reply and what it is; and a text that is gathered from many."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Kind = Literal["thinking", "answer", "tool_call"]


class Piece(NamedTuple):
    """A stretch of text and what it is: `thinking`, `answer` or `tool_call`."""

    kind: Kind
    text: str


_PIECES_A_BLOCK: Final = 1_000


class Gathered:
    """A text that comes in pieces, at little more than its own size: a thousand at a time are put together.

    Adding each to what is there copies it every time, a list of as many texts as there are tokens takes ten times the
    room, and a `StringIO` four bytes a letter.

    >>> text = Gathered()
    >>> text.write("9 st")
    >>> text.write("ay")
    >>> text.getvalue()
    '9 stay'
    """

    __slots__ = ("_blocks", "_pieces")

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._pieces: list[str] = []

    def write(self, text: str) -> None:
        """Add a piece."""
        self._pieces.append(text)
        if len(self._pieces) >= _PIECES_A_BLOCK:
            self._blocks.append("".join(self._pieces))
            self._pieces = []

    def getvalue(self) -> str:
        """What it has come to."""
        if self._pieces or len(self._blocks) != 1:
            self._blocks, self._pieces = ["".join((*self._blocks, *self._pieces))], []
        return self._blocks[0]
