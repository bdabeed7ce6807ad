"""How much a model thinks: `effort=` and `thinking=True|False` in each provider's own words, before it is asked."""

from __future__ import annotations

import copy
import fnmatch
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import ConfigError, InputError
from workbench.providers.models import Target

_EFFORT_PLACES = (("reasoning_effort",), ("reasoning", "effort"), ("output_config", "effort"))
"""Where a request says an effort, at one provider or another."""

_TRUTHS = ("bool", "bool_")  # the second is numpy's: a swept switch is read back from a table

Fragment = dict[str, Any]


def with_depth(
    target: Target, given: Mapping[str, Any], extra_body: Mapping[str, Any] | None = None
) -> tuple[Fragment, list[str] | None]:
    """The parameters of a request with `effort` and a true or false `thinking` put into the provider's own; warnings.

    Without either, nothing is changed, and the warnings are None. `extra_body` is what else the request will say. A
    `thinking` that is a table is the provider's own parameter, and stays as it is.

    Raises `ConfigError` where effort or switch would do nothing, or something else, and says what works; `InputError`
    for two that contradict each other.

    >>> from workbench.providers.models import resolve
    >>> with_depth(resolve("moonshot/kimi-k2.6"), {"thinking": False, "seed": 7})
    ({'seed': 7, 'thinking': {'type': 'disabled'}}, [])
    >>> with_depth(resolve("openrouter/moonshotai/kimi-k3"), {"effort": "high"})
    ({'reasoning': {'effort': 'high'}}, [])
    """
    rest = dict(given)
    effort = rest.pop("effort", None)
    thinking = bool(rest.pop("thinking")) if type(rest.get("thinking")).__name__ in _TRUTHS else None
    if effort is None and thinking is None:
        return rest, None
    beside = (extra_body or {},)
    if effort is not None and not isinstance(effort, str):
        raise InputError(f"effort is {effort!r}; give a text, such as 'low' or 'high'")
    if effort is not None and thinking is not None and thinking == (effort == "none"):
        raise InputError(f"thinking={thinking} and effort={effort!r} contradict each other; give one of them")
    warnings: list[str] = []
    if effort is not None and effort not in {found for said in (rest, *beside) for found in efforts_in(said)}:
        _add(rest, _of_effort(target, effort, warnings), f"effort={effort!r}", beside)
    if thinking is not None:
        said = next((found for one in (rest, *beside) for found in efforts_in(one)), effort)
        on = _of_switch(target, thinking, said if effort is None else effort, warnings)
        _add(rest, on, f"thinking={thinking}", beside, yields=effort is not None)
    return rest, warnings


def effort_of(body: Mapping[str, Any]) -> str | None:
    """The effort that a request asks for, wherever its provider wants it said; None where it says none.

    >>> effort_of({"reasoning": {"effort": "low"}}), effort_of({"temperature": 1})
    ('low', None)
    """
    return next(efforts_in(body), None)


def beside(options: Mapping[str, Any], extra_body: Mapping[str, Any]) -> Fragment:
    """What `extra_body` says, joined with what the options say under the same names, so that it hides none of it.

    >>> beside({"reasoning": {"effort": "low"}}, {"reasoning": {"exclude": True}})
    {'reasoning': {'effort': 'low', 'exclude': True}}
    """
    return merged({name: value for name, value in options.items() if name in extra_body}, extra_body)


def merged(body: Mapping[str, Any], over: Mapping[str, Any]) -> Fragment:
    """Two parts of a request as one, the second over the first; tables are joined and not replaced.

    >>> merged({"reasoning": {"effort": "low"}, "n": 1}, {"reasoning": {"exclude": True}})
    {'reasoning': {'effort': 'low', 'exclude': True}, 'n': 1}
    """
    joined = copy.deepcopy(dict(body))
    for name, value in over.items():
        here = joined.get(name)
        joined[name] = merged(here, value) if isinstance(here, Mapping) and isinstance(value, Mapping) else value
    return joined


def _of_effort(target: Target, effort: str, warnings: list[str]) -> Fragment:
    facts, provider = target.facts, target.provider
    path = provider.effort_in if facts.effort_in is None else facts.effort_in
    wanted = f"effort={effort!r}"
    if facts.efforts == ():
        raise ConfigError(f"{target.id!r} has no levels of effort, so {wanted} would do nothing; {_works(target)}")
    if not path:
        raise ConfigError(
            f"no parameter is known by which {target.id!r} takes an effort over this protocol; {_works(target)}"
        )
    known = provider.efforts if facts.efforts is None else facts.efforts
    if known is not None and effort not in known:
        text = f"{wanted} is none of {', '.join(known)}, which {target.id!r} takes: {_fate(target, effort)}"
        if facts.efforts is not None and "efforts" in facts.doubtful:
            warnings.append(f"{text} (this is known from one other party only: {facts.source_of('efforts')})")
        else:
            raise ConfigError(f"{text}; {_works(target)}")
    elif facts.efforts is None and facts.thinking == "none":
        raise ConfigError(f"{target.id!r} does not think, so {wanted} would do nothing; {_works(target)}")
    elif facts.efforts is None:
        warnings.append(f"whether {target.id!r} heeds {wanted} is not known; compare its thinking with and without")
    return _nested(path, effort)


def _fate(target: Target, effort: str) -> str:
    """What becomes of an effort that a model does not have."""
    folded = target.facts.folded.get(effort) or target.provider.folded.get(effort)
    if folded is not None:
        return f"it would be taken for {folded!r} without a word"
    what = target.facts.other_efforts or target.provider.other_efforts
    return {"refused": "it would be refused", "ignored": "it would be dropped without a word"}.get(
        what, "it would be refused, or do something else"
    )


def _of_switch(target: Target, thinking: bool, effort: str | None, warnings: list[str]) -> Fragment:
    facts = target.facts
    wanted = f"thinking={thinking}"
    on, off = switch_of(target)
    if facts.always_thinks:
        if thinking:
            return {}
        text = f"{target.id!r} always thinks, so {wanted} would do nothing"
        if "always_thinks" not in facts.doubtful:
            raise ConfigError(f"{text}; {_works(target)}")
        if off is None:
            raise ConfigError(f"{text}, as far as is known, and no way is known to say it; {_works(target)}")
        warnings.append(f"{text} (this is known from one other party only: {facts.source_of('always_thinks')})")
        return off
    if facts.thinking == "none" and not facts.switch:
        if thinking:
            raise ConfigError(f"{target.id!r} does not think, so {wanted} would do nothing; {_works(target)}")
        return {}
    found = on if thinking else off
    if not thinking and found is not None and facts.off_efforts and effort and effort not in facts.off_efforts:
        text = (
            f"{target.id!r} can be told not to think at an effort of {', '.join(facts.off_efforts)}, not of {effort!r}"
        )
        if "off_efforts" not in facts.doubtful:
            raise ConfigError(f"{text}; {_works(target)}")
        warnings.append(f"{text}: one other party says so ({facts.source_of('off_efforts')})")
    if found is not None:
        if "switch" in facts.doubtful:
            warnings.append(f"that {wanted} works at {target.id!r} is known from one other party only")
        return found
    if thinking and effort is not None:
        return {}
    if thinking and off is not None:
        raise ConfigError(f"{target.id!r} thinks as its effort says, so {wanted} says too little; {_works(target)}")
    raise ConfigError(f"no way is known to tell {target.id!r} {wanted} over this protocol; {_works(target)}")


def switch_of(target: Target) -> tuple[Fragment | None, Fragment | None]:
    """What a request says to switch a model's thinking on, and to switch it off; None where nothing does.

    >>> from workbench.providers.models import resolve
    >>> switch_of(resolve("vllm/Qwen/Qwen3-32B"))[1]
    {'chat_template_kwargs': {'enable_thinking': False}}
    """
    written = target.facts.switch
    name = target.name.lower()
    if written is None:
        patterns = target.provider.switches
        written = next((patterns[pattern] for pattern in patterns if fnmatch.fnmatchcase(name, pattern)), None)
    if not written:
        return None, None
    path, _, values = written.partition("=")
    on, _, off = values.partition("|")
    return _switched(path.strip(), on.strip()), _switched(path.strip(), off.strip())


def _switched(path: str, value: str) -> Fragment | None:
    if not value:
        return None
    number = int(value) if re.fullmatch(r"-?\d+", value) else value
    return _nested(path, {"true": True, "false": False}.get(value, number))


def _works(target: Target) -> str:
    """What does work instead, to end an error with."""
    facts, provider = target.facts, target.provider
    ways = []
    path = provider.effort_in if facts.effort_in is None else facts.effort_in
    efforts = provider.efforts if facts.efforts is None else facts.efforts
    if path and efforts and facts.thinking != "none":
        ways.append("effort= one of " + ", ".join(efforts))
    on, off = switch_of(target)
    settable = not facts.always_thinks and (facts.thinking != "none" or bool(facts.switch))
    if on is not None and settable:
        ways.append("thinking=True")
    if off is not None and settable:
        ways.append("thinking=False")
    budget = provider.budget_in if facts.thinking != "none" else ""
    if budget:
        ways.append(f"{budget}= a number of tokens")
    tail = "; or its own parameter in extra_body" if facts.efforts is None and settable else ""
    return f"what works: {', '.join(ways) or 'leave it out'}{tail} (nothing was sent)"


def _nested(path: str, value: Any) -> Fragment:
    for name in reversed(path.split(".")):
        value = {name: value}
    return dict(value)


def _add(
    rest: Fragment, fragment: Fragment, wanted: str, beside: tuple[Mapping[str, Any], ...], *, yields: bool = False
) -> None:
    """Put a fragment into the parameters; raise `InputError` where they say otherwise at the same place."""
    for path, value in _leaves(fragment):
        for said in (rest, *beside):
            found = _at(said, path)
            if found is None or found == value:
                continue
            if yields and said is rest:
                return  # an effort has said it more exactly, at the same place
            raise InputError(f"{wanted} and {'.'.join(path)}={found!r} are both given; give one of them")
    rest.update(merged(rest, fragment))


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _at(table: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = table
    for name in path:
        if not isinstance(value, Mapping):
            return json.dumps(value, default=repr) if value is not None else None
        value = value.get(name)
    return value


def efforts_in(body: Mapping[str, Any]) -> Iterator[str]:
    """Every effort that a request says, at one place or another."""
    for path in _EFFORT_PLACES:
        if path[0] not in body:
            continue
        found = _at(body, path) if isinstance(body.get(path[0]), Mapping) or len(path) == 1 else None
        if isinstance(found, str):
            yield found
