"""A result of a batch on its way to whoever waits for it: read, kept, booked; or told why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.asking.batch.booking import kept_of, told_to_ledger
from workbench.asking.batch.shapes import Result, Standing
from workbench.asking.wire.failures import error_for, status_error, without_keys
from workbench.asking.wire.streams import check_body
from workbench.cache.batch_journal import Batch, Sent
from workbench.cache.kept import Cache
from workbench.cache.rereading import reading_to, reply_to
from workbench.errors import CallError, NotSent, OutcomeUnknown, WorkbenchError
from workbench.providers.models import resolve
from workbench.providers.requests import CallRequest
from workbench.replies.reply import Reply

Take = Callable[[Reply, bool], None]
Fail = Callable[[WorkbenchError], None]


@dataclass(frozen=True)
class Wanted:
    """One call that is wanted: its request and key, and who is told of its reply or of its failure.

    Beside the reply it is told whether that was put into the store just now, and stands there under this key.
    """

    request: CallRequest
    key: str
    take: Take
    fail: Fail


async def delivered(
    cache: Cache, batch: Batch, sent: Sent, result: Result, waiting: dict[str, Wanted], *, told: bool = False
) -> float:
    """Keep a result, book it, and tell who waits for it; what it cost. `told`: the ledger has its line already.

    Its line comes after its reply: should the process end between the two, the next one that fetches the batch finds
    the reply kept and the line missing, and writes it.
    """
    number = batch.number_of(result.custom_id)
    request = _request_of(sent, waiting)
    try:
        if result.body is None:
            raise _error(result)
        check_body(result.body, request.body, reading_to(request))
    except CallError as error:
        without_keys(error, request.body)
        if not told:
            told_to_ledger(
                cache.ledger, batch, "", request=request, number=number, failure=error, unbilled=result.unasked
            )
        one = waiting.pop(sent.key, None)
        if one:
            one.fail(error)
        return 0.0
    record, usd = kept_of(request, sent.key, result.body, batch)
    there = await cache.alookup(sent.key)
    ours = there is not None and there.get("batch") == batch.batch_id
    put = False
    if there is None or (batch.refresh and not ours):
        put = await (cache.replace(record) if batch.refresh else cache.keep(record))
        there, bought = record, True
    else:
        bought = False
    if (bought or ours) and not told:
        told_to_ledger(cache.ledger, batch, "", request=request, number=number, record=there)
    one = waiting.pop(sent.key, None)
    if one:
        one.take(reply_to(there, one.request, bought=bought), put)
    return usd if bought else 0.0


def _error(result: Result) -> CallError:
    if result.unasked:
        return NotSent(f"the batch ended before this was asked: {result.error!s:.200}")
    if result.status is not None and result.status >= 300:
        return status_error(result.status, {}, result.error)
    return error_for(result.error, within="batch")


def not_there(sent: Sent, standing: Standing, waiting: dict[str, Wanted]) -> None:
    one = waiting.pop(sent.key, None)
    if one is None:
        return
    if standing.failure:
        one.fail(status_error(400, {}, {"message": f"the batch failed as a whole: {standing.failure}"}))
    elif standing.state in ("expired", "cancelled", "canceled"):
        one.fail(NotSent(f"the batch was {standing.state} before this was asked"))
    else:
        one.fail(OutcomeUnknown(f"the batch is {standing.state}, and its results say nothing of this"))


def _request_of(sent: Sent, waiting: Mapping[str, Wanted]) -> CallRequest:
    """The request of a line of the journal: as it is wanted now, else as it was written down."""
    if sent.key in waiting:
        return waiting[sent.key].request
    told: Mapping[str, Any] = sent.request
    return CallRequest(
        target=replace(resolve(told["model_id"]), label=sent.label),
        base_url=told["base_url"],
        body=told["body"],
        headers=told["headers"],
        query=told["query"],
        sample=told["sample"],
        streams=False,
        warnings=(),
    )
