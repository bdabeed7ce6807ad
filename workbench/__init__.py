"""Ask many models the same questions, keep every reply, study them as tables.

    import workbench as wb

    reply = wb.ask("All but 9 of 17 sheep die. How many are left?", model="local/smollm2-135m-think")
    rows = wb.sweep("tasks.csv", models=[...], prompts={...}, max_tokens=[256, 1024], max_usd=1.00)
    wb.summary(rows)

Names are loaded on first use, so that the import stays light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench import cache, errors, plots, scorers, testing
    from workbench.analysis.budget import budget_curve
    from workbench.analysis.comparison import compare, compare_all
    from workbench.analysis.gain import thinking_gain
    from workbench.analysis.recommendation import recommend_budget
    from workbench.analysis.repeats import equal_money, majority_vote, pass_at_k
    from workbench.analysis.summaries import summary
    from workbench.asking.ask import aask, ask, stream
    from workbench.history.runs import runs
    from workbench.providers.catalogue import models
    from workbench.providers.facts import add_provider
    from workbench.providers.models import Model
    from workbench.replies.splitter import Splitter
    from workbench.replies.thinking import split
    from workbench.reports.cases import cases
    from workbench.reports.export import export_report
    from workbench.reports.results import report
    from workbench.rows.files import read_rows, write_rows
    from workbench.scorers.rescoring import rescore
    from workbench.sweeps.opening_runs import open_run
    from workbench.sweeps.plan import plan
    from workbench.sweeps.run import asweep, sweep
    from workbench.tasks.prompts import load_prompts, save_prompt
    from workbench.tasks.tasks import load_tasks
    from workbench.widgets.lab.panel import prompt_lab
    from workbench.widgets.marking import check_marks
    from workbench.widgets.rating import rate
    from workbench.widgets.side_by_side import side_by_side

_HOMES = {
    "Model": "providers.models",
    "Splitter": "replies.splitter",
    "aask": "asking.ask",
    "add_provider": "providers.facts",
    "ask": "asking.ask",
    "asweep": "sweeps.run",
    "budget_curve": "analysis.budget",
    "cases": "reports.cases",
    "check_marks": "widgets.marking",
    "compare": "analysis.comparison",
    "compare_all": "analysis.comparison",
    "equal_money": "analysis.repeats",
    "export_report": "reports.export",
    "load_prompts": "tasks.prompts",
    "load_tasks": "tasks.tasks",
    "majority_vote": "analysis.repeats",
    "models": "providers.catalogue",
    "open_run": "sweeps.opening_runs",
    "pass_at_k": "analysis.repeats",
    "plan": "sweeps.plan",
    "prompt_lab": "widgets.lab.panel",
    "rate": "widgets.rating",
    "read_rows": "rows.files",
    "recommend_budget": "analysis.recommendation",
    "report": "reports.results",
    "rescore": "scorers.rescoring",
    "runs": "history.runs",
    "save_prompt": "tasks.prompts",
    "side_by_side": "widgets.side_by_side",
    "split": "replies.thinking",
    "stream": "asking.ask",
    "summary": "analysis.summaries",
    "sweep": "sweeps.run",
    "thinking_gain": "analysis.gain",
    "write_rows": "rows.files",
}
_ROOMS = frozenset({"cache", "errors", "plots", "scorers", "testing"})
_WINGS = frozenset({"analysis", "loops", "reports", "rows", "sweeps", "tasks", "widgets"})
"""Reached as `wb.analysis.classes`, and not listed: the face is what everybody needs, a wing is what some do."""

_UNLISTED = {"classes": "analysis.classification", "decide": "sweeps.duels"}
"""Reached on the face also, and not listed there."""

__all__ = sorted([*_HOMES, *_ROOMS])


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(importlib.import_module(f"workbench.{_HOMES[name]}"), name)
    elif name in _UNLISTED:
        value = getattr(importlib.import_module(f"workbench.{_UNLISTED[name]}"), name)
    elif name in _ROOMS | _WINGS:
        value = importlib.import_module(f"workbench.{name}")
    elif name == "__version__":
        from importlib import metadata

        value = metadata.version("workbench")
    else:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}{_where(name)}")
    globals()[name] = value
    return value


def _where(name: str) -> str:
    """The end of the message about a name that is not on the face: the wing that has it, or the name that is close."""
    from workbench.base.words import close_to

    if name.startswith("_"):
        return ""
    for each in sorted(_ROOMS | _WINGS):
        if name in getattr(importlib.import_module(f"workbench.{each}"), "__all__", ()):
            return f". It is in a wing: workbench.{each}.{name}"
    near = close_to(name, [*__all__, *_WINGS])
    return f"; did you mean {near!r}?" if near else ""


def _hand_loops_over() -> None:
    """Sweeps stand below loops, and hand over what is theirs; who takes it is known up here alone."""
    from workbench.sweeps.handing_over import take_loops

    def taker(name: str) -> Any:
        return lambda *values, **named: getattr(importlib.import_module("workbench.loops"), name)(*values, **named)

    take_loops(**{name: taker(name) for name in ("asweep", "plan", "sweep")})


_hand_loops_over()


def _tell_of_options() -> None:
    """Whose option a misspelt name is near to is known from the signatures of these functions, which are up here."""
    from workbench.providers.own_options import taken_from

    def functions() -> dict[str, list[Any]]:
        of_a_request = importlib.import_module("workbench.providers.requests").request_form
        loops = importlib.import_module("workbench.loops")
        face = {name: __getattr__(name) for name in ("ask", "sweep", "plan")}
        return {name: [taker, of_a_request] for name, taker in {**face, "loops.run": loops.run}.items()}

    taken_from(functions)


_tell_of_options()


def load_ipython_extension(shell: Any) -> None:
    """Bring `%%ask` into a notebook: `%load_ext workbench`."""
    from workbench.widgets.magic import load_ipython_extension as load

    load(shell)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
