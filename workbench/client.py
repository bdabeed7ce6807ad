"""The only door to a model: `ask`, `aask` and `stream`, each through the cache."""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from workbench import engine
from workbench.booking import Booking, unpriced, worst_of
from workbench.cache import Cache, current
from workbench.errors import (
    Attempt,
    BudgetExceeded,
    CallError,
    NotSent,
    StoreError,
    WorkbenchError,
    WorkbenchWarning,
)
from workbench.facts import known_models
from workbench.ids import request_key
from workbench.live import live_for, remember
from workbench.models import Model, Target, check_not_retired, key_for, resolve
from workbench.money import Purse
from workbench.pace import Pace
from workbench.patience import Patience
from workbench.prices import Cost
from workbench.replies import Record, Reply, reply_from
from workbench.requests import CallRequest, build_request, reading_for
from workbench.sending import Address, Exchange, Listener, Request
from workbench.thinking import Piece
from workbench.transport import exchange, list_models

RECORD_VERSION = 1
_VERSION = metadata.version("workbench")

_flights: dict[tuple[Path, str], asyncio.Future[Record]] = {}
_paces: dict[str, Pace] = {}


def ask(
    prompt: str | Sequence[Mapping[str, Any]],
    *,
    model: str | Model,
    system: str | None = None,
    max_tokens: int | None = None,
    temperature: float | None = None,
    tools: Sequence[Mapping[str, Any]] | None = None,
    sample: int = 0,
    refresh: bool = False,
    timeout: float | None = None,
    extra_body: Mapping[str, Any] | None = None,
    **params: Any,
) -> Reply:
    """Ask a model, or take the kept reply when this was asked before.

    `prompt` is a text or a list of chat messages. The same request with another `sample` is another draw. `refresh`
    buys anew; the reply it replaces stays in the store under its own name. `timeout` is the limit for the whole call in
    seconds (an hour by default). Further parameters go to the model as they are. Called by the code of a notebook cell,
    it shows the reply while it comes, and at the end as its card, unless `WORKBENCH_LIVE=0` is in the environment.

    Raises the errors of `workbench.errors`: a `ConfigError` before or instead of spending, and for each way a call can
    fail the class that says whether it may have been billed.
    """
    request = _build(prompt, model, locals())
    live = live_for(request.target.label, sys._getframe(1)) if "IPython" in sys.modules else None
    listen = live.hearer() if live else None
    asked = call(request, cache=current(), refresh=refresh, timeout_seconds=timeout, listen=listen)
    if live is None:
        return engine.run(asked)
    future = engine.submit(asked)
    live.watch([future])
    reply = engine.wait(future)
    remember(reply)
    return reply


async def aask(prompt: str | Sequence[Mapping[str, Any]], *, model: str | Model, **options: Any) -> Reply:
    """Ask a model without blocking: the awaitable twin of `ask`, with the same options."""
    refresh, timeout = options.pop("refresh", False), options.pop("timeout", None)
    request = request_for(prompt, model, options)
    return await asyncio.wrap_future(
        engine.submit(call(request, cache=current(), refresh=refresh, timeout_seconds=timeout))
    )


def stream(prompt: str | Sequence[Mapping[str, Any]], *, model: str | Model, **options: Any) -> Stream:
    """Ask a model and iterate over the pieces of its reply as they come; takes the options of `ask`."""
    refresh, timeout = options.pop("refresh", False), options.pop("timeout", None)
    return Stream(request_for(prompt, model, options), refresh=refresh, timeout_seconds=timeout)


class Stream:
    """The pieces of a reply as they come; `reply` holds the whole once they have all come.

    Should the connection break and the call be made once more, `restarts` grows, and the pieces begin anew. Closing
    the stream, or leaving its `with` block, ends the call.
    """

    def __init__(self, request: CallRequest, *, refresh: bool, timeout_seconds: float | None) -> None:
        self.restarts = 0
        self._pieces: queue.SimpleQueue[Piece | Future[Reply] | None] = queue.SimpleQueue()
        self._heard = False
        self._future = engine.submit(
            call(request, cache=current(), refresh=refresh, timeout_seconds=timeout_seconds, listen=self._pieces.put)
        )
        self._future.add_done_callback(self._pieces.put)

    @property
    def reply(self) -> Reply:
        """The whole reply; waits for it."""
        return engine.wait(self._future)

    def __iter__(self) -> Iterator[Piece]:
        try:
            while not isinstance(piece := self._pieces.get(), Future):
                if piece is None:
                    self.restarts += 1
                else:
                    self._heard = True
                    yield piece
            reply = self.reply
            if not self._heard:
                yield from _pieces_of(reply)
        finally:
            self.close()

    def close(self) -> None:
        """End the call if it is still going on."""
        self._future.cancel()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _pieces_of(reply: Reply) -> Iterator[Piece]:
    if reply.thinking:
        yield Piece("thinking", reply.thinking)
    if reply.answer:
        yield Piece("answer", reply.answer)
    for tool_call in reply.tool_calls:
        yield Piece("tool_call", tool_call.arguments)


_OPTIONS_OF_THE_CALL = frozenset({"prompt", "model", "params", "refresh", "timeout"})


def _build(prompt: str | Sequence[Mapping[str, Any]], model: str | Model, arguments: Mapping[str, Any]) -> CallRequest:
    options = {name: value for name, value in arguments.items() if name not in _OPTIONS_OF_THE_CALL}
    return request_for(prompt, model, {**options, **arguments["params"]}, stacklevel=4)


def request_for(
    prompt: str | Sequence[Mapping[str, Any]], model: str | Model, options: Mapping[str, Any], *, stacklevel: int = 3
) -> CallRequest:
    """The request that a call would send; warns of what works and is probably not meant."""
    request = build_request(prompt, target=resolve(model), **options)
    for text in request.warnings:
        warnings.warn(text, WorkbenchWarning, stacklevel=stacklevel)
    return request


async def call(
    request: CallRequest,
    *,
    cache: Cache,
    missing_key: str | None = None,
    refresh: bool = False,
    timeout_seconds: float | None = None,
    purse: Purse | None = None,
    listen: Listener | None = None,
) -> Reply:
    """Make one call on the engine's loop: kept, or bought once however many ask for it at the same time.

    A caller that has just looked the reply up and not found it gives its key as `missing_key`. `timeout_seconds` is the
    limit for everything, waiting for others who ask the same included.
    """
    patience = Patience(timeout_seconds)
    key = missing_key or request_key(request.identity())
    place = (cache.folder, key)
    while (flight := _flights.get(place)) is not None:
        try:
            async with asyncio.timeout(patience.seconds_left):
                return reply_to(await asyncio.shield(flight), request)
        except TimeoutError:
            raise NotSent(f"another call of the same had no reply yet after {patience.seconds:g} seconds") from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not flight.cancelled() or (task and task.cancelling()):
                raise
            # Whoever was buying gave up; take over.
        except BudgetExceeded:
            pass  # the sum was theirs; take over
    flight = _flights[place] = asyncio.get_running_loop().create_future()
    try:
        record = None if refresh or missing_key else await cache.alookup(key)
        bought: Cost | None = None
        if record is None:
            async with cache.claimed(key, patience):
                record = None if refresh else await cache.alookup(key)
                if record is None:
                    record, bought = await _buy(request, key, cache, refresh, patience, purse, listen)
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
    reply = reply_to(record, request)
    return reply if bought is None else reply.bought(bought.usd)


def reply_to(record: Record, request: CallRequest) -> Reply:
    """Read a record as the reply to this request."""
    return reply_from(record, reading_for(request.target), model=request.target.label)


async def _buy(
    request: CallRequest,
    key: str,
    cache: Cache,
    refresh: bool,
    patience: Patience,
    purse: Purse | None,
    listen: Listener | None,
) -> tuple[Record, Cost]:
    target = request.target
    check_buyable(target)
    worst = worst_of(request)
    if purse is not None and purse.max_usd is not None and worst.usd is None:
        raise unpriced(request)
    booking = Booking(request, cache.ledger, purse, worst.usd or 0.0)
    try:
        result, attempts = await exchange(
            Request(
                locate=lambda: _locate(target),
                body=request.body,
                reading=reading_for(target),
                streams=request.streams,
                stream_usage=target.provider.stream_usage,
                headers=request.headers,
                query=request.query,
                patience=patience,
            ),
            pace=pace_of(request),
            before=booking.before,
            after=booking.after,
            listen=listen,
        )
    except CallError:
        booking.check_ledger()
        raise
    record = _record(request, key, result, attempts, booking.cost)
    try:
        await engine.uninterrupted(cache.replace(record) if refresh else cache.keep(record))
        booking.check_ledger()
    except StoreError as error:
        error.unkept = reply_to(record, request).bought(booking.cost.usd)
        raise
    return record, booking.cost


def check_buyable(target: Target) -> None:
    """Raise before spending when a target cannot be asked: it is retired, or has no key."""
    check_not_retired(target)
    key_for(target)


def _record(request: CallRequest, key: str, result: Exchange, attempts: tuple[Attempt, ...], cost: Cost) -> Record:
    return {
        "version": RECORD_VERSION,
        "key": key,
        "request": request.identity(),
        "response": result.body,
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
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)


async def _locate(target: Target) -> Address:
    if target.provider.id != "local":
        return Address(target.provider.base_url, key_for(target))
    from workbench import local
    from workbench.keys import Key

    endpoint = await asyncio.to_thread(local.endpoint, target.name)
    return Address(endpoint.base_url, Key(endpoint.api_key))


def pace_of(request: CallRequest) -> Pace:
    """The gate that calls to this endpoint pass; one for each server of the local model."""
    pace = _paces.get(request.base_url)
    if pace is None:
        pace = _paces[request.base_url] = Pace(request.target.provider.concurrency)
    return pace


def _begin_anew() -> None:
    """In a forked child: what the parent is buying at this moment is the parent's affair."""
    _flights.clear()
    _paces.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def list_served(providers: Sequence[str], on_answer: Callable[[str, list[str] | WorkbenchError], None]) -> None:
    """Ask providers for the models they serve, all at once; `on_answer` hears of each as it comes."""

    async def one(provider: str) -> None:
        answer: list[str] | WorkbenchError
        try:
            any_model = next((name for name in known_models() if name.startswith(f"{provider}/")), f"{provider}/any")
            answer = await list_models(await _locate(resolve(any_model)))
        except WorkbenchError as error:
            answer = error
        on_answer(provider, answer)

    async def everyone() -> None:
        await asyncio.gather(*map(one, providers))

    engine.run(everyone())
