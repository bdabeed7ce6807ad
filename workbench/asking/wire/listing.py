"""A provider's list of models, read page by page within bounds of size, time and pages."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
from typing import Any

from workbench.asking.wire.clients import read_bounded, refusal, send, wire_request
from workbench.asking.wire.failures import classified, of_the_wire, without_keys
from workbench.errors import BadResponse, CallError, OutcomeUnknown
from workbench.providers.addresses import Address
from workbench.providers.facts import Provider

MOST_LIST_BYTES = 2**24
"""Of all pages of a list together; the longest known has less than a tenth of it."""

MOST_PAGES = 50
LONGEST_SECONDS = 30.0
_NOT_AS_EXPECTED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_PAGE = {"anthropic": {"limit": "1000"}, "gemini": {"pageSize": "1000"}}


async def list_entries(provider: Provider, address: Address, *, timeout_seconds: float = LONGEST_SECONDS) -> list[Any]:
    """Ask a provider what it serves: the entries of its list as it sent them; raises a `CallError`."""
    failure: CallError
    status: list[int] = []
    try:
        async with asyncio.timeout(timeout_seconds):
            return await _pages(provider, address, status)
    except CallError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - whatever a client or a body may raise is put into our classes
        if isinstance(error, TimeoutError) and not of_the_wire(error):
            failure = OutcomeUnknown(f"no whole answer within {timeout_seconds:g} seconds")
        elif isinstance(error, _NOT_AS_EXPECTED) and not of_the_wire(error):
            failure = BadResponse("the answer is not a list of models")
        else:
            failure = classified(error, address.base_url, status=status[-1] if status else None, posted=True)
    without_keys(failure, {})
    failure.__cause__ = failure.__context__ = None
    raise failure


async def _pages(provider: Provider, address: Address, status: list[int]) -> list[Any]:
    query, left = dict(_PAGE.get(provider.dialect, {})), MOST_LIST_BYTES
    asked: set[str] = set()
    entries: list[Any] = []
    while (page := json.dumps(query)) not in asked:
        if len(asked) == MOST_PAGES:
            raise BadResponse(f"the list of models has more than {MOST_PAGES} pages")
        asked.add(page)
        text = await _page(provider, address, query, left, status)
        left -= len(text)
        data = json.loads(text)
        found: Any = data
        if isinstance(data, dict):
            found = next((data[name] for name in ("data", "models") if name in data), None)
        if not isinstance(found, list):
            raise BadResponse("the answer is not a list of models")
        entries += found
        more = _next(data) if isinstance(data, dict) and found else {}
        if not more:
            break
        query = {**query, **more}
    return entries


def _next(data: dict[str, Any]) -> dict[str, str]:
    """What the query of the next page says; empty where this was the last."""
    if data.get("has_more") is True and isinstance(data.get("last_id"), str):
        return {"after_id": data["last_id"]}
    token = data.get("nextPageToken")
    return {"pageToken": token} if isinstance(token, str) and token else {}


async def _page(provider: Provider, address: Address, query: dict[str, str], left: int, status: list[int]) -> bytes:
    base = address.base_url.rstrip("/")
    # Joined as a path of this host and no other: the key goes along.
    path = urllib.parse.urlsplit(urllib.parse.urljoin(f"{base}/", provider.list_at)).path
    origin = urllib.parse.urlsplit(base)._replace(path="", query="", fragment="").geturl()
    there = Address(origin, address.key)
    request = wire_request("GET", there, f"{path}?{urllib.parse.urlencode(query)}" if query else path)
    if provider.list_key_in and address.key is not None:
        del request.headers["Authorization"]
        request.headers[provider.list_key_in] = address.key.reveal()
    if provider.dialect == "anthropic":
        request.headers["anthropic-version"] = "2023-06-01"
    response = await send(request)
    try:
        status.append(response.status)
        if response.status >= 300:
            raise await refusal(response)
        return await read_bounded(response, left)
    finally:
        response.release()
