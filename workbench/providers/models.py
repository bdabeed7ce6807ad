"""A model id, or one with parameters pinned, becomes a target: who serves it, what is known of it, with which key."""

from __future__ import annotations

import copy
import fnmatch
import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from workbench.base.credentials import has_credentials
from workbench.base.secrets import Secret, find_secret
from workbench.base.words import close_to, nearest
from workbench.errors import AuthError, ConfigError, InputError, NotFound
from workbench.providers.facts import (
    LOCAL,
    ModelFacts,
    Provider,
    facts_for,
    known_models,
    model_facts,
    providers,
)
from workbench.providers.lists import kept_list
from workbench.providers.own_files import MARK, file_named, with_own_file
from workbench.providers.routes import Route, route_named

_NEVER_PINNED = frozenset(
    ["model", "messages", "prompt", "system", "sample", "refresh", "timeout", "stream", "extra_headers", "extra_query"]
)


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Model:
    """A model id with parameters pinned: thinking off, an effort level, a cap. Stands wherever an id does.

    `label` names it in rows; by default the id and its parameters. `fallback` are the models that are asked, in order,
    where this one does not answer: their rows are told apart from its own. Raises `InputError` for a parameter that
    belongs to the call and not to the model.

    >>> Model("local/smollm2-135m-think", reasoning_effort="none").label
    'local/smollm2-135m-think (reasoning_effort=none)'
    >>> Model("moonshot/kimi-k3", effort="low").label
    'moonshot/kimi-k3 (effort=low)'
    """

    id: str
    label: str
    params: Mapping[str, Any]
    fallback: tuple[str | Model, ...]

    def __init__(
        self,
        id: str,  # noqa: A002 - the contract's name
        label: str | None = None,
        *,
        fallback: str | Model | Iterable[str | Model] | None = None,
        **params: Any,
    ) -> None:
        for name in _NEVER_PINNED & params.keys():
            given = "" if name.startswith("extra_") else f"={params[name]!r}"
            raise InputError(f"{name}{given} cannot be pinned to a model; give it to the call")
        if has_credentials(params):
            raise InputError(f"a key is among the parameters of {id!r}: keys live in the environment or a .env file")
        pinned = ", ".join(f"{name}={_short(value)}" for name, value in params.items())
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "label", label or (f"{id} ({pinned})" if pinned else id))
        # A copy, so that a caller's later change of a nested dict does not change the model behind its label.
        object.__setattr__(self, "params", MappingProxyType(copy.deepcopy(params)))
        object.__setattr__(self, "fallback", listed_models(fallback))

    def _identity(self) -> tuple[Any, ...]:
        return self.id, self.label, json.dumps(dict(self.params), sort_keys=True, default=repr), self.fallback

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label != Model(self.id, **self.params).label else ""
        others = f", fallback={list(self.fallback)!r}" if self.fallback else ""
        pinned = "".join(f", {name}={value!r}" for name, value in self.params.items())
        return f"Model({self.id!r}{label}{others}{pinned})"

    def __reduce__(self) -> tuple[Any, ...]:
        return functools.partial(Model, self.id, self.label, fallback=self.fallback, **self.params), ()


def listed_models(models: str | Model | Iterable[str | Model] | None) -> tuple[str | Model, ...]:
    """Models that were given as one, several or none. Raises `InputError` for what is no model."""
    if models is None:
        return ()
    listed = (models,) if isinstance(models, str | Model) else tuple(models)
    for model in listed:
        if not isinstance(model, str | Model):
            raise InputError(f"a model is {model!r}; give an id such as 'local/smollm2-135m-think', or a wb.Model")
        if isinstance(model, Model) and model.fallback:
            raise InputError(f"{model.label!r} is a fallback and has one itself; name them all in one list")
    return listed


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
    fallback: tuple[str | Model, ...] = ()
    route: Route | None = None

    @property
    def preopened(self) -> bool:
        """Whether the model's chat template has opened the thinking before its text begins."""
        if self.facts.preopened is not None:
            return self.facts.preopened
        name = self.name.lower()
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.provider.preopened)


def resolve(model: str | Model) -> Target:
    """Find out who serves a model, and what is known of it.

    A model that no table knows is fine as long as its provider is known; the local provider has its three, the files
    that `workbench.toml` names, and any GGUF file by its path (`local:/models/qwen3-8b.gguf`). Raises `InputError` for
    an id of another form, `NotFound` for an unknown provider or local model, `LocalModelError` for a file that cannot
    be served.
    """
    pinned = model if isinstance(model, Model) else None
    name = pinned.id if pinned else model
    if not isinstance(name, str):
        raise InputError(f"a model is {model!r}; give an id such as 'local/smollm2-135m-think', or a wb.Model")
    route = route_named(name)
    if route is not None:
        return _of_route(route, name, pinned)
    provider_id, slash, own_name = name.partition("/")
    if name.startswith(MARK):
        provider_id, slash, own_name = LOCAL, "/", PurePath(name.partition(":")[2]).stem
    if not slash or not own_name or not provider_id:
        raise InputError(f"{name!r} is no model id; write provider/model, {_served_as(name)}; see wb.models()")
    provider = _provider_of(name, provider_id)
    return Target(
        id=name,
        label=pinned.label if pinned else name,
        provider=provider,
        name=own_name,
        facts=_facts_of(name, own_name, provider),
        params=pinned.params if pinned else MappingProxyType({}),
        fallback=pinned.fallback if pinned else (),
    )


def _of_route(route: Route, name: str, pinned: Model | None) -> Target:
    """A route as a target: what it chooses is known at each question, until then its first model stands for it."""
    first = resolve(route.asked.get(route.models[0], route.models[0]))
    params = pinned.params if pinned else first.params if not route.asked else MappingProxyType({})
    fallback = pinned.fallback if pinned else ()
    label = pinned.label if pinned else name
    return replace(first, id=name, label=label, params=params, fallback=fallback, route=route)


def _provider_of(name: str, provider_id: str) -> Provider:
    known = providers()
    provider = known.get(provider_id)
    if provider is None:
        hosts = [other for other in model_facts() if other.endswith(f"/{name}")]
        hint = f"write {_served_as(name)}" if hosts else nearest(provider_id, known)
        raise NotFound(
            f"unknown provider {provider_id!r} in {name!r}; {hint} "
            f"Others are added in workbench.toml or with wb.add_provider."
        )
    return provider


def _facts_of(name: str, own_name: str, provider: Provider) -> ModelFacts:
    """What is known of a model; of a file of the user's own, what it says of itself, too."""
    facts = facts_for(name, provider)
    if provider.id != LOCAL:
        return facts
    if facts.file or name.startswith(MARK):
        file = file_named(name)
        return with_own_file(own_name, replace(facts, file=str(file)) if file else facts)
    if name not in known_models():
        locals_ = [other.partition("/")[2] for other in known_models() if other.startswith(f"{LOCAL}/")]
        raise NotFound(
            f"unknown local model {own_name!r}; the local models are {', '.join(locals_)}, "
            "and local:PATH is any GGUF file"
        )
    return facts


def _served_as(name: str) -> str:
    """Ids under which a model of this name can be asked, the nearest ones if there is none of just this name."""
    ids = [facts.id for facts in model_facts().values() if not facts.retired]
    served = [other for other in ids if name and other.endswith(f"/{name}")]
    if not served:
        by_name = {other.rpartition("/")[2]: other for other in reversed(ids)}
        served = [by_name[near]] if (near := close_to(name, by_name)) else []
    return f"such as {' or '.join(served[:3]) or 'local/smollm2-135m-think'}"


def doubts_of_alias(target: Target) -> list[str]:
    """A warning for a name that its provider points at one model after another.

    >>> doubts_of_alias(resolve("openrouter/~acme/deep-latest"))[0].partition(":")[0]
    "'openrouter/~acme/deep-latest' is a name that moves from model to model"
    """
    if not (target.name.startswith("~") or target.name.endswith("-latest")) or target.provider.free:
        return []
    kept = kept_list(target.provider.id, target.provider.base_url)
    offer = kept.offers.get(target.name) if kept else None
    now = f" ({offer.alias_of} at the last look)" if offer is not None and offer.alias_of else ""
    return [
        f"{target.id!r} is a name that moves from model to model: what is kept under it stays that of the model that "
        f"answered then. Name the model itself{now}, or see served_model"
    ]


def secret_for(target: Target) -> Secret | None:
    """The key of a target's provider; None when it needs none. Raises `AuthError` that says where to get one."""
    provider = target.provider
    if provider.own_address:
        raise ConfigError(
            f"every account of {provider.id!r} has an address of its own: write it into workbench.toml, as base_url "
            f"below [providers.{provider.id}]. {provider.notes}"
        )
    if provider.key_env is None:
        return None
    key = find_secret(provider.key_env)
    if key is None:
        page = f", from {provider.key_page}" if provider.key_page else ""
        raise AuthError(
            f"{target.id!r} needs a key: set {provider.key_env} in the environment or in a .env file{page}. "
            f"Without any key, local/smollm2-135m-think runs on this machine."
        )
    return key


def where_the_key_is(target: Target) -> str:
    """Which variable holds the key of a target's provider, for whoever is told that it was refused.

    >>> where_the_key_is(resolve("openai/gpt-6-sol"))
    'the key that was sent is OPENAI_API_KEY'
    """
    variable = target.provider.key_env
    if variable is None:
        return (
            f"no key was sent to {target.provider.id!r}: key_env below [providers.{target.provider.id}] in "
            "workbench.toml names the variable that holds one"
        )
    return f"the key that was sent is {variable}"
