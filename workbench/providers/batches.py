"""Batches: which providers take many requests at once, within which bounds, and what a request then costs."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib import resources

from workbench.errors import BadRequest, ConfigError, NotFound
from workbench.providers.bounds import worst_of
from workbench.providers.models import Target, resolve
from workbench.providers.price_table import Counts
from workbench.providers.prices import Cost, has_variant, priced
from workbench.providers.requests import CallRequest
from workbench.providers.responses_api import asks_responses

IN_BATCH = {"processing": "batch"}
"""How the price table names what runs in a batch."""

NOT_BUILT = {
    "fireworks": "it wants the questions as a data set of your account, and does not say in full how results come back",
    "bedrock": "it wants the questions in a storage bucket of yours, a role that may read it, and signed requests",
}
"""Providers that sell batches which are not built here, and why."""


@dataclass(frozen=True)
class BatchTerms:
    """One table of `batches.toml`; the head of that file says what each field means."""

    provider: str
    shape: str
    most_requests: int
    most_megabytes: int
    window: str
    share: float | None = None
    refused: tuple[str, ...] = ()
    cached: bool = True
    chat_url: str = "/v1/chat/completions"
    responses_url: str = ""
    notes: str = ""
    verified: date | None = None
    source: str = ""
    sure: str = ""


@functools.cache
def known_terms() -> dict[str, BatchTerms]:
    """The terms of all providers that take batches, by the provider's id."""
    text = (resources.files("workbench.providers") / "batches.toml").read_text(encoding="utf-8")
    found = {}
    for name, table in tomllib.loads(text).items():
        refused = tuple(table.pop("refused", ()))
        found[name] = BatchTerms(provider=name, refused=refused, **table)
    return found


def terms_of(target: Target) -> BatchTerms | None:
    """On which terms a target's provider, or the one that it behaves like, takes batches; None where it takes none.

    >>> from workbench.providers.models import resolve
    >>> terms_of(resolve("moonshot/kimi-k2.6")).share, terms_of(resolve("deepseek/deepseek-flash"))
    (0.6, None)
    """
    return known_terms().get(target.provider.id) or known_terms().get(target.provider.dialect)


def check_batchable(request: CallRequest) -> BatchTerms:
    """The terms for a request; raises before anything is bought where it cannot go into a batch.

    >>> from workbench.providers.models import resolve
    >>> from workbench.providers.requests import build_request
    >>> check_batchable(build_request("Hi", target=resolve("openai/gpt-6-sol"), dialect="responses")).responses_url
    '/v1/responses'
    """
    target = request.target
    terms = terms_of(target)
    if terms is None:
        why = NOT_BUILT.get(target.provider.id) or NOT_BUILT.get(target.provider.dialect)
        takes = f"batches, but none from here: {why}" if why else "no batches, as far as is known"
        raise ConfigError(
            f"{target.provider.id!r} takes {takes}; batches can go to {', '.join(known_terms())}. Ask it without "
            "batch=True (nothing was sent)"
        )
    if asks_responses(request.body) and not terms.responses_url:
        able = ", ".join(name for name, one in known_terms().items() if one.responses_url)
        raise ConfigError(
            f"batches of {target.provider.id!r} are not known to take the Responses API (those of {able} are): say "
            "dialect='chat' where the model allows it, or ask without batch=True (nothing was sent)"
        )
    for name in terms.refused:
        if name in request.body:
            raise BadRequest(
                f"{name}={request.body[name]!r} is refused in a batch by {target.provider.id!r}; leave it out, or ask "
                "without batch=True (nothing was sent)"
            )
    return terms


def batch_cost(target: Target, counts: Counts | None, *, served: str | None = None, at: datetime | None = None) -> Cost:
    """What so many tokens cost in a batch: by the table's own price for one, else the usual share of the live price."""
    terms = terms_of(target)
    listed = _listed_twin(target)
    if listed is not None:
        return priced(listed, counts, at=at)
    own = target.facts.prices is not None or target.provider.free
    if not own and has_variant(target, IN_BATCH):
        return priced(target, counts, served=served, at=at, context=IN_BATCH)
    if terms is None or terms.share is None:
        return Cost(None, "unknown")
    if counts is not None and not terms.cached:
        counts = replace(counts, cached=0)
    live = priced(target, counts, served=served, at=at)
    if live.usd is None:
        return live
    if terms.share == 1:
        return Cost(live.usd, f"{live.source}, at most: what a batch takes off it is not known")
    return Cost(live.usd * terms.share, f"{live.source}, in a batch at {terms.share:g} of it")


def worst_in_batch(request: CallRequest) -> float | None:
    """The most that a request can cost in a batch, in dollars; None where nobody knows."""
    listed = _listed_twin(request.target)
    if listed is not None:
        return worst_of(replace(request, target=listed)).usd
    live = worst_of(request).usd
    if live is None:
        return None
    terms = terms_of(request.target)
    return None if terms is None or terms.share is None else live * terms.share


def _listed_twin(target: Target) -> Target | None:
    """The entry of its own that a router has for a model in a batch, `name:batch`, where its price is known."""
    terms = terms_of(target)
    if terms is None or terms.share is not None or target.name.endswith(":batch"):
        return None
    try:
        twin = resolve(f"{target.provider.id}/{target.name}:batch")
    except NotFound:
        return None
    facts = twin.facts
    if facts.listed is None and not _in_table(twin):
        return None
    return twin


def _in_table(target: Target) -> bool:
    from workbench.providers.price_table import model_of
    from workbench.providers.prices import table_name

    found = model_of(target.name, table_name(target))
    return found is not None and str(getattr(found, "id", "")).endswith(":batch")
