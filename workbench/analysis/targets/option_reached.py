"""Where a thought arrives at an option before it names its letter: in the option's words, or by what it concludes."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from workbench.analysis.targets.concluding import CONCLUDES
from workbench.analysis.targets.cues import Cues, cues_of
from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.targets.option_senses import concluded_sense
from workbench.analysis.targets.option_words import (
    DENIES_A_PART,
    Said,
    Told,
    among,
    is_in_words,
    openings_of,
    share_said,
    told_by,
    words_at,
)
from workbench.analysis.thoughts.words import around, listed_around
from workbench.base import regular_expressions as re

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_MOST_CHARACTERS_BACK: Final = 6_000
_ENOUGH: Final = 0.55
"""From this share of an option's words on, a sentence says what the option says."""
_ALL: Final = 0.9
"""From this share on, a sentence says all of it."""
_SOME: Final = 0.5
"""From this share on, it speaks of it."""
_PART: Final = 0.3
"""From this share on, what is concluded of one option may be meant of another."""
_FEWEST_WORDS_BEFORE: Final = 2
_WIDEST_GAP: Final = 4
_GAP: Final = re.compile(r"\w+")
_LETTERS: Final = re.compile(r"[^\W_]")
_QUOTES: Final = "'\"“‘`(（「『《"
_SENTENCE_ENDS: Final = re.compile(r"[.!?。！？](?!\d)|[\n;；]")
_WINDOW: Final = 40
_SIGNS: Final = (("−", "-"), ("–", "-"), ("⁺", "+"))
_DECIMAL: Final = re.compile(r"(\d{1,6})[.,](\d{1,6})(?!\d)")
_LISTED: Final = re.compile(
    rf"(?<![\w'’])\(?[a-j]\)?\s?[).:=、：]\s*\Z|(?<![\w'’])[a-j]\s{around('says_an_option')}\s\Z"
)
_AGREED: Final = re.compile(rf"[^.,;\n]{{0,12}}?\s{around('agrees')}(?!\w)")
_LABELLED: Final = re.compile(
    rf"(?:\A|\n)[\s*_>-]*\(?[a-j]\)?(?:\s*[.):：、–—-]|\s{around('says_an_option')}\s)|\s?[b-j]\s{around('says_an_option')}\s"
)
_PARTS: Final = re.compile(r": |[,，：、]|\s[-–—]\s|[()（）\"“”]")
_LEADS: Final = re.compile(
    rf"(?:(?<!\w){around('leads_to', 'leaves', 'names_it')}(?!\w)|"
    rf"{around('leads_to_unspaced', 'leaves_unspaced')}|→|=>|⇒),?\s*"
)
"""What a sentence says of an option follows."""
_LEFT: Final = re.compile(rf"{around('leaves', 'leaves_unspaced')}")
_REASONED: Final = re.compile(
    rf"\W*(?:{around('because')}\s[^,.;:!?\n]{{3,120}},\s|{around('because_unspaced')}[^，。；：！？\n]{{2,80}}，)"
)
"""A reason that stands first: what it is a reason for follows."""
_COLON: Final = re.compile(r":\s+|：\s*")
_OTHER_LETTER: Final = re.compile(r"(?<![\w'’])[A-J](?![\w'’])(?!\s[a-z]+s\s)")
_LONGEST_NAMING: Final = 7
_LONGEST_SUBJECT: Final = 4
_MOST_SENTENCES_BACK: Final = 2
_VERBS: Final = frozenset(listed_around("is_what"))
_EMPTY: Final = frozenset(listed_around("empty_of_sense", "passed_over"))


@dataclass(frozen=True)
class _Sentence:
    """A sentence: where it stands, how much of each option it says, and whether it only asks or lists."""

    thought: Thought
    start: int
    end: int
    said: Mapping[str, float]
    idle: bool

    @cached_property
    def words(self) -> tuple[Said, ...]:
        return tuple(words_at(self.thought.lower, self.start, self.end))


def reached_before(thought: Thought, label: str, letter: int | None, *, bare: bool = True) -> list[tuple[int, int]]:
    """Where, shortly before an option's letter is named, a sentence arrives at what the option says.

    It says enough of its words and of no other's; or some of them behind a word that concludes, or once all others were
    spoken of. Where nothing does, what the last sentence before a `bare` letter concludes is taken for the option. A
    `letter` that is never named is None: then nothing but the option's words counts.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "The bees turn nectar into honey that is sweet. Spiders spin silk. So it is A."
    >>> thought = Thought(said, ("en",), "What do bees make? A) Sweet honey B) Silk")
    >>> [said[start:end] for start, end in reached_before(thought, "A", said.index("A."))]
    ['honey that is sweet']
    """
    options = told_by(thought.question, label)
    text = options_of(thought.question, label)[label]
    end = len(thought.text) if letter is None else letter
    if not is_in_words(text):
        return _as_written(thought, label, end)
    if not options[label].own or ". " in text:
        return []
    sentences = _sentences(thought, options, label, end)
    found = []
    spoken_of: set[str] = set()
    others = {sign for sign, told in options.items() if sign != label and told.own}
    for sentence in sentences:
        if not sentence.idle and sentence.said[label]:
            span = _in_its_words(thought, options, label, sentence)
            if span is None and letter is not None and not _is_shared(sentence, label, others):
                span = _concluded(
                    thought, options[label], sentence, alone=sentence.said[label] >= _ENOUGH and others <= spoken_of
                )
            if span is not None and (letter is not None or _is_several(options[label], sentence, span)):
                found.append(span)
        spoken_of |= {sign for sign, share in sentence.said.items() if share >= _SOME}
    if (
        len(options[label].weights) == 1
        and " " in text
        and (said := thought.lower.find(text.lower(), 0, end + len(text))) >= 0
    ):
        whole = said + len(text)  # where all of it is said: from duty, and not duty
        found = [(said if start < whole else start, stop) for start, stop in found if start >= said]
    found += concluded_sense(thought, label, end)
    if not found and bare and letter is not None and len(sentences[-1].words) <= _LONGEST_NAMING:
        found += _last_said(thought, options[label], others, label, sentences) or _last_concluded(
            thought, options[label], label, sentences
        )
    return found


def _as_written(thought: Thought, label: str, letter: int) -> list[tuple[int, int]]:
    """Where a formula or a number that is an option stands as a result, sign for sign or without its unit."""
    texts = {sign: _plain_signs(text.lower()) for sign, text in options_of(thought.question, label).items()}
    lower, cues = _plain_signs(thought.lower), cues_of(thought.codes)
    found = _rounded(texts, label, lower, letter, cues)
    heads = [text.split()[0] for text in texts.values()]
    wanted = [] if texts[label].isdecimal() else [texts[label]]
    if heads.count(head := texts[label].split()[0]) == 1 and len(head) > 1 and not head.isdecimal():
        wanted.append(head)
    for text in wanted:
        for place in _alone(text).finditer(lower[:letter]):
            before = lower[max(0, place.start() - _WINDOW) : place.start()]
            if (
                not _LISTED.search(before)
                and not cues.denied.search(before)
                and (
                    cues.before.search(before)
                    or cues.after.match(lower, place.end())
                    or _AGREED.match(lower, place.end())
                )
            ):
                found.append(place.span())
    return found


def _rounded(texts: Mapping[str, str], label: str, lower: str, letter: int, cues: Cues) -> list[tuple[int, int]]:
    """Where a result is written to more places than the option has, and to no other's: 0.707 for 0.71."""
    numbers = {sign: _DECIMAL.match(text) for sign, text in texts.items()}
    wanted = numbers[label]
    if wanted is None or not all(numbers.values()):
        return []
    digits = len(wanted[2])
    begins = rf"(?<![\w.,^/+*·×-])({wanted[1]}|{int(wanted[1]) + 1})[.,](\d{{{digits + 1},12}})(?![\w^/]|\s?[+×*·=])"
    return [
        place.span()
        for place in re.finditer(begins, lower[:letter])
        if round(float(f"{place[1]}.{place[2]}"), digits) == float(f"{wanted[1]}.{wanted[2]}")
        and cues.before.search(lower[max(0, place.start() - _WINDOW) : place.start()].rstrip())
    ]


def _plain_signs(lower: str) -> str:
    for sign, plain in _SIGNS:
        lower = lower.replace(sign, plain)
    return lower


@lru_cache(256)
def _alone(text: str) -> re.Pattern[str]:
    """A formula that is no part of a longer one; it begins with its own letters, for which a search leaps."""
    escaped = re.escape(text)
    return re.compile(rf"{escaped}(?<![\w.,+^/-]{escaped})(?![\w^/]|[.,]\d|\s?[=<>+×*·])")


def _sentences(thought: Thought, options: Mapping[str, Told], label: str, end: int) -> list[_Sentence]:
    lower, begin = thought.lower, max(0, end - _MOST_CHARACTERS_BACK)
    stops = [begin, *(place.end() for place in _SENTENCE_ENDS.finditer(lower, begin, end)), end]
    opening = openings_of(thought.question, label)
    nothing = dict.fromkeys(options, 0.0)
    found = []
    for left, right in itertools.pairwise(stops):
        if right < end and _LETTERS.search(lower, left, right) is None:
            continue
        said: Mapping[str, float] = nothing
        if opening.search(lower, left, right):
            words = [word.word for word in words_at(lower, left, right) if opening.match(word.word)]
            said = {sign: share_said(told, words) for sign, told in options.items()}
        asks = lower[right - 1 : right] in ("?", "？")
        idle = asks or _LABELLED.match(lower, max(0, left - 1), right) is not None
        found.append(_Sentence(thought, left, right, said, idle))
    return found


def _in_its_words(
    thought: Thought, options: Mapping[str, Told], label: str, sentence: _Sentence
) -> tuple[int, int] | None:
    """Where a part of a sentence says enough of an option, and the sentence not as much of any other."""
    own, all_words = sentence.said[label], sentence.words
    if own < _ENOUGH:
        return None
    several = sum(among(word, [said.word for said in all_words]) for word in options[label].weights) > 1
    others = [share for sign, share in sentence.said.items() if sign != label]
    if any(share >= (own if several else _ENOUGH) for share in others) or sum(share >= _PART for share in others) > 1:
        return None
    for left, right in _parts(thought.lower, sentence.start, sentence.end):
        words = [said for said in all_words if left <= said.start < right]
        if share_said(options[label], [said.word for said in words]) >= _ENOUGH and not _is_denied(
            thought, left, right
        ):
            span = _hits(thought, options[label], words)
            if span is not None and _is_behind(span, words):
                return _word_for_word(thought, label, span, sentence)
    return _across_parts(thought, options[label], sentence) if own >= _ALL and len(options[label].weights) > 1 else None


def _across_parts(thought: Thought, option: Told, sentence: _Sentence) -> tuple[int, int] | None:
    """Where a sentence says all of an option, in more parts than one: *epinephrine, given orally*."""
    span = _hits(thought, option, sentence.words)
    if span is None or not _is_behind(span, sentence.words) or _is_denied(thought, sentence.start, span[1]):
        return None
    return span if _is_several(option, sentence, span) else None


def _word_for_word(thought: Thought, label: str, span: tuple[int, int], sentence: _Sentence) -> tuple[int, int]:
    """Where an option stands word for word in a sentence that says enough of it: there rather than before that."""
    text = options_of(thought.question, label)[label].lower()
    limit = sentence.end + len(text)  # a sentence that is looked at up to where the option is written
    place = thought.lower.find(text, span[0], limit) if " " in text else -1
    return span if place < 0 else (place, place + len(text))


def _concluded(thought: Thought, option: Told, sentence: _Sentence, *, alone: bool) -> tuple[int, int] | None:
    """Where some of an option's words stand behind a word that concludes, or in a sentence once it stands `alone`."""
    lead = _LEADS.search(thought.lower, sentence.start, sentence.end) or _REASONED.match(
        thought.lower, sentence.start, sentence.end
    )
    if lead is None and not alone:
        return None
    begin = sentence.start if lead is None else lead.end()
    words = [said for said in sentence.words if said.start >= begin]
    if not any(among(word, [said.word for said in words]) for word in option.fresh or option.own):
        return None
    span = _hits(thought, option, words)
    if span is None:
        return None
    denied = _is_denied(thought, _part_begins(thought, begin, span), span[1])
    if (denied and not (lead and _LEFT.match(lead[0]))) or not (lead or _is_behind(span, words)):
        return None
    first = next(iter(option.weights))
    if lead is None or among(first, [said.word for said in words if span[0] <= said.start < span[1]]):
        return span
    part = _part_begins(thought, begin, span)
    return _begin(thought, [said for said in words if said.start >= part], span[0], option), span[1]


def _is_several(option: Told, sentence: _Sentence, span: tuple[int, int]) -> bool:
    """Whether a place holds more than one word of an option, or all that it has."""
    words = [said.word for said in sentence.words if span[0] <= said.start < span[1]]
    return sum(among(word, words) for word in option.weights) >= min(2, len(option.weights))


def _is_shared(sentence: _Sentence, label: str, others: Collection[str]) -> bool:
    """Whether a sentence speaks of another option as well: no less than of this one, or of a good part of it."""
    own = sentence.said[label]
    return any(share >= min(own, _PART) and share > 0 for share in map(sentence.said.__getitem__, others))


def _is_behind(span: tuple[int, int], words: Sequence[Said]) -> bool:
    """Whether enough words stand before a place that it is not what they are about."""
    several = sum(span[0] <= said.start < span[1] for said in words) > 1
    return sum(said.start < span[0] for said in words) >= (1 if several else _FEWEST_WORDS_BEFORE)


def _begin(thought: Thought, words: Sequence[Said], end: int, option: Told) -> int:
    """Where some words that conclude begin to say something new: behind their verb, or the question's own words."""
    before = [said for said in words if said.start < end]
    verb = next((place for place, said in enumerate(before[:_LONGEST_SUBJECT]) if said.word in _VERBS), -1)
    rest = before[verb + 1 :] if verb >= 0 else before
    asked = _asked(thought.asked)
    own = option.weights
    return next(
        (said.start for said in rest if said.word not in _EMPTY and (said.word in own or not among(said.word, asked))),
        end,
    )


def _hits(thought: Thought, option: Told, words: Sequence[Said]) -> tuple[int, int] | None:
    """Where an option's words stand closest, from the first to the last of them; None where they are quoted."""
    asked = _asked(thought.asked)
    hits = [
        said
        for said in words
        if among(said.word, tuple(option.weights)) and (said.word in option.weights or said.word not in asked)
    ]  # helix is no form of helicase where the question has it
    groups: list[list[Said]] = []
    for hit in hits:
        if groups and len(_GAP.findall(thought.lower, groups[-1][-1].end, hit.start)) <= _WIDEST_GAP:
            groups[-1].append(hit)
        else:
            groups.append([hit])
    if len(option.weights) > 1:
        groups = [group for group in groups if len(group) > 1 or group[0].word not in "aiouyeваиоскя"]
    if not groups:
        return None
    best = max(groups, key=lambda group: _weight(option, group))
    while len(best) > 2 and among(best[0].word, [said.word for said in best[1:]]):
        best = best[1:]  # minors are voidable at the minor's option
    begin = thought.lower.rfind("\n", 0, best[0].start) + 1
    if thought.lower[best[0].start - 1] in _QUOTES or thought.lower.count('"', begin, best[0].start) % 2:
        return None
    return best[0].start, best[-1].end


def _weight(option: Told, group: Sequence[Said]) -> tuple[float, int]:
    words = [said.word for said in group]
    return share_said(option, words), sum(word in option.weights for word in words)


def _last_said(
    thought: Thought, option: Told, others: Collection[str], label: str, sentences: Sequence[_Sentence]
) -> list[tuple[int, int]]:
    """Where the last sentence before the letter says anything of the option, and nothing of any other."""
    for sentence in reversed(sentences[-1 - _MOST_SENTENCES_BACK : -1]):
        if sentence.idle or _is_shared(sentence, label, others):
            return []
        words = sentence.words
        if sentence.said[label] and any(among(word, [said.word for said in words]) for word in option.fresh):
            span = _hits(thought, option, words)
            if span is None or not _is_behind(span, words):
                return []
            return [] if _is_denied(thought, _part_begins(thought, sentence.start, span), span[1]) else [span]
    return []


def _last_concluded(
    thought: Thought, option: Told, label: str, sentences: Sequence[_Sentence]
) -> list[tuple[int, int]]:
    """What the last sentence before the letter concludes, in words of none of the options."""
    lower = thought.lower
    for sentence in reversed(sentences[-1 - _MOST_SENTENCES_BACK : -1]):
        if sentence.idle or any(share for sign, share in sentence.said.items() if sign != label):
            return []
        if _OTHER_LETTER.search(thought.text, sentence.start, sentence.end):
            return []
        leads = [place.end() for place in CONCLUDES.finditer(lower, sentence.start, sentence.end)]
        if not leads and (reason := _REASONED.match(lower, sentence.start, sentence.end)):
            leads = [reason.end()]
        if not leads and sentence.said[label]:
            return []
        if not leads:
            leads = [place.end() for place in _COLON.finditer(lower, sentence.start, sentence.end)]
        if leads:
            words = [said for said in sentence.words if said.start >= leads[-1]]
            if len(words) > 1:
                return [(_begin(thought, words, words[-1].start, option), words[-1].end)]
    return []


@lru_cache(64)
def _asked(question: str) -> tuple[str, ...]:
    return tuple({said.word for said in words_at(question, 0, len(question))})


def _part_begins(thought: Thought, begin: int, span: tuple[int, int]) -> int:
    """Where the part of a sentence begins in which a place stands."""
    return max(left for left, _ in _parts(thought.lower, begin, span[1]) if left <= span[0])


def _is_denied(thought: Thought, start: int, end: int) -> bool:
    """Whether a part of a sentence denies or doubts something, in a word that neither question nor options hold."""
    return any(denial[0] not in thought.asked for denial in DENIES_A_PART.finditer(thought.lower, start, end))


def _parts(lower: str, start: int, end: int) -> list[tuple[int, int]]:
    stops = [start, *(place.end() for place in _PARTS.finditer(lower, start, end)), end]
    return list(itertools.pairwise(stops))
