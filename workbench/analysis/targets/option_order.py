"""An option named by its place in the list: *so it is the second one*."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from workbench.analysis.targets.cues import cues_of
from workbench.analysis.targets.option_letters import SERIES, options_of
from workbench.analysis.thoughts.words import around, in_order
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_WINDOW: Final = 80
_POINTED_TO: Final = re.compile(rf"(?:(?<!\w){around('points_to')}\s(?:\w{{1,3}}\s)?|{around('points_to_unspaced')})\Z")
"""What stands right before the option that is meant: *this matches the first option*."""
_SPOKEN_AGAINST: Final = re.compile(
    rf"[^.!?\n;,。，]{{0,24}}?(?:(?<!\w){around('takes_back')}(?!\w)|n['’]t|{around('takes_back_unspaced')})"
)
"""What follows an option that is not meant."""


@lru_cache(128)
def _named(place: int, codes: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """The names of the option at a place, from 0 on, each a pattern that begins with letters: such are quick."""
    behind = rf"(?:\s{around('called_by_its_place')}(?!\w)|{around('called_by_its_place_unspaced')})"
    return tuple(re.compile(word + behind) for word in in_order("first_to_last", place, codes))


def _begins_word(lower: str, start: int) -> bool:
    before = lower[start - 1 : start]
    return not before.isalnum() or UNSPACED.match(before) is not None


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
    if label not in options or place < 0:
        return []
    cues, lower = cues_of(thought.codes), thought.lower
    return [
        found.span()
        for pattern in _named(place, thought.codes)
        for found in pattern.finditer(lower)
        if _begins_word(lower, found.start())
        and (
            cues.concludes(lower, max(0, found.start() - _WINDOW), found.start())
            or _POINTED_TO.search(lower, max(0, found.start() - _WINDOW), found.start())
        )
        and not cues.denied.search(lower, max(0, found.start() - _WINDOW), found.start())
        and not _SPOKEN_AGAINST.match(lower, found.end())
    ]
