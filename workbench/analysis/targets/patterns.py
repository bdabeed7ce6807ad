"""Patterns of a value in other terms: compiled when they are needed, with words by language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.analysis.thoughts.word_places import plain_letters_of
from workbench.scorers.languages import UNSPACED
from workbench.scorers.once import compiled

Spelling = Callable[[str], tuple[str, ...]]
"""The words of a value in a language."""
_MOST_DIGITS: Final = 6
_SIGN: Final = "\u3001"
_BYTES_OF_MOST: Final = 2
"""Bytes of a letter in a text that holds none beyond Unicode's first plane."""
_FIRST_UNSPACED, _LAST_UNSPACED = 0x3000, 0xD7AF
SUPERSCRIPTS: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SIGNS_OF_PARTS: Final = {
    Fraction(1, 2): "½",
    Fraction(1, 4): "¼",
    Fraction(3, 4): "¾",
    Fraction(1, 3): "⅓",
    Fraction(2, 3): "⅔",
}


class Late:
    """A pattern that is compiled when it is first needed: the letters that it begins with stand in few thoughts."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every place of a text that it fits.

        >>> [match[0] for match in Late("[0-9]+").finditer("1 and 22")]
        ['1', '22']
        """
        return compiled(self.pattern).finditer(text)


class LateWord(Late):
    """A pattern that is no part of a longer word; a script without blanks ends a word of another: 化学式为H2O。

    `begin` is what it begins with where a letter may stand before it. A set of all letters of such scripts takes
    longer to compile than most thoughts take to read: signs stand for them, one for one, where none is looked for.
    """

    def __init__(self, pattern: str, begin: str, *, after: bool) -> None:
        super().__init__(pattern)
        self._rest = pattern[len(begin) :]
        self._begin, self._after = begin, after

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every place of a text that it fits.

        >>> [match.span() for match in LateWord("Neon", "N", after=True).finditer("Neon, Neons 是Neon")]
        [(0, 4), (13, 17)]
        """
        letter = r"\w"
        if not text.isascii():
            if UNSPACED.search(self.pattern):
                letter = rf"(?!{UNSPACED.pattern})\w"
            else:
                text = _spaced(text)
        before = rf"(?<!{letter}{self._begin})" if self._begin else ""
        after = rf"(?!{letter})" if self._after else ""
        return compiled(f"{self._begin}{before}{self._rest}{after}").finditer(text)


@lru_cache(8)
def _spaced(text: str) -> str:
    """A text with signs for the letters of scripts that leave no blanks, one for one."""
    letters = plain_letters_of(text)
    is_unspaced = (letters >= _FIRST_UNSPACED) & (letters <= _LAST_UNSPACED)
    if not is_unspaced.any():
        return text
    if letters.itemsize == _BYTES_OF_MOST:
        signs = np.where(_unspaced().take(letters), np.uint16(ord(_SIGN)), letters)
        spaced = signs.tobytes().decode("utf-16-le", "surrogatepass")
        if len(spaced) == len(text):  # no two halves became one letter
            return spaced
    return UNSPACED.sub(_SIGN, text)


@lru_cache(1)
def _unspaced() -> npt.NDArray[np.bool_]:
    """Whether a letter of Unicode's first plane is of a script that leaves no blanks, by its number."""
    return np.array([UNSPACED.match(chr(place)) is not None for place in range(1 << 16)])


def parts_around(places: Iterable[int], before: int, behind: int) -> list[tuple[int, int]]:
    """The parts of a text around some places in order, so many letters each way; those that touch are one.

    >>> parts_around([3, 40, 45], 10, 20)
    [(0, 23), (30, 65)]
    """
    parts: list[tuple[int, int]] = []
    for place in places:
        if parts and place - before <= parts[-1][1]:
            parts[-1] = parts[-1][0], place + behind
        else:
            parts.append((max(0, place - before), place + behind))
    return parts


Search = tuple[str, Late]
"""The letters that a pattern begins with, and the pattern."""


def no_words(code: str) -> tuple[str, ...]:
    """What a value without words is called in a language.

    >>> no_words("en")
    ()
    """
    return ()


@dataclass(frozen=True)
class Term:
    """One other way of writing a value: patterns with the letters that each begins with, and words by language.

    What is `weak` stands in many sentences: it counts only where something says that it is a result.
    """

    searches: tuple[Search, ...] = ()
    words: Spelling = field(default=no_words, hash=False, compare=False)
    weak: bool = False
    is_name: bool = False


@lru_cache(1)
def facts() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("terms.toml").read_text(encoding="utf-8"))


def search(first: str, rest: str = "", behind: str = r"(?![\w/]|[.,]\d)") -> Search:
    escaped = re.escape(first)
    before = ""
    if first[:1].isascii() and first[:1].isalnum():  # one large set of letters would take far longer to compile
        before = "".join(rf"(?<!{letters}{escaped})" for letters in ("[a-zà-ÿ0-9_.,/:^-]", "[а-я]", "−"))
    return first, Late(escaped + before + rest + behind)


def decimal(value: Fraction) -> str:
    """A finite decimal of few digits; empty where it is none."""
    for places in range(_MOST_DIGITS):
        scaled = value * 10**places
        if scaled.denominator == 1:
            whole = str(abs(scaled.numerator)).rjust(places + 1, "0")
            return ("-" if value < 0 else "") + (f"{whole[:-places]}.{whole[-places:]}" if places else whole)
    return ""


def with_points(number: str) -> tuple[str, ...]:
    """A decimal with a point and with a comma; a whole number as it is.

    >>> with_points("2.5"), with_points("90")
    (('2.5', '2,5'), ('90',))
    """
    return (number, number.replace(".", ",")) if "." in number else (number,)
