"""Where a thought turns from an answer to another one without calling it the answer: *so it should be 20?*."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from workbench.analysis.option_letters import options_of
from workbench.analysis.target_forms import Form, forms_of
from workbench.analysis.target_places import says
from workbench.analysis.thought_text import Thought
from workbench.analysis.thought_words import alternation, words_of
from workbench.scorers.languages import table as number_languages
from workbench.scorers.number_words import number_in_words

_LONGEST_VALUE: Final = 40
_SENTENCE: Final = 120
_BETWEEN: Final = re.compile(
    r"(?:[\s*_\"“‘«「『$(:,，]|(?<!\w)(?:just|only|exactly|about|rather|actually|really|then|therefore|plutôt|donc|seulement"
    r"|eher|nur|also|doch|genau|más bien|solo|entonces|piuttosto|quindi|solo|apenas|então|mais|только|скорее)(?!\w))*"
)
_NUMBER: Final = re.compile(r"[-−]?\d[\d.,/]*(?:(?<=/)[a-z]\b)?")
_OPERATION: Final = re.compile(
    r"\s?(?:[+×*·÷/^=]|[-−–]\s?\d|\\times|\\cdot|(?:plus|minus|times|mal|fois|por|乘|加|减)\s)"
)
_NAME: Final = re.compile(r"[^\W\d_][^\W_]*(?:[ '’-][A-ZÀ-ÞА-Я][^\W\d_]*){0,3}")
_UNSPACED_NAME: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af·]{1,8}")
_LETTER: Final = re.compile(r"\(?([A-J])\)?(?![\w'’])")
_ENDS: Final = re.compile(r"\s*(?:[?？.。,，;；!！)\"”』」]|\Z|\n|[-–—]|吧|吗|呢|了|か|では|じゃ|だ|です|인가|일까)")
_WORDS: Final = re.compile(r"[^\W\d_]+(?:[- ][^\W\d_]+)?|[零一二两三四五六七八九十百千万]+")
_ASKED: Final = re.compile(
    r"(?:what(?: is|'s| was)|find|calculate|compute|determine|give)\s(?:the\s)?(?:\w+\s)??(\w{3,})|"
    r"(?:quelle est|quel est|cuál es|qual è|qual é)\s(?:la |le |el |il |lo |o |a |l['’])(\w{4,})|"
    r"(?:was ist|wie groß ist|wie lautet)\s(?:der|die|das)\s(\w{4,})"
)
_SO: Final = re.compile(
    r"(?<!\w)(?P<so>so|then|also|donc|entonces|quindi|então|значит|所以|那么|だから|그럼)\s?"
    r"(?=[-−]?\d[\d.,/]{0,12}\s?[?？])"
)
"""A number that is asked: *so 32?*"""
_IS_THE_ANSWER: Final = re.compile(r"(?<![\w.,/-])[-−]?\d[\d.,/]*(?= is the (?:correct |right )?answer)")
_SUPPOSED: Final = re.compile(r"(?:(?<!\w)(?:if|wenn|si|se|falls|если)\s|如果|假如|もし|만약)[^.!?。！？\n]*\Z")
"""A sentence of what is not so: *if it were with replacement, it would be 9/64*."""
_IS: Final = r"(?:is|would be|should be|must be|est|serait|ist|wäre|es|sería|è|sarebbe|é|seria)"


@lru_cache(256)
def _of_asked(asked: str) -> re.Pattern[str] | None:
    """What the question asks for, and a verb: *the probability is*."""
    found = _ASKED.search(asked)
    if found is None:
        return None
    nouns = [noun for noun in found.groups() if noun]
    return re.compile(rf"(?<!\w)(?:{alternation(nouns)}\s{_IS}|(?:is|would) the {alternation(nouns)}(?: be)?)(?!\w)")


def turns(thought: Thought, target: str, first: int) -> list[int]:
    """Where another value of the target's kind is concluded, after a word of doubt behind the target's first place.

    >>> text = "12 + 8 = 20. Hmm, I counted twice, so it should be 12? No, 20."
    >>> [text[place:][:12] for place in turns(Thought(text), "20", 11)]
    ['it should be']
    """
    codes = thought.codes
    claims = [span for span in thought.places.of(words_of(codes, "turns")) if span[0] >= first]
    asked = _of_asked(thought.asked)
    if asked is not None:
        claims += [match.span() for match in asked.finditer(thought.lower, first)]
    claims += [match.span("so") for match in _SO.finditer(thought.lower, first)]
    claims += [(match.start(), match.start()) for match in _IS_THE_ANSWER.finditer(thought.lower, first)]
    if not claims:
        return []
    doubts = [
        start
        for key in ("reflection", "switch", "doubt", "wrong")
        for start, _ in thought.places.of(words_of(codes, key))
        if start >= first
    ]
    if not doubts:
        return []
    doubted, forms = min(doubts), forms_of(target)
    return [
        start
        for start, end in sorted(claims)
        if end > doubted
        and _SUPPOSED.search(thought.lower, max(0, start - _SENTENCE), start) is None
        and _is_other(thought, target, forms, end)
    ]


def _is_other(thought: Thought, target: str, forms: tuple[Form, ...], place: int) -> bool:
    """Whether what stands there is a value of the target's kind, and not the target."""
    kinds = {form.kind for form in forms}
    between = _BETWEEN.match(thought.lower, place)
    begin = place if between is None else between.end()
    piece = thought.text[begin : begin + _LONGEST_VALUE]
    if "letter" in kinds:
        letter = _LETTER.match(piece)
        if letter is not None:
            return not says(target, letter[1]) and _ENDS.match(piece, letter.end()) is not None
        told = [text for label, text in options_of(thought.question).items() if not says(target, label)]
        return any(piece.lower().startswith(text.lower()) for text in told if len(text) > 1)
    if kinds & {"number", "date"}:
        number = _NUMBER.match(piece)
        if number is not None:
            value = number[0].rstrip(".,/")
            return not says(target, value) and _OPERATION.match(piece, len(value)) is None
        words = _WORDS.match(piece.lower())
        codes = tuple(number_languages())
        for value in (words[0], words[0].split()[0]) if words else ():
            if number_in_words(value, codes) is not None:
                return not says(target, value, thought.codes)
        return False
    name = _UNSPACED_NAME.match(piece) or _NAME.match(piece)
    if name is None or says(target, name[0], thought.codes) or _ENDS.match(piece, name.end()) is None:
        return False
    return name[0].lower() in thought.asked or (name[0][:1].isupper() and target[:1].isupper())
