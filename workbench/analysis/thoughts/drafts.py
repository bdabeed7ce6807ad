"""Answers that a thought drafts before the answer is given, and how much of the question it says again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from workbench.analysis.targets.claims import says
from workbench.analysis.thoughts.text import LONGEST_QUESTION, Thought
from workbench.analysis.thoughts.word_places import Hashes, Words
from workbench.analysis.thoughts.words import alternation, around, words_of
from workbench.base import regular_expressions as re
from workbench.scorers.languages import listed
from workbench.scorers.values import dates_in

_BOX: Final = re.compile(r"boxed\s?\{([^{}\n]{1,80}(?:\{[^{}\n]{0,40}\}[^{}\n]{0,40}){0,3})\}")
_NUMBER: Final = re.compile(r"[-−–]?\d[\d.,/]*")
_GAPS: Final = re.compile(r"[,\s]")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_WORKED_OUT: Final = re.compile(r"[-−–]?\d[\d.,]*\s?(?:[+×*·÷]|[-−](?=\s)|\\times|\\cdot)\s?[\d(\\][^=\n]{0,40}=")
_IN_LETTERS: Final = re.compile(r"[-−–]?\d[\d.,]*(?:\s?\\(?:sqrt|pi|cdot|times|frac)|\s?[√π^]|[abknpqxyz](?![^\W\d_]))")
"""A number that a formula begins with: 6√2, 3x."""
_GOES_ON: Final = re.compile(r"(?<=\d)\s?[+×*·÷]\s?\d")
_ASKS: Final = re.compile(rf"(?<!\w){around('is_asked')} (?:be )?{around('the_asked')}? ?\Z")
_ASKS_BEFORE: Final = 16
_LONGEST_CLAIM: Final = 48
_MOST_WORDS: Final = 4
_OPENING: Final = " \t*_`$({[\"'“‘«「『\\:,"
_ENDS: Final = re.compile(r"[\n。！？;；?!]|[.,](?=\s|\Z)|[，、](?=\D)")
_TIMES, _MORE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
"""Factors by which a run of words becomes a number."""
_NO_ANSWER: Final = listed(
    "correct right wrong clear simple obvious what how whether not that this it in still therefore also given"
)


class Draft(NamedTuple):
    """One answer that a thought names: where its claim and its value start, and whether that is the target.

    Without a target `right` is None.
    """

    start: int
    at: int
    end: int
    value: str
    right: bool | None


@lru_cache(256)
def _claim(codes: tuple[str, ...]) -> re.Pattern[str]:
    """What may stand between the name of the answer and the answer: words of the question around a verb."""
    verbs = words_of(codes, "is")
    spelt = [verb for verb in verbs if verb[0].isalnum() and verb.isascii()]
    other = [verb for verb in verbs if verb not in spelt]
    filler = rf"(?:\s?\([^()\n]{{0,24}}\)|\s{around('around_the_verb')}(?!\w)){{0,5}}"
    return re.compile(rf"{filler}[\s*_]*(?:(?<!\w){alternation(spelt)}(?!\w)|{alternation(other)})[\s*_]*{filler}")


def drafts(thought: Thought, target: str | None = None) -> list[Draft]:
    r"""The answers that a thought names: after *the answer is* and its like in the thought's languages, and in boxes.

    A claim counts where it is short enough to be an answer: a number, a letter, or up to four words.

    >>> found = drafts(Thought("So the answer is 41. Wait, no. The answer: **42**. \\boxed{42}"), "42")
    >>> [(draft.value, draft.right) for draft in found]
    [('41', False), ('42', True), ('42', True)]
    """
    return drafts_and_asked(thought, target)[0]


def drafts_and_asked(thought: Thought, target: str | None = None) -> tuple[list[Draft], list[Draft]]:
    """The answers that a thought names, and those that it only asks about: *so is the answer 48?*.

    >>> named, asked = drafts_and_asked(Thought("Hmm, is the answer 7? The answer is 8? No, the answer is 9."))
    >>> [draft.value for draft in named], [draft.value for draft in asked]
    (['9'], ['7', '8'])
    """
    text, codes = thought.text, thought.codes
    claims = list(_claims(thought, target))
    found = {draft.at: draft for draft, asked in claims if not asked}
    if "boxed" in thought.lower:
        for box in _BOX.finditer(text):
            value = box[1].strip()
            found[box.start(1)] = Draft(box.start(), box.start(1), box.end(), value, _right(value, target, codes))
    return [found[place] for place in sorted(found)], [draft for draft, asked in claims if asked]


def _claims(thought: Thought, target: str | None) -> Iterator[tuple[Draft, bool]]:
    """What follows the name of the answer, each with whether it is only asked."""
    text, lower, codes = thought.text, thought.lower, thought.codes
    claimed = _claim(codes)
    for start, end in thought.told("answer"):
        link = claimed.match(lower, end)
        asked = link is None and _ASKS.search(lower, max(0, start - _ASKS_BEFORE), start) is not None
        if link is None and not asked:
            continue
        begin = end if link is None else link.end()
        limit = min(len(text), begin + _LONGEST_CLAIM)
        while begin < limit and text[begin] in _OPENING:
            begin += 1
        if lower.startswith("boxed", begin):
            continue
        piece = text[begin:limit]
        stop = _ENDS.search(piece)
        claim = piece[: stop.start()] if stop else piece
        if _WORKED_OUT.match(claim):  # 10 + 2 = 12, of which the end is the answer
            kept = claim.rpartition("=")[2].lstrip(_OPENING)
            begin, claim = begin + len(claim) - len(kept), kept
        value = _value(claim, ended=stop is not None or limit == len(text))
        if _GOES_ON.match(text, begin + len(value)):
            continue
        asks = "?" in text[begin + len(value) : begin + len(value) + 2]
        if value and (asks or not asked):
            yield Draft(start, begin, begin + len(value), value, _right(value, target, codes)), asks


def _value(piece: str, *, ended: bool) -> str:
    number = _NUMBER.match(piece)
    if number and piece[number.end() : number.end() + 3].strip()[:1].isalpha() and dates_in(piece)[:1]:
        return piece.strip()
    if number and ended and _IN_LETTERS.match(piece):
        return piece.strip(" \t*_`$.")
    if number and (day := _DAY.match(piece)):
        return day[0]
    if number:
        return number[0].rstrip(".,/")
    value = piece.strip(" \t*_`$(){}[]\"'“”‘’.:,\\")
    if not ended or not value or len(value.split()) > _MOST_WORDS or value.split()[0].lower() in _NO_ANSWER:
        return ""
    return value


def _right(value: str, target: str | None, codes: tuple[str, ...]) -> bool | None:
    return None if target is None else says(target, value, codes)


def key_of(draft: Draft) -> str:
    """What a draft says in one form, to tell how often a thought changed its mind.

    >>> key_of(Draft(0, 0, 4, "1,250 apples", None)), key_of(Draft(0, 0, 1, "Rome", None))
    ('1250', 'rome')
    """
    number = _NUMBER.match(draft.value)
    return _GAPS.sub("", number[0]).rstrip(".") if number else " ".join(draft.value.lower().split())


def restated(question: str, thought: str, words: Words | None = None) -> float:
    """The share of the question's runs of four words that the beginning of the thought says again.

    The beginning is three times the length of the question, and 200 characters. 0.0 for a question of fewer words.

    >>> restated("How many sheep are left?", "The user asks how many sheep are left? So 17 minus 8.")
    1.0
    """
    grams = _asked(question[:LONGEST_QUESTION])
    if not grams.size:
        return 0.0
    end = 3 * min(len(question), LONGEST_QUESTION) + 200
    if words is None or words.is_unspaced:
        words = Words(thought[:end])  # whether its characters are words is told by the beginning alone
    count = int(words.starts.searchsorted(end))
    hashes = words.hashes[:count]
    if count and words.ends[count - 1] > end:  # the beginning ends within a word
        hashes = np.append(hashes[:-1], words.hashes_of(words.starts[count - 1 : count], np.array([end])))
    said = _grams(hashes)
    places = np.minimum(grams.searchsorted(said), len(grams) - 1)
    return len(set(places[grams[places] == said].tolist())) / len(grams)


@lru_cache(1024)
def _asked(question: str) -> Hashes:
    return np.unique(_grams(Words(question).hashes))


def _grams(words: Hashes) -> Hashes:
    """A number for each run of four words."""
    pairs = words[:-1] * _TIMES + words[1:]
    return (pairs[:-2] ^ (pairs[:-2] >> np.uint64(29))) * _MORE + pairs[2:]
