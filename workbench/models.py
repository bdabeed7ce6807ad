"""Who serves which model: addresses, dialects, limits and facts of each model, from two tables and the user's own."""

from __future__ import annotations

import copy
import difflib
import fnmatch
import functools
import json
import re
import tomllib
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from importlib import resources
from types import MappingProxyType
from typing import Any

from workbench.configuration import PROVIDER_FIELDS, Tables, check_fields, find_file, user_tables
from workbench.errors import AuthError, BadRequest, InputError, NotFound
from workbench.keys import Key, find_key, find_secrets

DEFAULT_CONCURRENCY = 8
LOCAL = "local"
"""The provider that the workbench starts itself; it has the models of the table and no others."""

_NEVER_PINNED = frozenset({"model", "messages", "prompt", "system", "sample", "refresh", "timeout", "stream"})
_MAX_TOKENS_NAMES = ("max_tokens", "max_completion_tokens")
_VARIANT = re.compile(r"(?:-20\d{6}|-20\d\d-\d\d-\d\d)?(?::[a-z]+)?$")


@dataclass(frozen=True)
class Provider:
    """One table of `providers.toml` or `workbench.toml`; the head of that file says what each field means.

    `dialect` is the known provider that it behaves like: its own id, unless the user said otherwise.
    """

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
    fixed: Mapping[str, Any] = field(default_factory=dict, hash=False)
    ignored: tuple[str, ...] = ()
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
    """One table of `models.toml` or `workbench.toml`; the head of that file says what each field means.

    `retired` is the day on which its provider stopped serving it, `retires` the announced one that is still ahead.
    """

    id: str
    context_tokens: int | None = None
    default_max_tokens: int | None = None
    least_max_tokens: int | None = None
    most_max_tokens: int | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict, hash=False)
    refused: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    thinking: str = "full"
    preopened: bool | None = None
    retired: date | None = None
    retires: date | None = None
    retired_note: str = ""
    replaced_by: tuple[str, ...] = ()
    prices: Prices | None = None
    verified: date | None = None
    source: str = ""


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Model:
    """A model id with parameters pinned: thinking off, an effort level, a cap. Stands wherever an id does.

    `label` names it in rows; by default the id and its parameters. Raises `InputError` for a parameter that belongs to
    the call and not to the model.

    >>> Model("local/smollm2-135m-think", reasoning_effort="none").label
    'local/smollm2-135m-think (reasoning_effort=none)'
    """

    id: str
    label: str
    params: Mapping[str, Any]

    def __init__(self, id: str, label: str | None = None, **params: Any) -> None:  # noqa: A002 - the contract's name
        for name in _NEVER_PINNED & params.keys():
            raise InputError(f"{name}={params[name]!r} cannot be pinned to a model; give it to the call")
        pinned = ", ".join(f"{name}={_short(value)}" for name, value in params.items())
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "label", label or (f"{id} ({pinned})" if pinned else id))
        # A copy, so that a caller's later change of a nested dict does not change the model behind its label.
        object.__setattr__(self, "params", MappingProxyType(copy.deepcopy(params)))

    def _identity(self) -> tuple[str, str, str]:
        return self.id, self.label, json.dumps(dict(self.params), sort_keys=True, default=repr)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label != Model(self.id, **self.params).label else ""
        return f"Model({self.id!r}{label}{''.join(f', {name}={value!r}' for name, value in self.params.items())})"

    def __reduce__(self) -> tuple[Any, ...]:
        return functools.partial(Model, self.id, self.label, **self.params), ()


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
_merged: tuple[tuple[Tables, Tables], dict[str, Provider], dict[str, ModelFacts]] | None = None


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
    return tomllib.loads((resources.files("workbench") / file_name).read_text(encoding="utf-8"))


@functools.cache
def known_providers() -> Mapping[str, Provider]:
    """The providers of `providers.toml`, by id."""
    tables = _table("providers.toml").items()
    return MappingProxyType({name: Provider(id=name, **{"dialect": name, **_frozen(table)}) for name, table in tables})


@functools.cache
def known_models() -> Mapping[str, ModelFacts]:
    """The models of `models.toml`, by id."""
    tables = _table("models.toml").items()
    return MappingProxyType(
        {name: _facts(_unknown(name, known_providers()[name.partition("/")[0]]), table) for name, table in tables}
    )


def providers() -> dict[str, Provider]:
    """All providers: the known ones, then those of `workbench.toml`, then those that were added here."""
    return {**known_providers(), **_own()[0], **_added}


def model_facts() -> dict[str, ModelFacts]:
    """All models that something is known of: those of `models.toml`, then those of `workbench.toml`."""
    return {**known_models(), **_own()[1]}


def _own() -> tuple[dict[str, Provider], dict[str, ModelFacts]]:
    """What `workbench.toml` says, on top of what is known; worked out once for each state of that file."""
    global _merged
    tables = user_tables()
    if _merged is None or _merged[0] is not tables:
        where = find_file()
        own = {name: _own_provider(name, table, f"{where}, [providers.{name}]") for name, table in tables[0].items()}
        facts = {}
        for name, table in tables[1].items():
            provider = {**known_providers(), **own, **_added}.get(name.partition("/")[0])
            facts[name] = _facts(_known_facts(name, provider) or _unknown(name, provider), table)
        _merged = tables, own, facts
    return _merged[1], _merged[2]


def _own_provider(name: str, table: Mapping[str, Any], where: str) -> Provider:
    if not re.fullmatch(r"[^\s/]+", name):
        raise InputError(f"{where}: {name!r} cannot be the name of a provider; use one word without a slash")
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
            raise InputError(f"{where}: unknown dialect {dialect!r}; {_nearest(dialect, known_providers())}")
        # Whatever belongs to the host and not to its way of speaking stays behind, above all its key.
        own = ("id", "base_url", "key_env", "key_page", "free", "verified", "source")
        inherited = {item.name: getattr(model, item.name) for item in fields(Provider) if item.name not in own}
    return Provider(**{**inherited, **_frozen(table), "base_url": _address(table["base_url"], where), "id": name})


def _address(base_url: str, where: str) -> str:
    """An address that can be shown, kept in records and joined with a path; raises `InputError` for any other."""
    try:
        url = urllib.parse.urlsplit(base_url)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        usable = False
    # The address stays out of these two messages, for the sake of what it holds.
    if "@" in base_url.partition("://")[2].partition("/")[0] or (not usable and "@" in base_url):
        raise InputError(
            f"{where}: base_url holds a user name or password; put the key into a variable and name it in key_env"
        )
    if find_secrets(base_url):
        raise InputError(
            f"{where}: base_url holds something like a key; put it into a variable, and name that in key_env"
        )
    if not usable:
        raise InputError(f"{where}: base_url is {base_url!r}; give an address such as http://127.0.0.1:8000/v1")
    if url.query or url.fragment or url.path.rstrip("/").endswith("/chat/completions"):
        raise InputError(f"{where}: base_url is {base_url!r}; end it before /chat/completions and before any ? or #")
    return base_url.rstrip("/")


def _unknown(name: str, provider: Provider | None) -> ModelFacts:
    """The facts of a model that no table knows."""
    return ModelFacts(id=name, thinking=provider.thinking if provider else "full")


def _known_facts(name: str, provider: Provider | None) -> ModelFacts | None:
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
            return replace(alike, id=name, retired=None, retires=None, retired_note="", replaced_by=())
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
        given |= {"retired": None, "retires": day} if day > _today() else {"retired": day, "retires": None}
    return replace(base, **given)


def _today() -> date:
    return datetime.now(UTC).date()


def _frozen(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _immutable(value) for name, value in table.items()}


def _immutable(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return MappingProxyType(value) if isinstance(value, dict) else value


def _nearest(word: str, known: Iterable[str]) -> str:
    known = list(known)
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}."


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
        raise InputError(f"{name!r} is no model id; write provider/model, {_served_as(name)}; see wb.models()")
    known = providers()
    provider = known.get(provider_id)
    if provider is None:
        hosts = [other for other in model_facts() if other.endswith(f"/{name}")]
        hint = f"write {_served_as(name)}" if hosts else _nearest(provider_id, known)
        raise NotFound(
            f"unknown provider {provider_id!r} in {name!r}; {hint} "
            f"Others are added in workbench.toml or with wb.add_provider."
        )
    facts = _own()[1].get(name) or _known_facts(name, provider)
    if facts is None and provider_id == LOCAL:
        locals_ = [other.partition("/")[2] for other in known_models() if other.startswith(f"{LOCAL}/")]
        raise NotFound(f"unknown local model {own_name!r}; the local models are {', '.join(locals_)}")
    return Target(
        id=name,
        label=pinned.label if pinned else name,
        provider=provider,
        name=own_name,
        facts=facts or _unknown(name, provider),
        params=pinned.params if pinned else MappingProxyType({}),
    )


def _served_as(name: str) -> str:
    """Ids under which a model of this name can be asked, the nearest ones if there is none of just this name."""
    ids = [facts.id for facts in model_facts().values() if not facts.retired]
    served = [other for other in ids if name and other.endswith(f"/{name}")]
    if not served:
        by_name = {other.rpartition("/")[2]: other for other in reversed(ids)}
        served = [by_name[near] for near in difflib.get_close_matches(name, by_name, 1)]
    return f"such as {' or '.join(served[:3]) or 'local/smollm2-135m-think'}"


def check_parameters(target: Target, params: Mapping[str, Any]) -> list[str]:
    """Raise `BadRequest` for parameters that the provider is known to refuse; return warnings about the rest."""
    facts, warnings = target.facts, []
    fixed = {**target.provider.fixed, **facts.fixed}
    for name, value in params.items():
        if name in facts.refused:
            raise BadRequest(f"{target.id!r} takes no {name}; leave it out ({name}={value!r}, nothing was sent)")
        if name in fixed and value not in _listed(fixed[name]):
            only = " or ".join(map(repr, _listed(fixed[name])))
            raise BadRequest(
                f"{target.id!r} fixes {name} at {only} and refuses {value!r}; leave it out (nothing was sent)"
            )
        if name in facts.ignored or name in target.provider.ignored:
            warnings.append(f"{target.id!r} ignores {name} without a word, so {name}={value!r} changes nothing")
    caps = [value for name in _MAX_TOKENS_NAMES if isinstance(value := params.get(name), int | float)]
    most = facts.most_max_tokens or facts.context_tokens
    for cap in caps:
        if most is not None and cap > most:
            raise BadRequest(
                f"max_tokens={cap:,} is more than the {most:,} that {target.id!r} takes (nothing was sent)"
            )
        if facts.least_max_tokens and cap < facts.least_max_tokens and not _thinking_is_off(facts, params):
            warnings.append(
                f"max_tokens={cap:,} is little for {target.id!r}, whose thinking counts too: "
                f"{facts.least_max_tokens:,} or more is advised, and below it expect replies that never answer"
            )
    return warnings


def _listed(fixed: Any) -> list[Any]:
    return fixed if isinstance(fixed, list) else [fixed]


def _thinking_is_off(facts: ModelFacts, params: Mapping[str, Any]) -> bool:
    """Whether a model does not think at all, or was told not to in one of the ways that the providers have."""
    switches: list[Any] = [params.get(name) for name in ("thinking", "reasoning", "chat_template_kwargs")]
    told = {name: value for switch in switches if isinstance(switch, Mapping) for name, value in switch.items()}
    off = (
        told.get("type") == "disabled",
        told.get("enabled") is False,
        told.get("effort") == "none",
        told.get("thinking") is False,
        told.get("enable_thinking") is False,
        params.get("enable_thinking") is False,
        params.get("reasoning_effort") == "none",
    )
    return facts.thinking == "none" or any(off)


def check_not_retired(target: Target) -> None:
    """Raise `NotFound` for a model that its provider has stopped serving; kept replies of it stay readable."""
    facts = target.facts
    # Compared anew at each call: a notebook may stay open over the announced day.
    day = facts.retired or (facts.retires if facts.retires and facts.retires <= _today() else None)
    if day is None:
        return
    note = f" {facts.retired_note}" if facts.retired_note else ""
    others = f" Use {', '.join(facts.replaced_by)} instead" if facts.replaced_by else " See wb.models() for others"
    raise NotFound(
        f"{target.id!r} was retired on {day.isoformat()}.{note}{others} "
        f"(nothing was sent; replies that are kept can still be read)."
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
