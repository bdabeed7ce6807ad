"""How the prompt lab reaches models: it is handed these functions, and by default they are the real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.providers.models import Model, resolve
from workbench.widgets.lab.run import Asker

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Askers:
    """How the lab reaches models: one call that is heard, a plan, and a sweep that tells how far it is."""

    ask: Asker
    plan: Callable[..., Any]
    sweep: Callable[..., Awaitable[pd.DataFrame]]
    keep_in: Callable[[], Path]
    judge: Callable[..., Any] | None = None
    """How a judging scorer asks: the blocking `wb.ask`."""
    sent: Callable[[str], list[dict[str, Any]] | None] = lambda key: None
    """The messages of a kept call, by its key, as they were sent."""
    waits: Callable[[str | Model], str] = lambda model: ""
    """What has to happen before a model is asked, in words."""


def real_askers() -> Askers:
    """The door to models, the plan and the sweep of this package, loaded when a panel is opened."""
    from workbench.asking.ask import ask as ask_and_wait
    from workbench.asking.call import start
    from workbench.cache.kept import current
    from workbench.providers.addresses import waiting_for
    from workbench.providers.requests import build_request
    from workbench.sweeps.plan import plan
    from workbench.sweeps.run import asweep

    async def ask(messages: Any, *, model: str | Model, sample: int, listen: Any) -> Any:
        request = build_request(messages, target=resolve(model), sample=sample)
        return await asyncio.wrap_future(start(request, listen=listen))

    def sent(key: str) -> list[dict[str, Any]] | None:
        record = current().lookup(key)
        messages = record["request"]["body"].get("messages") if record else None
        return messages if isinstance(messages, list) else None

    def waits(model: str | Model) -> str:
        return waiting_for(resolve(model))

    return Askers(ask, plan, asweep, lambda: current().folder, ask_and_wait, sent, waits)


def ready_models() -> list[str]:
    """The ids of the models that can be asked here and now."""
    from workbench.providers.catalogue import models

    table = models()
    return [str(name) for name in table.loc[table["ready"], "id"] if not str(name).endswith("/…")]


def living_models() -> list[str]:
    """The ids of the models of the tables that are still served."""
    from workbench.providers.facts import model_facts

    return [facts.id for facts in model_facts().values() if not facts.retired]
