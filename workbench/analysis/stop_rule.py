"""The rule that stops a thought where two answers in a row agree: what it answers, and what it costs to ask by it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from workbench.analysis.stats import Floats

AGREE: Final = "two answers agree"
"""The name of the rule, among the stops of an exit curve."""

Stop = tuple[Any, "Floats", "Floats"]
"""By reply: how it stands (-1 where nobody asked), the tokens of its thought, and all its tokens."""


def agreeing(
    stops: Mapping[str, Stop], said: Mapping[str, list[str]], thinking: Floats, output: Floats, stand: Any
) -> Stop | None:
    """The rule that stops where two cuts in a row, the second one longer, answer alike; None with fewer than two."""
    names = [name for name, stop in stops.items() if name != "100%" and (stop[0] >= 0).any()]
    if len(names) < 2:
        return None
    standings, thought, spent = stand.copy(), thinking.copy(), output.copy()
    asked = np.zeros(len(standings))
    done = np.zeros(len(standings), bool)
    for before, now in itertools.pairwise(names):
        for row in np.flatnonzero(~done):
            first, second = said[before][row], said[now][row]
            grew = stops[now][1][row] > stops[before][1][row]  # the same thought answers alike, and says nothing
            if first and first == second and grew and stops[now][0][row] >= 0:
                done[row] = True
                standings[row], thought[row] = stops[now][0][row], stops[now][1][row]
                spent[row] = stops[now][2][row]
    last = np.full(len(standings), -1.0)
    for name in names:  # what was asked at the cuts before the one where it stopped is paid, too
        standings_there, length, total = stops[name]
        # Two cuts that end at the same sentence are one call.
        answers = np.where(length > last, np.nan_to_num(total - length), 0.0)
        last = np.fmax(last, length)
        asked += np.where(
            (standings_there >= 0) & (np.nan_to_num(length) < thought) | ~done & (standings_there >= 0), answers, 0.0
        )
    return standings, thought, spent + asked
