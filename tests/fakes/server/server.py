"""A scripted OpenAI-compatible server on 127.0.0.1 that decides about every byte on the wire.

It speaks HTTP/1.1 over plain sockets, in a thread and an event loop of its own, so that it can also break the rules:
stop in the middle of a chunk, reset the connection, or never end.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from fakes.server.responses import (
    CLOSE,
    DEFAULT_MODEL,
    HANG,
    RESET,
    Fate,
    Pause,
    Piece,
    Raw,
    Received,
    Response,
    Script,
    Until,
    completion,
    error_response,
    held,
    json_response,
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

_LONGEST_STOP_SECONDS = 60.0
_REPLIES = ("/chat/completions", "/responses")
"""Where replies are asked for, in one dialect or the other."""


class FakeServer:
    """Serve a script until the `with` block ends; an exception inside the script is raised there.

    `hits` counts the replies that were asked for, `requests` holds every request, `most_at_once` the largest
    number of replies that were open together, `connections` how many sockets were used. `lists`,
    a function, answers each GET.

    >>> import urllib.request
    >>> with FakeServer(["Nine."]) as server:
    ...     url = server.base_url + "/chat/completions"
    ...     with urllib.request.urlopen(url, data=b'{"model": "m", "messages": []}') as response:
    ...         print(json.load(response)["choices"][0]["message"]["content"], server.hits)
    Nine. 1
    """

    def __init__(
        self, script: Script = "Nine.", *, models: Sequence[str] | None = None, port: int = 0, host: str = "127.0.0.1"
    ) -> None:
        named = list(script) if isinstance(script, Mapping) else [DEFAULT_MODEL]
        self.script = script
        self.port, self.host = port, host
        self.models = list(models) if models is not None else named
        self.lists: Callable[[Received], Response] | None = None
        self.requests: list[Received] = []
        self.connections = 0
        self.most_at_once = 0
        self._open = 0
        self._used: dict[int, int] = {}
        self._failures: list[BaseException] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._accepting: set[asyncio.Task[Any]] = set()
        self._transports: set[asyncio.WriteTransport] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake server", daemon=True)

    def __enter__(self) -> FakeServer:
        self._listener = socket.create_server((self.host, self.port), backlog=2048)
        self._listener.setblocking(False)
        self._loop.add_reader(self._listener, self._accept)
        self._thread.start()
        self.port = self._listener.getsockname()[1]
        self.base_url = f"http://{self.host}:{self.port}/v1"
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.stop()
        if self._failures and error is None:
            raise self._failures[0]

    @property
    def hits(self) -> int:
        return sum(request.path.endswith(_REPLIES) for request in list(self.requests))

    @property
    def cancelled(self) -> int:
        """How many clients went away before their reply was whole."""
        return sum(request.state == "cancelled" for request in list(self.requests))

    def wait_until(self, fact: Callable[[], bool], seconds: float = 300.0) -> None:
        """Wait for something that the server learns in its own time; AssertionError if it never comes true."""
        deadline = time.monotonic() + seconds
        while not fact():
            assert time.monotonic() < deadline, f"not so within {seconds} seconds; requests: {self.requests!r}"
            time.sleep(0.002)

    def stop(self) -> None:
        """Close every connection and stop listening."""
        if not self._loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_LONGEST_STOP_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_LONGEST_STOP_SECONDS)
            self._loop.close()

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except BlockingIOError:
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each piece leaves at once
        protocol = _Protocol(self._begin, self._loop, self._transports)
        accepting = self._loop.create_task(self._loop.connect_accepted_socket(lambda: protocol, client))
        self._accepting.add(accepting)
        accepting.add_done_callback(self._accepting.discard)

    async def _close(self) -> None:
        self._loop.remove_reader(self._listener)
        self._listener.close()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        for transport in self._transports:
            transport.abort()
        while self._transports:
            await asyncio.sleep(0)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = _Connection(self.connections, reader, writer)
        try:
            while (request := await connection.read()) is not None:
                request.number = len(self.requests)
                self.requests.append(request)
                if not await self._reply(request, connection):
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went away between two requests, or the server stops
        finally:
            writer.close()

    async def _reply(self, request: Received, connection: _Connection) -> bool:
        """Reply to one request; tell whether the connection stays open."""
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            keep = await connection.write(await self._response(request))
            request.state = "replied" if keep is not None else "cut"
            return keep is True and request.headers.get("connection", "").lower() != "close"
        except ConnectionError:
            request.state = "cancelled"
            return False
        finally:
            self._open -= 1

    async def _response(self, request: Received) -> Response:
        if request.method == "GET" and self.lists is not None:
            return self.lists(request)
        if request.method == "GET" and request.path.endswith("/models"):
            return json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})
        if not (request.method == "POST" and request.path.endswith(_REPLIES)):
            return error_response(404, f"no such address: {request.method} {request.path}")
        try:
            return await self._play(self.script, request)
        except Exception as failure:  # noqa: BLE001 - whatever it is, __exit__ raises it
            self._failures.append(failure)
            return error_response(400, f"the script failed: {failure!r}")

    async def _play(self, script: Any, request: Received) -> Response:
        if isinstance(script, Response):
            return script
        if isinstance(script, str):
            return await self._play(completion(script), request)
        if isinstance(script, Mapping):
            if request.model not in script:
                return error_response(404, f"no such model: {request.model}", type="resource_not_found_error")
            return await self._play(script[request.model], request)
        if isinstance(script, Sequence):
            position = self._used.get(id(script), 0)
            self._used[id(script)] = position + 1
            if position >= len(script):
                raise AssertionError(f"the script has {len(script)} replies, and one more was asked for")
            return await self._play(script[position], request)
        if hasattr(script, "__anext__"):
            return Response(script, framing="raw")
        result = script(request)
        return await self._play(await result if inspect.isawaitable(result) else result, request)


class _Protocol(asyncio.StreamReaderProtocol):
    """Streams that also tell when the other side has gone, even while nobody reads."""

    def __init__(
        self, serve: Callable[..., Any], loop: asyncio.AbstractEventLoop, transports: set[asyncio.WriteTransport]
    ) -> None:
        super().__init__(asyncio.StreamReader(loop=loop), serve, loop=loop)
        self.gone = asyncio.Event()
        self._transports = transports

    def connection_made(self, transport: Any) -> None:
        self._own_transport = transport
        self._transports.add(transport)
        super().connection_made(transport)

    def eof_received(self) -> bool | None:
        self.gone.set()
        return super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        self.gone.set()
        self._transports.discard(self._own_transport)
        super().connection_lost(error)


class _Connection:
    """Reads requests from one socket and writes replies to it."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._number = number
        self._reader = reader
        self._writer = writer
        self._gone: asyncio.Event = writer.transport.get_protocol().gone  # type: ignore[attr-defined]

    async def read(self) -> Received | None:
        """The next request, or None when the client has closed the connection."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            method, path, _ = lines[0].split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])}
            if headers.get("transfer-encoding", "").lower() == "chunked":
                body = await self._read_chunks()
            else:
                body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        except asyncio.IncompleteReadError:
            return None
        try:
            parsed = json.loads(body) if body else None
        except ValueError:
            parsed = None
        return Received(
            number=-1,  # until it is counted
            connection=self._number,
            method=method,
            path=path.partition("?")[0],
            query=path.partition("?")[2],
            headers=headers,
            body=body,
            json=parsed,
            at=time.monotonic(),
        )

    async def _read_chunks(self) -> bytes:
        parts = []
        while size := int((await self._reader.readline()).split(b";")[0], 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readline()
        await self._reader.readline()
        return b"".join(parts)

    async def write(self, response: Response) -> bool | None:
        """Send a reply: True keeps the connection, False closes it, None tells that the reply was cut on purpose.

        Raises ConnectionError when the client leaves first.
        """
        if response.delay_seconds:
            await self._wait(response.delay_seconds)
        pieces = response.pieces() if callable(response.pieces) else response.pieces
        held = response.head(pieces)  # goes out with the first bytes, as one packet
        async for piece in _each(pieces):
            if isinstance(piece, bytes | Raw):
                data = piece if isinstance(piece, bytes) else piece.data
                if isinstance(piece, bytes) and response.framing == "chunked":
                    data = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
                await self._send(held + data)
                held = b""
                continue
            await self._send(held)
            held = b""
            if isinstance(piece, Pause):
                await self._wait(piece.seconds)
            elif isinstance(piece, Until):
                while not piece.fact():
                    await self._wait(0.002)
            elif piece is HANG:
                await self._wait(None)
            else:
                self._end(piece)
                return None
        await self._send(held + (b"0\r\n\r\n" if response.framing == "chunked" else b""))
        return response.framing in ("length", "chunked")

    async def _send(self, data: bytes) -> None:
        if self._gone.is_set():
            raise ConnectionResetError("the client went away")
        if data:
            self._writer.write(data)
            await self._writer.drain()

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._gone.wait()
        except TimeoutError:
            return
        raise ConnectionResetError("the client went away")

    def _end(self, fate: Fate) -> None:
        if fate is RESET:
            linger = struct.pack("ii", 1, 0)  # with no time to linger, closing sends RST instead of FIN
            self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._writer.transport.abort()


async def _each(pieces: Any) -> AsyncIterator[Piece]:
    if hasattr(pieces, "__anext__"):
        async for piece in pieces:
            yield piece
    else:
        for piece in pieces:
            yield piece


@contextmanager
def refused_address() -> Iterator[str]:
    """A base URL where connections are refused: its port is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
