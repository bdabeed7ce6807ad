"""Rows as pictures: `f(rows, …, ax=None) -> Axes`, with the intervals drawn and named and n in the title.

A plot made without `ax` shows itself in a notebook as SVG. Nothing here touches pyplot or the user's settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.analysis import stats
from workbench.analysis.budget import budget_curve as curve_of
from workbench.analysis.comparison import compare_all
from workbench.analysis.means import frontier, limits_of_means
from workbench.analysis.summaries import summary
from workbench.analysis.tokens import tokens_of
from workbench.analysis.verdicts import Comparison
from workbench.errors import InputError
from workbench.plots import style
from workbench.rows import standing as standing_room
from workbench.rows.configurations import configuration_columns, group_of, grouped, numbers
from workbench.rows.standing import STANDINGS
from workbench.rows.table import checked
from workbench.show import bars, figures
from workbench.show.palette import colours

_STANDINGS: Final = (
    ("right", bars.RIGHT_COLOUR),
    ("wrong", bars.WRONG_COLOUR),
    ("never_answered", bars.NEVER_COLOUR),
)
_GRID: Final = (*(colour for _, colour in _STANDINGS), "#c79a1e", "#6f78d6")


def budget_curve(rows: pd.DataFrame, budgets: Sequence[int] | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw the shares right, wrong and never answered at every max_tokens, with bands, for one configuration.

    `rows` are rows of a sweep, or what `wb.budget_curve` made of them. Raises InputError where they hold more than one
    configuration: their bands would hide each other.
    """
    made = isinstance(rows, pd.DataFrame) and {"right_low", "never_answered_low", "tasks"} <= set(rows.columns)
    curve = pd.DataFrame(rows) if made else pd.DataFrame(curve_of(rows, budgets))
    by = [name for name in ("model", "prompt") if name in curve.columns]
    if by and len(curve[by].drop_duplicates()) > 1:
        names = [_name(line, by) for line in curve[by].drop_duplicates().to_dict("records")]
        raise InputError(f"A budget curve shows one configuration; these rows hold {', '.join(names)}. Filter them.")
    ax = style.axes(ax)
    budget, what = ("max_steps", "loops") if "loops" in curve else ("max_tokens", "calls")
    caps = curve[budget].to_numpy(float)
    for name, colour in _STANDINGS:
        middle, low, high = (_percents(curve, f"{name}{end}") for end in ("", "_low", "_high"))
        ax.fill_between(caps, low, high, color=colour, alpha=0.22, linewidth=0)
        ax.plot(caps, middle, color=colour, marker=".", label=name.replace("_", " "))
    if len(caps) > 1 and caps.min() > 0:
        ax.set_xscale("log", base=2)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.set_ylim(-2, 102)
    tasks, calls = (int(curve[name].max()) for name in ("tasks", what))
    about = f"{calls:,} {what} of {tasks:,} tasks; bands: 95 % (Wilson, by task)"
    style.caption(ax, _name(curve.iloc[0].to_dict(), by) or "Budget curve", about, x=budget, y=f"% of {what}")
    style.legend(ax)
    return ax


def cost_accuracy(rows: pd.DataFrame, *, cost: str = "usd", ax: Axes | None = None) -> Axes:
    """Draw each configuration's accuracy against what a call costs, with the frontier: nothing cheaper is better.

    `cost` is "usd", "tokens" or "seconds" a call. Whiskers are the 95 % intervals of `wb.summary`. A configuration
    whose cost is unknown is counted in the title and not drawn; those of the cost are bootstrap limits over tasks.
    """
    if cost not in ("usd", "tokens", "seconds"):
        raise InputError(f"cost is {cost!r}; it is 'usd', 'tokens' or 'seconds' a call.")
    table = pd.DataFrame(summary(rows))
    rows = checked(rows, "task_id")
    by = configuration_columns(rows)
    group = group_of(rows, by)
    values = tokens_of(rows).output if cost == "tokens" else numbers(rows, cost)
    spoke = (rows["outcome"] != "error").to_numpy(bool) & ~np.isnan(values)
    calls = np.bincount(group, spoke, len(table))
    means = np.where(
        calls > 0, np.bincount(group, np.where(spoke, values, 0), len(table)) / np.maximum(calls, 1), np.nan
    )
    dear = _limits_of_means(np.where(spoke, values, np.nan), rows, group, len(table))
    accuracy, low, high = (_percents(table, f"accuracy{end}") for end in ("", "_low", "_high"))
    known = ~np.isnan(means) & ~np.isnan(accuracy)
    if not known.any():
        raise InputError(f"No configuration has both an accuracy and a known {cost}. Try cost='tokens'.")
    ax = style.axes(ax)
    lines = table.to_dict("records")
    models = [str(line.get("model", "all")) for line in lines]
    palette, signs = colours(models), style.markers(models)
    told = set()
    telling = [name for name in by if name != "model" and table[name].nunique(dropna=False) > 1]
    for place in np.flatnonzero(known):
        model = models[place]
        ax.errorbar(
            means[place], accuracy[place], yerr=_whiskers(accuracy[place], low[place], high[place]),
            xerr=_whiskers(means[place], *dear[place]), color=palette[model], marker=signs[model], capsize=2,
            linestyle="none", label=None if model in told else style.literal(style.short(model)),
        )  # fmt: skip
        told.add(model)
        if telling and known.sum() <= 16:
            words = style.literal(" · ".join(figures.name(lines[place][name]) for name in telling))
            ax.annotate(words, (means[place], accuracy[place]), (4, 4), textcoords="offset points", color=style.INK,
                        fontsize="x-small")  # fmt: skip
    best = frontier(means[known], accuracy[known])
    ax.step(means[known][best], accuracy[known][best], where="post", color=style.INK, linestyle="--", linewidth=1,
            label="frontier", zorder=0)  # fmt: skip
    missing = f"; {int((~known).sum())} without a known {cost}" if not known.all() else ""
    repeated = len(rows) > len(rows[["task_id", *by]].drop_duplicates())
    how = "Wilson, clustered by task" if repeated else "Wilson"
    about = (
        f"{len(rows):,} calls of {rows['task_id'].nunique():,} tasks; 95 % whiskers: {how}; {cost}: bootstrap{missing}"
    )
    style.caption(ax, "Accuracy against cost", about, x=f"{cost} a call", y="% right")
    style.legend(ax)
    return ax


def tokens(rows: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the mean tokens of thinking and of answer a call, one bar a configuration.

    The parts are means over the calls whose tokens are known; their number stands beside the bar. Where nobody told the
    two apart, the bar is all that came. The whisker is the 95 % bootstrap interval, over tasks, of the whole bar.
    """
    table = pd.DataFrame(summary(rows))
    names = _configurations(rows, table)
    thinking, answer, output = (
        table[f"{part}_tokens_per_call"].to_numpy(float, na_value=np.nan) for part in ("thinking", "answer", "output")
    )
    if np.isnan(output).all():
        raise InputError("No row says how many tokens its reply took.")
    whole = np.isnan(thinking) & np.isnan(answer)
    parts = [("thinking", thinking, bars.THINKING_COLOUR), ("answer", answer, bars.ANSWER_COLOUR)]
    parts.append(("not told apart", np.where(whole, output, np.nan), bars.NEVER_COLOUR))
    ax = style.axes(ax, height=2.0 + 0.32 * len(names))
    places, left = np.arange(len(names)), np.zeros(len(names))
    for label, values, colour in parts:
        if not np.isnan(values).all():
            ax.barh(places, np.nan_to_num(values), left=left, color=colour, label=label)
            left += np.nan_to_num(values)
    rows = checked(rows, "task_id", "outcome")
    group = group_of(rows, configuration_columns(rows))
    spoke = (rows["outcome"] != "error").to_numpy(bool)
    came = tokens_of(rows)
    drawn = np.where(whole[group], came.output, came.thinking + came.answer)
    ends = _limits_of_means(np.where(spoke, drawn, np.nan), rows, group, len(names))
    for place in range(len(names)):
        ax.errorbar(
            left[place], place, xerr=_whiskers(left[place], *ends[place]), color=style.INK, capsize=3, linestyle="none"
        )
    counted = np.where(whole, table["measured"], table["counted"])
    _named_lines(ax, [f"{name} (n = {int(n):,})" for name, n in zip(names, counted, strict=True)])
    about = "means over the n calls whose tokens are known; whiskers: 95 % (bootstrap over tasks)"
    style.caption(ax, "Tokens a call", about, x="tokens")
    below = -0.55 / (0.4 + 0.32 * len(names))
    style.legend(ax, loc="upper left", bbox_to_anchor=(0, below), ncols=len(parts))
    return ax


def latency(rows: pd.DataFrame, *, column: str = "seconds", ax: Axes | None = None) -> Axes:
    """Draw the distribution of seconds a call, one box a configuration: quartiles, 5 to 95 % whiskers.

    The notch is the 95 % interval of the median; repeats of a task count as one.

    `column` may be seconds_to_first_token or seconds_to_answer. Cached replies have their recorded latency.
    """
    known = ("seconds", "seconds_to_first_token", "seconds_to_answer")
    if column not in known:
        raise InputError(f"column is {column!r}; it is one of {', '.join(known)}.")
    rows = checked(rows, "task_id", "outcome", column, minimum=1)
    by = configuration_columns(rows)
    group, lines = grouped(rows, by)
    values = numbers(rows, column)
    usable = ~np.isnan(values) & (rows["outcome"] != "error").to_numpy(bool)
    if not usable.any():
        raise InputError(f"No row has a known {column}.")
    names = _configurations(rows, lines)
    ax = style.axes(ax, height=1.4 + 0.32 * len(names))
    models = [str(line.get("model", "all")) for line in lines.to_dict("records")]
    palette = colours(models)
    for place, model in enumerate(models):
        chosen = usable & (group == place)
        mine = values[chosen]
        if not len(mine):
            continue
        ends = np.quantile(mine, [0.05, 0.25, 0.5, 0.75, 0.95])
        notch = stats.quantile_interval(mine, 0.5, effective=rows.loc[chosen, "task_id"].nunique())
        box = dict(zip(("whislo", "q1", "med", "q3", "whishi"), ends, strict=True), fliers=[])
        box |= {"cilo": notch.low, "cihi": notch.high}
        shown = not np.isnan([notch.low, notch.high]).any()
        line = {"color": palette[model]}
        ax.bxp([box], positions=[place], orientation="horizontal", showfliers=False, shownotches=shown, widths=0.6,
               boxprops=line, whiskerprops=line, capprops=line, medianprops={**line, "linewidth": 2})  # fmt: skip
    counts = np.bincount(group, usable, len(names))
    _named_lines(ax, [f"{name} (n = {int(n):,})" for name, n in zip(names, counts, strict=True)])
    about = "boxes: quartiles; whiskers: 5 to 95 % of calls; notch: median, 95 %"
    style.caption(ax, column.replace("_", " ").capitalize(), about, x="seconds")
    return ax


def outcomes(rows: pd.DataFrame, *, by: Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
    """Draw a grid of tasks × configurations: each field shows how the first sample stands."""
    rows = checked(rows, "task_id", "outcome", "correct", *(by or ()), minimum=1)
    names = list(by) if by is not None else configuration_columns(rows)
    group, lines = grouped(rows, names)
    task, tasks = pd.factorize(rows["task_id"])
    grid = np.full((len(lines), len(tasks)), np.nan)
    standing = standing_room.standing(rows)
    for place in range(len(rows) - 1, -1, -1):
        grid[group[place], task[place]] = standing[place]
    from matplotlib.colors import ListedColormap

    ax = style.axes(ax, height=1.6 + 0.32 * len(lines))
    ax.pcolormesh(grid, cmap=ListedColormap(_GRID), vmin=-0.5, vmax=4.5, edgecolors="none", linewidth=0)
    for code, name in enumerate(STANDINGS):
        if (grid == code).any():
            ax.plot([], [], "s", color=_GRID[code], label=name)
    ax.set_yticks(np.arange(len(lines)) + 0.5, [style.literal(name) for name in _configurations(rows, lines)])
    ax.set_ylim(len(lines), 0)
    ax.set_xticks([])
    about = f"{len(tasks):,} tasks × {len(lines):,} configurations; first sample of each"
    style.caption(ax, "How each task ended", about, x="tasks, in the order asked")
    style.legend(ax, loc="upper left", bbox_to_anchor=(0, -0.1), ncols=len(STANDINGS))
    return ax


def differences(rows: Any, on: str | Sequence[str] = "model", *, ax: Axes | None = None) -> Axes:
    """Draw a forest plot of paired differences in accuracy, with their 95 % intervals; grey is not decisive.

    `rows` are rows of a sweep, compared `on` a column by `wb.compare_all`, or comparisons that were made already.
    """
    pairs = _pairs(rows, on)
    ax = style.axes(ax, height=1.4 + 0.32 * len(pairs))
    for place, (value, low, high, decisive) in enumerate(line[1:] for line in pairs):
        if np.isnan(value):
            continue
        colour = bars.NEVER_COLOUR if not decisive else bars.RIGHT_COLOUR if value > 0 else bars.WRONG_COLOUR
        ends = _whiskers(100 * value, 100 * low, 100 * high)
        ax.errorbar(100 * value, place, xerr=ends, color=colour, marker="o", capsize=3, linestyle="none")
    ax.axvline(0, color=style.INK, linewidth=1, linestyle=":")
    _named_lines(ax, [line[0] for line in pairs])
    about = "points of accuracy; whiskers: 95 % of each pair; grey: not decisive (Holm)"
    style.caption(ax, "Paired differences on the same tasks", about, x="points in favour of the first")
    return ax


def _pairs(rows: Any, on: str | Sequence[str]) -> list[tuple[str, float, float, float, bool]]:
    if isinstance(rows, Comparison):
        name = f"{rows.a.name} − {rows.b.name} (n = {rows.tasks:,})"
        return [(name, rows.difference, rows.interval.low, rows.interval.high, rows.decisive)]
    made = isinstance(rows, pd.DataFrame) and {"a", "b", "difference", "low", "high"} <= set(rows.columns)
    table = rows if made else compare_all(rows, on)
    pairs = []
    short = figures.short_models(pd.concat([table["a"], table["b"]]).astype(str))
    for line in pd.DataFrame(table).to_dict("records"):
        low, high = (float("nan") if figures.absent(line[end]) else float(line[end]) for end in ("low", "high"))
        value = float("nan") if figures.absent(line["difference"]) else float(line["difference"])
        decisive = bool(line["decisive"])
        sides = [style.short(short[str(line[side])]) for side in ("a", "b")]
        name = f"{' − '.join(sides)} (n = {int(line['tasks']):,})"
        pairs.append((name, value, low, high, decisive))
    return pairs


def _configurations(rows: pd.DataFrame, lines: pd.DataFrame) -> list[str]:
    by = [name for name in configuration_columns(rows) if name in lines.columns]
    telling = [name for name in by if name == "model" or lines[name].nunique(dropna=False) > 1]
    if "model" in telling:
        lines = lines.assign(model=lines["model"].map(figures.short_models(lines["model"].dropna().astype(str))))
    return [_name(line, telling) or "all" for line in lines.to_dict("records")]


def _name(line: Mapping[Any, Any], by: Sequence[str]) -> str:
    return " · ".join(style.short(figures.name(line[name])) for name in by)


def _named_lines(ax: Axes, names: Sequence[str]) -> None:
    ax.set_yticks(range(len(names)), [style.literal(name) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)


def _limits_of_means(values: np.ndarray, rows: pd.DataFrame, group: np.ndarray, count: int) -> list[stats.Interval]:
    return limits_of_means(values, pd.factorize(rows["task_id"])[0], group, count)


def _whiskers(value: float, low: float, high: float) -> list[list[float]] | None:
    """The distances to both ends as matplotlib wants them; None where an end is not known."""
    return None if np.isnan([low, high]).any() else [[max(value - low, 0.0)], [max(high - value, 0.0)]]


def _percents(table: pd.DataFrame, column: str) -> np.ndarray:
    return 100 * table[column].to_numpy(float, na_value=np.nan)
