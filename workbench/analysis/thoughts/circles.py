"""Whether a thought goes in circles: paragraph after paragraph that says once more, in other words, what was said."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.analysis.thoughts.word_places import Hashes, Letters, Places, Words, groups_of, stretches

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
    bounds = np.unique(np.concatenate([[0], ends, [len(starts)]]))
    counted, says_nothing_new = _read(bounds, numbers, words.letters[starts])
    firsts, behind = stretches(says_nothing_new)
    length = (behind - firsts).max(initial=0)
    if length < PARAGRAPHS:
        return None
    last = np.nonzero(behind - firsts == length)[0][-1]
    began, end = bounds[counted[firsts[last]]], bounds[counted[behind[last] - 1] + 1]
    first = int(np.searchsorted(words.starts, starts[began], side="right")) - 1
    return first, int(np.searchsorted(words.starts, starts[end - 1], side="right"))


def _read(bounds: Places, numbers: Hashes, letters: Letters) -> tuple[Places, npt.NDArray[np.bool_]]:
    """The paragraphs that are long enough; and which of these say nothing new, with one more before and behind.

    Of each token its number is told, and its first letter.
    """
    paragraphs = np.arange(len(bounds) - 1).repeat(np.diff(bounds))
    places, again = groups_of(numbers)
    of = paragraphs[places]
    is_other = ~again  # the first such token of its paragraph
    is_other[1:] |= of[1:] != of[:-1]
    said = np.bincount(of[is_other], minlength=len(bounds) - 1)
    is_counted = said >= LEAST_WORDS
    counted = np.nonzero(is_counted)[0]
    others = np.nonzero(is_other & is_counted[of])[0]
    of, group, said = (is_counted.cumsum() - 1)[of[others]], (~again).cumsum()[others], said[counted]
    is_new = np.ones(len(group), dtype=bool)
    is_new[1:] = group[1:] != group[:-1]
    first = np.nonzero(is_new)[0]
    letters = letters[places[others[first]]]
    new = np.bincount(of[first], minlength=len(counted))
    numbered = np.bincount(of[first[(letters >= _ZERO) & (letters <= _NINE)]], minlength=len(counted))
    found = np.zeros(len(counted) + 2, dtype=bool)
    found[1:-1] = (new <= NEW * said) & (numbered == 0)
    if (found[2:] & found[1:-1] & found[:-2]).any():  # else there is none, whatever the paragraphs share
        found[1:-1] &= _shared(of, group, len(counted)) >= SHARED * said
    return counted, found


def _shared(of: Places, group: Places, count: int) -> Places:
    """How many tokens each paragraph shares at most with one of the `LOOKED_BACK` before it.

    Of each different token of a paragraph it is told in which it stands, and its group: those of a group in order.
    """
    shared = np.zeros(count * (LOOKED_BACK + 1), dtype=np.int64)
    for back in range(1, LOOKED_BACK + 1):
        apart = of[back:] - of[:-back]
        alike = np.nonzero((group[back:] == group[:-back]) & (apart <= LOOKED_BACK))[0]
        shared += np.bincount(of[back:][alike] * (LOOKED_BACK + 1) + apart[alike], minlength=len(shared))
    most: Places = shared.reshape(count, LOOKED_BACK + 1).max(axis=1)
    return most
