"""What a reply cost: the provider's own figure, else the user's price, else a dated price table, else unknown."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from workbench.providers.facts import Prices
from workbench.providers.models import Target, gone_since

_PRICE_TABLE_NAMES = {"moonshot": "moonshotai", "gemini": "google", "xai": "x-ai", "bedrock": "aws"}
"""Provider ids of this package that the price table spells otherwise."""


@dataclass(frozen=True)
class Cost:
    """US dollars, or None when nobody knows, and where the figure comes from."""

    usd: float | None
    source: str


UNKNOWN = Cost(None, "unknown")
FREE = Prices(input=0.0, output=0.0)


@dataclass(frozen=True)
class Counts:
    """Tokens as they are billed: the prompt with what was read from a cache and written to one, and the output.

    `written_an_hour` is the part of `written` that is kept for an hour instead of minutes.
    """

    prompt: int
    output: int
    cached: int = 0
    written: int = 0
    written_an_hour: int = 0

    def within(self) -> Counts:
        """The same, with no part larger than its whole."""
        cached = min(self.cached, self.prompt)
        written = min(self.written, self.prompt - cached)
        return Counts(self.prompt, self.output, cached, written, min(self.written_an_hour, written))


def dearest_usd(
    target: Target, prompt: int, output: int, context: Mapping[str, str], *, an_hour: bool = False
) -> float | None:
    """The most that so many tokens can cost: all read as new, or all written to a cache, whichever is dearer."""
    if target.facts.prices is not None or target.provider.free:
        return priced(target, Counts(prompt, output)).usd
    circumstances = tuple(sorted(context.items()))
    provider = _table_name(target)
    floor = max((start for start in _tier_starts(target.name, provider) if start < prompt), default=0)
    line = _dearest_line(target.name, provider, floor, circumstances, an_hour, datetime.now(UTC).date())
    if line is None:
        return None
    a_call, a_prompt_token, an_output_token = line
    return a_call + prompt * a_prompt_token + output * an_output_token


@functools.lru_cache(maxsize=4096)
def _dearest_line(
    model: str, provider: str, floor: int, context: tuple[tuple[str, str], ...], an_hour: bool, day: date
) -> tuple[float, float, float] | None:
    """Dollars a call, a prompt token and an output token, for prompts above `floor`: within one tier they are all."""
    if _table_model(model, provider) is None:
        return None
    time, prompt = _dearest_time(model, provider, day), floor + 1

    def usd(counts: Counts) -> float:
        found = _table_price(model, provider, counts, time, context)
        return found[0] if found else 0.0

    a_call = usd(Counts(0, 0))
    ways = [Counts(prompt, 0), Counts(prompt, 0, written=prompt)]
    if an_hour:
        ways.append(Counts(prompt, 0, written=prompt, written_an_hour=prompt))
    return a_call, (max(map(usd, ways)) - a_call) / prompt, usd(Counts(prompt, 1)) - usd(Counts(prompt, 0))


@functools.lru_cache(maxsize=1024)
def _tier_starts(model: str, provider: str) -> tuple[int, ...]:
    """The lengths of prompts above which the price per token is another."""
    found = _table_model(model, provider)
    if found is None:
        return ()
    listed = [entry.prices for entry in found.prices] if isinstance(found.prices, list) else [found.prices]
    listed += [variant.prices for variant in found.price_variants or ()]
    tiers = [tier for prices in listed for price in vars(prices).values() for tier in getattr(price, "tiers", ())]
    return tuple(sorted({tier.start for tier in tiers}))


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
        cached_price = prices.input if prices.cached is None else prices.cached
        dollars = (counts.prompt - counts.cached) * prices.input + counts.cached * cached_price
        return Cost((dollars + counts.output * prices.output) / 1e6, "own price")
    provider = _table_name(target)
    circumstances = tuple(sorted((context or {}).items()))
    for model in (served, _heir(target, at), target.name):
        if not model:
            continue
        found = _table_price(model, provider, counts, at or datetime.now(UTC), circumstances)
        if found is not None:
            return Cost(found[0], f"price table {found[1]}")
    return UNKNOWN


def _heir(target: Target, at: datetime | None) -> str:
    """The model that answers to a name by now, at its own price; empty where it is still the one of that name."""
    day = gone_since(target)
    return target.facts.answered_by if day and (at or datetime.now(UTC)).date() >= day else ""


def has_variant(target: Target, context: Mapping[str, str]) -> bool:
    """Whether the table has a price of its own for these circumstances."""
    model = _table_model(target.name, _table_name(target))
    return any(dict(variant.when) == dict(context) for variant in (model.price_variants or () if model else ()))


def _table_name(target: Target) -> str:
    return _PRICE_TABLE_NAMES.get(target.provider.dialect, target.provider.dialect)


@functools.lru_cache(maxsize=1024)
def _table_model(model: str, provider: str) -> Any:
    import genai_prices

    try:
        counts = genai_prices.Usage(input_tokens=1, output_tokens=1)
        return genai_prices.calc_price(counts, model, provider_id=provider).model
    except LookupError:
        return None


def _table_price(
    model: str, provider: str, counts: Counts, at: datetime, context: tuple[tuple[str, str], ...]
) -> tuple[float, str] | None:
    """Dollars by the table, and the date of the price."""
    import genai_prices

    if _table_model(model, provider) is None:
        return None
    usage = genai_prices.Usage(
        input_tokens=counts.prompt,
        cache_read_tokens=counts.cached,
        cache_write_tokens=counts.written,
        cache_write_1h_tokens=counts.written_an_hour,
        output_tokens=counts.output,
    )
    price = genai_prices.calc_price(
        usage, model, provider_id=provider, genai_request_timestamp=at, price_context=dict(context) or None
    )
    return float(price.total_price), _date_of(price.model, at)


def _date_of(model: Any, at: datetime) -> str:
    """The day from which a price of the table holds; the table's own version where it does not say."""
    import genai_prices

    prices = model.prices if isinstance(model.prices, list) else []
    days = [getattr(entry.constraint, "start_date", None) for entry in prices]
    past = [day for day in days if day is not None and day <= at.astimezone(UTC).date()]
    return max(past).isoformat() if past else f"of genai-prices {genai_prices.__version__}"


@functools.lru_cache(maxsize=1024)
def _dearest_time(model: str, provider: str, day: date) -> datetime:
    """The half hour of a day at which a model costs most."""
    start = datetime(day.year, day.month, day.day, 0, 15, tzinfo=UTC)
    found = _table_model(model, provider)
    if found is None or not isinstance(found.prices, list):
        return start
    times = [start + timedelta(minutes=30 * number) for number in range(48)]
    some = Counts(1_000, 1_000)
    return max(times, key=lambda at: (_table_price(model, provider, some, at, ()) or (0.0, ""))[0])
