"""What a watched sweep found, in words: a sentence for each pair, why it stopped, and what that saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.show import figures

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.betting import Known


@dataclass(frozen=True)
class Decision:
    """What a watched sweep found, and what it saved; shows itself in words.

    `why` is "decided", "money", "tasks" or "nothing" (one of them gave nothing to mark, see `nothing`): why it stopped.
    `best` are the values of `on` that nothing is known to beat.
    `findings` holds a sentence for each pair, `known` its numbers, which hold at whichever look one stops.
    `planned_calls` is the fixed plan: every task with every value.
    """

    rows: pd.DataFrame = field(repr=False)
    on: str
    why: str
    best: tuple[str, ...]
    findings: tuple[str, ...]
    known: Mapping[tuple[str, str], Known]
    tasks: int
    calls: int
    planned_calls: int
    usd: float
    saved_usd: float | None
    seed: int
    within: float
    nothing: str = ""

    @property
    def saved(self) -> float:
        """The share of the fixed plan's calls that were not needed."""
        return 1 - self.calls / self.planned_calls if self.planned_calls else 0.0

    def __str__(self) -> str:
        return "\n".join([*self.findings, self._end()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from workbench.show import tables

        first, *rest = str(self).splitlines()
        below = "".join(tables.paragraph(line, "wb-note") for line in rest)
        return tables.as_html([], above=tables.headline(first), below=below)

    def _end(self) -> str:
        ends = {
            "decided": "Decided",
            "money": "Not decided: max_usd is spent",
            "tasks": "Not decided: no more tasks",
            "nothing": f"Not decided: {self.nothing.rstrip('.')}. Stopped",
        }
        saved = ""
        if self.calls < self.planned_calls:
            dollars = f", about {figures.money(self.saved_usd)}" if self.saved_usd else ""
            calls = figures.counted(self.planned_calls - self.calls, "call")
            saved = f" {calls} saved against the fixed plan ({figures.percent(self.saved)}{dollars})."
        return (
            f"{ends[self.why]} after {figures.counted(self.tasks, 'task')} and {self.calls:,} of "
            f"{self.planned_calls:,} calls, seed {self.seed}.{saved}"
        )


def finding(names: tuple[str, str], known: Known, within: float, alpha: float) -> str:
    """What is known of two, named by what tells them apart, with the limits that hold at whichever look one stops."""
    from workbench.analysis.verdict_words import span

    first, second = (names[1], names[0]) if known.difference < 0 else names
    low, high = known.interval
    if known.difference < 0:
        low, high = -high, -low
    apart = f"{figures.points(abs(known.difference), signed=True)}; " if known.tasks else ""
    limits = f"{apart}{span(low, high, signed=True)}, 95 % over all looks"
    where = f"on {figures.counted(known.tasks, 'task')}"
    if known.p < alpha:
        return f"{first} is better than {second} {where} ({limits})."
    if known.equal:
        return f"{first} and {second} are equal within {figures.points(within)} {where} ({limits})."
    return f"Not decided between {first} and {second} {where} ({limits})."
