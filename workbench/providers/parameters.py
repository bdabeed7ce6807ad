"""Parameters against what is known of a model: what it would refuse is refused here, before anything is paid."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, cast

from workbench.base import regular_expressions as re
from workbench.base.words import close_to
from workbench.errors import BadRequest, InputError
from workbench.providers.depth import effort_of, efforts_in
from workbench.providers.facts import WEAK, ModelFacts
from workbench.providers.known_parameters import KNOWN, MAX_TOKENS_NAMES, unknown_names
from workbench.providers.messages import plain_json
from workbench.providers.models import Target
from workbench.providers.own_options import own_options, whose

_WAYS_TO_SWITCH_OFF: Sequence[tuple[tuple[str, ...], object]] = (  # in use by one provider or another
    (("thinking", "type"), "disabled"),
    (("thinking", "type"), "between_tools"),
    (("thinking", "enabled"), False),
    (("reasoning", "enabled"), False),
    (("reasoning", "effort"), "none"),
    (("reasoning_effort",), "none"),
    (("enable_thinking",), False),
    (("thinking_budget",), 0),
    (("thinking_budget_tokens",), 0),
    (("thinking_token_budget",), 0),
    (("reasoning_budget",), 0),
    (("reasoning", "max_tokens"), 0),
    (("think",), False),
    (("disable_reasoning",), True),
    (("extra_body", "google", "thinking_config", "thinking_budget"), 0),
    (("chat_template_kwargs", "thinking"), False),
    (("chat_template_kwargs", "enable_thinking"), False),
)
_SWITCHES = frozenset(first for (first, *_), _ in _WAYS_TO_SWITCH_OFF)
_GATEWAY_CACHE = re.compile(
    r"(openrouter|helicone|portkey|wandb|litellm|cf-aig|gateway).*cache(?<!skip-cache)", re.IGNORECASE
)
_CONFIG_HEADER = "x-portkey-config"
"""Of a gateway whose cache is switched on in a configuration, which stands there as JSON, or is named by its id."""

_ABSENT: Any = object()
_OTHERWISE = {"refused": "refused", "ignored": "ignored without a word", "folded": "taken for another without a word"}


_OF_THE_REQUEST = ("effort", "extra_body", "extra_headers", "extra_query", "stream", "system")


def check_names(target: Target, names: Iterable[str]) -> None:
    """Raise `InputError` for a parameter that no provider is known to read: it would be dropped without a word.

    >>> from workbench.providers.models import resolve
    >>> check_names(resolve("openai/gpt-6-sol"), ["top_p"])
    >>> try:
    ...     check_names(resolve("openai/gpt-6-sol"), ["temprature"])
    ... except InputError as error:
    ...     print(error)
    no provider knows a parameter 'temprature'; did you mean 'temperature'? To send it as it is, put it into extra_body
    """
    facts, provider = target.facts, target.provider
    also = {*facts.fixed, *facts.fixed_without_thinking, *facts.refused, *facts.ignored, *facts.ignored_while_thinking}
    also |= {*facts.fixed_while_thinking, *provider.refused, *provider.fixed, *provider.most, *provider.steers}
    also |= {*provider.ignored, *provider.ignored_while_thinking}
    for name in unknown_names(names, {*also, *_OF_THE_REQUEST}):
        own = own_options()
        if name in own:
            raise InputError(f"{name!r} is {whose(own[name])}, and no parameter of a model; give it there, by its name")
        near = close_to(name, sorted({*KNOWN, *also, *own}))
        if near in own and near not in KNOWN:
            raise InputError(f"no provider knows a parameter {name!r}; did you mean {near!r}, {whose(own[near])}?")
        hint = f"did you mean {near!r}? To send it as it is," if near else "to send it as it is,"
        raise InputError(f"no provider knows a parameter {name!r}; {hint} put it into extra_body")


def check_parameters(target: Target, params: Mapping[str, Any]) -> list[str]:
    """Raise `BadRequest` for parameters that the provider is known to refuse; return warnings about the rest.

    A value that is silently lowered or dropped is refused too where a sweep over it would measure something else.

    >>> from workbench.providers.models import resolve
    >>> check_parameters(resolve("deepseek/deepseek-v4-pro"), {"temperature": 0.2})
    ["'deepseek/deepseek-v4-pro' ignores temperature without a word, so temperature=0.2 changes nothing"]
    """
    _refuse(target, params)
    return [*_warnings_of(target, params), *_hearsay(target, params), *_cap_warnings(target, params)]


def _refuse(target: Target, params: Mapping[str, Any]) -> None:
    facts, provider = target.facts, target.provider
    off = told_off(params)
    doubtful = facts.doubtful
    if off and facts.always_thinks and "always_thinks" not in doubtful:
        raise BadRequest(f"{target.id!r} always thinks and refuses {off}; leave it out (nothing was sent)")
    fixed = {**_firm(provider.fixed, provider.sure in WEAK), **_firm(facts.fixed, "fixed" in doubtful)}
    if not off and _thinks(facts, params):
        fixed |= _firm(facts.fixed_while_thinking, "fixed_while_thinking" in doubtful)
    fixed |= _firm(facts.fixed_without_thinking, "fixed_without_thinking" in doubtful) if off else {}
    refused = {*(() if provider.sure in WEAK else provider.refused), *(() if "refused" in doubtful else facts.refused)}
    for name, value in params.items():
        if name in refused:
            raise BadRequest(f"{target.id!r} takes no {name}; leave it out ({name}={value!r}, nothing was sent)")
        if name in fixed and value not in _listed(fixed[name]):
            only = " or ".join(map(repr, _listed(fixed[name])))
            raise BadRequest(
                f"{target.id!r} fixes {name} at {only} and refuses {value!r}; leave it out (nothing was sent)"
            )
        most = provider.most.get(name)
        if most is not None and isinstance(value, int | float) and value > most:
            raise BadRequest(f"{target.id!r} takes {name} up to {most:g}, and {value!r} is more (nothing was sent)")
    for written in sorted(refused):
        if ("." in written or "=" in written) and _given(params, written):
            raise BadRequest(f"{target.id!r} refuses {written}; leave it out (nothing was sent)")
    said = list(dict.fromkeys(efforts_in(params))) if provider.effort_in == "reasoning.effort" else []
    if len(said) > 1:
        raise BadRequest(
            f"{target.id!r} is told two efforts, {' and '.join(map(repr, said))}; give one of them (nothing was sent)"
        )
    for pair in provider.exclusive:
        one, other = pair.split(" & ")
        if _given(params, one) and _given(params, other):
            raise BadRequest(f"{target.id!r} takes {one} or {other}, not both; leave one out (nothing was sent)")


def _firm(table: Mapping[str, Any], weak: bool) -> Mapping[str, Any]:
    return {} if weak else table


def _hearsay(target: Target, params: Mapping[str, Any]) -> list[str]:
    """Warnings of what one other party alone says would be refused: it is sent all the same."""
    facts, provider = target.facts, target.provider
    doubtful, off = facts.doubtful, told_off(params)
    told = {name: facts.source_of("refused") for name in facts.refused if "refused" in doubtful}
    told |= {name: provider.source for name in provider.refused if provider.sure in WEAK}
    for weak, table, source in (
        (provider.sure in WEAK, provider.fixed, provider.source),
        ("fixed" in doubtful, facts.fixed, facts.source_of("fixed")),
        (
            "fixed_while_thinking" in doubtful and _thinks(facts, params),
            facts.fixed_while_thinking,
            facts.source_of("fixed_while_thinking"),
        ),
    ):
        told |= {name: source for name, value in table.items() if weak and params.get(name) not in _listed(value)}
    names = [(f"{name}={params[name]!r}", source) for name, source in told.items() if name in params]
    if off and facts.always_thinks and "always_thinks" in doubtful:
        names.append((off, facts.source_of("always_thinks")))
    return [f"{target.id!r} may refuse {name}: one other party says so ({source})" for name, source in names]


def _warnings_of(target: Target, params: Mapping[str, Any]) -> list[str]:
    facts, provider = target.facts, target.provider
    ignored = {*facts.ignored, *provider.ignored}
    if facts.thinking != "none" and not told_off(params):
        ignored.update(facts.ignored_while_thinking, provider.ignored_while_thinking)
    warnings = [
        f"{target.id!r} ignores {name} without a word, so {name}={value!r} changes nothing"
        for name, value in params.items()
        if name in ignored
    ]
    effort = params.get("reasoning_effort")
    if facts.efforts and effort is not None and effort not in facts.efforts:
        warnings.append(
            f"reasoning_effort={effort!r} is none of {', '.join(facts.efforts)}, which {target.id!r} knows: "
            f"it is {_OTHERWISE.get(facts.other_efforts, 'refused, or ignored without a word')}"
        )
    return warnings


def _cap_warnings(target: Target, params: Mapping[str, Any]) -> list[str]:
    """Warn of a max_tokens that starves the thinking; raise `BadRequest` for one that the model cannot give."""
    facts = target.facts
    caps = [value for name in MAX_TOKENS_NAMES if isinstance(value := params.get(name), int | float)]
    bound = "most_max_tokens" if facts.most_max_tokens else "context_tokens"
    most = getattr(facts, bound)
    warnings = []
    for cap in caps:
        if most is not None and cap > most:
            text = f"max_tokens={cap:,} is more than the {most:,} that {target.id!r} takes"
            if bound not in facts.doubtful:
                raise BadRequest(f"{text} (nothing was sent)")
            warnings.append(f"{text}, as one other party says ({facts.source_of(bound)})")
        if facts.least_max_tokens and cap < facts.least_max_tokens and not _does_not_think(facts, params):
            warnings.append(
                f"max_tokens={cap:,} is little for {target.id!r}, whose thinking counts too: "
                f"{facts.least_max_tokens:,} or more is advised, and below it expect replies that never answer"
            )
    return warnings


def _thinks(facts: ModelFacts, params: Mapping[str, Any]) -> bool:
    """Whether a model thinks at this request, which may depend on the effort that it takes where none is asked for."""
    if told_off(params) is not None:
        return False
    switch = params.get("thinking")
    told_to = isinstance(switch, Mapping) and switch.get("type") in ("enabled", "adaptive")
    return facts.default_effort != "none" or effort_of(params) is not None or told_to


def _given(params: Mapping[str, Any], written: str) -> bool:
    """Whether a parameter is given, written as a path into the request, such as `reasoning.effort` or `format=raw`."""
    path, _, wanted = written.partition("=")
    value: Any = params
    for name in path.split("."):
        value = value.get(name, _ABSENT) if isinstance(value, Mapping) else _ABSENT
    return value is not _ABSENT and value is not None and (not wanted or value == wanted)


def _listed(fixed: Any) -> list[Any]:
    return list(fixed) if isinstance(fixed, list | tuple) else [fixed]


def _does_not_think(facts: ModelFacts, params: Mapping[str, Any]) -> bool:
    return facts.thinking == "none" or told_off(params) is not None


def told_off(params: Mapping[str, Any]) -> str | None:
    """How a request switches the thinking off; None if it does not."""
    if _SWITCHES.isdisjoint(params):
        return None
    for (first, *inner), value in _WAYS_TO_SWITCH_OFF:
        if first not in params:
            continue
        found = params[first]
        for name in inner:
            found = found.get(name) if isinstance(found, Mapping) else None
        if found is not None and found == value and isinstance(found, bool) == isinstance(value, bool):
            return f"{'.'.join((first, *inner))}={value!r}"
    return None


def sendable_headers(given: Mapping[str, str] | None) -> Mapping[str, str]:
    """Headers that HTTP can carry; the value of a bad one stays out of the error, as most extra headers hold keys."""
    headers = plain_json(dict(given), "extra_headers") if given else {}
    for name, value in headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise InputError(f"extra_headers: {name!r} cannot be the name of a header")
        if not isinstance(value, str) or not re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value):
            raise InputError(
                f"extra_headers: the value of {name!r} must be one line of text without control characters"
            )
    return headers


def check_no_kept_replies(headers: Mapping[str, str], body: Mapping[str, Any]) -> None:
    """Raise `InputError` where a gateway is asked for replies that it keeps: each would pass for a new draw."""
    asked = [name for name, value in headers.items() if _GATEWAY_CACHE.search(name) and not _says_no(value)]
    asked += [name for name, value in headers.items() if name.lower() == _CONFIG_HEADER and _switches_cache_on(value)]
    asked += [name for name in ("cache", "response_cache") if not _is_off(body.get(name))]
    if asked:
        raise InputError(
            f"{asked[0]!r} asks the gateway for replies that it keeps, which would pass for new draws; leave it out "
            "(what was bought here is kept here)"
        )


def _is_off(cache: object) -> bool:
    """Whether a field of the body that tells a gateway of its cache asks for none."""
    if isinstance(cache, Mapping):
        return {*cache} <= {"no-cache", "no-store"} or cache.get("enabled") is False
    return not cache or _says_no(cache)


def _switches_cache_on(config: object) -> bool:
    """Whether a configuration that is written out asks for a cache; of one named by its id the reply's headers tell."""
    try:
        told = json.loads(config) if isinstance(config, str) else config
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict | list) and '"cache": ' in json.dumps(told)


def _says_no(value: object) -> bool:
    return str(value).strip().lower() in ("false", "0", "no", "off", "none", "bypass", "")


def merged_options(options: Mapping[str, Any], params: object) -> dict[str, Any]:
    """The options with what stands in `params`, as if each had been given by its own name."""
    if params is None:
        return dict(options)
    if not isinstance(params, Mapping):
        raise InputError(f"params is {params!r}; give a dict, such as {{'top_p': 0.9}}")
    for name in params:
        if not isinstance(name, str):
            raise InputError(f"params holds {name!r}, which is no name; give a dict, such as {{'top_p': 0.9}}")
        if options.get(name) is not None and not _are_equal(options[name], params[name]):
            raise InputError(f"{name} is given as {options[name]!r} and in params as {params[name]!r}; give it once")
    return {**options, **params}


def _are_equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except ValueError:  # arrays
        return False


def whole_number(value: object, name: str, *, least: int) -> int:
    """A whole number of at least so many, as such; raises `InputError` for anything else."""
    # Real takes numpy's numbers in: caps are often made with arange.
    number = cast(float, value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    if not math.isfinite(number) or number != int(number) or number < least:
        raise InputError(f"{name} is {value!r}; give a whole number of at least {least}")
    return int(number)
