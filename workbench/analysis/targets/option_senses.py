"""Which way an option says that something goes, and where a thought concludes the same: *so it climbs*."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from workbench.analysis.targets.concluding import CONCLUDES
from workbench.analysis.targets.option_letters import options_of, stem_of
from workbench.analysis.targets.option_words import DENIES_A_PART, among, words_at
from workbench.analysis.thoughts.words import around, listed_around
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_MOST_CHARACTERS_BACK: Final = 3_000
_LONGEST_CLAUSE: Final = 120
_SENSES: Final = {
    sense: rf"(?:(?<!\w){around(key)}(?!\w)|{around(unspaced)})"
    for sense, key, unspaced in (
        ("same", "sense_same", "sense_same_unspaced"),
        ("more", "sense_more", "sense_more_unspaced"),
        ("less", "sense_less", "sense_less_unspaced"),
    )
}
_ANY: Final = re.compile("|".join(rf"(?P<{sense}>{pattern})" for sense, pattern in _SENSES.items()))
_SENTENCE_ENDS: Final = re.compile(r"[.!?](?!\d)|[。！？;；\n]")
_EMPTY: Final = frozenset(listed_around("empty_of_sense"))
_CLAUSE_ENDS: Final = re.compile(r"[.!?。！？;；,，:\n]")


@lru_cache(256)
def senses_of(question: str, label: str) -> Mapping[str, str]:
    """Which way each option of a question goes, by its sign; empty where fewer than two ways are told apart.

    >>> senses_of("What does the price do? A) It rises B) It falls C) Nobody knows", "A")
    {'A': 'more', 'B': 'less'}
    """
    found = {}
    for sign, text in options_of(question, label).items():
        senses = {match.lastgroup or "" for match in _ANY.finditer(text.lower())}
        if len(senses) == 1:
            found[sign] = senses.pop()
    ways = list(found.values())
    return {sign: way for sign, way in found.items() if ways.count(way) == 1} if len(set(ways)) > 1 else {}


def concluded_sense(thought: Thought, label: str, letter: int) -> list[tuple[int, int]]:
    """Where, before an option's letter, a clause concludes that what is asked about goes the way that it says.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "Demand falls, so the price goes down. B."
    >>> thought = Thought(said, ("en",), "What does the price do? A) It rises B) It sinks, i.e. decreases")
    >>> [said[start:end] for start, end in concluded_sense(thought, "B", said.index("B."))]
    ['goes down']
    """
    senses = senses_of(thought.question, label)
    if label not in senses:
        return []
    lower, found = thought.lower, []
    for match in _ANY.finditer(lower, max(0, letter - _MOST_CHARACTERS_BACK), letter):
        if match.lastgroup == senses[label]:
            leads = [*CONCLUDES.finditer(lower, max(0, match.start() - _LONGEST_CLAUSE), match.start())]
            if leads and _is_meant(thought, label, leads[-1].end(), match):
                found.append(match.span())
    return found


def _is_meant(thought: Thought, label: str, lead: int, match: re.Match[str]) -> bool:
    """Whether a clause speaks of what is asked about, of one way alone, and does not deny it."""
    lower = thought.lower
    stop = _CLAUSE_ENDS.search(lower, match.end(), match.end() + _LONGEST_CLAUSE)
    end = stop.start() if stop else match.end() + _LONGEST_CLAUSE
    if (stop is not None and stop[0] in "?？") or _SENTENCE_ENDS.search(lower, lead, match.start()):
        return False
    if any(other.lastgroup != match.lastgroup for other in _ANY.finditer(lower, lead, end)):
        return False
    if DENIES_A_PART.search(lower, lead, match.start()):
        return False
    asked = _asked(thought.question, label)
    return UNSPACED.match(match[0]) is not None or any(
        among(said.word, asked) for said in words_at(lower, lead, match.start())
    )


@lru_cache(256)
def _asked(question: str, label: str) -> tuple[str, ...]:
    stem = stem_of(question, label).lower()
    return tuple({said.word for said in words_at(stem, 0, len(stem)) if len(said.word) > 2 and said.word not in _EMPTY})
