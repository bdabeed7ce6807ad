"""What a paired comparison found, as numbers: both sides, the difference and its limits, and what was decided."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.analysis.forecast import More
from workbench.analysis.stats import ALPHA, UNKNOWN, Interval


@dataclass(frozen=True)
class Side:
    """One of two compared configurations, on the tasks that both were asked.

    `values` are the columns it was chosen by. `accuracy` and `never_answered` are shares, each task with the same
    weight; `usd_per_correct` is NaN when a price is unknown or nothing was right. `noise` is how often two samples of a
    task differ in being right, NaN without repeats.
    """

    name: str
    values: Mapping[str, Any]
    calls: int
    accuracy: float
    never_answered: float
    usd_per_correct: float
    usd_per_correct_interval: Interval
    seconds_p50: float
    noise: float = math.nan


@dataclass(frozen=True)
class Compared:
    """Two configurations on the same tasks.

    `difference` is the accuracy of a minus that of b, `interval` its 95 % limits (wider after several looks), `p` the
    chance of a difference as large if both were equally good, `p_holm` the same corrected for all pairs that were
    tested. `over` says what was paired, `averaged` what was averaged within each task. `both`, `only_a`, `only_b` and
    `neither` count tasks; with repeats they are expected counts. `cost_ratio` is usd per correct answer of a over that
    of b. `tasks_to_settle` says how many tasks would be needed in all, if the difference stays as it is; `more` how
    many more, as a range. `within` is the margin below which a difference does not matter, and `interval_of_equality`
    lies inside it where the two are equal. `looks` counts the earlier looks at the same comparison with fewer tasks,
    and `level` is what p must be below now. `any_time` says that the numbers hold whenever one stops. `chosen_of` is
    above 1 where it is shown as the surest of so many pairs: `shrunken` is what is left of its difference then.
    """

    a: Side
    b: Side
    tasks: int
    both: float
    only_a: float
    only_b: float
    neither: float
    difference: float
    interval: Interval
    p: float
    method: str
    over: str
    averaged: str
    cost_ratio: float
    cost_ratio_interval: Interval
    tasks_to_settle: float
    warnings: tuple[str, ...] = ()
    p_holm: float | None = None
    pairs: int = 1
    within: float = 0.03
    interval_of_equality: Interval = UNKNOWN
    mean_square: float = math.nan
    more: More | None = None
    usd_per_task: float = math.nan
    looks: int = 0
    level: float = ALPHA
    any_time: bool = False
    chosen_of: int = 1
    shrunken: float = math.nan

    @property
    def decisive(self) -> bool:
        """Is the difference more than chance would explain?"""
        p = self.p if self.p_holm is None else self.p_holm
        return bool(p < self.level and (self.interval.low > 0 or self.interval.high < 0))

    @property
    def equal(self) -> bool:
        """Is the difference shown to be smaller than the margin, whichever way it goes?"""
        low, high = self.interval_of_equality
        return bool(low > -self.within and high < self.within)

    @property
    def better(self) -> str | None:
        """The name of the better one, None when the comparison is not decisive."""
        return None if not self.decisive else self.in_order[0].name

    @property
    def in_order(self) -> tuple[Side, Side]:
        """The side that was right more often, and the other."""
        return (self.b, self.a) if self.difference < 0 else (self.a, self.b)
