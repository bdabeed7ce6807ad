"""Which stop of an exit curve is the best, and what choosing it gives on tasks that did not choose it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workbench.analysis.intervals import difference_over_tasks, share_over_tasks
from workbench.analysis.stop_rule import AGREE, Stop
from workbench.rows.standing import NEVER, RIGHT, WRONG
from workbench.show import figures
from workbench.show.figures import points

if TYPE_CHECKING:
    from workbench.analysis.stats import Floats

WHOLE: Final = "all of it"
HELD_OUT: Final = "the best stop, chosen on other tasks"
FOLDS: Final = 5
LEAST_TASKS: Final = 20
"""With fewer tasks none is held out: a fifth of them tells nothing."""

_SHARES: Final = (("right", RIGHT), ("wrong", WRONG), ("never_answered", NEVER))


def figures_of(
    task: Any,
    standings: Any,
    kept: Any,
    thought: Floats,
    spent: Floats,
    whole: Floats,
    paired: Floats,
    all_kept: Any,
    usd: float,
) -> dict[str, Any]:
    """What one stop gives: shares over tasks, the loss against the kept replies in pairs, and what it saves."""
    tasks, number, calls = np.unique(task, return_inverse=True, return_counts=True)
    line: dict[str, Any] = {"replies": len(task), "tasks": len(tasks)}
    for name, code in _SHARES:
        values = np.bincount(number, standings == code, len(tasks)) / calls
        low, high = share_over_tasks(values, np.ones(len(tasks)), calls).one()
        line |= {name: float(values.mean()), f"{name}_low": low, f"{name}_high": high}
    change = (standings == RIGHT).astype(float) - (kept == RIGHT)
    per_task = np.bincount(number, change, len(tasks)) / calls
    low, high = difference_over_tasks(per_task).one()
    cheap, _ = difference_over_tasks(per_task, confidence=0.9).one()
    mean = float(spent.mean())
    saved = float((paired - spent).mean())
    line |= {
        "thinking_tokens": float(thought.mean()),
        "tokens": mean,
        "difference": float(per_task.mean()),
        "difference_low": low,
        "difference_high": high,
        "surely_above": float(cheap),
        "lost": float((change < 0).mean()),
        "won": float((change > 0).mean()),
        "plain_cap_right": float(((all_kept == RIGHT) & (whole <= mean + 0.5)).mean()),
        "saved_tokens": saved,
        "saved_share": saved / float(paired.mean()) if paired.mean() else float("nan"),
        "saved_usd_per_1000": 1000 * saved * usd,
    }
    return line


def cheapest(lines: list[dict[str, Any]], within: float) -> dict[str, Any]:
    """The cheapest line that is shown to lose less than the margin (one-sided, 95 %); the last is all of the thinking.

    >>> stop = {"stop": "50%", "surely_above": -0.01, "tokens": 50.0}
    >>> cheapest([stop, {"stop": "all of it", "surely_above": 0.0, "tokens": 99.0}], 0.05)["stop"]
    '50%'
    """
    whole = lines[-1]
    shown = [line for line in lines if line["surely_above"] > -within and line["tokens"] < whole["tokens"]]
    return min([*shown, whole], key=lambda line: line["tokens"])


def held_out(
    stops: Mapping[str, Stop], task: Any, figures_at: Callable[[Stop, Any], dict[str, Any]], within: float
) -> Stop | None:
    """The stop that the other tasks would have chosen, for every task: cross-fitted over `FOLDS` parts of the tasks.

    A fifth of the tasks is held out, the stop is chosen on the rest, and stands for the fifth; None with fewer than
    `LEAST_TASKS` tasks.
    """
    tasks = int(task.max()) + 1 if len(task) else 0
    if tasks < LEAST_TASKS:
        return None
    # Tasks in files are often sorted by kind or difficulty: every fifth one, and not a fifth in a row.
    fold = np.random.default_rng(tasks).permutation(tasks)[task] % FOLDS
    standings, thought, spent = (part.copy() for part in stops[WHOLE])
    for number in range(FOLDS):
        judged = fold == number
        lines = [
            {"stop": name, **figures_at(stop, ~judged)}
            for name, stop in stops.items()
            if ((stop[0] >= 0) & ~judged).any()
        ]
        chosen = stops[cheapest(lines, within)["stop"]]
        standings[judged], thought[judged], spent[judged] = (part[judged] for part in chosen)
    return standings, thought, spent


def mark(lines: list[dict[str, Any]], within: float) -> None:
    """Mark the cheapest line that is shown to lose less than the margin, and say what it saves and risks."""
    whole, elsewhere = lines[-1], next((line for line in lines if line["stop"] == HELD_OUT), None)
    best = cheapest([line for line in lines if line is not elsewhere], within)
    for line in lines:
        line["best"] = line is best
        line["advice"] = ""
    name = figures.name(best.get("model", "The model"))
    if best is whole:
        best["advice"] = (
            f"{name}: no earlier stop is shown to lose less than {points(within)}; let it think to the end "
            f"({figures.percent(whole['right'])} right)."
        )
    else:
        stop = f"where {AGREE}" if best["stop"] == AGREE else f"at {best['stop']}"
        best["advice"] = (
            f"{name}: stop {stop} of the thinking: {figures.percent(best['right'])} right instead of "
            f"{figures.percent(whole['right'])}, {figures.percent(best['saved_share'])} of the tokens saved; "
            f"{figures.percent(best['lost'])} of the replies were right and no longer are."
        )
    best["advice"] += _told_elsewhere(elsewhere, whole)


def _told_elsewhere(line: Mapping[str, Any] | None, whole: Mapping[str, Any]) -> str:
    """What a stop that is chosen like this gives on tasks that did not choose it."""
    if line is None:
        return f" It was chosen on the {whole['tasks']} tasks that judge it: too few to hold some out."
    low, high = line["difference_low"], line["difference_high"]
    return (
        f" Chosen on other tasks ({FOLDS} parts, each judged by the stop that the rest chose): "
        f"{figures.percent(line['right'])} right, {figures.percent(line['difference'], signed=True)} "
        f"[{figures.percent(low, signed=True)}, {figures.percent(high, signed=True)}], "
        f"{figures.percent(line['saved_share'])} of the tokens saved."
    )
