"""One request to a provider over the wire: sent, read while it comes, and whatever goes wrong put into our classes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.asking.wire.clients import (
    IDLE_TIMEOUT_SECONDS,
    blocks_of,
    check_headers,
    headers_of,
    refusal,
    send,
    wire_request,
)
from workbench.asking.wire.failures import classified, says_timeout, too_large
from workbench.asking.wire.gate import Turn
from workbench.asking.wire.gateway_caches import kept_by_a_gateway
from workbench.asking.wire.health import Health
from workbench.asking.wire.hearing import Hearing
from workbench.asking.wire.item_events import ItemEvents
from workbench.asking.wire.merging import MOST_TEXT_BYTES, Merge, length_of
from workbench.asking.wire.repeats import Again, Repeats
from workbench.asking.wire.streams import (
    MOST_PLAIN_BYTES,
    EventReader,
    check_body,
    read_plain,
    text_to_keep,
    unwrapped,
)
from workbench.asking.wire.token_ends import ASKED_WITH, TokenEnds, characters_of
from workbench.base.patience import Patience
from workbench.base.secrets import redact
from workbench.cache.task_journal import TaskNote
from workbench.errors import BadResponse, CallError, OutcomeUnknown, StreamCut, StreamError
from workbench.providers.addresses import Address
from workbench.providers.conversation import dumped
from workbench.providers.responses_api import asks_responses, in_responses_words
from workbench.replies.contents import NO_NUMBERS
from workbench.replies.message import draws_several, said
from workbench.replies.pieces import Piece, joined
from workbench.replies.reading import MessageReader, Reading
from workbench.replies.usage import used_up

if TYPE_CHECKING:
    import aiohttp

SECONDS_AFTER_FINISH = 10.0
"""How long a stream may stay open after its finish reason, for the usage that some providers send last."""

MOST_QUIET_BYTES = 256 * 1024 * 1024
"""Of a stream that brings no text: comments, and chunks without content."""

_MOST_BLANK_BYTES = 2**22
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-trace-id", "x-amzn-requestid", "x-oneapi-request-id", "cf-ray")


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire, and how to read what comes back."""

    locate: Callable[[], Awaitable[Address]]
    body: Mapping[str, Any]
    reading: Reading
    streams: bool = True
    stream_usage: bool = True
    token_ends: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)
    task: TaskNote | None = None  # of a provider that runs tasks


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
    token_ends: list[int] | None = None  # characters of thinking and answer after each token, where it was counted
    gateway_cache: str | None = None  # the header by which a gateway says that the reply is out of its cache
    text: str | None = None  # of the body, where it came whole and can be kept as it came


Result = Exchange | CallError | asyncio.CancelledError
"""What comes of one attempt."""

Listener = Callable[[Piece | None], None]
"""Hears each piece as it comes; None says that a new attempt begins and what came before is void."""


class Sending:
    """One request under way."""

    def __init__(
        self,
        request: Request,
        address: Address,
        listen: Listener | None,
        turn: Turn | None = None,
        health: Health | None = None,
    ) -> None:
        self.request = request
        self.address = address
        self.turn = turn
        self.health = health
        self.posted = False  # the body was asked for, so that a part of it may have left
        self.broke = False  # the connection ended, and not for want of time
        self.status: int | None = None
        self.request_id: str | None = None
        self.gateway_cache: str | None = None
        self.sent: Mapping[str, str] = {}  # the headers of the reply
        self.listen = listen
        self.by_items = asks_responses(request.body)
        self.merge: Merge | ItemEvents = ItemEvents() if self.by_items else Merge(several=draws_several(self._drawn))
        self.token_ends = TokenEnds() if request.token_ends and request.streams else None
        self.first_token_at: float | None = None
        self.answer_at: float | None = None
        self._hearing = Hearing(listen) if listen else None

    async def run(self) -> Exchange:
        body = in_responses_words(self.request.body) if self.by_items else dict(self.request.body)
        if self.request.streams:
            body["stream"] = True
            if self.request.stream_usage and not self.by_items:
                body["stream_options"] = {"include_usage": True}
            if self.token_ends:
                body[ASKED_WITH] = True
        path = "/responses" if self.by_items else "/chat/completions"
        request = wire_request("POST", self.address, path, dumped(body).encode("ascii"), self._post)
        if self.request.headers:
            request.headers.update(self.request.headers)
            check_headers(request.headers)
        if self.request.query:
            request.ask_also(self.request.query)
        request.seconds_of_silence = min(IDLE_TIMEOUT_SECONDS, self.request.patience.seconds)
        self.started = time.monotonic()
        response = await send(request)
        try:
            self._take_headers(response)
            if response.status >= 300:
                raise await refusal(response)
            return await self._read(response)
        except CallError as error:
            raise self._after_text(error) from None
        finally:
            response.release()

    def _post(self) -> None:
        """The HTTP client asks for the body of the request, once it is connected: nothing was sent before."""
        self.posted = True
        if self.turn:
            self.turn.connected()

    def _take_headers(self, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        if self.turn:
            self.turn.answered()
        if self.health and self.status < 500:
            self.health.answered()
        sent = self.sent = headers_of(response)
        # Redacted before it is cut: a half key would not be known as one.
        self.request_id = next((redact(sent[name])[:100] for name in _REQUEST_ID_HEADERS if name in sent), None)
        self.gateway_cache = kept_by_a_gateway(sent)

    async def _read(self, response: aiohttp.ClientResponse) -> Exchange:
        blocks = blocks_of(response)
        head = b""
        async for block in blocks:
            head += block
            if head.strip() or len(head) > _MOST_BLANK_BYTES:
                break
        if _is_stream(head, self.request.streams):
            body = await self._read_stream(head, blocks)
            streamed = True
            text = None
            if isinstance(blocks, AsyncGenerator):
                await blocks.aclose()  # what is left to the interpreter to close takes a task and a wake of the loop
        else:
            body, text = await self._read_plain(head, blocks)
            streamed = False
        check_body(body, self.request.body, self.request.reading)
        return Exchange(
            body=body,
            status=response.status,
            request_id=self.request_id,
            streamed=streamed,
            seconds=time.monotonic() - self.started,
            seconds_to_first_token=self._seconds(self.first_token_at),
            seconds_to_answer=self._seconds(self.answer_at),
            token_ends=self.token_ends.found() if self.token_ends else None,
            gateway_cache=self.gateway_cache,
            text=text,
        )

    def _after_text(self, error: CallError) -> CallError:
        """The same error, or a `StreamError` once text has come: what was written is billed, whatever the code says."""
        if isinstance(error, OutcomeUnknown | StreamError) or error.final:
            return error
        if self.first_token_at is None and not self.merge.has_text:
            return error
        return StreamError(str(error), status=error.status, retry_after_seconds=error.retry_after_seconds)

    @property
    def _drawn(self) -> object:
        return self.request.body.get("n", 1)

    def _seconds(self, moment: float | None) -> float | None:
        return None if moment is None else moment - self.started

    async def _read_plain(self, head: bytes, blocks: Any) -> tuple[dict[str, Any], str | None]:
        parts, size = [head], len(head)
        async for block in blocks:
            parts.append(block)
            size += len(block)
            if size > MOST_PLAIN_BYTES:
                raise too_large("the body of the reply", MOST_PLAIN_BYTES)
        length = "" if "content-encoding" in self.sent else self.sent.get("content-length", "")
        data = b"".join(parts)
        read = read_plain(data, content_length=int(length) if length.isdecimal() else None)
        body = unwrapped(read)
        told = said(body, drawn=self._drawn)
        if told is not None and length_of(told.message.get("content")) > MOST_TEXT_BYTES:
            raise too_large("the text of the reply", MOST_TEXT_BYTES)
        if self._hearing and told is not None:
            reader = MessageReader(self.request.reading)
            for piece in [*reader.feed(told.message), *reader.close(told.finish_reason)]:
                self._hearing.tell(piece)
            self._hearing.end()
        as_it_came = body is read and NO_NUMBERS not in body
        return body, text_to_keep(data) if as_it_came else None

    async def _read_stream(self, head: bytes, blocks: Any) -> dict[str, Any]:
        joins = not self.listen and not self.token_ends  # else each chunk is heard, or counted
        events = EventReader(Repeats() if joins and isinstance(self.merge, Merge) else None)
        reader = MessageReader(self.request.reading, eager=True)
        try:
            await self._read_to_the_end(head, blocks, events, reader)
        except (asyncio.CancelledError, CallError):
            raise
        except Exception:
            if not self._is_whole(events):  # what breaks after the end takes nothing with it
                raise
        if not self._is_whole(events):
            self._explain_unfinished(events)
        body = self.merge.body()
        self._close(reader, body)
        return body

    async def _read_to_the_end(self, head: bytes, blocks: Any, events: EventReader, reader: MessageReader) -> None:
        """Read until the stream says that it is over, or breaks off; not for long once the text has finished."""
        merge, quiet = self.merge, 0
        async with asyncio.timeout(None) as grace:
            block: bytes | None = head
            while block is not None:
                quiet, before = quiet + len(block), merge.size
                self._take(events.feed(block), reader)
                if events.done or merge.over:
                    break
                quiet = 0 if merge.size > before else quiet
                if quiet > MOST_QUIET_BYTES:
                    raise too_large("what has come without any text", MOST_QUIET_BYTES)
                if merge.finished and grace.when() is None:
                    grace.reschedule(asyncio.get_running_loop().time() + SECONDS_AFTER_FINISH)
                block = await anext(blocks, None)
            for chunk in events.close():
                delta = merge.add(chunk)
                if delta is not None:
                    self._note(reader.feed(delta, merge.thinking))

    def _take(self, chunks: Iterable[Any], reader: MessageReader) -> None:
        """Merge chunks into the message, and note and tell what each adds to it."""
        merge = self.merge
        for chunk in chunks:
            delta = merge.again(chunk) if isinstance(chunk, Again) and isinstance(merge, Merge) else merge.add(chunk)
            if self.token_ends:
                self.token_ends.note(chunk, *characters_of(delta or {}, merge.thinking if delta else ""))
            if delta is not None:
                self._note(reader.feed(delta, merge.thinking))

    def _close(self, reader: MessageReader, body: dict[str, Any]) -> None:
        """Tell what the reader has held back, and that no more comes."""
        told = said(body, drawn=self._drawn)
        if told is not None:
            if not told.unread:  # one message, though spread over several choices
                for choice in body.get("choices", ())[1:]:
                    self._note(reader.feed(choice["message"]))
            self._note(reader.close(told.finish_reason))
        if self._hearing:
            self._hearing.end()

    def _is_whole(self, events: EventReader) -> bool:
        merge = self.merge
        return merge.is_whole(done=events.done) or (merge.started and used_up(self.request.body, merge.body()))

    def _explain_unfinished(self, events: EventReader) -> None:
        if self.merge.started:
            raise StreamCut("the stream ended without a finish reason")
        if events.events:
            raise BadResponse(f"the stream had no {'output' if self.by_items else 'choices'} in it")
        if events.done:
            raise StreamCut("the stream ended before it began")
        if events.stray:
            raise StreamError(f"the provider wrote {redact(events.stray)[:200]!r} instead of a stream")
        raise BadResponse("the reply is empty")

    def _note(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            if self.first_token_at is None:
                self.first_token_at = time.monotonic()
            if self.answer_at is None and piece.kind == "answer" and piece.text.strip():
                self.answer_at = time.monotonic()
            if self._hearing:
                self._hearing.tell(piece)

    def partial(self) -> str:
        """The text that arrived before a failure."""
        if not self.merge.started:
            return ""
        told = said(self.merge.body(), drawn=self._drawn)
        reader = MessageReader(self.request.reading)
        return joined(
            "".join(piece.text for piece in [*reader.feed(told.message if told else {}), *reader.close(None)])
        )

    def classify(self, error: Exception) -> CallError:
        """Our class for whatever the HTTP client, or the transport below it, raised."""
        failure = classified(error, self.address.base_url, status=self.status, posted=self.posted)
        if isinstance(failure, BadResponse):
            failure = self._after_text(failure)
        self.broke = isinstance(failure, OutcomeUnknown) and not says_timeout(error)
        return failure


def _is_stream(head: bytes, asked: bool) -> bool:
    """Whether a body is a stream of events: by its first characters, since servers mislabel both kinds."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[", b"<")) or not text:
        return asked and not text
    return asked or text.startswith((b"data:", b"event:", b":"))
