"""One model on several hosts, on the same tasks: accuracy, lengths, time and price, each against the first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special

from workbench.analysis.chosen import name_choices
from workbench.analysis.comparison import compared
from workbench.analysis.pairing import ComparedRows
from workbench.analysis.stats import CONFIDENCE, UNKNOWN, Interval
from workbench.analysis.verdicts import Comparison
from workbench.rows.table import checked

NO_DIFFERENCE: Final = "no difference found"
MEASURES: Final = {"completion_tokens": "tokens", "seconds": "seconds", "usd": "dollars"}
"""Columns whose ratios are told, and the words for them."""


@dataclass(frozen=True)
class HostDifference:
    """One host against the first: the paired comparison, and how many times as much each measure is, with limits."""

    host: str
    first: str
    comparison: Comparison
    ratios: dict[str, tuple[float, Interval]]

    @property
    def verdict(self) -> str:
        """What was found, in one sentence that a hurried reader can act on."""
        return verdict_of(self.comparison, self.host, self.first)


def verdict_of(found: Comparison, host: str, first: str) -> str:
    """A difference between two hosts in words: which way it goes, or how large one may be without having been seen.

    The limits are those of the paired difference, one value a task; where they hold 0, every difference beyond the
    farther of them is excluded at the level of the interval.
    """
    if not found.tasks or math.isnan(found.interval.low):
        return "too few tasks were answered by both to tell"
    low, high = 100 * found.interval.low, 100 * found.interval.high
    on = f"on the same {found.tasks} tasks"
    if found.decisive:
        side = "better" if found.difference > 0 else "worse"
        least, most = sorted((abs(low), abs(high)))
        return (
            f"{host} is {side} than {first}: {abs(100 * found.difference):.0f} points {on} ({least:.0f} to {most:.0f})"
        )
    return f"{NO_DIFFERENCE}; differences above {math.ceil(max(abs(low), abs(high)))} points are excluded ({on})"


def host_differences(rows: pd.DataFrame, hosts: Sequence[str]) -> list[HostDifference]:
    """Every host against the first, paired on the tasks that both were asked; Holm's correction for their number.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "model": host, "outcome": "answered", "correct": True, "seconds": 1.0 + n}
    ...               for host in ("a/m", "b/m") for n in range(100)])
    >>> [found] = host_differences(rows, ["a/m", "b/m"])
    >>> found.verdict
    'no difference found; differences above 2 points are excluded (on the same 100 tasks)'
    """
    first, *others = hosts
    if not others or not len(rows):
        return []
    table = ComparedRows(rows, ["model"])
    chosen = {name: table.choose(name, "model") for name in hosts}
    pairs = [table.pair(*name_choices([chosen[other], chosen[first]])) for other in others]
    plain = checked(rows, "task_id", "model")
    return [
        HostDifference(other, first, found, {name: ratio_of(plain, other, first, name) for name in MEASURES})
        for other, found in zip(others, compared(pairs, remember=False), strict=True)
    ]


def ratio_of(rows: pd.DataFrame, host: str, first: str, measure: str) -> tuple[float, Interval]:
    """How many times as much of a measure one host takes as another, task by task, with 95 % limits.

    The geometric mean of the tasks' ratios, with Student's limits for the mean of their logarithms; repeats of a task
    are averaged first. NaN where fewer than two tasks have a value above 0 with both.
    """
    means = rows[rows["model"].isin([host, first])].groupby(["task_id", "model"])[measure].mean().unstack("model")
    if not {host, first} <= set(means.columns):
        return math.nan, UNKNOWN
    pair = means[[host, first]].astype(float).dropna()
    pair = pair[(pair > 0).all(axis=1)]
    if len(pair) < 2:
        return math.nan, UNKNOWN
    logs = np.log(pair[host].to_numpy() / pair[first].to_numpy())
    half = float(special.stdtrit(len(logs) - 1, (1 + CONFIDENCE) / 2)) * float(logs.std(ddof=1)) / math.sqrt(len(logs))
    middle = float(logs.mean())
    return math.exp(middle), Interval(math.exp(middle - half), math.exp(middle + half))


def means_of(rows: pd.DataFrame, host: str) -> dict[str, Any]:
    """Accuracy, lengths, seconds and dollars of one host, over its calls."""
    own = rows[(rows["model"] == host) & (rows["outcome"] != "error")]
    known = own["correct"].dropna()
    return {
        "accuracy": float(known.astype(float).mean()) if len(known) else math.nan,
        **{name: float(own[name].astype(float).mean()) if own[name].notna().any() else math.nan for name in MEASURES},
    }
