"""What a listener hears of a reply while it comes: whole characters, and no key that a server says back."""

from __future__ import annotations

from collections.abc import Callable

from workbench.base.secrets import Unkeyed
from workbench.replies.pieces import Halves, Piece


class Hearing:
    """Tell a listener each piece, without what must not be heard; text is held back only where it begins as a key does.

    >>> heard = []
    >>> hearing = Hearing(heard.append)
    >>> hearing.tell(Piece("answer", "9 st")), hearing.tell(Piece("answer", "ay")), hearing.end()
    (None, None, None)
    >>> [piece.text for piece in heard]
    ['9 st', 'ay']
    """

    def __init__(self, listen: Callable[[Piece | None], None]) -> None:
        self._listen = listen
        self._halves = Halves()
        self._kind: str | None = None
        self._keys = Unkeyed()

    def tell(self, piece: Piece) -> None:
        """A piece has come."""
        heard = self._halves.heard(piece)
        if heard is None:
            return
        if heard.kind != self._kind:
            self.end()
            self._kind, self._keys = heard.kind, Unkeyed()
        if text := self._keys.feed(heard.text):
            self._listen(heard if text == heard.text else Piece(heard.kind, text))

    def end(self) -> None:
        """Nothing more comes."""
        if self._kind is not None and (text := self._keys.close()):
            self._listen(Piece(self._kind, text))  # type: ignore[arg-type]  # it is the kind of a piece
