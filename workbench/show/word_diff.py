"""Two texts beside each other, with the words that differ marked."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

from markupsafe import Markup, escape

from workbench.show.markdown import visible

MOST_WORDS: Final = 1_000
"""Words and spaces compared of the stretch that differs, in each text: comparing takes more than linear time."""

_WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")
_CUT: Final = "the rest is too long to compare word by word"


def word_diff(a: str, b: str) -> tuple[Markup, Markup]:
    """Mark what only the first text has as deleted, what only the second has as inserted; all else is escaped.

    A common beginning and end cost next to nothing. Of what lies between them the first `MOST_WORDS` words and spaces
    are compared; what follows is marked as a whole, and a title says so.

    >>> one, other = word_diff("It is 9 sheep.", "It is 8 sheep.")
    >>> print(one, other)
    It is <del>9</del> sheep. It is <ins>8</ins> sheep.
    """
    ours, theirs = _WORDS.findall(visible(a)), _WORDS.findall(visible(b))
    shortest = min(len(ours), len(theirs))
    start = 0
    while start < shortest and ours[start] == theirs[start]:
        start += 1
    end = 0
    while end < shortest - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    middles = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    left, right = [escape("".join(ours[:start]))], [escape("".join(ours[:start]))]
    compared = [middle[:MOST_WORDS] for middle in middles]
    for kind, i, j, k, m in SequenceMatcher(None, compared[0], compared[1]).get_opcodes():
        if kind == "equal":
            left.append(escape("".join(compared[0][i:j])))
            right.append(escape("".join(compared[1][k:m])))
            continue
        left.append(_marked("del", compared[0][i:j]))
        right.append(_marked("ins", compared[1][k:m]))
    left.append(_marked("del", middles[0][MOST_WORDS:], _CUT))
    right.append(_marked("ins", middles[1][MOST_WORDS:], _CUT))
    tail = escape("".join(ours[len(ours) - end :]))
    return Markup().join([*left, tail]), Markup().join([*right, tail])


def _marked(tag: str, words: list[str], title: str = "") -> Markup:
    if not words:
        return Markup()
    if title:
        note = Markup("<small>[{}]</small> ").format(title)
        return note + Markup(f'<{tag} title="{{}}">{{}}</{tag}>').format(title, "".join(words))
    return Markup(f"<{tag}>{{}}</{tag}>").format("".join(words))
