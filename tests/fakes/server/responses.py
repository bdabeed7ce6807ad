"""What a fake server says: replies piece by piece, and builders for the usual ones."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from fakes.server.bodies import COMMENT, chunk, deltas, dumps, event_bytes, message, whole

DEFAULT_MODEL = "fake-model"
"""The model of a completion whose request names none."""


class Fate(Enum):
    """How a reply goes on from here: no further byte, a reset (RST), or the end of the connection (FIN)."""

    HANG = "hang"
    RESET = "reset"
    CLOSE = "close"


HANG, RESET, CLOSE = Fate.HANG, Fate.RESET, Fate.CLOSE


@dataclass(frozen=True)
class Pause:
    """Nothing goes out for so long."""

    seconds: float


@dataclass(frozen=True)
class Until:
    """Nothing goes out before something is so."""

    fact: Callable[[], bool]


@dataclass(frozen=True)
class Raw:
    """Bytes that go out as they are, outside of the framing."""

    data: bytes


Piece = bytes | Raw | Pause | Until | Fate
Pieces = Sequence[Piece] | Callable[[], Iterable[Piece]] | AsyncIterator[Piece]


@dataclass(frozen=True)
class Response:
    """One reply. A function as `pieces` is called for each reply anew, so that endless bodies can be made on the way.

    `framing`: `length` sends Content-Length (yours, if the headers have one), `chunked` one HTTP chunk a piece, `close`
    ends the body with the connection, `raw` sends nothing but the pieces, which then hold the head as well.
    """

    pieces: Pieces = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = "application/json"
    framing: Literal["length", "chunked", "close", "raw"] = "length"
    delay_seconds: float = 0.0

    def head(self, pieces: object) -> bytes:
        """The status line and headers of the reply with these pieces."""
        if self.framing == "raw":
            return b""
        headers = {"Content-Type": self.content_type} if self.content_type else {}
        if self.framing == "length" and "Content-Length" not in self.headers:
            assert isinstance(pieces, Sequence), "a body that is made on the way has no length; frame it otherwise"
            headers["Content-Length"] = str(sum(len(piece) for piece in pieces if isinstance(piece, bytes)))
        elif self.framing == "chunked":
            headers["Transfer-Encoding"] = "chunked"
        elif self.framing == "close":
            headers["Connection"] = "close"
        fields = "".join(f"{name}: {value}\r\n" for name, value in {**headers, **self.headers}.items())
        return f"HTTP/1.1 {self.status} Fake\r\n{fields}\r\n".encode("latin-1")


@dataclass
class Received:
    """One request as it arrived, and what became of its reply; `at` is from the monotonic clock."""

    number: int
    connection: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    json: Any
    at: float
    state: Literal["open", "replied", "cut", "cancelled"] = "open"
    query: str = ""

    @property
    def model(self) -> str:
        return str(self.json.get("model", DEFAULT_MODEL)) if isinstance(self.json, dict) else DEFAULT_MODEL

    @property
    def streamed(self) -> bool:
        return isinstance(self.json, dict) and self.json.get("stream") is True

    @property
    def prompt(self) -> str:
        """The text of the last message."""
        told = self.json if isinstance(self.json, dict) else {}
        messages = told.get("messages") or told.get("input")
        return str(messages[-1].get("content")) if messages else ""


Script = str | Response | AsyncIterator[Piece] | Callable[[Received], Any] | Sequence["Script"] | Mapping[str, "Script"]
"""What the server says: an answer, a reply, raw bytes, a function of the request that returns (or awaits) any of these,
a list of them to be used up in order, or one for each model."""


def held(script: Script, until: Callable[[], bool], seconds: float = 300.0) -> Callable[[Received], Any]:
    """The script, said as soon as something is so; each request waits for that, and fails where it never comes true.

    What is to happen while a call is under way happens while it is held, however long that takes.
    """

    async def reply(request: Received) -> Script:
        deadline = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < deadline, f"not so within {seconds} seconds"
            await asyncio.sleep(0.002)
        return script

    return reply


def json_response(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response((body if isinstance(body, bytes) else dumps(body),), status=status, headers=headers or {})


def error_response(
    status: int, message: str = "made to fail", *, headers: Mapping[str, str] | None = None, **error: Any
) -> Response:
    """An error status with a JSON error object, e.g. `error_response(429, headers={"Retry-After": "1"})`."""
    return json_response({"error": {"message": message, **error}}, status=status, headers=headers)


def sse_response(pieces: Pieces, *, content_type: str | None = "text/event-stream; charset=utf-8") -> Response:
    return Response(pieces, content_type=content_type, framing="chunked")


def completion(
    answer: str | None = "Nine.",
    *,
    thinking: str = "",
    usage: Mapping[str, Any] | None = None,
    finish_reason: str | None = "stop",
    dialect: str = "moonshot",
    model: str | None = None,
    delay_seconds: float = 0.0,
    piece_seconds: float = 0.0,
    piece_lengths: Sequence[int] = (8,),
    wire_bytes: int | None = None,
    comments: int = 0,
    newline: str = "\n",
    done: bool = True,
    until: Callable[[float], bool] | None = None,
) -> Callable[[Received], Response]:
    """A chat completion, streamed if the request asks for it, else whole.

    `dialect` says where the thinking is (see `bodies`; `tags` puts it into the text). Words are counted as tokens
    where `usage` is None; an empty `usage` is left out. A stream waits `piece_seconds` before each delta, sends
    `comments` keep-alive comments first, and cuts its bytes every `wire_bytes`. `delay_seconds` pass before the head.
    `until`, told which part of a stream has gone out, from 0 to 1, says whether the next delta may follow.
    """

    def reply(request: Received) -> Response:
        served = model or request.model
        counted = _count_words(request.prompt, thinking, answer or "") if usage is None else usage or None
        if not request.streamed:
            body = whole(message(answer, thinking, dialect), model=served, finish_reason=finish_reason, usage=counted)
            return Response((dumps(body),), delay_seconds=delay_seconds)
        events: list[Any] = [COMMENT] * comments
        events += [chunk(delta, model=served) for delta in deltas(answer, thinking, dialect, piece_lengths)]
        if finish_reason is not None:
            events.append(chunk({}, model=served, finish_reason=finish_reason))
        if counted:
            events.append({**chunk({}, model=served), "choices": [], "usage": dict(counted)})
        if done:
            events.append("data: [DONE]")
        wire = [event_bytes(event, newline) for event in events]
        if wire_bytes:
            joined = b"".join(wire)
            wire = [joined[start : start + wire_bytes] for start in range(0, len(joined), wire_bytes)]
        pieces: list[Piece] = []
        if piece_seconds or until:
            for place, data in enumerate(wire):
                if until:
                    pieces.append(Until(functools.partial(until, place / len(wire))))
                pieces += [Pause(piece_seconds), data]
        else:
            pieces += wire if wire_bytes else [b"".join(wire)]
        return Response(tuple(pieces), content_type="text/event-stream", framing="chunked", delay_seconds=delay_seconds)

    return reply


def _count_words(prompt: str, thinking: str, answer: str) -> dict[str, Any]:
    prompt_tokens, thinking_tokens = len(prompt.split()), len(thinking.split())
    completion_tokens = thinking_tokens + len(answer.split())
    counted: dict[str, Any] = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    if thinking:
        counted["completion_tokens_details"] = {"reasoning_tokens": thinking_tokens}
    return counted
