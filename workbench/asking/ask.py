"""The only door to a model: `ask`, `aask` and `stream`, each through the cache."""

from __future__ import annotations

import asyncio
import queue
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from workbench.asking.call import call
from workbench.base import engine
from workbench.cache.kept import current
from workbench.errors import WorkbenchWarning
from workbench.providers.models import Model, resolve
from workbench.providers.requests import CallRequest, build_request
from workbench.replies.live import live_for, remember
from workbench.replies.reply import Reply
from workbench.replies.thinking import Piece


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
