"""Replies that are kept as an earlier table had their calls sent: they are found there, and not bought again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from workbench.cache.kept import Cache
from workbench.cache.request_key import request_key
from workbench.providers.known_parameters import MAX_TOKENS_NAMES
from workbench.providers.requests import CallRequest
from workbench.replies.reply import Record


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


def as_kept(request: CallRequest, cache: Cache) -> CallRequest:
    """The request as its reply is kept: as an earlier table had it sent, where that is there and today's is not."""
    return as_kept_each([request], cache)[0]


def as_kept_each(requests: Iterable[CallRequest], cache: Cache) -> list[CallRequest]:
    """Requests as their replies are kept, looked up together; those that were always sent alike are not looked up."""
    listed = [*requests]
    before = {
        place: [(request_key(one.identity()), one) for one in as_sent_before(request)]
        for place, request in enumerate(listed)
        if request.earlier_caps and request.cascade is None
    }
    there = cache.present(key for ways in before.values() for key, _ in ways) if before else set()
    found = {place: next((one for key, one in ways if key in there), None) for place, ways in before.items()}
    today = {place: request_key(listed[place].identity()) for place, one in found.items() if one is not None}
    kept_today = cache.present(today.values()) if today else set()
    return [
        earlier if (earlier := found.get(place)) is not None and today[place] not in kept_today else request
        for place, request in enumerate(listed)
    ]


async def kept_earlier(request: CallRequest, cache: Cache) -> Record | None:
    """The record of a call as an earlier table had it sent; None where there is none."""
    for one in as_sent_before(request):
        if (record := await cache.alookup(request_key(one.identity()))) is not None:
            return record
    return None
