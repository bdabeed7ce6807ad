"""The picture of a results page: what configurations get right against what they cost, as SVG of our own drawing.

Drawn by hand rather than by matplotlib: it takes the colours of the page in light and dark, its text can be read on a
phone, and each point leads to its line in the table.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from markupsafe import Markup

from workbench.analysis.choice_words import names_of
from workbench.analysis.means import frontier
from workbench.show import figures
from workbench.show.palette import colours

if TYPE_CHECKING:
    from workbench.analysis.choice import Choice

_WIDTH, _HEIGHT = 520.0, 340.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 16.0, 14.0, 44.0
_LOG_FROM: Final = 12.0
_MOST_NUMBERED: Final = 24
_LETTER: Final = 7.0
_TALL: Final = 10.0


@dataclass(frozen=True)
class _Scale:
    """A scale from values to places on the page."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        value = min(max(value, self.low), self.high)
        low, high, here = (math.log10(each) if self.log else each for each in (self.low, self.high, value))
        share = (here - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True)
class Measure:
    """What the picture takes for the cost: a column of the ranking, its words, how it is written.

    `each` stands behind a figure as `show` writes it; `name` is the cost in a word, as in a heading, and `less` what a
    configuration is that costs less of it.
    """

    column: str
    words: str
    factor: float
    show: Any
    each: str
    name: str
    less: str


def measure(choice: Choice) -> Measure | None:
    """Dollars where some are known and not all are 0, else seconds, else tokens; None where nothing is known."""
    ranked = choice.ranking
    usd = ranked["usd_per_task"].astype(float)
    if (usd > 0).any():
        return Measure(
            "usd_per_task", "dollars per 1,000 tasks", 1000.0, figures.money, "per 1,000 tasks", "cost", "cheaper"
        )
    if ranked["seconds_p50"].notna().any():
        return Measure("seconds_p50", "seconds a reply, median", 1.0, figures.duration, "a reply", "time", "faster")
    if ranked["tokens_per_task"].notna().any():
        return Measure(
            "tokens_per_task", "tokens a task, mean", 1.0, figures.count, "tokens a task", "tokens", "shorter"
        )
    return None


def cost_picture(choice: Choice) -> Markup:
    """Accuracy against cost, with intervals, the frontier and the recommended point; blank where nothing is known."""
    cost = measure(choice)
    if cost is None:
        return Markup()
    ranked = choice.ranking
    x = cost.factor * ranked[cost.column].to_numpy(float, na_value=np.nan)
    y, low, high = (ranked[f"accuracy{end}"].to_numpy(float, na_value=np.nan) for end in ("", "_low", "_high"))
    known = np.flatnonzero(~np.isnan(x) & ~np.isnan(y))
    if not len(known):
        return Markup()
    across = _across(x[known])
    up = _Scale(0.0, 1.0, _HEIGHT - _BOTTOM, _TOP)
    models = [str(model) for model in ranked["model"]] if "model" in ranked else ["all"] * len(ranked)
    palette = colours(models)
    names = names_of(ranked)
    parts = [_axes(across, up, cost)]
    whole = known[ranked["whole"].to_numpy(bool)[known]]
    steps = [(across.at(x[each]), up.at(y[each])) for each in whole[frontier(x[whole], y[whole])]]
    parts.append(_frontier(steps, cost))
    wide = _wide(choice, cost)
    for place in known[::-1]:
        said = (
            f"{place + 1}: {names[place]}, {figures.percent(y[place])} right "
            f"({figures.between(low[place], high[place])}), {cost.show(x[place])} {cost.each}"
        )
        parts.append(
            _point(
                across.at(x[place]), up.at(y[place]), up.at(low[place]), up.at(high[place]), palette[models[place]],
                ends=None if wide is None else tuple(across.at(end) for end in wide[place]),
                said=said, number=int(place) + 1, ring=place == choice.line,
            )
        )  # fmt: skip
    drawn = [*_segments(steps)]
    for place in known:
        left, right = (across.at(end) for end in wide[place]) if wide is not None else (across.at(x[place]),) * 2
        drawn.append((across.at(x[place]), up.at(high[place]), across.at(x[place]), up.at(low[place])))
        drawn.append((left - 6, up.at(y[place]) - 6, right + 6, up.at(y[place]) + 6))
    parts.append(
        _numbers([(across.at(x[each]), up.at(y[each]), int(each) + 1, each == choice.line) for each in known], drawn)
    )
    said = f"Accuracy against {cost.words} of {len(known)} configurations; each is in the table below."
    return Markup('<svg class="picture" viewBox="0 0 {:.0f} {:.0f}" role="group" aria-label="{}">{}</svg>').format(
        _WIDTH, _HEIGHT, said, Markup().join(parts)
    )


def legend(choice: Choice) -> list[tuple[str, str]]:
    """The models of the picture with their colours, where there are several."""
    if "model" not in choice.ranking:
        return []
    models = [str(model) for model in choice.ranking["model"].drop_duplicates()]
    palette = colours(models)
    return [(model, palette[model]) for model in models] if 1 < len(models) <= 10 else []


def _wide(choice: Choice, cost: Measure) -> list[tuple[float, float]] | None:
    if cost.column != "usd_per_task":
        return None
    ends = [
        cost.factor * choice.ranking[f"usd_per_task_{end}"].to_numpy(float, na_value=np.nan) for end in ("low", "high")
    ]
    middle = cost.factor * choice.ranking["usd_per_task"].to_numpy(float, na_value=np.nan)
    low, high = (np.where(np.isnan(end), middle, end) for end in ends)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _across(x: np.ndarray) -> _Scale:
    positive = x[x > 0]
    log = len(positive) == len(x) and x.max() / x.min() > _LOG_FROM
    if log:
        return _Scale(x.min() / 1.6, x.max() * 1.6, _LEFT, _WIDTH - _RIGHT, log=True)
    return _Scale(0.0, float(x.max()) * 1.15 or 1.0, _LEFT, _WIDTH - _RIGHT)


def _axes(across: _Scale, up: _Scale, cost: Measure) -> Markup:
    floor = _HEIGHT - _BOTTOM
    levels = [
        Markup(
            '<line class="rule" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/><text x="{}" y="{:.1f}" class="end">{}</text>'
        ).format(
            _LEFT, _WIDTH - _RIGHT, up.at(share), up.at(share), _LEFT - 6, up.at(share) + 4, figures.percent(share)
        )
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    ticks = [
        Markup(
            '<line class="rule" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>'
            '<text x="{0:.1f}" y="{3}" class="middle">{4}</text>'
        ).format(across.at(tick), floor, floor + 4, floor + 18, _tick(tick, cost))
        for tick in _ticks(across)
    ]
    words = Markup('<text x="{:.1f}" y="{}" class="middle soft">{}</text>').format(
        (_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6, cost.words
    )
    return Markup().join([*levels, *ticks, words])


def _tick(value: float, cost: Measure) -> str:
    text = f"{value:,.10f}".rstrip("0").rstrip(".")
    if cost.show is not figures.money:
        return text
    return f"${text}0" if len(text.partition(".")[2]) == 1 else f"${text}"  # fifty cents are $0.50


def _ticks(scale: _Scale) -> list[float]:
    """Round numbers on the scale, at most six."""
    if scale.log:
        powers = range(math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high)) + 1)
        for steps in ((1, 2, 5), (1, 3), (1,)):
            found = [
                step * 10.0**power
                for power in powers
                for step in steps
                if scale.low <= step * 10.0**power <= scale.high
            ]
            if len(found) <= 6:
                return found
        return found[:: math.ceil(len(found) / 6)]
    step = 10.0 ** math.floor(math.log10(scale.high))
    width = next(each for each in (step / 5, step / 2, step, 2 * step) if scale.high / each <= 6)
    return [width * number for number in range(int(scale.high / width) + 1)]


def _segments(points: Sequence[tuple[float, float]]) -> list[tuple[float, float, float, float]]:
    """The stretches of the frontier's steps, each as left, top, right, bottom."""
    found = []
    for (x, y), (after, above) in itertools.pairwise(points):
        found += [(x, y, after, y), (after, min(y, above), after, max(y, above))]
    return found


def _frontier(points: Sequence[tuple[float, float]], cost: Measure) -> Markup:
    if len(points) < 2:
        return Markup()
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in points[1:])
    return Markup('<path class="frontier" d="{}"><title>{}</title></path>').format(
        path,
        f"Nothing {cost.less} gets as much right as what lies on this line.",
    )


def _point(
    x: float,
    y: float,
    low: float,
    high: float,
    colour: str,
    *,
    ends: tuple[float, ...] | None,
    said: str,
    number: int,
    ring: bool,
) -> Markup:
    whiskers = Markup('<line x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}"/>').format(x, low, high)
    if ends is not None:
        whiskers += Markup('<line x1="{0:.1f}" x2="{1:.1f}" y1="{2:.1f}" y2="{2:.1f}"/>').format(*ends, y)
    circle = Markup('<circle class="ring" cx="{:.1f}" cy="{:.1f}" r="10"/>').format(x, y) if ring else Markup()
    return Markup(
        '<a href="#configuration-{}" aria-label="{}"><g stroke="{}" fill="{}"><title>{}</title>{}{}'
        '<circle cx="{:.1f}" cy="{:.1f}" r="5"/></g></a>'
    ).format(number, said, colour, colour, said, whiskers, circle, x, y)


def _numbers(
    points: Sequence[tuple[float, float, int, bool]], drawn: Sequence[tuple[float, float, float, float]]
) -> Markup:
    """The numbers of the points, those of the best first, none upon another, nor upon a line while there is room."""
    placed: list[tuple[float, float]] = []
    parts = []
    for x, y, number, ring in sorted(points, key=lambda point: (not point[3], point[2]))[:_MOST_NUMBERED]:
        wide = _LETTER * len(str(number))
        rights = (9.0, -9 - wide, 16.0, -16 - wide)
        spots = [(x + right, y + down) for right in rights for down in (-8.0, 14.0, -16.0, 22.0, 4.0)]
        free = [spot for spot in spots if _is_free(spot, placed)]
        spot = next((spot for spot in free if not _is_crossed(spot, wide, drawn)), free[0] if free else None)
        if spot is None and not ring:
            continue
        spot = spot or (x + 9, y - 8)
        placed.append(spot)
        parts.append(
            Markup('<text x="{:.1f}" y="{:.1f}"{}>{}</text>').format(
                *spot, Markup(' class="chosen"') if ring else Markup(), number
            )
        )
    return Markup().join(parts)


def _is_free(spot: tuple[float, float], placed: Sequence[tuple[float, float]]) -> bool:
    return all(abs(spot[0] - x) > 14 or abs(spot[1] - y) > 12 for x, y in placed)


def _is_crossed(spot: tuple[float, float], wide: float, drawn: Sequence[tuple[float, float, float, float]]) -> bool:
    """Whether a number at a spot, the left end of its foot, would lie upon something that is drawn."""
    x, y = spot
    return any(
        left < x + wide + 1 and right > x - 1 and top < y + 1 and bottom > y - _TALL
        for left, top, right, bottom in drawn
    )
