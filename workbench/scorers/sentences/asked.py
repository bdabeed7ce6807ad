"""Which of several values is asked for: the one whose clause has most of the question's words."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, table, worded, words
from workbench.scorers.numerals import Numeral

_CLAUSES: Final = re.compile(
    rf"[;.,]\s|\s(?:{as_written('plain_and', 'turn')})\s|[，；。、]|{as_written('joined_and')}"
)
_IN_DATE: Final = re.compile(r"\d\.\s[^\W\d_]|\w,\s\d{4}(?!\d)")
"""Signs inside a date that end no clause: `31. März`, `March 31, 1889`."""
_JOINED: Final = re.compile(rf"{as_written('joined_words')}[\u0621-\u064a]{{3}}")
"""A word that *and* is joined to: `وتوفي`."""
_VOWELS: Final = re.compile(r"[\u064b-\u0652]")
"""Signs for the short vowels of Arabic, which part no word."""
_PAIR: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2}")
_HOW_MANY: Final = re.compile(rf"{worded('how_many')}\s?([^\W\d_]{{3,}})")
_HOW_MANY_AFTER: Final = re.compile(rf"([\u4e00-\u9fff\uac00-\ud7af]){worded('how_many_after')}")
_LONGEST_QUESTION: Final = 2_000
_SEVERAL: Final = 2
_STEM: Final = 4


def asked_for(places: list[int], text: str, question: str) -> tuple[int, bool]:
    """Which of the values that begin at some places of a text is asked for, and whether that is decided; else the last.

    >>> text = "She sailed from Cork in 1902; she landed in 1904."
    >>> asked_for([text.find("1902"), text.find("1904")], text, "When did she sail from Cork?")
    (0, True)
    """
    if len(places) < _SEVERAL:
        return len(places) - 1, True
    asked = stems(question) - common_stems()
    bounds = [match.end() for match in _CLAUSES.finditer(text) if not _IN_DATE.match(text, match.start() - 1)]
    begun, shares = 0, []
    for place in places:
        ends = min([end for end in bounds if end > place] + [each for each in places if each > place] + [len(text)])
        shares.append(len(asked & stems(text[begun:ends])))
        begun = ends
    best = max(shares)
    single = shares.count(best) == 1
    decided = single and (shares[0] < best or best >= _SEVERAL)  # a subject is said but once
    return (shares.index(best) if single else len(places) - 1), decided


def asks_how_many(question: str) -> bool:
    """Whether a question asks for a count of something: `How many hens are there?`, `兔有多少只？`.

    >>> asks_how_many("How many hens are there?"), asks_how_many("How far is it?")
    (True, False)
    """
    asked = question[-_LONGEST_QUESTION:].lower()
    return bool(_HOW_MANY.search(asked) or (not asked.isascii() and _HOW_MANY_AFTER.search(asked)))


def counted_thing_asked_for(lower: str, numbers: list[Numeral], place: int, question: str) -> int | None:
    """Which number of a lower-case text counts what a question asks for, where the one at a place counts another thing.

    >>> from workbench.scorers.numerals import numerals
    >>> text = "so there are 9 hens and 14 goats."
    >>> counted_thing_asked_for(text, numerals(text), 1, "A farm has hens and goats. How many hens are there?")
    0
    """
    asked = question[-_LONGEST_QUESTION:].lower()
    wanted = {match[1][:_STEM] for match in _HOW_MANY.finditer(asked)}
    if wanted:
        things = [_after(lower, number) for number in numbers]
        others = {match[:_STEM] for match in re.findall(r"[^\W\d_]{3,}", asked)} - wanted
    else:
        wanted = {match[1] for match in _HOW_MANY_AFTER.finditer(asked)}
        things = [lower[max(0, number.start - 1) : number.start] for number in numbers]
        others = {each for each in things if each and each in asked and each.isalpha()} - wanted
    own = [which for which, thing in enumerate(things) if thing in wanted]
    return own[0] if len(own) == 1 and own[0] != place and things[place] in others else None


def _after(lower: str, number: Numeral) -> str:
    """How the word after a number begins."""
    word = re.match(r"\s([^\W\d_]{3,})", lower[number.end : number.end + 40])
    return word[1][:_STEM] if word else ""


@lru_cache(1)
def common_stems() -> frozenset[str]:
    """How the words begin that say nothing of what is asked."""
    every = words(tuple(table()), "asking", "articles", "who", "common", "context", "pronouns")
    return frozenset(word[:_STEM] for phrase in every for word in phrase.split())


def stems(text: str) -> set[str]:
    """How the words of a text begin, and the pairs of signs of a script without blanks.

    >>> sorted(stems("Sailing to sea"))
    ['sail', 'sea']
    """
    lower = _VOWELS.sub("", text.lower())
    whole = re.findall(r"[^\W\d_]{3,}", lower)
    found = {word[:_STEM] for word in (*whole, *(word[1:] for word in whole if _JOINED.match(word)))}
    return found | {lower[n : n + 2] for n in range(len(lower)) if _PAIR.match(lower, n)}
