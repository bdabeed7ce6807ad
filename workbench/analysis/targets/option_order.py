"""An option named by its place in the list: *so it is the second one*."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from workbench.analysis.targets.cues import cues_of
from workbench.analysis.targets.option_letters import SERIES, options_of
from workbench.analysis.thoughts.words import around, in_order
from workbench.base import regular_expressions as re

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_WINDOW: Final = 80
_SPOKEN_AGAINST: Final = re.compile(
    rf"[^.!?\n;,。，]{{0,24}}?(?:(?<!\w){around('takes_back')}(?!\w)|n['’]t|{around('takes_back_unspaced')})"
)
"""What follows an option that is not meant."""


@lru_cache(32)
def _named(place: int) -> re.Pattern[str]:
    """The names of the option at a place, from 0 on."""
    words = "|".join(in_order("first_to_last", place))
    return re.compile(
        rf"(?:(?<!\w)|(?<=[\u3040-\u30ff\u3400-\u9fff]))(?:{words})(?:\s{around('called_by_its_place')}(?!\w)|{around('called_by_its_place_unspaced')})"
    )


def named_by_place(thought: Thought, label: str) -> list[tuple[int, int]]:
    """Where a sentence concludes that the option of a label is the one, and calls it by its place in the list.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "The first option is too long. So it must be the second option."
    >>> thought = Thought(said, ("en",), "Which fits? A) A sofa B) A chair")
    >>> [said[start:end] for start, end in named_by_place(thought, "B")], named_by_place(thought, "A")
    (['second option'], [])
    """
    options = tuple(options_of(thought.question, label))
    series = next((signs for signs in SERIES if label in signs), "")
    place = series.find(label)
    if label not in options or not in_order("first_to_last", place):
        return []
    cues, lower = cues_of(thought.codes), thought.lower
    return [
        found.span()
        for found in _named(place).finditer(lower)
        if cues.concluded.search(lower, max(0, found.start() - _WINDOW), found.start())
        and not cues.denied.search(lower, max(0, found.start() - _WINDOW), found.start())
        and not _SPOKEN_AGAINST.match(lower, found.end())
    ]
