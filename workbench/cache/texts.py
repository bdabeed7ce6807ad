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

    def texts(self, keys: Sequence[str], field: str) -> list[str | None]:
        """The `thinking` or the `answer` of each key's reply, None where it has none.

        Raises a `StoreError` where a reply is kept no more.
        """
        records = _cache_in(self.folder).lookup_many(dict.fromkeys(keys))
        missing = next((key for key in keys if key not in records), None)
        if missing is not None:
            raise StoreError(
                f"the {field} of {missing[:12]}… is kept no more in {self.folder}: it was deleted, or these rows come "
                "from another machine. Bring it back with `workbench cache import`, or run the sweep again"
            )
        return [getattr(reply_from(records[key], self.reading), field) or None for key in keys]


def _cache_in(folder: Path) -> Cache:
    return current() if places().home == folder else _opened(folder)


@functools.lru_cache(maxsize=8)
def _opened(folder: Path) -> Cache:
    return Cache(folder)
