"""Which column holds what: by the user's word, else by its name and what stands in it, always with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from workbench.base import regular_expressions as re
from workbench.base.words import close_to
from workbench.errors import InputError
from workbench.tasks import unusual_names as unusual
from workbench.tasks.images import is_image
from workbench.tasks.languages import context_in, in_one_language
from workbench.tasks.look import Look
from workbench.tasks.names import (
    CLASS_NAMES,
    CONTEXT_NAMES,
    ID_NAMES,
    IMAGE_NAMES,
    KEY_NAMES,
    MESSAGE_NAMES,
    PAIRS,
    QUESTION_NAMES,
    SYSTEM_NAMES,
    TARGET_NAMES,
    matching,
    plain,
)
from workbench.tasks.options import Place, find_options, read_options
from workbench.tasks.values import text_of

Columns: TypeAlias = "str | Sequence[str]"

_TESTS: Final = frozenset(map(plain, ("test", "tests", "test list", "public test cases")))
_INSTRUCTIONS: Final = frozenset(
    map(plain, ("instruction", "prompt", "task", "Aufgabe", "Aufgabenstellung", "user prompt"))
)
_BODIES: Final = frozenset(map(plain, ("content", "body", "text", "description")))
_HEADS: Final = frozenset(map(plain, ("title", "headline", "subject line")))
_TARGETS: Final = frozenset(map(plain, TARGET_NAMES))
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]+)[)\]]\s*\Z")
_PAIR_HEADS: Final = {plain(first): plain(second) for first, second in PAIRS}


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


def is_template(text: str) -> bool:
    """Whether a role is given as a template and not as the name of a column."""
    return "{{" in text or "{%" in text


def layout_of(values: list[Mapping[str, Any]], asked: Asked, source: str) -> Layout:
    """Find the part that each column plays. Raises InputError where there is no question, or a name is not there."""
    present = list(dict.fromkeys(str(name) for value in values for name in value))
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
        _find_question(found, _free(present, found), look, source)
    free = _free(present, found)
    has_target = bool(matching(TARGET_NAMES, free) or asked.target)
    _find_options(found, asked, free, present, values, source, has_target=has_target)
    if found.question and not is_template(found.question):
        _find_context(found, _free(present, found), look, language)
    free = _free(present, found)
    found.tests = _tests_among(free)
    if found.target is None and not (found.options and found.options.right) and found.tests is None:
        _find_target(found, free, look)
    if found.system is None:
        system = [name for name in matching(SYSTEM_NAMES, free) if look.filled(name)]
        found.system = system[0] if system else None
        found.why["system"] = "by its name"
    if asked.id is None:
        free = _free(present, found)
        found.id = _first(ID_NAMES, free, source) or look.telling(free)
        found.why["id"] = "by its name" if found.id in matching(ID_NAMES, free) else "every task has its own"
    return found


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
    tests = [name for name in free if plain(name) in _TESTS]
    coded = "entrypoint" in map(plain, free) or any(plain(name) in ("testlist", "publictestcases") for name in tests)
    return tests[0] if tests and coded else None


def _find_question(found: Layout, free: list[str], look: Look, source: str) -> None:
    candidates = matching(QUESTION_NAMES, free)
    filled = [name for name in candidates if look.filled(name)] or candidates
    flat = [name for name in filled if look.flat(name)] or filled
    if not flat:
        found.question = unusual.question_among(free, look)
        if found.question is None:
            raise InputError(unusual.no_question(free, look, source))
        found.why["question"] = "by the last word of its name"
        return
    count = len(look.values)
    chosen, why = flat[0], "by its name"
    same = [name for name in flat if plain(name) == plain(chosen)]
    if len(same) > 1:
        raise InputError(f"{source}: the columns {' and '.join(map(repr, same))} differ only in case. Rename one.")
    varied = next((name for name in flat[1:] if look.distinct(name) > max(1, count // 2)), None)
    if varied and count > 2 and plain(chosen) in _INSTRUCTIONS and look.distinct(chosen) == 1:
        found.question, found.parts = f"{_slot(chosen)}\n\n{_slot(varied)}", (chosen, varied)
        found.why["question"] = f"{chosen!r} is the same for all, and {varied!r} differs"
        return
    if varied and count > 3 and plain(chosen) == "task" and look.distinct(chosen) <= count // 2:
        chosen, why = varied, f"{chosen!r} only groups the tasks"
    worded = [name for name in free if name != chosen and look.worded(name)] if look.codes(chosen) else []
    if len(worded) == 1:
        chosen, why = worded[0], f"the only texts, and {chosen!r} holds codes"
    by_name = {plain(name): name for name in free}
    second = by_name.get(_PAIR_HEADS.get(plain(chosen), ""))
    if second is not None:
        found.question = f"{_head(chosen)}: {_slot(chosen)}\n{_head(second)}: {_slot(second)}"
        found.parts, found.why["question"] = (chosen, second), "the two texts belong together"
        return
    if plain(chosen) == "instruction" and "input" in by_name and look.flat(by_name["input"]):
        other = by_name["input"]
        found.question = f"{_slot(chosen)}\n\n{_slot(other)}"
        found.parts, found.why["question"] = (chosen, other), "an instruction and its input"
        return
    head = next((name for name in free if plain(name) in _HEADS and name != chosen), None)
    if head and plain(chosen) in ("content", "body") and look.filled(head):
        found.question = f"{_slot(head)}\n\n{_slot(chosen)}"
        found.parts, found.why["question"] = (head, chosen), "a title and its text"
        return
    found.question, found.why["question"] = chosen, why


def _find_target(found: Layout, free: list[str], look: Look) -> None:
    candidates = [
        name
        for name in matching(TARGET_NAMES, free)
        if not (plain(name) == "correct" and all(isinstance(cell, bool) for cell in look.cells(name)))
        and not (found.options is None and look.cells(name) and all(map(_is_address, look.cells(name))))
    ]
    if candidates:
        chosen = candidates[0]
        fuller = next((name for name in candidates[1:] if look.share(name) > 0.9), None)
        if look.share(chosen) < 0.5 and fuller:
            found.warnings.append(
                f"column {chosen!r} would be the target by its name and is mostly empty; taken is {fuller!r}. "
                f"If that is wrong, say target={chosen!r}"
            )
            chosen = fuller
        found.target, found.why["target"] = chosen, "by its name"
        if len(candidates) > 1 and look.share(candidates[1]) > 0.5 and plain(chosen) != plain(candidates[1]):
            others = ", ".join(map(repr, [name for name in candidates if name != chosen]))
            found.why["target"] = f"by its name, before {others}"
        return
    marked = [name for name in free if (match := _BRACKETS.search(name)) and plain(match[1]) in _TARGETS]
    if len(marked) == 1 and look.filled(marked[0]):
        found.target, found.why["target"] = marked[0], "by what stands in its brackets"
        return
    expected = unusual.target_among(free, look)
    if expected is not None:
        found.target, found.why["target"] = expected, "by the first word of its name"
        return
    if found.messages is not None:
        return
    letters = [name for name in free if look.filled(name) and all(map(_is_letter, look.cells(name)))]
    lettered = (matching(KEY_NAMES, letters) or (letters if len(letters) == 1 else [])) if found.options else []
    if lettered:
        found.target, found.why["target"] = lettered[0], "its cells are letters of the options"
        return
    pair = [name for name in free if plain(name) == "a"] if plain(found.question or "") == "q" else []
    if pair:
        found.target, found.why["target"] = pair[0], f"beside {found.question!r}"
        return
    count = len(look.values)
    classes = [name for name in matching(CLASS_NAMES, free) if look.filled(name) and look.flat(name)]
    texts = [name for name in free if name not in classes and any(len(text_of(cell)) > 40 for cell in look.cells(name))]
    if len(classes) == 1 and not texts and count > 2 and look.distinct(classes[0]) <= max(2, count // 2):
        found.target = classes[0]
        found.why["target"] = "nothing else can be the target, and it has few values"


def _is_letter(cell: Any) -> bool:
    return isinstance(cell, str) and bool(re.fullmatch(r"\W*[A-Ja-j]\W*", cell))


def _find_options(
    found: Layout,
    asked: Asked,
    free: list[str],
    present: list[str],
    values: list[Mapping[str, Any]],
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
                f"between "
                "bars, semicolons or commas."
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


def _first(names: tuple[str, ...], columns: list[str], source: str) -> str | None:
    found = matching(names, columns)
    alike = [name for name in found if plain(name) == plain(found[0])] if found else []
    if len(alike) > 1:
        raise InputError(f"{source}: the columns {' and '.join(map(repr, alike))} differ only in case. Rename one.")
    return found[0] if found else None


def called(column: str) -> str:
    """How a template calls a column: by its name, or by `task[…]` where the name has a blank or a sign in it.

    >>> called("kind"), called("Product Name")
    ('kind', 'task["Product Name"]')
    """
    return column if column.isidentifier() else f'task["{column}"]'


def mentioned(template: str) -> frozenset[str]:
    """The columns that a template mentions; none where it cannot be read."""
    if not is_template(template):
        return frozenset()
    from workbench.tasks.templates import TemplateError, columns_of  # 0.1 s to load, and few files have templates

    try:
        return columns_of(template)
    except TemplateError:
        return frozenset()


def _slot(column: str) -> str:
    return "{{ " + called(column) + " }}"


def _head(column: str) -> str:
    text = column.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def _is_address(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith(("http://", "https://")) and " " not in cell.strip()
