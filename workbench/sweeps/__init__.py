"""A grid of calls becomes rows, within a sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.base.faces import loading

if TYPE_CHECKING:
    from workbench.sweeps.auditing import audit
    from workbench.sweeps.chunk_places import stop
    from workbench.sweeps.decision import Decision
    from workbench.sweeps.duels import decide
    from workbench.sweeps.exits import exit_curve, exit_plan, exit_rows
    from workbench.sweeps.watching import watch

_HOMES = {
    "Decision": "sweeps.decision",
    "audit": "sweeps.auditing",
    "decide": "sweeps.duels",
    "exit_curve": "sweeps.exits",
    "exit_plan": "sweeps.exits",
    "exit_rows": "sweeps.exits",
    "stop": "sweeps.chunk_places",
    "watch": "sweeps.watching",
}
"""Loaded on first use, so that a sweep does not load what it does not need."""

__all__ = ["Decision", "audit", "decide", "exit_curve", "exit_plan", "exit_rows", "stop", "watch"]

__getattr__ = loading(__name__, _HOMES)
