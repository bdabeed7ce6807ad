"""Where a thought turns from an answer to another one without calling it the answer: *so it should be 20?*."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final

from workbench.analysis.targets.claims import says
from workbench.analysis.targets.forms import Form, forms_of
from workbench.analysis.targets.option_letters import CIRCLED, options_of
from workbench.analysis.thoughts.text import Thought, every_place
from workbench.analysis.thoughts.words import around, leading, listed_around
from workbench.base import regular_expressions as re
from workbench.scorers.languages import table as number_languages
from workbench.scorers.number_words import number_in_words

_LONGEST_VALUE: Final = 40
_SENTENCE: Final = 120
_BETWEEN: Final = re.compile(
    rf"(?:[\s*_\"“‘«「『$:,，]|\((?![^()\n]{{0,20}},)|(?<!\w)[a-z]\s?=|(?<!\w){around('after_a_turn')}(?!\w)|(?<!\w)l['’])*"
)
_NUMBER: Final = re.compile(r"[-−]?\d[\d.,/]*(?:(?<=/)[a-z]\b)?")
_OPERATION: Final = re.compile(rf"\s?(?:[+×*·÷/^=]|[-−–]\s?\d|\\times|\\cdot|{around('operates')}\s)")
_PAIR: Final = re.compile(rf"\s{around('and')}\s[-−]?\d")
"""What makes one of two numbers of a number: 7 and 8."""
_NAME: Final = re.compile(r"[^\W\d_][^\W_]*(?:[ '’-][A-ZÀ-ÞА-Я][^\W\d_]*){0,3}")
_UNSPACED_NAME: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af·]{1,8}")
_LETTER: Final = re.compile(r"\(?(?:([A-J])\)?(?![\w'’])|([①-⑩]))")
_BRACKETED: Final = re.compile(r"\[[^\[\]\n]*\]|\{[^{}\n]*\}|\([^()\n]*\)|'[^'\n]*'|\"[^\"\n]*\"")
_CIRCLED: Final = re.compile(rf"{around('chooses')}\s?(?=[①-⑩])")
_ENDS: Final = re.compile(
    rf"\s*(?:{around('says_that_it_is')}(?!\w)|[?？.。,，;；!！)\"”』」]|\Z|\n|[-–—]|{around('ends_a_sentence')})"
)
_WORDS: Final = re.compile(r"[^\W\d_]+(?:[- ][^\W\d_]+)?")
_ASKED: Final = re.compile(around("asks_for_a_noun"))
_SO: Final = re.compile(
    rf"(?:(?<!\w){around('so_asked')}|{around('so_asked_unspaced')})\s?(?=(?:[a-z]\s?=\s?)?[-−]?\d[\d.,/]{{0,12}}\s?\Z)"
)
"""Before a question mark: *so 32?*"""
_NUMBER_BEFORE: Final = re.compile(r"(?<![\w.,/-])([-−]?\d[\d.,/]*)\Z")
_NAME_BEFORE: Final = re.compile(
    rf"(?:[.!?;:,…\n]|(?<!\w){around('before_a_drafted_name')})\s*[*_\"“]*([^\W\d_]+)[*_\"”]*\Z"
)
_SHORT: Final = 24
_ARTICLES: Final = frozenset(listed_around("a"))
"""Words for one that stand before most nouns."""
_PLAIN: Final = re.compile(r"[1-9][0-9]{0,8}")
_ROUNDED: Final = 0.005
_POINT_MOVED: Final = (100, 1_000, 10_000)
_SUPPOSED: Final = re.compile(
    "|".join((leading(listed_around("if", "supposing"), r"\s"), *listed_around("if_unspaced")))
)
"""A sentence of what is not so: *if it were with replacement, it would be 9/64*."""
_STOPS: Final = "\n!?。！？"
_IS: Final = re.compile(rf"\s{around('is_said')}(?!\w)")
_SO_IS: Final = re.compile(
    rf"(?:{leading(listed_around('so_a_thing_is'))}) "
    rf"(?=(?P<thing>(?:[^\W\d_]+\s){{1,5}}?)(?P<verb>(?:{around('a_thing_is')}|=)\s))"
)
_SO_SAYS: Final = re.compile(
    r",?\s"
    rf"(?=[$€£]?[-−]?\d[\d.,/:]*(?:\s?(?:(?!{around('of_each')}\s?[.!])[^\W\d_]+|%))?[.!](?:\s|\Z)"
    rf"|\(?[a-j]\)?\s{around('over_another_option')})"
)
_ENDED: Final = re.compile(r"[.!?\n]\s+\Z")
_IS_THE: Final = re.compile(rf"(?<!\w){around('is_the')} \Z")


def _said_of(thought: Thought, first: int) -> list[tuple[int, int]]:
    """Where what the question asks for is said to be something: *the probability is*, *is the maximum*."""
    asked = _ASKED.search(thought.asked)
    if asked is None:
        return []
    noun, lower, found = next(noun for noun in asked.groups() if noun), thought.lower, []
    for place in every_place(noun, lower, first):
        verb = _IS.match(lower, place + len(noun))
        if verb is not None:
            found.append((place, verb.end()))
        elif _IS_THE.search(lower, max(0, place - _SHORT), place):
            found.append((place, place + len(noun)))
    return found


def _asked_or_affirmed(thought: Thought, first: int) -> list[tuple[int, int]]:
    """A number before a question mark, and one that *is the answer*."""
    lower, found = thought.lower, []
    for mark in ("?", "？"):
        for place in every_place(mark, lower, first):
            asked = lower[place - 2 : place].rstrip()[-1:]  # of a number, its last sign
            so = _SO.search(lower, max(first, place - _SHORT), place) if asked.isdecimal() or asked in ".,/" else None
            if so is not None:
                found.append(so.span())
    for behind, place in thought.affirmed():
        if place < first:
            continue
        number = _NUMBER_BEFORE.search(lower, max(first, place - _SHORT), place)
        if number is None and (behind != " it is" or _ENDS.match(lower, place + len(behind)) is not None):
            number = _NAME_BEFORE.search(lower, max(first, place - _SHORT), place)
        if number is not None:
            found.append((number.start(1), number.start(1)))
    return found


def _so_is(thought: Thought, first: int) -> list[tuple[int, int]]:
    """Where something that the question names is concluded to be something: *so Tom is*."""
    return [
        (said.start(), said.end("verb"))
        for said in _SO_IS.finditer(thought.lower, first)
        if any(word in thought.asked for word in said["thing"].split() if len(word) > 2)
    ]


def _so_says(thought: Thought, first: int) -> list[tuple[int, int]]:
    """Where a sentence of its own concludes a value and nothing else: *So 285.*, *So A rather than B.*."""
    lower = thought.lower
    return [
        (start, said.end())
        for start, end in thought.concluding
        if start >= first
        and (said := _SO_SAYS.match(lower, end)) is not None
        and _ENDED.search(lower, max(first, start - _SHORT), start) is not None
    ]


def turns(thought: Thought, target: str, first: int) -> Iterator[int]:
    """Where another value of the target's kind is concluded, after a word of doubt behind the target's first place.

    The last of them comes first.

    >>> text = "12 + 8 = 20. Hmm, there are eight of each, so it should be 16? No, 20."
    >>> text[next(turns(Thought(text), "20", 11)) :]
    'be 16? No, 20.'
    """
    commits = [span for span in thought.told("commits") if span[0] >= first]
    claims = [span for span in thought.told("turns") if span[0] >= first]
    doubts = [
        start for key in ("reflection", "switch", "doubt", "wrong") for start, _ in thought.told(key) if start >= first
    ]
    if doubts:
        claims += (
            _said_of(thought, first)
            + _asked_or_affirmed(thought, first)
            + _so_is(thought, min(doubts))
            + _so_says(thought, min(doubts))
        )
    if target in CIRCLED:
        claims += [match.span() for match in _CIRCLED.finditer(thought.lower, first)]
    doubted = min(doubts, default=len(thought.text))
    claims = [span for span in claims if span[1] > doubted]
    forms = forms_of(target)
    for start, end in sorted({*claims, *commits}, reverse=True):
        if (
            not is_supposed(thought, start)
            and not _is_condition(thought.lower, start, end)
            and _is_other(thought, target, forms, end)
        ):
            yield start


@lru_cache(4096)
def is_number_in_words(words: str) -> bool:
    """Whether some words are, as a whole, a number in any of the languages.

    >>> is_number_in_words("forty-two"), is_number_in_words("many")
    (True, False)
    """
    return number_in_words(words, tuple(number_languages())) is not None


def _is_condition(lower: str, start: int, end: int) -> bool:
    """Whether a word that concludes is the end of a condition: 兼任できるなら, and not それなら."""
    return lower[start:end] == "なら" and lower[start - 1 : start] in tuple("るただいう")


def is_supposed(thought: Thought, place: int) -> bool:
    """Whether a place stands in a sentence of what is not so: *if it were 6, it would be 9*.

    >>> is_supposed(Thought("If it were 6, that would be wrong."), 23)
    True
    """
    lower, begin = thought.lower, max(0, place - _SENTENCE)
    if _SUPPOSED.search(lower, begin, place) is None:
        return False
    for sign in _STOPS:
        begin = max(begin, lower.rfind(sign, begin, place) + 1)
    point = lower.rfind(".", begin, place)
    while point >= 0 and point + 1 < place and lower[point + 1].isdecimal():
        point = lower.rfind(".", begin, point)
    return _SUPPOSED.search(lower, max(begin, point + 1), place) is not None


def is_implausible(value: str, forms: tuple[Form, ...]) -> bool:
    """Whether a number is of another kind than the target: 4 for a share; or the same, rounded or its point elsewhere.

    >>> is_implausible("4", forms_of("1/9")), is_implausible("1.05", forms_of("1050"))
    (True, True)
    """
    wanted = next((form.value for form in forms if form.value is not None), None)
    said = (
        Fraction(int(value))
        if _PLAIN.fullmatch(value)
        else next((form.value for form in forms_of(value) if form.value is not None), None)
    )
    if not wanted or not said:
        return False
    if said.denominator == wanted.denominator == 1 and len(forms) == 1:
        low, high = sorted((said.numerator, wanted.numerator))
        return low > 0 and high % low == 0 and high // low in _POINT_MOVED
    if (0 < wanted < 1 and said.denominator == 1 and said > 1) or (
        wanted.denominator == 1 and "/" in value and said < 1
    ):
        return True
    times = max(said / wanted, wanted / said)
    return times in _POINT_MOVED or (
        any(form.is_fraction for form in forms) and any(abs(said / wanted / scale - 1) < _ROUNDED for scale in (1, 100))
    )


def _is_other(thought: Thought, target: str, forms: tuple[Form, ...], place: int) -> bool:
    """Whether what stands there is a value of the target's kind, and not the target."""
    kinds = {form.kind for form in forms}
    between = _BETWEEN.match(thought.lower, place)
    begin = place if between is None else between.end()
    piece = thought.text[begin : begin + _LONGEST_VALUE]
    if "letter" in kinds or target in CIRCLED:
        return _is_other_option(thought, target, piece)
    if kinds & {"number", "date"}:
        of_several = between is not None and "the" in between[0]
        return _is_other_number(thought, target, forms, piece, of_several=of_several)
    if target[:1] in "[{('\"" and piece[:1] == target[:1]:
        whole = _BRACKETED.match(piece)
        return whole is not None and not says(target, whole[0]) and whole[0].lower() not in thought.asked
    return _is_other_name(thought, target, piece)


def _is_other_option(thought: Thought, target: str, piece: str) -> bool:
    """Whether a text begins with the letter of another option, or with what another option says."""
    letter = _LETTER.match(piece)
    if letter is not None:
        ended = letter[1] is None or _ENDS.match(piece, letter.end()) is not None
        return ended and not says(target, letter[1] or letter[2])
    told = [text for label, text in options_of(thought.question, target[:1]).items() if not says(target, label)]
    return any(piece.lower().startswith(text.lower()) for text in told if len(text) > 1)


def _is_other_number(thought: Thought, target: str, forms: tuple[Form, ...], piece: str, *, of_several: bool) -> bool:
    """Whether a text begins with another number, in figures or in words; behind *the* is *one* none."""
    number = _NUMBER.match(piece)
    if number is not None:
        value = number[0].rstrip(".,/")
        goes_on = _OPERATION.match(piece, len(value)) or _PAIR.match(piece, len(value))
        return goes_on is None and not says(target, value) and not is_implausible(value, forms)
    words = _WORDS.match(piece.lower())
    for value in (words[0], words[0].split()[0]) if words else ():
        if value not in _ARTICLES and not (value == "one" and of_several) and is_number_in_words(value):
            return not says(target, value, thought.codes)
    return False


def _is_other_name(thought: Thought, target: str, piece: str) -> bool:
    """Whether a text begins with another name, of the question's or with a capital as the target's."""
    name = _UNSPACED_NAME.match(piece) or _NAME.match(piece)
    if name is None or not (name[0].lower() in thought.asked or (name[0][:1].isupper() and target[:1].isupper())):
        return False
    return _ENDS.match(piece, name.end()) is not None and not says(target, name[0], thought.codes)
