"""Words around a value in a thought that say whether it is a result: before it, behind it, in its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from workbench.analysis.thoughts.words import alternation, begins, listed_around, words_of
from workbench.base import regular_expressions as re

FILLERS: Final = (*listed_around("before_a_value"), ":", ",")
"""Words between a cue and its value."""

OPTION: Final = listed_around("option")
"""What an option is called before its letter."""

_STOPS: Final = "\n.!?。！？"


@dataclass(frozen=True)
class Cues:
    """Patterns of what stands around a value: `before`, `after` and `concluding` say that it is a result."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    concluding: re.Pattern[str]
    denied: re.Pattern[str]
    step: re.Pattern[str]
    letter: re.Pattern[str]
    told_of: re.Pattern[str]

    def concludes(self, lower: str, begin: int, end: int) -> bool:
        """Whether a word that concludes stands in a stretch of a text in lower case, in its last sentence.

        >>> said = "so it is 4. then 5"
        >>> cues_of(("en",)).concludes(said, 0, 10), cues_of(("en",)).concludes(said, 0, len(said))
        (True, False)
        """
        for sign in _STOPS:
            begin = max(begin, lower.rfind(sign, begin, end) + 1)
        return self.concluding.search(lower, begin, end) is not None


@lru_cache(256)
def cues_of(codes: tuple[str, ...]) -> Cues:
    """The cues of some languages.

    >>> bool(cues_of(("en",)).before.search("so the total is exactly"))
    True
    """

    def bounded(*keys: str, more: tuple[str, ...] = ()) -> str:
        words = [*(word for key in keys for word in words_of(codes, key)), *more]
        spelt = [word for word in words if word[0].isalnum() and word.isascii()]
        other = [word for word in words if word not in spelt]
        return rf"(?:{begins(words)}(?:(?<!\w){alternation(spelt)}(?!\w)|{alternation(other)}))"

    filler = rf"(?:{alternation(FILLERS)}[\s,]*){{0,3}}"
    option = rf"(?:{begins(OPTION)}(?:(?<!\w)|(?<=[^\x00-\x7f])){alternation(OPTION)})"
    denied = [word for word in words_of(codes, "denied") if word[0].isalnum()]
    return Cues(
        before=re.compile(rf"{bounded('stands', 'so', 'answer', more=OPTION)}[\s:,]*{filler}\s*\Z"),
        after=re.compile(
            rf"[^\w,;，；。]{{0,3}}(?:[^\W\d_]+\s|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{{0,3}}){{0,2}}?(?<!the\s){bounded('stays')}(?!\s+\d)"
        ),
        concluding=re.compile(bounded("so")),
        denied=re.compile(
            rf"{begins([*denied, 'n'])}(?:(?<!\w){alternation(denied)}|n['’]t)\s*(?:be|equal to|equal)?\s*\Z"
        ),
        step=re.compile(rf"(?:{bounded('step')})\s*[#(]?\Z"),
        # A comma ends what is said of one option: what follows is the next one's letter.
        letter=re.compile(rf"(?:{bounded('answer')}[^\n.。?？;；]{{0,12}}|{option}[^\n.。?？;；,，]{{0,12}})\Z"),
        told_of=re.compile(rf"{begins(OPTION)}(?<!\w){alternation(OPTION)}\W*\Z"),
    )
