"""The words of a question's options, weighed by how few of them have each, and how much of an option a text says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.thoughts.words import around, listed_around
from workbench.base import regular_expressions as re

_UNSPACED_RUN: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
DENIES_A_PART: Final = re.compile(
    rf"(?<!\w){around('denies_a_part')}(?![\w-])|n['’]t(?!\w)|{around('takes_back_unspaced')}"
)
"""A word by which a clause denies what it says of an option."""
_WORD: Final = re.compile(rf"[{_UNSPACED_RUN}]+|(?:[^\W_{_UNSPACED_RUN}])+")
_INFLECTION: Final = re.compile(r"[\u3040-\u309f]")
_FORMULA: Final = re.compile(r"[=^\\<>+]")
_AMOUNT: Final = re.compile(r"[-−–+]?\d\S*(?:\s\S{1,3})?\Z")
_IN_LETTERS: Final = re.compile(r"(?<!\w)[^\W\d_]{2}[^\W\d_]*(?!\w)")
_SHORT: Final = 4
_MIDDLE: Final = 7
_LONG: Final = 10
_SHARED: Final = 0.25
_ASKED: Final = 0.5
_EMPTY: Final = frozenset(listed_around("empty_of_sense"))


class Said(NamedTuple):
    """One word of a text: a word between blanks, or two signs of a script without them; and where it stands."""

    word: str
    start: int
    end: int


class Told(NamedTuple):
    """The words of an option: what each weighs, those that no other option has, and those that the question lacks too.

    `surname` is the last word of a person's name, else empty.
    """

    weights: Mapping[str, float]
    own: tuple[str, ...]
    fresh: tuple[str, ...]
    surname: str


def words_at(lower: str, start: int, end: int) -> Iterator[Said]:
    """The words of a part of a text in lower case.

    >>> [said.word for said in words_at("so 铁钉生锈 it is", 3, 13)]
    ['铁钉', '钉生', '生锈', 'it', 'is']
    """
    for run in _WORD.finditer(lower, start, end):
        if lower[run.start()] < "\u3040" or len(run[0]) == 1:
            yield Said(run[0], *run.span())
        else:
            for place in range(run.start(), run.end() - 1):
                if not _INFLECTION.search(lower, place, place + 2):
                    yield Said(lower[place : place + 2], place, place + 2)


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


def among(word: str, words: Sequence[str]) -> bool:
    """Whether a form of a word is among some words."""
    return any(is_same_word(word, other) for other in words)


@lru_cache(256)
def told_by(question: str, label: str) -> Mapping[str, Told]:
    """The options of a question as words, by their signs; a word of several, or of the question, weighs less.

    >>> told = told_by("Which metal rusts? A) Pure gold B) Pure iron", "A")
    >>> told["A"].own, told["A"].weights
    (('gold',), {'pure': 0.25, 'gold': 1.0})
    """
    options = options_of(question, label)
    stem = question.lower()
    for text in options.values():
        stem = stem.replace(text.lower(), " ")
    asked = [said.word for said in words_at(stem, 0, len(stem))]
    words = {
        sign: list(dict.fromkeys(said.word for said in words_at(text.lower(), 0, len(text)) if said.word not in _EMPTY))
        for sign, text in options.items()
    }
    told = {}
    for sign, own in words.items():
        rest = [word for other, said in words.items() if other != sign for word in said]
        weights = {word: _SHARED if among(word, rest) else _ASKED if among(word, asked) else 1.0 for word in own}
        text = options[sign]
        is_name = len(own) > 1 and text.istitle() and text.replace(" ", "").isalpha()
        told[sign] = Told(
            weights,
            tuple(word for word, weight in weights.items() if weight > _SHARED),
            tuple(word for word, weight in weights.items() if weight > _ASKED),
            own[-1] if is_name else "",
        )
    return told


@lru_cache(256)
def openings_of(question: str, label: str) -> re.Pattern[str]:
    """How any form of any word of a question's options begins: where none stands, nothing is said of an option.

    >>> openings_of("Which metal rusts? A) Pure gold B) Pure iron", "A").findall("rusty irons, ironically")
    ['iron', 'iron']
    """
    begins = {word[:_SHORT] for told in told_by(question, label).values() for word in told.weights}
    return re.compile("|".join(map(re.escape, sorted(begins, key=lambda text: (-len(text), text)))) or r"(?!)")


def is_in_words(text: str) -> bool:
    """Whether an option is told in words, and is no formula, no letter, and no number with its unit.

    >>> is_in_words("pure iron"), is_in_words("20 kg"), is_in_words("x + 2")
    (True, False, False)
    """
    return not (_FORMULA.search(text) or _AMOUNT.match(text)) and _IN_LETTERS.search(text) is not None


def share_said(option: Told, said: Sequence[str]) -> float:
    """How much of an option's words, by weight, is among some words; 0.0 where none of its own is.

    >>> told = told_by("Which metal rusts? A) Pure gold B) Pure iron", "A")
    >>> share_said(told["A"], ["the", "gold"]), share_said(told["A"], ["pure", "silver"])
    (0.8, 0.0)
    """
    if option.surname and option.surname in said:
        return 1.0
    if not any(among(word, said) for word in option.own):
        return 0.0
    return sum(weight for word, weight in option.weights.items() if among(word, said)) / sum(option.weights.values())
