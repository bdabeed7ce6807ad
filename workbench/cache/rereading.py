"""A record becomes a reply: read anew each time, so that a better reader improves old replies."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from workbench.errors import WorkbenchError
from workbench.providers.models import Target, resolve
from workbench.providers.parameters import told_off
from workbench.providers.requests import CallRequest
from workbench.replies.reading import Reading, Visibility
from workbench.replies.reply import Record, Reply, reply_from


def read_reply(record: Record) -> Reply:
    """Read a kept record as a reply, by what is known today about its model."""
    request = record["request"]
    return reply_from(record, asked(reading_of(request["model_id"], dialect=request.get("dialect")), request["body"]))


def reply_to(record: Record, request: CallRequest, *, bought: bool = False) -> Reply:
    """Read a record as the reply to this request: kept already, or `bought` just now."""
    reply = reply_from(record, reading_to(request), model=request.target.label, bought=bought)
    return reply if request.routed_to is None else replace(reply, served_by=request.routed_to)


def reading_to(request: CallRequest) -> Reading:
    """How the replies to a request are read."""
    return asked(reading_for(request.target), request.body)


def asked(reading: Reading, body: Mapping[str, Any]) -> Reading:
    """How the replies to one request are read: told not to think, a template closes the thinking that it has opened."""
    how = told_off(body)
    return replace(reading, told_off=how, preopened=False, preopens=reading.preopened) if how else reading


def reading_of(model_id: str, *, dialect: str | None = None) -> Reading:
    """How replies of a model are read today; by its dialect when its provider is no longer known here."""
    for candidate in (model_id, f"{dialect}/{model_id.partition('/')[2]}"):
        try:
            return reading_for(resolve(candidate))
        except WorkbenchError:
            continue
    return Reading()


def reading_for(target: Target) -> Reading:
    """How replies of a target are read."""
    return _reading(target.provider.thought_flag, target.preopened, cast(Visibility, target.facts.thinking))


_reading = functools.lru_cache(maxsize=64)(Reading)  # a call asks for it twice
