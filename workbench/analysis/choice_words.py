"""A recommendation in words: one sentence that a hurried reader can act on, without the name of a statistic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workbench.analysis.forecast import MOST
from workbench.analysis.verdict_words import FEW_TASKS, more_to_equal, rounded
from workbench.show import figures
from workbench.show.figures import counted

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.verdicts import Comparison

FEWEST_TASKS: Final = 10
_HALF: Final = 0.5

Line = Mapping[Any, Any]


def said(
    rows: pd.DataFrame,
    ranked: pd.DataFrame,
    grade: str,
    place: int | None,
    rivals: Mapping[int, Comparison],
    equal: int | None,
    kinds: Sequence[tuple[str, Comparison]] = (),
) -> str:
    """The recommendation in one sentence; `kinds` are decisive comparisons of configurations on one kind of task."""
    if place is None:
        return _nothing(rows, ranked)
    lines = ranked.to_dict("records")
    names = names_of(ranked)
    change = change_of(lines, names, grade, place, rivals, equal) + on_a_kind(names[place], kinds)
    told = head(ranked, grade, place, rivals)
    return f"{told}: expect {_expected(lines[place])} {costs(lines[place])}; {change}."


def head(ranked: pd.DataFrame, grade: str, place: int, rivals: Mapping[int, Comparison]) -> str:
    """What to take, and how far that is decided, without its figures and without a full stop."""
    lines = ranked.to_dict("records")
    line, tasks = lines[place], int(lines[place]["tasks_scored"])
    what = named_in_full(line, ranked.attrs["by"], names_of(ranked)[place])
    if grade == "only":
        if len(lines) > 1:
            return f"Only {what} was asked enough of the tasks to be judged"
        return f"Only {what} was asked, so there is nothing to choose from"
    if grade == "early":
        others = f"any of {len(rivals) + 1} configurations" if len(rivals) > 1 else "the two configurations"
        cheapest = bool(rivals) and all(saves(line, lines[rival]) for rival in rivals)
        if cheapest and tasks >= FEW_TASKS and line["accuracy"] >= _HALF:
            # More tasks may find another one better, at a higher price: nobody has to wait for that.
            return (
                f"For now take {what}, which looks best and costs least, though {counted(tasks, 'task')} cannot tell "
                f"{others} apart"
            )
        return f"Too early to choose: {counted(tasks, 'task')} cannot tell {others} apart; so far {what} looks best"
    if line["accuracy"] < _HALF:
        so_far = "so far " if grade == "first" else ""
        return f"None is right on half of the tasks; the best {so_far}is {what}"
    if tasks < FEWEST_TASKS:
        return f"On {counted(tasks, 'task')}, which are few, take {what} for now"
    return f"{'For now take' if grade == 'first' else 'Take'} {what}"


def names_of(ranked: pd.DataFrame) -> list[str]:
    """The configurations of a ranking, each by what tells it from the others, the model without who serves it.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"model": ["a/m", "a/m"], "prompt": ["plain", "short"], "max_tokens": [64, 64]})
    >>> table.attrs["by"] = list(table.columns)
    >>> names_of(table)
    ['m, prompt plain', 'm, prompt short']
    """
    by = [name for name in ranked.attrs["by"] if name in ranked.columns]
    telling = [name for name in by if ranked[name].nunique(dropna=False) > 1]
    models = [figures.name(value) if "model" in by else "" for value in ranked.get("model", [""] * len(ranked))]
    short = figures.short_models(models)
    found = []
    for place in range(len(ranked)):
        parts = [figures.plain(short[models[place]])] if models[place] else []
        parts += [_part(name, ranked[name][place]) for name in telling if name != "model"]
        found.append(", ".join(parts) or "the one configuration")
    return found


def named_in_full(line: Line, by: Sequence[str], name: str) -> str:
    """A configuration with everything that one must set to have it: model, prompt, cap, effort, parameters."""
    model = name.partition(", ")[0] if "model" in by else name
    parts = [_part(column, line[column]) for column in by if column != "model" and not figures.absent(line.get(column))]
    if "effort" not in by and not figures.absent(line.get("effort")):
        parts.append(_part("effort", line["effort"]))
    return f"{model} with {_and(parts)}" if parts and "model" in by else model


def _part(column: str, value: Any) -> str:
    if column == "max_tokens":
        return "no cap" if figures.absent(value) else f"max_tokens {figures.count(value)}"
    return f"{column.removesuffix('_parameter').replace('_', ' ')} {figures.plain(figures.name(value))}"


def _expected(line: Line) -> str:
    text = f"{figures.percent(line['accuracy'])} right"
    if figures.absent(line["accuracy_low"]):
        return text
    low, high = (figures.percent(line[f"accuracy_{end}"]).removesuffix(" %") for end in ("low", "high"))
    return f"{text} ({low} to {high} %)"


def thousand(usd: Any) -> float | None:
    """What a thousand tasks cost, from what one costs; None where that is unknown."""
    return None if figures.absent(usd) else 1000 * float(usd)


def costs(line: Line) -> str:
    usd = thousand(line["usd_per_task"])
    price = (
        "at an unknown price"
        if usd is None
        else f"for {figures.money(usd)} per 1,000 tasks"
        if usd
        else "free of charge"
    )
    return price if figures.absent(line["seconds_p50"]) else f"{price}, {figures.duration(line['seconds_p50'])} a reply"


def costs_beside(line: Line, than: Line) -> str:
    """What a rival costs, as far as that differs from what it is set beside."""
    usd, other = thousand(line["usd_per_task"]), thousand(than["usd_per_task"])
    parts = []
    if usd != other or (usd is not None and usd > 0):
        parts.append("at an unknown price" if usd is None else f"for {figures.money(usd)}" if usd else "free of charge")
    if not figures.absent(line["seconds_p50"]):
        parts.append(figures.duration(line["seconds_p50"]))
    return ", ".join(parts)


def on_a_kind(name: str, kinds: Sequence[tuple[str, Comparison]]) -> str:
    """The kind of task on which another configuration is better by most, where there is one."""
    for kind, one in kinds:  # the largest difference first
        behind, ahead = (one.a, one.b) if one.difference < 0 else (one.b, one.a)
        if behind.name == name:
            more, _, apart = figures.contrast(ahead.accuracy, behind.accuracy)
            return f"; on {kind} alone {ahead.name} is better ({more}, {apart} more)"
    return ""


def change_of(
    lines: Sequence[Line],
    names: Sequence[str],
    grade: str,
    place: int,
    rivals: Mapping[int, Comparison],
    equal: int | None,
) -> str:
    """What would change the recommendation."""
    if grade == "only":
        rest = "the rest of the tasks for the others" if len(lines) > 1 else "another model or prompt on the same tasks"
        return f"what would change that: {rest}"
    if grade == "equal" and equal is not None:
        rival = rivals[place]
        best, here = figures.percent(rival.a.accuracy), figures.percent(rival.b.accuracy)
        beside = costs_beside(lines[equal], lines[place])
        if best == here:
            return f"{names[equal]} gets no more ({best}) {beside}".rstrip()
        best, _, apart = figures.contrast(rival.a.accuracy, rival.b.accuracy)
        gets = f"{names[equal]} gets {apart} more ({best}) {beside}".rstrip()
        return f"{gets}: take that only if so little more is worth its price"
    if grade == "equal":
        return _as_good(lines, names, place, rivals)
    open_lines = open_beside(rivals)
    if open_lines:
        return _not_settled(lines, names, place, open_lines, rivals)
    saver = saver_of(lines, place, rivals)
    if saver is None or figures.absent(rivals[saver].a.accuracy):
        if figures.absent(lines[place]["usd_per_task"]):
            return "nothing that was asked is as good on the whole; what would change that: its price, once it is known"
        return "nothing that was asked is as good on the whole"
    _, there, apart = figures.contrast(rivals[saver].a.accuracy, rivals[saver].b.accuracy)
    beside = costs_beside(lines[saver], lines[place])
    if rivals[saver].b.accuracy < _HALF * rivals[saver].a.accuracy:
        return f"nothing cheaper comes near: {names[saver]} gets {there} {beside}"
    saved = thousand(lines[place]["usd_per_task"] - lines[saver]["usd_per_task"])
    return (
        f"what would change that: if you would not pay {figures.money(saved)} per 1,000 tasks for {apart} more, "
        f"take {names[saver]}, which gets {there} {beside}"
    )


def _as_good(lines: Sequence[Line], names: Sequence[str], place: int, rivals: Mapping[int, Comparison]) -> str:
    """Of one that is itself the cheapest of those as good as it: which others are, and what they cost."""
    others = [other for other, rival in rivals.items() if not rival.decisive]
    rival = rivals[others[0]]
    best, there, apart = figures.contrast(rival.a.accuracy, rival.b.accuracy)
    less = "the same" if best == there else f"{apart} less"
    beside = ", ".join(filter(None, [there, less, costs_beside(lines[others[0]], lines[place])]))
    several = f" and {counted(len(others) - 1, 'other')} are" if len(others) > 1 else " is"
    return f"{names[others[0]]} ({beside}){several} about as good, and no cheaper"


def _not_settled(
    lines: Sequence[Line], names: Sequence[str], place: int, open_lines: Sequence[int], rivals: Mapping[int, Comparison]
) -> str:
    other = nearest(lines, place, open_lines)
    rival = rivals[other]
    _, there, apart = figures.contrast(rival.a.accuracy, rival.b.accuracy)
    if apart == figures.ABSENT:
        return f"not settled against {names[other]}: no task was answered by both; ask both the same tasks"
    less = "the same" if not float(apart.split()[0]) else f"{apart} less"
    several = f" and {counted(len(open_lines) - 1, 'other')}" if len(open_lines) > 1 else ""
    outlook = f"; {_outlook(rival)}".rstrip("; ")
    beside = ", ".join(filter(None, [there, less, costs_beside(lines[other], lines[place])]))
    return f"not settled against {names[other]} ({beside}){several}{outlook}"


def open_beside(rivals: Mapping[int, Comparison]) -> list[int]:
    """The lines of those that the best-looking configuration is not shown to be better than, the best first."""
    return [other for other, rival in rivals.items() if not rival.decisive]


def nearest(lines: Sequence[Line], place: int, open_lines: Sequence[int]) -> int:
    """The open line that matters most beside the chosen one: the best of those that are cheaper, else the best."""
    saver = saver_of(lines, place, open_lines)
    return open_lines[0] if saver is None else saver


def _outlook(rival: Comparison) -> str:
    """How many more tasks would tell, as a range; where they look alike, how many would show that."""
    if rival.tasks < FEWEST_TASKS:
        return f"ask at least {3 * FEWEST_TASKS} tasks"
    if rival.more is None or rival.difference == 0 or math.isinf(rival.more.low):
        more = more_to_equal(rival)
        return f"about {rounded(more):,} more tasks would show it, if they are equal" if more > 0 else ""
    low, likeliest, high = rival.more
    if math.isinf(high):
        return f"{rounded(low):,} more tasks would tell at best, more than {MOST:,} at worst"
    return f"{rounded(low):,} to {rounded(high):,} more tasks would tell, likeliest {rounded(likeliest):,}"


def saver_of(lines: Sequence[Line], place: int, rivals: Iterable[int]) -> int | None:
    """The best of the rivals that cost clearly less than the chosen line, where there is one."""
    return next((rival for rival in rivals if saves(lines[rival], lines[place])), None)


def saves(line: Line, than: Line) -> bool:
    """Whether a line costs less by more than a tenth; False where either price is unknown."""
    known = not (figures.absent(line["usd_per_task"]) or figures.absent(than["usd_per_task"]))
    return known and bool(line["usd_per_task"] < 0.9 * than["usd_per_task"])


def _nothing(rows: pd.DataFrame, ranked: pd.DataFrame) -> str:
    calls, failed = int(ranked["calls"].sum()), int(ranked["errors"].sum())
    if failed == calls:
        return f"No recommendation: {'all ' if calls > 1 else 'the '}{counted(calls, 'call')} failed{_reason(rows)}."
    if not int(ranked["right"].sum() + ranked["wrong"].sum()):
        if int(ranked["unscored"].sum()):
            cheap = _cheapest(ranked)
            return (
                f"No recommendation: no reply could be marked, because the tasks have no targets{cheap}; "
                "give targets, or a judge as the scorer."
            )
        return "No recommendation: no reply held an answer; what would change that: more max_tokens."
    return (
        "No recommendation: not one reply of any configuration was right; what would change that: another model, more "
        "max_tokens, or targets and a scorer that fit the tasks."
    )


def _cheapest(ranked: pd.DataFrame) -> str:
    if len(ranked) < 2 or not ranked["usd_per_task"].notna().any() or not ranked["usd_per_task"].max():
        return ""
    place = int(ranked["usd_per_task"].to_numpy(float, na_value=np.inf).argmin())
    return f"; {names_of(ranked)[place]} was the cheapest {costs(ranked.iloc[place].to_dict())}"


def _reason(rows: pd.DataFrame) -> str:
    """Why calls failed: the most frequent message."""
    for name in ("error_message", "error"):
        if name in rows.columns and rows[name].notna().any():
            return f": {figures.beginning(str(rows[name].dropna().mode().iloc[0]), 200).rstrip('.')}"
    return ""


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
