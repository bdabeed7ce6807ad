"""Many calls of one model in batches: checked, handed over, waited for; what an earlier run left is taken up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from workbench.asking.batch.buying import Buyer, Progress, alone
from workbench.asking.batch.delivering import Wanted
from workbench.asking.batch.door import Door
from workbench.asking.money import Purse
from workbench.cache.batch_journal import Journal
from workbench.cache.kept import Cache
from workbench.errors import BudgetExceeded, InputError, StoreCorrupt
from workbench.providers.addresses import locate
from workbench.providers.batches import check_batchable, worst_in_batch
from workbench.providers.models import Target
from workbench.providers.requests import CallRequest

__all__ = ["Progress", "Wanted", "already_handed_over", "buy_in_batches", "check_wanted"]


async def buy_in_batches(
    wanted: Sequence[Wanted], cache: Cache, purse: Purse, progress: Progress, *, refresh: bool = False
) -> None:
    """Have calls of one model made in batches, and tell each of its reply or failure.

    What an earlier run handed over is waited for and not handed over again; with `refresh`, that of a run that wanted
    the same. Raises a `StoreError` where nothing can be
    kept, and errors of the provider that concern all of them.
    """
    journal = Journal(cache.folder)
    first = wanted[0].request
    terms = check_batchable(first)
    door = await door_to(first.target, terms.shape)
    buyer = Buyer(cache, journal, purse, progress, terms, first.target, door, refresh)
    named = (first.base_url, first.target.id)
    waiting = {one.key: one for one in wanted}
    while waiting:
        async with alone(cache, f"batches of {first.base_url} {first.target.name}"):
            there = [batch for batch in journal.open() if (batch.base_url, batch.model_id) == named]
            there = [batch for batch in there if batch.refresh or not refresh]
            under_way = [batch for one in there if (batch := await buyer.taken_up(one, waiting)) is not None]
            handed = {sent.key for batch in journal.open() if batch in under_way for sent in journal.sent(batch)}
            if not refresh:  # looked at last: a batch that another process has just ended has kept its replies by now
                await buyer.take_kept(waiting)
            under_way += await buyer.hand_over([one for one in waiting.values() if one.key not in handed], waiting)
        if under_way:
            await asyncio.gather(*(buyer.follow(batch, waiting) for batch in under_way))
        elif waiting:
            await buyer.wait_for_money(waiting)


async def door_to(target: Target, shape: str) -> Door:
    """The way to a provider's batches, with its key where it wants it."""
    address = await locate(target)
    if shape == "messages":
        return Door(address, {"anthropic-version": "2023-06-01"}, key_in="x-api-key")
    return Door(address)


def check_wanted(requests: Iterable[CallRequest], max_usd: float | None) -> None:
    """Raise before anything is bought for requests that cannot go into a batch, or not within a sum."""
    for request in requests:
        if request.cascade is not None:
            raise InputError(
                f"{request.target.label!r} asks one model after the other, and a batch is of one model. Run its models "
                "in batches of their own first: what they answer is kept, and the same sweep without batch=True asks "
                "for the rest (nothing was sent)"
            )
        check_batchable(request)
        if max_usd is not None and worst_in_batch(request) is None:
            raise BudgetExceeded(
                f"max_usd cannot be kept for {request.target.id!r}: what it costs in a batch is not known; "
                "`workbench models --check` asks its provider, or leave max_usd out"
            )
        if request.headers or request.query or request.hidden.in_body:
            raise InputError("extra_headers, extra_query and keys in a body cannot go into a batch (nothing was sent)")
        if request.others:
            raise InputError(
                "fallback= and batch=True do not go together: a batch is of one model. Run it without fallback= first: "
                "what it answers is kept, and the same sweep with fallback= and without batch=True asks for the rest "
                "(nothing was sent)"
            )


def already_handed_over(keys: Iterable[str], cache: Cache) -> int:
    """How many of these calls are in a batch under way: bought one by one, they would be paid for twice."""
    journal = Journal(cache.folder)
    try:
        under_way = {sent.key for batch in journal.open() for sent in journal.sent(batch)}
    except StoreCorrupt:
        return 0
    return len(under_way.intersection(keys)) if under_way else 0
