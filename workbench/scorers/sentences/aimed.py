"""Whether a right value is said of what is asked: not of the opposite event, of what was so once, of another clause."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import LATIN, as_written, languages_of, told, worded
from workbench.scorers.once import compiled
from workbench.scorers.reading import Reading, reading
from workbench.scorers.score import Score
from workbench.scorers.sentences.asked import common_stems, stems
from workbench.scorers.sentences.denials import mentions
from workbench.scorers.sentences.doubts import WEAK, asks_for_a_person
from workbench.scorers.sentences.passages import PARTS, is_told_of_another, parted
from workbench.tasks.tasks import Task

_LONGEST_QUESTION: Final = 3_000
_LONGEST_CLAUSE: Final = 240
_PAIRS: Final = (("starts", "ends"), ("leaves", "arrives"), ("issued", "due"), ("is_born", "dies"))
_LINKED: Final = re.compile(rf"{worded('although', 'turn')}\s")
_RELATIVE: Final = re.compile(rf"{worded('relative_pronouns')}\s")
_NAME: Final = re.compile(r"(?<=\s)[A-ZÀ-ÞА-Я][\w'’-]{2,}")
_CASELESS: Final = re.compile(r"[\u0621-\u064a\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_ASKS_WHEN: Final = re.compile(worded("asks_when"))
_BY_WHOM: Final = re.compile(rf"(?<!\w){as_written('by_whom')}\s[A-ZÀ-ÞА-Я]")
_BY: Final = re.compile(rf"(?<!\w){as_written('by_whom')}\s\Z")
_OF_WHOM: Final = re.compile(rf"\s{worded('of_whom', 'of_month')}(?:\s|\Z)")
_WHO_IS: Final = re.compile(rf"{worded('who')}\s{worded('is')}\s([^,;?]{{3,60}})")
_ONCE: Final = re.compile(worded("formerly"))
_CHANGED_FROM: Final = re.compile(rf"{worded('changed_from')}\s?\Z")
_CHANGED_AFTER: Final = re.compile(as_written("changed_from_after"))
_WORD: Final = re.compile(r"[^\W\d_]{3}|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2}")
_ARABIC: Final = re.compile(r"[\u0621-\u064a]")
_QUOTES: Final = "\"“”«»„「『‘'"
_LATER: Final = re.compile(worded("counted_later"))
_COUNTS_FROM: Final = re.compile(worded("counted_from"))
_COUNTED: Final = re.compile(worded("counted_later", "counted_from"))
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SUPPOSES: Final = re.compile(rf"\W*(?:{as_written('sentence_links')}\s)?{worded('if')}")
_ASKS_WHAT_IF: Final = re.compile(worded("if", "would"))
_FRACTION: Final = re.compile(r"\s*(\d{1,9})\s?/\s?(\d{1,9})\s*")
_LOWEST: Final = re.compile(worded("lowest_terms"))


def aimed(score: Score, answer: str, task: Task, *, number: bool = False) -> Score:
    """A mark as it is, or an unsure one where the answer says what was found of something else, throughout.

    Which clause a `number` belongs to is weighed where it is found.

    >>> task = Task("1", "Who built the mill?", "Ada Bell")
    >>> [aimed(Score(1.0, "Ada Bell", "", "sentence"), answer, task).sure
    ...  for answer in ("Ada Bell paid for it; the mill was built by Tom Roe.", "Ada Bell built it in 1801.")]
    [False, True]
    """
    score = unsupposed(score, answer, task.question)
    said = (score.extracted or "").rstrip("…")
    if not (score.correct and score.sure and said and score.evidence in WEAK):
        return score
    if not is_in_lowest_terms(said, task.question):
        return replace(score, sure=False)
    read = reading(answer)
    found = mentions(read, said)
    if not found and said in read.text[: read.since]:
        return replace(score, sure=False)  # it is said only before what takes it back
    if found and all(is_said_of_another(read, start, end, asked_with(task), number=number) for start, end in found):
        return replace(score, sure=False)
    return score


def asked_with(task: Task) -> str:
    """A question with the passage that is sent before it."""
    return f"{task.context[-_LONGEST_QUESTION:]}\n{task.question}" if task.context else task.question


def unsupposed(score: Score, answer: str, question: str) -> Score:
    """A mark as it is, or an unsure one where the answer only says what would be, and the question asks what is.

    >>> mark, answer = Score(1.0, "12", "", "marker"), "If x were 3, the answer would be 12."
    >>> [unsupposed(mark, answer, question).sure for question in ("What is x?", "What would it be if x were 3?")]
    [False, True]
    """
    if not score.sure or not _SUPPOSES.match(answer.lower()):
        return score
    asked = question[-_LONGEST_QUESTION:].lower()
    read = reading(answer)
    supposed = all(sentence.role == "if" for sentence in read.sentences)
    supposed = supposed and not compiled(read.patterns.either("turn")).search(read.lower)
    return replace(score, sure=False) if supposed and not _ASKS_WHAT_IF.search(asked) else score


def is_in_lowest_terms(said: str, question: str) -> bool:
    """Whether a fraction has no common divisor, or need not be free of one.

    >>> is_in_lowest_terms("9/12", "Simplify 18/24."), is_in_lowest_terms("9/12", "What is 18/24?")
    (False, True)
    """
    fraction = _FRACTION.fullmatch(said)
    if fraction is None or not _LOWEST.search(question[:_LONGEST_QUESTION].lower()):
        return True
    return math.gcd(int(fraction[1]), int(fraction[2])) == 1


def is_said_of_another(read: Reading, start: int, end: int, question: str, *, number: bool = False) -> bool:
    """Whether the value at a place of an answer is said of something else than a question asks for."""
    asked = question[-_LONGEST_QUESTION:]
    begins = max([0, *(match.end() for match in PARTS.finditer(read.text, max(0, start - _LONGEST_CLAUSE), start))])
    stops = PARTS.search(read.text, end)
    ends = min(stops.start() if stops else end + _LONGEST_CLAUSE, end + _LONGEST_CLAUSE)
    clause = read.lower[begins:ends]
    lower, last = asked.lower(), parted(asked)[1].lower()
    return (
        is_of_the_opposite(clause, last if _ASKS_WHEN.search(last) else lower)
        or ((asks_when_or_who(last)) and is_told_of_another(clause, read.text[start:end], asked))
        or _is_done_by(read.lower[begins:start], last)
        or bool(_ONCE.search(clause) and not _ONCE.search(lower))
        or bool(_CHANGED_FROM.search(read.lower, begins, start))
        or bool(_CHANGED_AFTER.match(read.lower, end))
        or _is_said_by_others(read, begins, start)
        or is_counted_from(read, start, end, asked)
        or (not number and _another_clause_is_meant(read, start, end, asked))
    )


def is_counted_from(read: Reading, start: int, end: int, question: str) -> bool:
    """Whether the time at a place of an answer is one from which that of what is asked is counted.

    >>> from workbench.scorers.reading import reading
    >>> read = reading("It was ordered on 5 March 2024 and shipped two days later.")
    >>> [is_counted_from(read, 18, 30, f"When was it {event}?") for event in ("shipped", "ordered")]
    [True, False]
    """
    sentence = next((each for each in read.sentences if each.start <= start < each.end), None)
    timed = sentence and asks_when(question) and _COUNTED.search(read.lower, sentence.start, sentence.end)
    if sentence is None or not timed:
        return False
    bounds = [m for m in PARTS.finditer(read.text, sentence.start, sentence.end) if not start <= m.start() < end]
    before = max([sentence.start, *(match.end() for match in bounds if match.end() <= start)])
    after = min([sentence.end, *(match.start() for match in bounds if match.start() >= end)])
    behind = _LATER.search(read.lower, end, after)
    if _COUNTS_FROM.search(read.lower, before, start) or (behind and _WORD.search(read.text, end, behind.start())):
        return True
    later = _LATER.search(read.lower, after, sentence.end)
    if later is None or _YEAR.search(read.text, after, sentence.end):
        return False
    asked = stems(question) - common_stems() - stems(read.text[start:end])
    return len(asked & stems(read.text[after : sentence.end])) >= len(asked & stems(read.text[before:after]))


def asks_when_or_who(asked: str) -> bool:
    """Whether the last sentence of a question asks for a time, a place or a person, and is no text of the task itself.

    >>> asks_when_or_who("where is it?"), asks_when_or_who("“where is it?”"), asks_when_or_who("how long is it?")
    (True, False, False)
    """
    return asked[:1] not in _QUOTES and bool(_ASKS_WHEN.search(asked) or asks_for_a_person(asked))


def asks_when(question: str) -> bool:
    """Whether a question asks for a time or a place.

    >>> asks_when("When does it start?"), asks_when("How long is it?")
    (True, False)
    """
    return bool(_ASKS_WHEN.search(question[-_LONGEST_QUESTION:].lower()))


def is_of_the_opposite(clause: str, question: str) -> bool:
    """Whether a clause says when something ends, where it is asked when it begins; in lower case, and so on.

    >>> is_of_the_opposite("the shop closes at 9", "when does it open?"), is_of_the_opposite("it ends at 9", "who?")
    (True, False)
    """
    codes = languages_of(f"{question} {clause}") if question else ()
    if set(codes) <= {"en", *LATIN}:
        codes = ("en", *LATIN)  # a short text may be of another of them
    asks, pairs = _events(codes)
    if not question or not asks.search(question):
        return False
    for first, second in pairs:
        wanted = bool(first.search(question)) - bool(second.search(question))
        said = bool(first.search(clause)) - bool(second.search(clause))
        if wanted and said == -wanted:
            return True
    return False


@lru_cache(64)
def _events(codes: tuple[str, ...]) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]]:
    """What asks for a time or a place, and the events that are each other's opposite."""
    pairs = tuple(
        (re.compile(worded(one, codes=codes)), re.compile(worded(other, codes=codes))) for one, other in _PAIRS
    )
    return re.compile(worded("asks_when", codes=codes)), pairs


def _is_done_by(before: str, asked: str) -> bool:
    """Whether somebody did something to whom a question asks for: `the director was chosen by X`."""
    who, by = _WHO_IS.search(asked), _BY.search(before)
    if who is None or by is None or _BY.search(f"{asked.rstrip('? ')} "):
        return False
    head = stems(_OF_WHOM.split(who[1])[0].split()[-1]) - common_stems()
    return bool(head) and head <= stems(before)


def _is_said_by_others(read: Reading, begins: int, start: int) -> bool:
    """Whether a text is said after a word for somebody else's claim, or an earlier one, in its clause."""
    sentence = next((each for each in read.sentences if each.start <= start < each.end), None)
    other = sentence is not None and sentence.role == "other" and not read.text[start].isdigit()
    return other and bool(read.patterns.other.search(read.lower, begins, start))


def _another_clause_is_meant(read: Reading, start: int, end: int, question: str) -> bool:
    """Whether another clause of the sentence has more of the question's words, and a name of its own."""
    sentence = next((each for each in read.statements if each.start <= start < each.end), None)
    if sentence is None or not question or told("capital_nouns", read.codes) or read.text[start].isdigit():
        return False
    bounds = [m for m in PARTS.finditer(read.text, sentence.start, sentence.end) if not start <= m.start() < end]
    if not bounds or len(bounds) > 8:
        return False
    edges = [sentence.start, *(match.end() for match in bounds), sentence.end]
    parts = [(edges[n], edges[n + 1]) for n in range(len(edges) - 1)]
    asked = stems(question) - common_stems() - stems(read.text[start:end])
    own = next(part for part in parts if part[0] <= start < part[1] or part is parts[-1])
    share = len(asked & stems(read.text[slice(*own)]))
    who = asks_for_a_person(question)
    caseless = bool(_CASELESS.search(read.text[start:end]))
    if not caseless and not read.text[start].isupper():
        return False
    for place, part in enumerate(parts):
        text = read.text[slice(*part)]
        told_of = len(asked & stems(text))
        by_another = (
            who and 0 < told_of == share and _BY_WHOM.search(text) and not _BY_WHOM.search(read.text[slice(*own)])
        )
        if part == own or _RELATIVE.match(text.lower()) or not (by_another or told_of > share):
            continue
        if caseless and not share and (who or asks_when(question) or not _ARABIC.search(text)):
            return True
        bare = place and bounds[place - 1][0] == ", " and not _LINKED.match(text.lower())
        states = re.search(read.patterns.either("is"), text.lower())
        known = question.lower()
        if (not bare or states) and any(name[0].lower() not in known for name in _NAME.finditer(" " + text[1:])):
            return True
    return False
