"""Who answers in place of a model that does not: the others in order, each paid for as itself, and never unsaid."""

from __future__ import annotations

from dataclasses import replace

from workbench.errors import (
    BadResponse,
    Blocked,
    CallError,
    LocalModelError,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    ServerBusy,
    StreamError,
    WorkbenchError,
)
from workbench.providers.requests import CallRequest
from workbench.replies.reply import Reply

FALLS_ON: tuple[type[WorkbenchError], ...] = (
    Blocked,
    NotFound,
    RateLimited,
    ServerBusy,
    NotSent,
    OutcomeUnknown,
    StreamError,
    BadResponse,
    LocalModelError,
)
"""Errors after which another model is asked: it is gone, out of quota, too busy, out of reach, or gave nothing usable.

Not after a mistake in the request or a key that is missing or wrong: those are for you to mend. Not where `max_usd` is
reached, and not where a reply could not be kept.
"""


def tried_in_words(request: CallRequest, error: WorkbenchError) -> str:
    """One model that did not answer, and why."""
    return f"{request.target.label}: {type(error).__name__}: {error}"


def in_place_of(request: CallRequest, reply: Reply, tried: list[str]) -> Reply:
    """The reply of a fallback, which says in whose place it stands, and what was tried before."""
    label = request.target.label
    words = f"{label!r} did not answer, and {reply.model!r} did in its place ({'; '.join(tried)})"
    return replace(reply, served_by=reply.model, tried=tuple(tried), warnings=(*reply.warnings, words))


def with_all_tried(error: WorkbenchError, tried: list[str]) -> WorkbenchError:
    """The last error, which names all that was tried before it."""
    error.args = (f"{error} (tried before: {'; '.join(tried)})", *error.args[1:])
    if isinstance(error, CallError):
        error.final = True
    return error
