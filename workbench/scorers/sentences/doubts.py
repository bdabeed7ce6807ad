"""What in an answer makes its mark a matter for a person: another candidate of the same type, a denial nearby."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.amounts.number_cues import cues
from workbench.scorers.amounts.offered import EDGES
from workbench.scorers.amounts.sentence_numbers import ASIDE
from workbench.scorers.languages import either, languages_of, table, told, worded, words
from workbench.scorers.number_words import numbers_in_words
from workbench.scorers.numerals import Numeral, numerals, readable
from workbench.scorers.once import compiled
from workbench.scorers.reading import Reading
from workbench.scorers.sentences.clauses import clause_of, is_unreal
from workbench.scorers.sentences.denials import is_called_wrong
from workbench.scorers.sentences.written import FOLD, written

WEAK: Final = frozenset({"whole", "first", "last", "sentence", "option", "text"})
"""Evidence that is a sentence's meaning, and no claim of the answer's own."""

_OPERAND: Final = re.compile(r"\s?(?:[^\W\d_]{1,12}\s)?[+*/×·÷⋅]|\s?[-–−]\s?\d")
_OPERAND_OF: Final = re.compile(r"(?:[+*/×·÷⋅]\s?[$€£]?|\d\s?[-–−]\s?[$€£]?)\Z")
_MOST_STATEMENTS: Final = 12
_MOST_MENTIONS: Final = 8
_MOST_NUMBERS: Final = 40
"""Numbers of one statement that are looked at, the last ones."""


def says_number(reading: Reading, meets: Callable[[Numeral], bool], question: str = "") -> bool:
    """Whether one of the last statements says that something is a wanted number: not in brackets, not denied, no
    operand of a sum."""
    denied, said, no = _denied(reading.codes), _said(reading.codes), cues(reading.codes)["no"]
    asks_for_no = not question.strip("? ") or no.search(question[:4_000].lower())
    for sentence in reading.statements[-_MOST_STATEMENTS:]:
        text = readable(reading.words(sentence)[-1_200:])
        asides = [match.span() for match in ASIDE.finditer(text)]
        found = [*numerals(text, reading.codes), *numbers_in_words(text, reading.codes)]
        for number in found[-_MOST_NUMBERS:]:
            before = text[max(0, number.start - 40) : number.start]
            if (
                meets(number)
                and not any(start <= number.start < end for start, end in asides)
                and not _OPERAND.match(text, number.end)
                and not is_unreal(text.lower(), number)
                and not is_called_wrong(text.lower(), number.end, reading.codes)
                and (asks_for_no or not no.search(text.lower(), *clause_of(text.lower(), number)))
                and not _OPERAND_OF.search(before)
                and not denied.search(before.lower())
                and (not text[: number.start].strip(EDGES) or said.search(before.lower()))
            ):
                return True
    return False


def is_about_another(reading: Reading, number: Numeral, question: str) -> bool:
    """Whether the clause that says a number begins with a name, and the question asks for another.

    German writes every noun with a capital: there it cannot be told.
    """
    asked = {word[1] for word in _NAME_INSIDE.finditer(question[:4_000])}
    if not asked or told("capital_nouns", reading.codes):
        return False
    places = [match.start() for match in re.finditer(re.escape(number.text), reading.text)][-_MOST_STATEMENTS:]
    return bool(places) and all(_has_another_subject(reading, place, question, asked) for place in places)


def _has_another_subject(reading: Reading, place: int, question: str, asked: set[str]) -> bool:
    text = reading.text
    begins = max([0, *(match.end() for match in _CLAUSE.finditer(text, max(0, place - 200), place))])
    clause = text[begins:place]
    subject = _SUBJECT.match(clause)
    if not subject or subject[1] in _MONTHS or re.split("['’]", subject[1].lower())[0] in _common(reading.codes):
        return False
    return subject[1] not in question and not any(word[:4] == subject[1][:4] for word in asked)


@lru_cache(64)
def _common(codes: tuple[str, ...]) -> frozenset[str]:
    """Words that begin a sentence with a capital and are no name."""
    return frozenset(
        words(codes, "common", "pronouns", "so", "articles", "describing", "answer", "total", "is", "if", "because")
    )


@lru_cache(64)
def _denied(codes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"{either(*words(codes, 'not', 'instead'))}\s?(?:\w+\s)?[$€£]?\Z")


@lru_cache(64)
def _said(codes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{either(*words(codes, 'is', 'total', 'be'))}|[:=≈→])\s?(?:\w+\s)?[$€£¥]?\Z")


_EVERY: Final = tuple(table())
_MONTHS: Final = {name.capitalize() for lang in table().values() for name in lang.get("months", ())}
_NAME_INSIDE: Final = re.compile(r"(?<=[^.!?:\s]\s)([A-ZÀ-ÞА-Я][\w'’-]{2,})")
_SUBJECT: Final = re.compile(r"\W*([A-ZÀ-ÞА-Я][\w'’-]{2,}(?<!ing)(?<!ly))\s[a-zà-ÿ]")
"""A name at the start of a clause, before another word; `Total: 12` and `Adding 3` begin with none."""
_CLAUSE: Final = re.compile(rf"[,;.!?\n]\s|\s{either(*words(_EVERY, 'and', 'turn', 'however'))}\s")
_PARTICLES: Final = frozenset(words(_EVERY, "name_particles"))
"""What may stand inside a name in small letters."""
_NAME: Final = re.compile(r"[A-ZÀ-ÞА-Я][\w'’-]*")


def is_longer_name(reading: Reading, target: str, question: str) -> bool:
    """Whether the name that the answer says goes on: `Venus Williams`, `Serena Venus` for Venus.

    Words of the question and titles (`Sir`, `planet`) go on nothing; German writes every noun with a capital.
    """
    if not target[:1].isupper() or told("capital_nouns", reading.codes):
        return False
    known = set(re.findall(r"\w+", f"{question} {target}".lower().translate(FOLD)))
    known |= set(words(_EVERY, "titles", "describing", "answer", "so", "is"))
    pattern = re.compile(
        r"(?<!\w)" + r"\W{1,3}".join(map(re.escape, re.findall(r"\w+", target))) + r"(?!\w)", re.IGNORECASE
    )
    found = list(pattern.finditer(reading.text))[:6]
    return bool(found) and all(
        _goes_on(reading.text, match.start(), match.end(), known, len(reading.plain.split())) for match in found
    )


def _goes_on(text: str, start: int, end: int, known: set[str], length: int) -> bool:
    before = re.search(r"(?:\A|(.)\s|\s)([^\W\d_][\w'’-]*)\s\Z", text[max(0, start - 40) : start])
    if before and _NAME.fullmatch(before[2]) and before[2].lower().translate(FOLD) not in known:
        if re.search(r"['’]\w\Z", before[2]):
            return False  # "It's Rome"
        opens = before[1] is None or before[1] in ".!?:\n*"
        if not opens or length <= 4:
            return True
    after = re.match(r"\s([^\W\d_][\w'’-]*)", text[end:])
    return bool(after and _NAME.fullmatch(after[1]) and after[1].lower().translate(FOLD) not in known)


def is_second_of_two(reading: Reading, target: re.Pattern[str], question: str) -> bool:
    """Whether a text only stands behind an *o* that is *or* in the question's language, or else in the answer's."""
    told_by = (languages_of(question[:2_000].lower()), reading.codes)
    codes = next((codes for codes in told_by if told("o_is_or", codes) or told("o_is_article", codes)), ())
    if not codes or told("o_is_article", codes):
        return False  # *Venceu o Brasil*
    behind = compiled(
        rf"\w['\"”»]?\s{either(*words(told('o_is_or', codes), 'or'))}\s(?:{worded('articles')}\s)?['\"“«]?\Z"
    )
    folded = reading.folded
    hits = list(target.finditer(folded))[:_MOST_MENTIONS]
    return bool(hits) and all(behind.search(folded[max(0, hit.start(1) - 40) : hit.start(1)]) for hit in hits)


def is_part_of_name(said: str, target: str) -> bool:
    """Whether a text begins or ends a longer name: `Newton` of Isaac Newton, `Atlantic` of its ocean."""
    part, whole = written(said).split(" "), written(target).split(" ")
    name = any(word[:1].isupper() for word in target.split())
    return len(part) < len(whole) and name and part in (whole[-len(part) :], whole[: len(part)])


def is_last_name(said: str, target: str) -> bool:
    """Whether a text is the last word of a name: `Newton`, not `Isaac`."""
    return written(target).split(" ")[-1:] == written(said).split(" ")


def last_name(target: str) -> str:
    """The last word of a name of several: `Noether` of Emmy Noether; empty for any other text."""
    parts = target.split()
    named = all(part[:1].isupper() or part in _PARTICLES for part in parts)
    return parts[-1] if 1 < len(parts) <= 4 and named and parts[-1][:1].isupper() else ""


def has_another_first_name(reading: Reading, target: str) -> bool:
    """Whether an answer puts before the last name of a target what is none of its names, nor their first letter."""
    *first, last = target.split()
    own = {written(name) for name in first}
    known = frozenset(words(_EVERY, "titles", "describing", "articles", "is", "pronouns", "so"))
    for match in re.finditer(rf"([^\W\d_][\w'’-]*)(\.?)[\s-]{re.escape(last)}(?!\w)", reading.text):
        before, letter = written(match[1]), len(match[1]) == 1
        if letter and any(name.startswith(before) for name in own):
            continue
        if match[1][:1].isupper() and before not in own and match[1].lower() not in known:
            return True
    return False


def leaves_out_what_is_asked(said: str, target: str, question: str) -> bool:
    """Whether a text is a name but for words of the question: `Baikal`, where it is asked which lake.

    >>> leaves_out_what_is_asked("Baikal", "Lake Baikal", "Which lake is the deepest?")
    True
    """
    rest = set(written(target).split(" ")) - set(written(said).split(" "))
    return bool(rest) and rest <= set(written(question[:2_000]).split(" "))


def asks_for_a_person(question: str) -> bool:
    """Whether a question asks who.

    >>> asks_for_a_person("Who wrote it?"), asks_for_a_person("Wer war das?"), asks_for_a_person("What is it?")
    (True, True, False)
    """
    return bool(_WHO.search(question.lower()))


def asks_for_the_odd_one(question: str) -> bool:
    """Whether a question asks for the option that is *not* so."""
    return bool(_ODD.search(question[:2_000].lower()))


_ODD: Final = re.compile(either(*words(_EVERY, "odd")))
_WHO: Final = re.compile(either(*words(_EVERY, "who")))
