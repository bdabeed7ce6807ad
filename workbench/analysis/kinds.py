"""Where configurations differ by kind of task: pairs and kinds tested together, and only what survives is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.choice_words import names_of
from workbench.analysis.chosen import Chosen
from workbench.analysis.comparison import compared
from workbench.analysis.pairing import ComparedRows
from workbench.analysis.ranks import ranking, without_texts
from workbench.rows.configurations import group_of
from workbench.rows.standing import RIGHT, scored, standing
from workbench.rows.table import checked
from workbench.show import figures

if TYPE_CHECKING:
    from workbench.analysis.verdicts import Comparison

_MOST_KINDS: Final = 12
_MOST_RIVALS: Final = 5
_FEWEST_A_KIND: Final = 5
_TELLING_A_KIND: Final = 20
_NO_KINDS: Final = frozenset({"task_question", "task_target"})


@dataclass(frozen=True)
class KindDifferences:
    """How two or more configurations differ by kind of task.

    `column` is the tasks' column of kinds, None where they have none; `tested` how many comparisons were made, each
    with its kind; `found` those of them that are decisive after Holm's correction for all of them, the largest first.
    `counts` holds by kind, for each line of the ranking, how many of its replies are right, and of how many.
    """

    column: str | None
    tested: int = 0
    found: tuple[tuple[str, Comparison], ...] = ()
    counts: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()

    @property
    def nothing(self) -> str:
        """What is said where no difference is: how much was compared, and whether that could have told anything.

        >>> KindDifferences("task_kind", 2, counts=(("sum", ((3, 5), (1, 5))), ("odd", ((2, 4), (4, 4))))).nothing
        'Too few tasks to tell: 4 to 5 replies a kind and configuration; only gaps of nearly all to none would show.'
        """
        sizes = [of for _, line in self.counts for _, of in line if of]
        if not sizes or self.found:
            return ""
        low, high = min(sizes), max(sizes)
        many = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        if low < _TELLING_A_KIND:
            return (
                f"Too few tasks to tell: {many} replies a kind and configuration; only gaps of nearly all to none "
                "would show."
            )
        made = "the one comparison" if self.tested == 1 else f"{self.tested:,} comparisons"
        return f"In none of {made} by more than chance explains, with {many} replies a kind and configuration."

    @property
    def sentences(self) -> list[str]:
        """One sentence for each pair of configurations: on which kinds which of the two wins, by how much.

        >>> KindDifferences(None).sentences
        []
        """
        pairs: dict[tuple[str, str], list[tuple[str, Comparison]]] = {}
        for kind, one in self.found:
            pairs.setdefault((one.a.name, one.b.name), []).append((kind, one))
        return [_said_of_pair(first, second, kinds) for (first, second), kinds in pairs.items()]


def kind_differences(
    rows: pd.DataFrame, by: str | None = None, *, ranked: pd.DataFrame | None = None
) -> KindDifferences:
    """Compare the best configuration of each model (of each prompt, where there is one model) kind by kind.

    `by` is the tasks' own column of kinds, with or without its `task_`; left out, it is `task_kind`, else the first
    column of theirs that puts at least five tasks into each of two to twelve kinds. The best-looking configuration is
    compared with the best of each other model, at most five, on every kind; Holm's correction counts all of it.
    `ranked` is what `ranking` said of these rows, if it is at hand.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": f"{kind}{n}", "model": model, "outcome": "answered", "task_kind": kind,
    ...                "correct": (model == "m") == (kind == "sum")} for kind in ("sum", "odd") for n in range(9)
    ...               for model in ("m", "n")])
    >>> kind_differences(rows).sentences
    ['m, set against n, wins on sum by 100 points (100 % against 0 %), loses on odd by 100 points (0 % against 100 %).']
    """
    rows = checked(rows, "task_id", "outcome", "correct", minimum=1)
    column = _column(rows, by)
    if column is None:
        return KindDifferences(None)
    ranked = ranking(rows) if ranked is None else ranked
    lines = _best_of_each(ranked)
    kinds = [kind for kind in rows[column].drop_duplicates() if not figures.absent(kind)]
    counts = _counts(rows, ranked, column, kinds)
    if len(lines) < 2 or not kinds:
        return KindDifferences(column, counts=counts)
    names = names_of(ranked)
    group = group_of(rows, ranked.attrs["by"])
    replies = ComparedRows(without_texts(rows), [])
    of_kind = {kind: (rows[column] == kind).fillna(False).to_numpy(bool) for kind in kinds}
    pairs, labels = [], []
    for kind in kinds:
        sides = [
            Chosen(
                names[line],
                {name: ranked[name][line] for name in ranked.attrs["by"]},
                (group == ranked["place"][line]) & of_kind[kind],
            )
            for line in lines
        ]
        for other in sides[1:]:
            pair = replies.pair(sides[0], other)
            if len(pair.task) >= _FEWEST_A_KIND:
                pairs.append(pair)
                labels.append(figures.plain(figures.name(kind)))
    tested = compared(pairs, remember=False) if pairs else []
    found = [(kind, one) for kind, one in zip(labels, tested, strict=True) if one.decisive]
    return KindDifferences(column, len(tested), tuple(sorted(found, key=lambda each: -abs(each[1].difference))), counts)


def _counts(
    rows: pd.DataFrame, ranked: pd.DataFrame, column: str, kinds: Sequence[Any]
) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
    standings = standing(rows)
    counted = scored(rows, standings)
    group = group_of(rows, ranked.attrs["by"])
    place = pd.Categorical(rows[column], categories=list(kinds)).codes.astype(int)
    known = counted & (place >= 0)
    cell = group[known] * len(kinds) + place[known]
    of = np.bincount(cell, minlength=len(ranked) * len(kinds)).reshape(len(ranked), -1)
    right = np.bincount(cell[standings[known] == RIGHT], minlength=of.size).reshape(of.shape)
    lines = ranked["place"].to_numpy(int)
    return tuple(
        (
            figures.plain(figures.name(kind)),
            tuple((int(right[line, number]), int(of[line, number])) for line in lines),
        )
        for number, kind in enumerate(kinds)
    )


def _column(rows: pd.DataFrame, by: str | None) -> str | None:
    if by is not None:
        column = by if by in rows.columns else f"task_{by}"
        checked(rows, column)
        return column
    own = [str(name) for name in rows.columns if str(name).startswith("task_") and name not in {*_NO_KINDS, "task_id"}]
    for column in sorted(own, key=lambda name: name != "task_kind"):
        tasks = rows.loc[rows[column].notna(), ["task_id", column]].drop_duplicates("task_id")[column]
        sizes = tasks.value_counts()
        if 2 <= len(sizes) <= _MOST_KINDS and int(sizes.min()) >= (1 if column == "task_kind" else _FEWEST_A_KIND):
            return column
    return None


def _best_of_each(ranked: pd.DataFrame) -> list[int]:
    """The first line of each value of the first column that varies, in the order of the ranking."""
    telling = next((name for name in ranked.attrs["by"] if ranked[name].nunique(dropna=False) > 1), None)
    if telling is None:
        return []
    usable = ranked[ranked["whole"].astype(bool) & ranked["accuracy"].notna()]
    return [int(place) for place in usable.drop_duplicates(telling).index[: _MOST_RIVALS + 1]]


def _said_of_pair(first: str, second: str, kinds: Sequence[tuple[str, Any]]) -> str:
    parts = []
    for kind, one in kinds:
        here, there, apart = figures.contrast(one.a.accuracy, one.b.accuracy)
        verb = "wins" if one.difference > 0 else "loses"
        parts.append(f"{verb} on {kind} by {apart} ({here} against {there})")
    return f"{first}, set against {second}, {', '.join(parts)}."
