"""Who serves which model: addresses, dialects, limits and what is known of each model, from two tables and the user's own."""

from __future__ import annotations

import difflib
import fnmatch
import functools
import json
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from importlib import resources
from types import MappingProxyType
from typing import Any

from workbench.configuration import PROVIDER_FIELDS, check_fields, user_tables
from workbench.errors import AuthError, BadRequest, InputError, NotFound
from workbench.keys import Key, find_key

DEFAULT_CONCURRENCY = 8
VISIBILITIES = ("full", "summary", "hidden", "none")


@dataclass(frozen=True)
class Provider:
    """One table of `providers.toml` or `workbench.toml`; the head of that file says what each field means."""

    id: str
    base_url: str
    key_env: str | None = None
    key_page: str | None = None
    max_tokens_field: str = "max_tokens"
    streams: bool = True
    stream_usage: bool = True
    thinking_in: str = ""
    thinking: str = "full"
    thought_flag: bool = False
    preopened: tuple[str, ...] = ()
    steers: tuple[str, ...] = ()
    free: bool = False
    concurrency: int = DEFAULT_CONCURRENCY
    notes: str = ""
    verified: date | None = None
    source: str = ""
    dialect: str = ""


@dataclass(frozen=True)
class Prices:
    """US dollars per million tokens; `cached` None means that cached input costs as much as any."""

    input: float
    output: float
    cached: float | None = None


@dataclass(frozen=True)
class ModelFacts:
    """One table of `models.toml` or `workbench.toml`; the head of that file says what each field means."""

    id: str
    context_tokens: int | None = None
    default_max_tokens: int | None = None
    least_max_tokens: int | None = None
    most_max_tokens: int | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    thinking: str = "full"
    preopened: bool | None = None
    retired: date | None = None
    retired_note: str = ""
    replaced_by: tuple[str, ...] = ()
    prices: Prices | None = None
    verified: date | None = None
    source: str = ""


class Model:
    """A model id with parameters pinned: thinking off, an effort level, a cap. Stands wherever an id does.

    `label` names it in rows; by default the id and its parameters.

    >>> Model("local/smollm2-135m-think", reasoning_effort="none").label
    'local/smollm2-135m-think (reasoning_effort=none)'
    """

    __slots__ = ("id", "label", "params")

    def __init__(self, id: str, label: str | None = None, **params: Any) -> None:  # noqa: A002 - the contract's name
        self.id = id
        self.params: Mapping[str, Any] = MappingProxyType(dict(params))
        pinned = ", ".join(f"{name}={_short(value)}" for name, value in params.items())
        self.label = label or (f"{id} ({pinned})" if pinned else id)

    def _identity(self) -> tuple[str, str, str]:
        return self.id, self.label, json.dumps(dict(self.params), sort_keys=True, default=repr)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if not self.label.startswith(self.id) else ""
        return f"Model({self.id!r}{label}{''.join(f', {name}={value!r}' for name, value in self.params.items())})"


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=repr)


@dataclass(frozen=True)
class Target:
    """A model, resolved: everything a call must know. `name` is the provider's own name, `label` what rows say."""

    id: str
    label: str
    provider: Provider
    name: str
    facts: ModelFacts
    params: Mapping[str, Any]

    @property
    def preopened(self) -> bool:
        """Whether the model's chat template has opened the thinking before its text begins."""
        if self.facts.preopened is not None:
            return self.facts.preopened
        name = self.name.lower()
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.provider.preopened)


_added: dict[str, Provider] = {}


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


@functools.cache
def _table(file_name: str) -> dict[str, dict[str, Any]]:
    import tomllib

    return tomllib.loads((resources.files("workbench") / file_name).read_text(encoding="utf-8"))


@functools.cache
def known_providers() -> Mapping[str, Provider]:
    """The providers of `providers.toml`, by id."""
    return MappingProxyType(
        {name: Provider(id=name, dialect=name, **_tuples(table)) for name, table in _table("providers.toml").items()}
    )


@functools.cache
def known_models() -> Mapping[str, ModelFacts]:
    """The models of `models.toml`, by id."""
    return MappingProxyType({name: _facts(name, table) for name, table in _table("models.toml").items()})


def model_facts() -> dict[str, ModelFacts]:
    """All models that something is known of: those of `models.toml`, then those of `workbench.toml`."""
    _, tables = user_tables()
    return {**known_models(), **{name: _facts(name, table) for name, table in tables.items()}}


def providers() -> dict[str, Provider]:
    """All providers: the known ones, then those of `workbench.toml`, then those that were added here."""
    tables, _ = user_tables()
    own = {name: _own_provider(name, table, f"workbench.toml, [providers.{name}]") for name, table in tables.items()}
    return {**known_providers(), **own, **_added}


def _own_provider(name: str, table: Mapping[str, Any], where: str) -> Provider:
    if not name or "/" in name or name.strip() != name:
        raise InputError(f"{where}: {name!r} cannot be the name of a provider; use one word without a slash")
    url = urllib.parse.urlsplit(table["base_url"])
    if url.scheme not in ("http", "https") or not url.netloc:
        raise InputError(
            f"{where}: base_url is {table['base_url']!r}; give an address such as http://127.0.0.1:8000/v1"
        )
    if "@" in url.netloc:
        raise InputError(
            f"{where}: base_url holds a user name or password; put the key into a variable and name it in key_env"
        )
    dialect = table.get("dialect")
    inherited: dict[str, Any] = {}
    if dialect is not None:
        model = known_providers().get(dialect)
        if model is None:
            raise InputError(f"{where}: unknown dialect {dialect!r}; {_nearest(dialect, known_providers())}")
        own = ("id", "base_url", "key_env", "key_page", "free", "verified", "source")
        inherited = {item.name: getattr(model, item.name) for item in fields(Provider) if item.name not in own}
    given = {**_tuples(table), "base_url": table["base_url"].rstrip("/")}
    return Provider(**{**inherited, "dialect": name, **given, "id": name})


def _facts(name: str, table: Mapping[str, Any]) -> ModelFacts:
    renamed = {("context_tokens" if key == "context" else key): value for key, value in _tuples(table).items()}
    prices = renamed.pop("usd_per_million", None)
    if renamed.get("thinking", "full") not in VISIBILITIES:
        raise InputError(f"{name!r}: thinking is {renamed['thinking']!r}; it is one of {', '.join(VISIBILITIES)}")
    return ModelFacts(id=name, prices=Prices(**prices) if prices else None, **renamed)


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}


def _nearest(word: str, known: Iterable[str]) -> str:
    known = list(known)
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"


def resolve(model: str | Model) -> Target:
    """Find out who serves a model, and what is known of it.

    A model that no table knows is fine as long as its provider is known; the local provider has just the three. Raises
    `InputError` for an id of another form, `NotFound` for an unknown provider or local model.
    """
    pinned = model if isinstance(model, Model) else None
    name = pinned.id if pinned else model
    if not isinstance(name, str):
        raise InputError(f"a model is {model!r}; give an id such as 'local/smollm2-135m-think', or a wb.Model")
    provider_id, slash, own_name = name.partition("/")
    if not slash or not own_name or not provider_id:
        raise InputError(
            f"{name!r} is no model id; write provider/model, such as openrouter/{name or 'name'}; see wb.models()"
        )
    known = providers()
    provider = known.get(provider_id)
    if provider is None:
        raise NotFound(
            f"unknown provider {provider_id!r} in {name!r}; {_nearest(provider_id, known)} "
            f"Others are added in workbench.toml or with wb.add_provider."
        )
    facts = model_facts().get(name)
    if facts is None and provider_id == "local":
        locals_ = [other.partition("/")[2] for other in known_models() if other.startswith("local/")]
        raise NotFound(f"unknown local model {own_name!r}; {_nearest(own_name, locals_)}")
    if facts is None and provider.dialect != provider_id:
        alike = known_models().get(f"{provider.dialect}/{own_name}")
        # The same model elsewhere: its limits hold there too, but not that its provider has stopped serving it.
        facts = alike and replace(alike, id=name, retired=None, replaced_by=())
    return Target(
        id=name,
        label=pinned.label if pinned else name,
        provider=provider,
        name=own_name,
        facts=facts or ModelFacts(id=name, thinking=provider.thinking),
        params=pinned.params if pinned else MappingProxyType({}),
    )


def check_parameters(target: Target, params: Mapping[str, Any]) -> list[str]:
    """Raise `BadRequest` for parameters that the provider is known to refuse; return warnings about the rest."""
    facts = target.facts
    for name, value in params.items():
        if name in facts.refused:
            raise BadRequest(f"{target.id!r} takes no {name}; leave it out ({name}={value!r}, nothing was sent)")
        if name in facts.fixed and value != facts.fixed[name]:
            raise BadRequest(
                f"{target.id!r} fixes {name} at {facts.fixed[name]!r} and refuses {value!r}; leave it out (nothing was sent)"
            )
    cap = params.get("max_tokens", params.get(target.provider.max_tokens_field))
    if not isinstance(cap, int):
        return []
    most = facts.most_max_tokens or facts.context_tokens
    if most is not None and cap > most:
        raise BadRequest(f"max_tokens={cap:,} is more than the {most:,} that {target.id!r} takes (nothing was sent)")
    if facts.least_max_tokens and cap < facts.least_max_tokens and facts.thinking != "none":
        return [
            f"max_tokens={cap:,} is little for {target.id!r}, whose thinking counts too: "
            f"{facts.least_max_tokens:,} or more is advised, and below it expect replies that never answer"
        ]
    return []


def check_not_retired(target: Target) -> None:
    """Raise `NotFound` for a model that its provider has stopped serving; kept replies of it stay readable."""
    facts = target.facts
    if facts.retired is None:
        return
    others = ", ".join(facts.replaced_by)
    raise NotFound(
        f"{target.id!r} was retired on {facts.retired.isoformat()}: {facts.retired_note} "
        f"Use {others} instead (nothing was sent; replies that are kept can still be read)."
    )


def key_for(target: Target) -> Key | None:
    """The key of a target's provider; None when it needs none. Raises `AuthError` that says where to get one."""
    provider = target.provider
    if provider.key_env is None:
        return None
    key = find_key(provider.key_env)
    if key is None:
        page = f", from {provider.key_page}" if provider.key_page else ""
        raise AuthError(
            f"{target.id!r} needs a key: set {provider.key_env} in the environment or in a .env file{page}. "
            f"Without any key, local/smollm2-135m-think runs on this machine."
        )
    return key
