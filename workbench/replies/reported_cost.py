"""What a provider says that a reply cost, in every place and form in which one says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workbench.base import regular_expressions as re

USD_PER_XAI_TICK: Final = 1e-10
"""xAI counts cost in ticks; the size follows from its recorded replies, which it reproduces to the last digit."""

_COST_NAMES: Final = ("cost", "cost_usd", "usd_cost", "total_cost", "total_cost_usd", "estimated_cost")
_TOP_NAMES: Final = (*_COST_NAMES, "cost_in_usd_ticks")
_TOP_SET: Final = frozenset(_TOP_NAMES)
_TOTALS: Final = ("total_cost", "total_cost_usd", "total_usd", "total", "usd", "cost_usd", "usd_cost", "cost", "amount")
_PART: Final = re.compile(
    r"(input|output|prompt|completion|request|search|reasoning|citation|cached?|cache_(read|write|creation)|image|audio)"
    r"(_|$)",
    re.IGNORECASE,
)


def reported_usd(raw_usage: object) -> float | None:
    """The cost that a provider's usage object states, in US dollars; None where it states none, or in other money.

    OpenRouter's `cost` is its own fee alone when the caller's key at the upstream provider pays (`is_byok`).

    >>> reported_usd({"cost_in_usd_ticks": 2733250})
    0.000273325
    >>> reported_usd({"cost": 0.0001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.0019}})
    0.002
    >>> reported_usd({"cost": {"input_tokens_cost": 0.25, "output_tokens_cost": 0.5, "total_cost": 1.0}})
    1.0
    """
    if not isinstance(raw_usage, Mapping) or _TOP_SET.isdisjoint(raw_usage):
        return None
    ticks = dollars(raw_usage.get("cost_in_usd_ticks"))
    if ticks is not None:
        return round(ticks * USD_PER_XAI_TICK, 15)
    cost = next((found for name in _COST_NAMES if (found := dollars(raw_usage.get(name))) is not None), None)
    if cost is not None and raw_usage.get("is_byok") is True:
        details = raw_usage.get("cost_details")
        upstream = dollars(details.get("upstream_inference_cost")) if isinstance(details, Mapping) else None
        return None if upstream is None else cost + upstream
    return cost


def cost_on_top(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body that state its cost outside of its usage object."""
    if _TOP_SET.isdisjoint(body):
        return {}
    return {name: body[name] for name in _TOP_NAMES if name in body and dollars(body[name]) is not None}


def dollars(value: Any) -> float | None:
    """An amount as a number, a text or an object with a total or with parts; None for anything else.

    >>> dollars("0.5"), dollars({"usd": 0.25, "diem": 3}), dollars({"input": 1, "output": 2}), dollars({"eur": 1})
    (0.5, 0.25, 3.0, None)
    """
    if isinstance(value, dict):
        if str(value.get("currency") or "usd").lower() not in ("usd", "$"):
            return None
        total = next((found for name in _TOTALS if (found := _amount(value.get(name))) is not None), None)
        if total is not None:
            return total
        parts = {name: _amount(part) for name, part in value.items() if name != "currency"}
        known = [part for name, part in parts.items() if part is not None and _PART.match(str(name))]
        return sum(known) if known and len(known) == len(parts) else None
    return _amount(value)


def _amount(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        return None
    return float(value)
