"""What is known of providers and models: `providers.toml` and `models.toml`, and the user's own on top of them."""

from __future__ import annotations

import functools
import tomllib
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workbench.base import regular_expressions as re
from workbench.base.files import settings_file as find_file
from workbench.base.machine import is_private
from workbench.base.words import nearest
from workbench.errors import ConfigError, InputError
from workbench.providers.confirmed import is_confirmed
from workbench.providers.destinations import check_destination, checked_address
from workbench.providers.fields import WEAK as WEAK
from workbench.providers.fields import ModelFacts as ModelFacts
from workbench.providers.fields import Provider as Provider
from workbench.providers.lists import kept_list
from workbench.providers.offers import Prices
from workbench.providers.user_tables import PROVIDER_FIELDS, UserTables, check_fields, read_tables, user_tables

LOCAL = "local"
"""The provider that the workbench starts itself; it has the models of the table and no others."""

ROUTERS = ("openrouter", "vercel", "huggingface")
"""They hand a call to one of several hosts, whose limits differ."""

_VARIANT = re.compile(r"(?:-20\d{6}|-20\d\d-\d\d-\d\d)?(?::[a-z]+)?$")


_added: dict[str, Provider] = {}
_merged: tuple[tuple[UserTables, UserTables], dict[str, Provider], dict[str, ModelFacts]] | None = None


def add_provider(
    id: str,  # noqa: A002 - the contract's name
    *,
    base_url: str,
    key_env: str | None = None,
    dialect: str | None = None,
    **facts: Any,
) -> Provider:
    """Add a provider to this process, as a table in `workbench.toml` would.

    `dialect` names the known provider that it behaves like. Raises `InputError` for an unknown field or dialect, a name
    with a slash in it, or an address that holds a password.

    >>> add_provider("mybox", base_url="http://127.0.0.1:8000/v1/", dialect="vllm").base_url
    'http://127.0.0.1:8000/v1'
    """
    table = {"base_url": base_url, "key_env": key_env, "dialect": dialect, **facts}
    table = {name: value for name, value in table.items() if value is not None}
    check_fields(table, PROVIDER_FIELDS, f"add_provider({id!r})")
    provider = _own_provider(id, table, f"add_provider({id!r})")
    _added[id] = provider
    return provider


def remove_provider(provider: Provider) -> None:
    """Forget what `add_provider` gave back, unless another has taken its name since.

    >>> remove_provider(add_provider("mybox", base_url="http://127.0.0.1:8000/v1"))
    >>> "mybox" in providers()
    False
    """
    if _added.get(provider.id) is provider:
        del _added[provider.id]


@functools.cache
def _table(file_name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((resources.files("workbench.providers") / file_name).read_text(encoding="utf-8"))


@functools.cache
def known_providers() -> Mapping[str, Provider]:
    """The providers of `providers.toml`, by id."""
    tables = _table("providers.toml").items()
    return MappingProxyType({name: Provider(id=name, **{"dialect": name, **_frozen(table)}) for name, table in tables})


@functools.cache
def known_models() -> Mapping[str, ModelFacts]:
    """The models of `models.toml`, by id."""
    found = {}
    for name, table in _table("models.toml").items():
        facts = _facts(_unknown(name, known_providers()[name.partition("/")[0]]), table)
        if facts.prices is not None:  # the provider's, as somebody read them, and not what the user says
            facts = replace(
                facts, prices=None, listed=facts.prices, listed_dearest=facts.prices, listed_on=facts.verified
            )
        found[name] = facts
    return MappingProxyType(found)


@functools.cache
def known_hosts() -> Mapping[str, frozenset[str]]:
    """The base URLs that belong to the key variable of a known provider, by variable."""
    known = [provider for provider in known_providers().values() if provider.key_env]
    urls = {name: frozenset(p.base_url for p in known if p.key_env == name) for name in {p.key_env for p in known}}
    return MappingProxyType({str(name): found for name, found in urls.items()})


def providers() -> dict[str, Provider]:
    """All providers: the known ones, then those of `workbench.toml`, then those that were added here."""
    return {**known_providers(), **_own()[0], **_added}


def model_facts() -> dict[str, ModelFacts]:
    """All models that something is known of: those of `models.toml`, then those of `workbench.toml`."""
    return {**known_models(), **_own()[1]}


def facts_for(name: str, provider: Provider) -> ModelFacts:
    """What is known of one model, by its whole id; of a model in no table only what holds for its provider."""
    return _filled(_own()[1].get(name) or _known(name, provider) or _unknown(name, provider), provider)


def _filled(facts: ModelFacts, provider: Provider) -> ModelFacts:
    """The facts with what no table says of a model and its provider's own list, kept with its date, does."""
    kept = kept_list(provider.id, provider.base_url)
    offer = kept.offers.get(facts.id.partition("/")[2]) if kept else None
    if kept is None or offer is None:
        return facts
    found: dict[str, Any] = {}
    if facts.context_tokens is None and offer.context_tokens:
        found["context_tokens"] = offer.context_tokens
    if facts.most_max_tokens is None and provider.dialect not in ROUTERS and offer.most_max_tokens:
        found["most_max_tokens"] = offer.most_max_tokens
    if facts.efforts is None and offer.efforts is not None:
        found |= {"efforts": offer.efforts, "default_effort": offer.default_effort}
        if not facts.source:
            found |= {"always_thinks": offer.always_thinks, "thinking": facts.thinking if offer.efforts else "none"}
    if facts.retired is None and facts.retires is None and offer.ends is not None:
        # A day of a list that grew old warns and does not refuse: it may have been put off since.
        found |= {"retires": offer.ends, "unsure": (*facts.unsure, "retired")}
        found["replaced_by"] = (f"{provider.id}/{offer.replaced_by}",) if offer.replaced_by else facts.replaced_by
    day = kept.read_at.date()
    where = f"list of {provider.id}, read {day.isoformat()}"
    named = {"retired" if name == "retires" else name for name in found} - {"unsure"}
    sources = {**facts.sources, **dict.fromkeys(named, where)}
    if offer.prices is not None:  # the provider's own word goes before what the table was told of its prices
        found |= {"listed": offer.prices, "listed_dearest": offer.dearest, "listed_on": day}
        sources.pop("usd_per_million", None)
    return replace(facts, **found, sources=sources)


def _own() -> tuple[dict[str, Provider], dict[str, ModelFacts]]:
    """What `workbench.toml` says, on top of what is known; worked out once for each state of that file."""
    global _merged
    tables = user_tables()
    if _merged is None or _merged[0] is not tables:
        where = find_file()
        own = {}
        for name, table in tables[0].items():
            own[name] = _own_provider(name, table, f"{where}, [providers.{name}]")
        _check_destinations(own, tables[0], where)
        facts = {}
        for name, table in tables[1].items():
            provider = {**known_providers(), **own, **_added}.get(name.partition("/")[0])
            known = _known(name, provider) or _unknown(name, provider)
            facts[name] = _with_earlier_cap(_facts(known, table), known)
        _merged = tables, own, facts
    return _merged[1], _merged[2]


def _check_destinations(own: Mapping[str, Provider], tables: Mapping[str, Any], where: Path | None) -> None:
    """Raise `ConfigError` where a file would send a known provider's key elsewhere, and nobody has said that it may."""
    for name, provider in own.items():
        if tables[name].get("trusted"):
            continue
        try:
            check_destination(provider.key_env, provider.base_url, known_hosts(), f"{where}, [providers.{name}]")
        except ConfigError:
            if where is None or not is_confirmed(where, tables):
                raise


def sent_elsewhere(path: Path) -> list[str]:
    """A line for each key of a known provider that a file would send to another host."""
    found = []
    for name, table in read_tables(path)[0].items():
        provider = _own_provider(name, table, f"{path}, [providers.{name}]")
        try:
            check_destination(provider.key_env, provider.base_url, known_hosts(), str(path))
        except ConfigError:
            found.append(f"{provider.key_env} goes to {provider.base_url} for {name}/…")
    return found


def _own_provider(name: str, table: Mapping[str, Any], where: str) -> Provider:
    if not re.fullmatch(r"[^\s/]+", name):
        raise InputError(f"{where}: {name!r} cannot be the name of a provider; use one word without a slash")
    table = {field: value for field, value in table.items() if field != "trusted"}  # said of the file, not the provider
    if name == LOCAL:
        raise InputError(f"{where}: {LOCAL!r} is the embedded model; give your own server another name")
    known = known_providers().get(name)
    if "base_url" not in table:
        if known is None:
            raise InputError(f'{where}: base_url is missing, such as "http://127.0.0.1:8000/v1"')
        return replace(known, **_frozen(table))
    dialect = table.get("dialect", name if known else None)
    inherited: dict[str, Any] = {"dialect": name}
    if dialect is not None:
        model = known_providers().get(dialect)
        if model is None:
            raise InputError(f"{where}: unknown dialect {dialect!r}; {nearest(dialect, known_providers())}")
        # Whatever belongs to the host and not to its way of speaking stays behind, above all its key.
        own = ("id", "base_url", "key_env", "key_page", "own_address", "free", "verified", "source", "sure")
        inherited = {item.name: getattr(model, item.name) for item in fields(Provider) if item.name not in own}
    address = checked_address(table["base_url"], where)
    if _is_ones_own(address, dialect or ""):
        inherited["free"] = True
    return Provider(**{**inherited, **_frozen(table), "base_url": address, "id": name})


def _is_ones_own(address: str, dialect: str) -> bool:
    """Whether a server is the user's own, and asks no money: on this machine or a private network.

    One that behaves like a provider which does ask money is taken for a gateway to it.
    """
    known = known_providers().get(dialect)
    return is_private(urllib.parse.urlsplit(address).hostname or "") and (known is None or known.free)


def _unknown(name: str, provider: Provider | None) -> ModelFacts:
    """The facts of a model that no table knows."""
    return ModelFacts(id=name, thinking=provider.thinking if provider else "full")


def _known(name: str, provider: Provider | None) -> ModelFacts | None:
    """What `models.toml` says of a model: under its id, a dated or routed one, or at the provider it behaves like."""
    known = known_models()
    host, _, own_name = name.partition("/")
    for candidate in _names(own_name):
        if f"{host}/{candidate}" in known:
            return replace(known[f"{host}/{candidate}"], id=name)
    if provider is None or provider.dialect == host:
        return None
    for candidate in _names(own_name):
        alike = known.get(f"{provider.dialect}/{candidate}")
        if alike:
            # The same model elsewhere: its limits hold there too, but not that its provider stops serving it.
            gone: dict[str, Any] = {
                "retired": None,
                "retires": None,
                "retired_note": "",
                "replaced_by": (),
                "answered_by": "",
                "repointed": None,
            }
            return replace(alike, id=name, **gone)
    return None


def _names(own_name: str) -> Iterator[str]:
    """A name, then the same without its date or route: kimi-k2-thinking-20251106, gpt-5-2025-08-07, kimi-k2:free."""
    yield own_name
    yield _VARIANT.sub("", own_name)


def _facts(base: ModelFacts, table: Mapping[str, Any]) -> ModelFacts:
    given = {("context_tokens" if name == "context" else name): value for name, value in _frozen(table).items()}
    prices = given.pop("usd_per_million", None)
    if prices is not None:
        given["prices"] = Prices(**prices)
    day = given.get("retired")
    if day is not None:
        given |= {"retired": None, "retires": day} if day > today() else {"retired": day, "retires": None}
    return replace(base, **given)


def _with_earlier_cap(facts: ModelFacts, before: ModelFacts) -> ModelFacts:
    """The facts of a user's table, which say what cap went with calls before it was there: that of what is known."""
    cap, earlier = before.default_max_tokens, facts.earlier_default_max_tokens
    if cap is None or cap in (facts.default_max_tokens, *earlier):
        return facts
    return replace(facts, earlier_default_max_tokens=(*earlier, cap))


def today() -> date:
    """The day by UTC, on which a model's announced retirement is compared."""
    return datetime.now(UTC).date()


def _frozen(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _immutable(value) for name, value in table.items()}


def _immutable(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return MappingProxyType(value) if isinstance(value, dict) else value
