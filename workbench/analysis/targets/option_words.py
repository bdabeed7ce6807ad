"""An option in other words than the question's: a sentence says what tells it from the others, and it is taken."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.thoughts.words import around, listed_around
from workbench.base import regular_expressions as re

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_WORD: Final = re.compile(r"[^\W_]+")
_NO_WORDS: Final = re.compile(r"[\d=^\\<>+\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Formulas, and scripts that leave no blanks between words."""
_SHORT: Final = 4
_QUOTES: Final = "'\"“‘`(（「『《"
_MIDDLE: Final = 7
_LONG: Final = 10
_MOST_CHARACTERS_BACK: Final = 420
_FEWEST_WORDS_BEFORE: Final = 3
_SENTENCE_ENDS: Final = re.compile(r"[.!?。！？](?!\d)|[\n;；]")
_LABELLED: Final = re.compile(r"(?:\A|\n)[\s*_>-]*\(?[a-j]\)?\s*[.):：、–—-]")
_EMPTY: Final = frozenset(listed_around("empty_of_sense"))
_DENIES: Final = re.compile(rf"(?<!\w){around('denies_a_part')}(?!\w)|n['’]t(?!\w)|{around('takes_back_unspaced')}")
_PARTS: Final = re.compile(r": |[,，：、]|\s[-–—]\s|[()（）\"“”]")


class _Told(NamedTuple):
    """The words of an option: all that mean something, and those that no other option has; `is_name` of a person."""

    words: tuple[str, ...]
    own: frozenset[str]
    is_name: bool


def is_same_word(one: str, other: str) -> bool:
    """Whether two words in lower case are likely forms of one, by how they begin.

    >>> is_same_word("absorb", "absorbs"), is_same_word("centre", "center"), is_same_word("reflect", "refraction")
    (True, True, False)
    """
    shorter = min(len(one), len(other))
    if one == other or shorter < _SHORT or any(sign.isdigit() for sign in one):
        return one == other
    shared = shorter - (3 if shorter >= _LONG else 1 if shorter >= _MIDDLE else 2)
    begins = max(_SHORT, shared)
    return one[:begins] == other[:begins]


def _among(word: str, words: tuple[str, ...]) -> bool:
    return any(is_same_word(word, other) for other in words)


@lru_cache(256)
def _told_of(question: str, label: str) -> tuple[_Told, tuple[_Told, ...]]:
    """The option of a label and the others, as words."""
    options = options_of(question, label)
    words = {
        sign: tuple(word for word in _WORD.findall(text.lower()) if word not in _EMPTY)
        for sign, text in options.items()
    }
    told = {}
    for sign, own in words.items():
        rest = tuple(word for other, said in words.items() if other != sign for word in said)
        is_name = len(own) > 1 and options[sign].istitle() and options[sign].replace(" ", "").isalpha()
        told[sign] = _Told(own, frozenset(word for word in own if not _among(word, rest)), is_name)
    return told[label], tuple(said for sign, said in told.items() if sign != label)


def _is_said(option: _Told, said: tuple[str, ...]) -> bool:
    """Whether enough of an option's words are among those of a sentence, with one that no other option has."""
    if not any(_among(word, said) for word in option.own):
        return False
    if option.is_name and option.words[-1] in said:
        return True
    found = sum(_among(word, said) for word in option.words)
    return found == len(option.words) or (len(option.words) > 2 and found * 3 >= len(option.words) * 2)


def taken_before(thought: Thought, label: str, letter: int) -> list[tuple[int, int]]:
    """Where, shortly before an option's letter is named, a sentence says its words and those of no other option.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "The bees turn nectar into honey that is sweet. Spiders spin silk. So it is A."
    >>> thought = Thought(said, ("en",), "What do bees make? A) Sweet honey B) Silk")
    >>> [said[start:end] for start, end in taken_before(thought, "A", said.index("A."))]
    ['honey that is sweet']
    """
    option, others = _told_of(thought.question, label)
    text = options_of(thought.question, label)[label]
    if not option.own or len(text) == 1 or ". " in text or _NO_WORDS.search(text):
        return []
    lower, found = thought.lower, []
    for start, end in _sentences(lower, letter):
        if lower[end : end + 1] in ("?", "？") or _LABELLED.match(lower, max(0, start - 1), end):
            continue
        whole = tuple(_WORD.findall(lower, start, end))
        if not _is_said(option, whole) or any(_is_said(other, whole) for other in others):
            continue
        for left, right in _parts(lower, start, end):
            places = list(_WORD.finditer(lower, left, right))
            if _is_said(option, tuple(place[0] for place in places)) and not _is_denied(thought, left, right):
                hits = [place for place in places if _among(place[0], option.words)]
                before = 1 if len(hits) > 1 else _FEWEST_WORDS_BEFORE
                if places.index(hits[0]) >= before and lower[hits[0].start() - 1] not in _QUOTES:
                    found.append((hits[0].start(), hits[-1].end()))
    return found


def _is_denied(thought: Thought, start: int, end: int) -> bool:
    """Whether a part of a sentence denies or doubts something, in a word that is not the question's."""
    return any(denial[0] not in thought.asked for denial in _DENIES.finditer(thought.lower, start, end))


def _sentences(lower: str, end: int) -> list[tuple[int, int]]:
    begin = max(0, end - _MOST_CHARACTERS_BACK)
    stops = [begin, *(place.end() for place in _SENTENCE_ENDS.finditer(lower, begin, end)), end + 1]
    spans = [(left, right - 1) for left, right in itertools.pairwise(stops)]
    return spans if begin == 0 else spans[1:]


def _parts(lower: str, start: int, end: int) -> list[tuple[int, int]]:
    stops = [start, *(place.end() for place in _PARTS.finditer(lower, start, end)), end]
    return list(itertools.pairwise(stops))
