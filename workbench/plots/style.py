"""How plots look: a figure for white and for dark pages, a colour for each model, an Axes that shows itself as SVG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from typing import Any, Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workbench.errors import InputError
from workbench.show.palette import places

INK: Final = "#7b7b7b"
"""Text and lines: at least 4 to 1 against white and against #111."""

LONGEST_NAME: Final = 48
MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X", "<", ">", "*")


class ShownAxes(Axes):
    """An Axes that a notebook shows as a small SVG when it is the last value of a cell."""

    name = "workbench"

    def _repr_svg_(self) -> str | None:
        return as_svg(self)


def as_svg(axes: Axes) -> str:
    """Draw the figure of the Axes as SVG: text stays text, the background transparent, the same bytes each time."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise InputError("These Axes have no figure any more. Draw the plot again.")
    buffer = io.StringIO()
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "workbench"}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # the text stays text, and the reader's fonts draw it
        figure.savefig(buffer, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None})
    return buffer.getvalue()


def axes(ax: Axes | None, *, width: float = 7.0, height: float = 3.6) -> Axes:
    """Take the caller's Axes, or make a figure of our own that pyplot does not know."""
    if ax is not None and not isinstance(ax, Axes):
        raise InputError(f"ax must be matplotlib Axes or None, not {type(ax).__name__}.")
    if ax is None:
        figure = Figure(figsize=(width, height), layout="constrained")
        figure.patch.set_alpha(0.0)
        ax = figure.add_subplot(axes_class=ShownAxes)
    ax.patch.set_alpha(0.0)
    ax.spines[["top", "right"]].set_visible(False)
    for spine in ax.spines.values():
        spine.set_color(INK)
    ax.tick_params(colors=INK, which="both")
    return ax


def caption(ax: Axes, title: str, about: str, *, x: str = "", y: str = "") -> None:
    """Write the title with, below it, how many calls it rests on and what its intervals are."""
    ax.set_title(f"{literal(title)}\n{literal(about)}", color=INK, fontsize="medium", loc="left")
    ax.set_xlabel(literal(x), color=INK)
    ax.set_ylabel(literal(y), color=INK)


def legend(ax: Axes, **options: Any) -> None:
    """Name what is drawn, in the ink of the page."""
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=False, labelcolor=INK, fontsize="small", **options)


def short(name: str) -> str:
    """A name with its middle left out where it would crowd out the plot.

    >>> short("openrouter/moonshotai/kimi-k2-thinking"), len(short("x" * 500))
    ('openrouter/moonshotai/kimi-k2-thinking', 48)
    """
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[: half - 1]}…{name[-half:]}"


def literal(text: object) -> str:
    """Keep matplotlib from reading `$` as mathematics.

    >>> literal("$0.10 or $2")
    '\\\\$0.10 or \\\\$2'
    """
    return str(text).replace("$", r"\$")


def markers(models: Iterable[object]) -> dict[str, str]:
    """Give every model a marker, for those who cannot tell its colour."""
    return {name: MARKERS[place] for name, place in places(models).items()}
