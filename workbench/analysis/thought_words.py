"""Words of thoughts in eleven languages, and words that tell five more: `thought_words.toml`, as quick patterns."""

from __future__ import annotations

import os.path
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

_UNSPACED: Final = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHARED_LETTERS: Final = 4


@lru_cache(1)
def table() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The table of words, by the code of the language.

    >>> len(table()) > 10, "wait" in table()["en"]["reflection"], "等等" in table()["zh"]["reflection"]
    (True, True, True)
    """
    read = tomllib.loads(Path(__file__).with_name("thought_words.toml").read_text(encoding="utf-8"))
    return {code: {key: tuple(words) for key, words in lists.items()} for code, lists in read.items()}


@lru_cache(512)
def words_of(codes: tuple[str, ...], key: str) -> tuple[str, ...]:
    """The words under a key in some languages, longest first, each once; unknown languages have none."""
    found = {word for code in codes for word in table().get(code, {}).get(key, ())}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@lru_cache(256)
def _searches(words: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What to look for: words that begin alike together, as the letters that they share and a pattern from there on.

    Shared letters are found at the speed of memory, and most are in no thought.
    """
    groups: dict[str, list[str]] = {}
    for word in sorted(words):
        groups.setdefault(word[:_SHARED_LETTERS] if not _UNSPACED.search(word) else word[:1], []).append(word)
    found = []
    for alike in groups.values():
        shared = os.path.commonprefix(alike)  # noqa: RUF071 - of letters, and not of paths
        rests = sorted((word[len(shared) :] for word in alike), key=lambda rest: (-len(rest), rest))
        patterns = [
            re.escape(rest) + ("" if not word[-1].isalnum() or _UNSPACED.search(word) else r"(?!\w)")
            for rest in rests
            for word in [shared + rest]
        ]
        escaped = re.escape(shared)
        before = rf"(?<!\w{escaped})" if shared[0].isalnum() and not _UNSPACED.search(shared) else ""
        found.append((shared, re.compile(f"{escaped}{before}(?:{'|'.join(patterns)})")))
    return tuple(found)


def places_of(lower: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where any of some words stand in a text in lower case, in order; one that lies within another counts once.

    >>> places_of("wait, but wait: a waiter", ("but wait", "wait"))
    [(0, 4), (6, 14)]
    """
    found: list[tuple[int, int]] = []
    for shared, pattern in _searches(words):
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
