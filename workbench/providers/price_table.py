"""The genai-prices table: what tokens, searches and tiers cost, since which day, and what it has no price of."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

Context = tuple[tuple[str, str], ...]
"""What beside the tokens decides: a tier, a speed, `processing` in a batch; sorted pairs."""

STANDARD = frozenset({"default", "standard", "standard_only", "on_demand", "normal", "batch"})
"""Tiers that cost what an ordinary call does; of a batch `processing` tells."""

FEES = {
    "web_searches": "web searches",
    "social_searches": "searches of posts",
    "storage_searches": "searches of files",
    "code_executions": "runs of code",
    "input_audio_tokens": "tokens of audio read",
    "output_audio_tokens": "tokens of audio written",
    "input_image_tokens": "tokens of images read",
    "output_image_tokens": "tokens of images written",
    "input_video_tokens": "tokens of video read",
    "output_video_tokens": "tokens of video written",
}
"""What the table may price beside text, by its own names, and in words."""

_LIKE_TEXT = frozenset({"input_image_tokens", "input_video_tokens"})
"""Where no price of their own is known they cost what text does: that is how models that see are priced."""

WRITTEN_DEARER = ("output_image_tokens", "output_video_tokens")
"""What a model may write in place of text, often at ten times its price."""


@dataclass(frozen=True)
class Counts:
    """Tokens as they are billed: the prompt with what was read from a cache and written to one, and the output.

    `written_an_hour` is the part of `written` that is kept for an hour instead of minutes; `fees` are numbers of things
    that may cost apart, by the names of `FEES`.
    """

    prompt: int
    output: int
    cached: int = 0
    written: int = 0
    written_an_hour: int = 0
    fees: tuple[tuple[str, int], ...] = ()

    def within(self) -> Counts:
        """The same, with no part larger than its whole."""
        cached = min(self.cached, self.prompt)
        written = min(self.written, self.prompt - cached)
        left = {"input": self.prompt - cached - written, "output": self.output}
        fees = []
        for name, number in self.fees:
            whole = name.partition("_")[0]
            if name.endswith("_tokens"):
                number = min(number, left[whole])
                left[whole] -= number
            fees.append((name, number))
        return Counts(self.prompt, self.output, cached, written, min(self.written_an_hour, written), tuple(fees))


@dataclass(frozen=True)
class TablePrice:
    """Dollars by the table, the day from which that price holds if it says so, and what it has no price for."""

    usd: float
    since: date | None
    without: tuple[str, ...] = ()


@functools.cache
def version() -> str:
    """Which table it is."""
    import genai_prices

    return f"genai-prices {genai_prices.__version__}"


@functools.lru_cache(maxsize=1024)
def model_of(model: str, provider: str) -> Any:
    """The table's entry for a model at a provider; None where it has none."""
    import genai_prices

    try:
        counts = genai_prices.Usage(input_tokens=1, output_tokens=1)
        return genai_prices.calc_price(counts, model, provider_id=provider).model
    except LookupError:
        return None


def table_price(model: str, provider: str, counts: Counts, at: datetime, context: Context = ()) -> TablePrice | None:
    """What so many tokens cost at that time in those circumstances; None for a model that the table lacks.

    >>> searches = Counts(0, 0, fees=(("web_searches", 3),))
    >>> found = table_price("claude-sonnet-5-5", "anthropic", searches, datetime.now(UTC))
    >>> round(found.usd, 9), found.without
    (0.03, ())
    """
    import genai_prices

    entry = model_of(model, provider)
    if entry is None:
        return None
    at = _off_peak_at_weekends(provider, at)
    prices = entry.get_prices(at, dict(context) or None)
    fees = dict(counts.fees)
    lacking = [name for name in fees if not _has_price(prices, name)]
    without = unpriced({name: fees[name] for name in lacking})
    named = {pair for variant in _variants(entry, at) for pair in variant.when.items()}
    ordinary = {("service_tier", tier) for tier in STANDARD} | {("speed", tier) for tier in STANDARD}
    without += [f"{name} {value}" for name, value in context if (name, value) not in named | ordinary]
    usage = genai_prices.Usage(
        input_tokens=counts.prompt,
        cache_read_tokens=counts.cached,
        cache_write_tokens=counts.written,
        cache_write_1h_tokens=counts.written_an_hour,
        output_tokens=counts.output,
        **{name: number for name, number in fees.items() if name not in lacking},
    )
    price = genai_prices.calc_price(
        usage, model, provider_id=provider, genai_request_timestamp=at, price_context=dict(context) or None
    )
    return TablePrice(float(price.total_price), _since(entry, at, context), tuple(without))


def unpriced(fees: Mapping[str, int]) -> list[str]:
    """What a price for text leaves out of these, in words.

    >>> unpriced({"web_searches": 2, "output_image_tokens": 1290, "input_image_tokens": 300})
    ['2 web searches', '1,290 tokens of images written apart from text']
    """
    told = {name: number for name, number in fees.items() if number and name not in _LIKE_TEXT}
    first = [f"{number:,} {FEES[name]}" for name, number in told.items() if not name.endswith("_tokens")]
    return first + [
        f"{number:,} {FEES[name]} apart from text" for name, number in told.items() if name.endswith("_tokens")
    ]


def has_variant(model: str, provider: str, context: Context) -> bool:
    """Whether the table has a price of its own for just these circumstances."""
    entry = model_of(model, provider)
    return entry is not None and any(dict(variant.when) == dict(context) for variant in entry.price_variants or ())


@functools.lru_cache(maxsize=1024)
def tier_starts(model: str, provider: str) -> tuple[int, ...]:
    """The lengths of prompts above which the price per token is another."""
    entry = model_of(model, provider)
    if entry is None:
        return ()
    listed = [entry.prices for entry in entry.prices] if isinstance(entry.prices, list) else [entry.prices]
    listed += [variant.prices for variant in entry.price_variants or ()]
    tiers = [tier for prices in listed for price in vars(prices).values() for tier in getattr(price, "tiers", ())]
    return tuple(sorted({tier.start for tier in tiers}))


@functools.lru_cache(maxsize=1024)
def dearest_time(model: str, provider: str, day: date) -> datetime:
    """The half hour at which a model costs most, of a day and the six after it: a weekend may be cheap throughout."""
    start = datetime(day.year, day.month, day.day, 0, 15, tzinfo=UTC)
    entry = model_of(model, provider)
    if entry is None or not isinstance(entry.prices, list):
        return start
    days = 7 if provider in _SPARED_AT_WEEKENDS else 1
    times = [start + timedelta(minutes=30 * number) for number in range(48 * days)]
    some = Counts(1_000, 1_000)

    def usd(at: datetime) -> float:
        found = table_price(model, provider, some, at)
        return found.usd if found else 0.0

    return max(times, key=usd)


def coming_prices(model: str, provider: str, after: date) -> list[date]:
    """The days after `after` from which the table has another price for a model."""
    entry = model_of(model, provider)
    prices = entry.prices if entry is not None and isinstance(entry.prices, list) else []
    days = {getattr(part.constraint, "start_date", None) for part in prices}
    return sorted(day for day in days if day is not None and day > after)


_SPARED_AT_WEEKENDS = {"deepseek": 12}
"""Providers whose dear hours are those of working days (UTC), and an hour that is never dear. The table knows hours and
no weekdays: https://api-docs.deepseek.com/zh-cn/quick_start/pricing, read 2026-11-28."""


def _off_peak_at_weekends(provider: str, at: datetime) -> datetime:
    hour = _SPARED_AT_WEEKENDS.get(provider)
    moment = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return moment if hour is None or moment.weekday() < 5 else moment.replace(hour=hour, minute=30)


def _variants(entry: Any, at: datetime) -> Iterator[Any]:
    for variant in entry.price_variants or ():
        if variant.constraint is None or variant.constraint.active(at):
            yield variant


def _has_price(prices: Any, name: str) -> bool:
    suffix = "mtok" if name.endswith("_tokens") else "kcount"
    return getattr(prices, f"{name.removesuffix('_tokens')}_{suffix}", None) is not None


def _since(entry: Any, at: datetime, context: Context) -> date | None:
    """The day from which the price holds that is taken; of a variant, its own."""
    parts = [part.constraint for part in entry.prices] if isinstance(entry.prices, list) else []
    taken = {*context}
    parts += [variant.constraint for variant in entry.price_variants or () if {*variant.when.items()} <= taken]
    days = [getattr(constraint, "start_date", None) for constraint in parts]
    past = [day for day in days if day is not None and day <= at.astimezone(UTC).date()]
    return max(past) if past else None
