"""Repetition in a thought: how well it compresses, how much of it stood before, and whether it runs in a loop."""

from __future__ import annotations

import math
import zlib
from typing import Final, NamedTuple

import numpy as np

from workbench.analysis.thoughts.circles import circle
from workbench.analysis.thoughts.word_places import Places, Words, groups_of

RUN_WORDS: Final = 6
"""Words of a run that is looked for again; in a script without blanks, its characters."""

LOOP_WORDS: Final = 24
"""A loop is a stretch of at least so many runs …"""

LOOP_SHARE: Final = 0.75
"""… of which at least this share stood twice before: what is said a second time may be a check, a third time is not."""

COMPRESSED: Final = 0.1
"""A thought of at least `LEAST_BYTES` that deflate brings below this share of its bytes is a loop as well."""

LEAST_BYTES: Final = 600

LAST_CHARACTERS: Final = 8_000
"""How much of a thought, from its end, is compressed: a loop is where it ends."""

_FEWEST_THRICE: Final = math.ceil(LOOP_SHARE * LOOP_WORDS)
"""Of the first `LOOP_WORDS` runs of a loop, at least so many stood twice before."""

_FACTOR: Final = 1_000_003


class Repetition(NamedTuple):
    """How far a text repeats itself; `loop` is the stretch, in words, that runs in a loop, None where none does."""

    compression: float
    repeated: float
    words: int
    loop: tuple[int, int] | None

    @property
    def loop_share(self) -> float:
        """The share of the words that stand in the loop."""
        return 0.0 if self.loop is None or not self.words else (self.loop[1] - self.loop[0]) / self.words


def words_in(text: str) -> list[str]:
    """The words of a text in lower case; where a script leaves no blanks, its characters.

    >>> words_in("Wait, wait"), words_in("再算 12 次")
    (['wait,', 'wait'], ['再', '算', '12', '次'])
    """
    return Words(text).texts()


def repetition(text: str, words: Words | None = None) -> Repetition:
    """Measure how far a text repeats itself.

    `compression` is the share that deflate (level 1) leaves of its last `LAST_CHARACTERS`; `repeated` the share of its
    runs of `RUN_WORDS` words that stood before. The loop is the stretch with the largest sum where a run that stood
    twice before counts 1 - `LOOP_SHARE` and any other -`LOOP_SHARE` (Kadane's rule), if it has `LOOP_WORDS` runs; where
    there is none, it is the longest circle (`circles.circle`), which says the same in other words.

    >>> round(repetition("Wait, let me check that again, one moment. " * 40).loop_share, 1)
    0.9
    >>> repetition("The sum is 12. I add 5 and get 17, which is prime.").loop is None
    True
    """
    raw = text[-LAST_CHARACTERS:].encode("utf-8", "replace")
    compression = len(zlib.compress(raw, 1)) / len(raw) if raw else 1.0
    words = Words(text) if words is None else words
    count = len(words) - RUN_WORDS + 1
    if count < 2:
        squeezed = compression < COMPRESSED and len(raw) >= LEAST_BYTES
        return Repetition(compression, 0.0, len(words), (0, len(words)) if squeezed else None)
    hashes = words.hashes
    pairs = hashes[:-1] * np.uint64(_FACTOR) + hashes[1:]
    fours = pairs[:-2] * np.uint64(_FACTOR**2) + pairs[2:]
    runs = fours[:-2] * np.uint64(_FACTOR**2) + pairs[4:]  # of six words
    places, again = groups_of(runs)
    thrice = places[2:][again[2:] & again[1:-1]]
    repeated = int(np.count_nonzero(again)) / count
    loop = None
    if len(thrice) >= _FEWEST_THRICE:
        loop = _stretch(thrice)
        if loop is None and compression < COMPRESSED and len(raw) >= LEAST_BYTES:
            loop = (int(places[again].min()), len(words))
    return Repetition(compression, repeated, len(words), loop or circle(words))


def _stretch(thrice: Places) -> tuple[int, int] | None:
    """The stretch with the largest sum, in words, by the places of runs that stood twice before.

    None where it is too short for a loop. Whatever such a stretch begins with has no sum below 0, so that most texts
    have none for a simple reason: nowhere do enough of those runs stand that close. Between two of them the sum falls:
    it is lowest right before one, and highest right behind one.
    """
    thrice = np.sort(thrice)
    if (thrice[_FEWEST_THRICE - 1 :] - thrice[: 1 - _FEWEST_THRICE]).min() >= LOOP_WORDS:
        return None
    before = np.arange(len(thrice)) - LOOP_SHARE * thrice
    rises = before - np.minimum.accumulate(before)
    last = int(rises.argmax())
    start, end = int(thrice[before[: last + 1].argmin()]), int(thrice[last]) + 1
    return (start, end + RUN_WORDS - 1) if end - start >= LOOP_WORDS else None
