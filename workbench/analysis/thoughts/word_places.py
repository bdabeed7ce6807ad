"""The words of a text as places in it, found for all of it at once; where a script leaves no blanks, its characters."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

_PLANE: Final = 0x10000
_BLANK, _LETTER, _ALONE, _UNSPACED = 1, 2, 4, 8
_ALONE_RANGES: Final = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0x0E00, 0x0E7F))
"""Letters that are words of their own in a text that holds any of `_UNSPACED_RANGES`."""
_UNSPACED_RANGES: Final = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0x0E00, 0x0E7F))
_FACTOR: Final = 0x9E3779B97F4A7C15 | 1
_INVERSE: Final = pow(_FACTOR, -1, 1 << 64)
_LEAST_POWERS: Final = 1 << 15

Places = npt.NDArray[np.int64]


def same_length_lower(text: str) -> str:
    """A text in lower case, letter for letter, so that a place in one is a place in the other.

    >>> len("İ".lower()), len(same_length_lower("İ")), same_length_lower("ÄB")
    (2, 1, 'äb')
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return lower


def letters_of(text: str) -> npt.NDArray[np.uint32]:
    """The letters of a text by their numbers in Unicode.

    >>> letters_of("a é").tolist()
    [97, 32, 233]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


class Words:
    """The words of a text in lower case, as `starts` and `ends` in it.

    >>> words = Words("Wait, 再算 12")
    >>> words.texts(), len(words), words.place(1)
    (['wait', '再', '算', '12'], 4, 6)
    """

    def __init__(self, lower: str) -> None:
        self.lower = lower = same_length_lower(lower)
        self._letters = letters_of(lower)
        plain = lower.encode("ascii", "replace").translate(_plain_kinds())
        kinds = np.frombuffer(plain, dtype=np.uint8)
        if not lower.isascii():
            kinds = kinds.copy()
            rare = np.nonzero(self._letters > 0x7F)[0]
            letters = self._letters[rare]
            kinds[rare] = _kinds()[np.minimum(letters, _PLANE - 1)]
            beyond = np.nonzero(letters >= _PLANE)[0]
            if beyond.size:
                kinds[rare[beyond]] = [_LETTER * chr(letter).isalnum() for letter in letters[beyond].tolist()]
        inside = np.zeros(len(lower) + 2, dtype=bool)
        if not lower.isascii() and (kinds & _UNSPACED).any():
            alone = np.zeros(len(lower) + 2, dtype=bool)
            inside[1:-1], alone[1:-1] = kinds & _LETTER, kinds & _ALONE
            apart = ~inside | alone
            self.starts: Places = np.nonzero(inside[1:-1] & (apart[:-2] | apart[1:-1]))[0]
            self.ends: Places = np.nonzero(inside[1:-1] & (apart[2:] | apart[1:-1]))[0] + 1
        else:
            inside[1:-1] = (kinds & _BLANK) == 0
            turns = np.nonzero(inside[1:] != inside[:-1])[0]  # words begin and end by turns
            self.starts, self.ends = turns[::2], turns[1::2]

    def __len__(self) -> int:
        return len(self.starts)

    def texts(self, step: int = 1) -> list[str]:
        """The words, or every one in so many."""
        lower = self.lower
        return [
            lower[start:end]
            for start, end in zip(self.starts[::step].tolist(), self.ends[::step].tolist(), strict=True)
        ]

    def place(self, number: int) -> int:
        """Where the word of a number begins; the end of the text behind the last."""
        return int(self.starts[number]) if number < len(self.starts) else len(self.lower)

    @cached_property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """A number for each word; alike words have the same one, and others hardly ever."""
        powers, inverses = _powers(1 << max(_LEAST_POWERS.bit_length() - 1, len(self.lower).bit_length()))
        with np.errstate(over="ignore"):
            sums = np.zeros(len(self.lower) + 1, dtype=np.uint64)
            np.cumsum((self._letters + np.uint64(1)) * powers[: len(self.lower)], out=sums[1:])
            found = (sums[self.ends] - sums[self.starts]) * inverses[self.starts]
            found ^= found >> np.uint64(31)
            found *= np.uint64(0xBF58476D1CE4E5B9)
            found ^= found >> np.uint64(27)
        return found


@lru_cache(1)
def _kinds() -> npt.NDArray[np.uint8]:
    """What each letter of Unicode's first plane is, by its number."""
    found = np.zeros(_PLANE, dtype=np.uint8)
    found[[place for place in range(_PLANE) if chr(place).isspace()]] |= _BLANK
    found[[place for place in range(_PLANE) if chr(place).isalnum()]] |= _LETTER
    for ranges, kind in ((_ALONE_RANGES, _ALONE | _LETTER), (_UNSPACED_RANGES, _UNSPACED)):
        for first, last in ranges:
            found[first : last + 1] |= kind
    return found


@lru_cache(1)
def _plain_kinds() -> bytes:
    """The same for letters of one byte, for `bytes.translate`, which is quicker than a look-up by an array."""
    return _kinds()[:0x80].tobytes().ljust(256, b"\0")


@lru_cache(2)
def _powers(count: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Powers of one odd number and of its inverse, by which a word has the same sum wherever it stands."""
    found = []
    with np.errstate(over="ignore"):
        for factor in (_FACTOR, _INVERSE):
            steps = np.full(count, np.uint64(factor))
            steps[0] = 1
            found.append(np.multiply.accumulate(steps))
    return found[0], found[1]
