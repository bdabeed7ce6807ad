"""The thinking and the answers of kept replies, fetched by key when somebody reads them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.base.places import places
from workbench.cache.kept import Cache, current
from workbench.errors import StoreError
from workbench.replies.reading import Reading
from workbench.replies.reply import reply_from


@dataclass(frozen=True)
class TextsOf:
    """Texts of replies that are kept in one folder and read in one way; a pickle of it holds no text."""

    folder: Path
    reading: Reading
    mark: bytes = b""
    """What stands for the reader of today: its answers may stand beside the replies, and need not be read again."""

    def texts(self, keys: Sequence[str], field: str) -> list[str | None]:
        """The `thinking` or the `answer` of each key's reply, None where it has none.

        Raises a `StoreError` where a reply is kept no more.
        """
        cache = _cache_in(self.folder)
        known = self._answers(cache, keys) if field == "answer" and self.mark else {}
        if len(known) == len(keys):
            return [known[key] for key in keys]
        records = cache.lookup_many(dict.fromkeys(key for key in keys if key not in known))
        missing = next((key for key in keys if key not in records and key not in known), None)
        if missing is not None:
            raise StoreError(
                f"the {field} of {missing[:12]}… is kept no more in {self.folder}: it was deleted, or these rows come "
                "from another machine. Bring it back with `workbench cache import`, or run the sweep again"
            )
        return [
            known[key] if key in known else getattr(reply_from(records[key], self.reading), field) or None
            for key in keys
        ]

    def _answers(self, cache: Cache, keys: Sequence[str]) -> dict[str, str]:
        """The answers that stand beside their replies, as this reader read them before."""
        found = cache.store.texts_read_before([key for key in keys if not cache.is_recorded(key)])
        # Half a character, which JSON allows, may stand in a text.
        return {key: text.decode("utf-8", "surrogatepass") for key, mark, text in found if mark == self.mark}


def _cache_in(folder: Path) -> Cache:
    return current() if places().home == folder else _opened(folder)


@functools.lru_cache(maxsize=8)
def _opened(folder: Path) -> Cache:
    return Cache(folder)
