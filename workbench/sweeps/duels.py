"""`decide`: which of some configurations is better, bought no further than it takes to know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.errors import InputError
from workbench.providers.models import Model
from workbench.sweeps.deciding import watched
from workbench.sweeps.decision import Decision
from workbench.sweeps.run import sweep


def decide(
    tasks: Any,
    *models: str | Model,
    max_usd: float | None = None,
    within: float = 0.03,
    seed: int = 0,
    effort: Iterable[str] | None = None,
    **options: Any,
) -> Decision:
    """Buy replies until it is known which of the models is better, or that they are equal within a margin.

    `decide(tasks, "x/a", "x/b", max_usd=2)`; with one model, give several prompts, several `max_tokens` or several
    values of a parameter, such as `effort=["low", "high"]`. Waves of tasks in random order are bought (of the recorded
    `seed`, balanced over the tasks' kinds). After each the differences are tested, and the looks share the 5 % of
    false verdicts (Lan & DeMets 1983); with several candidates the family's error stays below 5 %, and those known to
    be worse are asked no further. It stops when all is decided, when `max_usd` is spent, or with the
    last task. `options` are those of `wb.sweep`. Raises InputError where there is nothing to decide.
    """
    if not models:
        raise InputError("decide needs models: decide(tasks, 'provider/a', 'provider/b')")
    layout = {"models": list(models), **options}
    if effort is not None:
        layout["effort"] = list(effort)
    return watched(sweep, tasks, layout, within=within, seed=seed, max_usd=max_usd)
