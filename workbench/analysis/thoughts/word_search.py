"""Where words stand in a text: many lists of words in one reading of it, by how the words begin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.analysis.thoughts.word_places import Letters, Places, Words
from workbench.scorers.languages import UNSPACED

_TIMES: Final = np.uint16(31)
_SHORT: Final = 1 << 16
"""How many numbers a table is looked up by, before they are compared as a whole."""
_MOST_RUNS: Final = 3

Spans = list[tuple[int, int]]
Table = npt.NDArray[np.bool_]


class _Word(NamedTuple):
    """A word that is looked for, and the lists that it stands in; whether a letter may touch it before or behind."""

    text: str
    lists: tuple[int, ...]
    touches_before: bool
    touches_behind: bool


class _Beginnings(NamedTuple):
    """How words begin: those in plain letters by up to three runs, others by one or two letters.

    Tables tell of the last bits of a number whether any word has it, by how many runs or letters it is made of.
    `is_ascii` says whether any of the letters is one of ASCII.
    """

    is_run: tuple[Table, ...]
    by_run: Mapping[int, tuple[_Word, ...]]
    is_letter: tuple[Table, ...]
    by_letters: Mapping[str, tuple[_Word, ...]]
    is_ascii: bool


@lru_cache(64)
def _beginnings(lists: tuple[tuple[str, ...], ...], openings: tuple[str, ...]) -> _Beginnings:
    within: dict[tuple[str, bool], list[int]] = {}
    for number, words in enumerate(lists):
        for listed in words:
            within.setdefault((listed, False), []).append(number)
    for number, opening in enumerate(openings, start=len(lists)):
        within.setdefault((opening, True), []).append(number)
    by_run: dict[int, list[_Word]] = {}
    by_letters: dict[str, list[_Word]] = {}
    is_run = tuple(np.zeros(_SHORT, dtype=bool) for _ in range(_MOST_RUNS))
    is_letter = tuple(np.zeros(_SHORT, dtype=bool) for _ in range(2))
    for text, goes_on in sorted(within, key=lambda begun: (-len(begun[0]), begun)):
        unspaced = UNSPACED.search(text) is not None
        touches = unspaced or not text[0].isalnum()
        word = _Word(text, tuple(within[text, goes_on]), touches, goes_on or unspaced or not text[-1].isalnum())
        if text[0].isascii() and not touches:
            runs = Words(text).runs
            size = min(len(runs.starts) - goes_on, _MOST_RUNS) - 1
            is_run[size][runs.numbers[size][:1].astype(np.uint16)] = True
            by_run.setdefault(int(runs.numbers[size][0]), []).append(word)
        else:
            letters = Words(text[:2]).letters
            is_letter[len(letters) - 1][letters if len(letters) == 1 else _of_two(letters[:1], letters[1:])] = True
            by_letters.setdefault(text[:2], []).append(word)
    return _Beginnings(
        is_run,
        {number: tuple(words) for number, words in by_run.items()},
        is_letter,
        {letters: tuple(words) for letters, words in by_letters.items()},
        any(letters[0].isascii() for letters in by_letters),
    )


def _of_two(letters: Letters, following: Letters) -> Letters:
    """A number for each letter and the next."""
    return letters * _TIMES + following


class WordSearch:
    """A text in which words are looked for: what begins as one of them is found at once, and only that compared."""

    def __init__(self, text: Words | str) -> None:
        self._words = Words(text) if isinstance(text, str) else text

    def of(self, words: tuple[str, ...]) -> Spans:
        """Where any of some words stand, in order; one that lies within another counts once.

        >>> WordSearch("wait, but wait: a waiter").of(("but wait", "wait"))
        [(0, 4), (6, 14)]
        """
        return self.of_all((words,))[0]

    def of_all(self, lists: tuple[tuple[str, ...], ...], openings: tuple[str, ...] = ()) -> list[Spans]:
        """The same for several lists, of each by itself; and of openings: several words, of which the last may go on.

        >>> WordSearch("so wait: 等等, it isn't").of_all((("wait", "等等"), ("so",)), ("it is",))
        [[(3, 7), (9, 11)], [(0, 2)], [(13, 18)]]
        """
        lower, found = self._words.lower, [Spans() for _ in (*lists, *openings)]
        for at, words in self._begun(_beginnings(lists, openings)):
            for text, within, touches_before, touches_behind in words:
                if not lower.startswith(text, at):
                    continue
                end = at + len(text)
                if not touches_before and ((sign := lower[at - 1 : at]).isalnum() or sign == "_"):
                    continue
                if not touches_behind and ((sign := lower[end : end + 1]).isalnum() or sign == "_"):
                    continue
                for number in within:
                    spans = found[number]
                    if not spans or at >= spans[-1][1]:
                        spans.append((at, end))
        return found

    def _begun(self, beginnings: _Beginnings) -> list[tuple[int, tuple[_Word, ...]]]:
        """Where something begins as words that are wanted do, in order, and those words, longest first."""
        begun: list[tuple[int, tuple[_Word, ...]]] = []
        if beginnings.by_run:
            starts, numbers = self._words.runs
            for is_begun, of in zip(reversed(beginnings.is_run), reversed(numbers), strict=True):
                there = np.nonzero(is_begun.take(of.astype(np.uint16), mode="clip"))[0]
                begun += [
                    (at, beginnings.by_run[number])
                    for at, number in zip(starts[there].tolist(), of[there].tolist(), strict=True)
                    if number in beginnings.by_run
                ]
        if beginnings.by_letters:
            lower = self._words.lower
            for size, (places, of) in reversed(list(enumerate(self._by_letters(beginnings), start=1))):
                there = places[beginnings.is_letter[size - 1].take(of, mode="clip")]
                begun += [
                    (at, words) for at in there.tolist() if (words := beginnings.by_letters.get(lower[at : at + size]))
                ]
        # more runs, or letters, stay before fewer at one place: so what is longer comes first
        return sorted(begun, key=itemgetter(0))

    def _by_letters(self, beginnings: _Beginnings) -> tuple[tuple[Places, Letters], tuple[Places, Letters]]:
        """The numbers of single letters and of pairs, each with where it stands, at which a word may begin."""
        letters, beyond = self._words.letters, self._words.beyond_ascii
        if not beginnings.is_ascii and len(beyond) < len(letters) // 2:
            pairs = beyond[:-1] if len(beyond) and beyond[-1] == len(letters) - 1 else beyond
            return (beyond, letters[beyond]), (pairs, _of_two(letters[pairs], letters[pairs + 1]))
        every = np.arange(len(letters))
        return (every, letters), (every[:-1], _of_two(letters[:-1], letters[1:]))
