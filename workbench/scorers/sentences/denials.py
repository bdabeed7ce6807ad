"""Whether a value that an answer names is denied there: *not X*, *X is wrong*; a denied value is no answer."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.amounts.directions import goes_the_other_way
from workbench.scorers.amounts.number_cues import cues
from workbench.scorers.languages import as_written, either, patterns, worded, words
from workbench.scorers.reading import Reading, reading
from workbench.scorers.score import Score, wanted
from workbench.tasks.tasks import Task

_CLAIMED: Final = ("boxed", "tag", "json", "function", "none")
"""Evidence that no word beside it takes back."""
_MOST_MENTIONS: Final = 12
_AROUND: Final = 80
_CLAUSE: Final = re.compile(
    rf"[,;:，、；：.!?]\s|[，、；：。]|{as_written('no_turn_behind')}\s{worded('turn', 'but')}\s|\n"
)
_MATHEMATICS: Final = re.compile(r"(?<![^\W\d_])(?:[\d(\[{\\$√π|]|[a-zA-Z](?=\s?[=<>≤≥∈]))")
_NO_DENIAL: Final = re.compile(rf"{worded('negators')}\s{worded('merely')}\s")


@lru_cache(64)
def _beside(codes: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What denies a value: just before it, some words before it, after it."""
    known = patterns(codes)
    no, marks = rf"(?:{known.either('not')}|n['’]t)", r"['\"“«「『(\[{$\\]*"
    refused = worded("discards")
    be = f"(?:{known.either('is')}|{as_written('copula_plain')})"
    just = rf"(?:{no}|{refused})\s?{be}?\s?(?:{worded('before_mention')}\s){{0,2}}{marks}\Z"
    wide = rf"{no}\s(?:[^\s,;:.]{{1,20}}\s){{1,3}}{marks}\Z"
    unspaced = "|".join(re.escape(word) for word in words(codes, "not_after")) or "(?!)"
    wrong = either(*(word for word in words(codes, "wrong") if word not in words(codes, "not") and word not in _OPEN))
    verb = f"(?:{known.either('is')}|{worded('verdict_verbs')})"
    after = (  # `7 wrong answers` are seven
        rf"['\"”»」』)\]}}$*]*\s?(?:{unspaced}|{verb}\s?{wrong}|{wrong}(?:(?!\s[^\W\d_])|(?=\s{known.either('because')}))|"
        rf"(?:{verb}\s?)?{no}\s(?:{known.either('right')}|{known.either('answer')}))"
    )
    return re.compile(just), re.compile(wide), re.compile(after)


_OPEN: Final = ("too", "out", "impossible", "unlikely", "neither")
"""Of the words that say an option is wrong, those that a value may be called and still be right."""


def is_denied(lower: str, start: int, end: int, codes: tuple[str, ...], *, wide: bool = False) -> bool:
    """Whether the value at a place of a lower-case text is denied in its clause; `wide`, also some words before it.

    >>> text = "it is not 12 but 14, and 16 is wrong."
    >>> [is_denied(text, text.find(number), text.find(number) + 2, ("en",)) for number in ("12", "14", "16")]
    [True, False, True]
    """
    just, further, _ = _beside(codes)
    before = _CLAUSE.split(_NO_DENIAL.sub("", lower[max(0, start - _AROUND) : start]))[-1]
    if just.search(before) or cues(codes)["not"].search(before) or (wide and further.search(before)):
        return True
    return is_called_wrong(lower, end, codes)


def is_called_wrong(lower: str, end: int, codes: tuple[str, ...]) -> bool:
    """Whether what stands up to a place of a lower-case text is called wrong by the words after it.

    >>> is_called_wrong("12 is wrong", 2, ("en",)), is_called_wrong("12 is it", 2, ("en",))
    (True, False)
    """
    return bool(_beside(codes)[2].match(lower[end : end + _AROUND]))


def undenied(score: Score, answer: str, task: Task, *, wide: bool = False) -> Score:
    """A mark as it is, or a wrong one where the answer denies what was found, or says it of the opposite, throughout.

    With `wide`, a denial some words before counts (*they do not meet at (1, 2)*), unless the question has one, too.

    >>> task = Task("1", "Where do they meet?", "(1, 2)")
    >>> undenied(Score(1.0, "(1, 2)", "", "last"), "They do not meet at (1, 2).", task, wide=True).value
    0.0
    """
    said = (score.extracted or "").rstrip("…")
    if not score.correct or not said or score.evidence in _CLAIMED:
        return score
    read = reading(answer)
    denials = patterns(read.codes).either("not")
    wide = wide and not re.search(rf"{denials}|n['’]t", task.question[:2_000].lower())
    found = mentions(read, said)
    if not found:
        return score
    if all(is_denied(read.lower, start, end, read.codes, wide=wide) for start, end in found):
        return replace(score, value=0.0, why=f"{score.why}, denied there; {wanted(task)}", sure=True)
    if all(goes_the_other_way(read.lower, start, end, task.question) for start, end in found):
        return replace(score, value=0.0, why=f"{score.why}, said of the opposite; {wanted(task)}")
    return score


def mentions(read: Reading, said: str) -> list[tuple[int, int]]:
    """Where a value stands in the statements of an answer; of a sentence, where its mathematics begins."""
    inner = _MATHEMATICS.search(said)
    ahead = inner.start() if inner and re.search(r"[^\W\d_]\W*\s", said[: inner.start()]) else 0
    found: list[tuple[int, int]] = []
    place = read.text.find(said, read.since)
    while place >= 0 and len(found) < _MOST_MENTIONS:
        end = place + len(said.rstrip(" .!。"))
        found.append((place + ahead, end))
        place = read.text.find(said, place + len(said))
    kept = [(s.start, s.end) for s in read.sentences if s.role in ("", "half")]
    inside = [(start, end) for start, end in found if any(a <= start < b for a, b in kept)]
    return inside or found
