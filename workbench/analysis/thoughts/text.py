"""One thought and its question, prepared once for all that is looked for in it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from workbench.analysis.thoughts.word_places import same_length_lower
from workbench.analysis.thoughts.words import WordSearch, around
from workbench.base import regular_expressions as re

LONGEST_QUESTION: Final = 8_000
"""Characters of a question that are compared with a thought."""
_COUNTED: Final = re.compile(rf"{around('how_many_of')}\s?(\w{{4,}})")
_NUMBERED: Final = re.compile(rf"{around('which')}\s({around('numbered')})(?!\w)")
_PERCENT_ASKED: Final = re.compile(around("asks_percent"))
"""A question whose answer is in hundredths: 62.5 is said as 62.5 %."""
_ASKS_COUNT: Final = re.compile(around("asks_count"))
_ASKS_WHERE: Final = re.compile(rf"(?<!\w){around('asks_where')}(?!\w)|{around('asks_where_unspaced')}")
_ASKS_WHO: Final = re.compile(rf"(?<!\w){around('asks_who')}(?!\w)|{around('asks_who_unspaced')}")


_ACCENTED: Final = {
    code: plain
    for code in range(0xC0, 0x250)
    if len(plain := unicodedata.normalize("NFD", chr(code)).encode("ascii", "ignore").decode()) == 1
}


_ANY_ACCENTED: Final = re.compile(f"[{''.join(map(chr, _ACCENTED))}]")


def without_accents(lower: str) -> str:
    """A text without the accents of its Latin letters, letter for letter.

    >>> without_accents("garcía márquez")
    'garcia marquez'
    """
    # most that is not ASCII in a thought is signs: × → —
    return lower.translate(_ACCENTED) if not lower.isascii() and _ANY_ACCENTED.search(lower) else lower


@dataclass(frozen=True)
class Thought:
    """One thought, prepared once for all that is looked for in it: `codes` are its languages and English."""

    text: str
    codes: tuple[str, ...] = ("en",)
    question: str = ""
    lowered: str | None = None

    @cached_property
    def lower(self) -> str:
        """The text in lower case, letter for letter."""
        return same_length_lower(self.text) if self.lowered is None else self.lowered

    @cached_property
    def written(self) -> dict[int, list[tuple[int, int]]]:
        """Where forms of values are written, each looked for once: by the form's identity."""
        return {}

    @cached_property
    def folded(self) -> str:
        """The text in lower case without the accents of its Latin letters, letter for letter."""
        return without_accents(self.lower)

    @cached_property
    def places(self) -> WordSearch:
        """The text as words are looked for in it."""
        return WordSearch(self.lower)

    @cached_property
    def asked(self) -> str:
        """The question in lower case."""
        return self.question[:LONGEST_QUESTION].lower()

    @cached_property
    def in_percent(self) -> bool:
        """Whether the question asks for hundredths."""
        return _PERCENT_ASKED.search(self.asked) is not None

    @cached_property
    def asks_count(self) -> bool:
        """Whether the question asks how many there are."""
        return _ASKS_COUNT.search(self.asked) is not None

    @cached_property
    def asks_where(self) -> bool:
        """Whether the question asks for a place."""
        return _ASKS_WHERE.search(self.asked) is not None

    @cached_property
    def asks_who(self) -> bool:
        """Whether the question asks for a person."""
        return _ASKS_WHO.search(self.asked) is not None

    @cached_property
    def counted_word(self) -> str:
        """What the question wants counted: *how many faces* is `faces`; else empty."""
        found = _COUNTED.search(self.asked)
        return found[1] if found else ""

    @cached_property
    def numbered(self) -> str:
        """What the question asks the number of: *on which day* is `day`; else empty."""
        found = _NUMBERED.search(self.asked)
        return found[1] if found else ""

    @property
    def counted(self) -> str:
        """The beginning of that word, which it has in common with its other forms."""
        return self.counted_word[: max(4, len(self.counted_word) - 2)]
