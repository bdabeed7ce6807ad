"""A grid of calls becomes rows, within a sum."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.sweeps.auditing import audit
    from workbench.sweeps.chunk_places import stop
    from workbench.sweeps.decision import Decision
    from workbench.sweeps.duels import decide
    from workbench.sweeps.exits import exit_curve, exit_plan, exit_rows
    from workbench.sweeps.watching import watch

_HOMES = {
    "Decision": "decision",
    "audit": "auditing",
    "decide": "duels",
    "exit_curve": "exits",
    "exit_plan": "exits",
    "exit_rows": "exits",
    "stop": "chunk_places",
    "watch": "watching",
}
"""Loaded on first use, so that a sweep does not load what it does not need."""

__all__ = ["Decision", "audit", "decide", "exit_curve", "exit_plan", "exit_rows", "stop", "watch"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench.sweeps' has no attribute {name!r}")
    return getattr(importlib.import_module(f"workbench.sweeps.{_HOMES[name]}"), name)
