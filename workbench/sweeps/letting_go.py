"""Long texts of replies that a sweep has bought: once they are kept, those of a large sweep are held here no more."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from workbench.cache.texts import TEXTS

if TYPE_CHECKING:
    from workbench.cache.texts import TextsOf

MOST_HELD_BYTES: Final = 64 * 1024 * 1024
"""Of long texts in one sweep; what is bought beyond that is fetched from the store when it is looked at."""

LONG: Final = 200
"""Characters; a shorter text takes hardly more memory than the note where it is kept."""


class LettingGo:
    """Which texts of bought replies a sweep holds: all while they are few, later those that are short or not kept.

    >>> from pathlib import Path
    >>> from workbench.cache.texts import TextsOf
    >>> from workbench.replies.reading import Reading
    >>> source, few = TextsOf(Path("store"), Reading()), LettingGo()
    >>> few.left("k0", source, {"thinking": "so " * 100, "answer": "9"})
    {}
    >>> [*LettingGo(most_bytes=0).left("k0", source, {"thinking": "so " * 100, "answer": "9"})]
    ['thinking']
    """

    def __init__(self, *, most_bytes: int | None = None) -> None:
        self._room = MOST_HELD_BYTES if most_bytes is None else most_bytes

    def left(self, key: str, source: TextsOf, found: Mapping[str, str | None]) -> dict[str, Any]:
        """What a row says in place of those texts that are let go: where they are. They must be kept under the key."""
        long = [name for name in TEXTS if len(found[name] or "") > LONG]
        if self._room > 0 or not long:
            self._room -= sum(sys.getsizeof(found[name]) for name in long)
            return {}
        from workbench.rows.kept_texts import Kept  # loads pandas

        return dict.fromkeys(long, Kept(key, source, found.get("created_at")))
