"""The table of the house: each wing and the wings that it stands on. The tests compare it with the imports."""

from __future__ import annotations

WINGS = {
    "errors": "",
    "base": "errors",
    "show": "",
    "replies": "base show",
    "tasks": "base errors replies",
    "providers": "base errors",
    "rows": "base errors replies show",
    "scorers": "base errors replies rows show tasks",
    "cache": "base errors providers replies show",
    "asking": "base cache errors providers replies show",
    "testing": "asking base errors providers replies",
    "history": "base errors show",
    "analysis": "base errors providers replies rows scorers show tasks",
    "sweeps": "analysis asking base cache errors history providers replies rows scorers show tasks",
    "plots": "analysis errors rows show",
    "reports": "analysis base errors replies rows show",
    "loops": "analysis asking base cache errors history providers replies rows scorers show sweeps tasks",
    "widgets": "analysis asking base cache errors providers replies rows scorers show sweeps tasks",
    "cli": "analysis asking base cache errors history providers replies reports rows scorers show sweeps tasks",
}
"""From the ground up: no wing stands on one that comes later."""

CELLARS = (
    "analysis.routes",
    "analysis.targets",
    "analysis.thoughts",
    "asking.batch",
    "asking.wire",
    "cache.shared",
    "cache.store",
    "providers.local",
    "scorers.amounts",
    "scorers.choosing",
    "scorers.formulas",
    "scorers.sentences",
    "widgets.lab",
)
"""Folders inside a wing, used by that wing alone."""

FACES = frozenset(
    {
        "analysis",
        "cache",
        "cli",
        "loops",
        "plots",
        "reports",
        "rows",
        "scorers",
        "sweeps",
        "tasks",
        "testing",
        "widgets",
    }
)
"""Wings whose `__init__` hands names on."""

READING = frozenset({"rows", "scorers", "analysis", "plots", "reports"})
SPENDING = frozenset({"asking", "sweeps", "cache", "providers.local"})
"""No room of the reading side reaches one of the spending side."""
