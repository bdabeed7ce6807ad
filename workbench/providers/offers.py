"""One entry of a provider's list of models, in whatever shape: what it offers, until when, at what price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workbench.base import regular_expressions as re

MOST_ENTRIES = 20_000
"""Of one list; the longest known has less than a thirtieth."""

_MOST_TEXT = 300
_CONTEXT = ("context_length", "context_window", "max_context_length", "max_model_len", "max_input_tokens")
_CONTEXT_OF_OTHERS = ("inputTokenLimit", "max_prompt_length")
_OUTPUT = ("max_completion_tokens", "outputTokenLimit", "max_output_tokens", "max_tokens")
_ENDS = ("shutdown_date", "expiration_date", "retires_at", "deprecation")
_DAY = re.compile(r"20\d\d-\d\d-\d\d")


@dataclass(frozen=True)
class Prices:
    """US dollars per million tokens; `cached` None means that cached input costs as much as any, `written` likewise."""

    input: float
    output: float
    cached: float | None = None
    written: float | None = None


@dataclass(frozen=True)
class Offer:
    """What a provider's own list says of one model; None and empty where it says nothing.

    `prices` are those of an ordinary call, `dearest` the most that any length of prompt, hour or host makes of them;
    `ends` is the announced last day, `alias_of` the model behind a name that moves, `efforts` () where it has none.
    """

    id: str
    context_tokens: int | None = None
    most_max_tokens: int | None = None
    prices: Prices | None = None
    dearest: Prices | None = None
    efforts: tuple[str, ...] | None = None
    default_effort: str = ""
    always_thinks: bool = False
    ends: date | None = None
    replaced_by: str = ""
    alias_of: str = ""
    created: int = 0


def offers_of(entries: Iterable[Any], dialect: str) -> dict[str, Offer]:
    """The offers of a list as its provider sent it, by name; entries that are none are passed over.

    Raises `ValueError` for a list without end. Prices are dollars per million tokens, whatever the provider counts in.

    >>> offers_of([{"id": "m", "context_length": 1024, "shutdown_date": "2027-01-31"}], "openai")["m"].ends
    datetime.date(2027, 1, 31)
    """
    found: dict[str, Offer] = {}
    for number, entry in enumerate(entries):
        if number >= MOST_ENTRIES:
            raise ValueError(f"the list has more than {MOST_ENTRIES:,} entries")
        if not isinstance(entry, Mapping):
            continue
        name = entry.get("id") or str(entry.get("name") or "").removeprefix("models/")
        if not isinstance(name, str) or not name or len(name) > _MOST_TEXT or _is_gone(entry):
            continue
        found.setdefault(name, _offer(name, entry, dialect))
        for other in _texts(entry.get("aliases")):
            found.setdefault(other, _offer(other, {**entry, "aliases": []}, dialect, alias_of=name))
    return found


def _is_gone(entry: Mapping[str, Any]) -> bool:
    return entry.get("active") is False or entry.get("lifecycle") == "retired"


def _offer(name: str, entry: Mapping[str, Any], dialect: str, alias_of: str = "") -> Offer:
    top = _table(entry.get("top_provider"))
    hosts = [host for host in _list(entry.get("providers")) if isinstance(host, Mapping)]
    prices, dearest = _prices(entry, hosts, dialect)
    efforts, default, always = _depth(entry)
    target = _table(entry.get("alias_target")).get("slug") or alias_of or _dated(name, entry.get("canonical_slug"))
    return Offer(
        id=name,
        context_tokens=_first_count(entry, _CONTEXT)
        or _first_count(entry, _CONTEXT_OF_OTHERS)
        or max((count for host in hosts if (count := _count(host.get("context_length")))), default=None),
        most_max_tokens=_count(top.get("max_completion_tokens")) or _first_count(entry, _OUTPUT),
        prices=prices,
        dearest=dearest,
        efforts=efforts,
        default_effort=default,
        always_thinks=always,
        ends=_end(entry),
        replaced_by=_text(entry.get("deprecation_replacement_model")),
        alias_of=_text(target),
        created=_count(entry.get("created")) or 0,
    )


def _end(entry: Mapping[str, Any]) -> date | None:
    """The announced last day. A day that has passed is none where a `lifecycle` says that the model goes on."""
    day = next((day for field in _ENDS if (day := _day(entry.get(field)))), None)
    goes_on = entry.get("lifecycle") in ("active", "deprecated")
    return None if day is not None and goes_on and day <= datetime.now(UTC).date() else day


def _dated(name: str, slug: Any) -> str:
    """The permanent name behind a router's plain one, where that is another."""
    return slug if isinstance(slug, str) and slug != name else ""


def _prices(
    entry: Mapping[str, Any], hosts: list[Mapping[str, Any]], dialect: str
) -> tuple[Prices | None, Prices | None]:
    """Prices of an ordinary call, and the dearest ones, in dollars per million tokens."""
    if dialect == "openrouter":
        table = _table(entry.get("pricing"))
        base = _priced(table, ("prompt", "completion", "input_cache_read", "input_cache_write"), 1e6)
        others = [{**table, **more} for more in _list(table.get("overrides")) if isinstance(more, Mapping)]
        names = ("prompt", "completion", "input_cache_read", "input_cache_write_1h")
        ways = [_priced(other, names, 1e6) for other in [table, *others]]
        ways += [_priced(other, (*names[:3], "input_cache_write"), 1e6) for other in others]
        return base, _most([base, *ways])
    if dialect == "vercel":
        table = _table(entry.get("pricing"))
        base = _priced(table, ("input", "output", "input_cache_read", "input_cache_write"), 1e6)
        return base, base
    if dialect == "xai":  # whole numbers of cents for a hundred million tokens
        names = ("prompt_text_token_price", "completion_text_token_price", "cached_prompt_text_token_price", "")
        long = ("prompt_text_token_price_long_context", "completion_text_token_price_long_context", names[2], "")
        base = _priced(entry, names, 1e-4)
        return base, _most([base, _priced(entry, long, 1e-4)])
    ways = [_priced(_table(host.get("pricing")), ("input", "output", "", ""), 1.0) for host in hosts]
    known = [way for way in ways if way is not None]
    return (known[0] if known and all(way == known[0] for way in known) else None), _most(known)


def _priced(table: Mapping[str, Any], names: tuple[str, str, str, str], factor: float) -> Prices | None:
    numbers = [_dollars(table.get(name), factor) if name else None for name in names]
    if numbers[0] is None or numbers[1] is None:
        return None
    return Prices(input=numbers[0], output=numbers[1], cached=numbers[2], written=numbers[3])


def _most(ways: Iterable[Prices | None]) -> Prices | None:
    known = [way for way in ways if way is not None]
    if not known:
        return None
    written = [way.written for way in known if way.written is not None]
    return Prices(
        input=max(way.input for way in known),
        output=max(way.output for way in known),
        written=max(written) if written else None,
    )


def _depth(entry: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, str, bool]:
    """Efforts, the one that is taken where none is asked for, and whether thinking cannot be switched off."""
    reasoning = entry.get("reasoning")
    if isinstance(reasoning, Mapping):
        listed = reasoning.get("supported_efforts")
        always = reasoning.get("mandatory") is True
        efforts = tuple(reversed(_texts(listed))) if isinstance(listed, list) else None
        if always and efforts is not None:
            efforts = tuple(effort for effort in efforts if effort != "none")
        return efforts, _text(reasoning.get("default_effort")), always
    named = entry.get("supported_parameters")
    if isinstance(named, list) and named and not {"reasoning", "include_reasoning"} & {*_texts(named)}:
        return (), "", False
    can = _table(entry.get("capabilities"))
    levels = can.get("effort")
    efforts = None
    if isinstance(levels, Mapping):
        efforts = tuple(
            str(level)[:_MOST_TEXT] for level, has in levels.items() if _holds(has) and level != "supported"
        )
    types = _table(_table(can.get("thinking")).get("types"))
    off = [_holds(types[name]) for name in ("disabled", "between_tools") if name in types]
    return efforts or None, "", bool(off) and not any(off)


def _holds(said: Any) -> bool:
    return said.get("supported") is True if isinstance(said, Mapping) else said is True


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= _MOST_TEXT else ""


def _texts(value: Any) -> list[str]:
    return [text for item in _list(value)[:1000] if (text := _text(item))]


def _first_count(entry: Mapping[str, Any], names: Iterable[str]) -> int | None:
    return next((count for name in names if (count := _count(entry.get(name)))), None)


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < 1e12:
        return None
    return int(value)


def _dollars(value: Any, factor: float) -> float | None:
    """A price as a number or a text; None for what is none, such as the -1 of a router that chooses by itself."""
    try:
        number = float(value) * factor
    except (TypeError, ValueError):
        return None
    return round(number, 9) if 0 <= number < 1e6 and not isinstance(value, bool) else None


def _day(value: Any) -> date | None:
    """The day of a date, a time or a number of seconds since 1970."""
    try:
        if isinstance(value, str) and (found := _DAY.match(value)):
            return date.fromisoformat(found[0])
        if isinstance(value, int | float) and not isinstance(value, bool) and 1e9 < value < 1e10:
            return datetime.fromtimestamp(value, UTC).date()
    except ValueError:
        return None
    return None
