"""What stands where in one thought: the target, drafts, words of reflection, changes of language, loops; in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.analysis.targets.places import places
from workbench.analysis.thinking import codes_of
from workbench.analysis.thoughts.drafts import drafts
from workbench.analysis.thoughts.languages import STRETCH, languages, main_language, scripts
from workbench.analysis.thoughts.repetition import repetition
from workbench.analysis.thoughts.text import Thought
from workbench.analysis.thoughts.word_places import Words
from workbench.base import regular_expressions as re

KINDS: Final = ("target", "other answer", "reflection", "switch", "language", "loop")
"""What a mark can be, the weightier first: where two would overlap, it is the one that is shown."""

_FOREIGN: Final = {
    True: re.compile(
        r"[\u0370-\u052f\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][^\n.!?A-Za-z]{3,}"
    ),
    False: re.compile(r"[A-Za-z\u00c0-\u024f]+(?:[ ,;:'’-]+[A-Za-z\u00c0-\u024f]+){2,}"),
}


@dataclass(frozen=True)
class Mark:
    """A stretch of a thought and what it is: one of `KINDS`, and a word on it."""

    start: int
    end: int
    kind: str
    label: str


def marks_of(text: str, *, target: str | None = None, question: str = "") -> list[Mark]:
    """Everything that can be marked in a thought, in order and without overlaps; linear in its length.

    >>> found = marks_of("6 * 7 is 41. Wait, it is 42.", target="42")
    >>> [(mark.kind, mark.label) for mark in found]
    [('reflection', 'wait'), ('target', '42')]
    """
    words = Words(text)
    found = languages(text, words)
    thought = Thought(text, codes_of(found), question, words)
    marks: list[Mark] = []
    if target is not None:
        marks += [Mark(start, end, "target", text[start:end]) for start, end in places(target, thought)]
    for draft in drafts(thought, target):
        kind = "target" if draft.right else "other answer"
        marks.append(Mark(draft.start, draft.end, kind, draft.value))
    for kind in ("reflection", "switch"):
        spans = thought.told(kind)
        marks += [Mark(start, end, kind, thought.lower[start:end]) for start, end in spans]
    marks += _of_languages(text, next(iter(found), ""))
    loop = repetition(text, words).loop
    if loop is not None:
        start, end = words.place(loop[0]), words.place(loop[1])
        marks.append(Mark(start, max(end, start + 1), "loop", "runs in a loop"))
    return _apart(marks)


def _of_languages(text: str, main: str) -> list[Mark]:
    latin = next(iter(scripts(text)), "Latin") == "Latin"
    runs = [match.span() for match in _FOREIGN[latin].finditer(text)] if not (latin and text.isascii()) else []
    marks = []
    for start, end in runs:
        label = main_language(text[start:end]) or next(iter(scripts(text[start:end])), "")
        if label != main:
            marks.append(Mark(start, end, "language", label))
    if latin and main:
        marks += _of_latin_languages(text, main)
    return marks


def _of_latin_languages(text: str, main: str) -> list[Mark]:
    marks: list[Mark] = []
    for start in range(0, len(text), STRETCH):
        part = text[start : start + STRETCH]
        code = main_language(part) if part.isascii() or any(letter.isalpha() for letter in part) else None
        if code is None or code == main or next(iter(scripts(part)), "") != "Latin":
            continue
        if marks and marks[-1].end == start and marks[-1].label == code:
            marks[-1] = Mark(marks[-1].start, start + len(part), "language", code)
        else:
            marks.append(Mark(start, start + len(part), "language", code))
    return [
        mark for mark in marks if len(languages(text[mark.start : mark.end])) and mark.end - mark.start >= STRETCH // 2
    ]


def _apart(marks: list[Mark]) -> list[Mark]:
    """The marks without overlaps: of a long one that holds others, what is before, between and behind them."""
    rank = {kind: place for place, kind in enumerate(KINDS)}
    short = sorted(
        (mark for mark in marks if rank[mark.kind] < rank["language"]),
        key=lambda mark: (mark.start, rank[mark.kind], -mark.end),
    )
    kept: list[Mark] = []
    for mark in short:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
        elif rank[mark.kind] < rank[kept[-1].kind]:
            kept[-1] = mark
    for long in sorted(
        (mark for mark in marks if rank[mark.kind] >= rank["language"]), key=lambda mark: rank[mark.kind]
    ):
        kept = _between(kept, long)
    return kept


def _between(kept: list[Mark], long: Mark) -> list[Mark]:
    pieces, place = [], long.start
    for mark in kept:
        if mark.end <= long.start or mark.start >= long.end:
            continue
        if mark.start > place:
            pieces.append(Mark(place, mark.start, long.kind, long.label))
        place = max(place, mark.end)
    if place < long.end:
        pieces.append(Mark(place, long.end, long.kind, long.label))
    return sorted([*kept, *pieces], key=lambda mark: mark.start)
