"""Which column holds what: by the user's word, else by its name and what stands in it, always with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from workbench.base.words import close_to
from workbench.errors import InputError
from workbench.tasks.images import is_image
from workbench.tasks.languages import context_in, in_one_language
from workbench.tasks.look import Look
from workbench.tasks.names import (
    CONTEXT_NAMES,
    ID_NAMES,
    IMAGE_NAMES,
    MESSAGE_NAMES,
    QUESTION_NAMES,
    SURE_TEST_NAMES,
    SYSTEM_NAMES,
    TARGET_NAMES,
    TEST_NAMES,
    matching,
    plain,
    unmistakable,
)
from workbench.tasks.options import Place, find_options, read_options
from workbench.tasks.question_columns import question_of
from workbench.tasks.records import columns_in
from workbench.tasks.slots import is_template
from workbench.tasks.target_columns import target_of

Columns: TypeAlias = "str | Sequence[str]"


@dataclass(frozen=True)
class Asked:
    """What the user said of the columns: names, or templates that make the text of a record's cells."""

    question: str | None = None
    target: str | None = None
    choices: Columns | None = None
    id: str | None = None
    system: str | None = None
    messages: str | None = None
    images: Columns | None = None

    def named(self) -> list[str]:
        """The columns that are named one by one."""
        single = [self.question, self.target, self.id, self.system, self.messages]
        return [name for name in single if name and not is_template(name)]


@dataclass
class Layout:
    """Which column, or which template, makes each part of a task; `why` gives the reason by part."""

    question: str | None = None
    parts: tuple[str, ...] = ()
    target: str | None = None
    id: str | None = None
    context: str | None = None
    system: str | None = None
    messages: str | None = None
    images: tuple[str, ...] = ()
    options: Place | None = None
    tests: str | None = None
    why: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def taken(self) -> set[str]:
        """The columns that became some part."""
        single = {self.question, self.target, self.id, self.context, self.system, self.messages, *self.parts}
        return {name for name in (*single, *self.images, *(self.options.columns if self.options else ())) if name}


def layout_of(values: Sequence[Mapping[str, Any]], asked: Asked, source: str) -> Layout:
    """Find the part that each column plays. Raises InputError where there is no question, or a name is not there."""
    present = columns_in(values)
    if not present:
        return Layout("question")
    chosen, language = in_one_language(vars(asked), present, source)
    found, look = Layout(), Look(values)
    given, asked = asked, replace(asked, **chosen)
    _take_what_is_said(found, given, asked, present, language, source)
    found.images = _images(asked, _free(present, found), present, look, source)
    if found.messages is None and found.question is None:
        _find_messages(found, _free(present, found), look)
    if found.messages is None and found.question is None:
        asking = question_of(_free(present, found), look, source)
        found.question, found.parts, found.why["question"] = asking.text, asking.parts, asking.why
    free = _free(present, found)
    has_target = bool(matching(TARGET_NAMES, free) or asked.target)
    _find_options(found, asked, free, present, values, source, has_target=has_target)
    if found.question and not is_template(found.question):
        _find_context(found, _free(present, found), look, language)
    free = _free(present, found)
    found.tests = _tests_among(free)
    if found.target is None and not (found.options and found.options.right) and found.tests is None:
        _take_target(found, free, look)
    if found.system is None:
        system = [name for name in matching(SYSTEM_NAMES, free) if look.filled(name)]
        found.system = system[0] if system else None
        found.why["system"] = "by its name"
    if asked.id is None:
        free = _free(present, found)
        found.id = unmistakable(matching(ID_NAMES, free), source) or look.telling(free)
        found.why["id"] = "by its name" if found.id in matching(ID_NAMES, free) else "every task has its own"
    return found


def _take_target(found: Layout, free: list[str], look: Look) -> None:
    target = target_of(
        free,
        look,
        question=found.question,
        has_options=found.options is not None,
        is_conversation=found.messages is not None,
    )
    if target is not None:
        found.target, found.why["target"] = target.column, target.why
        found.warnings += [target.warning] if target.warning else []


def _free(present: list[str], found: Layout) -> list[str]:
    """The columns that play no part yet."""
    return [name for name in present if name not in found.taken()]


def _take_what_is_said(
    found: Layout, given: Asked, asked: Asked, present: list[str], language: str, source: str
) -> None:
    """Take the columns and templates that were named, or that belong to the language that was."""
    for part in ("question", "target", "id", "system", "messages"):
        word = getattr(asked, part)
        if word:
            setattr(found, part, word if is_template(word) else _named(word, part, present, source))
            said = getattr(given, part) is not None
            found.why[part] = "as you said" if said else f"by its name, in the language {language!r}"


def _find_messages(found: Layout, free: list[str], look: Look) -> None:
    messages = [name for name in matching(MESSAGE_NAMES, free) if look.all_conversations(name)]
    found.why["messages"] = "by its name, and because it holds turns"
    if not messages and not matching(QUESTION_NAMES, free):
        messages = [name for name in free if look.all_conversations(name)]
        found.why["messages"] = "the only column that holds turns"
    found.messages = messages[0] if len(messages) == 1 or matching(MESSAGE_NAMES, messages) else None


def _find_context(found: Layout, free: list[str], look: Look, language: str) -> None:
    named = (*matching((*CONTEXT_NAMES, "body"), free), *context_in(language, free))
    contexts = [name for name in named if look.filled(name) and len(found.parts) < 2]
    found.context = contexts[0] if contexts else None


def _tests_among(free: list[str]) -> str | None:
    """The column that holds tests of a program, where there is an entry point beside it or its name says it."""
    called_so = matching(TEST_NAMES, free)
    tests = [name for name in free if name in called_so]
    coded = "entrypoint" in map(plain, free) or bool(matching(SURE_TEST_NAMES, tests))
    return tests[0] if tests and coded else None


def _find_options(
    found: Layout,
    asked: Asked,
    free: list[str],
    present: list[str],
    values: Sequence[Mapping[str, Any]],
    source: str,
    *,
    has_target: bool,
) -> None:
    if asked.choices is not None:
        listed = _columns(asked.choices, "choices", present, source)
        letters = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(listed)])
        found.options = Place(tuple(listed), letters if len(listed) > 1 else (), why="as you said")
        if len(listed) == 1 and not any(read_options(value.get(listed[0]), []) for value in values):
            raise InputError(
                f"{source}: column {listed[0]!r} holds no options: a list, an object, a text 'A) … B) …', or parts "
                "between bars, semicolons or commas."
            )
    elif len(found.parts) < 2:
        found.options = find_options(free, values, has_target=has_target)


def _images(asked: Asked, free: list[str], present: list[str], look: Look, source: str) -> tuple[str, ...]:
    if asked.images is not None:
        return tuple(_columns(asked.images, "images", present, source)) if asked.images else ()
    names = matching((*IMAGE_NAMES, *(f"image{n}" for n in range(1, 21))), free)
    return tuple(name for name in names if (cells := look.cells(name)) and all(map(is_image, cells)))


def _columns(given: Columns, part: str, present: list[str], source: str) -> list[str]:
    listed = [given] if isinstance(given, str) else list(given)
    if len(listed) == 1 and listed[0] not in present and "," in listed[0]:
        listed = [name.strip() for name in listed[0].split(",")]
    return [_named(name, part, present, source) for name in listed]


def _named(column: str, part: str, present: Iterable[str], source: str) -> str:
    if column in present:
        return column
    alike = [name for name in present if plain(name) == plain(column)]
    if len(alike) == 1:
        return alike[0]
    close = close_to(column, present)
    hint = f" Did you mean {close!r}?" if close else ""
    raise InputError(f"{source}: no column {column!r} for the {part} among {', '.join(map(repr, present))}.{hint}")
