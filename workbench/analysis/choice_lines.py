"""A recommendation in short lines: what to expect, what it costs, what stands beside it, and what would change it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from workbench.analysis.choice_words import (
    FEWEST_TASKS,
    Line,
    change_of,
    costs,
    costs_beside,
    names_of,
    nearest,
    on_a_kind,
    open_beside,
    saver_of,
)
from workbench.analysis.forecast import MOST
from workbench.analysis.verdict_words import more_to_equal, rounded
from workbench.show import figures
from workbench.show.figures import counted

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.verdicts import Comparison

_PREFACE: Final = "what would change that: "


def lines_of(
    ranked: pd.DataFrame,
    grade: str,
    place: int,
    rivals: Mapping[int, Comparison],
    equal: int | None,
    kinds: Sequence[tuple[str, Comparison]] = (),
) -> tuple[tuple[str, str], ...]:
    """The lines below what to take, each with its label: right, cost, beside it, what would change it, by kind.

    Where what stands beside it is the same model in another way, the best of the other models has a line as well.
    """
    lines, names = ranked.to_dict("records"), names_of(ranked)
    found = [("Right", f"{right(lines[place], bounded=True)}."), ("Cost", f"{costs(lines[place])} (the median).")]
    if figures.absent(lines[place]["seconds_p50"]):
        found[1] = ("Cost", f"{costs(lines[place])}.")
    open_lines = open_beside(rivals) if grade != "equal" else []
    beside = _beside(lines, place, rivals, equal, open_lines)
    if beside is not None:
        found.append(("Beside it", _rival(lines, names, place, beside, rivals, open_lines)))
        other_model = _other_model(lines, place, beside, rivals) if equal is None else None
        if other_model is not None:
            label = "Other model" if len({line["model"] for line in lines}) == 2 else "Best other model"
            found.append((label, _rival(lines, names, place, other_model, rivals, open_lines)))
    if open_lines:
        rival = rivals[nearest(lines, place, open_lines)]
        found.append(("To be sure", f"{_first_letter(outlook(rival))}."))
    else:
        change = change_of(lines, names, grade, place, rivals, equal)
        found.append(("What would change it", f"{_first_letter(change.removeprefix(_PREFACE))}."))
    kind = on_a_kind(names[place], kinds).removeprefix("; ")
    return (*found, *([("By kind", f"{_first_letter(kind)}.")] if kind else []))


def right(line: Line, *, bounded: bool = False) -> str:
    """How many tasks a line of a ranking is right on, of how many, and as a share; with repeats the share alone.

    >>> right({"right": 20, "wrong": 11, "never_answered": 1, "tasks_scored": 32, "accuracy": 0.625})
    '20 of 32 tasks, 62 %'
    """
    share = figures.percent(line["accuracy"])
    replies = int(line["right"] + line["wrong"] + line["never_answered"])
    once = replies == int(line["tasks_scored"])
    text = f"{int(line['right']):,} of {counted(replies, 'task')}, {share}" if once else share
    if bounded and not figures.absent(line["accuracy_low"]):
        ends = [figures.percent(line[f"accuracy_{end}"]).removesuffix(" %") for end in ("low", "high")]
        text += f"; on all tasks like these probably {ends[0]} to {ends[1]} %"
    return text if once else f"{text} of the replies to {counted(int(line['tasks_scored']), 'task')}"


def apart(one: Comparison) -> str:
    """The limits of a difference in points, from the least to the most that the second one may lie behind.

    >>> from types import SimpleNamespace
    >>> apart(SimpleNamespace(interval=(-0.12, 0.31), difference=0.09))
    '12 more to 31 less'
    """
    low, high = one.interval
    if math.isnan(low) or math.isnan(high):
        return ""
    ends = [100 * end if one.difference >= 0 else -100 * end for end in (low, high)]
    least, most = (round(end) for end in sorted(ends))
    less, more = ("less", "more") if one.difference >= 0 else ("more", "less")
    if least >= 0:
        return f"{least} to {most} {less}"
    return f"{-least} {more} to {most} {less}"


def on_tasks_of_both(one: Comparison, line: Line, beside: Line) -> str:
    """On which tasks a gap was found, where the two shares that stand beside it do not give it; else blank.

    Each share is of the tasks that its own configuration was marked on, the gap of those that both were.
    """
    shares = {figures.percent(side.accuracy) for side in (one.a, one.b)}
    told = {figures.percent(each["accuracy"]) for each in (line, beside)}
    return "" if shares == told else f" on the {counted(one.tasks, 'task')} of both"


def outlook(one: Comparison) -> str:
    """How many tasks in all would settle a comparison that is open, and what that depends on."""
    if not one.tasks:
        return "no task was answered by both: ask both the same tasks"
    if one.tasks < FEWEST_TASKS:
        return f"ask at least {3 * FEWEST_TASKS} tasks; these are {one.tasks}"
    if one.more is None or one.difference == 0 or math.isinf(one.more.low):
        more = more_to_equal(one)
        within = figures.points(one.within)
        total = f"about {rounded(one.tasks + more):,} tasks in all would show that the two lie within {within}"
        return f"{total}, if they do; these are {one.tasks:,}" if more > 0 else f"the two may lie within {within}"
    _, _, gap = figures.contrast(one.a.accuracy, one.b.accuracy)
    low, _, high = (one.tasks + number for number in one.more)
    needs = f"more than {MOST:,}" if one.tasks_to_settle > MOST else f"about {rounded(one.tasks_to_settle):,}"
    most = f"about {rounded(high):,}" if not math.isinf(high) else f"more than {MOST:,}"
    return (
        f"a gap of {gap} needs {needs} tasks to confirm, and these are {one.tasks:,}; if the true gap is larger "
        f"than it looks, {rounded(low):,} may do, if it is smaller, it takes {most}"
    )


def _beside(
    lines: Sequence[Line], place: int, rivals: Mapping[int, Comparison], equal: int | None, open_lines: Sequence[int]
) -> int | None:
    """The line that is set beside the chosen one: what is open first, then what is cheaper, then the next best."""
    if equal is not None:
        return equal
    if open_lines:
        return nearest(lines, place, open_lines)
    saver = saver_of(lines, place, rivals)
    return saver if saver is not None else min(rivals, default=None)


def _other_model(lines: Sequence[Line], place: int, beside: int, rivals: Mapping[int, Comparison]) -> int | None:
    """The best-looking line of another model, where the one beside the chosen line is of the same."""
    models = [line.get("model") for line in lines]
    others = [line for line in rivals if models[line] != models[place]]
    return min(others, default=None) if models[beside] == models[place] else None


def _rival(
    lines: Sequence[Line],
    names: Sequence[str],
    place: int,
    beside: int,
    rivals: Mapping[int, Comparison],
    open_lines: Sequence[int],
) -> str:
    one = rivals.get(beside, rivals.get(place))
    text = f"{names[beside]}, right on {right(lines[beside])}"
    if one is not None and one.tasks:
        _, _, gap = figures.contrast(one.a.accuracy, one.b.accuracy)
        side = "less" if (one.difference >= 0) == (beside in rivals) else "more"
        where = on_tasks_of_both(one, lines[place], lines[beside])
        text += f", no difference{where}" if not float(gap.split()[0]) else f", {gap} {side}{where}"
    text += "".join(f", {part}" for part in [costs_beside(lines[beside], lines[place])] if part)
    if beside in open_lines:
        others = f", nor is any of {len(open_lines) - 1} more" if len(open_lines) > 2 else ""
        others = ", nor is one more" if len(open_lines) == 2 else others
        return f"{text}. Which of the two is better is not settled{others}."
    if one is not None and one.decisive:
        return f"{text}. The difference is more than chance explains."
    return f"{text}."


def _first_letter(text: str) -> str:
    """The text with its first letter large, unless it begins with a name that has none."""
    first, rest = text[:1], text[1:]
    begins = text.partition(" ")[0]
    return first.upper() + rest if begins in _BEGINNINGS else text


_BEGINNINGS: Final = frozenset(
    {"a", "about", "ask", "if", "no", "nothing", "on", "the", "another", "its", "not", "take"}
)
