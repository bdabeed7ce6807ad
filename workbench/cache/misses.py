"""Why a call is not kept: the nearest kept request, and what differs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.cache.kept import current
from workbench.cache.request_key import request_key, same_numbers
from workbench.providers.models import Model, resolve
from workbench.providers.requests import build_request


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

    Takes what `ask` takes, sends nothing. Reads every kept request: about 50 µs each.
    """
    request = build_request(prompt, target=resolve(model), sample=sample, **options)
    identity = request.identity()
    key = request_key(identity)
    cache = current()
    if cache.lookup(key) is not None:
        return Explanation(key, True, key, ())
    wanted = _flat(identity)
    nearest: tuple[float, str, dict[str, str]] | None = None
    for record in cache.records():
        other = _flat(record["request"], like=identity)
        score = sum(1.0 for name, value in wanted.items() if other.get(name) == value) - 0.1 * len(
            other.keys() ^ wanted.keys()
        )
        if nearest is None or score > nearest[0]:
            nearest = (score, record["key"], other)
    if nearest is None:
        return Explanation(key, False, None, ())
    other = nearest[2]
    names = sorted(name for name in wanted.keys() | other.keys() if wanted.get(name) != other.get(name))
    return Explanation(
        key, False, nearest[1], tuple(_difference(name, other.get(name), wanted.get(name)) for name in names)
    )


def _flat(value: Any, prefix: str = "", like: Mapping[str, Any] | None = None) -> dict[str, str]:
    if like is not None:
        value = {name: value.get(name) for name in like}
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
