"""`Piece`: a stretch of a reply and what it is; and a text that is gathered from many."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from workbench.base import regular_expressions as re

Kind = Literal["thinking", "answer", "tool_call"]


class Piece(NamedTuple):
    """A stretch of text and what it is: `thinking`, `answer` or `tool_call`."""

    kind: Kind
    text: str


_HALF: Final = re.compile("[\ud800-\udfff]")
_FIRST_HALF: Final = re.compile("[\ud800-\udbff]")


def joined(text: str) -> str:
    """The text with the two halves of a character as one, which some servers send in two chunks.

    >>> joined("9 " + chr(0xD83D) + chr(0xDC11)) == "9 🐑"
    True
    """
    if text.isascii() or _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class Halves:
    """Pieces without a half of a character at their end: it is held back until the other half has come."""

    def __init__(self) -> None:
        self._held = Piece("answer", "")

    def heard(self, piece: Piece) -> Piece | None:
        """What can be shown of it, with what was held back of the last one of its kind; None where nothing can."""
        held = self._held.text if self._held.kind == piece.kind else ""
        if not held and not _FIRST_HALF.match(piece.text[-1:]):
            return piece
        text = joined(held + piece.text)
        kept = text[-1:] if _FIRST_HALF.match(text[-1:]) else ""
        self._held = Piece(piece.kind, kept)
        shown = text.removesuffix(kept)
        return Piece(piece.kind, shown) if shown else None


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
