"""Why a call is not kept: the nearest kept request, and what differs."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workbench.cache.earlier import as_kept
from workbench.cache.kept import current
from workbench.cache.request_key import request_key, same_numbers
from workbench.providers.models import Model, resolve
from workbench.providers.requests import build_request

_ABSENT: Final = object()
_PARTS = (dict, list)


@dataclass(frozen=True)
class Explanation:
    """Why a call is, or is not, in the cache; `differences` compares it with the most similar kept request."""

    key: str
    kept: bool
    nearest_key: str | None
    differences: tuple[str, ...]

    def __str__(self) -> str:
        if self.kept:
            return f"kept under {self.key[:12]}…"
        if self.nearest_key is None:
            return "not kept; nothing like it is"
        return f"not kept; the most similar kept request ({self.nearest_key[:12]}…) differs in " + "; ".join(
            self.differences
        )

    __repr__ = __str__


def explain_miss(
    prompt: str | list[dict[str, Any]], *, model: str | Model, sample: int = 0, **options: Any
) -> Explanation:
    """Tell whether a call is kept, and if not, what sets it apart from the most similar request that is.

    Takes what `ask` takes, sends nothing. Reads kept requests until one differs in one value alone: at most 50 µs each.
    """
    request = build_request(prompt, target=resolve(model), sample=sample, **options)
    cache = current()
    request = as_kept(request, cache)
    identity = request.identity()
    key = request_key(identity)
    if cache.lookup(key) is not None:
        return Explanation(key, True, key, ())
    nearest: tuple[float, str, dict[str, Any]] | None = None
    all_but_one = _leaves(identity) - 1
    for other_key, kept in cache.requests():
        same, alone = _likeness(identity, _like(identity, kept))
        if nearest is None or same - 0.1 * alone > nearest[0]:
            nearest = (same - 0.1 * alone, other_key, kept)
            if same >= all_but_one and not alone:
                break  # none is nearer
    if nearest is None:
        return Explanation(key, False, None, ())
    wanted, other = _flat(identity), _flat(_like(identity, nearest[2]))
    names = sorted(name for name in wanted.keys() | other.keys() if wanted.get(name) != other.get(name))
    return Explanation(
        key, False, nearest[1], tuple(_difference(name, other.get(name), wanted.get(name)) for name in names)
    )


def _like(identity: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """A kept request with the names of another: those of an older version had fewer, or more."""
    return kept if kept.keys() == identity.keys() else {name: kept.get(name) for name in identity}


def _likeness(wanted: Any, other: Any) -> tuple[int, int]:
    """How many single values of two requests are the same, and how many stand in one of them alone."""
    kind = type(wanted)
    if wanted and other and kind is type(other):
        if kind is dict:
            return _likeness_of_tables(wanted, other)
        if kind is list:
            return _sum(itertools.zip_longest(wanted, other, fillvalue=_ABSENT))
    if _has_parts(wanted) or _has_parts(other):
        return 0, _leaves(wanted) + _leaves(other)
    return int(wanted == other and (kind is bool) is (type(other) is bool)), 0


def _likeness_of_tables(wanted: dict[str, Any], other: dict[str, Any]) -> tuple[int, int]:
    same = alone = in_both = 0
    for name, one in wanted.items():
        theirs = other.get(name, _ABSENT)
        if theirs is _ABSENT:
            alone += _leaves(one)
            continue
        in_both += 1
        if type(one) is str and type(theirs) is str:
            same += one == theirs
        elif one or theirs:
            counted = _likeness(one, theirs)
            same += counted[0]
            alone += counted[1]
        else:  # nothing, in the same words or in others
            same += one == theirs and (type(one) is bool) is (type(theirs) is bool)
    if in_both < len(other):
        alone += sum(_leaves(value) for name, value in other.items() if name not in wanted)
    return same, alone


def _has_parts(value: Any) -> bool:
    return isinstance(value, _PARTS) and bool(value)


def _sum(pairs: Iterable[tuple[Any, Any]]) -> tuple[int, int]:
    same = alone = 0
    for one, other in pairs:
        if one is _ABSENT or other is _ABSENT:
            alone += _leaves(other if one is _ABSENT else one)
        else:
            counted = _likeness(one, other)
            same += counted[0]
            alone += counted[1]
    return same, alone


def _leaves(value: Any) -> int:
    if isinstance(value, dict) and value:
        return sum(map(_leaves, value.values()))
    return sum(map(_leaves, value)) if isinstance(value, list) and value else 1


def _flat(value: Any, prefix: str = "") -> dict[str, str]:
    if isinstance(value, Mapping) and value:
        items: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, list) and value:
        items = enumerate(value)
    else:
        return {prefix: json.dumps(same_numbers(value), sort_keys=True, ensure_ascii=False)}
    flat: dict[str, str] = {}
    for name, inner in items:
        flat.update(_flat(inner, f"{prefix}.{name}" if prefix else str(name)))
    return flat


def _difference(name: str, kept: str | None, asked: str | None) -> str:
    if kept and asked and max(len(kept), len(asked)) > 60:
        start = next(
            (i for i, (a, b) in enumerate(zip(kept, asked, strict=False)) if a != b), min(len(kept), len(asked))
        )
        kept, asked = f"…{kept[max(0, start - 20) : start + 40]}…", f"…{asked[max(0, start - 20) : start + 40]}…"
    return f"{name}: kept {kept or 'absent'}, asked {asked or 'absent'}"
