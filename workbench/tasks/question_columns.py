"""The column that holds the question, or the two that make it together, and what tells so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.errors import InputError
from workbench.tasks import unusual_names as unusual
from workbench.tasks.look import Look
from workbench.tasks.names import (
    BODY_NAMES,
    HEADING_NAMES,
    INSTRUCTION_NAMES,
    PAIRS,
    QUESTION_NAMES,
    matching,
    plain,
    unmistakable,
)
from workbench.tasks.slots import slot

_OTHER_HALVES: Final = {plain(first): plain(second) for first, second in PAIRS}


@dataclass(frozen=True)
class Question:
    """A column, or the template that makes one text of two, which are its `parts`; `why` says what tells so."""

    text: str
    why: str
    parts: tuple[str, ...] = ()


def question_of(free: list[str], look: Look, source: str) -> Question:
    """The question among columns that are nothing else yet. Raises InputError where there is none, or two are alike."""
    named = _fit_to_ask(matching(QUESTION_NAMES, free), look)
    first = unmistakable(named, source)
    if first is None:
        return _by_its_last_word(free, look, source)
    half = len(look.values) // 2
    varied = next((name for name in named[1:] if look.distinct(name) > max(1, half)), None)
    if varied and len(look.values) > 2 and plain(first) in INSTRUCTION_NAMES and look.distinct(first) == 1:
        return _under(first, varied, f"{first!r} is the same for all, and {varied!r} differs")
    question = Question(first, "by its name")
    if varied and len(look.values) > 3 and plain(first) == "task" and look.distinct(first) <= half:
        question = Question(varied, f"{first!r} only groups the tasks")
    question = _the_only_texts(question.text, free, look) or question
    return _with_its_other_half(question.text, free, look) or question


def _fit_to_ask(named: list[str], look: Look) -> list[str]:
    """Those of the columns that hold something, and texts: if there are such, else all."""
    filled = [name for name in named if look.filled(name)] or named
    return [name for name in filled if look.flat(name)] or filled


def _by_its_last_word(free: list[str], look: Look, source: str) -> Question:
    found = unusual.question_among(free, look)
    if found is None:
        raise InputError(unusual.no_question(free, look, source))
    return Question(found, "by the last word of its name")


def _the_only_texts(chosen: str, free: list[str], look: Look) -> Question | None:
    """The one other column of texts, where the chosen one holds codes."""
    worded = [name for name in free if name != chosen and look.worded(name)] if look.codes(chosen) else []
    return Question(worded[0], f"the only texts, and {chosen!r} holds codes") if len(worded) == 1 else None


def _with_its_other_half(chosen: str, free: list[str], look: Look) -> Question | None:
    """Two columns asked about together: a pair of texts, an instruction and its input, a title and its text."""
    by_name = {plain(name): name for name in free}
    second = by_name.get(_OTHER_HALVES.get(plain(chosen), ""))
    if second is not None:
        both = f"{_heading(chosen)}: {slot(chosen)}\n{_heading(second)}: {slot(second)}"
        return Question(both, "the two texts belong together", (chosen, second))
    given = by_name.get("input")
    if plain(chosen) == "instruction" and given is not None and look.flat(given):
        return _under(chosen, given, "an instruction and its input")
    title = next((name for name in free if plain(name) in HEADING_NAMES and name != chosen), None)
    if title and plain(chosen) in BODY_NAMES and look.filled(title):
        return _under(title, chosen, "a title and its text")
    return None


def _under(first: str, second: str, why: str) -> Question:
    """Two columns as one text, the second below the first."""
    return Question(f"{slot(first)}\n\n{slot(second)}", why, (first, second))


def _heading(column: str) -> str:
    text = column.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
