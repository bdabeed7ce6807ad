"""Words of thoughts in eleven languages, and words that tell five more: `words.toml`, as quick patterns."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from workbench.base import regular_expressions as re


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


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of some words, longest first, blanks as any white space.

    >>> bool(re.search(alternation(["so far"]), "so  far"))
    True
    """
    spelt = [tuple(r"\s+" if sign == " " else re.escape(sign) for sign in word) for word in sorted(set(words))]
    return f"(?:{_shared(spelt) or '(?!)'})"


def leading(words: Iterable[str], rest: str = "") -> str:
    r"""A pattern for any of some words at the beginning of a word, which is quick: each leads with its own letters.

    >>> [place.start() for place in re.finditer(leading(["if", "wenn"], r"\s"), "gif if ")]
    [4]
    """
    return "|".join(rf"{word}(?<!\w{word}){rest}" for word in map(re.escape, words))


def begins(words: Iterable[str]) -> str:
    """A pattern for a place where one of some words may begin, which is quicker to rule out than the words.

    >>> [place.start() for place in re.finditer(begins(["so", "then"]), "or so, that")]
    [3, 7, 10]
    """
    return f"(?=[{re.escape(''.join(sorted({word[0] for word in words})))}])"


def _shared(words: list[tuple[str, ...]]) -> str:
    """Words as a pattern in which what they begin with alike is tried once, and longer ones before shorter ones."""
    behind: dict[str, list[tuple[str, ...]]] = {}
    for word in words:
        if word:
            behind.setdefault(word[0], []).append(word[1:])
    ways = [sign + _shared(rest) for sign, rest in behind.items()]
    if len(ways) == 1 and () not in words:
        return ways[0]
    return f"(?:{'|'.join(ways)}){'?' if () in words else ''}" if ways else ""
