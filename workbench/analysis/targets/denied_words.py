"""A no before the word for it: where a thought denies what the question asks whether it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_MOST_CHARACTERS_BACK: Final = 160
_NO: Final = re.compile(rf"(?:{around('says_no')})\Z")
_FALSE: Final = re.compile(rf"(?:{around('says_false')})\Z")
_ASKS_WHETHER: Final = re.compile(rf"(?:\A|[.!?:\n]\s*){around('asks_whether')}(?!\w)|{around('yes_or_no')}")
_DENIAL: Final = rf"(?:(?<!\w){around('denies_an_adjective')}|(?<!\w)[a-z]+n['’]t)\s"
_DENIED: Final = rf"(?P<denied>{_DENIAL}(?P<what>[^.!?\n;,]{{0,60}}))"
_CONCLUDES: Final = re.compile(
    rf"(?:\A|[.!?;:\n,—–]\s*|(?:→|=>)\s*)(?:{around('concludes')}(?!\w),?[^.!?\n;]{{0,60}}?\s)?"
    rf"{_DENIED}"
)
_SAYS: Final = re.compile(_DENIED)
_FAR: Final = re.compile(rf"(?<!\w){around('concludes')}(?!\w),?[^.!?\n;,]{{0,60}}?\s{_DENIED}")
_CALLED_FALSE: Final = re.compile(
    rf"(?<!\w){around('statement')}\s(?:{around('is_said', 'is_what')}\s(?:{around('a')}\s)?)?"
    rf"({around('is_false')})(?!\w)"
    rf"|({around('is_false_unspaced')})"
)
"""What is said of a statement that is not so: *the claim is a myth*, 不正确."""
_SENTENCE_ENDS: Final = re.compile(r"[.!?。！？](?!\d)\s*|\n+")
_WORDS: Final = re.compile(r"[^\W\d_]{3,}")
_NUMBERS: Final = re.compile(r"\d+")
_SHARED: Final = 4
_ITEM: Final = re.compile(r"(?<![\w.])\d[\d.,]*\s?[:)]\s*\Z")
_DETERMINES: Final = re.compile(rf"\s(?!{around('behind_a_no')}\s)([a-z]{{3,}})")
"""A noun that a no belongs to."""


def is_no(target: str) -> bool:
    """Whether a target is a no, in some language.

    >>> is_no("No"), is_no("nein"), is_no("none")
    (True, True, False)
    """
    return _NO.match(target.strip().lower()) is not None


def is_false(target: str) -> bool:
    """Whether a target says that a statement is not so: a no, or *false*.

    >>> is_false("False"), is_false("true")
    (True, False)
    """
    return is_no(target) or _FALSE.match(target.strip().lower()) is not None


def is_no_answer(thought: Thought, start: int, end: int) -> bool:
    """Whether a no answers nothing: it belongs to a noun, or to one of several cases that are gone through.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> thought = Thought("There was no contact. 2: no, odd. So no.", ("en",), "Did they trade?")
    >>> [is_no_answer(thought, at, at + 2) for at in (10, 25, 37)]
    [True, True, False]
    """
    noun = _DETERMINES.match(thought.lower, end)
    return (noun is not None and noun[1][:_SHARED] not in thought.asked) or _ITEM.search(
        thought.lower, max(0, start - 12), start
    ) is not None


def denials(thought: Thought, place: int) -> list[tuple[int, int]]:
    """Where, shortly before a no is said, a sentence denies a word of the question: *so it is not prime*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "51 is 3 times 17, so it is not prime. No."
    >>> [said[start:end] for start, end in denials(Thought(said, ("en",), "Is 51 prime?"), said.index("No."))]
    ['not prime']
    """
    if not _ASKS_WHETHER.search(thought.asked):
        return []
    lower = thought.lower
    begin = max(0, place - _MOST_CHARACTERS_BACK)
    asked = _WORDS.findall(thought.asked)
    last = _last_sentence(lower, place)
    found = [
        denial.span("denied")
        for pattern, since in ((_CONCLUDES, begin), (_SAYS, last))
        for denial in pattern.finditer(lower, since, place)
        if any(_is_asked(word, asked) for word in _WORDS.findall(denial["what"]))
    ]
    found += [
        denial.span("denied") for denial in _FAR.finditer(lower, 0, begin) if _is_all_asked(denial["what"], thought)
    ]
    return list(dict.fromkeys(found))


def called_false(thought: Thought, place: int) -> list[tuple[int, int]]:
    """Where, right before a no or *false*, a statement is said not to be so: *the claim is a myth*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "Nobody saw it. The story is a myth. So it is false."
    >>> [said[start:end] for start, end in called_false(Thought(said), said.index("false"))]
    ['myth']
    """
    last = _last_sentence(thought.lower, place)
    return [called.span(1 if called[1] else 2) for called in _CALLED_FALSE.finditer(thought.lower, last, place)]


def _last_sentence(lower: str, place: int) -> int:
    """Where the sentence before a place begins, or what of it is looked at."""
    begin = max(0, place - _MOST_CHARACTERS_BACK)
    stops = [stop.end() for stop in _SENTENCE_ENDS.finditer(lower, begin, place)]
    return stops[-2] if len(stops) > 1 else begin


def _is_all_asked(said: str, thought: Thought) -> bool:
    """Whether what is denied begins with a word of the question, and holds no number that the question lacks."""
    asked = _WORDS.findall(thought.asked)
    words = _WORDS.findall(said)
    return (
        bool(words) and _is_asked(words[0], asked) and all(number in thought.asked for number in _NUMBERS.findall(said))
    )


def _is_asked(word: str, asked: list[str]) -> bool:
    return any(
        word[:_SHARED] == other[:_SHARED] or (len(other) < _SHARED and word.startswith(other)) for other in asked
    )
