"""The HTTP client of a loop, and what goes through it as bytes: a request, a refusal, a body with a bound.

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
from collections.abc import AsyncIterator, Callable, Mapping
from importlib import metadata
from typing import TYPE_CHECKING

from workbench.asking.wire.failures import status_error, words
from workbench.base import engine
from workbench.base.machine import is_this_machine
from workbench.errors import BadResponse, CallError, ConfigError, NotSent
from workbench.providers.addresses import Address

if TYPE_CHECKING:
    import httpx2

_USER_AGENT = f"workbench/{metadata.version('workbench')}"
_MOST_REFUSAL_BYTES = 2**20
_NO_PROXY = ("all://", "http://", "https://")
_HEADER_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_HEADER_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def wire_request(
    method: str, address: Address, path: str, content: bytes = b"", begun: Callable[[], None] | None = None
) -> httpx2.Request:
    """A request as it goes over the wire; `begun` is called when its content is asked for, and not before."""
    import httpx2

    headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": _USER_AGENT}
    if content:
        headers["Content-Type"] = "application/json"
        headers["Content-Length"] = str(len(content))
    if address.key:
        headers["Authorization"] = f"Bearer {address.key.reveal()}"
    url = _url(address.base_url.rstrip("/") + path)
    if begun is None:
        return httpx2.Request(method, url, headers=headers, content=content)
    # A stream is taken as it is: half of what making a request takes is to see what its content may be.
    return httpx2.Request(method, url, headers=headers, stream=_posted()(content, begun))


@functools.cache
def _posted() -> Callable[[bytes, Callable[[], None]], httpx2.AsyncByteStream]:
    import httpx2

    class Posted(httpx2.AsyncByteStream):
        def __init__(self, content: bytes, begun: Callable[[], None]) -> None:
            self._content, self._begun = content, begun

        async def __aiter__(self) -> AsyncIterator[bytes]:
            self._begun()
            yield self._content

    return Posted


def headers_of(response: httpx2.Response) -> dict[str, str]:
    """The headers by their names in lower case; each look into `response.headers` itself takes 10 us."""
    found: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def blocks_of(response: httpx2.Response, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    """The body as it comes, unpacked where it was packed; each layer that it passes costs each block its time."""
    if "content-encoding" in headers or not hasattr(response.stream, "__aiter__"):
        return response.aiter_bytes()
    return response.stream.__aiter__()


def check_headers(headers: httpx2.Headers) -> None:
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
            variables = "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE"
            failure = ConfigError(f"no request can be made: {words(error)}; check {variables}")
            failure.scope = "machine"
            raise failure from None
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
