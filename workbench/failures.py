"""What a failed exchange means: its class, whether anything was sent, how long to wait."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbench.errors import (
    AuthError,
    BadRequest,
    CallError,
    NotFound,
    QuotaExhausted,
    RateLimited,
    Redirected,
    ServerBusy,
)
from workbench.streams import describe_error, is_quota

if TYPE_CHECKING:
    import openai

_DAILY_LIMIT = re.compile(r"\bTPD\b|\bRPD\b|per day|daily", re.IGNORECASE)


def words(error: BaseException | None) -> str:
    """What an exception of a library says, in one short line."""
    inner = error.__cause__ or error.__context__ if error is not None else None
    text = str(error or "") or str(inner or "") or type(error).__name__
    return " ".join(text.split())[:200]


def never_connected(error: BaseException | None) -> bool:
    """Whether no byte can have reached the provider.

    The SDK's aiohttp transport reports a server that hangs up as a connect timeout, so the exception below it decides.
    """
    import aiohttp
    import httpx2

    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    if any(isinstance(link, aiohttp.ClientError) for link in chain):
        never = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
        return any(isinstance(link, never) for link in chain)
    return any(
        isinstance(link, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.UnsupportedProtocol) for link in chain
    )


def status_error(error: openai.APIStatusError) -> CallError:
    """The class of a reply with an error status; the body's own type outranks the number."""
    status, body = error.status_code, error.body
    inner = body.get("error", body) if isinstance(body, Mapping) else body
    reason = describe_error(body) if body else "no reason given"
    message = f"the provider answered {status}: {reason}"
    kind: type[CallError]
    if 300 <= status < 400:
        kind, message = Redirected, f"the provider answered {status}, a redirect, which is not followed; check base_url"
    elif status == 402 or (status in (403, 429) and is_quota(inner)):
        kind = QuotaExhausted
    elif status == 429:
        kind = QuotaExhausted if _DAILY_LIMIT.search(reason) else RateLimited
    elif status in (401, 403):
        kind = AuthError
    elif status in (404, 405, 410):
        kind = NotFound
    elif status in (408, 409, 425) or status >= 500:
        kind = ServerBusy
    else:
        kind = BadRequest
    return kind(message, status=status, retry_after_seconds=retry_after(error.response.headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a provider asks to wait; a date is read by the provider's own clock, for ours may be wrong."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / unit
        except ValueError:
            try:
                moment = email.utils.parsedate_to_datetime(value)
                now = email.utils.parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
                seconds = (moment - now).total_seconds() + 1.0
            except (TypeError, ValueError):
                continue
        if 0 < seconds < float("inf"):
            return seconds
    return None
