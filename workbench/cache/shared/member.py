"""This process as a member of a team: heard every few seconds, and watching whether the others still are.

No clock is asked for the time. A member raises its count; whoever sees a count stand still for a whole lease, by its
own steady clock and without a gap in its watching, buries that member: its claims are free, and what it had set aside
is booked at its worst.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from workbench.base.files import draft_of
from workbench.cache.shared.link import Link
from workbench.cache.shared.scripts import BEAT, BEGIN, BURY
from workbench.errors import StoreError

BEATS_A_LEASE: Final = 4


class Watch:
    """Which members have been silent for a lease, by the clock of whoever watches.

    >>> watch = Watch(lease_seconds=20)
    >>> [watch.silent({"a": count}, now) for count, now in ((1, 0), (2, 5), (2, 10), (2, 15), (2, 20), (2, 25.5))]
    [[], [], [], [], [], [('a', 2)]]
    """

    def __init__(self, lease_seconds: float) -> None:
        self._lease_seconds = lease_seconds
        self._seen: dict[str, tuple[int, float]] = {}
        self._looked_at: float | None = None

    def silent(self, counts: dict[str, int], now: float) -> list[tuple[str, int]]:
        """The members whose count has stood still for longer than a lease, with it."""
        if self._looked_at is None or now - self._looked_at > self._lease_seconds / 2:
            self._seen.clear()  # this process slept: what it did not watch, it cannot judge
        self._looked_at = now
        for name, count in counts.items():
            if self._seen.get(name, (None, 0.0))[0] != count:
                self._seen[name] = (count, now)
        self._seen = {name: seen for name, seen in self._seen.items() if name in counts}
        return [(name, count) for name, (count, since) in self._seen.items() if now - since > self._lease_seconds]


class Member:
    """A session at the server, and the thread that keeps it alive; what it hears is kept for others to read."""

    def __init__(self, link: Link, folder: Path, *, heard: Callable[[], None], restarted: Callable[[], None]) -> None:
        self._link = link
        self._heard, self._restarted = heard, restarted
        self._lease_seconds = link.place.lease_seconds
        self._watch = Watch(self._lease_seconds)
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._begun = False
        self._restarts = 0
        self.session = secrets.token_hex(8)
        self.memory: bytes | None = None
        self.forgot = False
        server = hashlib.sha256(f"{link.place.shown} {link.place.prefix}".encode()).hexdigest()
        self._note = folder / f"team-limits-{server[:8]}.json"
        self.limits = _noted(self._note)
        self.paces: dict[str, str] = {}
        threading.Thread(target=self._run, name="workbench-member", daemon=True).start()

    def begin(self, instead_of: str | None = None) -> None:
        """Become a member, under a new name in place of one that has ended; whoever comes first does it for all.

        Raises `StoreError` where that fails.
        """
        with self._lock:
            if self._begun and self.session != instead_of:
                return
            session = secrets.token_hex(8) if self._begun else self.session
            who = f"{socket.gethostname()[:60]} {os.getpid()}"
            memory = self._link.script(BEGIN, session, who, secrets.token_hex(8)).result()
            if self.memory is not None and memory != self.memory:
                self.forgot = True
            self.session, self.memory, self._begun = session, memory, True

    def beat(self) -> None:
        """Say that one is alive, hear what the team has settled on, and bury whoever has been silent for a lease."""
        self.begin()
        session = self.session
        if self._link.restarts != self._restarts:
            # What the server answered just before may be lost: claims that were freed, sums that were settled.
            restarts = self._link.restarts
            self._link.script(BURY, session, "").result()
            self.begin(session)
            self._restarts, session = restarts, self.session
            self._restarted()
        alive, _, limits, paces, counts = self._link.script(BEAT, session).result()
        self._take_limits(_pairs(limits))
        self.paces = _pairs(paces)
        if not alive:
            self.begin(session)
        others = {name: int(count) for name, count in _pairs(counts).items() if name != session and count.isdecimal()}
        for name, count in self._watch.silent(others, time.monotonic()):
            self._link.script(BURY, name, count).result()

    def leave(self) -> None:
        """End the session: its claims are free, and what is not settled is booked at its worst."""
        self._stop.set()
        if self._begun:
            with contextlib.suppress(StoreError, TimeoutError):
                self._link.script(BURY, self.session, "").result(5)

    def _take_limits(self, limits: dict[str, str]) -> None:
        """Know the team's limits, also in a process that begins while the server is away."""
        if limits != self.limits:
            self.limits = limits
            with contextlib.suppress(OSError), draft_of(self._note) as draft:
                draft.write_text(json.dumps(limits), encoding="ascii")

    def _run(self) -> None:
        while not self._stop.wait(self._lease_seconds / BEATS_A_LEASE):
            try:
                self.beat()
            except StoreError:
                continue  # away; what was bought meanwhile waits to be handed over
            self._heard()


def _noted(path: Path) -> dict[str, str]:
    """The limits that the server told last, by this machine's note; none where there is no such note."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        found = json.loads(path.read_bytes())
        if isinstance(found, dict):
            return {str(name): str(limit) for name, limit in found.items()}
    return {}


def _pairs(listed: list[bytes] | dict[bytes, bytes]) -> dict[str, str]:
    items = listed.items() if isinstance(listed, dict) else zip(listed[::2], listed[1::2], strict=True)
    return {name.decode(): value.decode() for name, value in items}
