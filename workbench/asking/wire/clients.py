"""The HTTP client of an event loop, and what goes through it as bytes: a request, a refusal, a body with a bound.

aiohttp does the wire: its connections are kept, its parser is compiled, and nothing stands between it and us, since
each layer costs every call its time. No SDK of a provider is used: what it adds is retries, which hide paid calls, an
object for every chunk, and headers of the user's account, which are no other provider's business. Redirects are not
followed.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from workbench.asking.wire.failures import status_error, words
from workbench.asking.wire.ways import Ways
from workbench.base import engine
from workbench.base import regular_expressions as re
from workbench.errors import BadResponse, CallError, ConfigError, NotSent
from workbench.providers.addresses import Address

if TYPE_CHECKING:
    import aiohttp
    import yarl
    from multidict import CIMultiDict

CONNECT_TIMEOUT_SECONDS = 20.0
IDLE_TIMEOUT_SECONDS = 300.0
"""For a silence within a reply. Keep-alive comments are not silence; the first token has been seen to take 243 s."""

_KEEP_SECONDS = 5.0
_MOST_REFUSAL_BYTES = 2**20
_PIECE_BYTES = 2**18
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_HEADER_VALUE = re.compile(r"[^\t\x20-\x7e]")


@functools.cache
def _user_agent() -> str:
    return f"workbench/{metadata.version('workbench')}"


@dataclass(slots=True)
class Outgoing:
    """A request as it goes over the wire; `begun` is called when its content is asked for, and not before."""

    method: str
    url: yarl.URL
    headers: CIMultiDict[str]
    content: bytes = b""
    begun: Callable[[], None] | None = None
    seconds_of_silence: float = IDLE_TIMEOUT_SECONDS

    def ask_also(self, query: Mapping[str, Any]) -> None:
        """Add to the query of the address, in place of what had the same name."""
        many = {name: value if isinstance(value, list | tuple) else [value] for name, value in query.items()}
        self.url = self.url.update_query(
            {name: [_in_query(value) for value in values] for name, values in many.items()}
        )


def _in_query(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def wire_request(
    method: str, address: Address, path: str, content: bytes = b"", begun: Callable[[], None] | None = None
) -> Outgoing:
    """A request to a path below an address, with its key."""
    from multidict import CIMultiDict

    headers = CIMultiDict(
        {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": _user_agent()}
    )
    if content:
        headers["Content-Type"] = "application/json"
    if address.key:
        headers["Authorization"] = f"Bearer {address.key.reveal()}"
        if not headers["Authorization"].isprintable() or not headers["Authorization"].isascii():
            check_headers(headers)
    return Outgoing(method, _url(address.base_url.rstrip("/") + path), headers, content, begun)


async def send(request: Outgoing) -> aiohttp.ClientResponse:
    """Send a request; the answer's head is there, its body is still to come, and it must be released.

    Raises `ConfigError` where the environment names a proxy or a certificate that cannot be used.
    """
    client = _client()
    url, content = request.url, request.content
    try:
        proxy = client.ways.proxy(url.scheme, url.host or "")
        trust = client.ways.trust() if url.scheme == "https" or (proxy or "").startswith("https") else True
    except (OSError, ValueError) as error:
        raise _unusable(error) from None
    if content:
        request.headers["Content-Length"] = str(len(content))
    return await client.session.request(
        request.method,
        url,
        headers=request.headers,
        data=_posted_class()(content, request.begun) if content else None,
        allow_redirects=False,
        timeout=_timeout(CONNECT_TIMEOUT_SECONDS, request.seconds_of_silence),
        proxy=proxy,
        ssl=trust,
    )


@functools.cache
def _posted_class() -> Callable[[bytes, Callable[[], None] | None], aiohttp.Payload]:
    """What is posted, as aiohttp's own kind of it: a generator of bytes is looked up and driven at each request."""
    import aiohttp
    from aiohttp.abc import AbstractStreamWriter

    class Posted(aiohttp.Payload):
        def __init__(self, content: bytes, begun: Callable[[], None] | None) -> None:
            super().__init__(content)
            self._size, self._begun = len(content), begun

        def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
            return bytes(self._value).decode(encoding, errors)

        async def write(self, writer: AbstractStreamWriter) -> None:
            if self._begun is not None:
                self._begun()
            for start in range(0, len(self._value), _PIECE_BYTES):
                await writer.write(self._value[start : start + _PIECE_BYTES])

    return Posted


@functools.lru_cache(maxsize=64)
def _timeout(connect_seconds: float, silence_seconds: float) -> aiohttp.ClientTimeout:
    import aiohttp

    return aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds, sock_read=silence_seconds)


def headers_of(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The headers by their names in lower case, those that came twice joined."""
    found: dict[str, str] = {}
    for raw_name, raw_value in response.raw_headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def blocks_of(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The body as it comes, unpacked where it was packed."""
    return response.content.iter_any().__aiter__()


def check_headers(headers: Mapping[str, str]) -> None:
    """Raise `NotSent` for a header that no HTTP client would send, before it is tried."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or _NO_HEADER_VALUE.search(value):
            error = NotSent(
                f"the header {name!r} cannot be sent: it holds a line break, another control character or a letter "
                "beyond ASCII; mend the key, or extra_headers"
            )
            error.final = True
            raise error


@functools.lru_cache(maxsize=64)
def _url(text: str) -> yarl.URL:
    import aiohttp
    import yarl

    try:
        return yarl.URL(text)
    except ValueError as error:
        raise aiohttp.InvalidURL(text, str(error)) from None


async def refusal(response: aiohttp.ClientResponse) -> CallError:
    """The error that a reply with an error status stands for; it is one even where its body breaks off."""
    import aiohttp

    body = b""
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        async for block in blocks_of(response):
            body += block
            if len(body) > _MOST_REFUSAL_BYTES:
                break
    text = body.decode("utf-8", "replace")
    try:
        reason = json.loads(text)
    except (ValueError, RecursionError):
        reason = text
    return status_error(response.status, headers_of(response), reason)


@dataclass(frozen=True)
class _Client:
    session: aiohttp.ClientSession
    ways: Ways


_http_clients: dict[asyncio.AbstractEventLoop, _Client] = {}


def _client() -> _Client:
    """The HTTP client of this loop. It holds no key: each request brings its own."""
    loop = asyncio.get_running_loop()
    found = _http_clients.get(loop)
    if found is None:
        import aiohttp

        try:
            ways = Ways()
        except (OSError, ValueError) as error:
            raise _unusable(error) from None
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_SECONDS)  # the pace is what limits
        found = _Client(aiohttp.ClientSession(connector=connector), ways)
        if not _http_clients:
            engine.at_exit(_close_clients)
        _http_clients[loop] = found
    return found


def _unusable(error: Exception) -> ConfigError:
    variables = "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE"
    failure = ConfigError(f"no request can be made: {words(error)}; check {variables}")
    failure.scope = "machine"
    return failure


async def read_bounded(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """The body of a reply; raises `BadResponse` as soon as it is longer than `most_bytes`."""
    parts, size = [], 0
    async for block in blocks_of(response):
        parts.append(block)
        size += len(block)
        if size > most_bytes:
            raise BadResponse(f"the answer is larger than {most_bytes // 2**20} MiB")
    return b"".join(parts)


async def _close_clients() -> None:
    loop = asyncio.get_running_loop()
    found = _http_clients.pop(loop, None)
    if found is not None:
        await found.session.close()
