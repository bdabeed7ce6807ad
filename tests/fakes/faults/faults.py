"""`SCENARIOS`: everything a provider was seen to do to a request: on the wire, by a status, and in a whole body."""

from __future__ import annotations

import email.utils
import functools
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import repeat
from typing import Any

from fakes.faults.scenario import Scenario
from fakes.faults.shapes import BEGINNING, GOOD, HTML, MODEL, SHAPES, stream
from fakes.server.bodies import chunk, dumps, event_bytes, stream_bytes
from fakes.server.responses import (
    CLOSE,
    HANG,
    RESET,
    Pause,
    Piece,
    Raw,
    Received,
    Response,
    error_response,
    json_response,
    sse_response,
)

HUGE_BYTES = 40 * 2**20
BOMB_BYTES = 64 * 2**20
"""Larger than any reply may be; both are made on the way and never held as a whole."""

_BODY = dumps(GOOD.whole)
_HALF = _BODY[: len(_BODY) // 2]
_STREAM = stream_bytes(GOOD.events)
_BEGINNING = stream_bytes(BEGINNING, done=False)
_OPEN_STRING = b'{"choices":[{"index":0,"message":{"role":"assistant","content":"'
_CLOSED_STRING = b'"},"finish_reason":"stop"}]}'
_BEFORE_RESET = Pause(0.05)  # so that the reset does not overtake the bytes before it


def _chunked(*pieces: Piece) -> Response:
    return Response(pieces, framing="chunked")


def _declared(*pieces: Piece) -> Response:
    """A plain body that promises all of its bytes, whatever comes."""
    return Response(pieces, headers={"Content-Length": str(len(_BODY))})


def _one_by_one(data: bytes, pause_seconds: float = 0.0) -> Iterator[Piece]:
    for byte in data:
        if pause_seconds:
            yield Pause(pause_seconds)
        yield bytes([byte])


def _endlessly(data: bytes, *, before: bytes = b"", pause_seconds: float = 0.005) -> Callable[[], Iterator[Piece]]:
    def pieces() -> Iterator[Piece]:
        if before:
            yield before
        while True:
            yield Pause(pause_seconds)
            yield data

    return pieces


def _large(before: bytes, piece: bytes, after: bytes) -> Callable[[], Iterator[Piece]]:
    def pieces() -> Iterator[Piece]:
        yield before
        yield from repeat(piece, HUGE_BYTES // 2**16)
        yield after

    return pieces


def _zipped(before: bytes, after: bytes) -> Callable[[], Iterator[Piece]]:
    @functools.cache
    def bomb() -> bytes:
        packer = zlib.compressobj(1, wbits=31)
        packed = [packer.compress(before)]
        packed += [packer.compress(bytes(2**20).replace(b"\0", b"a")) for _ in range(BOMB_BYTES // 2**20)]
        return b"".join([*packed, packer.compress(after), packer.flush()])

    return lambda: iter([bomb()])


def _alike(name: str, plain: Response, expect: str, **more: Any) -> Scenario:
    """The same response to both kinds of request."""
    return Scenario(name, plain, plain, expect, **more)


def _typed(name: str, plain_type: str | None, stream_type: str | None) -> Scenario:
    return Scenario(
        name,
        Response((_BODY,), content_type=plain_type),
        Response((_STREAM,), content_type=stream_type, framing="chunked"),
        "answered",
    )


def _split(name: str, newline: str) -> Scenario:
    """Every byte in an HTTP chunk of its own, with each of the line ends that events may have."""
    wire = stream_bytes(GOOD.events, newline=newline)
    plain = Response(lambda: _one_by_one(_BODY), framing="chunked")
    return Scenario(name, plain, sse_response(lambda: _one_by_one(wire)), "answered")


_WORD_EVENT = event_bytes(chunk({"reasoning_content": "hm "}, model=MODEL))
_LARGE_DELTA = chunk({"content": "a" * 2**16}, model=MODEL)
_BOMB_BEFORE, _BOMB_AFTER = event_bytes(chunk({"content": "|"}, model=MODEL)).split(b"|")
_GZIP = {"Content-Encoding": "gzip"}

CONNECTIONS = [
    Scenario(
        "hang-headers", Response((HANG,), framing="raw"), Response((HANG,), framing="raw"), "OutcomeUnknown", hangs=True
    ),
    Scenario(
        "hang-mid", _declared(_HALF, HANG), sse_response((_BEGINNING, HANG)), "OutcomeUnknown", hangs=True, partial=True
    ),
    Scenario(
        "keepalive-forever",
        Response(_endlessly(b"\n", pause_seconds=0.05), framing="chunked"),
        sse_response(_endlessly(b": keep-alive\n\n", pause_seconds=0.05)),
        "OutcomeUnknown",
        hangs=True,
    ),
    Scenario(
        "drip",
        Response(lambda: _one_by_one(_BODY, 0.02), framing="chunked"),
        sse_response(lambda: _one_by_one(_STREAM, 0.02)),
        "OutcomeUnknown",
        hangs=True,
    ),
    Scenario(
        "endless",
        Response(_endlessly(b"word ", before=_OPEN_STRING), framing="chunked"),
        sse_response(_endlessly(_WORD_EVENT, before=_BEGINNING)),
        "OutcomeUnknown",
        hangs=True,
        partial=True,
    ),
    _alike("refused-port", Response(), "NotSent", listens=False),
    _alike("refuse", Response((RESET,), framing="raw"), "OutcomeUnknown"),
    _alike("eof-before", Response((CLOSE,), framing="raw"), "OutcomeUnknown"),
    Scenario(
        "reset-mid",
        _declared(_HALF, _BEFORE_RESET, RESET),
        sse_response((_BEGINNING, _BEFORE_RESET, RESET)),
        "OutcomeUnknown",
        partial=True,
    ),
    Scenario(
        "eof-mid",
        _declared(_HALF, CLOSE),
        sse_response((_BEGINNING, Raw(b"400\r\ndata: {"), CLOSE)),
        "OutcomeUnknown",
        partial=True,
    ),
    Scenario(
        "eof-between-chunks",
        _chunked(_HALF, CLOSE),
        sse_response((_BEGINNING, CLOSE)),
        "OutcomeUnknown",
        partial=True,
    ),
    Scenario("eof-clean", _chunked(_HALF), stream(BEGINNING, done=False), "StreamCut", partial=True),
    Scenario("eof-after-done", _chunked(_HALF), stream(BEGINNING), "StreamCut", partial=True),
    Scenario(
        "eof-close-delimited",
        Response((_HALF,), framing="close"),
        Response((_BEGINNING,), content_type="text/event-stream", framing="close"),
        "StreamCut",
        partial=True,
    ),
    Scenario(
        "whole-close-delimited",
        Response((_BODY,), framing="close"),
        Response((_STREAM,), content_type="text/event-stream", framing="close"),
        "answered",
    ),
    # A finish reason makes a stream complete, whatever its connection does next.
    Scenario(
        "reset-after-finish",
        _chunked(_BODY),
        sse_response((stream_bytes(GOOD.events, done=False), _BEFORE_RESET, RESET)),
        "answered",
    ),
    Scenario(
        "no-final-blank",
        json_response(_BODY),
        sse_response((stream_bytes(GOOD.events[:-1], done=False).rstrip(b"\n"),)),
        "answered",
    ),
]

BYTES = [
    _split("split-bytes", "\n"),
    _split("split-bytes;nl=crlf", "\r\n"),
    _split("split-bytes;nl=cr", "\r"),
    Scenario("bom", json_response(b"\xef\xbb\xbf" + _BODY), sse_response((b"\xef\xbb\xbf" + _STREAM,)), "answered"),
    _typed("ctype-plain", "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
    _typed("ctype-none", None, None),
    _typed("latin1", "application/json; charset=iso-8859-1", "text/event-stream; charset=iso-8859-1"),
    Scenario(
        "huge",
        Response(_large(_OPEN_STRING, b"a" * 2**16, _CLOSED_STRING), framing="chunked"),
        sse_response(_large(b"", event_bytes(_LARGE_DELTA), event_bytes(GOOD.events[-2]))),
        "BadResponse",
        most_requests=1,
    ),
    Scenario(
        "gzip-bomb",
        Response(_zipped(_OPEN_STRING, _CLOSED_STRING), headers=_GZIP, framing="chunked"),
        Response(
            _zipped(_BOMB_BEFORE, _BOMB_AFTER + _STREAM),
            headers=_GZIP,
            content_type="text/event-stream",
            framing="chunked",
        ),
        "BadResponse",
        most_requests=1,
    ),
]

_BY_STATUS = {
    400: "BadRequest",
    401: "AuthError",
    402: "QuotaExhausted",
    403: "AuthError",
    404: "NotFound",
    405: "NotFound",
    408: "ServerBusy",
    409: "ServerBusy",
    413: "BadRequest",
    422: "BadRequest",
    429: "RateLimited",
    500: "ServerBusy",
    502: "ServerBusy",
    503: "ServerBusy",
    504: "ServerBusy",
    529: "ServerBusy",
}

_BODIES: Mapping[str, tuple[bytes, str]] = {
    "html": (HTML, "text/html"),
    "text": (b"bad gateway", "text/plain"),
    "empty": (b"", "application/json"),
    "badjson": (b'{"error": {"message": "bad ga', "application/json"),
}


def _status_with(status: int, kind: str) -> Scenario:
    body, content_type = _BODIES[kind]
    return _alike(
        f"status;code={status};body={kind}", Response((body,), status=status, content_type=content_type), "ServerBusy"
    )


_IN_A_BODY: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("key", {"message": "no such key", "code": "invalid_api_key"}, "AuthError"),
    ("model", {"message": "no such model", "code": "model_not_found"}, "NotFound"),
    ("rate", {"message": "slow down", "type": "rate_limit_exceeded", "code": None}, "RateLimited"),
    ("rate-number", {"message": "slow down", "code": "429"}, "RateLimited"),
    ("quota", {"message": "no money", "code": "insufficient_quota"}, "QuotaExhausted"),
    (
        "request",
        {"message": "too long", "type": "invalid_request_error", "code": "context_length_exceeded"},
        "BadRequest",
    ),
)


def _in_body(name: str, error: Mapping[str, Any], expect: str) -> Scenario:
    """An error under the status 200, which says by a code in words what it is."""
    body = {"error": dict(error)}
    return Scenario(f"error-200;{name}", json_response(body), stream([body], done=False), expect)


STATUSES = [
    *(_alike(f"status;code={status}", error_response(status), expect) for status, expect in _BY_STATUS.items()),
    *(_status_with(502, kind) for kind in _BODIES),
    _status_with(504, "html"),
    _alike(
        "status;code=401;cut",
        Response((b'{"error": {"mess', CLOSE), status=401, headers={"Content-Length": "500"}),
        "AuthError",
    ),
    _alike("status;code=404;endless", Response(_endlessly(bytes(65536)), status=404, framing="chunked"), "NotFound"),
    _alike("x-should-retry", error_response(400, headers={"x-should-retry": "true"}), "BadRequest"),
    _alike(
        "redirect", Response(status=307, headers={"Location": "http://127.0.0.1:9/v1/chat/completions"}), "Redirected"
    ),
    _alike(
        "quota;openai",
        error_response(429, "You exceeded your current quota", type="insufficient_quota", code="insufficient_quota"),
        "QuotaExhausted",
    ),
    _alike(
        "quota;moonshot",
        error_response(
            429, "Your account is suspended due to insufficient balance", type="exceeded_current_quota_error"
        ),
        "QuotaExhausted",
    ),
    _alike(
        "overloaded;moonshot",
        error_response(
            429, "The engine is currently overloaded, please try again later", type="engine_overloaded_error"
        ),
        "RateLimited",
    ),
    _alike(
        "concurrency;moonshot",
        error_response(
            429,
            "Your account reached max organization concurrency: 3, please try again after 1 seconds",
            type="rate_limit_reached_error",
        ),
        "RateLimited",
        retry_after_seconds=1.0,
    ),
    _alike("quota;daily", error_response(429, "Rate limit reached on tokens per day (TPD): 500000"), "QuotaExhausted"),
    _alike("quota;balance", error_response(403, "Insufficient balance", code="insufficient_balance"), "QuotaExhausted"),
    *(_in_body(name, error, expect) for name, error, expect in _IN_A_BODY),
    _alike("content-filter;moonshot", error_response(400, "considered high risk", type="content_filter"), "BadRequest"),
]


def _wait(name: str, headers: Mapping[str, str], **more: Any) -> Scenario:
    return _alike(f"retry-after;{name}", error_response(429, headers=headers), "RateLimited", **more)


def _until_a_date(request: Received) -> Response:
    """Ask to wait for 2 seconds by a clock that is an hour ahead of ours, as the Date header shows."""
    now = time.time() + 3600
    dates = {
        "Date": email.utils.formatdate(now, usegmt=True),
        "Retry-After": email.utils.formatdate(now + 2, usegmt=True),
    }
    return error_response(429, headers=dates)


WAITS = [
    _wait("seconds", {"Retry-After": "1"}, retry_after_seconds=1.0),
    _wait("float", {"Retry-After": "0.25"}, retry_after_seconds=0.25),
    _wait("milliseconds", {"retry-after-ms": "40"}, retry_after_seconds=0.04),
    Scenario("retry-after;date", _until_a_date, _until_a_date, "RateLimited"),
    _wait("nonsense", {"Retry-After": "soon"}),
    _wait("negative", {"Retry-After": "-5"}),
    # Nobody sits out a day: the error is reported at once.
    _wait("too-long", {"Retry-After": "301"}, retry_after_seconds=301.0, most_requests=1),
    _wait("huge", {"Retry-After": "86400"}, retry_after_seconds=86_400.0, most_requests=1),
]

SCENARIOS: tuple[Scenario, ...] = (*CONNECTIONS, *BYTES, *SHAPES, *STATUSES, *WAITS)
