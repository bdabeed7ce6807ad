"""Request → key → kept reply: recordings first, then the store. Nothing is bought twice, nothing is thrown away.

The functions of this room work on the cache of the folder in force (`home()`), and show as `wb.cache`.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import functools
import hashlib
import json
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from workbench.errors import InputError, NotSent, StoreCorrupt
from workbench.files import folders_upward, written_whole
from workbench.ids import request_key, same_numbers
from workbench.keys import find_secrets
from workbench.ledger import FILE_NAME as LEDGER_NAME
from workbench.ledger import Ledger
from workbench.models import Model, resolve
from workbench.patience import Patience
from workbench.recordings import Recordings
from workbench.replies import Record, Reply, reply_from
from workbench.requests import build_request, reading_of
from workbench.single_flight import claim
from workbench.store import DiskStore, get_many, open_store
from workbench.store_folder import explain_os_error

if TYPE_CHECKING:
    import pandas as pd

VARIABLE = "WORKBENCH_CACHE"
_GIT_IGNORE = "*\n!.gitignore\n!README.md\n!recordings/\n!recordings/*.jsonl\n"
_FIRST_POLL_SECONDS, _LONGEST_POLL_SECONDS = 0.02, 0.5


def home() -> Path:
    """The folder that everything is kept in.

    `WORKBENCH_CACHE` when it is set, else the `cache/` of the project around the working folder (one that is empty, or
    holds `recordings/` or `store/`), else a folder of the user's own for data.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().resolve()
    for folder in folders_upward():
        candidate = folder / "cache"
        if candidate.is_dir() and _is_ours(candidate):
            return candidate
    import platformdirs

    return Path(platformdirs.user_data_dir("workbench", appauthor=False))


def _is_ours(folder: Path) -> bool:
    names = {entry.name for entry in folder.iterdir()} - {".gitignore", LEDGER_NAME}
    return not names or bool(names & {"recordings", "store"})


class Cache:
    """Kept replies of one folder: `recordings/*.jsonl`, which are only read, and the store, which grows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignore = folder / ".gitignore"
        try:
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            if not ignore.exists() and os.access(folder, os.W_OK):
                ignore.write_text(_GIT_IGNORE, encoding="utf-8")
        except OSError as error:
            raise explain_os_error(error, folder) from error
        self.ledger = Ledger(folder)
        self._recordings = Recordings(sorted((folder / "recordings").glob("*.jsonl")))

    @functools.cached_property
    def store(self) -> DiskStore:
        return open_store(self.folder / "store")

    def load(self, path: Path) -> int:
        """Add a recording to the read-only layer; return how many replies it holds."""
        return self._recordings.add(path)

    def lookup(self, key: str) -> Record | None:
        """The kept record of a key, or None when there certainly is none."""
        return self._recordings.get(key) or _decoded(self.store.get(key), key)

    async def alookup(self, key: str) -> Record | None:
        return self._recordings.get(key) or _decoded(await self.store.aget(key), key)

    def lookup_many(self, keys: Iterable[str]) -> dict[str, Record]:
        """The kept records among `keys`, read in one go."""
        found: dict[str, Record] = {}
        rest = []
        for key in keys:
            recorded = self._recordings.get(key)
            if recorded:
                found[key] = recorded
            else:
                rest.append(key)
        for key, value in get_many(self.store, rest).items():
            record = _decoded(value, key)
            if record:
                found[key] = record
        return found

    def keep(self, record: Record) -> Awaitable[object]:
        """Keep a reply for ever; durable when it has been awaited. Raises a `StoreError` when it cannot be."""
        return self.store.aput_new(record["key"], _encoded(record))

    def replace(self, record: Record) -> Awaitable[object]:
        """Keep a reply that was bought again on purpose; the one it replaces stays under its own name."""
        store = self.store

        def swap() -> None:
            old = store.get(record["key"])
            if old is not None:
                created_at = (_decoded(old, record["key"]) or record)["created_at"]
                digest = hashlib.sha256(old).hexdigest()[:12]  # two may be of the same second
                store.put_new(f"{record['key']}@{created_at}-{digest}", old)
                store.delete(record["key"])
            store.put_new(record["key"], _encoded(record))

        return asyncio.wrap_future(store.submit(swap))

    @contextlib.asynccontextmanager
    async def claimed(self, key: str, patience: Patience) -> AsyncIterator[None]:
        """Hold the right to buy a key, against every other process; waits while another one holds it.

        Raises `NotSent` when it holds it for longer than `patience`.
        """
        claims = claim(self.folder)
        pause = _FIRST_POLL_SECONDS
        while not claims.try_acquire(key):
            if not patience.seconds_left:
                raise NotSent(f"another process that asks the same had no reply yet after {patience.seconds:g} seconds")
            await asyncio.sleep(min(pause, patience.seconds_left))
            pause = min(2 * pause, _LONGEST_POLL_SECONDS)
        try:
            yield
        finally:
            claims.release(key)

    def records(self) -> Iterator[Record]:
        """Every kept record: recordings first, then the store."""
        seen = set()
        for key in self._recordings.keys():  # noqa: SIM118 - it is no dict
            record = self._recordings.get(key)
            if record:
                seen.add(key)
                yield record
        for key in sorted(self.store.keys()):  # a reply in force before those that it replaced
            if key not in seen:
                record = _decoded(self.store.get(key), key)
                if record:
                    yield record

    def count_recorded(self) -> int:
        return len(self._recordings)


def _encoded(record: Record) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode("ascii")


def _decoded(value: bytes | None, key: str) -> Record | None:
    if value is None:
        return None
    record = json.loads(value)
    if not isinstance(record, dict) or record.get("key") != key.partition("@")[0]:
        raise StoreCorrupt(f"the store holds another reply under the key {key[:12]}…; see `workbench cache delete`")
    return cast(Record, record)


_caches: dict[Path, Cache] = {}
_caches_lock = threading.Lock()


def current() -> Cache:
    """The cache of `home()`, opened once in a process."""
    folder = home()
    with _caches_lock:
        cache = _caches.get(folder)
        if cache is None:
            cache = _caches[folder] = Cache(folder)
        return cache


def read_reply(record: Record) -> Reply:
    """Read a kept record as a reply, by what is known today about its model."""
    request = record["request"]
    return reply_from(record, reading_of(request["model_id"], dialect=request.get("dialect")))


@dataclass(frozen=True)
class Stats:
    """What is kept, and what it cost when it was bought."""

    folder: Path
    recorded: int
    stored: int
    megabytes: float
    requests: int
    usd: float

    def __str__(self) -> str:
        return (
            f"{self.stored:,} replies in the store ({self.megabytes:.1f} MB), {self.recorded:,} in recordings; "
            f"{self.requests:,} requests in the ledger for ${self.usd:,.4f}; in {self.folder}"
        )


def stats() -> Stats:
    """How many replies are kept here, and what the ledger says they took."""
    cache = current()
    info = cache.store.info()
    entries = list(cache.ledger.entries())
    usd = sum(entry.get("usd") or 0.0 for entry in entries)
    return Stats(cache.folder, cache.count_recorded(), info.count, info.bytes / 1e6, len(entries), usd)


def ledger() -> pd.DataFrame:
    """Every request that was made, one row each: time, provider, model, status, error, tokens, usd, seconds, id."""
    import pandas as pd

    return pd.DataFrame(list(current().ledger.entries()))


def get(key: str) -> Reply | None:
    """The kept reply of a key, which rows and replies carry; None when there is none."""
    record = current().lookup(key)
    return read_reply(record) if record else None


@dataclass(frozen=True)
class Explanation:
    """Why a call is, or is not, in the cache; `differences` compares it with the most similar kept request."""

    key: str
    kept: bool
    nearest_key: str | None
    differences: tuple[str, ...]

    def __str__(self) -> str:
        if self.kept:
            return f"kept under {self.key[:12]}…"
        if self.nearest_key is None:
            return "not kept; nothing like it is"
        return f"not kept; the most similar kept request ({self.nearest_key[:12]}…) differs in " + "; ".join(
            self.differences
        )

    __repr__ = __str__


def explain_miss(
    prompt: str | list[dict[str, Any]], *, model: str | Model, sample: int = 0, **options: Any
) -> Explanation:
    """Tell whether a call is kept, and if not, what sets it apart from the most similar request that is.

    Takes what `ask` takes, sends nothing. Reads every kept request: about 50 µs each.
    """
    request = build_request(prompt, target=resolve(model), sample=sample, **options)
    identity = request.identity()
    key = request_key(identity)
    cache = current()
    if cache.lookup(key) is not None:
        return Explanation(key, True, key, ())
    wanted = _flat(identity)
    nearest: tuple[float, str, dict[str, str]] | None = None
    for record in cache.records():
        other = _flat(record["request"], like=identity)
        score = sum(1.0 for name, value in wanted.items() if other.get(name) == value) - 0.1 * len(
            other.keys() ^ wanted.keys()
        )
        if nearest is None or score > nearest[0]:
            nearest = (score, record["key"], other)
    if nearest is None:
        return Explanation(key, False, None, ())
    other = nearest[2]
    names = sorted(name for name in wanted.keys() | other.keys() if wanted.get(name) != other.get(name))
    return Explanation(
        key, False, nearest[1], tuple(_difference(name, other.get(name), wanted.get(name)) for name in names)
    )


def _flat(value: Any, prefix: str = "", like: Mapping[str, Any] | None = None) -> dict[str, str]:
    if like is not None:
        value = {name: value.get(name) for name in like}
    if isinstance(value, Mapping) and value:
        items: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, list) and value:
        items = enumerate(value)
    else:
        return {prefix: json.dumps(same_numbers(value), sort_keys=True, ensure_ascii=False)}
    flat: dict[str, str] = {}
    for name, inner in items:
        flat.update(_flat(inner, f"{prefix}.{name}" if prefix else str(name)))
    return flat


def _difference(name: str, kept: str | None, asked: str | None) -> str:
    if kept and asked and max(len(kept), len(asked)) > 60:
        start = next(
            (i for i, (a, b) in enumerate(zip(kept, asked, strict=False)) if a != b), min(len(kept), len(asked))
        )
        kept, asked = f"…{kept[max(0, start - 20) : start + 40]}…", f"…{asked[max(0, start - 20) : start + 40]}…"
    return f"{name}: kept {kept or 'absent'}, asked {asked or 'absent'}"


def export(path: str | Path, rows: pd.DataFrame | None = None) -> int:
    """Write kept replies to a recording (JSON lines): all, or those of `rows`; return how many.

    A recording contains prompts, thinking and answers in full. Raises `InputError` when the file exists, when it would
    hold a key or a key-shaped string, or when a row's reply is not kept.
    """
    cache = current()
    path = Path(path)
    if path.exists():
        raise InputError(f"{str(path)!r} exists already; give another name, or delete it first")
    if rows is None:
        records: Iterable[Record] = cache.records()
    else:
        keys = list(dict.fromkeys(key for key in rows["key"] if isinstance(key, str)))
        found = cache.lookup_many(keys)
        missing = [key for key in keys if key not in found]
        if missing:
            raise InputError(f"{len(missing)} of these rows' replies are not kept here, the first is {missing[0]!r}")
        records = [found[key] for key in keys]
    count = 0
    with written_whole(path) as draft, draft.open("w", encoding="ascii") as file:
        for record in records:
            named = {"key": record["key"], **{k: v for k, v in record.items() if k != "key"}}
            line = json.dumps(named, separators=(",", ":"))
            secrets = find_secrets(line)
            if secrets:
                raise InputError(
                    f"the reply {record['key'][:12]}… holds something like a key ({secrets[0]}); nothing was exported"
                )
            file.write(line + "\n")
            count += 1
    return count


def load(path: str | Path) -> int:
    """Add a recording to the cache of this process, read-only; return how many replies it holds."""
    path = Path(path)
    if not path.is_file():
        near = difflib.get_close_matches(
            path.name, [p.name for p in path.parent.glob("*.jsonl")] if path.parent.is_dir() else []
        )
        raise InputError(f"there is no recording {str(path)!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return current().load(path)


def delete(*keys: str) -> int:
    """Forget kept replies for good; return how many were. Asking the same again buys them anew."""
    store = current().store
    return sum(store.delete(key) for key in keys)
