"""What providers serve by now: their own lists, asked all at once, compared with what is known, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from workbench.asking.wire.listing import list_entries
from workbench.base import engine
from workbench.errors import AuthError, BadResponse, WorkbenchError
from workbench.providers.addresses import Address, locate
from workbench.providers.changes import ListCheck, compared, unsteady_prices
from workbench.providers.facts import Provider, known_models, providers
from workbench.providers.lists import KeptList, keep_list, kept_list
from workbench.providers.models import resolve
from workbench.providers.offers import Offer, offers_of

SECONDS_BETWEEN_READS = 1.0
"""Two reads of one list have given two prices: a price has changed when it did so twice."""

Listener = Callable[[str, ListCheck | WorkbenchError], None]


def check_lists(names: Sequence[str], on_answer: Listener) -> None:
    """Ask providers for their lists, all at once, and keep these; `on_answer` hears of each as it comes.

    A list is read a second time where a price differs from the known one. Lists that are open to everybody
    (`list_is_open`) are asked for without a key where there is none.
    """

    async def one(name: str) -> None:
        answer: ListCheck | WorkbenchError
        try:
            answer = await _checked(providers()[name])
        except WorkbenchError as error:
            answer = error
        on_answer(name, answer)

    async def everyone() -> None:
        await asyncio.gather(*map(one, names))

    engine.run(everyone())


async def _checked(provider: Provider) -> ListCheck:
    before = kept_list(provider.id, provider.base_url)
    offers = await _offers(provider)
    read_at = datetime.now(UTC)
    found = compared(provider, offers, before, read_at=read_at)
    if found.prices:
        await asyncio.sleep(SECONDS_BETWEEN_READS)
        again = await _offers(provider)
        found = unsteady_prices(found, again)
        offers = {name: _dearer(offer, again.get(name)) for name, offer in offers.items()}
    keep_list(provider.id, KeptList(provider.base_url, read_at, offers))
    return found


async def _offers(provider: Provider) -> dict[str, Offer]:
    try:
        return offers_of(await list_entries(provider, await _address(provider)), provider.dialect)
    except ValueError as error:
        raise BadResponse(f"the answer is no list of models: {error}") from None


async def _address(provider: Provider) -> Address:
    any_model = next((name for name in known_models() if name.startswith(f"{provider.id}/")), f"{provider.id}/any")
    try:
        return await locate(resolve(any_model))
    except AuthError:
        if not provider.list_is_open:
            raise
        return Address(provider.base_url, None)


def _dearer(offer: Offer, other: Offer | None) -> Offer:
    """Of two readings of an offer the dearer one: what is kept must bound what is spent."""
    if other is None or other.dearest is None or offer.dearest is None:
        return offer
    ours, theirs = (reading.dearest.input + reading.dearest.output for reading in (offer, other) if reading.dearest)
    return offer if ours >= theirs else other
