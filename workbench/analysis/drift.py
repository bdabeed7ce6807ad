"""Drift and noise: the same question asked again, by repeats, hosts and dates; how stable answer, length and path
are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.duplicates import repeated
from workbench.analysis.intervals import mean_over_tasks, share_over_tasks
from workbench.analysis.thoughts.repetition import words_in
from workbench.analysis.warned import from_a_cache
from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns, group_of, grouped, numbers
from workbench.rows.standing import RIGHT, scored, standing
from workbench.rows.table import checked
from workbench.scorers.values import value_key
from workbench.show import figures, tables
from workbench.show.frames import ShownFrame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from workbench.analysis.stats import Floats

_GRAM: Final = 4
_MOST_WORDS: Final = 3_000
_MOST_PAIRS: Final = 60
CONDITIONS: Final = ("nothing", "host", "date")
"""What differs between the two times, beside the draw."""


class Steadiness(ShownFrame):
    """A table of `steadiness`, one line a configuration and what differs between the two times."""

    def _shown(self) -> list[tables.Column]:
        if not {"differs_in", "same_answer", "same_standing", "length_spread", "same_path"} <= set(self.columns):
            return []
        lines = self._lines()
        shown = [
            *tables.configurations(self._by(), lines),
            tables.Column(
                "pairs",
                [figures.count(line["pairs"]) for line in lines],
                notes=[f"of {figures.count(line['tasks'])} tasks" for line in lines],
            ),
        ]
        for head, name in (
            ("same answer", "same_answer"),
            ("same mark", "same_standing"),
            ("length apart", "length_spread"),
            ("path shared", "same_path"),
        ):
            shown.append(
                tables.Column(
                    head,
                    [figures.percent(line[name]) for line in lines],
                    notes=[figures.limits(line, name, figures.percent) for line in lines],
                )
            )
        return shown


def steadiness(rows: pd.DataFrame) -> Steadiness:
    """Tell how stable a model is when it is asked the same again, one line a configuration and what differs.

    Pairs of replies to the same task, prompt and parameters: with `nothing` else different (repeats on one day at one
    host), with another `host` (provider or served model), on another `date`. `same_answer`: both said the same, by
    value; `same_standing`: both right, or both not; `length_spread`: the difference of the output tokens over their
    mean; `same_path`: the share of runs of four words in the thinking that both have (the smaller one's; NA without
    thinking). Each a mean over tasks with 95 % limits. Raises InputError where no question was asked twice.
    """
    rows = checked(rows, "task_id", "model", "outcome", "correct", minimum=1)
    stand = standing(rows)
    use = scored(rows, stand)
    if "derived" in rows.columns:
        use &= ~rows["derived"].fillna(False).to_numpy(bool)
    used, rows, stand = use, rows[use].reset_index(drop=True), stand[use]
    once = ~_copies(rows)
    rows, stand = rows[once].reset_index(drop=True), stand[once]
    by = configuration_columns(rows)
    group, values = grouped(rows, by)
    lengths = np.nan_to_num(numbers(rows, "thinking_tokens")) + np.nan_to_num(numbers(rows, "answer_tokens"))
    completion = numbers(rows, "completion_tokens")
    lengths = np.where(lengths > 0, lengths, completion)
    answers = [
        value_key(text) if isinstance(text, str) and text else ""
        for text in rows.get("extracted", pd.Series("", index=rows.index))
    ]
    thoughts = [text if isinstance(text, str) else "" for text in rows.get("thinking", pd.Series("", index=rows.index))]
    marks = _Marks(rows)
    lines: list[dict[str, Any]] = []
    for number, names in enumerate(values.to_dict("records")):
        found: dict[str, dict[Any, list[tuple[float, float, float, float]]]] = {}
        mine = np.flatnonzero(group == number)
        for task, members in pd.Series(mine).groupby(rows["task_id"].to_numpy(object)[mine], sort=False):
            grams: dict[int, set[Any]] = {}
            for one, other in _pairs(members.tolist()):
                length = abs(lengths[one] - lengths[other]) / ((lengths[one] + lengths[other]) / 2 or np.nan)
                seen = (
                    float(answers[one] == answers[other]) if answers[one] or answers[other] else float("nan"),
                    float((stand[one] == RIGHT) == (stand[other] == RIGHT)),
                    float(length),
                    _shared(grams, thoughts, one, other),
                )
                for what in marks.differing(one, other):
                    found.setdefault(what, {}).setdefault(task, []).append(seen)
        same = {str(name): value for name, value in names.items()}
        lines += [{**same, "differs_in": what, **_figures(found[what])} for what in CONDITIONS if what in found]
    if not lines:
        raise InputError(
            f"No question was asked twice in a way that counts ({_left_out(used, once)}): sweep with repeats=3, or "
            "join the rows of several days, each swept with refresh=True, with pd.concat."
        )
    table = Steadiness(lines)
    table.attrs |= {
        "by": [*by, "differs_in"],
        "about": "Pairs of replies to the same question; brackets are 95 % intervals over tasks. Path: runs of four "
        "words of the thinking that both have.",
    }
    return table


def _copies(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows hold a reply that stands above them: the same draw of the same time, or one of a gateway's cache."""
    copies = from_a_cache(rows) & repeated(rows)
    if {"sample", "key"} & {*rows.columns}:
        draw = ("sample", "created_at", "key", "provider", "served_model")
        names = ["task_id", *configuration_columns(rows), *(name for name in draw if name in rows.columns)]
        first = np.zeros(len(rows), bool)
        first[np.unique(group_of(rows, names), return_index=True)[1]] = True
        copies |= ~first
    return np.asarray(copies)


def _left_out(used: NDArray[np.bool_], once: NDArray[np.bool_]) -> str:
    """Of the rows that were given, how many count, and why the others do not."""
    unused, same = int((~used).sum()), int((~once).sum())
    told = [f"{int(once.sum()):,} of {figures.counted(len(used), 'row')} count once each"]
    told += [f"{unused:,} failed, have no mark, or are cut from others"] if unused else []
    told += [f"{same:,} hold a reply that is there already"] if same else []
    return "; ".join(told)


class _Marks:
    """Where and when each reply was made."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self._hosts = [
            tuple(str(rows[name].iloc[at]) for name in ("provider", "served_model") if name in rows.columns)
            for at in range(len(rows))
        ]
        dates = rows["created_at"] if "created_at" in rows.columns else pd.Series("", index=rows.index)
        self._dates = [value[:10] if isinstance(value, str) else "" for value in dates]

    def differing(self, one: int, other: int) -> Iterator[str]:
        host, date = self._hosts[one] != self._hosts[other], self._dates[one] != self._dates[other]
        if not host and not date:
            yield "nothing"
        if host:
            yield "host"
        if date and not host:
            yield "date"


def _pairs(members: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs of replies, at most `_MOST_PAIRS` of a task, so that many repeats cost no more than their number."""
    count = 0
    for gap in range(1, len(members)):
        for at in range(len(members) - gap):
            if count >= _MOST_PAIRS:
                return
            yield members[at], members[at + gap]
            count += 1


def _shared(grams: dict[int, set[Any]], thoughts: list[str], one: int, other: int) -> float:
    for place in (one, other):
        if place not in grams:
            words = words_in(thoughts[place])[:_MOST_WORDS]
            grams[place] = set(zip(*(words[at:] for at in range(_GRAM)), strict=False))
    first, second = grams[one], grams[other]
    if not first or not second:
        return float("nan")
    return len(first & second) / min(len(first), len(second))


def _figures(found: dict[Any, list[tuple[float, float, float, float]]]) -> dict[str, Any]:
    line: dict[str, Any] = {"tasks": len(found), "pairs": sum(map(len, found.values()))}
    for place, name in enumerate(("same_answer", "same_standing", "length_spread", "same_path")):
        means = np.array([_mean([pair[place] for pair in pairs]) for pairs in found.values()])
        known = means[~np.isnan(means)]
        if not len(known):
            line |= {name: float("nan"), f"{name}_low": float("nan"), f"{name}_high": float("nan")}
            continue
        limits = mean_over_tasks(known) if name == "length_spread" else share_over_tasks(known, np.ones(len(known)))
        low, high = limits.one()
        line |= {name: float(known.mean()), f"{name}_low": low, f"{name}_high": high}
    return line


def _mean(values: list[float]) -> float:
    known: Floats = np.array([value for value in values if value == value])
    return float(known.mean()) if len(known) else float("nan")
