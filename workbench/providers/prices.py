"""What a reply cost: the provider's own figure, else the user's price, else a dated price table, else unknown."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from workbench.providers.facts import Prices
from workbench.providers.models import Target

_PRICE_TABLE_NAMES = {"moonshot": "moonshotai", "gemini": "google", "xai": "x-ai"}
"""Provider ids of this package that the price table spells otherwise."""


@dataclass(frozen=True)
class Cost:
    """US dollars, or None when nobody knows, and where the figure comes from."""

    usd: float | None
    source: str


UNKNOWN = Cost(None, "unknown")
FREE = Prices(input=0.0, output=0.0)


def worst_cost(target: Target, *, prompt_tokens: int, output_tokens: int) -> Cost:
    """What a call costs when its prompt has `prompt_tokens`, none of them cached, and it uses every output token.

    Where the price depends on the time of day (DeepSeek), at the dearest hour: the reply may come after the cheap one.
    """
    return priced(target, prompt_tokens, 0, output_tokens, None, dearest=True)


def usd_per_million(target: Target) -> tuple[Prices | None, str]:
    """A target's prices in US dollars per million tokens, and where they come from; None when nobody knows.

    Where a provider asks more for long prompts, these are the prices of short ones.
    """
    some = 1_000
    parts = [priced(target, *tokens, None) for tokens in ((some, 0, 0), (some, some, 0), (0, 0, some))]
    read, cached, written = (None if part.usd is None else round(part.usd * 1e6 / some, 9) for part in parts)
    if read is None or written is None:
        return None, "unknown"
    return Prices(input=read, output=written, cached=cached), parts[0].source


def priced(
    target: Target,
    prompt: int | None,
    cached: int | None,
    output: int | None,
    served: str | None,
    *,
    dearest: bool = False,
) -> Cost:
    if prompt is None or output is None:
        return Cost(0.0, "own price") if target.provider.free and target.facts.prices is None else UNKNOWN
    cached = min(cached or 0, prompt)
    prices = target.facts.prices or (FREE if target.provider.free else None)
    if prices is not None:
        cached_price = prices.input if prices.cached is None else prices.cached
        dollars = (prompt - cached) * prices.input + cached * cached_price + output * prices.output
        return Cost(dollars / 1e6, "own price")
    provider = _PRICE_TABLE_NAMES.get(target.provider.dialect, target.provider.dialect)
    for model in (served, target.name):
        if not model:
            continue
        at = _dearest_time(model, provider, datetime.now(UTC).date()) if dearest else None
        usd = _table_usd(model, provider, prompt, cached, output, at)
        if usd is not None:
            return Cost(usd, f"price table {_price_table_date()}")
    return UNKNOWN


def _table_usd(
    model: str, provider: str, prompt: int, cached: int, output: int, at: datetime | None = None
) -> float | None:
    import genai_prices

    try:
        usage = genai_prices.Usage(input_tokens=prompt, cache_read_tokens=cached, output_tokens=output)
        price = genai_prices.calc_price(usage, model, provider_id=provider, genai_request_timestamp=at)
        return float(price.total_price)
    except LookupError:
        return None


@functools.lru_cache(maxsize=1024)
def _dearest_time(model: str, provider: str, day: date) -> datetime:
    """The half hour of a day at which a model costs most."""
    start = datetime(day.year, day.month, day.day, 0, 15, tzinfo=UTC)
    times = [start + timedelta(minutes=30 * number) for number in range(48)]
    return max(times, key=lambda at: _table_usd(model, provider, 1_000, 0, 1_000, at) or 0.0)


@functools.cache
def _price_table_date() -> str:
    """The newest date that the installed price table mentions and that is not in the future: how fresh it is."""
    import genai_prices.data

    text = Path(genai_prices.data.__file__).read_text(encoding="utf-8")
    written = re.findall(r"20\d\d-[01]\d-[0-3]\d", text)
    written += [f"{y}-{int(m):02}-{int(d):02}" for y, m, d in re.findall(r"date\((20\d\d), (\d+), (\d+)\)", text)]
    today = datetime.now(UTC).date().isoformat()
    return max((date for date in written if date <= today), default=f"of genai-prices {genai_prices.__version__}")
