"""Columns that hold the same in several languages, `question_en` and `question_de`: which belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.tasks.names import CHOICE_NAMES, CONTEXT_NAMES, QUESTION_NAMES, TARGET_NAMES, plain, table

_NAMES: Final = table()["languages"]
"""Languages by the code that ends a column's name, and their names; `id` and `no` mostly mean something else."""
_CODES: Final = {name: code for code, names in _NAMES.items() for name in (code, *names)}
_ENDS: Final = re.compile(r"(.+?)[\s_.\-]*[(\[]?(?:(?<=[\s_.\-(\[])|(?<=[a-zà-ÿ](?=[A-Z])))([^\W\d_]{2,12})[)\]]?")
_RANK: Final = {plain(name): place for place, name in reversed([*enumerate(QUESTION_NAMES)])}


def language_of(column: str) -> tuple[str, str] | None:
    """What a column holds and in which language, by the end of its name; None where it names none.

    >>> language_of("question_en"), language_of("Answer (German)"), language_of("question_id")
    (('question', 'en'), ('answer', 'de'), None)
    """
    found = _ENDS.fullmatch(column.strip())
    code = _CODES.get(found[2].lower()) if found else None
    return (plain(found[1]), code) if found and code else None


def in_one_language(asked: Mapping[str, Any], present: Sequence[str], source: str) -> tuple[dict[str, str], str]:
    """Name by part the columns of the one language of a file's questions, but for parts that were asked; say which.

    Raises InputError, with what to type, where the questions stand in several.
    """
    found: dict[str, dict[str, str]] = {}
    for column in present:
        if (named := language_of(column)) is not None:
            found.setdefault(named[1], {}).setdefault(named[0], column)
    questions = {code: first for code, columns in found.items() if (first := _first(columns, QUESTION_NAMES))}
    if asked["question"]:
        own = language_of(asked["question"])
        if own is None or own[1] not in found:
            return {}, ""
        code = own[1]
    else:
        if not questions or asked["messages"]:
            return {}, ""
        surest = min(_RANK.get(plain(column), len(_RANK)) for column in present)
        best = min(_RANK[language_of(column)[0]] for column in questions.values())  # type: ignore[index]
        if surest <= best:
            return {}, ""
        if len(questions) > 1:
            raise InputError(_which(source, questions, found))
        code = next(iter(questions))
    columns, chosen = found[code], dict[str, str]()
    for part, names in (("question", QUESTION_NAMES), ("target", TARGET_NAMES), ("choices", CHOICE_NAMES)):
        held = _first(columns, names)
        if held and not asked[part] and not _plain_one(names, present, part):
            chosen[part] = held
    return chosen, code


def context_in(code: str, free: Sequence[str]) -> list[str]:
    """The columns that hold a context in a language."""
    names = {plain(name) for name in CONTEXT_NAMES}
    return [c for c in free if (named := language_of(c)) and named[1] == code and named[0] in names]


def _plain_one(names: tuple[str, ...], present: Sequence[str], part: str) -> bool:
    """Whether a target or options stand in a column without a language: then they are those."""
    known = {plain(name) for name in names}
    return part != "question" and any(plain(column) in known for column in present)


def _first(columns: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((columns[plain(name)] for name in names if plain(name) in columns), None)


def _which(source: str, questions: dict[str, str], found: dict[str, dict[str, str]]) -> str:
    listed = ", ".join(map(repr, questions.values()))
    code, question = next(iter(questions.items()))
    target = _first(found[code], TARGET_NAMES)
    said = f"question={question!r}" + (f", target={target!r}" if target else "")
    typed = f"--question {_quoted(question)}" + (f" --target {_quoted(target)}" if target else "")
    told = f"{source}: the questions stand in several languages: {listed}."
    return f"{told} Say which: {said} (on the command line {typed})."


def _quoted(column: str) -> str:
    return column if column.isidentifier() else f"'{column}'"
