"""Long texts of replies that a sweep has bought: once they are kept, those of a large sweep are held here no more."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from workbench.cache.texts import TEXTS

MOST_HELD_BYTES: Final = 64 * 1024 * 1024
"""Of long texts in one sweep; what is bought beyond that is fetched from the store when it is looked at."""

LONG: Final = 200
"""Characters; a shorter text takes hardly more memory than the note where it is kept."""


class LettingGo:
    """Which texts of bought replies a sweep holds: all while they are few, later those that are short or not kept.

    >>> LettingGo().left({"thinking": "so " * 100, "answer": "9"})
    []
    >>> LettingGo(most_bytes=0).left({"thinking": "so " * 100, "answer": "9"})
    ['thinking']
    """

    def __init__(self, *, most_bytes: int | None = None) -> None:
        self._room = MOST_HELD_BYTES if most_bytes is None else most_bytes

    def left(self, found: Mapping[str, str | None]) -> list[str]:
        """The names of those texts of a reply that are let go, which must be kept under the key of its cell."""
        long = [name for name in TEXTS if len(found[name] or "") > LONG]
        if self._room <= 0:
            return long
        self._room -= sum(sys.getsizeof(found[name]) for name in long)
        return []
