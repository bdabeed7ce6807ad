"""Words of thoughts in eleven languages, and words that tell five more: `words.toml`, as quick patterns."""

from __future__ import annotations

import itertools
import os.path
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED

_SHARED_LETTERS: Final = 4
_IN_WORDS: Final = bytes(letter < 128 and (chr(letter).isalnum() or letter == ord("_")) for letter in range(256))
"""Which bytes stand in words, for `bytes.translate`: several times as quick as a look-up by an array."""
_SIGN: Final = 0
_FIGURE: Final = 27
_CODES: Final = bytes(
    letter - ord("a") + 1 if ord("a") <= letter <= ord("z") else _FIGURE if _IN_WORDS[letter] else _SIGN
    for letter in range(256)
)
"""What a byte counts as in the opening of a word: a letter, a figure, or a sign, which ends a word."""
_TIMES: Final = np.uint32(33)
_MASK: Final = np.uint32((1 << 15) - 1)

Letters = npt.NDArray[np.uint32]


@lru_cache(1)
def table() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The table of words, by the code of the language.

    >>> len(table()) > 10, "wait" in table()["en"]["reflection"], "等等" in table()["zh"]["reflection"]
    (True, True, True)
    """
    read = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return {code: {key: tuple(words) for key, words in lists.items()} for code, lists in read.items()}


@lru_cache(512)
def words_of(codes: tuple[str, ...], key: str) -> tuple[str, ...]:
    """The words under a key in some languages, longest first, each once; unknown languages have none."""
    found = {word for code in codes for word in table().get(code, {}).get(key, ())}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def every(key: str) -> tuple[str, ...]:
    """The words under a key in all languages.

    >>> "answer" in every("answer"), "Antwort".lower() in every("answer")
    (True, True)
    """
    return words_of(tuple(table()), key)


@lru_cache(1)
def _around() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("around.toml").read_text(encoding="utf-8"))


def listed_around(*keys: str) -> tuple[str, ...]:
    """What stands under some keys of `around.toml`, in all languages, each once; strokes begin a pattern.

    >>> listed_around("and", "or")[:3]
    ('and', 'und', 'et')
    """
    return tuple(dict.fromkeys(word for key in keys for words in _around()[key].values() for word in words))


def around(*keys: str) -> str:
    """The same as a pattern, without the edges of words.

    >>> around("is_asked", "part_of_unspaced")
    '(?:is|would|should|could|ist|wäre|est|es|è|é|的)'
    """
    patterns = [word[1:] if word.startswith("/") else re.escape(word) for word in listed_around(*keys)]
    return f"(?:{'|'.join(patterns)})"


def in_order(key: str, place: int, codes: tuple[str, ...]) -> tuple[str, ...]:
    """What stands at a place, from 0 on, in some languages' lists under a key of `around.toml`, as patterns.

    >>> in_order("first_to_last", 1, ("en", "es")), in_order("first_to_last", 99, ("en",))
    (('second', 'segund[ao]'), ())
    """
    lists = [_around()[key].get(code, []) for code in codes]
    words = [listed[place] for listed in lists if 0 <= place < len(listed)]
    return tuple(dict.fromkeys(word[1:] if word.startswith("/") else re.escape(word) for word in words))


class _Searches(NamedTuple):
    """What to look for: words that begin with a Latin letter by their `openings`, and others in the whole text.

    `opens` tells of each opening (`_opening`) whether a word has it; `by_opening` are such words, and their pattern.
    """

    opens: npt.NDArray[np.bool_]
    by_opening: Mapping[int, Sequence[tuple[tuple[str, ...], re.Pattern[str]]]]
    anywhere: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(256)
def _searches(words: tuple[str, ...]) -> _Searches:
    """Words that begin alike together, as the letters that they share and a pattern from there on."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words):
        groups.setdefault(word[:_SHARED_LETTERS] if not UNSPACED.search(word) else word[:1], []).append(word)
    opens = np.zeros(int(_MASK) + 1, dtype=bool)
    by_opening: dict[int, list[tuple[tuple[str, ...], re.Pattern[str]]]] = {}
    anywhere = []
    for alike in groups.values():
        shared = os.path.commonprefix(alike)  # noqa: RUF071 - of letters, and not of paths
        rests = sorted((word[len(shared) :] for word in alike), key=lambda rest: (-len(rest), rest))
        patterns = [
            re.escape(rest) + ("" if not word[-1].isalnum() or UNSPACED.search(word) else r"(?!\w)")
            for rest in rests
            for word in [shared + rest]
        ]
        escaped = re.escape(shared)
        before = rf"(?<!\w{escaped})" if shared[0].isalnum() and not UNSPACED.search(shared) else ""
        pattern = re.compile(f"{escaped}{before}(?:{'|'.join(patterns)})")
        if before and shared[0].isascii() and len(shared) > 1:
            for opening in {opening for word in alike for opening in _openings_of(word[:_SHARED_LETTERS])}:
                opens[opening] = True
                by_opening.setdefault(opening, []).append((tuple(alike), pattern))
        else:
            anywhere.append((shared, pattern))
    return _Searches(opens, by_opening, tuple(anywhere))


def _opening(letters: Letters) -> Letters:
    """The first four letters of what begins at each place, as one number: what opens alike has the same one."""
    found: Letters = letters[:-3]
    for later in (letters[1:-2], letters[2:-1], letters[3:]):
        found = found * _TIMES + later
    return found & _MASK


def _openings_of(word: str) -> list[int]:
    """The openings of a text that may begin with up to four letters of a word; what is shorter is a whole word.

    >>> len(_openings_of("wait")), len(_openings_of("but")), len(_openings_of("so"))
    (1, 1, 28)
    """
    codes = [[code] for code in word.encode("ascii", "replace").translate(_CODES)]
    if len(codes) < _SHARED_LETTERS and codes[-1] != [_SIGN]:
        codes.append([_SIGN])
    codes += [list(range(_FIGURE + 1))] * (_SHARED_LETTERS - len(codes))
    return [int(_opening(np.array(letters, dtype=np.uint32))[0]) for letters in itertools.product(*codes)]


class WordSearch:
    """A text in lower case in which words are looked for: many lists of words, in one reading of the text.

    Words begin where a letter stands behind none. Their openings are found for the whole text at once; only where a
    wanted word opens alike is a pattern tried.
    """

    def __init__(self, lower: str) -> None:
        self._lower = lower
        self._found: dict[tuple[str, ...], list[tuple[int, int]]] = {}

    @cached_property
    def _openings(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where words begin, and the opening of each. What is no Latin letter is a sign here, one for one."""
        plain = self._lower.encode("ascii", "replace") + b"\0" * (_SHARED_LETTERS - 1)
        inside = np.frombuffer(plain.translate(_IN_WORDS), dtype=np.bool_)
        starts = np.nonzero(inside[1:] > inside[:-1])[0] + 1
        if inside[0]:
            starts = np.concatenate([[0], starts])
        letters = np.frombuffer(plain.translate(_CODES), dtype=np.uint8).astype(np.uint32)
        return starts, _opening(letters)[starts].astype(np.int64)

    def of(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """Where any of some words stand, in order; one that lies within another counts once.

        >>> WordSearch("wait, but wait: a waiter").of(("but wait", "wait"))
        [(0, 4), (6, 14)]
        """
        if words not in self._found:
            self._found[words] = self._looked_for(words)
        return self._found[words]

    def _looked_for(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        searches, lower = _searches(words), self._lower
        found: list[tuple[int, int]] = []
        if searches.by_opening and lower:
            starts, openings = self._openings
            wanted = searches.opens[openings]
            for at, opening in zip(starts[wanted].tolist(), openings[wanted].tolist(), strict=True):
                for alike, pattern in searches.by_opening[opening]:
                    # a pattern that fails costs ten times what it costs to see that none of its words is there
                    if lower.startswith(alike, at) and (match := pattern.match(lower, at)):
                        found.append(match.span())
        for shared, pattern in searches.anywhere:
            if shared in lower:
                found += [match.span() for match in pattern.finditer(lower)]
        if len(found) < 2:
            return found
        found.sort(key=lambda span: (span[0], -span[1]))
        kept = [found[0]]
        for start, end in found[1:]:
            if start >= kept[-1][1]:
                kept.append((start, end))
        return kept


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of some words, longest first, blanks as any white space.

    >>> bool(re.search(alternation(["so far"]), "so  far"))
    True
    """
    listed = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + ("|".join(re.escape(word).replace(r"\ ", r"\s+") for word in listed) or r"(?!)") + ")"
