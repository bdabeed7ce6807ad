"""Why a server of the user's own does not answer as one should: which address answered what, and what it serves."""

from __future__ import annotations

from typing import Final

from workbench.asking.wire.listing import list_entries
from workbench.base.words import close_to
from workbench.errors import BadResponse, CallError, NotFound, Redirected
from workbench.providers.addresses import Address
from workbench.providers.facts import LOCAL, Provider, known_providers
from workbench.providers.models import Target
from workbench.providers.offers import offers_of

_SECONDS: Final = 5.0
_NAMES_SHOWN: Final = 8
_VERSION: Final = "/v1"

_served: dict[str, list[str] | CallError] = {}


async def diagnosed(error: CallError, target: Target, address: Address) -> str:
    """What is to be said of a failure at an address that the user wrote; the error's own words for any other.

    The server is asked for its models, there and where the address is mended by `/v1`, once in a process.
    """
    known = known_providers().get(target.provider.id)
    if target.provider.id == LOCAL or (known is not None and known.base_url == target.provider.base_url):
        return str(error)
    if not isinstance(error, NotFound | BadResponse | Redirected):
        return str(error)
    base = address.base_url.rstrip("/")
    other = base.removesuffix(_VERSION) if base.endswith(_VERSION) else base + _VERSION
    here = await _models_at(base, address, target.provider)
    if isinstance(here, list):
        near = close_to(target.name, here)
        hint = f"; did you mean {target.provider.id}/{near}?" if near else ""
        missing = f", and {target.name!r} is none of them" if target.name not in here else ""
        return f"{error}. The server at {base} serves {_some(here)}{missing}{hint}"
    there = await _models_at(other, address, target.provider)
    said = f"{base}/chat/completions: {error}; {base}/models: {_short(here)}"
    if isinstance(there, list):
        return (
            f'{said}. {other} answers, and serves {_some(there)}: write base_url = "{other}" below '
            f"[providers.{target.provider.id}] in workbench.toml"
        )
    return f"{said}; {other}/models: {_short(there)}. Nothing there speaks as a model server; check base_url"


async def _models_at(base: str, address: Address, provider: Provider) -> list[str] | CallError:
    if base not in _served:
        try:
            entries = await list_entries(provider, Address(base, address.key), timeout_seconds=_SECONDS)
            _served[base] = sorted(offers_of(entries, provider.dialect))
        except CallError as error:
            _served[base] = error
    return _served[base]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more if names else "no model"


def _short(error: CallError) -> str:
    text = str(error)
    return text if len(text) <= 120 else text[:119] + "…"
