"""What of the thinking was wasted, and why, in a sentence: after the answer, without one, and in loops.

Every token counts once: of a reply that never answered all of them, else those of its loop, else those of its tail.
Thinking that led to a wrong answer is not called wasted; nobody knows what less of it would have given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from workbench.rows.configurations import numbers
from workbench.show import figures

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.stats import Floats

_LEAST: Final = 0.005
"""A smaller share is no waste that a sentence names."""


class Waste(NamedTuple):
    """Thinking tokens of each reply that was read: all, after the answer stood for good, without one, in a loop."""

    tokens: Floats
    tail: Floats
    unanswered: Floats
    loop: Floats

    @property
    def wasted(self) -> Floats:
        """All that was wasted."""
        return self.tail + self.unanswered + self.loop

    @property
    def in_whole_tokens(self) -> int:
        """All that was wasted, each reply's in whole tokens, so that parts of a table add up to the whole."""
        return int(np.rint(self.wasted).sum())

    @property
    def share(self) -> float:
        """The share of all thinking; NaN where there is none."""
        whole = float(self.tokens.sum())
        return float(self.wasted.sum()) / whole if whole else float("nan")


def waste_of(there: pd.DataFrame) -> Waste:
    """Split the thinking of rows of `thinking_read` that were read (`read` is `read`)."""
    tokens = np.nan_to_num(numbers(there, "thinking_tokens"))
    never = (there["standing"] == "never answered").to_numpy(bool)
    loop = np.where(never, 0.0, np.minimum(np.nan_to_num(numbers(there, "loop_tokens")), tokens))
    tail = np.where(never, 0.0, np.nan_to_num(numbers(there, "tail_tokens")))
    # A loop lies behind the answer, or before it.
    behind = numbers(there, "loop_place") >= numbers(there, "stood_place")
    tail = np.where(behind, np.maximum(0.0, tail - loop), tail)
    return Waste(tokens, np.minimum(tail, tokens - loop), np.where(never, tokens, 0.0), loop)


class Told(NamedTuple):
    """What was wasted in a sentence, on what (each a share and its reason), and what else is to be said."""

    lead: str
    reasons: tuple[str, ...] = ()
    rest: str = ""

    def __str__(self) -> str:
        why = f"{'; '.join(self.reasons)}." if self.reasons else ""
        return " ".join(part for part in (self.lead, why, self.rest) if part)


def waste_told(there: pd.DataFrame) -> Told:
    """What the models of some rows waste of their thinking, and on what; empty without thinking.

    `there` are rows of `thinking_read` that were read. Dollars and seconds are those of the wasted tokens.
    """
    waste = waste_of(there)
    if not waste.tokens.sum():
        return Told("")
    models = [str(name) for name in there["model"].dropna().unique()] if "model" in there.columns else []
    one = len(models) <= 1
    who = figures.name(models[0]) if models and one else "The model" if one else f"The {len(models)} models"
    verb = "wastes" if one else "waste"
    # In pieces of at least half a per cent; the largest says most of why.
    pieces = [piece for piece in sorted(_pieces(there, waste), reverse=True) if piece[0] >= _LEAST]
    if waste.share < _LEAST or not pieces:
        return Told(f"{who} {verb} next to none of the thinking{_if_unknown(there)}.")
    lead = f"{who} {verb} {figures.percent(waste.share)} of the thinking: {', '.join(_spent(there, waste))}."
    reasons = _listed(pieces, waste.share)
    reasons[-1] += _if_unknown(there)
    return Told(lead, tuple(reasons), "" if one else _between(there, waste, models))


def _spent(there: pd.DataFrame, waste: Waste) -> list[str]:
    """What the waste took, each beside the whole where that is known."""
    told = [f"{figures.count(waste.in_whole_tokens)} of {figures.count(waste.tokens.sum())} tokens"]
    usd, seconds = worth(there, waste, "thinking_usd"), worth(there, waste, "thinking_seconds")
    if usd > 0:
        whole = numbers(there, "thinking_usd")
        known = len(whole) and not np.isnan(whole).any() and whole.sum() >= usd
        told.append(figures.money(usd) + (f" of {figures.money(whole.sum())}" if known else ""))
    return [*told, f"{figures.duration(seconds)} of waiting"] if seconds > 0 else told


def _listed(pieces: list[tuple[float, str]], share: float) -> list[str]:
    if len(pieces) == 1:
        return [f"All of it was thought {pieces[0][1]}"]
    told = [figures.percent(part) for part, _ in pieces]
    rest = round(100 * share) - sum(round(100 * part) for part, _ in pieces[1:])
    if all("." not in text for text in (*told, figures.percent(share))) and abs(100 * pieces[0][0] - rest) < 1.5:
        told[0] = f"{rest} %"  # each rounded by itself, they would not add up for who checks
    return [
        f"{text} {'was thought ' if not place else ''}{why}"
        for place, (text, (_, why)) in enumerate(zip(told, pieces, strict=True))
    ]


def _pieces(there: pd.DataFrame, waste: Waste) -> list[tuple[float, str]]:
    whole = float(waste.tokens.sum())
    shares = [float(part.sum()) / whole for part in (waste.tail, waste.unanswered, waste.loop)]
    unanswered, looped = int((waste.unanswered > 0).sum()), int((waste.loop > 0).sum())
    return [
        (shares[0], f"after the right answer had been reached{_looking_back(there, waste)}"),
        (shares[1], f"in {figures.counted(unanswered, 'thought')} that never came to an answer"),
        (
            shares[2],
            f"in {figures.counted(looped, 'loop')} that {'says' if looped == 1 else 'say'} the same over and over",
        ),
    ]


def _looking_back(there: pd.DataFrame, waste: Waste) -> str:
    """Why there is a tail: whether these thoughts look back at themselves."""
    tailed = waste.tail > 0
    counts = np.nan_to_num(numbers(there, "reflections"))[tailed]
    if not len(counts):
        return ""
    back = float((counts > 0).mean())
    if back < 0.2:
        return " (mostly without checking it: the thought goes on, or says the answer again)"
    return f" ({figures.percent(back)} of these thoughts check it again, {counts[counts > 0].mean():.1f} times each)"


def worth(there: pd.DataFrame, waste: Waste, name: str) -> float:
    """What the wasted tokens cost, at the price of the row's own thinking by token, else at the mean of the others'.

    `name` is `thinking_usd` or `thinking_seconds`; NaN where no row tells a price, or none was read.
    """
    tokens, cost = numbers(there, "thinking_tokens"), numbers(there, name)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(tokens > 0, cost / tokens, np.nan)
    known = each[~np.isnan(each)]
    if not len(known):
        return float("nan")
    return float(np.sum(waste.wasted * np.where(np.isnan(each), known.mean(), each)))


def _if_unknown(there: pd.DataFrame) -> str:
    aimed = "task_target" in there.columns and there["task_target"].notna().any()
    return "" if aimed else "; where the right answer was reached is not known, for no target is"


def _between(there: pd.DataFrame, waste: Waste, models: list[str]) -> str:
    mine = there["model"].to_numpy(object)
    shares = []
    for model in models:
        of = mine == model
        whole = float(waste.tokens[of].sum())
        if whole:
            shares.append((float(waste.wasted[of].sum()) / whole, model))
    if len(shares) < 2:
        return ""
    (least, frugal), (most, lavish) = min(shares), max(shares)
    if figures.percent(least) == figures.percent(most):
        return ""
    return (
        f"{figures.name(lavish)} wastes most ({figures.percent(most)}), {figures.name(frugal)} least "
        f"({figures.percent(least)})."
    )
