"""The list of models: who serves them, what they cost, whether they can be asked from here."""

from __future__ import annotations

import socket
import urllib.parse
from typing import TYPE_CHECKING, Any

from workbench.base.machine import is_this_machine
from workbench.base.secrets import find_secret
from workbench.errors import LocalModelError
from workbench.providers.facts import ModelFacts, Provider, model_facts, providers
from workbench.providers.local import server as local
from workbench.providers.models import Target, resolve
from workbench.providers.prices import usd_per_million

if TYPE_CHECKING:
    import pandas as pd

CONNECT_TIMEOUT_SECONDS = 0.3


def models() -> pd.DataFrame:
    """List the models that something is known of, ready ones first; any other model of a listed provider works too.

    Columns: id, provider, ready, usd_per_million_input, _cached and _output (NA where unknown), price_source,
    context_tokens, thinking (what a reply shows of it: full, summary, hidden, none), note.

    >>> list(models()["id"].head(3))  # doctest: +SKIP
    ['local/smollm2-135m-instruct', 'local/smollm2-135m-think', 'local/smollm2-135m-q4_0']
    """
    import pandas as pd

    listed = providers()
    reasons = {name: _why_not_ready(provider) for name, provider in listed.items()}
    known = [facts for facts in model_facts().values() if facts.id.partition("/")[0] in listed]
    mentioned = {facts.id.partition("/")[0] for facts in known}
    known += [ModelFacts(id=f"{name}/…") for name in listed if name not in mentioned]
    frame = pd.DataFrame([_line(facts, reasons[facts.id.partition("/")[0]]) for facts in known])
    frame = frame.astype(
        {name: "Float64" for name in frame.columns if name.startswith("usd_")} | {"context_tokens": "Int64"}
    )
    return frame.sort_values("ready", ascending=False, kind="stable", ignore_index=True)


def _line(facts: ModelFacts, reason: str | None) -> dict[str, Any]:
    target, reason = _resolved(facts, reason)
    facts = target.facts
    ends = _end(facts)
    if facts.retired and not facts.answered_by and "retired" not in facts.doubtful:
        reason, ends = ends, ""
    prices, source = usd_per_million(target)
    return {
        "id": facts.id,
        "provider": target.provider.id,
        "ready": reason is None,
        "usd_per_million_input": prices.input if prices else None,
        "usd_per_million_cached": prices.cached if prices else None,
        "usd_per_million_output": prices.output if prices else None,
        "price_source": source,
        "context_tokens": facts.context_tokens,
        "thinking": facts.thinking,
        "note": "; ".join(filter(None, [reason, ends])),
    }


def _resolved(facts: ModelFacts, reason: str | None) -> tuple[Target, str | None]:
    """A model with what is known of it, and why it cannot be asked: a file needs no weights but its own."""
    if facts.file:
        try:
            return resolve(facts.id), local.engine_missing()
        except LocalModelError as error:
            known = providers()["local"]
            return Target(facts.id, facts.id, known, facts.id.partition("/")[2], facts, {}), str(error)
    return resolve(facts.id), reason


def _end(facts: ModelFacts) -> str:
    """When a model ended or will end, and what comes after it; empty where nothing is known."""
    day = facts.retired or facts.retires
    if day is None:
        return ""
    end = f"{'retired' if facts.retired else 'retires'} {day.isoformat()}"
    if "retired" in facts.doubtful:
        end = f"{end} as one other party says"
    if facts.answered_by:
        return f"{end}, then answered by {facts.answered_by}"
    return f"{end}; use {facts.replaced_by[0]}" if facts.replaced_by else end


def fetch_local_models() -> list[str]:
    """Fetch what the local models need, once; their ids. Raises `LocalModelError` when one cannot run here."""
    for name in local.MODELS:
        local.prepare(name, fetch=True)
    return [f"local/{name}" for name in local.MODELS]


def _why_not_ready(provider: Provider) -> str | None:
    if provider.key_env is not None:
        return None if find_secret(provider.key_env) else f"set {provider.key_env}"
    if provider.id == "local":
        return local.available()
    return None if _listens(provider.base_url) else f"no server answers at {provider.base_url}"


def _listens(base_url: str) -> bool:
    """Whether anything accepts connections at an address without a key; servers elsewhere are taken at their word."""
    url = urllib.parse.urlsplit(base_url)
    if not url.hostname or not is_this_machine(url.hostname):
        return True
    try:
        with socket.create_connection((url.hostname, url.port or 80), timeout=CONNECT_TIMEOUT_SECONDS):
            return True
    except OSError:
        return False
