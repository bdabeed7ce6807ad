"""Caps that a table put into calls which give none, and those of earlier tables: the same call, sent otherwise then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.providers.known_parameters import MAX_TOKENS_NAMES
from workbench.providers.models import Target


def earlier_caps(
    target: Target, max_tokens: int | None, options: Mapping[str, Any], extra: Mapping[str, Any]
) -> tuple[int | None, ...]:
    """The caps that a call without one may have had before: none (None), and what tables said, but for today's."""
    pinned = target.params.get("extra_body") or {}
    given = [max_tokens, *(told.get(name) for told in (options, target.params) for name in MAX_TOKENS_NAMES)]
    if any(cap is not None for cap in given) or {*extra, *pinned} & {*MAX_TOKENS_NAMES}:
        return ()
    caps = dict.fromkeys((None, *target.facts.earlier_default_max_tokens))
    return tuple(cap for cap in caps if cap != target.facts.default_max_tokens)
