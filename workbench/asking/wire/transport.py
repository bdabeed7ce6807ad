"""One exchange with a provider, tried again after a pause where that helps: a whole body, or an error that says what
was paid.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from workbench.asking.wire.circuit import MOST_TRIES_OF_ONE_THAT_ANSWERED
from workbench.asking.wire.failures import of_the_wire, without_keys
from workbench.asking.wire.gate import LEAST_TRIES_OF_A_LINE, Pace, Turn
from workbench.asking.wire.health import Health
from workbench.asking.wire.sending import Exchange, Listener, Request, Result, Sending
from workbench.asking.wire.tasks import TaskSending
from workbench.base.patience import Patience
from workbench.errors import (
    Attempt,
    Blocked,
    CallError,
    ConfigError,
    NotSent,
    OutcomeUnknown,
    QuotaExhausted,
    RateLimited,
    ServerBusy,
)
from workbench.providers.addresses import Address

FIRST_BACKOFF_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 300.0
"""A provider that asks for a longer pause than this gets its error reported instead."""

MOST_ATTEMPTS: Mapping[type[CallError], int] = {RateLimited: LEAST_TRIES_OF_A_LINE, ServerBusy: 5, NotSent: 4}
"""How often one call is tried. A refused one is tried for as long as its line moves, and so often at the least."""

MOST_UNKNOWN = 2
"""Requests of one call that may have been billed without a reply: the first, and one retry."""

LONGEST_BACKOFF_SECONDS = 30.0


Keeper = Callable[[Attempt, Result], None]


async def exchange(
    request: Request,
    *,
    pace: Pace,
    before: Callable[[], Awaitable[None]],
    after: Keeper,
    listen: Listener | None = None,
) -> tuple[Exchange, tuple[Attempt, ...]]:
    """Send `request` until a whole reply comes back, retrying by the type of the error.

    `before` runs ahead of each send and may refuse it; `after` hears of each attempt and what came of it. Rate limits
    pause every call of the same `pace`; a reply whose fate is unknown is asked for at most once more. Raises a
    `CallError` that carries all attempts.
    """
    patience = request.patience
    if "aiohttp" not in sys.modules:
        patience.extend(await asyncio.to_thread(_load_libraries))
    attempts: list[Attempt] = []
    failures: dict[type[CallError], int] = {}
    failure: CallError | None = None
    health = pace.health_of(str(request.body.get("model")))
    while True:
        try:
            attempt, result = await _tried(request, _Place(pace, health, again=bool(attempts)), before, listen, failure)
        except CallError as error:  # the host was given up while this call waited
            error.attempts = tuple(attempts)
            raise
        attempts.append(attempt)
        after(attempt, result)
        if isinstance(result, Exchange):
            pace.passed()
            return result, tuple(attempts)
        if isinstance(result, asyncio.CancelledError):
            raise result
        failure = result
        result.attempts = tuple(attempts)
        if isinstance(result, Blocked) and pace.blocked(hash(repr(request.body))):
            _lay_to_the_provider(result)
        kind = _kind(result)
        failures[kind] = failures.get(kind, 0) + 1
        wait_seconds = _wait_before_retry(result, kind, failures[kind], pace, health, patience)
        if wait_seconds is None:
            raise result
        if listen:
            listen(None)
        await asyncio.sleep(wait_seconds)


class _Place:
    """What a call holds while it is tried: its place with the model's health, and its turn to send."""

    def __init__(self, pace: Pace, health: Health, *, again: bool) -> None:
        self.pace, self.health, self.again = pace, health, again
        self.admitted_at: float | None = None
        self.turn: Turn | None = None

    async def wait_for_turn(self) -> Turn | None:
        """Wait until this call may be sent; None where whoever should answer was given up in the meantime."""
        while self.turn is None:
            self.admitted_at = await self.health.admitted(again=self.again)
            if self.admitted_at is None:
                return None
            self.turn = await self.pace.acquire(again=self.again)
            if not self.health.may_go(self.admitted_at):
                self.turn.unused()
                self.turn = None
        return self.turn

    def given_back(self) -> None:
        """Leave it to the next one."""
        if self.turn:
            self.turn.dropped()
        if self.admitted_at is not None:
            self.health.left(self.admitted_at)


async def _tried(
    request: Request,
    place: _Place,
    before: Callable[[], Awaitable[None]],
    listen: Listener | None,
    failure: CallError | None,
) -> tuple[Attempt, Result]:
    """Wait for a turn and make one request; `failure` is that of the last one. Raises where it comes to no request."""
    patience, health = request.patience, place.health
    under_way: _Attempt | None = None
    try:
        try:
            async with asyncio.timeout(patience.seconds_left):
                turn = await place.wait_for_turn()
                if turn is None:
                    raise _not_tried(failure, health, place.pace)
                address = await request.locate()
                await before()
                under_way = _Attempt(request, address, listen, turn, health)
                came: Exchange | Exception | asyncio.CancelledError = await under_way.sending.run()
        except (Exception, asyncio.CancelledError) as error:
            if under_way is None:
                raise
            came = error
        attempt, result = under_way.ended(came)
        if isinstance(result, ServerBusy) and (result.status or 0) >= 500 and place.admitted_at is not None:
            health.failed(hash(repr(request.body)), place.admitted_at, _bounded(result.retry_after_seconds))
        return attempt, result
    except TimeoutError:
        waited = f"no turn to send within the timeout of {patience.seconds:g} seconds"
        raise failure or NotSent(f"{waited}; a longer timeout may help") from None
    finally:
        place.given_back()


def _lay_to_the_provider(blocked: Blocked) -> None:
    """Say of a refusal that it is no matter of this call alone."""
    blocked.scope, blocked.may_pass = "provider", True
    blocked.args = (f"{blocked}; every request of late was refused in this way: check base_url and the network",)


def _load_libraries() -> float:
    """Import what takes long, beside the loop; return the seconds it took."""
    started = time.monotonic()
    import aiohttp  # noqa: F401

    return time.monotonic() - started


def _kind(error: CallError) -> type[CallError]:
    """The family whose attempts are counted together; everything that may have been billed is one family."""
    if isinstance(error, ConfigError | QuotaExhausted):
        return type(error)
    return next((kind for kind in MOST_ATTEMPTS if isinstance(error, kind)), OutcomeUnknown)


def _wait_before_retry(
    error: CallError, kind: type[CallError], failures: int, pace: Pace, health: Health, patience: Patience
) -> float | None:
    """Seconds to wait before this call stands in line again; None when it does not."""
    if error.final:
        return None
    asked_seconds = error.retry_after_seconds or 0.0
    if asked_seconds > LONGEST_WAIT_SECONDS or asked_seconds >= patience.seconds_left:
        return None
    if kind is RateLimited:
        if pace.stands_still:
            error.scope, error.may_pass = "provider", True
            return None
        return 0.0  # the line waits, and this call in it
    if kind is NotSent:
        if pace.given_up:
            error.scope, error.may_pass = "provider", True
            return None
        return 0.0 if failures < MOST_TRIES_OF_ONE_THAT_ANSWERED else None
    if kind is ServerBusy and health.given_up:
        error.scope, error.may_pass = "provider" if pace.is_all_ill else "model", True
        return None
    most = MOST_UNKNOWN if kind is OutcomeUnknown else MOST_ATTEMPTS.get(kind, 1)
    if failures >= most:
        return None
    if kind is ServerBusy and health.holds:
        return 0.0  # whoever tries waits before it
    backoff = min(FIRST_BACKOFF_SECONDS * 2 ** (failures - 1), LONGEST_BACKOFF_SECONDS) * random.uniform(0.75, 1.25)
    wait_seconds = max(asked_seconds, backoff)
    return None if wait_seconds >= patience.seconds_left else wait_seconds


def _not_tried(failure: CallError | None, health: Health, pace: Pace) -> CallError:
    """The error of a call that waited for others to try, in vain."""
    error = failure or NotSent(
        f"not tried, for the server answered {health.tries} tries of other calls with an error of its own"
    )
    error.scope, error.may_pass = "provider" if pace.is_all_ill else "model", True
    return error


class _Attempt:
    """One request under way. What it comes to is returned, not raised: no frame of a client rides along with it."""

    def __init__(self, request: Request, address: Address, listen: Listener | None, turn: Turn, health: Health) -> None:
        self._request, self._turn = request, turn
        self._started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._started = time.monotonic()
        self.sending = (TaskSending if request.task else Sending)(request, address, listen, turn, health)

    def ended(self, came: Exchange | Exception | asyncio.CancelledError) -> tuple[Attempt, Result]:
        """The attempt, and its result in our classes; the line knows of it from then on."""
        sending, turn = self.sending, self._turn
        result: Result = came if isinstance(came, Exchange) else self._failure(came)
        if not isinstance(result, Exchange):
            status, request_id = sending.status, sending.request_id
        else:
            status, request_id = result.status, result.request_id
        if isinstance(result, CallError):
            result.status = result.status or status
            result.request_id = result.request_id or request_id
            result.partial = result.partial or sending.partial()
            result.__cause__ = result.__context__ = None
            without_keys(result, self._request.body)
        _tell(turn, None if isinstance(result, Exchange) else result, sending)  # once it is clean: others hear of it
        attempt = Attempt(
            started_at=self._started_at,
            sent=sending.posted and not isinstance(result, NotSent),
            status=status,
            error=None if isinstance(result, Exchange) else type(result).__name__,
            request_id=request_id,
            seconds=round(time.monotonic() - self._started, 4),
        )
        return attempt, result

    def _failure(self, error: Exception | asyncio.CancelledError) -> CallError | asyncio.CancelledError:
        if isinstance(error, CallError | asyncio.CancelledError):
            return error
        if isinstance(error, TimeoutError) and not of_the_wire(error):
            seconds = self._request.patience.seconds
            return (OutcomeUnknown if self.sending.posted else NotSent)(
                f"no whole reply within the timeout of {seconds:g} seconds; a longer timeout may help"
            )
        return self.sending.classify(error)


def _tell(turn: Turn, failure: CallError | asyncio.CancelledError | None, sending: Sending) -> None:
    """Let the line know what became of this call, as far as it concerns the others."""
    if isinstance(failure, RateLimited) and not isinstance(failure, QuotaExhausted):
        turn.refused(_bounded(failure.retry_after_seconds))
    elif isinstance(failure, NotSent) and not failure.final:
        turn.failed(failure)
    elif isinstance(failure, OutcomeUnknown) and sending.status is None and sending.broke:
        turn.failed(failure, broke=True)
    elif failure is None or sending.status is not None:
        turn.ended()
    else:
        turn.dropped()


def _bounded(asked_seconds: float | None) -> float:
    """How long the others wait too: what is odd or very long must not hold a line for ever."""
    return min(asked_seconds or 0.0, LONGEST_WAIT_SECONDS)
