"""The way to a provider's batches: JSON, files up and down. A request that buys is sent once, whatever comes of it."""

from __future__ import annotations

import asyncio
import json
import secrets
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.asking.wire.clients import blocks_of, headers_of, read_bounded, refusal, send, wire_request
from workbench.asking.wire.failures import classified, of_the_wire, without_keys
from workbench.asking.wire.parsing import parse_json
from workbench.errors import BadResponse, CallError, OutcomeUnknown, RateLimited, ServerBusy
from workbench.providers.addresses import Address

if TYPE_CHECKING:
    import aiohttp

MOST_JSON_BYTES = 2**28
"""Of one answer that is read as a whole: inline results of a batch may be large."""

MOST_FILE_BYTES = 2**33
SECONDS_FOR_ONE = 600.0
TRIES_TO_READ = 4
_ELSEWHERE = frozenset({301, 302, 303, 307, 308, 409})
SECONDS_BEFORE_ANOTHER_TRY = 2.0


class Door:
    """Requests to one provider, with its key, below its base URL; errors are ours."""

    def __init__(self, address: Address, headers: Mapping[str, str] | None = None, *, key_in: str = "") -> None:
        self._address = address
        self._headers = dict(headers or {})
        self._key_in = key_in

    async def read(self, path: str) -> dict[str, Any]:
        """GET a JSON object, tried again where the way is busy."""
        found: dict[str, Any] = await self._patiently(lambda: self._json("GET", path))
        return found

    async def read_list(self, path: str) -> list[Any]:
        """GET a JSON list, tried again where the way is busy."""
        found: list[Any] = await self._patiently(lambda: self._json("GET", path, kind=list))
        return found

    async def write(self, path: str, body: Any, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """POST JSON, once."""
        content = json.dumps(body, separators=(",", ":")).encode("ascii")
        found: dict[str, Any] = await self._json("POST", path, content, headers)
        return found

    async def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> dict[str, Any]:
        """POST a file as a form does; what nobody asks to be run costs nothing, so it is tried again."""
        edge = f"workbench-{secrets.token_hex(16)}"
        parts = [_part(edge, f'name="{field}"', value.encode()) for field, value in fields.items()]
        parts.append(_part(edge, f'name="file"; filename="{name}"', content, "application/jsonl"))
        whole = b"".join((*parts, f"--{edge}--\r\n".encode("ascii")))
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        found: dict[str, Any] = await self._patiently(lambda: self._json("POST", path, whole, kind))
        return found

    async def begin_upload(self, path: str, size: int, kind: str, about: Any) -> str:
        """Where Google wants a file: announced first, and sent to the address that it answers."""
        headers = {
            "X-Goog-Upload-Protocol": "resumable",
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(size),
            "X-Goog-Upload-Header-Content-Type": kind,
        }

        async def once() -> str:
            content = json.dumps(about).encode("ascii")
            response = await self._send("POST", path, content, headers)
            try:
                place = response.headers.get("x-goog-upload-url", "")
            finally:
                response.release()
            return str(place)

        place = await self._patiently(once)
        here = urllib.parse.urlsplit(self._address.base_url)
        there = urllib.parse.urlsplit(place)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):  # the key goes along
            raise BadResponse(f"the place for an upload is {place[:80]!r}, which is another host")
        return f"{there.path}?{there.query}" if there.query else there.path

    async def finish_upload(self, path: str, content: bytes) -> dict[str, Any]:
        headers = {"X-Goog-Upload-Offset": "0", "X-Goog-Upload-Command": "upload, finalize"}
        found: dict[str, Any] = await self._json("POST", path, content, headers)
        return found

    async def sent_elsewhere(self, path: str, fields: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
        """POST a form that is answered with another address, where a file is wanted: that address, and the headers.

        Of a file that is there already, the address is empty and `file_id` stands among the headers.
        """
        edge = f"workbench-{secrets.token_hex(16)}"
        whole = b"".join(_part(edge, f'name="{field}"', value.encode()) for field, value in fields.items())
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}

        async def once() -> tuple[str, Mapping[str, Any]]:
            response = await self._send("POST", path, whole + f"--{edge}--\r\n".encode("ascii"), kind, taken=_ELSEWHERE)
            try:
                if response.status == 409:
                    told = parse_json(await read_bounded(response, MOST_JSON_BYTES))
                    return "", told if isinstance(told, Mapping) else {}
                return str(response.headers.get("location", "")), headers_of(response)
            finally:
                response.release()

        found: tuple[str, Mapping[str, Any]] = await self._patiently(once)
        return found

    async def put(self, place: str, content: bytes) -> None:
        """PUT a file to another address, which was told by this one. No key goes along."""

        async def once() -> None:
            (await self._elsewhere("PUT", place, content)).release()

        await self._patiently(once)

    async def _elsewhere(self, method: str, place: str, content: bytes = b"") -> aiohttp.ClientResponse:
        parts = urllib.parse.urlsplit(place)
        own = urllib.parse.urlsplit(self._address.base_url)
        if not parts.hostname or (parts.scheme != "https" and (parts.scheme, parts.hostname) != ("http", own.hostname)):
            raise BadResponse(f"the place of a file is {place[:80]!r}, which is no safe address")
        request = wire_request(method, Address(place, None), "", content)
        request.headers["Content-Type"] = "application/octet-stream"
        request.seconds_of_silence = SECONDS_FOR_ONE
        response = await send(request)
        if response.status >= 300:
            try:
                raise await refusal(response)
            finally:
                response.release()
        return response

    async def download(self, path: str, target: Path) -> None:
        """GET a file onto the disk, from another address where one is told; tried again where it breaks off."""

        async def once() -> None:
            response = await self._send("GET", path, taken=_ELSEWHERE - {409})
            if response.status >= 300:
                place = str(response.headers.get("location", ""))
                response.release()
                response = await self._elsewhere("GET", place)
            size = 0
            try:
                with target.open("wb") as file:
                    async for block in blocks_of(response):
                        size += len(block)
                        if size > MOST_FILE_BYTES:
                            raise BadResponse(f"the results are larger than {MOST_FILE_BYTES // 2**30} GiB")
                        file.write(block)
            finally:
                response.release()

        await self._patiently(once)

    async def _patiently(self, once: Any) -> Any:
        for left in range(TRIES_TO_READ - 1, -1, -1):
            try:
                async with asyncio.timeout(SECONDS_FOR_ONE):
                    return await self._classed(once, posted=False)
            except (RateLimited, ServerBusy, OutcomeUnknown) as error:
                if not left:
                    raise
                wait = error.retry_after_seconds or SECONDS_BEFORE_ANOTHER_TRY
                await asyncio.sleep(min(wait, 60.0))
            except TimeoutError:
                if not left:
                    raise OutcomeUnknown(f"no whole answer within {SECONDS_FOR_ONE:g} seconds") from None
        raise AssertionError("the last try returns or raises")

    async def _classed(self, once: Any, *, posted: bool) -> Any:
        try:
            return await once()
        except CallError as error:
            without_keys(error, {})
            raise
        except Exception as error:
            if isinstance(error, OSError) and not of_the_wire(error):  # the disk's, or time is up
                raise
            raise classified(error, self._address.base_url, status=None, posted=posted) from None

    async def _json(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        kind: type = dict,
    ) -> Any:
        async def once() -> Any:
            response = await self._send(method, path, content, headers)
            try:
                data = await read_bounded(response, MOST_JSON_BYTES)
            finally:
                response.release()
            try:
                found = parse_json(data.strip())
            except ValueError:
                raise BadResponse(f"the answer is not JSON: {data[:80]!r}") from None
            if not isinstance(found, kind):
                raise BadResponse(f"the answer is no JSON {'object' if kind is dict else 'list'}")
            return found

        if method == "GET":
            return await once()
        return await self._classed(once, posted=True)

    async def _send(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        taken: frozenset[int] = frozenset(),
    ) -> aiohttp.ClientResponse:
        address = self._address
        if path.startswith("//"):  # from the root of the host
            base = urllib.parse.urlsplit(address.base_url)
            address = Address(urllib.parse.urlunsplit((base.scheme, base.netloc, "", "", "")), address.key)
            path = path[1:]
        request = wire_request(method, address, path, content)
        if self._key_in and address.key is not None:
            del request.headers["Authorization"]
            request.headers[self._key_in] = address.key.reveal()
        request.headers.update({**self._headers, **(headers or {})})
        request.seconds_of_silence = SECONDS_FOR_ONE
        response = await send(request)
        if response.status >= 300 and response.status not in taken:
            try:
                raise await refusal(response)
            finally:
                response.release()
        return response


def _part(edge: str, about: str, content: bytes, kind: str = "") -> bytes:
    kind_line = f"Content-Type: {kind}\r\n" if kind else ""
    head = f"--{edge}\r\nContent-Disposition: form-data; {about}\r\n{kind_line}\r\n"
    return head.encode("utf-8") + content + b"\r\n"
