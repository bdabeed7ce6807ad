"""Whether a thought goes in circles: paragraph after paragraph that says once more, in other words, what was said."""

from __future__ import annotations

import collections
import itertools
from typing import Final

import numpy as np

from workbench.analysis.thoughts.word_places import Words

PARAGRAPHS: Final = 3
"""A circle is at least so many paragraphs in a row of which each says nothing new: …"""

SHARED: Final = 0.5
"""… of its words at least this share stand together in one of the `LOOKED_BACK` paragraphs before it, …"""

NEW: Final = 0.4
"""… at most this share stands nowhere before, and no number that was not there. A list of cases has new numbers."""

LOOKED_BACK: Final = 6
LEAST_WORDS: Final = 4
"""Different words of a paragraph; shorter ones are passed over."""

_BLANK_LINE: Final = 2
"""Letters from one line feed to the next, at most, where a paragraph ends: lines one by one are a list or a table."""

_LINE_FEED, _ZERO, _NINE = 10, ord("0"), ord("9")


def circle(words: Words) -> tuple[int, int] | None:
    """The longest circle of a text, as its first word and the one behind its last; None where there is none.

    >>> checks = ("Is it 9? 17 less 8 is 9.", "Wait, is it 9? Yes, 17 less 8 is 9.", "Hmm, 17 less 8. It is 9, yes.")
    >>> circle(Words("\\n\\n".join(["17 sheep less 8 that die, so it is 9.", *checks])))
    (10, 36)
    >>> circle(Words("\\n\\n".join(f"If a is {n}, then b is {n + 3}." for n in range(9)))) is None
    True
    """
    starts, numbers = words.runs
    if 2 * len(starts) < len(words):  # in scripts without plain letters
        starts, numbers = words.starts, words.hashes
    breaks = np.nonzero(words.letters == _LINE_FEED)[0]
    ends = np.searchsorted(starts, breaks[1:][np.diff(breaks) <= _BLANK_LINE])
    if len(ends) < PARAGRAPHS:
        return None
    tokens = numbers.tolist()
    firsts = words.letters[starts]
    figures = set(numbers[(firsts >= _ZERO) & (firsts <= _NINE)].tolist())
    before: collections.deque[set[int]] = collections.deque(maxlen=LOOKED_BACK)
    known: set[int] = set()
    longest, length, began = (0, 0, 0), 0, 0
    for start, end in itertools.pairwise([0, *np.unique(ends).tolist(), len(tokens)]):
        said = set(tokens[start:end])
        if len(said) < LEAST_WORDS:
            continue
        new = said - known
        if (
            len(new) <= NEW * len(said)
            and new.isdisjoint(figures)
            and max((len(said & one) for one in before), default=0) >= SHARED * len(said)
        ):
            began = began if length else start
            length += 1
            longest = max(longest, (length, began, end))
        else:
            length = 0
        before.append(said)
        known |= said
    length, began, end = longest
    if length < PARAGRAPHS:
        return None
    first = int(np.searchsorted(words.starts, starts[began], side="right")) - 1
    return first, int(np.searchsorted(words.starts, starts[end - 1], side="right"))
