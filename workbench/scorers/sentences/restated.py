"""Yes or no without the words: a sentence that repeats what was asked, denied or not, or answers it by its verb."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import Patterns, either, languages_of, words
from workbench.scorers.reading import Reading, Sentence
from workbench.scorers.sentences.written import FOLD

_JOINED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENOUGH: Final = 0.6
"""Share of the question's words that an answer must repeat."""
_MOST: Final = 0.8
"""Share from which on a restatement is good evidence."""


def restated(reading: Reading, question: str) -> tuple[bool, str, bool] | None:
    """Whether the first statement says what the question asks: what it says, its words, and whether that is sure.

    >>> from workbench.scorers.reading import reading
    >>> restated(reading("A bat is not a bird."), "Is a bat a bird?")[0]
    False
    >>> restated(reading("They can."), "Can cats see?")
    (True, 'they can', True)
    """
    first = next((s for s in reading.sentences if s.role == "" and s.start >= reading.since), None)
    if first is None or reading.open or not question or len(question) > 2_000:
        return None
    text = reading.lower[first.start : first.end]
    codes = languages_of(f"{question.lower()[-400:]} {text[:400]}")
    forms = _forms(codes)
    return (
        _in_short(reading, first, forms)
        or _of_some_only(reading, question, forms)
        or _repeated(reading, first, question, codes)
    )


def _in_short(reading: Reading, first: Sentence, forms: dict[str, re.Pattern[str]]) -> tuple[bool, str, bool] | None:
    """What a verb alone says, at the beginning or in the last statement: *They can.*"""
    last = reading.statements[-1] if reading.statements else first
    short = forms["short"].match(reading.lower[first.start : first.end])
    if short is None and last is not first:
        short = forms["short"].match(forms["concluded"].sub("", reading.lower[last.start : last.end], count=1))
    if short is None:
        return None
    return not forms["denial"].search(short[0]), short[0].strip(" ,.;!"), len(reading.sentences) < 4


def _of_some_only(reading: Reading, question: str, forms: dict[str, re.Pattern[str]]) -> tuple[bool, str, bool] | None:
    """A no where it is asked of all and said of some: *not all of them*."""
    if not forms["all"].search(_asked(question).lower()):
        return None
    for sentence in reading.statements[-2:]:
        some = forms["not_all"].search(reading.lower, sentence.start, sentence.end)
        if some:
            return False, some[0], len(reading.sentences) < 5
    return None


def _repeated(
    reading: Reading, first: Sentence, question: str, codes: tuple[str, ...]
) -> tuple[bool, str, bool] | None:
    """A statement that has most of the question's words, denied or not."""
    forms, text = _forms(codes), reading.lower[first.start : first.end]
    asked = _content(_asked(question), codes)
    if len(asked) < 2 or forms["denial"].search(_asked(question).lower()):
        return None
    shared = _share(asked, _content(text[:600], codes))
    if shared < _ENOUGH:
        return None
    concluded = forms["so"].split(text)[-1]  # "13 times 7 is 91 with no remainder, so 91 is a multiple of 7"
    if concluded != text and _share(asked, _content(concluded, codes)) >= _ENOUGH:
        text = concluded
    turn = forms["turn"].search(text)
    if turn is not None:  # "Penguins can't fly, but they swim"
        if turn.start() <= 3 or _share(asked, _content(text[: turn.start()], codes)) < _ENOUGH:
            return None
        text = text[: turn.start()]
    denials = _denials(text, forms, codes)
    if denials > 1:
        return None
    pronoun = forms["pronoun"].match(text) and shared >= 1 - 1 / len(asked)  # "It is not", for what is asked about
    is_plain = (
        bool(shared >= _MOST or pronoun)
        and (turn is None or (denials == 1 and ";" not in text))
        and len(reading.sentences) < 4
        and not _is_weak(text, forms)
    )
    return denials == 0, reading.words(first)[:80], is_plain and _is_alone(reading, first)


def _denials(text: str, forms: dict[str, re.Pattern[str]], codes: tuple[str, ...]) -> int:
    """How many denials a sentence has; `ne … pas` is one."""
    found = forms["denial"].findall(text)
    second = words(codes, "not_second")
    halves = sum(each in second for each in found)
    return max(len(found) - halves, halves)


def _is_weak(text: str, forms: dict[str, re.Pattern[str]]) -> bool:
    """Whether a sentence has words beside its denial that weaken or compare."""
    return any(not forms["denial"].fullmatch(match[0]) for match in forms["weak"].finditer(text))


def _share(asked: frozenset[str], said: frozenset[str]) -> float:
    return sum(any(_alike(word, other) for other in said) for word in asked) / len(asked)


def _is_alone(reading: Reading, first: Sentence) -> bool:
    rest = reading.lower[first.end :]
    return not re.search(r"\bbut\b|\bhowever\b", rest)


def _asked(question: str) -> str:
    """The last sentence of a question that asks: what stands before is what it asks about."""
    pieces = re.findall(r"[^.!?？。！\n]+[?？]", question)
    return pieces[-1] if pieces else question.strip().splitlines()[-1] if question.strip() else ""


def _content(text: str, codes: tuple[str, ...]) -> frozenset[str]:
    lower = text.lower().translate(FOLD)
    if _JOINED.search(lower):
        if "zh" in codes:
            lower = re.sub("|".join(words(("zh",), "not_inside", "asking_at_end")), "", lower)
        runs = re.findall(r"[\u30a0-\u30ff]{2,}|[\u3400-\u9fff]+|[\uac00-\ud7af]+|[a-z0-9]+", lower)
        return frozenset(piece for run in runs for piece in _pieces(run))
    known = _function_words(codes)
    return frozenset(word for word in re.findall(r"\w{3,}|\d+", lower) if word not in known)


def _pieces(run: str) -> list[str]:
    """Pairs of signs of a script without blanks; a Korean word without its particle."""
    if re.match(r"[\uac00-\ud7af]", run):
        return [run[:2]]
    if run.isascii() or re.match(r"[\u30a0-\u30ff]", run) or len(run) < 2:
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    share = max(3, min(len(one), len(other)) - 3)
    return len(one) > 3 and len(other) > 3 and one[:share] == other[:share]


@lru_cache(64)
def _function_words(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        word.translate(FOLD) for word in words(codes, "common", "asking", "is", "articles", "if", "or", "and")
    )


@lru_cache(64)
def _forms(codes: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    known = Patterns(codes)
    joined = [word for word in words(codes, "not_inside") if word]
    denial = rf"{known.either('not', 'nothing')}|n['’]t(?!\w)|(?<=can)['’]t(?!\w)" + "".join(
        f"|{re.escape(word)}" for word in joined
    )
    short = "|".join(words(codes, "short_answers")) or "(?!)"
    return {
        "denial": re.compile(denial),
        "short": re.compile(rf"\W*(?:[a-z]+ly,?\s)?(?:{short})(?:\s?[,.;:!。，；！—–-]|\s*\Z)"),
        "all": re.compile(known.either("all_of")),
        "not_all": re.compile(known.either("not_all")),
        "concluded": re.compile(rf"\A\W*(?:{known.either('so')})[,:]?\s"),
        "pronoun": re.compile(rf"\W*{either(*words(codes, 'pronouns'))}\s"),
        "so": re.compile(rf"[,;:]\s?(?:{known.either('so')})[,:]?\s"),
        "turn": re.compile(rf"{either(*words(codes, 'turn', 'although', 'saying'))}|{known.either('undecided')}"),
        "weak": re.compile(either(*words(codes, "if", "degree", "instead", "or", "other", "maybe"))),
    }
