"""When does thinking pay: the same tasks with thinking on and off, kind by kind, with the price of what it gains."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.analysis import stats
from workbench.analysis.chosen import Chosen, name_choices
from workbench.analysis.comparison import compared
from workbench.analysis.effort import rank_of_effort
from workbench.analysis.pairing import ComparedRows, Pair
from workbench.analysis.stats import ALPHA
from workbench.analysis.verdict_words import outlook
from workbench.analysis.verdicts import Comparison
from workbench.errors import InputError
from workbench.rows import configurations as configurations_room
from workbench.rows.configurations import EFFORT, column_meant
from workbench.rows.table import checked
from workbench.show import bars, figures, tables
from workbench.show.figures import points, points_limits
from workbench.show.frames import ShownFrame

ALL_KINDS = "all"
"""The line of a `thinking_gain` table that takes all kinds together; it is no pair of its own in Holm's correction."""


_SHOWN: Final = frozenset(
    {
        *("tasks", "ordinary", "thinking", "gain", "gain_low", "gain_high", "p_holm", "extra_tokens", "extra_usd"),
        *("extra_seconds", "usd_per_gained", "usd_per_gained_low", "usd_per_gained_high", "advice"),
    }
)


class ThinkingGain(ShownFrame):
    """A table of `thinking_gain`, one line a kind of task."""

    def _shown(self) -> list[tables.Column]:
        by = next(iter(self._by()), None)
        if by is None or not set(self.columns) >= _SHOWN:
            return []
        lines = self._lines()
        return [
            tables.Column(by.removeprefix("task_"), [figures.name(line[by]) for line in lines]),
            tables.Column("tasks", [figures.count(line["tasks"]) for line in lines]),
            tables.Column(
                "right: ordinary → thinking",
                [f"{figures.percent(line['ordinary'])} → {figures.percent(line['thinking'])}" for line in lines],
            ),
            tables.Column(
                "gain",
                [points(line["gain"], signed=True) for line in lines],
                [_bar(line) for line in lines],
                [points_limits(line["gain_low"], line["gain_high"]) for line in lines],
            ),
            tables.Column(
                "extra tokens (seconds) a task",
                [figures.count(line["extra_tokens"]) for line in lines],
                notes=[_extra_seconds(line) for line in lines],
            ),
            tables.Column("extra usd a task", [figures.money(line["extra_usd"]) for line in lines]),
            tables.Column(
                "usd per answer gained",
                [figures.money(line["usd_per_gained"]) for line in lines],
                notes=[
                    ""
                    if figures.absent(line["usd_per_gained"])
                    else figures.limits(line, "usd_per_gained", figures.money)
                    for line in lines
                ],
            ),
            tables.Column("advice", [str(line["advice"]) for line in lines], words=True),
        ]

    def _caption(self) -> str:
        return str(self.attrs.get("about", ""))


def thinking_gain(
    rows: pd.DataFrame, by: str = "kind", *, thinking: Any = None, ordinary: Any = None, on: str = "model"
) -> ThinkingGain:
    """Measure for every kind of task what thinking gains, and what the gain costs.

    `thinking` and `ordinary` are configurations as in `compare`; left out, they are found: the one value of `on` whose
    replies hold thinking, and the one whose replies hold none; with `on="effort"` the most and the least effort. `kind`
    is the tasks' own column `task_kind`, or `prompt` where they have none. One line a value of `by`, and one for all
    tasks: both accuracies, the gain with 95 % limits, p and p_holm (corrected for the number of kinds), the extra usd,
    tokens and seconds a task, usd per correct answer gained with a bootstrap interval over tasks (NA where nothing was
    gained), and advice in words. Raises InputError for rows that are empty or lack a column, and where it is not clear
    which configuration thinks.
    """
    chosen = [on if not isinstance(side, dict) else None for side in (thinking, ordinary)]
    rows = checked(rows, "task_id", "outcome", "correct", *{name for name in chosen if name}, minimum=1)
    by = column_meant(rows, by)
    rows = checked(rows, by)
    if thinking is None or ordinary is None:
        found = _found(rows, on)
        thinking, ordinary = (found[0] if thinking is None else thinking, found[1] if ordinary is None else ordinary)
    kinds = [kind for kind in rows[by].drop_duplicates() if not figures.absent(kind)]
    if not kinds:
        raise InputError(f"No row has a {by}: give each task its kind, or name another column with by=.")
    replies = ComparedRows(rows, [])
    sides = name_choices([replies.choose(thinking, on), replies.choose(ordinary, on)])
    pairs = []
    for kind in [*kinds, None]:
        mine = np.ones(len(rows), bool) if kind is None else (rows[by] == kind).fillna(False).to_numpy(bool)
        pairs.append(replies.pair(*(Chosen(side.name, side.values, side.chosen & mine) for side in sides)))
    of_kinds, of_all = compared(pairs[:-1], remember=False), compared(pairs[-1:])
    lines = [
        {by: name, **_line(pair, comparison)}
        for name, pair, comparison in zip([*kinds, ALL_KINDS], pairs, [*of_kinds, *of_all], strict=True)
    ]
    table = ThinkingGain(lines)
    numbers = {name: "Float64" for name in table.columns if name not in (by, "tasks", "warnings", "advice")}
    table = ThinkingGain(table.astype({**numbers, "tasks": "Int64", "advice": "object", "warnings": "object"}))
    table.attrs |= {"by": [by], "about": _about(sides, of_all[0], len(kinds))}
    return table


def _found(rows: pd.DataFrame, on: str) -> tuple[Any, Any]:
    """The one value of `on` that thinks and the one that does not; of efforts the most and the least."""
    if on == EFFORT:
        efforts = sorted(rows[on].dropna().unique(), key=rank_of_effort)
        if len(efforts) < 2:
            raise InputError("The rows hold one effort or none. Sweep with effort=['low', 'high'].")
        return efforts[-1], efforts[0]
    tokens = configurations_room.numbers(rows, "thinking_tokens")
    visibility = rows.get("thinking_visibility", pd.Series(pd.NA, index=rows.index, dtype=object))
    shown = visibility.isin(["full", "summary", "hidden"]).to_numpy(bool)
    texts = rows["thinking"].notna().to_numpy(bool) if "thinking" in rows.columns else np.zeros(len(rows), bool)
    known = ~np.isnan(tokens) | visibility.notna().to_numpy(bool)
    thought = (tokens > 0) | texts | (np.isnan(tokens) & shown)
    values = [value for value in rows[on].drop_duplicates() if not figures.absent(value)]
    thinks = [value for value in values if thought[(rows[on] == value).fillna(False).to_numpy(bool)].mean() >= 0.5]
    without = [value for value in values if value not in thinks and known[(rows[on] == value).fillna(False)].any()]
    if len(thinks) != 1 or len(without) != 1:
        raise InputError(
            f"It is not clear which {on} thinks and which does not (thinking: {', '.join(map(str, thinks)) or 'none'}; "
            f"ordinary: {', '.join(map(str, without)) or 'none'}). "
            "Name them: thinking_gain(rows, thinking=…, ordinary=…)."
        )
    return thinks[0], without[0]


def _line(pair: Pair, comparison: Comparison) -> dict[str, Any]:
    extra = pair.a.usd - pair.b.usd
    low, high = _price_limits(pair, extra)
    gained = comparison.difference
    line = {
        "tasks": comparison.tasks,
        "ordinary": comparison.b.accuracy,
        "thinking": comparison.a.accuracy,
        "gain": gained,
        "gain_low": comparison.interval.low,
        "gain_high": comparison.interval.high,
        "p": comparison.p,
        "p_holm": comparison.p if comparison.p_holm is None else comparison.p_holm,
        "extra_usd": _mean(extra),
        "extra_tokens": _mean(pair.a.tokens - pair.b.tokens),
        "extra_seconds": _mean(pair.a.seconds - pair.b.seconds),
        "usd_per_gained": float(extra.sum() / pair.difference.sum()) if gained > 0 else float("nan"),
        "usd_per_gained_low": low if gained > 0 else float("nan"),
        "usd_per_gained_high": high if gained > 0 else float("nan"),
        "warnings": " ".join(comparison.warnings),
    }
    return {**line, "advice": _advice(line, comparison)}


def _price_limits(pair: Pair, extra: stats.Floats) -> stats.Interval:
    """Limits of the extra usd per answer gained; an end is unknown where nothing may have been gained."""
    if np.isnan(extra).any():
        return stats.UNKNOWN
    sums = stats.bootstrap_sums(np.column_stack([extra, pair.difference]))
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.where(sums[:, 1] > 0, sums[:, 0] / sums[:, 1], np.inf)
    return stats.bootstrap_interval(price, len(extra))


def _mean(values: stats.Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _advice(line: dict[str, Any], comparison: Comparison) -> str:
    if not line["tasks"]:
        return "No task has a scored reply both with and without thinking."
    if not comparison.decisive:
        if comparison.equal:
            return f"Thinking and not thinking are equal within {points(comparison.within)}: do not pay for it."
        return f"Not decided: {outlook(comparison)[0].lower()}{outlook(comparison)[1:]}"
    if line["gain"] < 0:
        return f"Do not think: it loses {points(-line['gain'])}."
    if figures.absent(line["usd_per_gained"]):
        return f"Thinking gains {points(line['gain'])}; what that costs is not known."
    if line["usd_per_gained"] == 0:
        longer = "" if figures.absent(line["extra_tokens"]) else f", for {_more_or_fewer(line['extra_tokens'])} a task"
        return f"Think: it gains {points(line['gain'])} and costs no dollars{longer}."
    price = figures.money(line["usd_per_gained"])
    return f"Think, if another correct answer is worth {price}: it gains {points(line['gain'])}."


def _more_or_fewer(tokens: float) -> str:
    return f"{figures.count(abs(tokens))} tokens {'fewer' if tokens < 0 else 'more'}"


def _bar(line: dict[Any, Any]) -> Markup:
    low, high = line["gain_low"], line["gain_high"]
    known = not (figures.absent(low) or figures.absent(high) or figures.absent(line["p_holm"]))
    decisive = known and line["p_holm"] < ALPHA and (low > 0 or high < 0)
    return bars.difference(line["gain"], low, high, decisive=decisive)


def _extra_seconds(line: dict[Any, Any]) -> str:
    seconds = line["extra_seconds"]
    return "" if figures.absent(seconds) else f"({'+' if seconds > 0 else ''}{figures.duration(seconds)})"


def _about(sides: list[Chosen], of_all: Comparison, kinds: int) -> str:
    parts = [
        f"Thinking: {sides[0].name}; ordinary: {sides[1].name}; over {of_all.over}.",
        f"Gain in accuracy with 95 % limits ({of_all.method}; p corrected by Holm for {kinds} kinds, decided below "
        f"{ALPHA}); usd per answer gained: bootstrap over tasks.",
    ]
    return " ".join([*parts, *of_all.warnings])
