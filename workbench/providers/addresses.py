"""Where a request goes, and with which key."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass

from workbench.base.secrets import Secret
from workbench.providers.models import Target, secret_for


async def locate(target: Target) -> Address:
    if target.provider.id != "local":
        return Address(target.provider.base_url, secret_for(target))
    from workbench.providers.local import server as local
    from workbench.providers.local.files import served

    endpoint = await asyncio.to_thread(lambda: local.endpoint(served(target.name, target.facts)))
    return Address(endpoint.base_url, Secret(endpoint.api_key))


def waiting_for(target: Target) -> str:
    """What has to happen before a model that is being asked can answer, in words; blank where nothing has to.

    >>> from workbench.providers.models import resolve
    >>> waiting_for(resolve("openai/gpt-6-sol"))
    ''
    """
    if target.provider.id != "local":
        return _waiting.get(target.id, "")
    from workbench.providers.local import server as local
    from workbench.providers.local.files import served

    return "" if local.is_running(served(target.name, target.facts)) else "the engine of the local model is starting"


def tell_waiting(model_id: str, words: str) -> None:
    """Note what a model that is being asked is waiting for; blank once it waits for nothing."""
    if words:
        _waiting[model_id] = words
    else:
        _waiting.pop(model_id, None)


_waiting: dict[str, str] = {}


def is_warm(target: Target) -> bool:
    """Whether a call could go out at once: the wire's library is loaded and, of a local model, its engine runs."""
    if target.provider.id != "local":
        return "aiohttp" in sys.modules
    from workbench.providers.local import server as local
    from workbench.providers.local.files import served

    return local.is_running(served(target.name, target.facts))


@dataclass(frozen=True)
class Address:
    """Where requests go; found anew for each attempt, since the local model's address changes when it restarts."""

    base_url: str
    key: Secret | None
