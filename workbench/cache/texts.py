"""The thinking and the answers of kept replies, fetched by key when somebody reads them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from workbench.base.places import places
from workbench.cache.encoding import text_in
from workbench.cache.kept import Cache, current
from workbench.cache.store.store import get_many
from workbench.errors import StoreError
from workbench.replies.reading import Reading
from workbench.replies.reply import reply_from

TEXTS: Final = ("answer", "thinking")
"""The texts of a reply. What is kept beside it begins with a line of JSON, a list, which ends with where each of them
stands, as `standing` tells."""


def standing(text: str, body: Mapping[str, Any]) -> str | Literal[True]:
    """By which name a text of a reply stands in the message of its body, word for word; True where it does not.

    >>> standing("9", {"choices": [{"message": {"role": "assistant", "content": "9"}}]})
    'content'
    >>> standing("9", {"choices": [{"message": {"content": "<think>17 less 8.</think>9"}}]})
    True
    """
    choices = body.get("choices")
    only = choices[0] if isinstance(choices, list) and len(choices) == 1 else None
    message = only.get("message") if isinstance(only, Mapping) else None
    if isinstance(message, Mapping):
        for name, value in message.items():
            if isinstance(value, str) and value == text:
                return str(name)
    return True


@dataclass(frozen=True)
class TextsOf:
    """Texts of replies that are kept in one folder and read in one way; a pickle of it holds no text."""

    folder: Path
    reading: Reading
    mark: bytes = b""
    """What stands for the reader of today: its answers may stand beside the replies, and need not be read again."""

    def texts(self, names: Sequence[str], field: str) -> list[str | None]:
        """The `thinking` or the `answer` of the reply of each name, a key or `KEY@TIME`; None where it has none.

        With the time at which it was bought it is that reply, though another was bought under its key since. Raises a
        `StoreError` where a reply is kept no more.
        """
        cache = _cache_in(self.folder)
        replaced = cache.replaced([name for name in names if "@" in name])
        wanted = [(key, "") if (key := replaced.get(name)) else (*name.split("@"), "")[:2] for name in names]
        known = self._known(cache, [key for key, _ in wanted], field) if self.mark else {}
        times = _bought_at(cache, known)
        read = [key in known and (not time or times is None or times.get(key) == time) for key, time in wanted]
        rest = [key for (key, _), is_read in zip(wanted, read, strict=True) if not is_read]
        records = cache.lookup_many(dict.fromkeys(rest))
        found: list[str | None] = []
        for (key, time), is_read in zip(wanted, read, strict=True):
            if not is_read and (key not in records or time not in ("", records[key]["created_at"])):
                raise StoreError(
                    f"the {field} of {key[:12]}… is kept no more in {self.folder}: it was deleted, or these rows come "
                    "from another machine. Bring it back with `workbench cache import`, or run the sweep again"
                )
            found.append(known[key] if is_read else getattr(reply_from(records[key], self.reading), field) or None)
        return found

    def _known(self, cache: Cache, keys: Sequence[str], field: str) -> dict[str, str]:
        """The texts that need no reading, because this reader has read these replies before."""
        own = [key for key in keys if not cache.is_recorded(key)]
        known: dict[str, str] = {}
        if field == "answer":
            beside = cache.store.texts_read_before(own)
            # Half a character, which JSON allows, may stand in a text.
            known = {key: text.decode("utf-8", "surrogatepass") for key, mark, text in beside if mark == self.mark}
        rest = [key for key in own if key not in known] if known else own
        return {**known, **self._as_they_stand(cache, rest, field)} if rest else known

    def _as_they_stand(self, cache: Cache, keys: Sequence[str], field: str) -> dict[str, str]:
        """The texts that stand in their replies as they are, and can be taken out of them."""
        names: dict[str, str] = {}
        by_line: dict[bytes, str] = {}
        for key, mark, data in cache.store.read_before(keys):
            line = data.partition(b"\n")[0]
            if line not in by_line:
                by_line[line] = _name_in(line, field)
            if mark == self.mark and by_line[line]:
                names[key] = by_line[line]
        found = {key: text_in(value, names[key]) for key, value in get_many(cache.store, list(names)).items()}
        return {key: text for key, text in found.items() if text}


def _bought_at(cache: Cache, keys: Iterable[str]) -> dict[str, str] | None:
    """When replies were bought, as is noted beside them; None where no reply was ever deleted or replaced here."""
    if cache.store.read_together(b"")[1] == 0:
        return None
    noted = cache.store.read_before([*keys])
    return {key: data.rpartition(b',"')[2].rstrip(b'"]').decode("ascii", "replace") for key, _, data in noted}


def _name_in(line: bytes, field: str) -> str:
    """The name by which a text of a reply stands in it, by what is kept beside it; empty where it does not."""
    name = None
    with suppress(ValueError, RecursionError, TypeError, IndexError):
        name = json.loads(line)[TEXTS.index(field) - len(TEXTS)]
    return name if isinstance(name, str) else ""


def _cache_in(folder: Path) -> Cache:
    return current() if places().home == folder else _opened(folder)


@functools.lru_cache(maxsize=8)
def _opened(folder: Path) -> Cache:
    return Cache(folder)
