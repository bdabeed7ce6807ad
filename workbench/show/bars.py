"""Bars in the cells of a table: shares of a whole, an interval between 0 and 1, a difference around 0.

Each says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from workbench.show import figures

RIGHT_COLOUR: Final = "#2b9a66"
WRONG_COLOUR: Final = "#d4593f"
NEVER_COLOUR: Final = "#8b8d98"
THINKING_COLOUR: Final = "#7c66c8"
ANSWER_COLOUR: Final = "#3a8bc9"


def shares(parts: Sequence[tuple[str, float, str]]) -> Markup:
    """A bar of parts, each with its name, its size and its colour.

    >>> "width:75.0%" in shares([("right", 3, RIGHT_COLOUR), ("wrong", 1, WRONG_COLOUR)])
    True
    """
    parts = [part for part in parts if not figures.absent(part[1])]
    total = sum(size for _, size, _ in parts)
    if not total:
        return Markup()
    label = ", ".join(f"{name} {figures.percent(size / total)}" for name, size, _ in parts)
    pieces = Markup().join(
        Markup('<i style="width:{:.1f}%;background:{}"></i>').format(100 * size / total, colour)
        for _, size, colour in parts
        if size
    )
    return Markup('<span class="wb-bar" role="img" aria-label="{0}" title="{0}">{1}</span>').format(label, pieces)


def outcomes(right: float, wrong: float, never_answered: float, more: Sequence[tuple[str, float, str]] = ()) -> Markup:
    """A bar of what was right, wrong and never answered, and of `more` parts behind them.

    >>> "never answered 25 %" in outcomes(0.5, 0.25, 0.25)
    True
    """
    known = (
        ("right", right, RIGHT_COLOUR),
        ("wrong", wrong, WRONG_COLOUR),
        ("never answered", never_answered, NEVER_COLOUR),
    )
    return shares([*known, *more])


def interval(value: Any, low: Any, high: Any, colour: str = ANSWER_COLOUR) -> Markup:
    """A mark at a share between 0 and 1, on a band from the low to the high end.

    >>> interval(None, None, None)
    Markup('')
    """
    if figures.absent(value):
        return Markup()
    low, high = (value if figures.absent(low) else low), (value if figures.absent(high) else high)
    label = f"{figures.percent(value)}, {figures.between(low, high)}"
    return _marked(value, low, high, colour, label)


def difference(value: Any, low: Any, high: Any, *, decisive: bool) -> Markup:
    """A mark at a difference of shares between -1 and 1, on a band from its low to its high end; 0 is in the middle.

    It is grey where the difference is not decisive.

    >>> "left:50.0%" in difference(0.5, 0.0, 1.0, decisive=False)
    True
    """
    if figures.absent(value):
        return Markup()
    colour = NEVER_COLOUR if not decisive else RIGHT_COLOUR if value > 0 else WRONG_COLOUR
    low, high = (value if figures.absent(low) else low), (value if figures.absent(high) else high)
    return _marked((value + 1) / 2, (low + 1) / 2, (high + 1) / 2, colour, "", middle=True)


def _marked(value: float, low: float, high: float, colour: str, label: str, *, middle: bool = False) -> Markup:
    band = Markup('<i class="wb-band" style="left:{:.1f}%;width:{:.1f}%;background:{};opacity:.45"></i>').format(
        100 * low, 100 * (high - low), colour
    )
    mark = Markup('<i class="wb-mark" style="left:calc({:.1f}% - 1px);width:3px;background:{}"></i>').format(
        100 * value, colour
    )
    zero = Markup('<i class="wb-mark" style="left:50%;width:1px;background:currentColor;opacity:.6"></i>')
    spoken = Markup('role="img" aria-label="{0}" title="{0}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<span class="wb-bar" {}>{}{}{}</span>').format(spoken, band, mark, zero if middle else Markup())
