"""Where words stand in a text: many lists of words in one reading of it, by how the words begin."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.analysis.thoughts.word_places import Hashes, Letters, Places, Words
from workbench.scorers.languages import UNSPACED

_MORE: Final = np.uint64(0xC2B2AE3D27D4EB4F)
"""By what the number of a run is multiplied before the next one's is added."""
_BEYOND_ASCII: Final = 0x80
_SHORT: Final = 1 << 16
"""How many numbers a table is looked up by, before they are compared as a whole."""
_MOST_RUNS: Final = 3
_NONE: Final = np.zeros(_MOST_RUNS - 1, dtype=np.uint64)
"""What stands for runs behind the last."""
_BITS_OF_LETTER, _BITS_OF_LENGTH = np.uint64(16), 12

Spans = list[tuple[int, int]]
Table = npt.NDArray[np.bool_]


class _Numbers(NamedTuple):
    """Numbers in order, each with the words that have it: how many, and from where on in `words`."""

    numbers: Hashes
    first: Places
    sizes: Places
    words: Places

    def found(self, numbers: Hashes) -> tuple[Places, Places]:
        """Which of some numbers are among these, and a word of each; one of several words is told as often."""
        places = self.numbers.searchsorted(numbers)
        there = np.nonzero(self.numbers.take(places, mode="clip") == numbers)[0] if len(self.numbers) else places[:0]
        places = places[there]
        sizes = self.sizes[places]
        behind = sizes.cumsum()
        order = np.arange(behind[-1] if len(behind) else 0) + (self.first[places] + sizes - behind).repeat(sizes)
        return there.repeat(sizes), self.words[order]


class _Sought(NamedTuple):
    """Words that are looked for: how each begins, how long it is, its number, and the lists that it stands in.

    Those in plain letters begin with up to three runs, others with one or two letters. `is_first` tells of the last
    bits of a run's number whether any word begins with it, `is_run` the same of one, two and three runs, `is_letter` of
    a letter. What may touch a word before or behind is told by `touches`; `is_ascii` says whether any of the letters is
    one of ASCII.
    """

    is_first: Table
    is_run: Table
    by_run: _Numbers
    is_letter: Table
    by_letters: _Numbers
    is_ascii: bool
    lengths: Places
    hashes: Hashes
    touches: tuple[Table, Table]
    lists: tuple[tuple[int, ...], ...]


@lru_cache(256)
def _sought(lists: tuple[tuple[str, ...], ...], openings: tuple[str, ...]) -> _Sought:
    within: dict[tuple[str, bool], list[int]] = {}
    for number, words in enumerate(lists):
        for listed in words:
            within.setdefault((listed, False), []).append(number)
    for number, opening in enumerate(openings, start=len(lists)):
        within.setdefault((opening, True), []).append(number)
    # Each on a line of its own: what is asked of one is asked of all at once. One in plain letters is the last.
    texts = [text for text, _ in within]
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    starts = (lengths + 1).cumsum() - lengths - 1
    lines = Words("\n".join([*texts, "a"]))
    first = lines.runs.starts.searchsorted(starts)
    count = lines.runs.starts.searchsorted(starts + lengths) - first
    runs, letters = _of_runs(lines.runs.numbers, first), _of_letters(lines.letters, starts)
    by_run: dict[int, list[int]] = {}
    by_letters: dict[int, list[int]] = {}
    is_first, is_run, is_letter = (np.zeros(_SHORT, dtype=bool) for _ in range(3))
    touches_before, touches_behind = [], []
    for place, (text, goes_on) in enumerate(within):
        unspaced = UNSPACED.search(text) is not None
        touches_before.append(unspaced or not text[0].isalnum())
        touches_behind.append(goes_on or unspaced or not text[-1].isalnum())
        if text[0].isascii() and not touches_before[-1]:
            begun = runs[min(count[place] - goes_on, _MOST_RUNS) - 1, place]
            is_first[runs[0, place].astype(np.uint16)] = is_run[begun.astype(np.uint16)] = True
            by_run.setdefault(int(begun), []).append(place)
        else:
            is_letter[letters[0, place]] = True
            by_letters.setdefault(int(letters[min(len(text), 2) - 1, place]), []).append(place)
    return _Sought(
        is_first,
        is_run,
        _in_order(by_run),
        is_letter,
        _in_order(by_letters),
        bool(is_letter[:_BEYOND_ASCII].any()),
        lengths,
        lines.hashes_of(starts, starts + lengths),
        (np.array(touches_before, dtype=bool), np.array(touches_behind, dtype=bool)),
        tuple(map(tuple, within.values())),
    )


def _in_order(words: dict[int, list[int]]) -> _Numbers:
    sizes = np.array([len(words[number]) for number in sorted(words)], dtype=np.int64)
    listed = [place for number in sorted(words) for place in words[number]]
    return _Numbers(
        np.array(sorted(words), dtype=np.uint64), sizes.cumsum() - sizes, sizes, np.array(listed, dtype=np.int64)
    )


def _of_runs(runs: Hashes, places: Places) -> Hashes:
    """Numbers (rows) of one, two and three runs from some places on (columns); behind the last run stands none."""
    runs = np.concatenate([runs, _NONE])
    numbers = np.empty((_MOST_RUNS, len(places)), dtype=np.uint64)
    numbers[0] = runs[places]
    for size in range(1, _MOST_RUNS):
        np.multiply(numbers[size - 1], _MORE, out=numbers[size])
        numbers[size] += runs[places + size]
    return numbers


def _of_letters(letters: Letters, places: Places) -> Hashes:
    """Numbers (rows) of one and of two letters from some places on (columns), which no others have."""
    first = letters[places].astype(np.uint64)
    behind = places + 1
    second = np.where(behind < len(letters), letters.take(behind, mode="clip"), 0)
    return np.stack([first, (first << _BITS_OF_LETTER) | second.astype(np.uint64)])


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
        sought, found = _sought(lists, openings), [Spans() for _ in (*lists, *openings)]
        for at, end, word in self._standing(sought):
            for number in sought.lists[word]:
                spans = found[number]
                if not spans or at >= spans[-1][1]:
                    spans.append((at, end))
        return found

    def _standing(self, sought: _Sought) -> list[tuple[int, int, int]]:
        """Where any words stand, from where to where and which, in order; of those at one place the longest first."""
        begun = [self._by_runs(sought), self._by_letters(sought)]
        starts, words = (np.concatenate(arrays) for arrays in zip(*begun, strict=True))
        ends = starts + sought.lengths[words]
        inside = np.nonzero(ends <= len(self._words.lower))[0]
        starts, ends, words = starts[inside], ends[inside], words[inside]
        stands = self._words.hashes_of(starts, ends) == sought.hashes[words]
        for touches, beside in zip(sought.touches, (starts - 1, ends), strict=True):
            stands &= touches[words] | ~self._words.are_within_words(beside)
        order = np.argsort((starts << _BITS_OF_LENGTH) - ends + starts)
        order = order[stands[order]]
        return list(zip(starts[order].tolist(), ends[order].tolist(), words[order].tolist(), strict=True))

    def _by_runs(self, sought: _Sought) -> tuple[Places, Places]:
        """Where plain letters begin as words do, and those words."""
        starts, runs = self._words.runs
        first = np.nonzero(sought.is_first.take(runs.astype(np.uint16), mode="clip"))[0]
        if not len(first):
            return first, first
        numbers = _of_runs(runs, first).ravel()
        likely = np.nonzero(sought.is_run.take(numbers.astype(np.uint16), mode="clip"))[0]
        which, words = sought.by_run.found(numbers[likely])
        return starts[first[likely[which] % len(first)]], words

    def _by_letters(self, sought: _Sought) -> tuple[Places, Places]:
        """The same of any other letters."""
        letters, beyond = self._words.letters, self._words.beyond_ascii
        places = np.arange(len(letters)) if sought.is_ascii else beyond
        first = places[sought.is_letter.take(letters[places], mode="clip")]
        if not len(first):
            return first, first
        which, words = sought.by_letters.found(_of_letters(letters, first).ravel())
        return first[which % len(first)], words
