"""What is kept is counted, read by its key, written to a recording, loaded from one, and forgotten on demand.

The functions of this room work on the cache of the folder in force (`home()`), and show as `wb.cache`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.base.files import written_whole
from workbench.base.secrets import secrets_in
from workbench.base.words import close_to
from workbench.cache import searching
from workbench.cache.kept import current, line_of
from workbench.cache.prefixes import line_begun
from workbench.cache.rereading import read_reply
from workbench.cache.tool_results import tool_results
from workbench.errors import InputError
from workbench.replies.reply import Reply
from workbench.show import figures

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Stats:
    """What is kept, and what it cost when it was bought."""

    folder: Path
    recorded: int
    stored: int
    megabytes: float
    requests: int
    usd: float
    older: tuple[tuple[Path, int], ...] = ()

    def __str__(self) -> str:
        lines = [
            f"{self.stored:,} replies in the store ({self.megabytes:.1f} MB), {self.recorded:,} in recordings; "
            f"{self.requests:,} requests in the ledger for {figures.booked(self.usd)}; in {self.folder}"
        ]
        lines += [f"read as well: {count:,} replies in the store of {folder}" for folder, count in self.older]
        if self.older:
            lines.append("`workbench cache join` puts them into the one store; the older folders stay as they are")
        return "\n".join(lines)


def stats() -> Stats:
    """How many replies are kept here, and what the ledger says they took."""
    cache = current()
    info = cache.store.info()
    entries = list(cache.entries())
    usd = sum(entry.get("usd") or 0.0 for entry in entries)
    older = tuple((folder, store.info().count) for folder, store in zip(cache.older_folders, cache.older, strict=True))
    return Stats(cache.folder, cache.count_recorded(), info.count, info.bytes / 1e6, len(entries), usd, older)


def ledger() -> pd.DataFrame:
    """Every request that was made, one row each: time, provider, model, status, error, tokens, usd, seconds, id."""
    import pandas as pd

    return pd.DataFrame(list(current().entries()))


def get(key: str) -> Reply | None:
    """The kept reply of a key, which rows and replies carry; None when there is none."""
    record = current().lookup(key)
    return read_reply(record) if record else None


def export(path: str | Path, rows: pd.DataFrame | None = None, *, chained: bool = False) -> int:
    """Write kept replies to a recording (JSON lines): all, or those of `rows`; return how many.

    A recording contains prompts, thinking, answers and results of tools in full, and nobody else can read it until you
    let them. Each line holds its whole request: of a loop of 300 steps the first message stands there 300 times.
    `chained` writes of a step what it adds to the one before, which takes a hundredth of the room then; versions before
    this one refuse such a line as one that was edited.
    Raises `InputError` when the file exists, when it would hold a key or a key-shaped string, or when a row's reply
    is not kept.
    """
    cache = current()
    path = Path(path)
    if os.path.lexists(path):
        raise InputError(f"{str(path)!r} exists already; give another name, or delete it first")
    if rows is None:
        keys = list(cache.keys()) if chained else []
        lines: Iterable[tuple[str, str]] = cache.lines()
    else:
        keys = _keys_of(rows)
        found = cache.lookup_many(keys)
        missing = [key for key in keys if key not in found]
        if missing:
            raise InputError(f"{len(missing)} of these rows' replies are not kept here, the first is {missing[0]!r}")
        lines = ((key, line_of(found[key])) for key in keys)
    count, results = 0, tool_results(cache)
    there = set(keys)
    begun = {key: one for key, one in cache.beginnings(keys).items() if one[0] in there} if chained else {}
    with written_whole(path) as draft, draft.open("w", encoding="ascii") as file:
        for key, bare in lines:
            line = results.with_results(bare)
            secrets = secrets_in(line)
            if secrets:
                raise InputError(
                    f"the reply {key[:12]}… holds something like a key ({secrets[0]}); nothing was exported"
                )
            file.write((line_begun(line, begun[key]) if key in begun else line) + "\n")
            count += 1
    return count


def _keys_of(rows: pd.DataFrame) -> list[str]:
    """The keys of the replies of rows; of a loop those of every step."""
    keys = dict.fromkeys(key for key in rows["key"] if isinstance(key, str))
    for text in rows.get("loop_trace", ()):
        steps = json.loads(text) if isinstance(text, str) else []
        keys |= dict.fromkeys(step["key"] for step in steps if isinstance(step.get("key"), str))
    return list(keys)


def load(path: str | Path) -> int:
    """Add a recording to the cache of this process, read-only; return how many replies it holds."""
    return current().load(_recording(Path(path)))


def _recording(path: Path) -> Path:
    if not os.path.exists(path):
        near = close_to(path.name, [other.name for other in path.parent.glob("*.jsonl")])
        raise InputError(f"there is no recording {str(path)!r}" + (f"; did you mean {near!r}?" if near else ""))
    return path


def import_recording(path: str | Path) -> tuple[int, int]:
    """Put the replies of a recording into the store for good; return how many it holds, and how many were new here.

    What is kept already stays as it is. Raises `StoreCorrupt` that names the line of a reply that is damaged or was
    edited; nothing of that file is kept then.
    """
    return current().keep_recording(_recording(Path(path)))


def join(*folders: str | Path) -> list[tuple[Path, int, int]]:
    """Put the replies of other cache folders into the store in use; each with how many it holds, and how many were new.

    Without a folder: all older ones that are read beside it. They are only read, and stay as they are. Raises
    `InputError` for a folder without a store.
    """
    cache = current()
    found = []
    for folder in [Path(folder) for folder in folders] or cache.older_folders:
        whole = folder.expanduser().resolve()
        place = whole.parent if whole.name == "store" else whole
        if not os.path.isfile(place / "store" / "cache.db"):
            inner = place / "cache"
            if not os.path.isfile(inner / "store" / "cache.db"):
                raise InputError(f"{str(folder)!r} holds no store of replies; name a cache folder, such as clone/cache")
            place = inner
        if place == cache.folder:
            raise InputError(f"{str(folder)!r} is the store in use")
        found.append((place, *cache.join(place)))
    return found


def delete(*keys: str) -> int:
    """Forget kept replies for good; return how many were. Asking the same again buys them anew."""
    cache = current()
    count = sum(cache.forget(key) for key in keys)
    searching.forget(cache.folder, *keys)
    return count
