"""Long texts of a large file, held in memory compressed, many in a piece; each is unpacked when somebody reads it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from workbench.rows.kept_texts import Kept

_BYTES_A_PIECE: Final = 2**20


class PackedTexts:
    """Texts by their numbers: added one after the other, and never changed.

    >>> packed = PackedTexts()
    >>> kept = [packed.add("So it is. " * 40), packed.add("Or not.")]
    >>> packed.texts([one.key for one in kept], "thinking")[1]
    'Or not.'
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._places: list[tuple[int, int, int]] = []
        self._growing = bytearray()
        self._last: tuple[int, bytes] = (-1, b"")
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Callable[..., PackedTexts], tuple[Any, ...]]:
        return _again, (self._pieces, self._places, bytes(self._growing))

    def add(self, text: str) -> Kept:
        """Put a text behind the others; what stands for it in a column."""
        from workbench.rows.kept_texts import Kept  # loads pandas

        data = text.encode("utf-8", "surrogatepass")  # half a character may stand in a text
        self._places.append((len(self._pieces), len(self._growing), len(data)))
        self._growing += data
        if len(self._growing) >= _BYTES_A_PIECE:
            import zstandard

            self._pieces.append(zstandard.ZstdCompressor(level=1).compress(bytes(self._growing)))
            self._growing = bytearray()
        return Kept(str(len(self._places) - 1), self)

    def texts(self, keys: Sequence[str], field: str) -> list[str | None]:
        """The texts of these numbers, whatever column they stand in."""
        return [self._text(*self._places[int(key)]) for key in keys]

    def _text(self, piece: int, start: int, length: int) -> str:
        with self._lock:
            if piece == len(self._pieces):
                data = bytes(self._growing[start : start + length])
            else:
                if self._last[0] != piece:
                    import zstandard

                    self._last = piece, zstandard.ZstdDecompressor().decompress(self._pieces[piece])
                data = self._last[1][start : start + length]
        return data.decode("utf-8", "surrogatepass")


def _again(pieces: list[bytes], places: list[tuple[int, int, int]], growing: bytes) -> PackedTexts:
    found = PackedTexts()
    found._pieces, found._places, found._growing = pieces, places, bytearray(growing)
    return found
