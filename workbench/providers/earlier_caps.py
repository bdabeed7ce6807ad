"""Caps that a table put into calls which give none, and those of earlier tables: the same call, sent otherwise then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.providers.known_parameters import MAX_TOKENS_NAMES
from workbench.providers.models import Target

if TYPE_CHECKING:
    from workbench.providers.requests import CallRequest


def earlier_caps(
    target: Target, max_tokens: int | None, options: Mapping[str, Any], extra: Mapping[str, Any]
) -> tuple[int | None, ...]:
    """The caps that a call without one may have had before: none (None), and what tables said, but for today's."""
    pinned = target.params.get("extra_body") or {}
    given = [max_tokens, *(told.get(name) for told in (options, target.params) for name in MAX_TOKENS_NAMES)]
    if any(cap is not None for cap in given) or {*extra, *pinned} & {*MAX_TOKENS_NAMES}:
        return ()
    caps = dict.fromkeys((None, *target.facts.earlier_default_max_tokens))
    return tuple(cap for cap in caps if cap != target.facts.default_max_tokens)


def as_sent_before(request: CallRequest) -> Iterator[CallRequest]:
    """The same call as earlier tables had it sent: under these keys its reply may be kept, too."""
    if not request.earlier_caps:
        return
    provider = request.target.provider
    body = {name: value for name, value in request.body.items() if name not in MAX_TOKENS_NAMES}
    for cap in request.earlier_caps:
        sent = provider.sent.get("max_tokens") if cap is None else cap  # what is said outright where no cap is given
        capped = body if sent is None else {**body, provider.max_tokens_field: sent}
        if capped != request.body:
            yield replace(request, body=capped, earlier_caps=())
