"""A no before the word for it: where a thought denies what the question asks whether it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_MOST_CHARACTERS_BACK: Final = 160
_NO: Final = re.compile(rf"(?:{around('says_no')})\Z")
_ASKS_WHETHER: Final = re.compile(rf"(?:\A|[.!?:\n]\s*){around('asks_whether')}(?!\w)|{around('yes_or_no')}")
_CONCLUDES: Final = re.compile(
    rf"(?:\A|[.!?;:\n,—–]\s*|(?:→|=>)\s*)(?:{around('concludes')}(?!\w),?[^.!?\n;]{{0,60}}?\s)?"
    rf"((?<!\w)(?:{around('denies_an_adjective')}|[a-z]+n['’]t)\s[^.!?\n;,]{{0,60}})"
)
_WORDS: Final = re.compile(r"[^\W\d_]{4,}")
_SHARED: Final = 4


def is_no(target: str) -> bool:
    """Whether a target is a no, in some language.

    >>> is_no("No"), is_no("nein"), is_no("none")
    (True, True, False)
    """
    return _NO.match(target.strip().lower()) is not None


def denials(thought: Thought, place: int) -> list[tuple[int, int]]:
    """Where, shortly before a no is said, a sentence denies a word of the question: *so it is not prime*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "51 is 3 times 17, so it is not prime. No."
    >>> [said[start:end] for start, end in denials(Thought(said, ("en",), "Is 51 prime?"), said.index("No."))]
    ['not prime']
    """
    if not _ASKS_WHETHER.search(thought.asked):
        return []
    asked = {word[:_SHARED] for word in _WORDS.findall(thought.asked)}
    return [
        found.span(1)
        for found in _CONCLUDES.finditer(thought.lower, max(0, place - _MOST_CHARACTERS_BACK), place)
        if any(word[:_SHARED] in asked for word in _WORDS.findall(found[1]))
    ]
