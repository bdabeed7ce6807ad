"""What a failed exchange means: which error it is, what it concerns, whether anything was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.asking.wire.error_bodies import InPlace, error_in, in_lower_case
from workbench.asking.wire.error_classes import Refusal, kind_of
from workbench.asking.wire.error_words import BY_GRPC, BY_WORDS, QUOTA_WORDS
from workbench.asking.wire.pages import is_page, page_words
from workbench.asking.wire.retry_after import pause_of
from workbench.base import regular_expressions as re
from workbench.base.secrets import redact, without_known
from workbench.errors import (
    AuthError,
    BadRequest,
    BadResponse,
    Blocked,
    CallError,
    NotFound,
    NotSent,
    OutcomeUnknown,
    QuotaExhausted,
    RateLimited,
    Scope,
    StreamError,
)

_SETTLED_BY_CODE: Mapping[str, type[CallError]] = {
    **dict.fromkeys(("401", "403", "authentication_error", "permission_error", "invalid_api_key"), AuthError),
    **dict.fromkeys(("404", "not_found_error", "model_not_found"), NotFound),
    **dict.fromkeys(("400", "422", "invalid_request_error", "context_length_exceeded"), BadRequest),
    **dict.fromkeys(("429", "rate_limit_error", "rate_limit_exceeded", "rate_limit_reached_error"), RateLimited),
}
_MET_ON_THE_WAY = frozenset({"cf-mitigated", "x-amzn-waf-action", "x-sucuri-block"})
"""Headers by which Cloudflare, AWS and Sucuri say that it was they who answered."""

HEAD_CHARACTERS = 200
_MOST_WORDS = 8_000


def words(error: BaseException | None) -> str:
    """What an exception of a library says, in one short line."""
    inner = error.__cause__ or error.__context__ if error is not None else None
    text = str(error or "") or str(inner or "") or type(error).__name__
    return redact(" ".join(text.split()))[:200]


def unconnected(error: BaseException, base_url: str) -> CallError | None:
    """The error for a connection that was never made; None where a byte may have reached the provider."""
    import aiohttp

    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    refused = next((link for link in chain if isinstance(link, aiohttp.ClientHttpProxyError)), None)
    if refused is not None and refused.status == 407:
        return status_error(407, {}, None)
    never = (
        aiohttp.ClientConnectorError,
        aiohttp.ClientHttpProxyError,
        aiohttp.ConnectionTimeoutError,
        aiohttp.InvalidURL,
    )
    if not any(isinstance(link, never) for link in chain):
        return None
    cure = "check the address and the network"
    if any(isinstance(link, aiohttp.ClientConnectorCertificateError) for link in chain):
        cure = "where a network has an authority of its own, SSL_CERT_FILE must name the file of its certificate"
    if any(isinstance(getattr(link, "os_error", None), ConnectionRefusedError) for link in chain):
        return NotSent(f"no connection to {base_url}: nothing listens there; start the server, or correct its address")
    return NotSent(f"no connection to {base_url}: {words(error)}; {cure}")


def unsent(error: BaseException) -> NotSent:
    """The error for whatever went wrong before the first byte of a request; asking the same again may help or not."""
    import aiohttp

    found = NotSent(f"nothing was sent: {words(error)}")
    found.final = not isinstance(error, OSError | aiohttp.ClientConnectionError)
    return found


def of_the_wire(error: BaseException) -> bool:
    """Whether the HTTP client raised it; some of its errors are an `OSError`, `TimeoutError` or `ValueError`, too."""
    import aiohttp

    return isinstance(error, aiohttp.ClientError)


def says_timeout(error: BaseException) -> bool:
    return isinstance(error, TimeoutError)


def status_error(status: int, headers: Mapping[str, str], body: object) -> CallError:
    """The class of a reply with an error status; the body's own type outranks the number."""
    inner = error_in(body) or body
    reason = describe_error(inner) if inner else "no reason given"
    message = f"the provider answered {status}: {reason}"
    challenged = _MET_ON_THE_WAY & headers.keys()
    wait_seconds = pause_of(headers, inner, body)
    if 300 <= status < 400:
        message = f"the provider answered {status}, a redirect, which is not followed; check base_url"
    elif status == 407:
        message = "the proxy wants a name and a password (407); HTTPS_PROXY=http://name:password@host"
    refusal = Refusal(status, words_of(inner), body, waits=pause_of(headers, None) is not None)
    kind, scope = kind_of(refusal)
    if kind is Blocked or (challenged and 400 <= status < 600 and status not in (401, 407, 429)):
        kind, scope, message = Blocked, None, blocked_words(status, reason)
    error = kind(message, status=status, retry_after_seconds=wait_seconds)
    error.scope = scope or error.scope
    return error


def blocked_words(status: int, reason: str) -> str:
    """What is said of a request that something on the way refused."""
    return (
        f"a proxy or a firewall on the way refused this request ({status}), not the provider: {reason}; it may take "
        "what the prompt says for an attack, and let others pass"
    )


def error_for(error: object, *, within: str) -> CallError:
    """The error class that an error object inside a successful reply stands for.

    Codes that settle what to do (key, quota, rate, unknown model) get their class; any other is a `StreamError`
    in a stream and a `BadResponse` in a plain body.
    """
    message = f"the provider answered 200 with an error in the {within}: {describe_error(error)}"
    codes = [error.get(name) for name in ("code", "status", "type")] if isinstance(error, Mapping) else []
    status = next((int(str(code)) for code in codes if re.fullmatch(r"[45]\d\d", str(code))), None)
    text = words_of(error)
    kind: type[CallError] | None = None
    scope: Scope | None = None
    in_place = isinstance(error, InPlace)
    if status in (400, 401, 402, 403, 404, 422, 429) or (status and in_place):
        kind, scope = kind_of(Refusal(status, text, error if in_place else {"error": error}))
    elif any(word in text for word in QUOTA_WORDS):
        kind = QuotaExhausted
    else:
        kind = next((_SETTLED_BY_CODE[str(code)] for code in codes if str(code) in _SETTLED_BY_CODE), None)
        if kind is None and isinstance(error, InPlace):
            kind = _by_words(error, text)
    if kind is Blocked:
        message = blocked_words(200, describe_error(error))
    found = (kind or (StreamError if within == "stream" else BadResponse))(message, status=status)
    found.retry_after_seconds = pause_of({}, error)
    found.scope = scope or found.scope
    return found


def _by_words(error: InPlace, text: str) -> type[CallError] | None:
    if "details" in error and isinstance(error.get("code"), int) and error["code"] in BY_GRPC:
        return BY_GRPC[error["code"]]
    return next((kind for pattern, kind in BY_WORDS if pattern.search(text)), None)


def words_of(error: object) -> str:
    """Everything that an error object says of its kind, in lower case."""
    if is_page(error):
        return page_words(str(error)).lower()
    if not isinstance(error, Mapping):
        return str(error or "")[:_MOST_WORDS].lower()
    names = ("type", "code", "status", "message", "detail", "msg", "reason", "error", "title", "metadata", "details")
    error = in_lower_case(error)
    return " ".join(str(error[name]) for name in names if error.get(name) is not None)[:_MOST_WORDS].lower()


def too_large(what: str, most_bytes: int) -> BadResponse:
    """The error for a reply that is refused for its size; asked for again, it would be as large."""
    error = BadResponse(f"{what} is larger than {most_bytes // 2**20} MiB")
    error.final = True
    return error


def describe_error(error: object) -> str:
    """The provider's own words for an error, in one short line."""
    if isinstance(error, Mapping):
        inner = in_lower_case(error).get("error")
        source = in_lower_case(inner if isinstance(inner, Mapping) else error)
        words = source.get("message") or source.get("detail") or inner
        metadata = source.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
        text = f"{words} ({raw})" if words and raw else str(words or head_of(error))
    else:
        text = page_words(str(error)) if is_page(error) else str(error) if error is not None else "no reason given"
    text = redact(" ".join(text.split()))  # before it is cut: a half key would not be known as one
    return text if len(text) <= 2 * HEAD_CHARACTERS else text[: 2 * HEAD_CHARACTERS] + "…"


def head_of(value: object) -> str:
    """The beginning of a value as it would be written in code."""
    text = redact(repr(value))
    return text if len(text) <= HEAD_CHARACTERS else text[:HEAD_CHARACTERS] + "…"


def classified(error: Exception, base_url: str, *, status: int | None, posted: bool) -> CallError:
    """Our class for whatever the HTTP client, or the transport below it, raised; `status` is that of the answer so far,
    `posted` whether the request went out.
    """
    if status is None and (never_sent := unconnected(error, base_url)):
        return never_sent
    if not posted:
        return unsent(error)
    if isinstance(error, UnicodeError | ValueError | RecursionError) and status is not None:
        return BadResponse(f"the body of the reply cannot be read: {words(error)}")
    return OutcomeUnknown(f"the connection broke before the reply was whole: {words(error)}")


def without_keys(error: CallError, body: Mapping[str, Any]) -> CallError:
    """The same error, of which no text holds a key: what a server wrote may echo one anywhere, and be cut within it.

    >>> without_keys(RateLimited("slow down, 'How many sheep?'"), {"messages": [{"content": "How many sheep?"}]})
    RateLimited("slow down, '[prompt]'")
    """
    error.args = (cleaned(str(error), body),)
    for name, value in vars(error).items():
        if isinstance(value, str):
            setattr(error, name, without_known(value, cut=True))
    return error


def cleaned(message: str, body: Mapping[str, Any]) -> str:
    """A message without secrets, and without the prompt that some providers echo.

    >>> cleaned("cannot answer 'How many sheep?'", {"messages": [{"role": "user", "content": "How many sheep?"}]})
    "cannot answer '[prompt]'"
    """
    message = without_known(redact(message), cut=True)
    for part in body.get("messages") or ():
        content = part.get("content") if isinstance(part, Mapping) else None
        if isinstance(content, str) and len(content) >= 8:
            message = message.replace(content, "[prompt]")
    return message
