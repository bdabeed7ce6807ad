"""The words of a text as places in it, found for all of it at once; where a script leaves no blanks, its characters."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

_PLANE: Final = 0x10000
_LAST_OF_ASCII: Final = 0x7F
_BLANK, _LETTER, _ALONE, _UNSPACED, _PLAIN = 1, 2, 4, 8, 16
_ALONE_RANGES: Final = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0x0E00, 0x0E7F))
"""Letters that are words of their own in a text that holds any of `_UNSPACED_RANGES`."""
_UNSPACED_RANGES: Final = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0x0E00, 0x0E7F))
_PRIVATE, _PRIVATE_LETTERS = 0xE000, 0x1900
"""What Unicode's first plane leaves free: letters of other planes stand there by their last bits."""
_BASE: Final = 0x9E3779B97F4A7C15
"""An odd number: by its powers, the letters of a stretch become one number."""
_BITS_OF_MOST: Final = 15
"""Most thoughts are of fewer letters than two to this power: all of them share one table of powers."""
_MIXED: Final = np.uint64(0xBF58476D1CE4E5B9)

Places = npt.NDArray[np.int64]
Letters = npt.NDArray[np.uint16]
Hashes = npt.NDArray[np.uint64]


def same_length_lower(text: str) -> str:
    """A text in lower case, letter for letter, so that a place in one is a place in the other.

    >>> len("İ".lower()), len(same_length_lower("İ")), same_length_lower("ÄB")
    (2, 1, 'äb')
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return lower


def all_letters_of(text: str) -> npt.NDArray[np.uint32]:
    """The letters of a text by their numbers in Unicode.

    >>> all_letters_of("a é").tolist()
    [97, 32, 233]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def plain_letters_of(text: str) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]:
    """The same, in numbers of no more bytes than they need.

    >>> [plain_letters_of(text).itemsize for text in ("a", "é", "😀")]
    [1, 2, 4]
    """
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    raw = text.encode("utf-16-le", "surrogatepass")
    return np.frombuffer(raw, dtype=np.uint16) if len(raw) == 2 * len(text) else all_letters_of(text)


def letters_of(text: str) -> Letters:
    """The letters of a text, each as a number of two bytes: in Unicode's first plane its own.

    >>> letters_of("a é😀").tolist()[:3], len(letters_of("a é😀"))
    ([97, 32, 233], 4)
    """
    letters = plain_letters_of(text)
    if letters.itemsize > 2:
        letters = np.where(letters < _PLANE, letters, _PRIVATE + letters % _PRIVATE_LETTERS)
    return letters.astype(np.uint16, copy=False)


class Runs(NamedTuple):
    """Runs of letters, figures and low lines of ASCII: where each begins, and its number."""

    starts: Places
    numbers: Hashes


class Words:
    """The words of a text in lower case, as `starts` and `ends` in it.

    >>> words = Words("Wait, 再算 12")
    >>> words.texts(), len(words), words.place(1)
    (['wait', '再', '算', '12'], 4, 6)
    """

    def __init__(self, text: str) -> None:
        lower, self.letters, kinds, self.cased = _in_lower_case(text)
        self.lower, self._kinds = lower, kinds
        inside = np.zeros(len(lower) + 2, dtype=bool)
        self.is_unspaced: Final = not lower.isascii() and bool((kinds & _UNSPACED).any())
        if self.is_unspaced:
            alone = np.zeros(len(lower) + 2, dtype=bool)
            inside[1:-1], alone[1:-1] = kinds & _LETTER, kinds & _ALONE
            apart = ~inside | alone
            self.starts: Places = np.nonzero(inside[1:-1] & (apart[:-2] | apart[1:-1]))[0]
            self.ends: Places = np.nonzero(inside[1:-1] & (apart[2:] | apart[1:-1]))[0] + 1
        else:
            inside[1:-1] = (kinds & _BLANK) == 0
            self.starts, self.ends = stretches(inside)

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
    def hashes(self) -> Hashes:
        """A number for each word; alike words have the same one, and others hardly ever."""
        return self.hashes_of(self.starts, self.ends)

    @cached_property
    def beyond_ascii(self) -> Places:
        """Where letters stand that are not of ASCII: few, in most languages."""
        return np.nonzero((self.letters if self.cased is None else self.cased) > _LAST_OF_ASCII)[0]

    @cached_property
    def runs(self) -> Runs:
        """The runs of plain letters in the text, by which words of European languages are found."""
        inside = np.zeros(len(self.lower) + 2, dtype=bool)
        inside[1:-1] = self._kinds & _PLAIN
        starts, ends = stretches(inside)
        return Runs(starts, self.hashes_of(starts, ends))

    def are_within_words(self, places: Places) -> npt.NDArray[np.bool_]:
        """Whether a letter, a figure or a low line stands at each of some places; outside of the text none does."""
        if not len(self._kinds):
            return np.zeros(len(places), dtype=bool)
        inside = (places >= 0) & (places < len(self._kinds))
        return inside & (self._kinds.take(places, mode="clip") & (_LETTER | _PLAIN) > 0)

    def hashes_of(self, starts: Places, ends: Places) -> Hashes:
        """The same for any stretches of the text."""
        sums = self._sums
        found = sums[ends] - sums[starts]
        found *= _powers(len(sums), inverse=True)[starts]  # as if each stretch began the text
        found ^= found >> np.uint64(31)
        found *= _MIXED
        mixed: Hashes = found ^ (found >> np.uint64(27))
        return mixed

    @cached_property
    def _sums(self) -> Hashes:
        """For each place, the sum of the letters before it, every one times its power: a stretch is a difference."""
        sums = np.zeros(len(self.letters) + 1, dtype=np.uint64)
        np.cumsum(self.letters * _powers(len(sums))[: len(self.letters)], out=sums[1:])
        return sums


class Groups(NamedTuple):
    """Places brought together by the numbers that stand there: alike ones in a row, each such group in its order.

    `again` says of each whether it is of the same group as the one before it.
    """

    places: Places
    again: npt.NDArray[np.bool_]


def groups_of(numbers: Hashes) -> Groups:
    """The places of some numbers, those of alike numbers together.

    Of a number so many of the highest bits are not looked at as a place has: those of hashes are more than enough.

    >>> groups = groups_of(np.array([7, 5, 7, 7], dtype=np.uint64))
    >>> groups.places.tolist(), groups.again.tolist()
    ([1, 0, 2, 3], [False, False, True, True])
    """
    # The place of a number stands in its lowest bits: one sort brings alike ones together, in their order.
    bits = np.uint64(max(1, len(numbers).bit_length()))
    keys = (numbers << bits) | np.arange(len(numbers), dtype=np.uint64)
    keys.sort()
    alike = keys >> bits
    again = np.zeros(len(numbers), dtype=bool)
    np.equal(alike[1:], alike[:-1], out=again[1:])
    return Groups((keys & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64), again)


def _powers(count: int, *, inverse: bool = False) -> Hashes:
    """At least so many powers of `_BASE`, from the first on, or of its inverse; all reckoned modulo 2 ** 64."""
    return _first_powers(max(count.bit_length(), _BITS_OF_MOST), inverse)


@lru_cache(4)
def _first_powers(bits: int, inverse: bool) -> Hashes:
    base = pow(_BASE, -1, 1 << 64) if inverse else _BASE
    return np.full(1 << bits, base, dtype=np.uint64).cumprod()


def stretches(inside: npt.NDArray[np.bool_]) -> tuple[Places, Places]:
    """Where stretches begin and end, given what is inside, with one place more before and behind.

    >>> [places.tolist() for places in stretches(np.array([False, True, True, False]))]
    [[0], [2]]
    """
    turns = np.nonzero(inside[1:] != inside[:-1])[0]
    return turns[::2], turns[1::2]


def _in_lower_case(text: str) -> tuple[str, Letters, npt.NDArray[np.uint8], Letters | None]:
    """A text in lower case, letter for letter, those letters, what each is, and the letters as they were written.

    The last are not told for ASCII, nor where letters of other planes than Unicode's first stand in it.
    """
    if text.isascii():
        raw = text.lower().encode("ascii")
        kinds = np.frombuffer(raw.translate(_plain_kinds()), dtype=np.uint8)
        return raw.decode("ascii"), np.frombuffer(raw, dtype=np.uint8).astype(np.uint16), kinds, None
    raw = text.encode("utf-16-le", "surrogatepass")
    if len(raw) == 2 * len(text) and "Σ" not in text:  # a sigma is another one where its word ends
        cased = np.frombuffer(raw, dtype=np.uint16)
        letters = _lower_letters().take(cased, mode="clip")  # no place is out of bounds, and none is checked
        lower = letters.tobytes().decode("utf-16-le", "surrogatepass")
        if len(lower) == len(text):
            return lower, letters, _kinds().take(letters, mode="clip"), cased
    lower = same_length_lower(text)
    letters = letters_of(lower)
    kinds = _kinds().take(letters)
    if not lower.isascii():
        every = all_letters_of(lower)
        beyond = np.nonzero(every >= _PLANE)[0]
        kinds[beyond] = [_LETTER * chr(letter).isalnum() for letter in every[beyond].tolist()]
    return lower, letters, kinds, None


@lru_cache(1)
def _lower_letters() -> Letters:
    """The lower case of each letter of Unicode's first plane, by its number."""
    lower = [chr(place).lower() for place in range(_PLANE)]
    return np.array([ord(low) if len(low) == 1 else place for place, low in enumerate(lower)], dtype=np.uint16)


@lru_cache(1)
def _kinds() -> npt.NDArray[np.uint8]:
    """What each letter of Unicode's first plane is, by its number."""
    found = np.zeros(_PLANE, dtype=np.uint8)
    found[[place for place in range(_PLANE) if chr(place).isspace()]] |= _BLANK
    found[[place for place in range(_PLANE) if chr(place).isalnum()]] |= _LETTER
    found[[place for place in range(0x80) if chr(place).isalnum() or chr(place) == "_"]] |= _PLAIN
    for ranges, kind in ((_ALONE_RANGES, _ALONE | _LETTER), (_UNSPACED_RANGES, _UNSPACED)):
        for first, last in ranges:
            found[first : last + 1] |= kind
    return found


@lru_cache(1)
def _plain_kinds() -> bytes:
    """The same for letters of one byte, for `bytes.translate`, which is quicker than a look-up by an array."""
    return _kinds()[:0x80].tobytes().ljust(256, b"\0")
