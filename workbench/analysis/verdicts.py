"""What a paired comparison found, and how it says so: a verdict computed from the numbers, in words a manager reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from workbench.analysis import verdict_words as words
from workbench.analysis.compared import Compared, Side
from workbench.show import bars, figures, media, tables
from workbench.show.figures import points, points_limits
from workbench.show.frames import ShownFrame


@dataclass(frozen=True, repr=False)
class Comparison(Compared):
    """Two configurations on the same tasks, as `Compared` tells them, that shows its verdict."""

    @property
    def verdict(self) -> str:
        """The comparison in a few sentences: better, equal within the margin, or not decisive; and what it costs."""
        if not self.tasks:
            return f"Nothing to compare: no task has a scored reply from both {self.a.name} and {self.b.name}."
        return " ".join(part for part in (words.finding(self), words.unanswered(self), words.cost(self)) if part)

    @property
    def table(self) -> pd.DataFrame:
        """On how many tasks both, one or neither was right."""
        return pd.DataFrame(
            {"b right": [self.both, self.only_b], "b not right": [self.only_a, self.neither]},
            index=["a right", "a not right"],
        )

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
        notes += [noise] if (noise := words.noise(self)) else []
        return [figures.plain(note) for note in [*notes, *(f"Careful: {warning}" for warning in self.warnings)]]


_NEEDED: Final = frozenset(
    {"a", "b", "tasks", "difference", "low", "high", "p", "p_holm", "decisive", "verdict", "warnings"}
)


class Comparisons(ShownFrame):
    """A table of `compare_all`, one line a pair, that shows its verdicts, the surest of them on top."""

    def _headline(self) -> str:
        told = "verdict_as_surest" if "verdict_as_surest" in self.columns and len(self) > 1 else "verdict"
        surest = str(self.sort_values("p", kind="stable")[told].iloc[0])
        if len(self) == 1:
            return surest
        decisive = int(self["decisive"].sum())
        number = f"{decisive or 'None'} of {len(self):,} pairs {'are' if decisive > 1 else 'is'} decisive"
        equal = int(self["equal"].sum()) if "equal" in self.columns else 0
        also = f", {equal} equal within the margin" if equal else ""
        nearest = surest.removeprefix("Not decisive between ")
        if nearest != surest:
            return f"{number}{also}. Nearest to it are {nearest}"
        return f"{number}{also}. The surest: {surest}"

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
                [_apart(line) for line in lines],
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


def _apart(line: dict[Any, Any]) -> str:
    """The difference in points that the verdict beside it says, with its sign."""
    if any(figures.absent(line.get(name)) for name in ("difference", "accuracy_a", "accuracy_b")):
        return points(line["difference"], signed=True)
    apart = figures.contrast(line["accuracy_a"], line["accuracy_b"])[2]
    sign = "" if not float(apart.split()[0].replace(",", "")) else "-" if line["difference"] < 0 else "+"
    return f"{sign}{apart}"


def _chance(line: dict[Any, Any]) -> str:
    """The corrected p; the plain one where nothing had to be corrected."""
    p = line["p"] if figures.absent(line["p_holm"]) else line["p_holm"]
    return words.probability(p).removeprefix("p = ").removeprefix("p ")


def _standings_bar(side: Side) -> Markup:
    if math.isnan(side.accuracy):
        return Markup()
    wrong = max(0.0, 1 - side.accuracy - side.never_answered)
    return bars.outcomes(side.accuracy, wrong, side.never_answered)


def _cost_limits(side: Side) -> str:
    limits = figures.between(*side.usd_per_correct_interval, figures.money)
    return "" if math.isnan(side.usd_per_correct) or limits == figures.ABSENT else f"[{limits}]"


def _tasks(number: float) -> str:
    return figures.count(number) if number == round(number) else f"{number:.1f}"
