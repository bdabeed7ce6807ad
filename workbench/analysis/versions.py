"""Two tables of rows on the same tasks, an earlier and a later one: did it get worse, and by what do they differ?

The rule, in points of strict accuracy on the tasks that both hold. *Worse*: the later table is behind by more than the
margin, and a difference as large is more than chance would explain. *Not worse*: not one task stands differently, or
the whole 95 % interval of the difference lies above the margin. *Not decisive*: anything else, and no table at all on
the same tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from workbench.analysis.comparison import compared
from workbench.analysis.pairing import ComparedRows
from workbench.analysis.verdict_words import few
from workbench.analysis.verdicts import Comparison
from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns
from workbench.rows.table import as_texts
from workbench.show import figures

if TYPE_CHECKING:
    from workbench.analysis.pairing import Pair

COLUMN: Final = "version"
"""The column by which the two tables are told apart once they are one."""

Judgement = Literal["worse", "not worse", "not decisive"]


@dataclass(frozen=True)
class Change:
    """What became of the same tasks from an earlier table of rows to a later one.

    `within` is the margin in points. `fell` and `rose` name the tasks that did worse and better than before; `differs`
    says in words what else differs between the tables: models, prompts, caps, days.
    """

    comparison: Comparison
    within: float
    judgement: Judgement
    differs: tuple[str, ...]
    fell: tuple[str, ...]
    rose: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The judgement in one sentence, with its figures."""
        unit = "point" if self.within == 1 else "points"
        found, margin = self.comparison, f" (margin {self.within:g} {unit})" if self.within else ""
        if not found.tasks:
            return f"Not decisive: {found.verdict}"
        here, before, apart = figures.contrast(found.a.accuracy, found.b.accuracy)
        shares = f"{here} right, {before} before"
        where = f"on the same {figures.counted(found.tasks, 'task')}"
        if not self.fell and not self.rose:
            return f"Not worse{margin}: not one of {figures.counted(found.tasks, 'task')} stands differently; {shares}."
        limits = figures.points_limits(found.interval.low, found.interval.high)
        sign = "" if not float(apart.split()[0]) else "+" if found.difference > 0 else "-"
        change = f"{sign}{apart}, 95 % interval {limits}"
        caution = "" if self.judgement == "not decisive" else few(found.tasks)
        return f"{self.judgement.capitalize()}{margin}: {shares}, {where}; {change}.{caution}"

    def __repr__(self) -> str:
        lines = [self.sentence, *(f"  {text}" for text in self.differs)]
        for word, names in (("fell", self.fell), ("rose", self.rose)):
            if names:
                more = f" and {len(names) - 10:,} more" if len(names) > 10 else ""
                lines.append(f"  {figures.counted(len(names), 'task')} {word}: {', '.join(names[:10])}{more}")
        return "\n".join([*lines, *(f"  Careful: {text}" for text in self.comparison.warnings)])


def compare_tables(
    old: pd.DataFrame, new: pd.DataFrame, *, within: float = 0.0, names: Sequence[str] = ("old", "new")
) -> Change:
    """Compare two tables of rows on the same tasks, whatever else differs: the model, the prompt, or the day.

    `within` is how many points of accuracy the later one may be behind and still count as not worse. Raises InputError
    for a margin that is none, for tables without rows, and where all tasks of an id ask something else in the other.

    >>> from workbench.rows.table import frame
    >>> before, after = (frame([{"task_id": str(n), "model": "m", "outcome": "answered", "correct": n < right}
    ...                         for n in range(40)]) for right in (36, 12))
    >>> compare_tables(before, after, within=3).judgement
    'worse'
    """
    if isinstance(within, bool) or not isinstance(within, int | float) or not 0 <= within <= 100:
        raise InputError(f"within is {within!r}; give points of accuracy between 0 and 100, such as 3")
    before, after = names
    if before == after:
        before, after = f"{before} (old)", f"{after} (new)"
    parts = [table.assign(**{COLUMN: name}) for table, name in ((old, before), (new, after))]
    for part, name in zip(parts, (before, after), strict=True):
        if not len(part):
            raise InputError(f"{name} holds no rows: nothing can be compared")
    _check_questions(*parts, names=(before, after))
    replies = ComparedRows(pd.concat(parts, ignore_index=True), [COLUMN])
    chosen = [replace(replies.choose(name, COLUMN), name=name) for name in (after, before)]
    pair = replies.pair(*chosen)
    found = compared([pair])[0]
    tasks = as_texts(replies.rows["task_id"]).to_numpy()
    name_of = dict(zip(replies.task.tolist(), tasks.tolist(), strict=True))
    fell, rose = (tuple(name_of[code] for code in pair.task[side]) for side in _moved(pair))
    return Change(
        comparison=_without_differences(found, replies.rows),
        within=float(within),
        judgement=_judgement(found, within / 100, moved=bool(fell or rose)),
        differs=tuple(_differences(parts[0], parts[1])),
        fell=fell,
        rose=rose,
    )


def _check_questions(old: pd.DataFrame, new: pd.DataFrame, *, names: tuple[str, str]) -> None:
    """Raise InputError where ids alone are the same, as where two files number their own tasks from one."""
    asked: list[dict[str, tuple[str, str]]] = []
    for table in (old, new):
        if not {"task_question", "task_target"} <= set(table.columns):
            return
        known = table[table["task_question"].notna()]
        texts = zip(*(map(str, known[name]) for name in ("task_id", "task_question", "task_target")), strict=True)
        asked.append({task: (question, target) for task, question, target in texts})
    shared = [task for task in asked[0] if task in asked[1]]
    others = [task for task in shared if asked[0][task][0] != asked[1][task][0]]
    same = sum(asked[0][task][1] == asked[1][task][1] for task in shared)  # a translation asks for the same
    if shared and len(others) == len(shared) and 2 * same < len(shared):
        one = shared[0]
        was, now = (figures.beginning(texts[one][0], 60) for texts in asked)
        raise InputError(
            f"{names[0]} and {names[1]} share ids and no task: {one!r} is {was!r} in the one and {now!r} in the other. "
            "Give two files of rows on the same tasks."
        )


def _moved(pair: Pair) -> tuple[Any, Any]:
    return np.flatnonzero(pair.difference < 0), np.flatnonzero(pair.difference > 0)


def _judgement(found: Comparison, margin: float, *, moved: bool) -> Judgement:
    if not found.tasks:
        return "not decisive"
    if not moved:
        return "not worse"
    if found.decisive and found.difference < -margin:
        return "worse"
    return "not worse" if found.interval.low >= -margin else "not decisive"


def _without_differences(found: Comparison, rows: pd.DataFrame) -> Comparison:
    """The same without the warnings that something differs: here that is what is compared, and said in `differs`."""
    meant = tuple(f"{name} differs:" for name in configuration_columns(rows))
    return replace(found, warnings=tuple(text for text in found.warnings if not text.startswith(meant)))


def _differences(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """What differs between two tables beside their marks, in words."""
    found = []
    names = dict.fromkeys([*configuration_columns(old), *configuration_columns(new)])
    for name in (name for name in names if name != COLUMN):
        values = [list(map(figures.name, table[name].unique())) if name in table else [] for table in (old, new)]
        if set(values[0]) != set(values[1]):
            found.append(f"{name}: {_some(values[0])} → {_some(values[1])}")
    days = [sorted({str(text)[:10] for text in table["created_at"].dropna()}) for table in (old, new)]
    if all(days) and days[0] != days[1]:
        found.append(f"asked: {_span(days[0])} → {_span(days[1])}")
    return found


def _some(values: Sequence[str]) -> str:
    more = f" and {len(values) - 4} more" if len(values) > 4 else ""
    return ", ".join(values[:4]) + more if values else figures.ABSENT


def _span(days: Sequence[str]) -> str:
    return days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
