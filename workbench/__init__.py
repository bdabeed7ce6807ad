"""Ask many models the same questions, keep every reply, study them as tables.

    import workbench as wb

    reply = wb.ask("All but 9 of 17 sheep die. How many are left?", model="local/smollm2-135m-think")
    rows = wb.sweep("tasks.csv", models=[...], prompts={...}, max_tokens=[256, 1024], max_usd=1.00)
    wb.summary(rows)

Names are loaded on first use, so that the import stays light.
"""

from __future__ import annotations

import importlib
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench import cache, errors, plots, scorers
    from workbench.analysis import (
        budget_curve,
        compare,
        compare_all,
        equal_money,
        majority_vote,
        pass_at_k,
        recommend_budget,
        summary,
        thinking_gain,
    )
    from workbench.cases import cases
    from workbench.catalogue import models
    from workbench.client import aask, ask, stream
    from workbench.facts import add_provider
    from workbench.models import Model
    from workbench.prompts import load_prompts, save_prompt
    from workbench.report import export_report
    from workbench.row_files import read_rows, write_rows
    from workbench.scorers import rescore
    from workbench.sweep import asweep, plan, sweep
    from workbench.tasks import load_tasks
    from workbench.thinking import Splitter, split
    from workbench.widgets.prompt_lab import prompt_lab
    from workbench.widgets.side_by_side import side_by_side

_HOMES = {
    "Model": "models",
    "Splitter": "thinking",
    "aask": "client",
    "add_provider": "facts",
    "ask": "client",
    "asweep": "sweep",
    "budget_curve": "analysis",
    "cases": "cases",
    "compare": "analysis",
    "compare_all": "analysis",
    "equal_money": "analysis",
    "export_report": "report",
    "load_prompts": "prompts",
    "load_tasks": "tasks",
    "majority_vote": "analysis",
    "models": "catalogue",
    "pass_at_k": "analysis",
    "plan": "sweep",
    "prompt_lab": "widgets.prompt_lab",
    "read_rows": "row_files",
    "recommend_budget": "analysis",
    "rescore": "scorers",
    "save_prompt": "prompts",
    "side_by_side": "widgets.side_by_side",
    "split": "thinking",
    "stream": "client",
    "summary": "analysis",
    "sweep": "sweep",
    "thinking_gain": "analysis",
    "write_rows": "row_files",
}
_ROOMS = frozenset({"cache", "errors", "plots", "scorers"})

__all__ = sorted([*_HOMES, *_ROOMS])


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(importlib.import_module(f"workbench.{_HOMES[name]}"), name)
    elif name in _ROOMS:
        value = importlib.import_module(f"workbench.{name}")
    elif name == "__version__":
        from importlib import metadata

        value = metadata.version("workbench")
    else:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    globals()[name] = value
    return value


def load_ipython_extension(shell: Any) -> None:
    """Bring `%%ask` into a notebook: `%load_ext workbench`."""
    from workbench.widgets.magic import load_ipython_extension as load

    load(shell)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


class _Face(types.ModuleType):
    """This module, with `sweep` and `models` staying functions: importing the rooms of that name must not hide them."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, types.ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
