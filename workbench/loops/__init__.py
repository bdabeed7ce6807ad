"""Loops of tool calls: run step by step, kept, priced, judged, compared."""

from __future__ import annotations

from workbench.loops import checks
from workbench.loops.loop import Call, Loop, Step
from workbench.loops.reading import Difference, differences, first_difference, steps, within_steps
from workbench.loops.running import Heard
from workbench.loops.starting import arun, run
from workbench.loops.sweeping import asweep, sweep
from workbench.loops.tools import Tool, tool

__all__ = [
    "Call",
    "Difference",
    "Heard",
    "Loop",
    "Step",
    "Tool",
    "arun",
    "asweep",
    "checks",
    "differences",
    "first_difference",
    "run",
    "steps",
    "sweep",
    "tool",
    "within_steps",
]
