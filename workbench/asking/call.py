"""One call: kept already, or bought once however many ask for it at the same time."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from workbench.asking.cascades import cascaded
from workbench.asking.fallback import FALLS_ON, in_place_of, tried_in_words, with_all_tried
from workbench.asking.money import Booking, Purse, guard_of, purse_of_call, unpriced
from workbench.asking.wire import transport
from workbench.asking.wire.gate import Pace
from workbench.asking.wire.sending import Exchange, Listener, Request
from workbench.asking.wire.transport import exchange
from workbench.base import engine
from workbench.base.patience import Patience
from workbench.base.secrets import holds_known, without_secrets
from workbench.cache.earlier import kept_earlier
from workbench.cache.kept import Cache, HeldElsewhere, current
from workbench.cache.request_key import request_key
from workbench.cache.rereading import asked, reading_for, reply_to
from workbench.cache.task_journal import TaskNote
from workbench.errors import Attempt, AuthError, BudgetExceeded, CallError, NotFound, NotSent, StoreError
from workbench.providers.addresses import locate
from workbench.providers.bounds import worst_of
from workbench.providers.models import Target, secret_for, where_the_key_is
from workbench.providers.prices import Cost
from workbench.providers.requests import CallRequest
from workbench.providers.retired import check_not_retired
from workbench.providers.routes import Cascade
from workbench.replies.reply import RECORD_VERSION, Record, Reply

_VERSION = metadata.version("workbench")

_flights: dict[tuple[Path, str], asyncio.Future[Record]] = {}
_paces: dict[str, Pace] = {}


@dataclass(frozen=True)
class Errand:
    """One call to be made: what is asked and under which key it is kept, with whose patience and money, who hears it.

    `looked_up` says that whoever makes it has just looked the reply up and not found it; without `waits` it raises
    `HeldElsewhere` while another process buys the same. `put` hears the key of a reply that was bought and stands in
    the store under it from then on: not of one that is kept under a second name.
    """

    request: CallRequest
    key: str
    cache: Cache
    patience: Patience
    purse: Purse | None = None
    listen: Listener | None = None
    refresh: bool = False
    looked_up: bool = False
    waits: bool = True
    put: Callable[[str], object] | None = None


def start(
    request: CallRequest,
    *,
    refresh: bool = False,
    timeout_seconds: float | None = None,
    max_usd: float | None = None,
    listen: Listener | None = None,
) -> Future[Reply]:
    """Start a call from any thread: the one door behind `ask`, `aask`, `stream`, `%%ask` and the prompt lab.

    `timeout_seconds` is the limit for everything, waiting for others who ask the same included. `listen` hears each
    Piece on the engine's thread, and None when the reply begins anew. Cancelling the future ends the call.
    """
    errand = Errand(
        request,
        request_key(request.identity()),
        current(),
        Patience(timeout_seconds),
        purse=purse_of_call(max_usd),
        listen=listen,
        refresh=refresh,
    )
    return engine.submit(call(errand))


async def call(errand: Errand) -> Reply:
    """Run one errand on the engine's loop; where its model does not answer, the others that it names, in order."""
    if errand.request.cascade is not None:
        return await cascaded(errand.request, _heard_anew(errand, errand.request.cascade))
    if not errand.request.others:
        return await _call(errand)
    tried: list[str] = []
    for request in (errand.request, *errand.request.others):
        one = errand
        if tried:
            if errand.listen:
                errand.listen(None)
            one = _about(errand, request)
        try:
            reply = await _call(one)
        except FALLS_ON as error:
            if request is errand.request.others[-1]:
                raise with_all_tried(error, tried) from None
            tried.append(tried_in_words(request, error))
        else:
            return in_place_of(errand.request, reply, tried) if tried else reply
    raise AssertionError("the last model answers or raises")


def _heard_anew(errand: Errand, rule: Cascade) -> Callable[[CallRequest], Awaitable[Reply]]:
    """How the models of a cascade are asked: whoever listens hears each begin anew, and nothing of a mere class."""
    asked = 0

    async def ask(request: CallRequest) -> Reply:
        nonlocal asked
        asked += 1
        if rule.sorts is not None and asked == 1:
            return await _call(replace(_about(errand, request), listen=None))
        if errand.listen and asked > (1 if rule.sorts is None else 2):
            errand.listen(None)
        return await _call(_about(errand, request))

    return ask


def _about(errand: Errand, request: CallRequest) -> Errand:
    """The same errand about another request, of which nothing has been looked up, with as much patience as the first.

    A timeout is that of one model's call: were it that of all together, nothing would be left for whoever is asked
    because the first was too busy or did not answer in time.
    """
    patience = Patience(errand.patience.seconds)
    return replace(errand, request=request, key=request_key(request.identity()), patience=patience, looked_up=False)


async def _call(errand: Errand) -> Reply:
    """One model's errand: kept, or bought once however many ask for it at the same time."""
    request, key, cache = errand.request, errand.key, errand.cache
    place = (cache.folder, key)
    while (flight := _flights.get(place)) is not None:
        try:
            async with asyncio.timeout(errand.patience.seconds_left):
                return reply_to(await asyncio.shield(flight), request)
        except TimeoutError:
            waited = f"another call of the same had no reply yet after {errand.patience.seconds:g} seconds"
            raise NotSent(waited) from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not flight.cancelled() or (task and task.cancelling()):
                raise
            # Whoever was buying gave up; take over.
        except (BudgetExceeded, HeldElsewhere):
            pass  # the sum was theirs, or so was the hurry; take over
    flight = _flights[place] = asyncio.get_running_loop().create_future()
    bought = False
    try:
        record = None if errand.refresh or errand.looked_up else await cache.alookup(key)
        if record is None and not errand.refresh and not errand.looked_up:
            record = await kept_earlier(request, cache)
        if record is None:
            looks = not errand.refresh
            async with cache.claimed(key, errand.patience, waits=errand.waits, looks=looks) as record:
                if record is None:
                    record, bought = await _buy(errand), True
        flight.set_result(record)
    except asyncio.CancelledError:
        flight.cancel()
        raise
    except BaseException as error:
        flight.set_exception(error)
        flight.exception()  # taken note of: nobody may be waiting
        raise
    finally:
        del _flights[place]
    return reply_to(record, request, bought=bought)


async def _buy(errand: Errand) -> Record:
    request, purse, cache = errand.request, errand.purse, errand.cache
    target = request.target
    check_buyable(target)
    worst = worst_of(request)
    if purse is not None and purse.is_limited and worst.usd is None:
        raise unpriced(request)
    guard = await guard_of(cache, errand.patience, errand.purse)
    guard.check(request)
    booking = Booking(request, cache, purse, worst.usd or 0.0, guard)
    task = TaskNote(cache.folder, errand.key, target.id) if target.provider.protocol == "tasks" else None
    result, attempts = await _exchanged(errand, booking, task)
    response, body = _response_of(result)
    record = _record(request, errand.key, result, body, attempts, booking.cost)
    try:
        kept = cache.replace(record) if errand.refresh else cache.keep(record, response)
        del response  # as large as the reply itself
        if await engine.uninterrupted(kept) and errand.put is not None:
            errand.put(errand.key)
        await booking.check_ledger()
        if task:
            task.end()
    except StoreError as error:
        error.unkept = reply_to(record, request, bought=True)
        raise
    return record


async def _exchanged(errand: Errand, booking: Booking, task: TaskNote | None) -> tuple[Exchange, tuple[Attempt, ...]]:
    """What the provider answered, and every try; an error says what to do, once the ledger holds what it cost."""
    request, target = errand.request, errand.request.target
    sent = Request(
        locate=lambda: locate(target),
        body=request.body,
        reading=asked(reading_for(target), request.body),
        streams=request.streams,
        stream_usage=target.provider.stream_usage,
        token_ends=target.provider.token_ends,
        headers=request.headers,
        query=request.query,
        patience=errand.patience,
        task=task,
    )
    pace = pace_of(request)
    try:
        return await exchange(sent, pace=pace, before=booking.before, after=booking.after, listen=errand.listen)
    except asyncio.CancelledError:
        await engine.uninterrupted(booking.written())
        raise
    except CallError as error:
        await booking.check_ledger()
        if isinstance(error, AuthError):
            error.args = (f"{error}; {where_the_key_is(target)}",)
        elif error.attempts:
            from workbench.asking.diagnosing import diagnosed

            error.args = (await diagnosed(error, target, await locate(target)),)
        raise


def check_buyable(target: Target) -> None:
    """Raise before spending when a target cannot be asked: it is retired, or has no key."""
    check_not_retired(target)
    secret_for(target)


def check_some_buyable(request: CallRequest) -> None:
    """Raise before spending when neither a request's model nor one in its place can be asked, or a key is missing."""
    gone: list[NotFound] = []
    for one in (request, *request.others):
        try:
            check_buyable(one.target)
        except NotFound as error:
            gone.append(error)
    if len(gone) > len(request.others):
        raise gone[0]


def check_all_buyable(requests: Iterable[CallRequest], max_usd: float | None) -> None:
    """Raise before spending for requests that cannot be asked, or whose cost has no known bound under a sum."""
    checked: set[str] = set()
    for request in requests:
        if request.target.label not in checked:
            checked.add(request.target.label)
            check_some_buyable(request)
        for one in (request, *request.others):
            if max_usd is not None and worst_of(one).usd is None:
                raise unpriced(one)


def _response_of(result: Exchange) -> tuple[bytes, dict[str, Any]]:
    """The body of a reply, without any key, as JSON and as what that says: written once, if it did not come written."""
    response = result.text or _COMPACT.encode(result.body)
    if not holds_known(response):
        # The halves of a character that came in two chunks are one in what is kept.
        apart = not result.text and _MAY_HOLD_HALVES in response
        return response.encode("ascii"), json.loads(response) if apart else result.body
    body = without_secrets(result.body)
    return _COMPACT.encode(body).encode("ascii"), body


_MAY_HOLD_HALVES = "\\ud"
_COMPACT = json.JSONEncoder(separators=(",", ":"))


def _record(
    request: CallRequest,
    key: str,
    result: Exchange,
    body: dict[str, Any],
    attempts: tuple[Attempt, ...],
    cost: Cost,
) -> Record:
    return {
        "version": RECORD_VERSION,
        "key": key,
        "request": request.identity(),
        "response": body,
        "streamed": result.streamed,
        "status": result.status,
        "request_id": result.request_id,
        "seconds": round(result.seconds, 4),
        "seconds_to_first_token": _rounded(result.seconds_to_first_token),
        "seconds_to_answer": _rounded(result.seconds_to_answer),
        "attempts": len(attempts),
        "usd": cost.usd,
        "usd_source": cost.source,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "workbench": _VERSION,
        **_where_known(token_ends=result.token_ends, gateway_cache=result.gateway_cache),  # type: ignore[typeddict-item]
    }


def _where_known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)


def pace_of(request: CallRequest) -> Pace:
    """The gate that calls to this endpoint pass; one for each server of the local model."""
    pace = _paces.get(request.base_url)
    if pace is None:
        pace = Pace(request.target.provider.concurrency, transport.FIRST_BACKOFF_SECONDS)
        _paces[request.base_url] = pace
    return pace


def _begin_anew() -> None:
    """In a forked child: what the parent is buying at this moment is the parent's affair."""
    _flights.clear()
    _paces.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
