"""Where the replies are kept: the store, the recordings beside it, and the claims on what is being bought."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from workbench.base.files import files_in
from workbench.base.patience import Patience
from workbench.base.places import Places, believed, note, places, users_own
from workbench.cache.claiming import Claiming
from workbench.cache.claims import HeldElsewhere as HeldElsewhere
from workbench.cache.encoding import decoded, encoded, line_in, request_in, second_name
from workbench.cache.encoding import line_of as line_of
from workbench.cache.ledger_file import Ledger
from workbench.cache.prefixes import Prefixes, beginnings_in, is_whole, say_left_out
from workbench.cache.recordings import Recordings
from workbench.cache.shared.address import VARIABLE as TEAM_VARIABLE
from workbench.cache.shared.team import Team, open_team
from workbench.cache.store.folder import explain_os_error, free_bytes
from workbench.cache.store.store import DiskStore, get_many, open_store
from workbench.errors import NotSent, StoreCorrupt, StoreError, StoreFull, warn
from workbench.replies.reply import Record

_GIT_IGNORE = "*\n!.gitignore\n!README.md\n!recordings/\n!recordings/*.jsonl\n"
_READ_AT_ONCE = 200
_FIRST_POLL_SECONDS, _LONGEST_POLL_SECONDS = 0.02, 0.5


class Cache:
    """Kept replies of one folder: `recordings/*.jsonl`, which are only read, and the store, which grows.

    The recordings and stores of other folders are read beside them: nothing that is kept anywhere is bought again.
    """

    def __init__(self, folder: Path, *, recordings: Iterable[Path] = (), older: Iterable[Path] = ()) -> None:
        self.folder = folder
        self.older_folders = tuple(older)
        ignore = folder / ".gitignore"
        try:
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            if not os.path.lexists(ignore) and os.access(folder, os.W_OK):
                with contextlib.suppress(FileExistsError), ignore.open("x", encoding="utf-8") as file:
                    file.write(_GIT_IGNORE)
        except OSError as error:
            raise explain_os_error(error, folder) from error
        self.ledger = Ledger(folder)
        self._claiming = Claiming(folder, lambda: self.store, self.ledger)
        self._naming, self._named, self._team = threading.Lock(), "", cast("Team | None", None)
        self._prefixes = Prefixes(self._bytes_of)
        others = [path for place in recordings for path in files_in(place / "recordings", "*.jsonl")]
        self._recordings = Recordings([*files_in(folder / "recordings", "*.jsonl"), *believed(others)])

    @functools.cached_property
    def store(self) -> DiskStore:
        return open_store(self.folder / "store")

    @functools.cached_property
    def older(self) -> tuple[DiskStore, ...]:
        """The stores of older folders, to be read."""
        return tuple(open_store(folder / "store") for folder in self.older_folders)

    @property
    def team(self) -> Team | None:
        """The store of a team, which is read after this one and given what is bought; None where none is named."""
        named = os.environ.get(TEAM_VARIABLE, "")
        if named != self._named:
            with self._naming:
                if named != self._named:
                    before, self._team = self._team, open_team(self.folder, self._line_kept) if named else None
                    self._named = named
                    if before is not None:
                        before.close()
        return self._team

    def _line_kept(self, key: str) -> str | None:
        value = self.store.get(key)
        record = decoded(value, key) or self._recordings.get(key)
        self._prefixes.fill([record] if record else [])
        return line_of(record) if record else None

    def _bytes_of(self, keys: list[str]) -> dict[str, bytes]:
        """What is kept under keys, undecoded: here, in older folders, in recordings."""
        found: dict[str, bytes] = {}
        for store in (self.store, *self.older):
            found |= get_many(store, [key for key in keys if key not in found])
        recorded = {key: self._recordings.get(key) for key in keys if key not in found}
        return found | {key: line_of(record).encode("ascii") for key, record in recorded.items() if record}

    def entries(self) -> Iterator[dict[str, Any]]:
        """What the ledgers of all folders hold, oldest first in each; a line that was joined counts once."""
        return self._booked(Ledger.entries)

    def entries_lately(self) -> Iterator[dict[str, Any]]:
        """Those of the last calls, which tell what is to be expected of the next ones; of a short ledger all."""
        return self._booked(Ledger.lately)

    def _booked(self, read: Callable[[Ledger], Iterator[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
        if not self.older_folders:
            yield from read(self.ledger)
            return
        seen = set()
        for ledger in (self.ledger, *map(Ledger, self.older_folders)):
            for entry in read(ledger):
                line = json.dumps(entry, sort_keys=True)
                if line not in seen:
                    seen.add(line)
                    yield entry

    def check_room(self, least_bytes: int) -> None:
        """Raise `StoreFull` where less than this is left on the disk, before replies that find no room are paid for."""
        if (free := free_bytes(self.folder)) < least_bytes:
            told = f"only {free / 1e6:.0f} MB are free at {self.folder}"
            raise StoreFull(f"{told}; make room before buying replies")

    def load(self, path: Path) -> int:
        """Add a recording to the read-only layer; return how many replies it holds."""
        return self._recordings.add(path)

    def lookup(self, key: str) -> Record | None:
        """The kept record of a key, or None when there certainly is none."""
        return self.lookup_many([key]).get(key)

    async def alookup(self, key: str) -> Record | None:
        """The awaitable twin of `lookup`, for who knows the request: of a step of a loop it holds what was added."""
        return self._recordings.get(key) or await self._alooked_up(key, self.store.aget(key))

    async def _alooked_up(self, key: str, kept: Awaitable[bytes | None]) -> Record | None:
        found = decoded(await kept, key)
        for store in self.older if found is None else ():
            found = found or decoded(await store.aget(key), key)
        if found is None and self.team is not None and (found := await self.team.alookup(key)) is not None:
            with contextlib.suppress(StoreError):
                await self.store.aput_new(key, encoded(found))
        return found

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
        for store in (self.store, *self.older):
            for key, value in get_many(store, rest).items() if rest else ():
                record = decoded(value, key)
                if record:
                    found[key] = record
            rest = [key for key in rest if key not in found]
        if rest and self.team is not None:
            read = self.team.lookup_many(rest)
            with contextlib.suppress(StoreError):
                self.store.put_many([(key, encoded(record)) for key, record in read.items()])
            found |= read
        self._prefixes.fill(found.values())
        return found

    @property
    def recordings(self) -> Recordings:
        """The files that are only read."""
        return self._recordings

    def is_recorded(self, key: str) -> bool:
        """Whether a recording holds the reply of this key, which then comes before that of the store."""
        return key in self._recordings

    def present(self, keys: Iterable[str]) -> set[str]:
        """Which of these keys are kept anywhere that is read here; no reply is read."""
        wanted = list(keys)
        found = {key for key in wanted if key in self._recordings} if len(self._recordings) else set[str]()
        for store in (self.store, *self.older):
            rest = [key for key in wanted if key not in found] if found else wanted
            found |= store.present(rest)
        if self.team is not None:
            found |= self.team.lookup_many([key for key in dict.fromkeys(wanted) if key not in found]).keys()
        return found

    def lookup_each(self, keys: list[str]) -> dict[str, Record | StoreCorrupt]:
        """The kept records among `keys`; a damaged one is found as its `StoreCorrupt`, and costs no other."""
        try:
            return dict(self.lookup_many(keys))
        except StoreCorrupt as error:
            if len(keys) == 1:
                return {keys[0]: error}
            half = len(keys) // 2
            return self.lookup_each(keys[:half]) | self.lookup_each(keys[half:])

    def awrite_down(self, entry: Mapping[str, Any]) -> asyncio.Future[None]:
        """Append an entry to the ledger, ahead of what is kept after it; written even if nobody waits for it."""
        return self.store.abeside(self.ledger.write_all, entry)

    def keep(self, record: Record, response: bytes | None = None) -> Awaitable[bool]:
        """Keep a reply for ever; durable when it has been awaited. Raises a `StoreError` when it cannot be.

        Gives whether it stands under its key: False where another reply was kept under that meanwhile.
        `response` is what the record holds under that name, as JSON in ASCII, where that is written already.
        """
        kept, team = self.store.aput_new(record["key"], encoded(record, response)), self.team
        return kept if team is None else team.keep(kept, record["key"], line_of(record))

    def replace(self, record: Record) -> Awaitable[bool]:
        """Keep a reply that was bought again on purpose; the one it replaces stays under its own name.

        Gives what `keep` gives.
        """
        store = self.store

        def swap() -> bool:
            old = store.get(record["key"])
            if old is not None:
                store.put_new(second_name(record["key"], old), old)
                store.delete(record["key"])
            return store.put_new(record["key"], encoded(record))

        kept = asyncio.wrap_future(store.submit(swap))
        return kept if self.team is None else self.team.replace(kept, record["key"], line_of(record))

    def replaced(self, names: Sequence[str]) -> dict[str, str]:
        """Of replies `KEY@TIME`, bought at that time, those in whose place another is in force: their second names."""
        found = self.store.beginning_with([f"{name}-" for name in names])
        in_force = self.lookup_many({name.partition("@")[0]: None for name in found}) if found else {}
        times = {f"{key}@{record['created_at']}" for key, record in in_force.items()}
        return {name[:-1]: second for name, second in found.items() if name[:-1] not in times}

    @contextlib.asynccontextmanager
    async def claimed(
        self, key: str, patience: Patience, *, waits: bool = True, looks: bool = True
    ) -> AsyncIterator[Record | None]:
        """Hold the right to buy a key, against every other process; waits while another one holds it.

        Gives what whoever held it before has kept meanwhile, if `looks`. Raises `NotSent` when another holds it for
        longer than `patience`, and `HeldElsewhere` at once for who has something else to do than to wait.
        """
        pause, team = _FIRST_POLL_SECONDS, self.team
        while (held := await self._claiming.claim(key, looks=looks and team is None)) is None:
            if not waits:
                raise HeldElsewhere
            if not patience.seconds_left:
                raise NotSent(f"another process that asks the same had no reply yet after {patience.seconds:g} seconds")
            await asyncio.sleep(min(pause, patience.seconds_left))
            pause = min(2 * pause, _LONGEST_POLL_SECONDS)
        try:
            if team is None:
                yield await self._alooked_up(key, held.look) if held.look is not None else None
            else:
                async with team.claimed(key, patience, waits=waits):
                    yield await self.alookup(key) if looks else None
        finally:
            self._claiming.let_go(held)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every key with its record as a line of a recording, which begins with the key."""
        for record in self._recordings.records():
            yield record["key"], line_of(record)
        left_out = 0
        for key, value in self._stored():
            if not is_whole(value):
                left_out += 1
                continue
            line = line_in(value, key)
            if line is not None:
                yield line
        say_left_out(left_out)

    def beginnings(self, keys: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Of the steps of loops among these keys: the key of the step before, and how many messages both begin with."""
        wanted = list(keys)
        found: dict[str, tuple[str, int]] = {}
        for start in range(0, len(wanted), _READ_AT_ONCE):
            found |= beginnings_in(self._bytes_of(wanted[start : start + _READ_AT_ONCE]).items())
        return found

    def keys(self) -> Iterator[str]:
        """Every key under which a reply is in force, each once."""
        own = {key for store in (self.store, *self.older) for key in store.keys() if "@" not in key}  # noqa: SIM118 - no mapping
        yield from sorted(own | set(self._recordings.keys()))

    def kept_for_keys(self) -> dict[str, int]:
        """How many replies are kept for each key, in every store and recording, those that were replaced included.

        The number tells whether another reply is in force than when it was told before; no reply is read.
        """
        names = [name for store in (self.store, *self.older) for name in store.keys()]  # noqa: SIM118 - no mapping
        counts = Counter(name.partition("@")[0] for name in names)
        counts.update(self._recordings.keys())
        in_force = {*self._recordings.keys(), *(name for name in names if "@" not in name)}
        return {key: counts[key] for key in in_force}

    def requests(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every key with its request, and without what was replied to it: quicker than reading all."""
        yield from self._recordings.requests()
        seen: set[str] = set()
        for store in (self.store, *self.older):
            here: list[str] = []
            for found in store.walk():
                new = ((key, found[key]) for key in found if key not in self._recordings and key not in seen)
                for key, value in self._prefixes.filled(new):
                    yield key.partition("@")[0], request_in(value, key)
                here += found
            seen.update(here)

    def _stored(self) -> Iterator[tuple[str, bytes]]:
        """What the store holds and no recording does, a reply in force before those that it replaced."""
        seen: set[str] = set()
        for store in (self.store, *self.older):
            keys = [key for key in sorted(store.keys()) if key not in self._recordings and key not in seen]
            seen.update(keys)
            for start in range(0, len(keys), _READ_AT_ONCE):
                yield from self._prefixes.filled(store.get_many(keys[start : start + _READ_AT_ONCE]).items())

    def forget(self, key: str) -> bool:
        """Remove a reply from every store that is read here, a team's included; False where none had it."""
        self._prefixes.forget()
        of_the_team = self.team is not None and self.team.forget(key)
        return sum(store.delete(key) for store in (self.store, *self.older)) + of_the_team > 0

    def join(self, folder: Path) -> tuple[int, int]:
        """Put what the store of another folder holds into this one; how many replies it holds, and how many were new.

        Of two replies to the same call this store's stays in force, and the other is kept under its own name. The other
        folder is only read, and its ledger joined.
        """
        with open_store(folder / "store") as other:
            keys, new = sorted(other.keys()), 0
            for start in range(0, len(keys), _READ_AT_ONCE):
                found = other.get_many(keys[start : start + _READ_AT_ONCE])
                mine = get_many(self.store, found)
                waiting = [
                    (key if key not in mine else second_name(key, value), value)
                    for key, value in found.items()
                    if mine.get(key) != value
                ]
                new += sum(self.store.put_many(waiting))
        known = {json.dumps(entry, sort_keys=True) for entry in self.ledger.entries()}
        for entry in Ledger(folder).entries():
            if json.dumps(entry, sort_keys=True) not in known:
                self.ledger.write(**entry)
        return len(keys), new

    def keep_recording(self, path: Path) -> tuple[int, int]:
        """Put the replies of a recording into the store for good; how many it holds, and how many were new here.

        Each is checked first: a file with one that is damaged adds none.
        """
        found = Recordings([path])
        for _ in found.records():
            pass
        new, waiting = 0, []
        for key, record in found.written():
            waiting.append((key, encoded(cast(Record, record))))
            if len(waiting) == _READ_AT_ONCE:
                new += sum(self.store.put_many(waiting))
                waiting = []
        return len(found), new + sum(self.store.put_many(waiting))

    def count_recorded(self) -> int:
        return len(self._recordings)


_caches: dict[Places, Cache] = {}
_caches_lock = threading.Lock()


def current() -> Cache:
    """The cache of the folders in use, opened once in a process."""
    found = places()
    with _caches_lock:
        cache = _caches.get(found)
        if cache is None:
            cache = Cache(found.home, recordings=found.recordings, older=found.older)
            _caches[found] = cache
            _ = cache.team  # connected here, and not where a call waits for it
    if found.older and found.home == users_own():
        for folder in found.older:
            if note(found.home, folder):
                warn(
                    f"the replies kept in {folder} are read from there, and new ones are kept in {found.home}, for all "
                    "folders you work in; `workbench cache join` puts the older ones there, too"
                )
    return cache
