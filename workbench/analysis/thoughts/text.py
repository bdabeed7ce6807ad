"""One thought and its question, prepared once for all that is looked for in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from workbench.analysis.thoughts.word_places import Words, letters_of, same_length_lower
from workbench.analysis.thoughts.word_search import Spans, WordSearch
from workbench.analysis.thoughts.words import around, listed_around, words_of
from workbench.base import regular_expressions as re

SOUGHT: Final = ("reflection", "switch", "answer", "commits", "turns", "doubt", "wrong")
"""The lists of words that are looked for in the whole of a thought."""
_AFFIRMING: Final = tuple(
    words[1:] for words in listed_around("is_the_answer") if words.count(" ") > 1 and words != " it is"
)
_AFFIRMING_SHORT: Final = tuple(words for words in listed_around("is_the_answer") if words[1:] not in _AFFIRMING)
LONGEST_QUESTION: Final = 8_000
"""Characters of a question that are compared with a thought."""
_COUNTED: Final = re.compile(rf"{around('how_many_of')}\s?(\w{{4,}})")
_NUMBERED: Final = re.compile(rf"{around('which')}\s({around('numbered')})(?!\w)")
_PERCENT_ASKED: Final = re.compile(around("asks_percent"))
"""A question whose answer is in hundredths: 62.5 is said as 62.5 %."""
_ASKS_COUNT: Final = re.compile(around("asks_count"))
_ASKS_WHERE: Final = re.compile(rf"(?<!\w){around('asks_where')}(?!\w)|{around('asks_where_unspaced')}")
_ASKS_WHO: Final = re.compile(rf"(?<!\w){around('asks_who')}(?!\w)|{around('asks_who_unspaced')}")


_FIRST_ACCENTED, _BEYOND_ACCENTED = 0xC0, 0x250
_ACCENTED: Final = {
    code: plain
    for code in range(_FIRST_ACCENTED, _BEYOND_ACCENTED)
    if len(plain := unicodedata.normalize("NFD", chr(code)).encode("ascii", "ignore").decode()) == 1
}


def without_accents(lower: str) -> str:
    """A text without the accents of its Latin letters, letter for letter.

    >>> without_accents("garcía márquez")
    'garcia marquez'
    """
    if lower.isascii():
        return lower
    letters = letters_of(lower)
    # most that is not ASCII in a thought is signs: × → —
    there = np.bincount(letters[(letters >= _FIRST_ACCENTED) & (letters < _BEYOND_ACCENTED)])
    for letter in np.nonzero(there)[0].tolist():  # to look each up in a table takes ten times as long
        if letter in _ACCENTED:
            lower = lower.replace(chr(letter), _ACCENTED[letter])
    return lower


def every_place(wanted: str, text: str, place: int = 0) -> Iterator[int]:
    """Where some letters stand in a text, from a place on, each time behind the last.

    >>> list(every_place("aa", "aaaa baa"))
    [0, 2, 6]
    """
    while (place := text.find(wanted, place)) >= 0:
        yield place
        place += len(wanted)


@lru_cache(256)
def _sought(codes: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return (*(words_of(codes, key) for key in SOUGHT), listed_around("concludes"))


@dataclass(frozen=True)
class Thought:
    """One thought, prepared once for all that is looked for in it: `codes` are its languages and English."""

    text: str
    codes: tuple[str, ...] = ("en",)
    question: str = ""
    words: Words | None = None

    @cached_property
    def lower(self) -> str:
        """The text in lower case, letter for letter."""
        return same_length_lower(self.text) if self.words is None else self.words.lower

    @cached_property
    def written(self) -> dict[int, list[tuple[int, int]]]:
        """Where forms of values are written, each looked for once: by the form's identity."""
        return {}

    @cached_property
    def folded(self) -> str:
        """The text in lower case without the accents of its Latin letters, letter for letter."""
        return without_accents(self.lower)

    def told(self, key: str) -> Spans:
        """Where words stand that `words.toml` lists under a key, one of `SOUGHT`; all of them are looked for at once.

        >>> Thought("wait, but wait").told("reflection")
        [(0, 4), (10, 14)]
        """
        return self._found[SOUGHT.index(key)]

    @property
    def concluding(self) -> Spans:
        """Where words stand that conclude, in any language."""
        return self._found[len(SOUGHT)]

    def affirmed(self) -> Iterator[tuple[str, int]]:
        """What is said behind a value that is the answer, and where: *is the answer* and its like, with a blank before.

        >>> list(Thought("7 is the answer").affirmed())
        [(' is the answer', 1)]
        """
        lower = self.lower
        for words, spans in zip(_AFFIRMING, self._found[len(SOUGHT) + 1 :], strict=True):
            for start, _ in spans:
                if lower[start - 1 : start] == " ":
                    yield f" {words}", start - 1
        for words in _AFFIRMING_SHORT:
            yield from ((words, place) for place in every_place(words, lower))

    @cached_property
    def _found(self) -> list[Spans]:
        return WordSearch(self.text if self.words is None else self.words).of_all(_sought(self.codes), _AFFIRMING)

    @cached_property
    def of_question(self) -> Thought:
        """The question as a text in which values are looked for."""
        return Thought(self.question, self.codes)

    @cached_property
    def asked(self) -> str:
        """The question in lower case."""
        return self.question[:LONGEST_QUESTION].lower()

    @cached_property
    def in_percent(self) -> bool:
        """Whether the question asks for hundredths."""
        return _PERCENT_ASKED.search(self.asked) is not None

    @cached_property
    def asks_count(self) -> bool:
        """Whether the question asks how many there are."""
        return _ASKS_COUNT.search(self.asked) is not None

    @cached_property
    def asks_where(self) -> bool:
        """Whether the question asks for a place."""
        return _ASKS_WHERE.search(self.asked) is not None

    @cached_property
    def asks_who(self) -> bool:
        """Whether the question asks for a person."""
        return _ASKS_WHO.search(self.asked) is not None

    @cached_property
    def counted_word(self) -> str:
        """What the question wants counted: *how many faces* is `faces`; else empty."""
        found = _COUNTED.search(self.asked)
        return found[1] if found else ""

    @cached_property
    def numbered(self) -> str:
        """What the question asks the number of: *on which day* is `day`; else empty."""
        found = _NUMBERED.search(self.asked)
        return found[1] if found else ""

    @cached_property
    def counted(self) -> str:
        """The beginning of that word, which it has in common with its other forms."""
        return self.counted_word[: max(4, len(self.counted_word) - 2)]
