"""Published results against one's own: how far the order of models that others claim holds on one's own tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.analysis.published import claimed_and_measured
from workbench.errors import InputError
from workbench.plots import style
from workbench.show.figures import counted
from workbench.show.palette import colours

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def claimed(rows: pd.DataFrame, *, benchmark: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw what is claimed of each model against what it got right on one's own tasks, in percent.

    A whisker upward is the 95 % interval of one's own; a line to the side spans what sources claim, where they
    contradict each other. `benchmark` draws one alone. On the dotted line both are equal, which nobody promises: own
    tasks are another test.
    """
    table = claimed_and_measured(rows)
    if benchmark is not None:
        if benchmark not in set(table["benchmark"]):
            known = ", ".join(sorted(table["benchmark"].unique()))
            raise InputError(f"no claim of these models is known for {benchmark!r}; there are {known}")
        table = table[table["benchmark"] == benchmark]
    ax = style.axes(ax)
    models = [str(model) for model in table["model"].unique()]
    palette = colours(models)
    signs = dict(zip(table["benchmark"].unique(), "os^Dv<>PX*hpd8H+x" * 9, strict=False))
    for name, sign in signs.items():
        ax.plot([], [], sign, color=style.INK, fillstyle="none", label=style.literal(str(name)))
    told: set[str] = set()
    for line in table.to_dict("records"):
        least, most = float(line["claimed_low"]), float(line["claimed_high"])
        own, low, high = (float(line[f"measured{end}"]) for end in ("", "_low", "_high"))
        model = str(line["model"])
        ax.errorbar(
            (least + most) / 2, own, color=palette[model], marker=signs[line["benchmark"]], capsize=2, linestyle="none",
            xerr=(most - least) / 2 or None, yerr=[[own - low], [high - own]],
            label=None if model in told else style.literal(style.short(model)),
        )  # fmt: skip
        told.add(model)
    ax.plot([0, 100], [0, 100], linestyle=":", linewidth=1, color=style.INK, zorder=0)
    ax.set(xlim=(0, 102), ylim=(0, 102))
    about = f"{counted(rows['task_id'].nunique(), 'own task')}, 95 % intervals"
    style.caption(ax, "Claimed and measured", about, x="claimed, percent", y="right on own tasks, percent")
    style.legend(ax, loc="upper left", bbox_to_anchor=(1.02, 1.0))
    return ax
