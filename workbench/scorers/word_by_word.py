"""A number put together word by word: *two hundred and five*; and the words of one that is written as one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

from workbench.scorers.languages import number_words, table

SHORTEST_COMPOUND: Final = 8
"""Letters of a number in one word that is no single word of the table."""

_MOST_PARTS: Final = 13


def parted(word: str, code: str) -> list[str] | None:
    """The number words that are written as one; None where it is no such word.

    >>> parted("siebentausenddreihundert", "de"), parted("novecentottanta", "it")
    (['siebentausend', 'dreihundert'], ['nove', 'cento', 'ottanta'])
    """
    lang = table()[code]
    parts = _cut(word, _names(code), set(), _MOST_PARTS)
    if parts is None:
        return None
    forms, links = lang["compound_forms"], lang.get("compound_links", ())
    return [form for part in parts if (form := forms.get(part, part)) not in links]


@lru_cache(16)
def _names(code: str) -> tuple[str, ...]:
    """What numbers in one word are made of, the longest first."""
    lang = table()[code]
    names = {*number_words((code,)), *lang["hundred"], *lang["thousand"], *lang["compound_joints"]}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def _cut(word: str, names: Sequence[str], dead: set[int], room: int) -> list[str] | None:
    """A word cut into names; `dead` are the lengths of rests that cannot be cut."""
    if not word:
        return []
    if len(word) in dead or not room:
        return None
    for name in names:
        rest = _cut(word[len(name) :], names, dead, room - 1) if word.startswith(name) else None
        if rest is not None:
            return [name, *rest]
    dead.add(len(word))
    return None


def _in_parts(word: str, code: str) -> list[str]:
    """A word as the number words that it is made of; as it stands where it is one itself, or none."""
    if len(word) < SHORTEST_COMPOUND or word in number_words((code,)):
        return [word]
    return parted(word, code) or [word]


def composed(words: list[str], code: str) -> Fraction | None:
    """The number that words make together: *two hundred and five*, *quatre-vingt-dix mille*."""
    if not table()[code].get("small"):
        return None
    words = ["one" if word == "a" and code == "en" and number == 0 else word for number, word in enumerate(words)]
    if "compound_forms" in table()[code]:
        words = [part for word in words for part in _in_parts(word, code)]
    number, place = _Composed(code), 0
    while place < len(words):
        if words[place] in number.links and 0 < place < len(words) - 1:
            place += 1
            continue
        taken = number.take(words[place:])
        if not taken:
            return None
        place += taken
    return Fraction(number.total + number.current)


class _Composed:
    """A number that grows word by word: `total` of its thousands and more, `current` of what stands below them."""

    def __init__(self, code: str) -> None:
        self.code, self.known, lang = code, number_words((code,)), table()[code]
        self.links = {"and", *lang.get("linking", ())} if code == "en" else set(lang.get("linking", ()))
        self.hundreds, self.thousands, self.scales = set(lang["hundred"]), set(lang["thousand"]), lang.get("scales", {})
        self.counted: dict[str, int] = lang.get("counted_hundreds", {})
        self.total = self.current = 0
        self.last = 10**9

    def take(self, words: list[str]) -> int:
        """Take the next number; how many words it has, 0 where it does not go on so."""
        word = words[0]
        power = self.scales.get(word)
        if self.code == "en" and (word in self.hundreds or power is not None) and not (self.current or self.total):
            return 0
        if word in self.hundreds:
            return self._take_hundred(word)
        if word in self.thousands or (power is not None and power >= 3 and len(word) > 2):
            return self._take_scale(1000 if word in self.thousands else 10**power)
        pair, triple = (_joined(words[:many], self.known) for many in (2, 3))
        step = 3 if triple in self.known and len(words) >= 3 else 2 if pair in self.known and len(words) >= 2 else 1
        value = self.known.get((word, pair, triple)[step - 1])
        if value is None or value.denominator != 1:
            return 0
        return step if self._take_small(int(value), word) else 0

    def _take_hundred(self, word: str) -> int:
        is_counted = self.current <= self.counted.get(word, 0) and self.current % 10 and not self.total
        if self.current > 9 and self.current % 100 and not is_counted:
            return 0
        self.current, self.last = (self.current or 1) * 100, 100
        return 1

    def _take_scale(self, size: int) -> int:
        if self.total < size:  # also two thousand million
            self.total, self.current = 0, self.total + self.current
        elif self.total % (size * 1000):
            return 0
        self.total, self.current, self.last = self.total + (self.current or 1) * size, 0, size
        return 1

    def _take_small(self, small: int, word: str) -> bool:
        if small >= 1000:  # also a hundred and two thousand, where two thousand is one name
            if self.total % 10**6:
                return False
            self.total, self.current, self.last = self.total + 1000 * self.current + small, 0, 1000
        elif self.code == "fr" and self.current % 100 == 4 and word in ("vingt", "vingts"):
            self.current += 76
        elif (
            (small >= 100 and self.current)
            or (self.current % 100 and not self._may_follow(small))
            or (small and small >= self.last)
        ):
            return False
        else:
            self.current += small
        return True

    def _may_follow(self, small: int) -> bool:
        """Whether a number may stand behind what there is below a hundred: three behind twenty, in Arabic before it."""
        behind_tens = self.current % 100 >= 20 and self.current % 10 == 0
        if behind_tens and small < 20 and (small < 10 or self.code == "fr"):
            return True
        return self.code == "ar" and self.current % 100 < 10 and small % 10 == 0 and small >= 20


def _joined(some: list[str], known: dict[str, Fraction]) -> str:
    """Words that follow each other as one name of a number: with hyphens, or as they stand."""
    spaced = " ".join(some)
    return spaced if spaced in known and known[spaced].denominator == 1 else "-".join(some)
