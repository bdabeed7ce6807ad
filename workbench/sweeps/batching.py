"""A sweep in batches: what is missing is handed over model by model, and its rows come when a batch has ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.asking.money import Purse
from workbench.cache.batch_journal import Journal
from workbench.cache.kept import Cache
from workbench.errors import InputError, StoreCorrupt, WorkbenchError, warn
from workbench.providers.batches import batch_cost, terms_of
from workbench.providers.models import Target
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.replies.reply import Reply
from workbench.show import figures
from workbench.sweeps.cells import Alikes, Cell
from workbench.sweeps.estimates import Estimate
from workbench.sweeps.progress import Progress

if TYPE_CHECKING:
    from workbench.asking import batches

_SOME = Counts(1_000, 1_000)

Take = Callable[[int, Cell, Reply, bool], None]
Fail = Callable[[int, Cell, WorkbenchError], None]


def check(missing: Sequence[Alikes], cache: Cache, *, batch: bool, max_usd: float | None) -> None:
    """Raise before anything is bought where something cannot be asked in a batch.

    Without a batch, warn of calls that are in one already: bought by themselves, they are paid for twice.
    """
    if not batch and not under_way(cache):
        return
    from workbench.asking import batches  # few sweeps ask in batches: what buys them is loaded then

    if not batch:
        twice = batches.already_handed_over((key for group in missing for key in group.keys), cache)
        if twice:
            warn(
                f"{twice:,} of these calls are in a batch that was handed over before, and are bought once more now; "
                "batch=True waits for that batch instead"
            )
        return
    batches.check_wanted((request for group in missing for request in group.requests()), max_usd)


def under_way(cache: Cache) -> bool:
    """Whether calls may be in a batch that was handed over before and has not come back."""
    try:
        return bool(Journal(cache.folder).open())
    except StoreCorrupt:
        return False


def check_until(batch: bool) -> None:
    """Raise where a sweep is to stop early and in a batch, which comes as a whole."""
    if batch:
        raise InputError(
            "until='decided' and batch=True do not go together: a batch comes as a whole. Buy part of it so, such "
            "as the first tasks: it is kept, and until= without batch=True goes on from there (nothing was sent)"
        )


def raised(index: int, cell: Cell, error: WorkbenchError) -> None:
    """Raise a failure, where no row is wanted for it."""
    raise error


async def buy_in_batches(
    missing: Sequence[tuple[int, Cell]],
    cache: Cache,
    purse: Purse,
    progress: Progress,
    take: Take,
    fail: Fail,
    *,
    refresh: bool = False,
) -> None:
    """Buy what is missing in batches, each model's beside the others'."""
    from workbench.asking import batches

    told = batches.Progress()
    progress.batches = lambda: how_batches_stand(told)
    by_model: dict[tuple[str, str], dict[str, list[tuple[int, Cell]]]] = {}
    for index, cell in missing:
        cells = by_model.setdefault((cell.like.base_url, cell.like.target.id), {})
        cells.setdefault(cell.key, []).append((index, cell))

    def wanted(cells: list[tuple[int, Cell]]) -> batches.Wanted:
        def taken(reply: Reply, put: bool) -> None:
            for place, (index, cell) in enumerate(cells):
                take(index, cell, reply if not place else _again(reply), put and not place)

        def failed(error: WorkbenchError) -> None:
            for index, cell in cells:
                fail(index, cell, error)

        return batches.Wanted(cells[0][1].request, cells[0][1].key, taken, failed)

    async with asyncio.TaskGroup() as group:
        for cells in by_model.values():
            ones = [*map(wanted, cells.values())]
            group.create_task(batches.buy_in_batches(ones, cache, purse, told, refresh=refresh))
    progress.batches, progress.usd = None, purse.spent_usd


def _again(reply: Reply) -> Reply:
    """The same reply for a second cell that asks the same: bought once."""
    return replace(reply, cached=True, usd_spent=0.0)


def how_batches_stand(told: batches.Progress) -> str:
    """How far batches are, for a line of progress.

    >>> from workbench.asking import batches
    >>> told = batches.Progress(parts={"a": (100, 40, "in_progress"), "b": (20, None, "validating")})
    >>> how_batches_stand(told)
    '2 batches at the provider: 40 of 100 done, 20 validating; most take minutes, none longer than its window'
    """
    if not told.parts:
        return "handing over"
    parts = [
        f"{done:,} of {total:,} done" if done is not None and (done or state != "validating") else f"{total:,} {state}"
        for total, done, state in told.parts.values()
    ]
    known = [(total, done) for total, done, _ in told.parts.values() if done]
    rest = "most take minutes, none longer than its window"
    if known and (done := sum(part for _, part in known)) < (total := sum(whole for whole, _ in known)):
        seconds = (time.monotonic() - told.began) / done * (total - done)
        rest = f"about {figures.seconds_text(seconds)} left at this pace" if seconds >= 1 else rest
    return f"{figures.counted(len(parts), 'batch')} at the provider: {', '.join(parts)}; {rest}"


def offered(estimates: Iterable[Estimate], targets: Mapping[str, Target]) -> str:
    """What a plan would likely cost in batches, beside what it costs call by call; empty where nothing is to be bought.

    A model's figure is its likely one times the price of a batch over the price of a call, for tokens as they come.
    """
    live, batched, without = 0.0, 0.0, []
    for estimate in estimates:
        target = targets[estimate.model]
        if estimate.calls <= estimate.kept or target.provider.free or not estimate.usd_likely:
            continue
        share = share_of(target) if target.route is None or target.route.cascade is None else None
        if share is None:
            without.append(estimate.model)
        else:
            live += estimate.usd_likely
            batched += estimate.usd_likely * share
    if not live:
        return ""
    dearer = "; in batches it is dearer" if batched > live else ""
    beside = f" ({', '.join(without)}: no batches, or no price of one)" if without else ""
    return (
        f"{figures.budget(live)} likely call by call, {figures.budget(batched)} in batches (batch=True), "
        f"within 24 hours{dearer}{beside}"
    )


def share_of(target: Target) -> float | None:
    """What a call in a batch costs of one by itself; None where no batch or no price is known.

    >>> from workbench.providers.models import resolve
    >>> share_of(resolve("openai/gpt-6-sol"))
    0.5
    """
    if terms_of(target) is None:
        return None
    live, batched = priced(target, _SOME).usd, batch_cost(target, _SOME).usd
    return None if not live or batched is None else batched / live
