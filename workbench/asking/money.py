"""What one call does to money: its worst case held against `max_usd` before, the purse and the ledger told after."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from workbench.asking.billed import billed_tokens, circumstances
from workbench.asking.stopping import check_going_on, mark_in_force
from workbench.asking.wire.sending import Exchange, Result
from workbench.base.patience import Patience
from workbench.cache.kept import Cache
from workbench.cache.limits import Account, Limit, Reservation, limits
from workbench.cache.sharing import RUN_VARIABLE, VARIABLE, Held, shared_run
from workbench.cache.spending import project_here
from workbench.errors import (
    Attempt,
    BudgetExceeded,
    ConfigError,
    InputError,
    NotSent,
    RateLimited,
    ServerBusy,
    StoreError,
)
from workbench.providers.bounds import worst_of
from workbench.providers.likeness import parameters_mark, prompt_mark
from workbench.providers.models import Target
from workbench.providers.prices import UNKNOWN, Cost, priced
from workbench.providers.requests import CallRequest
from workbench.replies.message import said
from workbench.replies.reported_cost import reported_usd
from workbench.replies.usage import Usage, raw_usage, read_usage
from workbench.show.figures import booked, limit

UNBILLED = (ConfigError, RateLimited, ServerBusy, NotSent)
"""Failures that cost nothing for certain."""


def unpriced(request: CallRequest) -> BudgetExceeded:
    """The error for a call whose cost has no known bound, under a cap."""
    why = worst_of(request).why
    return BudgetExceeded(f"max_usd cannot be kept for {request.target.id!r}: {why}, or leave max_usd out")


_Found = tuple[str, tuple[Limit, ...]]
_in_force: weakref.WeakKeyDictionary[Purse, asyncio.Task[_Found]] = weakref.WeakKeyDictionary()


async def guard_of(cache: Cache, patience: Patience, purse: Purse | None) -> Guard:
    """The guard of a call; its limits are read on another thread, for the loop of the calls waits for no disk.

    Read once for all calls of one purse: to look for the files takes longer than the rest of a quick call. Calls that
    wait for that go on in the order in which they came.
    """
    reading = None if purse is None else _in_force.get(purse)
    if reading is None:
        reading = asyncio.create_task(asyncio.to_thread(_limits_here))
        if purse is not None:
            _in_force[purse] = reading
    # A call that is called off takes nothing from the others.
    return Guard(cache, patience, purse, reading.result() if reading.done() else await asyncio.shield(reading))


def _limits_here() -> _Found:
    return project_here(), limits()


class Guard:
    """The limits that hold for a call beside `max_usd`: those of its project and of its user, for all processes."""

    def __init__(self, cache: Cache, patience: Patience, purse: Purse | None, found: _Found) -> None:
        self.project, self.limits = found
        self._cache, self._patience = cache, patience
        team = cache.team
        self._team = team.sums if team else None
        self._mark = mark_in_force()
        self.shared: Held | None = None
        self._run = shared_run(purse.max_usd if purse else None)

    def check(self, request: CallRequest) -> None:
        """Raise `BudgetExceeded` for a call whose cost has no known bound, where a limit is to be kept."""
        if self.limits and worst_of(request).usd is None:
            raise BudgetExceeded(
                f"the limit of {self.limits[0]} cannot be kept for {request.target.id!r}: {worst_of(request).why}"
            )
        if self._team and self._team.is_limited and worst_of(request).usd is None:
            raise BudgetExceeded(f"the team's limit cannot be kept for {request.target.id!r}: {worst_of(request).why}")
        if self._run and not self._team:
            raise InputError(
                f"{RUN_VARIABLE} shares max_usd among machines, and no server keeps the sum: {VARIABLE} is to name a "
                "Redis or Valkey that forgets nothing, see docs/team.md"
            )

    async def reserve(self, usd: float) -> Reservation | None:
        """Set the worst case of a call aside where every process sees it."""
        return await _account(self._cache).reserve(usd, self.limits, self._patience) if self.limits else None

    async def share(self, usd: float, target: Target) -> Held | None:
        """Set it aside in the sums of the team, and wait for a turn of its pace; nothing where there is no team."""
        check_going_on(self._mark)
        if self._team is None:
            return None
        await self._team.turn(f"{target.provider.id}/{target.provider.key_env or ''}", self._patience)
        return await self._team.reserve(usd, self.project, self._run, self._patience)

    def settle(self, shared: Held | None, usd: float | None) -> None:
        """Tell the team what the call cost; None where nobody knows."""
        if self._team is not None:
            self._team.settle(shared, usd)

    async def release(self, held: Reservation | None) -> None:
        """Give back what was set aside, once the ledger has its line."""
        if held is not None:
            await _account(self._cache).arelease(held)


def _account(cache: Cache) -> Account:
    if cache not in _accounts:
        _accounts[cache] = Account(cache.folder, cache.older_folders)
    return _accounts[cache]


_accounts: dict[Cache, Account] = {}
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_accounts.clear)  # a thread of the parent may be at work with one


class Booking:
    """What one call does to the purse and the ledger."""

    def __init__(self, request: CallRequest, cache: Cache, purse: Purse | None, worst_usd: float, guard: Guard) -> None:
        self._request = request
        self._guard = guard
        self._held: Reservation | None = None
        self._shared: Held | None = None
        self._cache = cache
        self._purse = purse
        self._worst_usd = worst_usd
        self._line: asyncio.Future[None] | None = None  # of the ledger, under way to the disk
        self._unwritten: StoreError | None = None
        self.cost = UNKNOWN

    async def before(self) -> None:
        await self.check_ledger()
        if self._purse:
            await self._purse.reserve(self._worst_usd)
        try:
            self._held = await self._guard.reserve(self._worst_usd)
            self._shared = await self._guard.share(self._worst_usd, self._request.target)
        except BaseException:
            if self._purse:
                self._purse.settle(self._worst_usd, 0.0)
            await self._guard.release(self._held)
            raise

    async def written(self) -> None:
        """Wait until the line of the last attempt is in the ledger, or known not to be."""
        line, self._line = self._line, None
        if line is not None:
            try:
                await line
            except StoreError as error:
                self._unwritten = error
            else:
                await self._guard.release(self._held)

    async def check_ledger(self) -> None:
        """Raise what kept a line out of the ledger: after the reply is safe, and before more is sent."""
        await self.written()
        if self._unwritten is not None:
            raise self._unwritten

    def after(self, attempt: Attempt, result: Result) -> None:
        tokens = None
        if isinstance(result, Exchange):
            raw = raw_usage(result.body)
            usage = read_usage(raw, thinking="", answer="")
            tokens = usage.output_tokens
            self.cost = cost_of(
                self._request.target,
                usage,
                raw,
                served_model=result.body.get("model"),
                at=datetime.fromisoformat(attempt.started_at),
                context=circumstances(self._request.body, result.body),
            )
        unbilled = isinstance(result, UNBILLED) or not attempt.sent
        if self._purse:
            self._purse.settle(self._worst_usd, 0.0 if unbilled else self.cost.usd)
        self._guard.settle(self._shared, 0.0 if unbilled else self.cost.usd)
        self._line = self._cache.awrite_down(
            {
                "time": attempt.started_at,
                "provider": self._request.target.provider.id,
                "model": self._request.target.id,
                "sent": attempt.sent,
                "status": attempt.status,
                "error": attempt.error,
                "billed": "no" if unbilled else "yes" if isinstance(result, Exchange) else "unknown",
                "tokens": tokens,
                "usd": self.cost.usd if isinstance(result, Exchange) else 0.0 if unbilled else None,
                "seconds": attempt.seconds,
                "request_id": attempt.request_id,
                "label": self._request.target.label,
                "cap": self._request.max_tokens,
                "finish": _finish_of(result),
                "parameters": parameters_mark(self._request),
                "prompt": prompt_mark(self._request),
                "project": self._guard.project,
                **({"usd_at_most": self._worst_usd} if self.cost.usd is None and not unbilled else {}),
            }
        )


def _finish_of(result: Result) -> str | None:
    """Why a reply ended, as its provider says: `length` where it was cut off."""
    if not isinstance(result, Exchange):
        return None
    told = said(result.body)
    return told.finish_reason if told is not None else None


def check_max_usd(max_usd: object) -> None:
    """Raise `InputError` for what is neither None nor a sum of dollars."""
    number = isinstance(max_usd, int | float) and not isinstance(max_usd, bool)
    if max_usd is not None and not (number and 0 <= max_usd < float("inf")):  # type: ignore[operator]
        raise InputError(f"max_usd is {max_usd!r}; give dollars, such as 1.50, or leave it out")


class Purse:
    """Dollars that a run may spend; it lives on the engine's loop.

    `reserve` sets the worst case of a call aside, waiting for calls in flight when they hold what it needs; `settle`
    replaces a reservation by what the call cost. What was spent and what is reserved never exceed `max_usd` together.
    A purse that is made where another one pays (`paid_from`) takes each sum out of both.
    """

    def __init__(self, max_usd: float | None) -> None:
        check_max_usd(max_usd)
        self.max_usd = max_usd
        self._outer = _paying.get()
        self.spent_usd = 0.0
        self._reserved_usd = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()

    @property
    def is_limited(self) -> bool:
        """Whether there is a sum that it, or the purse that it is filled from, may not exceed."""
        return self.max_usd is not None or (self._outer is not None and self._outer.is_limited)

    @property
    def left_usd(self) -> float | None:
        """What is neither spent nor set aside; None where there is no end."""
        return None if self.max_usd is None else max(0.0, self.max_usd - self.spent_usd - self._reserved_usd)

    async def reserve(self, worst_usd: float) -> None:
        """Set `worst_usd` aside; raise `BudgetExceeded` when even settling every call in flight cannot make room."""
        while self.max_usd is not None and self.spent_usd + self._reserved_usd + worst_usd > self.max_usd + 1e-12:
            if not self._in_flight:
                raise BudgetExceeded(
                    f"the next call could cost up to {booked(worst_usd)}, and {booked(self.spent_usd)} of "
                    f"max_usd={limit(self.max_usd)} is spent; raise max_usd to go on "
                    "(what is kept is not bought again)"
                )
            self._settled.clear()
            await self._settled.wait()
        if self._outer is not None:
            await self._outer.reserve(worst_usd)
        self._reserved_usd += worst_usd
        self._in_flight += 1

    def settle(self, worst_usd: float, usd: float | None) -> None:
        """Give a reservation back and book what the call cost; None books the worst case, for nobody knows better."""
        self._reserved_usd -= worst_usd
        self._in_flight -= 1
        self.spent_usd += worst_usd if usd is None else usd
        self._settled.set()
        if self._outer is not None:
            self._outer.settle(worst_usd, usd)


_paying: ContextVar[Purse | None] = ContextVar("the purse that pays for what is asked here", default=None)


@contextmanager
def paid_from(purse: Purse) -> Iterator[None]:
    """Let a purse pay, too, for every call that is made within: those of a scorer that asks a model by itself."""
    before = _paying.set(purse)
    try:
        yield
    finally:
        _paying.reset(before)


def purse_of_call(max_usd: float | None) -> Purse | None:
    """The purse of a single call: of its own sum, and within the purse that pays where it is made; None without both.

    >>> purse_of_call(None) is None, purse_of_call(0.5).max_usd
    (True, 0.5)
    """
    return Purse(max_usd) if max_usd is not None or _paying.get() is not None else None


def cost_of(
    target: Target,
    usage: Usage,
    raw_usage: object,
    *,
    served_model: str | None = None,
    at: datetime | None = None,
    context: Mapping[str, str] | None = None,
) -> Cost:
    """What a reply cost.

    In order: the cost in the provider's own usage object (OpenRouter, Vercel, xAI), nothing for a server of one's own,
    the user's price from `workbench.toml`, the genai-prices table of the provider (thinking is billed as output), else
    unknown. The price table is asked for the model that served the reply when it knows that one, for the time of the
    call `at`, and for the tier or the batch that `context` names; the source says of what it has no price.
    """
    reported = reported_usd(raw_usage)
    if reported is not None:
        return Cost(reported, "provider")
    return priced(target, billed_tokens(usage, raw_usage), served=served_model, at=at, context=context)
