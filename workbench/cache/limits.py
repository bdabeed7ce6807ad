"""Limits that hold for all processes of a user: so many dollars a day and in all, for one project and for everything.

`[limits]` in a project's `workbench.toml` limits what that project spends, the same table in the user's own file what
all of them spend together. What was spent is the ledger's sum; what a call may cost at worst is set aside before it is
sent, in a small table that every process sees, and taken out when the ledger has its line. What a process had set aside
when it died stays counted, at its worst: the provider may have billed it.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from workbench.base.files import SETTINGS_NAME, settings_table
from workbench.base.patience import Patience
from workbench.cache.claims import claim
from workbench.cache.ledger_file import Ledger
from workbench.cache.spending import charge, project_here
from workbench.cache.store.folder import explain_os_error
from workbench.errors import BudgetExceeded, InputError, StoreError
from workbench.show import figures

FILE_NAME: Final = "reserved.db"
FIELDS: Final = ("usd_per_day", "usd")
_ROUNDING: Final = 1e-12
_SECONDS_TO_LOCK: Final = 60.0
_FIRST_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.02, 0.5


@dataclass(frozen=True)
class Limit:
    """A sum that may not be exceeded: of a project or, where that is None, of all; on one day or, without it, ever."""

    usd: float
    project: str | None
    daily: bool
    where: str

    def __str__(self) -> str:
        of = "this project" if self.project else "all projects"
        return f"{figures.limit(self.usd)} {'a day' if self.daily else 'in all'} for {of} ({self.where})"


def users_settings() -> Path:
    """The user's own file of settings: its `[limits]` hold for everything that the user spends."""
    import platformdirs

    return Path(platformdirs.user_config_dir("workbench", appauthor=False)) / SETTINGS_NAME


def limits() -> tuple[Limit, ...]:
    """The limits in force where one stands; raises `InputError` for a table that holds anything else."""
    found = []
    own = users_settings()
    for path in (None, own):
        table, place = settings_table("limits", path)
        if path is None and place is not None and place == own:
            continue
        for name, usd in table.items():
            if name not in FIELDS:
                raise InputError(f"{place}, [limits]: unknown field {name!r}; known are {', '.join(FIELDS)}")
            if isinstance(usd, bool) or not isinstance(usd, int | float) or not 0 <= usd < float("inf"):
                raise InputError(f"{place}, [limits]: {name} is {usd!r}; give dollars, such as 5.00")
            project = project_here() if path is None else None
            found.append(Limit(float(usd), project, name == "usd_per_day", f"{name} in {place}"))
    return tuple(found)


@dataclass(frozen=True)
class Reservation:
    """What one call has set aside; it is given back by `Account.release`."""

    number: int
    usd: float


class Account:
    """What a user has spent and set aside, in one cache folder; looked up beside the event loop that asks."""

    def __init__(self, folder: Path, older: tuple[Path, ...] = ()) -> None:
        self._folder = folder
        self._claims = claim(folder)
        self._ledgers = [_Sums(Ledger(place)) for place in (folder, *older)]
        self._token, self._process = "", 0
        self._one_at_a_time = threading.Lock()

    async def reserve(self, usd: float, limited: tuple[Limit, ...], patience: Patience) -> Reservation | None:
        """Set aside the worst case of a call; None where nothing limits it.

        Waits while calls in flight, here or in other processes, hold what it needs; raises `BudgetExceeded` once what
        is spent leaves no room.
        """
        if not limited or usd <= 0:
            return None
        pause = _FIRST_LOOK_SECONDS
        while True:
            looking = asyncio.ensure_future(asyncio.to_thread(self._try, usd, limited))
            try:
                made, tight = await asyncio.shield(looking)
            except asyncio.CancelledError:
                self.release((await looking)[0])
                raise
            if made is not None:
                return made
            if not patience.seconds_left:
                raise BudgetExceeded(f"other calls hold what the limit of {tight} leaves, and did not end in time")
            await asyncio.sleep(min(pause, patience.seconds_left))
            pause = min(2 * pause, _LONGEST_LOOK_SECONDS)

    async def arelease(self, made: Reservation | None) -> None:
        """The awaitable twin of `release`."""
        if made is not None:
            await asyncio.to_thread(self.release, made)

    def release(self, made: Reservation | None) -> None:
        """Give back what was set aside: what the call cost is in the ledger by now."""
        if made is not None:
            with self._one_at_a_time, self._locked() as table:
                table.execute("DELETE FROM reserved WHERE number = ?", (made.number,))

    def _try(self, usd: float, limited: tuple[Limit, ...]) -> tuple[Reservation | None, Limit | None]:
        now = datetime.now(UTC).date().isoformat()
        with self._one_at_a_time, self._locked() as table:
            rows = [self._looked_at(table, row) for row in table.execute("SELECT * FROM reserved").fetchall()]
            for sums in self._ledgers:
                sums.read_on()
            waits = None
            for limit in limited:
                lost = sum(row.usd for row in rows if row.lost and row.counts(limit, now))
                held = sum(row.usd for row in rows if not row.lost and row.counts(limit, now))
                spent = lost + sum(sums.of(limit, now) for sums in self._ledgers)
                if spent + usd > limit.usd + _ROUNDING:
                    raise BudgetExceeded(
                        f"the next call could cost up to {figures.booked(usd)}, and {figures.booked(spent)} is spent "
                        f"of the limit of {limit}; "
                        "raise it there to go on (what is kept is not bought again)"
                    )
                if spent + held + usd > limit.usd + _ROUNDING:
                    waits = limit
            if waits is not None:
                return None, waits
            placed = table.execute(
                "INSERT INTO reserved (token, day, project, usd) VALUES (?, ?, ?, ?)",
                (self._own_token(), now, project_here(), usd),
            )
            return Reservation(int(placed.lastrowid or 0), usd), None

    def _looked_at(self, table: sqlite3.Connection, row: tuple[Any, ...]) -> _Row:
        """A reservation; one whose process has died is lost, and stays so."""
        number, token, day, project, usd = row
        if token and token != self._token and self._claims.try_acquire(token):
            self._claims.release(token)
            table.execute("UPDATE reserved SET token = '' WHERE number = ?", (number,))
            token = ""
        return _Row(str(day), str(project), float(usd), lost=not token)

    def _own_token(self) -> str:
        """What this process holds a claim on for as long as it lives; a forked child is another process."""
        if self._process != os.getpid():
            self._process, self._token = os.getpid(), secrets.token_hex(16)
            self._claims.try_acquire(self._token)
        return self._token

    @contextlib.contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        path = self._folder / FILE_NAME
        if path.is_symlink():
            raise StoreError(f"{path} is a link, which is not followed, so no limit can be kept; take it away")
        try:
            if not path.exists():
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
            # A connection for each use: none is shared by threads, or lives through a fork.
            table = sqlite3.connect(path, timeout=_SECONDS_TO_LOCK, isolation_level=None)
        except OSError as error:
            raise explain_os_error(error, self._folder) from error
        try:
            table.execute("BEGIN IMMEDIATE")
            table.execute(
                "CREATE TABLE IF NOT EXISTS reserved "
                "(number INTEGER PRIMARY KEY, token TEXT NOT NULL, day TEXT NOT NULL, project TEXT NOT NULL, "
                "usd REAL NOT NULL)"
            )
            yield table
            table.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(
                f"{path} cannot be used, so no limit can be kept and nothing is bought: {error}"
            ) from error
        finally:
            with contextlib.suppress(sqlite3.Error):
                table.close()


@dataclass(frozen=True)
class _Row:
    day: str
    project: str
    usd: float
    lost: bool

    def counts(self, limit: Limit, today: str) -> bool:
        return (limit.project in (None, self.project)) and (not limit.daily or self.day == today)


class _Sums:
    """The sums of one ledger by day and project, read on from where it was left: it only ever grows."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._read = 0
        self._sums: dict[tuple[str, str], float] = collections.defaultdict(float)

    def read_on(self) -> None:
        """Take in what was written since."""
        size = self._ledger.path.stat().st_size if self._ledger.path.exists() else 0
        if size < self._read:  # it was moved away
            self._read = 0
            self._sums.clear()
        if size == self._read:
            return
        entries, self._read = self._ledger.entries_from(self._read)
        for entry in entries:
            self._sums[str(entry.get("time", ""))[:10], str(entry.get("project", ""))] += charge(entry)

    def of(self, limit: Limit, today: str) -> float:
        """What counts towards a limit."""
        return float(
            sum(
                usd
                for (day, project), usd in self._sums.items()
                if limit.project in (None, project) and (not limit.daily or day == today)
            )
        )
