"""What a reply cost: the provider's own figure, else the user's price, else a dated price table, else unknown."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from workbench.providers import price_table
from workbench.providers.models import Target
from workbench.providers.offers import Prices
from workbench.providers.price_table import Counts, table_price

_PRICE_TABLE_NAMES = {"moonshot": "moonshotai", "gemini": "google", "xai": "x-ai", "bedrock": "aws"}
"""Provider ids of this package that the price table spells otherwise."""


@dataclass(frozen=True)
class Cost:
    """US dollars, or None when nobody knows, and where the figure comes from."""

    usd: float | None
    source: str


UNKNOWN = Cost(None, "unknown")
FREE = Prices(input=0.0, output=0.0)


def dearest_usd(
    target: Target, prompt: int, output: int, context: Mapping[str, str], *, an_hour: bool = False
) -> float | None:
    """The most that so many tokens can cost: all read as new, or all written to a cache, whichever is dearer."""
    if target.facts.prices is not None or target.provider.free:
        read, wrote = (priced(target, Counts(prompt, output, written=written)).usd for written in (0, prompt))
        if read is None or wrote is None:
            return None
        # A price that was written down from a list is that of short prompts: the list itself knows of dearer ones.
        told = target.facts.listed_dearest if target.facts.source.startswith("list of ") else None
        longer = _usd(told, Counts(prompt, output, written=prompt), dearest=True) if told is not None else 0.0
        return max(read, wrote, longer)
    circumstances = tuple(sorted(context.items()))
    provider = table_name(target)
    found = []
    for model in (target.name, *filter(None, (_heir(target, None),))):
        floor = max((start for start in price_table.tier_starts(model, provider) if start < prompt), default=0)
        line = _dearest_line(model, provider, floor, circumstances, an_hour, datetime.now(UTC).date())
        if line is not None:
            a_call, a_prompt_token, an_output_token = line
            found.append(a_call + prompt * a_prompt_token + output * an_output_token)
    if not found:
        dearest = target.facts.listed_dearest
        return None if dearest is None else _usd(dearest, Counts(prompt, output, written=prompt), dearest=True)
    return max(found)


@functools.lru_cache(maxsize=4096)
def _dearest_line(
    model: str, provider: str, floor: int, context: tuple[tuple[str, str], ...], an_hour: bool, day: date
) -> tuple[float, float, float] | None:
    """Dollars a call, a prompt token and an output token, for prompts above `floor`: within one tier they are all."""
    if price_table.model_of(model, provider) is None:
        return None
    time, prompt = price_table.dearest_time(model, provider, day), floor + 1

    def usd(counts: Counts) -> float:
        found = table_price(model, provider, counts, time, context)
        return found.usd if found else 0.0

    a_call = usd(Counts(0, 0))
    ways = [Counts(prompt, 0), Counts(prompt, 0, written=prompt)]
    if an_hour:
        ways.append(Counts(prompt, 0, written=prompt, written_an_hour=prompt))
    written = [Counts(prompt, 1), *(Counts(prompt, 1, fees=((name, 1),)) for name in price_table.WRITTEN_DEARER)]
    return a_call, (max(map(usd, ways)) - a_call) / prompt, max(map(usd, written)) - usd(Counts(prompt, 0))


def usd_per_million(target: Target) -> tuple[Prices | None, str]:
    """A target's prices in US dollars per million tokens, and where they come from; None when nobody knows.

    Where a provider asks more for long prompts, these are the prices of short ones.
    """
    some = 1_000
    parts = [priced(target, counts) for counts in (Counts(some, 0), Counts(some, 0, cached=some), Counts(0, some))]
    read, cached, written = (None if part.usd is None else round(part.usd * 1e6 / some, 9) for part in parts)
    if read is None or written is None:
        return None, "unknown"
    return Prices(input=read, output=written, cached=cached), parts[0].source


def priced(
    target: Target,
    counts: Counts | None,
    *,
    served: str | None = None,
    at: datetime | None = None,
    context: Mapping[str, str] | None = None,
) -> Cost:
    """What so many tokens cost: by the user's price, else by the table for the model that `served` them.

    `at` is the time of the call (now, where it is left out). `context` names what else decides in the table: a service
    tier, a speed, `processing` in a batch.
    """
    if counts is None:
        return Cost(0.0, "own price") if target.provider.free and target.facts.prices is None else UNKNOWN
    counts = counts.within()
    prices = target.facts.prices or (FREE if target.provider.free else None)
    if prices is not None:
        fees = (
            counts.fees if target.facts.prices else tuple(one for one in counts.fees if not one[0].endswith("_tokens"))
        )
        return Cost(_usd(prices, counts), _said("own price", price_table.unpriced(dict(fees))))
    provider = table_name(target)
    circumstances = tuple(sorted((context or {}).items()))
    heir = _heir(target, at)
    if heir and served and re.fullmatch(rf"(models/)?{re.escape(target.name)}(-\d+)?", served):
        served = None  # a provider may go on echoing the name that it was asked for, whoever answered
    for model in (served, heir, target.name):
        if not model:
            continue
        found = table_price(model, provider, counts, at or datetime.now(UTC), circumstances)
        if found is not None:
            version = price_table.version()
            source = f"{found.since.isoformat()} ({version})" if found.since else f"of {version}"
            return Cost(found.usd, _said(f"price table {source}", found.without))
    listed, day = target.facts.listed, target.facts.listed_on
    if listed is not None and day is not None:
        told_by = target.facts.sources.get("usd_per_million", "")
        source = f"list of {target.provider.id} {day.isoformat()}{f', told by {told_by}' if told_by else ''}"
        return Cost(_usd(listed, counts), _said(source, _unpriced(counts, context or {})))
    return UNKNOWN


def _usd(prices: Prices, counts: Counts, *, dearest: bool = False) -> float:
    """Dollars by prices that know reading and writing a cache, and no more; at the dearest, the prompt at its worst."""
    cached = prices.input if prices.cached is None else prices.cached
    written = prices.input if prices.written is None else prices.written
    if dearest:
        return (counts.prompt * max(prices.input, written) + counts.output * prices.output) / 1e6
    fresh = counts.prompt - counts.cached - counts.written
    prompt = fresh * prices.input + counts.cached * cached + counts.written * written
    return (prompt + counts.output * prices.output) / 1e6


def _said(source: str, without: Sequence[str]) -> str:
    return f"{source}, not priced: {', '.join(without)}" if without else source


def _unpriced(counts: Counts, context: Mapping[str, str]) -> list[str]:
    """What a price per token leaves out."""
    return price_table.unpriced(dict(counts.fees)) + [
        f"{name} {value}" for name, value in context.items() if value not in price_table.STANDARD
    ]


def _heir(target: Target, at: datetime | None) -> str:
    """The model that answers to a name by now, at its own price; empty where it is still the one of that name."""
    day = target.facts.retired or target.facts.retires
    return target.facts.answered_by if day and (at or datetime.now(UTC)).date() >= day else ""


def has_variant(target: Target, context: Mapping[str, str]) -> bool:
    """Whether the table has a price of its own for these circumstances."""
    return price_table.has_variant(target.name, table_name(target), tuple(sorted(context.items())))


def table_name(target: Target) -> str:
    """The name of a target's provider in the price table."""
    return _PRICE_TABLE_NAMES.get(target.provider.dialect, target.provider.dialect)
