"""A team's store as one thing: read after one's own, given what is bought, asked who buys what.

One's own store comes first and is never waited for. Where the team's is away or full, what is bought is kept here,
noted, and handed over when it is back.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import hashlib
import math
import os
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

from workbench.base.patience import Patience
from workbench.base.secrets import secrets_in
from workbench.cache.claims import HeldElsewhere
from workbench.cache.shared.address import Address, addresses, team_secret
from workbench.cache.shared.bucket import Bucket
from workbench.cache.shared.envelope import opened, sealed
from workbench.cache.shared.link import Link
from workbench.cache.shared.member import Member
from workbench.cache.shared.outbox import IN_PLACE, Outbox
from workbench.cache.shared.scripts import CLAIM, KEEP, RELEASE, REPLACE
from workbench.cache.shared.server import Away, Promises, promises_at
from workbench.cache.shared.team_limits import Sums
from workbench.errors import NotSent, StoreCorrupt, StoreError, WorkbenchWarning, warn
from workbench.replies.reply import Record
from workbench.show.figures import counted

_READ_AT_ONCE: Final = 100
_FIRST_POLL_SECONDS, _LONGEST_POLL_SECONDS = 0.02, 0.5
_SECONDS_TO_HAND_OVER: Final = 10.0


def open_team(folder: Path, line_of: Callable[[str], str | None]) -> Team | None:
    """The team's store that `WORKBENCH_STORE` names, or None where it names none.

    `folder` holds the note of what waits to be handed over, and `line_of` gives the line of a reply that is kept here.
    Raises `InputError` for an address that cannot be used; a server that is away is none.
    """
    places = addresses()
    return Team(places, folder, line_of) if places else None


class Team:
    """One server, one folder or bucket, or both."""

    def __init__(self, places: Sequence[Address], folder: Path, line_of: Callable[[str], str | None]) -> None:
        self.places = tuple(places)
        self._secret = team_secret()
        self._line_of = line_of
        self.outbox = Outbox(folder)
        self._server = next((place for place in places if place.is_server), None)
        bucket = next((place for place in places if not place.is_server), None)
        self.bucket = Bucket(bucket) if bucket else None
        self.promises = Promises()
        self._told: set[str] = set()
        self._held: dict[str, str] = {}
        self._process = 0
        self._be_there()
        atexit.register(self.close)

    def _be_there(self) -> None:
        """Connect; in a forked child, on first use, with threads and a session of its own."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        self._held.clear()
        self._closed = False
        self._draining = threading.Lock()
        self.outbox.recover()
        self.link: Link | None = None
        self.member: Member | None = None
        self.sums: Sums | None = None
        self._unreleased: dict[str, str] = {}
        if self.bucket is not None:
            self.bucket = Bucket(self.bucket.place)
        if self._server is None:
            return
        self.link = Link(self._server)
        self._puts = Link(self._server, then=self._awaiting_disk)
        self.member = Member(self.link, self.outbox.folder, heard=self._hand_over_beside, restarted=self._restate)
        self.sums = Sums(self.link, self.member)
        try:
            self._ask_what_it_promises()
            self.member.begin()
            self.member.beat()
        except Away as error:
            self._say(
                f"{_named(error, self._server)}; the team's replies are looked up once it is back, and what is "
                "bought is kept here until then"
            )
        except StoreError:
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        """End what was begun at a server that refuses us, and begin anew on next use."""
        self._process = 0
        if self.link is not None and self.member is not None:
            self.member.leave()
            self._puts.close()
            self.link.close()

    def _ask_what_it_promises(self) -> None:
        assert self._server is not None
        try:
            self.promises = promises_at(self._server)
        except Away:
            raise
        except StoreError as error:
            self._hang_up()
            raise StoreError(f"{self._server.shown}: {error}") from None
        if not self.promises.keeps:
            self.sums = None
            lost = f"read from {self.bucket.place.shown}" if self.bucket else "bought again by whoever has no copy"
            self._say(
                f"{self._server.shown} {self.promises.shortcomings}: it is a cache beside your own store, keeps no "
                f"sums of the team, and what it loses is {lost}"
            )

    def _awaiting_disk(self, count: int) -> tuple[Any, ...] | None:
        return ("WAITAOF", 1, 0, 1500) if self.promises.fsync_can_be_awaited else None

    # What is read.

    async def alookup(self, key: str) -> Record | None:
        """The team's reply of a key; None where there is none, or nobody can be asked."""
        self._be_there()
        if key in self._held:
            return None  # whoever got the claim was told that nobody has it
        for ask in self._asked_one_by_one(key):
            try:
                value = await asyncio.wrap_future(ask())
            except StoreError as error:
                self._tell_of(error)
                continue
            if value is not None and (record := self._opened(key, value)) is not None:
                return record
        return None

    def lookup_many(self, keys: Iterable[str]) -> dict[str, Record]:
        """The team's replies among `keys`; what is damaged or forged is named, and not among them."""
        self._be_there()
        found: dict[str, Record] = {}
        rest = list(keys)
        for get in (self._get_from_server, self.bucket.get_many if self.bucket else None):
            if get is None:
                continue
            for start in range(0, len(rest), _READ_AT_ONCE):
                try:
                    values = get(rest[start : start + _READ_AT_ONCE])
                except StoreError as error:
                    self._tell_of(error)
                    break
                found |= {key: record for key, value in values.items() if (record := self._opened(key, value))}
            rest = [key for key in rest if key not in found]
        return found

    def _asked_one_by_one(self, key: str) -> list[Callable[[], Future[bytes | None]]]:
        asks: list[Callable[[], Future[bytes | None]]] = []
        if (link := self.link) is not None and not link.is_away:
            asks.append(lambda: link.send("GET", f"{link.place.prefix}:v:{key}"))
        if (bucket := self.bucket) is not None and not bucket.is_away:
            asks.append(lambda: bucket.submit(bucket.get, key))
        return asks

    def _get_from_server(self, keys: Sequence[str]) -> dict[str, bytes]:
        if self.link is None:
            return {}
        names = [f"{self.link.place.prefix}:v:{key}" for key in keys]
        values = self.link.send("MGET", *names).result()
        return {key: value for key, value in zip(keys, values, strict=True) if value is not None}

    def _opened(self, key: str, value: bytes) -> Record | None:
        """Another member's value, if it is what it says; else it is named, and not used."""
        where = " or ".join(place.shown for place in self.places)
        try:
            return opened(key, value, where, self._secret)
        except StoreCorrupt as error:
            self._say(f"{error}. It is not used; `workbench store verify` tells which ones, and removes them")
            return None

    def _tell_of(self, error: StoreError) -> None:
        """A place that cannot be read stops no call; that one is away is said by whoever hands something over."""
        if not isinstance(error, Away):
            self._say(f"{error}; what the team has there is not read")

    # What is bought.

    async def keep(self, kept: asyncio.Future[bool], key: str, line: str) -> bool:
        """Wait until a reply is safe here, then hand it over; nothing that the team's store does stops a call."""
        try:
            return await kept
        finally:
            await self._hand_over(key, line)

    async def replace(self, kept: asyncio.Future[bool], key: str, line: str) -> bool:
        """Hand over a reply that was bought again on purpose; the one before stays under a second name."""
        return await self.keep(kept, key + IN_PLACE, line)

    async def _hand_over(self, name: str, line: str) -> None:
        value = self._sealed(name.removesuffix(IN_PLACE), line)
        failed = False
        for wait in self._puts_of(name, value) if value is not None else ():
            try:
                await asyncio.wrap_future(wait)
            except StoreError as error:
                failed = True
                self._say(f"{error}; what is bought is kept here, and handed over later")
        if failed:
            await asyncio.to_thread(self.outbox.add, [name])
        elif self.member is None and self.outbox.waits:  # nobody is heard from a bucket but whoever puts something
            asyncio.get_running_loop().run_in_executor(None, self.hand_over_the_rest)

    def _puts_of(self, name: str, value: bytes) -> list[Future[Any]]:
        key, waits = name.removesuffix(IN_PLACE), list[Future[Any]]()
        second = hashlib.sha256(value).hexdigest()[:12] if name != key else ""
        if self._server is not None:
            ttl = self._server.ttl_seconds or ""
            script = (REPLACE, key, value, second, ttl) if second else (KEEP, key, value, self._held.get(key, ""), ttl)
            waits.append(self._puts.script(*script))
        if (bucket := self.bucket) is not None:
            put = (bucket.replace, key, value, second) if second else (bucket.put_new, key, value)
            waits.append(bucket.submit(*put))
        return waits

    def _sealed(self, key: str, line: str) -> bytes | None:
        found = secrets_in(line)
        if found:
            self._say(f"the reply {key[:12]}… holds {found[0]}: it is kept here, and not handed to the team")
            return None
        return sealed(key, line.encode("ascii"), self._secret)

    def hand_over(self, names: Iterable[str], *, until: float = math.inf) -> tuple[int, int, str]:
        """Hand over replies that are kept here; how many the team's store has now, how many it has not, and why.

        These wait, but for what is damaged here. What is not begun by `until`, on the steady clock, waits as well.
        """
        done, failed, damaged, listed, why = 0, list[str](), 0, list(names), ""
        for place in (self._puts if self._server is not None else None, self.bucket):
            if listed and place is not None:
                place.heard_of()  # whoever hands over has had an answer before
        for start in range(0, len(listed), _READ_AT_ONCE):
            under_way = {}
            for name in listed[start : start + _READ_AT_ONCE]:
                if time.monotonic() > until:
                    failed.append(name)
                    continue
                key = name.removesuffix(IN_PLACE)
                try:
                    line = self._line_of(key)
                except StoreCorrupt as fault:
                    damaged, why = damaged + 1, why or str(fault)
                    continue
                if line is not None and (value := self._sealed(key, line)) is not None:
                    under_way[name] = self._puts_of(name, value)
            for name, waits in under_way.items():
                errors = [error for wait in waits if (error := wait.exception()) is not None]
                if errors:
                    failed.append(name)
                    why = why or str(errors[0])
                else:
                    done += 1
        self.outbox.add(failed)
        return done, len(failed) + damaged, why

    def hand_over_the_rest(self, *, until: float = math.inf, waits: bool = False) -> None:
        """Hand over what could not be handed over before, and tell of money what was not told; one thread at a time."""
        if not self._draining.acquire(blocking=waits):
            return
        try:
            if self._server is not None and self.promises == Promises():
                with contextlib.suppress(StoreError):
                    self._ask_what_it_promises()
            if self.sums is not None:
                self.sums.settle_the_rest()
            for held, key in [*self._unreleased.items()]:
                self._let_go(key, held)
            if not (self.bucket is not None and self.bucket.is_away):
                with contextlib.suppress(StoreError), self.outbox.taken() as names:
                    self.hand_over(names, until=until)
        finally:
            self._draining.release()

    def _hand_over_beside(self) -> None:
        # Not on the thread that beats: a member that hands much over to a slow place would be taken for dead.
        threading.Thread(target=self.hand_over_the_rest, name="workbench-handing-over", daemon=True).start()

    # Who buys.

    @contextlib.asynccontextmanager
    async def claimed(self, key: str, patience: Patience, *, waits: bool = True) -> AsyncIterator[None]:
        """Hold the right to buy a key against every other machine; waits while another one buys it.

        Where the server is away there is no such right, and it is bought here. Raises `NotSent` when another machine
        holds it for longer than `patience`, and `HeldElsewhere` at once for who does not wait.
        """
        self._be_there()
        await self._claim(key, patience, waits=waits)
        try:
            yield
        finally:
            held = self._held.pop(key, None)
            if held is not None:
                self._let_go(key, held)  # it is free already where the reply was kept

    async def _claim(self, key: str, patience: Patience, *, waits: bool = True) -> None:
        attempt, pause = secrets.token_hex(8), _FIRST_POLL_SECONDS
        while self.link is not None and self.member is not None:
            session = self.member.session
            held = f"{session}|{attempt}"
            try:
                token, there, _ = await asyncio.wrap_future(self.link.script(CLAIM, key, session, attempt))
                if token == -3:
                    await asyncio.to_thread(self.member.begin, session)
                    continue
            except StoreError:
                self._let_go(key, held)  # it may have been given before the answer was lost
                return
            except asyncio.CancelledError:
                self._let_go(key, held)
                raise
            if token > 0:
                self._held[key] = held
            if token > 0 or there:
                return
            if not waits:
                raise HeldElsewhere
            if not patience.seconds_left:
                raise NotSent(f"another machine that asks the same had no reply yet after {patience.seconds:g} seconds")
            await asyncio.sleep(min(pause, patience.seconds_left))
            pause = min(2 * pause, _LONGEST_POLL_SECONDS)

    def _let_go(self, key: str, held: str) -> None:
        """Free a claim, for which nobody waits; where the server is away, when it is back."""
        if self.link is None:
            return
        self._unreleased[held] = key

        def told(future: Future[Any]) -> None:
            if future.exception() is None:
                self._unreleased.pop(held, None)

        self.link.script(RELEASE, key, held).add_done_callback(told)

    def _restate(self) -> None:
        if self.sums is not None:
            self.sums.restate()

    # What is forgotten, and the end.

    def forget(self, key: str) -> bool:
        """Remove a reply from the team's store; raises `StoreError` where that cannot be done now."""
        removed = False
        if self.link is not None:
            removed = bool(self.link.send("DEL", f"{self.link.place.prefix}:v:{key}").result())
        if self.bucket is not None:
            removed = self.bucket.delete(key) or removed
        return removed

    def close(self) -> None:
        """Finish what is being handed over, and end the session; a second call does nothing."""
        if self._closed or self._process != os.getpid():
            return
        self._closed = True
        if self.member is None:
            if self._draining.acquire(timeout=_SECONDS_TO_HAND_OVER):  # whoever is at it comes to its end
                self._draining.release()
            if self.outbox.waits:
                self.hand_over_the_rest(until=time.monotonic() + _SECONDS_TO_HAND_OVER)
            if left := len(self.outbox):
                self._say(f"{counted(left, 'reply')} to be handed over to the team: `workbench store sync` does so")
        if self.link is not None and self.member is not None:
            self._puts.close()
            self.member.leave()
            self.link.close()
        if self.bucket is not None:
            self.bucket.close()

    def _say(self, text: str) -> None:
        """Warn of it once."""
        if text not in self._told and len(self._told) < 1000:
            self._told.add(text)
            with contextlib.suppress(WorkbenchWarning):  # made an error, it would cost the reply that is being kept
                warn(text)


def _named(error: StoreError, place: Address) -> str:
    text = str(error)
    return text if place.shown in text else f"{place.shown}: {text}"
