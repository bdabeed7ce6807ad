"""What stands before that which a sentence concludes: a word for it, or an arrow."""

from __future__ import annotations

from typing import Final

from workbench.analysis.thoughts.words import around, in_order, listed_around
from workbench.base import regular_expressions as re

CONCLUDES: Final = re.compile(rf"(?:(?<!\w){around('leads_to')}(?!\w)|{around('leads_to_unspaced')}|→|=>|⇒),?\s*")
"""With the comma and the blanks behind it: *so, ...*, *which means that ...*."""
_ELSEWHERE: Final = "concludes_in_one_language"
_LOOKS_ALIKE: Final = frozenset(listed_around(_ELSEWHERE))
"""Words that conclude in one language, and say something else in English."""


def is_of_another_language(lead: str, codes: tuple[str, ...]) -> bool:
    """Whether a word for what follows is one of a language that the thought is not in: *also* in English.

    >>> is_of_another_language("also ", ("en",)), is_of_another_language("also ", ("en", "de"))
    (True, False)
    """
    word = lead.strip(" ,.")
    return word in _LOOKS_ALIKE and word not in in_order(_ELSEWHERE, 0, codes)
