"""An option that a thought sets into the question's blank: *so "neither of the boys has done it"* for has done."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_BLANK: Final = re.compile(r"_{2,}|\(\s{2,}\)|（\s*）|\.{4,}|…{2,}|\[\s*(?:blank|mask)\s*\]", re.IGNORECASE)
_WORDS: Final = re.compile(r"[\w'’]+")
_NEAR: Final = 60
_MOST_WORDS: Final = 3
_TAKEN_BACK: Final = rf"(?<!\w){around('takes_back', 'doubts_a_clause')}(?!\w)|n['’]t|{around('takes_back_unspaced')}"
_WRONG: Final = re.compile(rf"[^.!?\n;]{{0,40}}?(?:{_TAKEN_BACK}|\?)")
"""What is said behind an option that is only tried."""
_TRIED: Final = re.compile(
    rf"(?:(?<!\w){around('if', 'weighs_an_option', 'denies_an_adjective')}(?!\w)|n['’]t\s)[^.!?\n;]{{0,40}}\Z"
)
"""What is said before it."""


@lru_cache(128)
def _filled(question: str, label: str) -> re.Pattern[str] | None:
    """The question's sentence with an option in its blank, from the word before it or to the word behind it."""
    blank = _BLANK.search(question)
    text = options_of(question, label).get(label, "")
    if blank is None or not text:
        return None
    before = _WORDS.findall(question[max(0, blank.start() - _NEAR) : blank.start()].lower())[-_MOST_WORDS:]
    behind = _WORDS.findall(question[blank.end() : blank.end() + _NEAR].partition("\n")[0].lower())[:_MOST_WORDS]
    option = r"\s+".join(map(re.escape, text.lower().split()))
    ways = []
    if len(before) > 1:
        ways.append(rf"{_joined(before[-2:])}\W{{1,3}}(?P<before>{option})(?!\w)")
    if len(behind) > 1:
        ways.append(rf"(?<!\w)(?P<behind>{option})\W{{1,3}}{_joined(behind[:2])}")
    return re.compile("|".join(ways)) if ways else None


def _joined(words: list[str]) -> str:
    return r"\W{1,3}".join(map(re.escape, words))


def filled_in(thought: Thought, label: str) -> list[tuple[int, int]]:
    """Where an option stands in the words of the question around its blank, and nothing takes that back.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> question = 'Fill in: "She ___ to school every day." A) go B) goes'
    >>> said = 'The subject is singular, so she goes to school. B.'
    >>> [said[start:end] for start, end in filled_in(Thought(said, ("en",), question), "B")]
    ['goes']
    """
    pattern = _filled(thought.question, label)
    if pattern is None:
        return []
    lower, found = thought.lower, []
    for match in pattern.finditer(lower):
        span = match.span("before" if match.groupdict().get("before") else "behind")
        line = lower.rfind("\n", 0, span[0]) + 1
        if not _TRIED.search(lower, max(line, span[0] - _NEAR), span[0]) and not _WRONG.match(lower, span[1]):
            found.append(span)
    return found
