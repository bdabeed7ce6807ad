"""Models that are retired: since which day, who answers by their names now, and which to ask in their place."""

from __future__ import annotations

from datetime import date

from workbench.errors import NotFound
from workbench.providers.facts import today
from workbench.providers.models import Target


def check_not_retired(target: Target) -> None:
    """Raise `NotFound` for a model that its provider has stopped serving; kept replies of it stay readable.

    A name that goes on answering, by another model, is not refused, nor one of whose end one other party alone tells:
    `doubts_of_retirement` warns of these.
    """
    facts, day = target.facts, gone_since(target)
    if day is None or facts.answered_by or "retired" in facts.doubtful:
        return
    note = f" {facts.retired_note}" if facts.retired_note else ""
    others = f" Use {', '.join(facts.replaced_by)} instead" if facts.replaced_by else " See wb.models() for others"
    raise NotFound(
        f"{target.id!r} was retired on {day.isoformat()}.{note}{others} "
        f"(nothing was sent; replies that are kept can still be read)."
    )


def gone_since(target: Target) -> date | None:
    """The day since which a provider no longer serves a model under its name; None while it does."""
    # Compared anew at each call: a notebook may stay open over the announced day.
    facts = target.facts
    return facts.retired or (facts.retires if facts.retires and facts.retires <= today() else None)


def doubts_of_retirement(target: Target) -> list[str]:
    """Warnings for a model that is gone and yet may answer: by another model, or because nobody is sure.

    >>> from workbench.providers.models import resolve
    >>> doubts_of_retirement(resolve("openai/gpt-6-sol"))
    []
    """
    facts, day = target.facts, gone_since(target)
    if day is None:
        return []
    heirs = f"; ask {' or '.join(facts.replaced_by[:2])} to say which" if facts.replaced_by else ""
    if facts.answered_by:
        return [
            f"{target.id!r} was retired on {day.isoformat()}; its name is answered by {facts.answered_by}, at "
            f"the price of that{heirs}"
        ]
    if "retired" in facts.doubtful:
        source = facts.source_of("retired")
        return [f"{target.id!r} may be gone since {day.isoformat()}: one other party says so ({source})"]
    return []
