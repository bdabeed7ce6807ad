"""`Piece`: a stretch of a reply and what it is."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["thinking", "answer", "tool_call"]


class Piece(NamedTuple):
    """A stretch of text and what it is: `thinking`, `answer` or `tool_call`."""

    kind: Kind
    text: str
