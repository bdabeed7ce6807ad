"""Every reply, kept for ever: counted, found, explained, handed on, forgotten."""

from __future__ import annotations

from workbench.base.places import VARIABLE, home
from workbench.cache import sharing
from workbench.cache.kept import Cache, current
from workbench.cache.misses import Explanation, explain_miss
from workbench.cache.searching import search
from workbench.cache.spending import spend
from workbench.cache.upkeep import Stats, delete, export, get, import_recording, join, ledger, load, stats

__all__ = [
    "VARIABLE",
    "Cache",
    "Explanation",
    "Stats",
    "current",
    "delete",
    "explain_miss",
    "export",
    "get",
    "home",
    "import_recording",
    "join",
    "ledger",
    "load",
    "search",
    "sharing",
    "spend",
    "stats",
]
