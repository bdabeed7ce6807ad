"""Requests made by hand over a plain socket, to see the very bytes that come back."""

from __future__ import annotations

import json
import socket
import time

from fakes.server import FakeServer


def wire(
    server: FakeServer,
    *,
    streamed: bool = False,
    model: str = "fake-model",
    seconds: float = 60.0,
    answers: bool = False,
) -> tuple[bytes, str]:
    """Send one request by hand and return every byte that comes back within the time, and why no more.

    Of a server that `answers`, the time begins with its first bytes.
    """
    body = json.dumps({"model": model, "stream": streamed, "messages": [{"role": "user", "content": "How many?"}]})
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: fake\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        deadline = time.monotonic() + seconds
        client.sendall(f"{head}\r\n{body}".encode())
        received = bytearray()
        while True:
            client.settimeout(60.0 if answers and not received else max(0.001, deadline - time.monotonic()))
            try:
                data = client.recv(1 << 20)
            except TimeoutError:
                return bytes(received), "open"
            except ConnectionResetError:
                return bytes(received), "reset"
            if not data:
                return bytes(received), "closed"
            if answers and not received:
                deadline = time.monotonic() + seconds
            received += data


def body_of(received: bytes) -> bytes | None:
    """The body of a reply, with HTTP chunks joined; None when it is not whole."""
    head, _, rest = received.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        return rest
    parts: list[bytes] = []
    at = 0
    while at < len(rest):
        start = rest.index(b"\r\n", at) + 2
        count = int(rest[at : start - 2], 16)
        if count == 0:
            return b"".join(parts)
        parts.append(rest[start : start + count])
        at = start + count + 2
    return None
