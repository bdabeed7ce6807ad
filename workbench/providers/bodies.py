"""The body of a request but for its messages: what a model pins, what the call asks for, its cap, in its dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workbench.base.credentials import has_credentials
from workbench.errors import InputError
from workbench.providers.depth import beside, with_depth
from workbench.providers.known_parameters import MAX_TOKENS_NAMES
from workbench.providers.messages import plain_json
from workbench.providers.models import Target, doubts_of_alias
from workbench.providers.outright import said_outright
from workbench.providers.parameters import check_names, check_parameters, whole_number
from workbench.providers.responses_api import as_responses, dialect_for, widened
from workbench.providers.retired import doubts_of_retirement

_NEVER_IN_BODY: Final = {
    "stream_options": "usage is asked for anyway",
    "max_retries": "retries are the workbench's own",
}
_KNOWN_EVERYWHERE: Final = ("temperature", "tools")


@dataclass(frozen=True, slots=True)
class Body:
    """What goes over the wire, what of `extra_body` is in it, and what must be said of it."""

    sent: dict[str, Any]
    extra: Mapping[str, Any]
    warnings: tuple[str, ...]


def check_asked(asked: Mapping[str, Any]) -> None:
    """Raise `InputError` for parameters that no body may hold: keys, and what the workbench does by itself."""
    for name in _NEVER_IN_BODY.keys() & asked.keys():
        raise InputError(f"{name}={asked[name]!r} cannot be given: {_NEVER_IN_BODY[name]}")
    if has_credentials(asked):
        raise InputError("a key is among the parameters; keys live in the environment or a .env file")


def body_of(target: Target, asked: Mapping[str, Any], max_tokens: int | None, extra: Mapping[str, Any]) -> Body:
    """Put the body together; parameters that are None were not asked for.

    Raises `InputError` for what contradicts itself or what is pinned, `BadRequest` for what the model is known to
    refuse.
    """
    options = {name: value for name, value in asked.items() if value is not None}
    cap = _one_max_tokens(max_tokens, options, target)
    options = {**_pinned(target, options), **options}
    check_names(target, [*(name for name in asked if name not in _KNOWN_EVERYWHERE), *target.params])
    dialect = options.pop("dialect", None)
    known = widened(target, dialect, options.get("effort"))
    options, of_depth = with_depth(known, options, extra)
    if of_depth is not None:
        extra = beside(options, extra)
    cap, untold = said_outright(target, cap, options, extra)
    if cap is not None:
        options["max_tokens"] = cap
    warnings = [*doubts_of_retirement(target), *doubts_of_alias(target), *(of_depth or ())]
    warnings += [*check_parameters(known, {**options, **extra}), *untold]
    if dialect_for(target, {**options, **extra}, dialect) == "responses":
        options, of_dialect = as_responses(target, options, extra)
        warnings += of_dialect
    if cap is not None:
        options[target.provider.max_tokens_field] = options.pop("max_tokens")
    return Body(plain_json({"model": target.name, **options, **extra}, "request"), extra, tuple(warnings))


def _one_max_tokens(max_tokens: int | None, options: dict[str, Any], target: Target) -> int | None:
    """The cap, whichever of its names it came under; takes those names out of `options`."""
    given = [max_tokens, *(options.pop(name, None) for name in MAX_TOKENS_NAMES)]
    given += [target.params.get(name) for name in MAX_TOKENS_NAMES]
    caps = {whole_number(cap, "max_tokens", least=1) for cap in given if cap is not None}
    if len(caps) > 1:
        raise InputError(f"max_tokens is given as {sorted(caps)}; give one number")
    return next(iter(caps), target.facts.default_max_tokens)


def _pinned(target: Target, options: Mapping[str, Any]) -> dict[str, Any]:
    pinned = {name: value for name, value in target.params.items() if name not in MAX_TOKENS_NAMES}
    for name in pinned.keys() & options.keys():
        if pinned[name] != options[name]:
            raise InputError(
                f"{name}={options[name]!r} is asked of {target.label!r}, which pins it to {pinned[name]!r}"
            )
    if "extra_body" in pinned:
        pinned.update(pinned.pop("extra_body"))
    return pinned
