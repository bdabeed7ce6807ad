"""The column that holds the target, and what tells so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.tasks import unusual_names as unusual
from workbench.tasks.look import Look
from workbench.tasks.names import CLASS_NAMES, KEY_NAMES, TARGET_NAMES, matching, plain
from workbench.tasks.values import text_of

_TARGETS: Final = frozenset(map(plain, TARGET_NAMES))
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]+)[)\]]\s*\Z")
_A_LETTER: Final = re.compile(r"\W*[A-Ja-j]\W*")
_LONGEST_LABEL: Final = 40
"""Characters: beside a column of longer texts a column of classes may be no target."""


@dataclass(frozen=True)
class Target:
    """The column; `why` says what tells so, and `warning` what may be wrong with it."""

    column: str
    why: str
    warning: str = ""


def target_of(
    free: list[str], look: Look, *, question: str | None, has_options: bool, is_conversation: bool
) -> Target | None:
    """The target among columns that are nothing else yet, by the surest sign; in conversations only names are signs."""
    by_name = (
        _by_its_name(free, look, has_options=has_options)
        or _by_its_brackets(free, look)
        or _by_its_first_word(free, look)
    )
    if by_name or is_conversation:
        return by_name
    letters = _letters_of_options(free, look) if has_options else None
    return letters or _a_beside_q(free, question) or _few_classes(free, look)


def _by_its_name(free: list[str], look: Look, *, has_options: bool) -> Target | None:
    named = [name for name in matching(TARGET_NAMES, free) if _may_be_right(name, look, has_options=has_options)]
    if not named:
        return None
    first, others = named[0], named[1:]
    fuller = next((name for name in others if look.share(name) > 0.9), None)
    chosen, warning = first, ""
    if fuller and look.share(first) < 0.5:
        chosen = fuller
        warning = (
            f"column {first!r} would be the target by its name and is mostly empty; taken is {fuller!r}. "
            f"If that is wrong, say target={first!r}"
        )
    if others and look.share(others[0]) > 0.5 and plain(chosen) != plain(others[0]):
        passed_over = ", ".join(repr(name) for name in named if name != chosen)
        return Target(chosen, f"by its name, before {passed_over}", warning)
    return Target(chosen, "by its name", warning)


def _may_be_right(name: str, look: Look, *, has_options: bool) -> bool:
    """Whether a column that is called as a target holds what can be one: no marks of answers, no mere addresses."""
    cells = look.cells(name)
    if plain(name) == "correct" and all(isinstance(cell, bool) for cell in cells):
        return False
    return has_options or not cells or not all(map(_is_address, cells))


def _by_its_brackets(free: list[str], look: Look) -> Target | None:
    marked = [name for name in free if (match := _BRACKETS.search(name)) and plain(match[1]) in _TARGETS]
    if len(marked) == 1 and look.filled(marked[0]):
        return Target(marked[0], "by what stands in its brackets")
    return None


def _by_its_first_word(free: list[str], look: Look) -> Target | None:
    expected = unusual.target_among(free, look)
    return Target(expected, "by the first word of its name") if expected is not None else None


def _letters_of_options(free: list[str], look: Look) -> Target | None:
    letters = [name for name in free if look.filled(name) and all(map(_is_letter, look.cells(name)))]
    keys = matching(KEY_NAMES, letters) or (letters if len(letters) == 1 else [])
    return Target(keys[0], "its cells are letters of the options") if keys else None


def _a_beside_q(free: list[str], question: str | None) -> Target | None:
    answers = [name for name in free if plain(name) == "a"] if plain(question or "") == "q" else []
    return Target(answers[0], f"beside {question!r}") if answers else None


def _few_classes(free: list[str], look: Look) -> Target | None:
    """The one column that is called as classes are, and has few values; not beside longer texts."""
    classes = [name for name in matching(CLASS_NAMES, free) if look.filled(name) and look.flat(name)]
    texts = [name for name in free if name not in classes and any(map(_is_long, look.cells(name)))]
    count = len(look.values)
    if len(classes) == 1 and not texts and count > 2 and look.distinct(classes[0]) <= max(2, count // 2):
        return Target(classes[0], "nothing else can be the target, and it has few values")
    return None


def _is_long(cell: Any) -> bool:
    return len(text_of(cell)) > _LONGEST_LABEL


def _is_letter(cell: Any) -> bool:
    return isinstance(cell, str) and bool(_A_LETTER.fullmatch(cell))


def _is_address(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith(("http://", "https://")) and " " not in cell.strip()
