"""Where the replies are kept: the store, the recordings beside it, and the claims on what is being bought."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import json
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from pathlib import Path
from typing import cast

from workbench.base.files import folders_upward
from workbench.base.patience import Patience
from workbench.cache.claims import claim
from workbench.cache.ledger_file import FILE_NAME as LEDGER_NAME
from workbench.cache.ledger_file import Ledger
from workbench.cache.recordings import Recordings
from workbench.cache.store.folder import explain_os_error, free_bytes
from workbench.cache.store.store import DiskStore, get_many, open_store
from workbench.errors import NotSent, StoreCorrupt
from workbench.replies.reply import Record

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

    @property
    def free_bytes(self) -> int:
        """The room that is left on the disk."""
        return free_bytes(self.folder)

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
