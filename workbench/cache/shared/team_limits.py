"""Money and pace of a whole team: what a call may cost at worst is set aside at the server before it is sent.

What is set aside by a member that dies is booked at its worst and never given back; a late settling corrects it. So
the sums of all machines together stay within the team's limits, whoever is killed at whatever moment.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import math
import os
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.patience import Patience
from workbench.cache.shared.link import Link
from workbench.cache.shared.member import Member
from workbench.cache.shared.scripts import PACE, RESERVE, RESTATE, SETTLE
from workbench.cache.shared.server import Away
from workbench.errors import BudgetExceeded, InputError, NotSent, StoreError
from workbench.show import figures

RUN_VARIABLE: Final = "WORKBENCH_RUN"
"""Processes that bear the same name here share the `max_usd` that each is given."""

NANO: Final = 1_000_000_000
SECONDS_THAT_MAY_BE_LOST: Final = 30.0
"""Of what a server with appendfsync everysec has answered when it is killed: two, on a slow disk, and some to spare."""

_HORIZON_SECONDS: Final = 5.0
_FIRST_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.02, 0.5
_DAY_SECONDS: Final = 86_400
_NO_NAME = re.compile("[^A-Za-z0-9_-]+")

_run: ContextVar[tuple[str, float] | None] = ContextVar("workbench_run", default=None)


@dataclass(frozen=True)
class Held:
    """What one call has set aside at the server, in the session that it was made in."""

    number: str
    session: str
    usd: float
    sums: str = ""


@contextlib.contextmanager
def run_of(name: str, max_usd: float | None) -> Iterator[None]:
    """Let what is bought within share one sum with everything else that bears this name, on whatever machine."""
    token = _run.set(None if max_usd is None else (run_name(name), max_usd))
    try:
        yield
    finally:
        _run.reset(token)


def run_name(text: str) -> str:
    """The name of a sum of its own; raises `InputError` for one that cannot be."""
    name = _NO_NAME.sub("-", text).strip("-")[:80]
    if not name:
        raise InputError(f"{text!r} cannot name a run; letters and digits can")
    return name


def shared_run(max_usd: float | None) -> tuple[str, float] | None:
    """The run whose sum a call counts towards: the one around it, else what `WORKBENCH_RUN` names under `max_usd`."""
    around = _run.get()
    if around or max_usd is None:
        return around
    named = os.environ.get(RUN_VARIABLE, "").strip()
    return (run_name(named), max_usd) if named else None


def project_name(folder: str) -> str:
    """What a project is called on every machine: by its folder's own name, wherever that lies.

    >>> project_name("/home/ada/sums and more")
    'sums-and-more'
    """
    return _NO_NAME.sub("-", PurePath(folder).name).strip("-")[:80] or "project"


class Sums:
    """The team's sums, seen from one member."""

    def __init__(self, link: Link, member: Member) -> None:
        self._link, self._member = link, member
        self._unsettled: dict[str, tuple[Held, float | None]] = {}
        self._settled: collections.deque[tuple[float, Held, float]] = collections.deque()
        self._spent: dict[str, collections.Counter[str]] = {}
        self._lock = threading.Lock()

    @property
    def is_limited(self) -> bool:
        """Whether the team has settled on a limit."""
        return bool(self._member.limits)

    async def reserve(self, usd: float, folder: str, run: tuple[str, float] | None, patience: Patience) -> Held | None:
        """Set the worst case of a call aside, waiting while calls in flight hold what it needs.

        None where the server is away and nothing limits the call. Raises `BudgetExceeded` where what is spent leaves no
        room or nobody can tell, because the server forgot or does not answer.
        """
        limited = self.is_limited or run is not None
        pause, number = _FIRST_LOOK_SECONDS, secrets.token_hex(8)
        while True:
            if self._member.forgot and limited:
                raise BudgetExceeded(
                    f"{self._link.place.shown} has lost its books, so no sum can be kept; see docs/team.md"
                )
            session = self._member.session
            try:
                answer = await asyncio.wrap_future(
                    self._link.script(RESERVE, *self._asked(session, number, usd, folder, run))
                )
            except asyncio.CancelledError:
                self.settle(Held(number, session, usd), 0.0)  # it may be counted by now, and nothing is sent
                raise
            except StoreError as error:
                if not limited:
                    self.settle(Held(number, session, usd), 0.0)  # it may be counted by now
                    return None
                if not isinstance(error, Away):
                    raise BudgetExceeded(f"no sum can be kept, so nothing is bought: {error}") from None
                tight = str(error)
            else:
                code, name, used, cap = int(answer[0]), answer[1].decode(), float(answer[2]), float(answer[3])
                if code == 1:
                    return Held(number, session, usd, name)
                if code == -1:
                    raise _exceeded(usd, name, used / NANO, cap / NANO)
                if code < -1:
                    self.settle(Held(number, session, usd), 0.0)  # in case it was counted before the answer was lost
                    number = secrets.token_hex(8)
                    await asyncio.to_thread(self._renew, session)
                    continue
                tight = f"other calls hold what {_said(name, cap / NANO)} leaves"
            if not patience.seconds_left:
                raise BudgetExceeded(f"{tight}, and that did not end in time")
            await asyncio.sleep(min(pause, patience.seconds_left))
            pause = min(2 * pause, _LONGEST_LOOK_SECONDS)

    def settle(self, held: Held | None, usd: float | None) -> None:
        """Replace what was set aside by what it cost; None books the worst case, for nobody knows better.

        Nobody waits for it: where the server is away it is told when it is back.
        """
        if held is None:
            return
        with self._lock:
            self._unsettled[held.number] = (held, usd)
        self._send(held, usd)

    def settle_the_rest(self) -> None:
        """Tell the server what it did not hear."""
        with self._lock:
            waiting = [*self._unsettled.values()]
        for held, usd in waiting:
            self._send(held, usd)

    def restate(self) -> None:
        """After a restart of the server: settle again what it may have lost, then tell it what was spent in all."""
        with self._lock:
            recent = [(held, usd) for _, held, usd in self._settled]
            spent = {session: dict(sums) for session, sums in self._spent.items()}
        for held, usd in recent:
            self._link.script(SETTLE, held.session, held.number, _nano(usd)).result()
        for session, sums in spent.items():
            self._link.script(RESTATE, session, *(part for pair in sums.items() for part in pair)).result()

    def _heard(self, held: Held, usd: float | None) -> None:
        """Take note that a settling has arrived: for good in sum, for a while by itself."""
        now = time.monotonic()
        with self._lock:
            if self._unsettled.pop(held.number, None) is None or not usd:
                return
            mine = self._spent.setdefault(held.session, collections.Counter())
            for name in filter(None, held.sums.split(",")):
                mine[name] += int(_nano(usd))
            self._settled.append((now, held, usd))
            while self._settled and now - self._settled[0][0] > SECONDS_THAT_MAY_BE_LOST:
                self._settled.popleft()

    async def turn(self, name: str, patience: Patience) -> None:
        """Wait for a turn of a pace that all machines keep together; at once where none is set or nobody answers."""
        rate = self._member.paces.get(name)
        while rate is not None:
            second, _, burst = rate.partition(" ")
            asked = name, secrets.token_hex(8), second, burst, _HORIZON_SECONDS
            try:
                microseconds = int(await asyncio.wrap_future(self._link.script(PACE, *asked)))
            except StoreError:
                return
            if abs(microseconds) / 1e6 > patience.seconds_left:
                raise NotSent(f"no turn within the timeout: {name} is kept to {second} calls a second by the team")
            await asyncio.sleep(abs(microseconds) / 1e6)
            if microseconds >= 0:
                return

    def _renew(self, session: str) -> None:
        with contextlib.suppress(StoreError):
            self._member.begin(session)

    def _asked(
        self, session: str, number: str, usd: float, folder: str, run: tuple[str, float] | None
    ) -> tuple[Any, ...]:
        day = str(int(time.time() // _DAY_SECONDS))
        name, cap = (run[0], str(math.floor(run[1] * NANO))) if run else ("", "")
        return session, number, _nano(usd), self._member.memory or b"", project_name(folder), day, name, cap

    def _send(self, held: Held, usd: float | None) -> None:
        amount = "" if usd is None else _nano(usd)

        def told(future: Future[Any]) -> None:
            if future.exception() is None:
                self._heard(held, usd)

        self._link.script(SETTLE, held.session, held.number, amount).add_done_callback(told)


def _nano(usd: float) -> str:
    """Whole nano-dollars, rounded up: a sum of parts is never less than what they came to."""
    return str(math.ceil(round(usd * NANO, 3)))


def _said(name: str, cap_usd: float) -> str:
    kind, _, rest = name.partition(".")
    of = {"all": "the team", "project": f"the project {rest.partition('.')[0]}", "run": f"the run {rest}"}[kind]
    day = " a day" if ".day" in name and kind != "run" else ""
    return f"the limit of {figures.limit(cap_usd)}{day} for {of}"


def _exceeded(usd: float, name: str, used_usd: float, cap_usd: float) -> BudgetExceeded:
    return BudgetExceeded(
        f"the next call could cost up to {figures.booked(usd)}, and {figures.booked(used_usd)} is spent on all "
        f"machines of {_said(name, cap_usd)}; raise it to go on (what is kept is not bought again)"
    )
