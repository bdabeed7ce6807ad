"""Loops of tool calls: run step by step, kept, priced, judged, compared."""

from __future__ import annotations

from workbench.analysis.step_budgets import within_steps
from workbench.loops import checks, office
from workbench.loops.files import file_tool
from workbench.loops.loop import Call, Loop, Step
from workbench.loops.mcp_servers import mcp_tools
from workbench.loops.planning import LoopPlan, plan
from workbench.loops.reading import Difference, differences, first_difference, steps
from workbench.loops.running import Heard
from workbench.loops.sandbox import python_tool
from workbench.loops.showing import TraceCard, trace
from workbench.loops.starting import arun, run
from workbench.loops.sweeping import asweep, sweep
from workbench.loops.tools import Tool, tool

__all__ = [
    "Call", "Difference", "Heard", "Loop", "LoopPlan", "Step", "Tool", "TraceCard", "arun", "asweep", "checks",
    "differences", "file_tool", "first_difference", "mcp_tools", "office", "plan", "python_tool", "run", "steps",
    "sweep", "tool", "trace", "within_steps",
]  # fmt: skip
