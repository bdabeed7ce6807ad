"""A provider's list against what is known: what lives, what is new, what dies, where aliases point, what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from workbench.providers.facts import LOCAL, ModelFacts, Provider, known_models, today
from workbench.providers.lists import KeptList
from workbench.providers.models import resolve
from workbench.providers.offers import Offer, Prices
from workbench.providers.prices import usd_per_million
from workbench.providers.retired import gone_since

LEAST_CHANGE = 0.005
"""Prices that differ by less than this share are one price."""

LONGEST_TRUST = timedelta(days=60)
"""Facts older than this deserve a look at the providers' own lists."""

_SHOWN = 5


@dataclass(frozen=True)
class Change:
    """One fact of a model that is another now: what was known, what the list says."""

    id: str
    was: Any
    now: Any

    def __str__(self) -> str:
        return f"{self.id}: {_words(self.was)} -> {_words(self.now)}"


@dataclass(frozen=True)
class ListCheck:
    """What a provider's list told, beside what was known and what it told before.

    `lives` are known models that it lists, `missing` those that it does not, which may be gone, or not for this key;
    `new` what neither a table nor the list before knew. `ends`, `aliases`, `context` and `prices` are what is another
    now than was known, `back` models that were known as gone and are listed, `unsteady` prices that were two in two
    reads. `end_as_known` are announced ends that were known already and have not come.
    """

    provider: str
    read_at: datetime
    offers: Mapping[str, Offer]
    lives: tuple[str, ...]
    missing: tuple[str, ...]
    new: tuple[str, ...]
    ends: tuple[Change, ...]
    aliases: tuple[Change, ...]
    context: tuple[Change, ...]
    prices: tuple[Change, ...]
    unsteady: tuple[Change, ...] = ()
    back: tuple[Change, ...] = ()
    end_as_known: tuple[str, ...] = ()

    def __str__(self) -> str:
        models = "1 model" if len(self.offers) == 1 else f"{len(self.offers):,} models"
        first = f"{self.provider}: {models}, {len(self.lives)} of them known"
        lines = [first] + [
            f"  {word:<9}{line}"
            for word, lines in (
                ("missing", _in_lines(self.missing)),
                ("new", _first(self.new)),
                ("back", self.back),
                ("dies", (*self.ends, *self.end_as_known)),
                ("alias", self.aliases),
                ("context", self.context),
                ("price", self.prices),
                ("unsteady", self.unsteady),
            )
            for line in lines
        ]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON, every new name included."""
        plain = {name: value for name, value in asdict(self).items() if name != "offers"}
        plain |= {"read_at": self.read_at.isoformat(timespec="seconds"), "models": len(self.offers)}
        return dict(json.loads(json.dumps(plain, default=str)))


def compared(
    provider: Provider, offers: Mapping[str, Offer], before: KeptList | None, *, read_at: datetime
) -> ListCheck:
    """Hold a list against the tables and the list before it."""
    known = {facts.id.partition("/")[2]: facts for facts in known_models().values() if _of(provider, facts)}
    if provider.id == LOCAL:
        known = {name: facts for name, facts in known.items() if name in offers}  # one of them is served at a time
    living = {name for name, facts in known.items() if gone_since(resolve(facts.id)) is None}
    listed = {name for name in known if name in offers or any(other.startswith(f"{name}-20") for other in offers)}
    earlier = before.offers if before else {}
    latest = sorted(offers.values(), key=lambda offer: (-offer.created, offer.id))
    return ListCheck(
        provider=provider.id,
        read_at=read_at,
        offers=offers,
        lives=tuple(sorted(listed)),
        missing=tuple(sorted(living - listed)),
        new=tuple(offer.id for offer in latest if offer.id not in known and offer.id not in earlier),
        ends=tuple(_ends(offers, known, earlier)),
        aliases=tuple(_aliases(offers, earlier)),
        context=tuple(_contexts(offers, known, earlier)),
        prices=tuple(_prices(provider, offers, known, earlier)),
        back=tuple(_back(offers, known, living)),
        end_as_known=tuple(_end_as_known(offers, known, earlier)),
    )


def unsteady_prices(check: ListCheck, again: Mapping[str, Offer]) -> ListCheck:
    """The same, with the changed prices that a second read did not confirm told apart."""
    same = {change.id for change in check.prices if again.get(change.id) and again[change.id].prices == change.now}
    moved = [
        Change(change.id, change.now, again[change.id].prices if change.id in again else None)
        for change in check.prices
        if change.id not in same
    ]
    return replace(check, prices=tuple(c for c in check.prices if c.id in same), unsteady=tuple(moved))


def _of(provider: Provider, facts: ModelFacts) -> bool:
    return facts.id.partition("/")[0] == provider.id


def _ends(
    offers: Mapping[str, Offer], known: Mapping[str, ModelFacts], earlier: Mapping[str, Offer]
) -> Iterable[Change]:
    for name, offer in offers.items():
        facts = known.get(name)
        was = (facts.retired or facts.retires) if facts else (earlier[name].ends if name in earlier else None)
        news = offer.ends is not None and offer.ends != was
        if news and (facts is not None or name in earlier or (offer.ends or date.max) > today()):
            heir = f" (then {offer.replaced_by})" if offer.replaced_by else ""
            yield Change(name, was, f"{offer.ends}{heir}")


def _end_as_known(
    offers: Mapping[str, Offer], known: Mapping[str, ModelFacts], earlier: Mapping[str, Offer]
) -> Iterable[str]:
    """Ends that the list announces, the nearest first, where nothing of them is news."""
    coming = [(offer.ends, name) for name, offer in offers.items() if offer.ends is not None and offer.ends > today()]
    news = {change.id for change in _ends(offers, known, earlier)}
    yield from (f"{name}: {day}, as was known" for day, name in sorted(coming) if name not in news)


def _back(offers: Mapping[str, Offer], known: Mapping[str, ModelFacts], living: set[str]) -> Iterable[Change]:
    """Models that are known as gone, and that the list has under their own name, without an end."""
    for name, facts in known.items():
        offer = offers.get(name)
        if offer is not None and name not in living and offer.ends is None and not offer.alias_of:
            yield Change(name, f"gone since {facts.retired or facts.retires}", "listed")


def _aliases(offers: Mapping[str, Offer], earlier: Mapping[str, Offer]) -> Iterable[Change]:
    for name, offer in offers.items():
        was = earlier[name].alias_of if name in earlier else ""
        moves = name.startswith("~") or name.endswith("latest")
        if offer.alias_of and offer.alias_of != was and (was or moves):
            yield Change(name, was or None, offer.alias_of)


def _contexts(
    offers: Mapping[str, Offer], known: Mapping[str, ModelFacts], earlier: Mapping[str, Offer]
) -> Iterable[Change]:
    for name, offer in offers.items():
        was = known[name].context_tokens if name in known else None
        was = was or (earlier[name].context_tokens if name in earlier else None)
        if was and offer.context_tokens and was != offer.context_tokens:
            yield Change(name, was, offer.context_tokens)


def _prices(
    provider: Provider, offers: Mapping[str, Offer], known: Mapping[str, ModelFacts], earlier: Mapping[str, Offer]
) -> Iterable[Change]:
    for name, offer in offers.items():
        if offer.prices is None:
            continue
        was = earlier[name].prices if name in earlier else None
        if name in known:
            was = usd_per_million(resolve(f"{provider.id}/{name}"))[0] or was
        if was is not None and _differ(was, offer.prices):
            yield Change(name, was, offer.prices)


def _differ(one: Prices, other: Prices) -> bool:
    pairs = [(one.input, other.input), (one.output, other.output)]
    if one.cached is not None and other.cached is not None:
        pairs.append((one.cached, other.cached))
    return any(abs(first - second) > LEAST_CHANGE * max(first, second) for first, second in pairs)


def _first(names: tuple[str, ...]) -> Iterable[str]:
    yield from names[:_SHOWN]
    if len(names) > _SHOWN:
        yield f"and {len(names) - _SHOWN:,} more (--json names all)"


def _in_lines(names: tuple[str, ...], length: int = 100) -> Iterable[str]:
    """Names after each other, in as many lines as it takes."""
    line = ""
    for name in names:
        if line and len(line) + len(name) > length:
            yield f"{line},"
            line = ""
        line = f"{line}, {name}" if line else name
    if line:
        yield line


def _words(value: Any) -> str:
    if isinstance(value, Prices):
        cached = "" if value.cached is None else f"/{value.cached:g}"
        return f"${value.input:g}{cached}/{value.output:g} per million"
    if isinstance(value, int):
        return f"{value:,}"
    return "not known" if value is None else str(value)


def own_tables(check: ListCheck, wanted: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """Tables for `workbench.toml`, by id: what a list says otherwise than is known, and all of the `wanted`."""
    changed: dict[str, dict[str, Any]] = {}

    def table(name: str) -> dict[str, Any]:
        return changed.setdefault(f"{check.provider}/{name}", {})

    known = known_models()
    for change in check.ends:
        if f"{check.provider}/{change.id}" not in known:
            continue
        table(change.id)["retired"] = check.offers[change.id].ends
    for change in check.context:
        table(change.id)["context"] = change.now
    for change in check.prices:
        table(change.id)["usd_per_million"] = _price_table(change.now)
    for name in wanted:
        offer, facts = check.offers.get(name), known.get(f"{check.provider}/{name}")
        if offer is None or facts is not None:
            continue
        given: dict[str, Any] = {"context": offer.context_tokens, "retired": offer.ends}
        given |= _depth_table(offer)
        if usd_per_million(resolve(f"{check.provider}/{name}"))[1].startswith(("list of", "unknown")) and offer.prices:
            given["usd_per_million"] = _price_table(offer.prices)
        table(name).update({field: value for field, value in given.items() if value is not None})
    for name, entry in changed.items():
        if entry:
            changed[name] = {**entry, "verified": check.read_at.date(), "source": f"list of {check.provider}"}
    return {name: entry for name, entry in changed.items() if entry}


def _depth_table(offer: Offer) -> dict[str, Any]:
    """What a list says of a model's thinking, as fields of a table: a table of its own stands above the list."""
    if offer.efforts is None:
        return {}
    return {
        "efforts": list(offer.efforts),
        "default_effort": offer.default_effort or None,
        "always_thinks": offer.always_thinks or None,
        "thinking": None if offer.efforts else "none",
    }


def _price_table(prices: Prices) -> dict[str, float]:
    return {name: value for name, value in asdict(prices).items() if value is not None}


def age_hint(verified: date, day: date) -> str:
    """What to do about built-in facts that grew old; empty while they are young.

    >>> age_hint(date(2026, 1, 1), date(2026, 2, 1))
    ''
    >>> age_hint(date(2026, 1, 1), date(2026, 3, 9))
    'what is known of models is 67 days old (2026-01-01); `workbench models --check` asks the providers themselves'
    """
    age = day - verified
    if age <= LONGEST_TRUST:
        return ""
    return (
        f"what is known of models is {age.days} days old ({verified.isoformat()}); `workbench models --check` asks the "
        "providers themselves"
    )


def newest_fact() -> date:
    """The day on which a built-in fact was last checked."""
    return max(facts.verified for facts in known_models().values() if facts.verified)
