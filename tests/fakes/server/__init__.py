"""A scripted server that decides about every byte on the wire."""

from fakes.server.server import (
    CLOSE,
    HANG,
    RESET,
    FakeServer,
    Pause,
    Raw,
    Received,
    Response,
    completion,
    error_response,
    held,
    json_response,
    refused_address,
    sse_response,
)

__all__ = [
    "CLOSE",
    "HANG",
    "RESET",
    "FakeServer",
    "Pause",
    "Raw",
    "Received",
    "Response",
    "completion",
    "error_response",
    "held",
    "json_response",
    "refused_address",
    "sse_response",
]
