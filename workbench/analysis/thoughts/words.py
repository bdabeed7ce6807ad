"""Words of thoughts in eleven languages, and words that tell five more: `words.toml`, as quick patterns."""

from __future__ import annotations

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
_BITS: Final = 5
_IN_WORDS: Final = bytes(letter < 128 and (chr(letter).isalnum() or letter == ord("_")) for letter in range(256))
"""Which bytes stand in words, for `bytes.translate`: several times as quick as a look-up by an array."""
_MASK: Final = np.uint16((1 << _BITS) - 1)
_NARROW: Final = np.uint16(_BITS)
_WIDE: Final = np.uint16(2 * _BITS)

Letters = npt.NDArray[np.uint16]


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


def in_order(key: str, place: int) -> tuple[str, ...]:
    """What stands at a place, from 0 on, in the list under a key of `around.toml`, as patterns; none beyond its end.

    >>> in_order("first_to_last", 1)[0], in_order("first_to_last", 99)
    ('second', ())
    """
    words = [listed[place] for listed in _around()[key].values() if 0 <= place < len(listed)]
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
    opens = np.zeros(1 << 3 * _BITS, dtype=bool)
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
            letters = np.frombuffer(shared[:3].encode("ascii", "replace"), dtype=np.uint8)
            first = int(_opening(*letters.astype(np.uint16), *[np.uint16(0)] * (3 - len(letters))))
            last = first + (1 << _BITS * (3 - len(letters)))
            opens[first:last] = True
            for opening in range(first, last):
                by_opening.setdefault(opening, []).append((tuple(alike), pattern))
        else:
            anywhere.append((shared, pattern))
    return _Searches(opens, by_opening, tuple(anywhere))


def _opening(first: Letters, second: Letters, third: Letters) -> Letters:
    """The first three letters of a word as one number; capitals and signs share theirs with other letters."""
    high: Letters = np.left_shift(first & _MASK, _WIDE, dtype=np.uint16)
    middle: Letters = np.left_shift(second & _MASK, _NARROW, dtype=np.uint16)
    found: Letters = high | middle | (third & _MASK)
    return found


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
        plain = self._lower.encode("ascii", "replace") + b"\0\0"
        inside = np.frombuffer(plain.translate(_IN_WORDS), dtype=np.bool_)
        starts = np.nonzero(inside[1:] > inside[:-1])[0] + 1
        if inside[0]:
            starts = np.concatenate([[0], starts])
        letters = np.frombuffer(plain, dtype=np.uint8).astype(np.uint16)
        return starts, _opening(letters[:-2], letters[1:-1], letters[2:])[starts].astype(np.int64)

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
