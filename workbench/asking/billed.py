"""What of a reply is billed, and in which circumstances: tokens, caches, searches, tiers, as providers state them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.providers.price_table import Counts
from workbench.replies.usage import Usage


def circumstances(sent: Mapping[str, Any], reply: Mapping[str, Any]) -> dict[str, str]:
    """What beside the tokens decides the price: the tier that the reply says it ran in, else the one asked for.

    >>> circumstances({"service_tier": "flex"}, {"service_tier": "default"})
    {'service_tier': 'default'}
    """
    usage = reply.get("usage")
    found = {}
    for name in ("service_tier", "speed"):
        said = reply.get(name) or (usage.get(name) if isinstance(usage, Mapping) else None) or sent.get(name)
        if isinstance(said, str) and said != "auto":
            found[name] = said
    return found


def billed_tokens(usage: Usage, raw_usage: object) -> Counts | None:
    """The tokens of a reply as they are billed; None where the provider did not count them.

    Writing a prompt into a cache is billed apart from reading it, and most providers count what was written within the
    prompt; Anthropic's own counts leave it, and what was read, out of `input_tokens`.

    >>> raw = {"input_tokens": 10, "cache_creation_input_tokens": 900, "cache_read_input_tokens": 90}
    >>> billed_tokens(Usage(prompt_tokens=10, output_tokens=5), raw)
    Counts(prompt=1000, output=5, cached=90, written=900, written_an_hour=0, fees=())
    """
    if usage.prompt_tokens is None or usage.output_tokens is None:
        return None
    raw = raw_usage if isinstance(raw_usage, Mapping) else {}
    written = _first_count(raw, _WRITTEN)
    an_hour = _first_count(raw, _WRITTEN_AN_HOUR)
    cached = usage.cached_prompt_tokens or _first_count(raw, (("cache_read_input_tokens",),))
    prompt = usage.prompt_tokens
    if "prompt_tokens" not in raw and raw.get("input_tokens") == prompt and _first_count(raw, _APART):
        prompt += cached + written
    fees = _fees(raw)
    beside = _written_beside(fees, raw.get("total_tokens"), usage.prompt_tokens + usage.output_tokens)
    return Counts(prompt, usage.output_tokens + beside, cached, max(written, an_hour), an_hour, fees)


def _written_beside(fees: Iterable[tuple[str, int]], total: object, known: int) -> int:
    """Tokens of pictures, sound or films that a total holds beside prompt and output; 0 where the output has them."""
    there = sum(number for name, number in fees if name.startswith("output_"))
    return there if there and isinstance(total, int) and total - known >= there else 0


def _fees(raw: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """What a usage object counts beside text: searches and runs that may cost apart, tokens of sound."""
    there = (name for name, heads in _FEE_HEADS.items() if not heads.isdisjoint(raw))
    found = ((name, _first_count(raw, _FEES[name])) for name in there)
    return tuple((name, number) for name, number in found if number)


def _anywhere(*names: str) -> tuple[tuple[str, ...], ...]:
    return tuple((*place, name) for name in names for place in _TOOL_PLACES)


_TOOL_PLACES: tuple[tuple[str, ...], ...] = (
    (),
    ("server_tool_use",),
    ("server_tool_use_details",),
    ("server_side_tool_usage",),
    ("server_side_tool_usage_details",),
    ("tool_usage",),
)
_FEES = {
    "web_searches": _anywhere(
        "web_search_requests", "web_search_calls", "web_searches", "num_search_queries", "SERVER_SIDE_TOOL_WEB_SEARCH"
    ),
    "social_searches": _anywhere("x_search_calls", "social_searches", "SERVER_SIDE_TOOL_X_SEARCH"),
    "storage_searches": _anywhere("file_search_calls", "storage_searches", "file_search_requests"),
    "code_executions": _anywhere("code_execution_requests", "code_interpreter_calls", "code_executions"),
    "input_audio_tokens": (("prompt_tokens_details", "audio_tokens"), ("input_tokens_details", "audio_tokens")),
    "output_audio_tokens": (
        ("completion_tokens_details", "audio_tokens"),
        ("output_tokens_details", "audio_tokens"),
    ),
    **{
        f"{way}_{means}_tokens": tuple((f"{head}_tokens_details", f"{means}_tokens") for head in heads)
        for way, heads in (("input", ("prompt", "input")), ("output", ("completion", "output")))
        for means in ("image", "video")
    },
}
"""Where usage objects count them, one provider or another."""

_FEE_HEADS = {name: frozenset(path[0] for path in paths) for name, paths in _FEES.items()}
"""Where each begins: nearly all usage objects have none of these, and are not searched."""

_DETAILS = ("prompt_tokens_details", "input_tokens_details")
_WRITTEN_NAMES = (
    "cache_write_tokens",
    "cache_creation_tokens",
    "cache_creation_input_tokens",
    "cache_write_input_tokens",
)
_WRITTEN = (
    *((name,) for name in (*_WRITTEN_NAMES, "cacheWriteInputTokens")),
    *((details, name) for details in _DETAILS for name in _WRITTEN_NAMES),
)
_WRITTEN_AN_HOUR = (
    ("cache_creation", "ephemeral_1h_input_tokens"),
    *((details, "cache_creation_token_details", "ephemeral_1h_input_tokens") for details in _DETAILS),
)
_APART = (("cache_creation_input_tokens",), ("cache_read_input_tokens",))


def _first_count(raw: Mapping[str, Any], paths: Iterable[tuple[str, ...]]) -> int:
    """The first number of tokens above 0 that stands in one of several places, else 0."""
    for path in paths:
        if path[0] not in raw:
            continue
        value: Any = raw
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e12:
            return int(value)
    return 0
