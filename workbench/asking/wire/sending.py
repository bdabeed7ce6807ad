"""One request to a provider over the wire: sent, read while it comes, and whatever goes wrong put into our classes.

The openai package does the wire, with the HTTP client that it makes for itself. Its `AsyncOpenAI` is left out: what it
adds is retries, which hide paid calls, an object for every chunk, which costs more than the network, and headers of
the user's OpenAI account, which are no other provider's business. Redirects are not followed.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING, Any

from workbench.asking.wire.failures import says_timeout, status_error, unconnected, unsent, words
from workbench.asking.wire.merging import Merge
from workbench.asking.wire.pace import Turn
from workbench.asking.wire.streams import MOST_BODY_BYTES, EventReader, check_body, read_plain
from workbench.base import engine
from workbench.base.keys import redact
from workbench.base.machine import is_this_machine
from workbench.base.patience import Patience
from workbench.errors import BadResponse, CallError, ConfigError, NotSent, OutcomeUnknown, StreamCut, StreamError
from workbench.providers.addresses import Address
from workbench.replies.reading import MessageReader, Reading
from workbench.replies.thinking import Piece

if TYPE_CHECKING:
    import httpx2

IDLE_TIMEOUT_SECONDS = 300.0
"""For a silence within a reply. Keep-alive comments are not silence; the first token has been seen to take 243 s."""

CONNECT_TIMEOUT_SECONDS = 20.0
MOST_WIRE_BYTES = 32 * MOST_BODY_BYTES
"""Of a stream with everything around its text: some providers wrap each token in half a kilobyte."""

SECONDS_AFTER_FINISH = 10.0
"""How long a stream may stay open after its finish reason, for the usage that some providers send last."""

_USER_AGENT = f"workbench/{metadata.version('workbench')}"
_MOST_REFUSAL_BYTES = 2**20
_NO_PROXY = ("all://", "http://", "https://")
_HEADER_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_HEADER_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-trace-id", "x-amzn-requestid", "cf-ray")


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
    patience: Patience = field(default_factory=Patience)


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


Result = Exchange | CallError | asyncio.CancelledError
"""What comes of one attempt."""

Listener = Callable[[Piece | None], None]
"""Hears each piece as it comes; None says that a new attempt begins and what came before is void."""


class Sending:
    """One request under way."""

    def __init__(self, request: Request, address: Address, listen: Listener | None, turn: Turn | None = None) -> None:
        self.request = request
        self.address = address
        self.turn = turn
        self.posted = False  # the body was asked for, so that a part of it may have left
        self.broke = False  # the connection ended, and not for want of time
        self.status: int | None = None
        self.request_id: str | None = None
        self.listen = listen
        self.merge = Merge()
        self.first_token_at: float | None = None
        self.answer_at: float | None = None
        self.text_bytes = 0

    async def run(self) -> Exchange:
        body = dict(self.request.body)
        if self.request.streams:
            body["stream"] = True
            if self.request.stream_usage:
                body["stream_options"] = {"include_usage": True}
        request = wire_request("POST", self.address, "/chat/completions", json.dumps(body).encode("ascii"), self._post)
        request.headers.update(self.request.headers)
        _check_headers(request.headers)
        if self.request.query:
            request.url = request.url.copy_merge_params(self.request.query)
        request.extensions["timeout"] = {
            "connect": CONNECT_TIMEOUT_SECONDS,
            "read": min(IDLE_TIMEOUT_SECONDS, self.request.patience.seconds),
        }
        client = http_client(self.address.base_url)
        self.started = time.monotonic()
        response = await client.send(request, stream=True)
        try:
            self._take_headers(response)
            if response.status_code >= 300:
                raise await refusal(response)
            return await self._read(response)
        except CallError as error:
            raise self._after_text(error) from None
        finally:
            await response.aclose()

    async def _post(self, content: bytes) -> AsyncIterator[bytes]:
        """The body of the request; the HTTP client asks for it once it is connected, so nothing was sent before."""
        self.posted = True
        if self.turn:
            self.turn.connected()
        yield content

    def _take_headers(self, response: httpx2.Response) -> None:
        self.status = response.status_code
        if self.turn:
            self.turn.answered()
        names = (name for name in _REQUEST_ID_HEADERS if name in response.headers)
        # Redacted before it is cut: a half key would not be known as one.
        self.request_id = next((redact(response.headers[name])[:100] for name in names), None)

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

    def _after_text(self, error: CallError) -> CallError:
        """The same error, or a `StreamError` once text has come: what was written is billed, whatever the code says."""
        if self.first_token_at is None or isinstance(error, OutcomeUnknown | StreamError | BadResponse):
            return error
        return StreamError(str(error), status=error.status, retry_after_seconds=error.retry_after_seconds)

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
        events, reader = EventReader(), MessageReader(self.request.reading, eager=True)
        size = pending = seen = 0
        merge = self.merge
        grace = asyncio.timeout(None)
        try:
            async with grace:
                block: bytes | None = head
                while block is not None:
                    size += len(block)
                    pending += len(block)
                    for chunk in events.feed(block):
                        delta = merge.add(chunk)
                        if delta is not None:
                            self._note(reader.feed(delta))
                    if events.events > seen:
                        seen, pending = events.events, 0
                    if max(pending, self.text_bytes) > MOST_BODY_BYTES or size > MOST_WIRE_BYTES:
                        raise _too_big()
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
            raise StreamError(f"the provider wrote {redact(events.stray)[:200]!r} instead of a stream")
        raise BadResponse("the reply is empty")

    def _note(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            self.text_bytes += len(piece.text) if piece.text.isascii() else len(piece.text.encode("utf-8", "replace"))
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
        """Our class for whatever the HTTP client, or the transport below it, raised."""
        if self.status is None and (never_sent := unconnected(error, self.address.base_url)):
            return never_sent
        if not self.posted:
            return unsent(error)
        if isinstance(error, UnicodeError | ValueError | RecursionError) and self.status is not None:
            return BadResponse(f"the body of the reply cannot be read: {words(error)}")
        self.broke = not says_timeout(error)
        return OutcomeUnknown(f"the connection broke before the reply was whole: {words(error)}")


def _too_big() -> BadResponse:
    error = BadResponse(f"the reply is larger than {MOST_BODY_BYTES // 2**20} MiB")
    error.final = True  # a second one would be as large, and paid as well
    return error


def _is_stream(head: bytes, asked: bool) -> bool:
    """Whether a body is a stream of events: by its first characters, since servers mislabel both kinds."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[", b"<")) or not text:
        return asked and not text
    return asked or text.startswith((b"data:", b"event:", b":"))


def wire_request(
    method: str,
    address: Address,
    path: str,
    content: bytes = b"",
    post: Callable[[bytes], AsyncIterator[bytes]] | None = None,
) -> httpx2.Request:
    """A request as it goes over the wire; `post` hands its content over when it is asked for."""
    import httpx2

    headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": _USER_AGENT}
    if content:
        headers["Content-Type"] = "application/json"
        headers["Content-Length"] = str(len(content))
    if address.key:
        headers["Authorization"] = f"Bearer {address.key.reveal()}"
    url = _url(address.base_url.rstrip("/") + path)
    return httpx2.Request(method, url, headers=headers, content=post(content) if post else content)


def _check_headers(headers: httpx2.Headers) -> None:
    """Raise `NotSent` for a header that no HTTP client would send, before it is tried."""
    for name, value in headers.raw:
        if not _HEADER_NAME.fullmatch(name) or _NO_HEADER_VALUE.search(value):
            error = NotSent(
                f"the header {name.decode('latin-1')!r} cannot be sent: it holds a line break or another control "
                "character; mend extra_headers"
            )
            error.final = True
            raise error


@functools.lru_cache(maxsize=64)
def _url(text: str) -> httpx2.URL:
    import httpx2

    return httpx2.URL(text)


async def refusal(response: httpx2.Response) -> CallError:
    """The error that a reply with an error status stands for; it is one even where its body breaks off."""
    import httpx2

    body = b""
    with contextlib.suppress(httpx2.HTTPError):
        async for block in response.aiter_bytes():
            body += block
            if len(body) > _MOST_REFUSAL_BYTES:
                break
    text = body.decode("utf-8", "replace")
    try:
        reason = json.loads(text)
    except (ValueError, RecursionError):
        reason = text
    return status_error(response.status_code, response.headers, reason)


_http_clients: dict[tuple[asyncio.AbstractEventLoop, bool], httpx2.AsyncClient] = {}


def http_client(base_url: str) -> httpx2.AsyncClient:
    """The HTTP client of this loop for an address: one for this machine, which knows no proxy, and one for all others.

    It holds no key: each request brings its own. Raises `ConfigError` where the environment names a proxy or a
    certificate that cannot be used.
    """
    # A proxy would look for this machine's names on its own, and hear prompt and key.
    direct = is_this_machine(_url(base_url).host)
    loop = asyncio.get_running_loop()
    found = _http_clients.get((loop, direct))
    if found is None:
        import httpx2
        import openai

        try:
            found = openai.DefaultAioHttpClient(
                follow_redirects=False,
                mounts=dict.fromkeys(_NO_PROXY) if direct else None,
                limits=httpx2.Limits(
                    max_connections=0,  # no limit: None would be aiohttp's own of 100, and the pace is what limits
                    max_keepalive_connections=None,
                    keepalive_expiry=5.0,
                ),
            )
        except (OSError, ValueError, ImportError, httpx2.InvalidURL) as error:
            raise ConfigError(
                f"no request can be made: {words(error)}; check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE"
            ) from None
        if not _http_clients:
            engine.at_exit(_close_clients)
        _http_clients[loop, direct] = found
    return found


async def read_bounded(response: httpx2.Response, most_bytes: int) -> bytes:
    """The body of a reply; raises `BadResponse` as soon as it is longer than `most_bytes`."""
    parts, size = [], 0
    async for block in response.aiter_bytes():
        parts.append(block)
        size += len(block)
        if size > most_bytes:
            raise BadResponse(f"the answer is larger than {most_bytes // 2**20} MiB")
    return b"".join(parts)


async def _close_clients() -> None:
    loop = asyncio.get_running_loop()
    for place in [place for place in _http_clients if place[0] is loop]:
        await _http_clients.pop(place).aclose()
