"""Where words stand in a text: many lists of words in one reading of it, by how the words begin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.analysis.thoughts.word_places import Words
from workbench.scorers.languages import UNSPACED

_SHORT: Final = np.uint64((1 << 15) - 1)
"""The bits of a number that a table is looked up by, before it is compared as a whole."""
_TIMES: Final = np.uint16(31)
_LETTERS: Final = 1 << 16

Spans = list[tuple[int, int]]


class _Word(NamedTuple):
    """A word that is looked for, and the lists that it stands in; whether a letter may touch it before or behind."""

    text: str
    lists: tuple[int, ...]
    touches_before: bool
    touches_behind: bool


class _Beginnings(NamedTuple):
    """How words begin: those in plain letters by their first run or two, others by their first letter or two."""

    is_run: npt.NDArray[np.bool_]
    is_two_runs: npt.NDArray[np.bool_]
    by_run: Mapping[int, tuple[_Word, ...]]
    is_letter: npt.NDArray[np.bool_]
    is_two_letters: npt.NDArray[np.bool_]
    by_letters: Mapping[str, tuple[_Word, ...]]


@lru_cache(64)
def _beginnings(lists: tuple[tuple[str, ...], ...]) -> _Beginnings:
    within: dict[str, list[int]] = {}
    for number, words in enumerate(lists):
        for word in words:
            within.setdefault(word, []).append(number)
    by_run: dict[int, list[_Word]] = {}
    by_letters: dict[str, list[_Word]] = {}
    is_run, is_two_runs = np.zeros(int(_SHORT) + 1, dtype=bool), np.zeros(int(_SHORT) + 1, dtype=bool)
    is_letter, is_two_letters = np.zeros(_LETTERS, dtype=bool), np.zeros(_LETTERS, dtype=bool)
    for text in sorted(within, key=lambda text: (-len(text), text)):
        unspaced = UNSPACED.search(text) is not None
        touches = unspaced or not text[0].isalnum()
        word = _Word(text, tuple(within[text]), touches, unspaced or not text[-1].isalnum())
        if text[0].isascii() and not touches:
            runs = Words(text).runs
            several = len(runs.one) > 1
            number = runs.two[0] if several else runs.one[0]
            (is_two_runs if several else is_run)[number & _SHORT] = True
            by_run.setdefault(int(number), []).append(word)
        else:
            letters = Words(text).letters
            if len(letters) > 1:
                is_two_letters[_two_letters(letters[:2])] = True
            else:
                is_letter[letters] = True
            by_letters.setdefault(text[:2], []).append(word)
    return _Beginnings(
        is_run,
        is_two_runs,
        {number: tuple(words) for number, words in by_run.items()},
        is_letter,
        is_two_letters,
        {letters: tuple(words) for letters, words in by_letters.items()},
    )


def _two_letters(letters: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """A number for each letter and the next."""
    found: npt.NDArray[np.uint16] = letters[:-1] * _TIMES + letters[1:]
    return found


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

    def of_all(self, lists: tuple[tuple[str, ...], ...]) -> list[Spans]:
        """The same for several lists, of each by itself.

        >>> WordSearch("so wait: 等等").of_all((("wait", "等等"), ("so",)))
        [[(3, 7), (9, 11)], [(0, 2)]]
        """
        beginnings = _beginnings(lists)
        found: list[Spans] = [[] for _ in lists]
        for at, words in self._begun(beginnings):
            self._add(found, at, words)
        return found

    def _begun(self, beginnings: _Beginnings) -> list[tuple[int, tuple[_Word, ...]]]:
        """Where something begins as words that are wanted do, in order, and those words, longest first."""
        begun: list[tuple[int, tuple[_Word, ...]]] = []
        if beginnings.by_run:
            starts, one, two = self._words.runs
            get = beginnings.by_run.get
            for is_begun, numbers in ((beginnings.is_two_runs, two), (beginnings.is_run, one)):
                there = np.nonzero(is_begun[(numbers & _SHORT).astype(np.int64)])[0]
                for at, number in zip(starts[there].tolist(), numbers[there].tolist(), strict=True):
                    words = get(number)
                    if words is not None:
                        begun.append((at, words))
        if beginnings.by_letters:
            lower, letters = self._words.lower, self._words.letters
            two_letters = np.nonzero(beginnings.is_two_letters[_two_letters(letters)])[0]
            one_letter = np.nonzero(beginnings.is_letter[letters])[0]
            for places, size in ((two_letters, 2), (one_letter, 1)):
                for at in places.tolist():
                    words = beginnings.by_letters.get(lower[at : at + size])
                    if words is not None:
                        begun.append((at, words))
        begun.sort(key=_place)  # two runs stay before one, and two letters before one: what is longer comes first
        return begun

    def _add(self, found: list[Spans], at: int, words: tuple[_Word, ...]) -> None:
        lower = self._words.lower
        for text, lists, touches_before, touches_behind in words:
            if not lower.startswith(text, at):
                continue
            end = at + len(text)
            if not touches_before and at and _is_letter(lower[at - 1]):
                continue
            if not touches_behind and end < len(lower) and _is_letter(lower[end]):
                continue
            for number in lists:
                spans = found[number]
                if not spans or at >= spans[-1][1]:
                    spans.append((at, end))


def _place(begun: tuple[int, tuple[_Word, ...]]) -> int:
    return begun[0]


def _is_letter(sign: str) -> bool:
    """Whether a sign is one of a word: a letter, a figure or a low line."""
    return sign.isalnum() or sign == "_"
