"""The scripted model as a provider: a small server on this machine's own address, for nobody else to reach."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from workbench.testing.script import Answer

_MOST_WAITING = 1_024
_LONGEST_SHUTDOWN_SECONDS = 0.02
_LINGER = struct.Struct("ii")
_RESET = _LINGER.pack(1, 0)


class Server:
    """Answers chat completions on 127.0.0.1 by a function of their body, each connection in a thread of its own."""

    def __init__(self, answer: Callable[[Mapping[str, Any]], Answer]) -> None:
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.answer = answer
        threading.Thread(
            target=self._http.serve_forever, args=(_LONGEST_SHUTDOWN_SECONDS,), name="workbench-scripted", daemon=True
        ).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = _MOST_WAITING
    answer: Callable[[Mapping[str, Any]], Answer]

    def shutdown_request(self, request: Any) -> None:
        """Close a connection; one that is to be reset must not be ended politely first."""
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER.size) == _RESET:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has gone: nothing is to be said, and nobody is there to hear it."""


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.answer(body)
        time.sleep(answer.seconds)
        if answer.ends == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.events:
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for line in _lines(answer):
                self.wfile.write(line)
        else:
            self._write_json(answer.body)

    def do_GET(self) -> None:
        """The list of models, which `workbench models --check` asks for."""
        self.send_response(200)
        self._write_json({"object": "list", "data": [{"id": "model", "object": "model"}]})

    def _write_json(self, value: Mapping[str, Any]) -> None:
        content = json.dumps(value).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002 - the name of http.server
        """Say nothing on stderr."""


def _lines(answer: Answer) -> Iterator[bytes]:
    for event in answer.events:
        yield b"data: " + json.dumps(event).encode() + b"\n\n"
    if answer.ends == "whole":
        yield b"data: [DONE]\n\n"
