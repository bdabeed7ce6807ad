"""Effort × cap as one picture: what each pair gives and costs, which are dominated, which is the cheapest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from workbench.analysis.effort import effort_curve as curve_of
from workbench.errors import InputError
from workbench.plots import style
from workbench.show import bars, figures

_SHARES = (
    ("right", bars.RIGHT_COLOUR),
    ("wrong", bars.WRONG_COLOUR),
    ("never_answered", bars.NEVER_COLOUR),
)


def effort_curve(
    rows: Any, budgets: Sequence[int] | None = None, *, within: float = 0.02, ax: Axes | None = None
) -> Axes:
    """Draw a field for each effort and cap: a bar of right, wrong and never answered, and what a call costs.

    `rows` are rows of a sweep, or what `analysis.effort_curve` made of them. Dominated fields are pale, the cheapest
    within the margin is framed and named. Raises InputError where they hold more than one configuration.
    """
    made = isinstance(rows, pd.DataFrame) and {"effort", "right_low", "dominated", "best"} <= set(rows.columns)
    table = pd.DataFrame(rows) if made else pd.DataFrame(curve_of(rows, budgets, within=within))
    names = [name for name in ("model", "prompt") if name in table.columns]
    if names and len(table[names].drop_duplicates()) > 1:
        raise InputError(
            "A picture of effort and cap shows one configuration; filter the rows to one model and prompt."
        )
    lines = table.to_dict("records")
    efforts = list(dict.fromkeys(str(line["effort"]) for line in lines))
    caps = sorted({_cap(line) for line in lines})
    ax = style.axes(ax, width=max(5.0, 2.0 + 1.5 * len(caps)), height=1.6 + 0.75 * len(efforts))
    for line in lines:
        x, y = caps.index(_cap(line)), efforts.index(str(line["effort"]))
        left, pale = x - 0.42, 0.35 if line["dominated"] and not line["best"] else 1.0
        for name, colour in _SHARES:
            width = 0.84 * float(line[name])
            ax.barh(y, width, left=left, height=0.34, color=colour, alpha=pale)
            left += width
        words = f"{figures.percent(line['right'])} · {_cost(line)}"
        ax.text(x, y + 0.36, style.literal(words), ha="center", va="center", color=style.INK, fontsize="x-small")
        if line["best"]:
            from matplotlib.patches import Rectangle

            frame = Rectangle((x - 0.46, y - 0.26), 0.92, 0.78, fill=False, edgecolor=style.INK, linewidth=1.6)
            ax.add_patch(frame)
            ax.text(x, y - 0.33, "cheapest within the margin", ha="center", color=style.INK, fontsize="x-small")
    for name, colour in _SHARES:
        ax.plot([], [], "s", color=colour, label=name.replace("_", " "))
    ax.set_xticks(range(len(caps)), [f"{cap:,}" if cap else "no cap" for cap in caps])
    ax.set_yticks(range(len(efforts)), [style.literal(effort) for effort in efforts])
    ax.set_xlim(-0.6, len(caps) - 0.4)
    ax.set_ylim(len(efforts) - 0.35, -0.65)
    tasks = int(table["tasks"].max())
    about = f"{tasks:,} tasks; right, usd a call; pale: dominated by another field"
    said = [style.short(figures.name(lines[0][name])) for name in names if not figures.absent(lines[0][name])]
    title = " · ".join(said) or "Effort and cap"
    style.caption(ax, title, about, x="max_tokens", y="effort")
    style.legend(ax, loc="upper left", bbox_to_anchor=(0, -0.22), ncols=3)
    return ax


def _cap(line: dict[Any, Any]) -> int:
    return 0 if figures.absent(line["max_tokens"]) else int(line["max_tokens"])


def _cost(line: dict[Any, Any]) -> str:
    return f"{figures.count(line['tokens'])} tokens" if figures.absent(line["usd"]) else figures.money(line["usd"])
