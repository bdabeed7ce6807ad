"""One exchange with a provider: a request goes out, a whole body comes back, or an error that says what was paid.

The openai package does the wire. Its retries are off, because they hide paid calls; its stream objects are not used,
because building them costs more than the network. Redirects are not followed, and nothing of the user's OpenAI account
(organisation, project, extra headers) goes to another provider.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from workbench import engine
from workbench.errors import (
    Attempt,
    BadResponse,
    CallError,
    ConfigError,
    NotSent,
    OutcomeUnknown,
    QuotaExhausted,
    RateLimited,
    ServerBusy,
    StreamCut,
    StreamError,
)
from workbench.failures import never_connected, status_error, words
from workbench.keys import Key, redact
from workbench.pace import Pace
from workbench.reading import MessageReader, Reading
from workbench.streams import MOST_BODY_BYTES, EventReader, Merge, check_body, read_plain
from workbench.thinking import Piece

if TYPE_CHECKING:
    import httpx2
    import openai

DEFAULT_TIMEOUT_SECONDS = 3600.0
"""For the whole call, waits and retries included: thinking models have been seen to take most of an hour."""

IDLE_TIMEOUT_SECONDS = 300.0
"""For a silence within a reply. Keep-alive comments are not silence; the first token has been seen to take 243 s."""

CONNECT_TIMEOUT_SECONDS = 20.0
SECONDS_AFTER_FINISH = 10.0
"""How long a stream may stay open after its finish reason, for the usage that some providers send last."""

LONGEST_WAIT_SECONDS = 300.0
"""A provider that asks for a longer pause than this gets its error reported instead."""

MOST_ATTEMPTS: Mapping[type[CallError], int] = {RateLimited: 8, ServerBusy: 5, NotSent: 4}
MOST_UNKNOWN = 2
"""Requests of one call that may have been billed without a reply: the first, and one retry."""

FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 30.0
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-trace-id", "x-amzn-requestid", "cf-ray")


@dataclass(frozen=True)
class Address:
    """Where requests go; found anew for each attempt, since the local model's address changes when it restarts."""

    base_url: str
    key: Key | None


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire, and how to read what comes back."""

    locate: Callable[[], Awaitable[Address]]
    body: Mapping[str, Any]
    reading: Reading
    streams: bool = True
    stream_usage: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS


@dataclass(frozen=True)
class Exchange:
    """A whole body, and what it took to get it; times are from a monotonic clock, in seconds from the send."""

    body: dict[str, Any]
    status: int
    request_id: str | None
    streamed: bool
    seconds: float
    seconds_to_first_token: float | None
    seconds_to_answer: float | None


Listener = Callable[[Piece | None], None]
"""Hears each piece as it comes; None says that a new attempt begins and what came before is void."""

Result = Exchange | CallError | asyncio.CancelledError
Keeper = Callable[[Attempt, Result], Coroutine[Any, Any, None]]


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
    if "openai" not in sys.modules:
        await asyncio.to_thread(_load_libraries)
    deadline = time.monotonic() + request.timeout_seconds
    attempts: list[Attempt] = []
    failures: dict[type[CallError], int] = {}
    failure: CallError | None = None
    while True:
        async with contextlib.AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    await turn.enter_async_context(pace)
                    address = await request.locate()
                    await before()
            except TimeoutError:
                waited = f"no turn to send within the timeout of {request.timeout_seconds:g} seconds"
                raise failure or NotSent(f"{waited}; a longer timeout may help") from None
            attempt, result = await _attempt(request, address, deadline, listen)
        attempts.append(attempt)
        await engine.uninterrupted(after(attempt, result))
        if isinstance(result, Exchange):
            pace.succeeded()
            return result, tuple(attempts)
        if isinstance(result, asyncio.CancelledError):
            raise result
        failure = result
        result.attempts = tuple(attempts)
        kind = _kind(result)
        failures[kind] = failures.get(kind, 0) + 1
        wait_seconds = _wait_before_retry(result, kind, failures[kind], deadline)
        if wait_seconds is None:
            raise result
        if listen:
            listen(None)
        if isinstance(result, RateLimited):
            pace.complained(wait_seconds)
        else:
            await asyncio.sleep(wait_seconds)


def _load_libraries() -> None:
    """Import what takes long, before any clock runs and beside the loop."""
    import aiohttp  # noqa: F401
    import httpx2  # noqa: F401
    import openai  # noqa: F401


def _kind(error: CallError) -> type[CallError]:
    """The family whose attempts are counted together; everything that may have been billed is one family."""
    if isinstance(error, ConfigError | QuotaExhausted):
        return type(error)
    return next((kind for kind in MOST_ATTEMPTS if isinstance(error, kind)), OutcomeUnknown)


def _wait_before_retry(error: CallError, kind: type[CallError], failures: int, deadline: float) -> float | None:
    """Seconds to wait before the next attempt; None when there is none."""
    most = MOST_UNKNOWN if kind is OutcomeUnknown else MOST_ATTEMPTS.get(kind, 1)
    if failures >= most:
        return None
    backoff = min(FIRST_BACKOFF_SECONDS * 2 ** (failures - 1), LONGEST_BACKOFF_SECONDS) * random.uniform(0.75, 1.25)
    wait_seconds = max(error.retry_after_seconds or 0.0, backoff)
    too_long = wait_seconds > LONGEST_WAIT_SECONDS or time.monotonic() + wait_seconds >= deadline
    return None if too_long else wait_seconds


async def _attempt(
    request: Request, address: Address, deadline: float, listen: Listener | None
) -> tuple[Attempt, Result]:
    """Make one request. Its result is returned, not raised, so that no SDK frame or exception rides along with it."""
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    started = time.monotonic()
    sending = _Sending(request, address, listen)
    failure: CallError | asyncio.CancelledError | None = None
    result: Exchange | None = None
    try:
        async with asyncio.timeout(max(0.0, deadline - started)):
            result = await sending.run()
    except CallError as error:
        failure = error
    except asyncio.CancelledError as error:
        failure = error
    except TimeoutError:
        failure = (OutcomeUnknown if sending.posted else NotSent)(
            f"no whole reply within the timeout of {request.timeout_seconds:g} seconds; a longer timeout may help"
        )
    except Exception as error:
        failure = sending.classify(error)
    status = result.status if result else sending.status
    request_id = result.request_id if result else sending.request_id
    if isinstance(failure, CallError):
        failure.status = failure.status or status
        failure.request_id = failure.request_id or request_id
        failure.partial = failure.partial or sending.partial()
        failure.args = (sending.clean(str(failure)),)
        failure.__cause__ = failure.__context__ = None
    attempt = Attempt(
        started_at=started_at,
        sent=sending.posted and not isinstance(failure, NotSent),
        status=status,
        error=type(failure).__name__ if failure else None,
        request_id=request_id,
        seconds=round(time.monotonic() - started, 4),
    )
    return attempt, result or failure or BadResponse("no reply")


class _Sending:
    """One request under way."""

    def __init__(self, request: Request, address: Address, listen: Listener | None) -> None:
        self.request = request
        self.address = address
        self.posted = False
        self.status: int | None = None
        self.request_id: str | None = None
        self.listen = listen
        self.merge = Merge()
        self.first_token_at: float | None = None
        self.answer_at: float | None = None

    async def run(self) -> Exchange:
        import httpx2

        body = dict(self.request.body)
        if self.request.streams:
            body["stream"] = True
            if self.request.stream_usage:
                body["stream_options"] = {"include_usage": True}
        client = _client()
        self.started = time.monotonic()
        self.posted = True
        response = await client.post(
            _url(self.address, "/chat/completions"),
            cast_to=httpx2.Response,
            body=body,
            options={
                "headers": {**_headers(self.address.key), **self.request.headers, "X-Stainless-Raw-Response": "stream"},
                "params": dict(self.request.query),
                "timeout": httpx2.Timeout(
                    connect=CONNECT_TIMEOUT_SECONDS,
                    read=min(IDLE_TIMEOUT_SECONDS, self.request.timeout_seconds),
                    write=IDLE_TIMEOUT_SECONDS,
                    pool=None,
                ),
            },
        )
        try:
            self._take_headers(response)
            return await self._read(response)
        finally:
            await response.aclose()

    def _take_headers(self, response: httpx2.Response) -> None:
        self.status = response.status_code
        names = (name for name in _REQUEST_ID_HEADERS if name in response.headers)
        self.request_id = next((response.headers[name][:100] for name in names), None)

    async def _read(self, response: httpx2.Response) -> Exchange:
        blocks = response.aiter_bytes()
        head = b""
        async for block in blocks:
            head += block
            if head.strip() or len(head) > MOST_BODY_BYTES:
                break
        if _is_stream(head, self.request.streams):
            body = await self._read_stream(head, blocks)
            streamed = True
        else:
            body = await self._read_plain(head, blocks, response)
            streamed = False
        check_body(body)
        return Exchange(
            body=body,
            status=response.status_code,
            request_id=self.request_id,
            streamed=streamed,
            seconds=time.monotonic() - self.started,
            seconds_to_first_token=self._seconds(self.first_token_at),
            seconds_to_answer=self._seconds(self.answer_at),
        )

    def _seconds(self, moment: float | None) -> float | None:
        return None if moment is None else moment - self.started

    async def _read_plain(self, head: bytes, blocks: Any, response: httpx2.Response) -> dict[str, Any]:
        parts, size = [head], len(head)
        async for block in blocks:
            parts.append(block)
            size += len(block)
            if size > MOST_BODY_BYTES:
                raise _too_big()
        length = response.headers.get("content-length")
        encoded = response.headers.get("content-encoding")
        body = read_plain(
            b"".join(parts), content_length=int(length) if length and length.isdigit() and not encoded else None
        )
        if self.listen and isinstance(body.get("choices"), list) and body["choices"]:
            message = body["choices"][0].get("message") if isinstance(body["choices"][0], Mapping) else None
            if isinstance(message, Mapping):
                self._hear(message, str(body["choices"][0].get("finish_reason") or ""))
        return body

    def _hear(self, message: Mapping[str, Any], finish_reason: str) -> None:
        reader = MessageReader(self.request.reading)
        for piece in [*reader.feed(message), *reader.close(finish_reason)]:
            self.listen and self.listen(piece)

    async def _read_stream(self, head: bytes, blocks: Any) -> dict[str, Any]:
        events, reader, size = EventReader(), MessageReader(self.request.reading, eager=True), 0
        merge = self.merge
        grace = asyncio.timeout(None)
        try:
            async with grace:
                block: bytes | None = head
                while block is not None:
                    size += len(block)
                    if size > MOST_BODY_BYTES:
                        raise _too_big()
                    for chunk in events.feed(block):
                        delta = merge.add(chunk)
                        if delta is not None:
                            self._note(reader.feed(delta))
                    if events.done:
                        break
                    if merge.finished and grace.when() is None:
                        grace.reschedule(asyncio.get_running_loop().time() + SECONDS_AFTER_FINISH)
                    block = await anext(blocks, None)
                for chunk in events.close():
                    delta = merge.add(chunk)
                    if delta is not None:
                        self._note(reader.feed(delta))
        except (asyncio.CancelledError, CallError):
            raise
        except Exception:
            if not merge.finished:  # a connection that breaks after the finish reason takes nothing with it
                raise
        if not merge.finished:
            self._explain_unfinished(events)
        body = merge.body()
        self._note(reader.close(body["choices"][0]["finish_reason"]))
        return body

    def _explain_unfinished(self, events: EventReader) -> None:
        if self.merge.started:
            raise StreamCut("the stream ended without a finish reason")
        if events.events:
            raise BadResponse("the stream had no choices in it")
        if events.done:
            raise StreamCut("the stream ended before it began")
        if events.stray:
            raise StreamError(f"the provider wrote {events.stray[:200]!r} instead of a stream")
        raise BadResponse("the reply is empty")

    def _note(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            if self.first_token_at is None:
                self.first_token_at = time.monotonic()
            if self.answer_at is None and piece.kind == "answer" and piece.text.strip():
                self.answer_at = time.monotonic()
            if self.listen:
                self.listen(piece)

    def partial(self) -> str:
        """The text that arrived before a failure."""
        if not self.merge.started:
            return ""
        message = self.merge.body()["choices"][0]["message"]
        reader = MessageReader(self.request.reading)
        return "".join(piece.text for piece in [*reader.feed(message), *reader.close(None)])

    def clean(self, message: str) -> str:
        """A message without keys, and without the prompt that some providers echo."""
        message = redact(message)
        for part in self.request.body.get("messages") or ():
            content = part.get("content") if isinstance(part, Mapping) else None
            if isinstance(content, str) and len(content) >= 8:
                message = message.replace(content, "[prompt]")
        return message

    def classify(self, error: Exception) -> CallError:
        """Our class for whatever the openai package, or the transport below it, raised."""
        import openai

        if isinstance(error, openai.APIStatusError):
            self._take_headers(error.response)
            return status_error(error)
        cause = error.__cause__ or error.__context__ if isinstance(error, openai.APIConnectionError) else error
        if self.status is None and never_connected(cause):
            where = self.address.base_url
            return NotSent(f"no connection to {where}: {words(cause)}; check the address and the network")
        if isinstance(error, UnicodeError | ValueError | RecursionError) and self.status is not None:
            return BadResponse(f"the body of the reply cannot be read: {words(error)}")
        return OutcomeUnknown(f"the connection broke before the reply was whole: {words(cause)}")


def _too_big() -> BadResponse:
    return BadResponse(f"the reply is larger than {MOST_BODY_BYTES // 2**20} MiB")


def _is_stream(head: bytes, asked: bool) -> bool:
    """Whether a body is a stream of events: by its first characters, since servers mislabel both kinds."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[", b"<")) or not text:
        return asked and not text
    return asked or text.startswith((b"data:", b"event:", b":"))


def _url(address: Address, path: str) -> str:
    return address.base_url.rstrip("/") + path


def _headers(key: Key | None) -> dict[str, Any]:
    import openai

    return {"Authorization": f"Bearer {key.reveal()}" if key else openai.Omit()}


_clients: dict[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = {}


def _client() -> openai.AsyncOpenAI:
    """The one client of this loop. It holds no key: each request brings its own."""
    loop = asyncio.get_running_loop()
    client = _clients.get(loop)
    if client is None:
        import httpx2
        import openai

        client = openai.AsyncOpenAI(
            api_key="none",
            base_url="http://no-default-address.invalid",
            max_retries=0,
            default_headers=cast(
                "dict[str, str]", {name: openai.Omit() for name in ("OpenAI-Organization", "OpenAI-Project")}
            ),
            http_client=openai.DefaultAioHttpClient(
                follow_redirects=False,
                limits=httpx2.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=5.0),
            ),
        )
        client._custom_headers = {  # the environment's OPENAI_CUSTOM_HEADERS must not reach another provider
            name: value for name, value in client._custom_headers.items() if isinstance(value, openai.Omit)
        }
        if not _clients:
            engine.at_exit(_close_clients)
        _clients[loop] = client
    return client


async def _close_clients() -> None:
    loop = asyncio.get_running_loop()
    if loop in _clients:
        await _clients.pop(loop).close()


async def list_models(address: Address, *, timeout_seconds: float = 30.0) -> list[str]:
    """Ask a provider for the names of its models; raises a `CallError`."""
    import httpx2

    sending = _Sending(Request(locate=lambda: _found(address), body={}, reading=Reading()), address, None)
    failure: CallError
    try:
        async with asyncio.timeout(timeout_seconds):
            response = await _client().get(
                _url(address, "/models"), cast_to=httpx2.Response, options={"headers": _headers(address.key)}
            )
        data = response.json()
        entries = data.get("data", data) if isinstance(data, dict) else data
        return sorted(str(entry["id"]) for entry in entries)
    except TimeoutError:
        failure = OutcomeUnknown(f"no answer within {timeout_seconds:g} seconds")
    except (ValueError, TypeError, KeyError, AttributeError):
        failure = BadResponse("the answer is not a list of models")
    except Exception as error:
        failure = sending.classify(error)
    failure.args = (sending.clean(str(failure)),)
    failure.__cause__ = failure.__context__ = None
    raise failure


async def _found(address: Address) -> Address:
    return address
