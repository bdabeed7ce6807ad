"""Words around a value in a thought that say whether it is a result: before it, behind it, in its sentence."""

from __future__ import annotations

from collections.abc import Sequence
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
_KINDS: Final = ("before", "after", "concluding", "denied", "step", "letter", "told_of")
_EQUAL: Final = r"\s*(?:be|equal to|equal)?\s*\Z"


class OneOf:
    """Patterns of which one has to fit: those of each language are compiled once, whichever others stand beside it.

    >>> OneOf((re.compile("b"), re.compile("c"))).search("abc"), OneOf(()).search("abc")
    (True, False)
    """

    def __init__(self, patterns: tuple[re.Pattern[str], ...]) -> None:
        self._patterns: Final = patterns

    def search(self, text: str, *bounds: int) -> bool:
        """Whether one fits anywhere in a text, or between some bounds of it."""
        return any(pattern.search(text, *bounds) for pattern in self._patterns)

    def match(self, text: str, place: int) -> bool:
        """Whether one fits at a place."""
        return any(pattern.match(text, place) for pattern in self._patterns)


@dataclass(frozen=True)
class Cues:
    """Patterns of what stands around a value: `before`, `after` and `concluding` say that it is a result."""

    before: OneOf
    after: OneOf
    concluding: OneOf
    denied: OneOf
    step: OneOf
    letter: OneOf
    told_of: OneOf

    def concludes(self, lower: str, begin: int, end: int) -> bool:
        """Whether a word that concludes stands in a stretch of a text in lower case, in its last sentence.

        >>> said = "so it is 4. then 5"
        >>> cues_of(("en",)).concludes(said, 0, 10), cues_of(("en",)).concludes(said, 0, len(said))
        (True, False)
        """
        for sign in _STOPS:
            begin = max(begin, lower.rfind(sign, begin, end) + 1)
        return self.concluding.search(lower, begin, end)


@lru_cache(256)
def cues_of(codes: tuple[str, ...]) -> Cues:
    """The cues of some languages.

    >>> cues_of(("en",)).before.search("so the total is exactly")
    True
    """
    named = _of_options()
    found = [_of_language(code) for code in codes]
    kinds = [OneOf(tuple(own[kind] for own in (named, *found) if kind in own)) for kind in _KINDS]
    return Cues(*kinds)


@lru_cache(1)
def _of_options() -> dict[str, re.Pattern[str]]:
    """Cues by what an option is called, which are those of all languages."""
    option = rf"(?:{begins(OPTION)}(?:(?<!\w)|(?<=[^\x00-\x7f])){alternation(OPTION)})"
    return {
        "before": re.compile(rf"{_bounded(OPTION)}{_behind_a_cue()}"),
        "denied": re.compile(rf"n['’]t{_EQUAL}"),
        # A comma ends what is said of one option: what follows is the next one's letter.
        "letter": re.compile(rf"{option}[^\n.。?？;；,，]{{0,12}}\Z"),
        "told_of": re.compile(rf"{begins(OPTION)}(?<!\w){alternation(OPTION)}\W*\Z"),
    }


@lru_cache(64)
def _of_language(code: str) -> dict[str, re.Pattern[str]]:
    """The cues of one language, by their kind; none where it has no words of that kind."""

    def words(*keys: str) -> list[str]:
        return [word for key in keys for word in words_of((code,), key)]

    found = {}
    if stands := words("stands", "so", "answer"):
        found["before"] = rf"{_bounded(stands)}{_behind_a_cue()}"
    if stays := words("stays"):
        found["after"] = (
            rf"[^\w,;，；。]{{0,3}}(?:[^\W\d_]+\s|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{{0,3}}){{0,2}}?(?<!the\s){_bounded(stays)}(?!\s+\d)"
        )
    if so := words("so"):
        found["concluding"] = _bounded(so)
    if denied := [word for word in words("denied") if word[0].isalnum()]:
        found["denied"] = rf"{begins(denied)}(?<!\w){alternation(denied)}{_EQUAL}"
    if step := words("step"):
        found["step"] = rf"{_bounded(step)}\s*[#(]?\Z"
    if answer := words("answer"):
        found["letter"] = rf"{_bounded(answer)}[^\n.。?？;；]{{0,12}}\Z"
    return {kind: re.compile(pattern) for kind, pattern in found.items()}


def _bounded(words: Sequence[str]) -> str:
    """A pattern of some words, those in Latin letters at the beginning and end of a word."""
    spelt = [word for word in words if word[0].isalnum() and word.isascii()]
    other = [word for word in words if word not in spelt]
    return rf"(?:{begins(words)}(?:(?<!\w){alternation(spelt)}(?!\w)|{alternation(other)}))"


@lru_cache(1)
def _behind_a_cue() -> str:
    """What may stand between a cue and its value."""
    return rf"[\s:,]*(?:{alternation(FILLERS)}[\s,]*){{0,3}}\s*\Z"
