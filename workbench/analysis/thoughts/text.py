"""One thought and its question, prepared once for all that is looked for in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from workbench.analysis.thoughts.word_places import same_length_lower
from workbench.analysis.thoughts.words import WordSearch

LONGEST_QUESTION: Final = 8_000
"""Characters of a question that are compared with a thought."""
_COUNTED: Final = re.compile(r"(?:how many|wie ?viele|combien (?:de|d['’])|cuánt[oa]s|quant[eio]s?|сколько)\s?(\w{4,})")
_NUMBERED: Final = re.compile(
    r"(?:which|what|welche[mnrs]?|quel(?:le)?|qué|quale?|que)\s(day|year|month|hour|minute|floor|page|round|step|level|number|position|place|"
    r"week|tag|jahr|monat|stunde|stock|seite|jour|année|étage|heure|día|año|piso|giorno|anno|piano|ora|dia|ano|andar)(?!\w)"
)
_PERCENT_ASKED: Final = re.compile(
    r"percentage|(?:percent|%)(?!\s*of\b)\W*\Z|what percent|how many percent|百分[数比率]|百分之几"
)
"""A question whose answer is in hundredths: 62.5 is said as 62.5 %."""
_ASKS_COUNT: Final = re.compile(
    r"how many|number of|count|combien|wie ?viel|cuánt|quant|сколько|多少|几|幾|いく|何|몇|كم"
)
_ASKS_WHERE: Final = re.compile(r"(?<!\w)(?:where|located|in which|wo|où|dónde|dove|onde|где)(?!\w)|哪|どこ|어디")
_ASKS_WHO: Final = re.compile(
    r"(?<!\w)(?:who|whose|whom|author|inventor|painter|composer|scientist|physicist|president|poet|writer|novelist|philosopher|mathematician|chemist|"
    r"king|queen|emperor|astronaut|cosmonaut|director|explorer|leader|minister|artist|singer|playwright|person|wer|qui|quién|chi|quem|кто)"
    r"(?!\w)|谁|誰|누구|누가"
)


_ACCENTED: Final = {
    code: plain
    for code in range(0xC0, 0x250)
    if len(plain := unicodedata.normalize("NFD", chr(code)).encode("ascii", "ignore").decode()) == 1
}


def without_accents(lower: str) -> str:
    """A text without the accents of its Latin letters, letter for letter.

    >>> without_accents("garcía márquez")
    'garcia marquez'
    """
    return lower if lower.isascii() else lower.translate(_ACCENTED)


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
