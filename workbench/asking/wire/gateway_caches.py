"""Whether a gateway answered from its own cache of replies: by the headers in which gateways say so."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

from workbench.base import regular_expressions as re
from workbench.base.secrets import redact

_STATUS: Final = (
    *("x-openrouter-cache-status", "cf-aig-cache-status", "helicone-cache", "x-portkey-cache-status", "x-cache-status"),
    *("x-gateway-cache", "x-semantic-cache", "x-cache", "x-litellm-cache-hit", "x-kong-cache-status"),
)
"""Headers whose value says whether a reply is out of the cache."""

_LIKE_ONE: Final = re.compile(
    r"(?!cf-cache-status)(?!.*(prompt|prefix|kv-|context|token)).*cache(d|-?(hit|status|state|result|lookup))?"
)
"""Names that other gateways give such a header; what tells of cached prompts, or of a page's copy, is none."""

_ONLY_OF_KEPT: Final = ("x-openrouter-cache-source-id", "x-openrouter-cache-age")
"""Headers that tell of the kept reply itself, and have nothing to tell of another."""

_KEY, _COST = "x-litellm-cache-key", "x-litellm-response-cost"


def kept_by_a_gateway(headers: Mapping[str, str]) -> str | None:
    """The header by which a gateway says that a reply is out of its cache, with its value; None where none does.

    A status that is told decides. LiteLLM names the key under which a reply is kept: one that cost something was
    drawn anew, whatever key it is kept under from now on.

    >>> kept_by_a_gateway({"x-openrouter-cache-status": "HIT", "x-openrouter-cache-age": "12"})
    'x-openrouter-cache-status: HIT'
    >>> kept_by_a_gateway({"x-openrouter-cache-age": "12"})
    'x-openrouter-cache-age: 12'
    >>> kept_by_a_gateway({"x-litellm-cache-key": "5f0c", "x-litellm-response-cost": "0.00031"}) is None
    True
    """
    told = _told(tuple(headers))
    found = next((name for name in told if headers[name].lower().startswith(("hit", "true", "semantic"))), None)
    if found is None and not any(name.startswith("x-openrouter") for name in told):
        found = next((name for name in _ONLY_OF_KEPT if headers.get(name)), None)
    if found is None and not {*told} - {_KEY} and headers.get(_KEY) and not _costs(headers.get(_COST)):
        found = _KEY
    # Redacted before it is cut: a half key would not be known as one.
    return None if found is None else f"{found}: {redact(headers[found])[:40]}"


@functools.lru_cache(maxsize=256)
def _told(names: tuple[str, ...]) -> list[str]:
    """The headers that may say whether a reply is out of a cache; a host sends the same ones with each reply."""
    told = [name for name in _STATUS if name in names]
    return told + [name for name in names if name not in told and _LIKE_ONE.fullmatch(name)]


def _costs(told: str | None) -> bool:
    try:
        return float(told or 0) > 0
    except ValueError:
        return False
