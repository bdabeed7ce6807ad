"""What a paired comparison found, and how it says so: a verdict computed from the numbers, in words a manager reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from workbench.analysis.stats import ALPHA, Interval
from workbench.show import bars, figures, media, tables
from workbench.show.figures import counted, points, points_limits

_FEWEST_TASKS: Final = 10
_TASKS_BEYOND_REACH: Final = 10_000


@dataclass(frozen=True)
class Side:
    """One of two compared configurations, on the tasks that both were asked.

    `values` are the columns it was chosen by. `accuracy` and `never_answered` are shares, each task with the same
    weight; `usd_per_correct` is NaN when a price is unknown or nothing was right.
    """

    name: str
    values: Mapping[str, Any]
    calls: int
    accuracy: float
    never_answered: float
    usd_per_correct: float
    usd_per_correct_interval: Interval
    seconds_p50: float


@dataclass(frozen=True)
class Comparison:
    """Two configurations on the same tasks.

    `difference` is the accuracy of a minus that of b, `interval` its 95 % limits, `p` the chance of a difference as
    large if both were equally good, `p_holm` the same corrected for all pairs that were tested. `over` says what was
    paired, `averaged` what was averaged within each task. `both`, `only_a`, `only_b` and `neither` count tasks; with
    repeats they are expected counts. `cost_ratio` is usd per correct answer of a over that of b. `tasks_to_settle` says
    how many tasks would be needed in all, if the difference stays as it is.
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

    @property
    def decisive(self) -> bool:
        """Is the difference more than chance would explain?"""
        p = self.p if self.p_holm is None else self.p_holm
        return bool(p < ALPHA and (self.interval.low > 0 or self.interval.high < 0))

    @property
    def better(self) -> str | None:
        """The name of the better one, None when the comparison is not decisive."""
        return None if not self.decisive else self.a.name if self.difference > 0 else self.b.name

    @property
    def verdict(self) -> str:
        """The comparison in one or two sentences."""
        if not self.tasks:
            return f"Nothing to compare: no task has a scored reply from both {self.a.name} and {self.b.name}."
        return " ".join(part for part in (self._finding(), self._cost()) if part)

    @property
    def table(self) -> pd.DataFrame:
        """On how many tasks both, one or neither was right."""
        return pd.DataFrame(
            {"b right": [self.both, self.only_b], "b not right": [self.only_a, self.neither]},
            index=["a right", "a not right"],
        )

    def _finding(self) -> str:
        first, second = (self.b, self.a) if self.difference < 0 else (self.a, self.b)
        here, there, apart = figures.contrast(first.accuracy, second.accuracy)
        shares = f"{here} against {there} right"
        where = f"on the same {counted(self.tasks, 'task')}{self.averaged}"
        chance = f"{_probability(self.p if self.p_holm is None else self.p_holm)}"
        if self.pairs > 1:
            chance += f" after Holm's correction for {self.pairs} pairs"
        low, high = sorted((abs(self.interval.low), abs(self.interval.high)))
        if self.decisive:
            return (
                f"{first.name} is better than {second.name}: {shares} {where}, {apart} more "
                f"(95 % interval {points(low, unit=False)} to {points(high)}, {chance})."
            )
        if self.difference == 0:
            shares = f"{figures.percent(first.accuracy)} right for both"
        return (
            f"Not decisive between {first.name} and {second.name}: {shares} {where} ({chance}). "
            f"{self._range(first)} {self._outlook()}"
        )

    def _range(self, first: Side) -> str:
        if math.isnan(self.interval.low):
            return "One task gives no interval."
        behind, ahead = (-self.interval.low, self.interval.high)
        if first is self.b:
            behind, ahead = ahead, behind
        if behind <= 0:
            likely = f"{points(-behind, unit=False)} to {points(ahead)} better (95 % interval)"
            return f"{first.name} looks {likely}, but the test does not rule out chance."
        return f"{first.name} may be anything from {points(behind)} worse to {points(ahead)} better (95 % interval)."

    def _outlook(self) -> str:
        more = self.tasks_to_settle - self.tasks
        if self.tasks < _FEWEST_TASKS:
            return f"So few tasks cannot tell how many more would settle it; begin with {_FEWEST_TASKS * 3}."
        if self.difference == 0:
            return "More tasks would narrow the interval; a difference of 0 has no number that settles it."
        if more > _TASKS_BEYOND_REACH:
            return (
                f"Not even {_TASKS_BEYOND_REACH:,} more tasks would settle so small a difference: treat them as equal."
            )
        return (
            f"About {_round(max(more, 1)):,} more tasks like these would settle it, if the difference stays as it is."
        )

    def _cost(self) -> str:
        a, b = self.a.usd_per_correct, self.b.usd_per_correct
        if math.isnan(a) or math.isnan(b):
            missing = [side for side in (self.a, self.b) if math.isnan(side.usd_per_correct)]
            without = [side.name for side in missing if side.accuracy == 0]
            unpriced = [side.name for side in missing if side.accuracy > 0]
            nothing = f"No answer of {' and '.join(without)} was right, so none has a price." if without else ""
            unknown = f"What a correct answer costs is not known for {' and '.join(unpriced)}." if unpriced else ""
            return f"{nothing} {unknown}".strip()
        if a == b == 0:
            return "Both are free."
        cheap, dear = (self.a, self.b) if a <= b else (self.b, self.a)
        prices = " and ".join(f"{figures.money(side.usd_per_correct)} with {side.name}" for side in (cheap, dear))
        ratio, limits = self.cost_ratio, self.cost_ratio_interval
        if math.isnan(ratio + limits.low + limits.high) or ratio == 0:
            return f"A correct answer costs {prices}."
        if cheap is self.a:
            ratio, limits = 1 / ratio, Interval(1 / limits.high, 1 / limits.low)
        spread = f"95 % interval {figures.factor(limits.low)} to {figures.factor(limits.high)}"
        if limits.low <= 1:
            return f"A correct answer costs {prices}, no clear difference ({figures.factor(ratio)} times, {spread})."
        return f"A correct answer costs {prices}, {figures.factor(ratio)} times as much ({spread})."

    def __repr__(self) -> str:
        return tables.as_text(self._columns(), above=figures.plain(self.verdict)) + "\n" + "\n".join(self._notes())

    def _repr_html_(self) -> str:
        below = Markup().join(tables.paragraph(note, "wb-note") for note in self._notes())
        above = tables.headline(self.verdict)
        return tables.as_html(self._columns(), above=above, below=below)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return media.verdict(self.verdict)

    def _columns(self) -> list[tables.Column]:
        sides = (self.a, self.b)
        return [
            tables.Column("", [side.name for side in sides]),
            tables.Column("calls", [figures.count(side.calls) for side in sides]),
            tables.Column(
                "right",
                [figures.percent(side.accuracy) for side in sides],
                [_standings_bar(side) for side in sides],
            ),
            tables.Column("never answered", [figures.percent(side.never_answered) for side in sides]),
            tables.Column(
                "usd per correct",
                [figures.money(side.usd_per_correct) for side in sides],
                notes=[_cost_limits(side) for side in sides],
            ),
            tables.Column("seconds p50", [figures.duration(side.seconds_p50) for side in sides]),
        ]

    def _notes(self) -> list[str]:
        cells = [("both right", self.both), (f"only {self.a.name}", self.only_a)]
        cells += [(f"only {self.b.name}", self.only_b), ("neither", self.neither)]
        counts = " · ".join(f"{name} {_tasks(number)}" for name, number in cells)
        notes = [f"Tasks: {counts}.", f"{self.method}, over {self.over}."] if self.tasks else []
        return [figures.plain(note) for note in [*notes, *(f"Careful: {warning}" for warning in self.warnings)]]


_NEEDED: Final = frozenset(
    {"a", "b", "tasks", "difference", "low", "high", "p", "p_holm", "decisive", "verdict", "warnings"}
)


class Comparisons(tables.ShownFrame):
    """A table of `compare_all`, one line a pair, that shows its verdicts, the surest of them on top."""

    def _headline(self) -> str:
        surest = str(self.sort_values("p", kind="stable")["verdict"].iloc[0])
        if len(self) == 1:
            return surest
        decisive = int(self["decisive"].sum())
        number = f"{decisive or 'None'} of {len(self):,} pairs {'are' if decisive > 1 else 'is'} decisive"
        return f"{number}. The surest: {surest}"

    def _shown(self) -> list[tables.Column]:
        if not set(self.columns) >= _NEEDED:
            return []
        lines = self._lines()
        return [
            tables.Column("a", [str(line["a"]) for line in lines], names=True),
            tables.Column("b", [str(line["b"]) for line in lines], names=True),
            tables.Column("tasks", [figures.count(line["tasks"]) for line in lines]),
            tables.Column(
                "a − b",
                [points(line["difference"], signed=True) for line in lines],
                [
                    bars.difference(line["difference"], line["low"], line["high"], decisive=line["decisive"])
                    for line in lines
                ],
                [points_limits(line["low"], line["high"]) for line in lines],
            ),
            tables.Column("p (Holm)", [_chance(line) for line in lines]),
            tables.Column(
                "verdict",
                [str(line["verdict"]) for line in lines],
                notes=[f"Careful: {line['warnings']}" if line["warnings"] else "" for line in lines],
                words=True,
            ),
        ]


def _chance(line: dict[Any, Any]) -> str:
    """The corrected p; the plain one where nothing had to be corrected."""
    p = line["p"] if figures.absent(line["p_holm"]) else line["p_holm"]
    return _probability(p).removeprefix("p = ").removeprefix("p ")


def _standings_bar(side: Side) -> Markup:
    if math.isnan(side.accuracy):
        return Markup()
    wrong = max(0.0, 1 - side.accuracy - side.never_answered)
    return bars.shares(
        [
            ("right", side.accuracy, bars.RIGHT_COLOUR),
            ("wrong", wrong, bars.WRONG_COLOUR),
            ("never answered", side.never_answered, bars.NEVER_COLOUR),
        ]
    )


def _cost_limits(side: Side) -> str:
    limits = figures.between(*side.usd_per_correct_interval, figures.money)
    return "" if math.isnan(side.usd_per_correct) or limits == figures.ABSENT else f"[{limits}]"


def _tasks(number: float) -> str:
    return figures.count(number) if number == round(number) else f"{number:.1f}"


def _probability(p: Any) -> str:
    if figures.absent(p):
        return figures.ABSENT
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def _round(number: float) -> int:
    """To two significant digits, upwards: a forecast is no better than that."""
    step = int(10 ** max(0, math.floor(math.log10(number)) - 1))
    return math.ceil(number / step) * step
