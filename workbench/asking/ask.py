"""The only door to a model: `ask`, `aask` and `stream`, each through the cache."""

from __future__ import annotations

import asyncio
import functools
import queue
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from workbench.asking.call import start
from workbench.base import engine
from workbench.errors import warn
from workbench.providers.addresses import waiting_for
from workbench.providers.models import Model, resolve
from workbench.providers.parameters import check_names
from workbench.providers.requests import CallRequest, build_request
from workbench.replies.doubts import said_aloud
from workbench.replies.live import live_for
from workbench.replies.pieces import Piece
from workbench.replies.reply import Reply


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
    params: Mapping[str, Any] | None = None,
    max_usd: float | None = None,
    **options: Any,
) -> Reply:
    """Ask a model, or take the kept reply when this was asked before.

    `prompt` is a text or a list of chat messages. The same request with another `sample` is another draw. `refresh`
    buys anew; the reply it replaces stays in the store under its own name. `timeout` is the limit for the whole call in
    seconds (an hour by default; each model of a fallback or a route has it for itself), `max_usd` the most that it may
    cost. Parameters that some provider knows go to the model as they are, by name or in `params`; any other only in
    `extra_body`. `effort` (such as "low") and a true or false `thinking` go out as the provider's own parameters, and
    are refused where they would do nothing. `fallback` names models that are asked in order where this one does not
    answer (`workbench.asking.fallback.FALLS_ON`): the reply says so in `served_by` and `tried`. Called by the code of a
    notebook cell, it shows the reply while it comes, and at the end as its card, unless `WORKBENCH_LIVE=0` is in the
    environment.

    Raises the errors of `workbench.errors`: a `ConfigError` before or instead of spending, and for each way a call can
    fail the class that says whether it may have been billed.
    """
    asked = {
        "system": system,
        "max_tokens": max_tokens,
        "temperature": temperature,
        "tools": tools,
        "sample": sample,
        "extra_body": extra_body,
        "params": params,
        **options,
    }
    request = request_for(prompt, model, asked)
    waits = functools.partial(waiting_for, request.target)
    live = live_for(request.target.label, waits) if "IPython" in sys.modules else None
    future = start(
        request,
        refresh=refresh,
        timeout_seconds=timeout,
        max_usd=max_usd,
        listen=live.hearer() if live else None,
    )
    if live:
        live.watch([future])
    return _told(engine.wait(future))


def _told(reply: Reply) -> Reply:
    """Say aloud what only the caller can mend."""
    for text in said_aloud(reply.warnings):
        warn(text)
    return reply


async def aask(prompt: str | Sequence[Mapping[str, Any]], *, model: str | Model, **options: Any) -> Reply:
    """Ask a model without blocking: the awaitable twin of `ask`, with the same options."""
    way = _way_of(options)
    return _told(await asyncio.wrap_future(start(request_for(prompt, model, options), **way)))


def stream(prompt: str | Sequence[Mapping[str, Any]], *, model: str | Model, **options: Any) -> Stream:
    """Ask a model and iterate over the pieces of its reply as they come; takes the options of `ask`."""
    way = _way_of(options)
    return Stream(request_for(prompt, model, options), **way)


class Stream:
    """The pieces of a reply as they come; `reply` holds the whole once they have all come.

    Should the connection break and the call be made once more, `restarts` grows, and the pieces begin anew. Closing
    the stream, or leaving its `with` block, ends the call.
    """

    def __init__(
        self, request: CallRequest, *, refresh: bool, timeout_seconds: float | None, max_usd: float | None = None
    ) -> None:
        self.restarts = 0
        self._pieces: queue.SimpleQueue[Piece | Future[Reply] | None] = queue.SimpleQueue()
        self._heard = False
        self._future = start(
            request, refresh=refresh, timeout_seconds=timeout_seconds, max_usd=max_usd, listen=self._pieces.put
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
                    self._heard = False
                else:
                    self._heard = True
                    yield piece
            reply = _told(self.reply)
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


def _way_of(options: dict[str, Any]) -> dict[str, Any]:
    """The options that say how a call is made and not what is asked; takes them out."""
    return {
        "refresh": options.pop("refresh", False),
        "timeout_seconds": options.pop("timeout", None),
        "max_usd": options.pop("max_usd", None),
    }


def _pieces_of(reply: Reply) -> Iterator[Piece]:
    if reply.thinking:
        yield Piece("thinking", reply.thinking)
    if reply.answer:
        yield Piece("answer", reply.answer)
    for tool_call in reply.tool_calls:
        yield Piece("tool_call", tool_call.arguments)


def request_for(
    prompt: str | Sequence[Mapping[str, Any]], model: str | Model, options: Mapping[str, Any]
) -> CallRequest:
    """The request that a call would send; warns of what works and is probably not meant."""
    target = resolve(model)
    if "target" in options:  # which is a name of ours, a floor below
        check_names(target, ["target"])
    request = build_request(prompt, target=target, **options)
    for text in request.warnings:
        warn(text)
    return request
