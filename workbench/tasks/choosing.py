"""Which tasks of a file are taken: those that fit a condition, and at most so many."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from workbench.errors import InputError
from workbench.tasks.templates import TemplateError, holds
from workbench.tasks.values import native, text_of

Condition: TypeAlias = "str | Callable[[Mapping[str, Any]], Any]"

_PAIR: Final = re.compile(r"\s*(?P<name>[^=!<>~'\"(]+?)\s*(?P<sign>!=|~|=(?!=))\s*(?P<value>.*?)\s*", re.DOTALL)


def fits(
    condition: Condition | Sequence[Condition] | None, columns: Sequence[str]
) -> Callable[[Mapping[str, Any]], bool]:
    """Make the test that a record's cells must pass: all of the conditions.

    A condition is `name=value`, `name!=value`, `name~part of the text`, an expression in the language of templates such
    as `level > 2 and subject == "algebra"`, or a function of the cells. Raises InputError for an unknown column.
    """
    if condition is None or condition == "":
        return lambda cells: True
    listed = [condition] if isinstance(condition, str) or callable(condition) else list(condition)
    tests = [_test(one, columns) for one in listed]
    return lambda cells: all(test(cells) for test in tests)


def _test(condition: Condition, columns: Sequence[str]) -> Callable[[Mapping[str, Any]], bool]:
    if callable(condition):
        return lambda cells: bool(condition(cells))
    match = _PAIR.fullmatch(condition)
    if match and "==" not in condition:
        name, sign, value = match["name"], match["sign"], match["value"]
        if name not in columns:
            raise InputError(f"the filter {condition!r} names no column of {', '.join(map(repr, columns))}.")
        return lambda cells: _compares(
            text_of(native(cells.get(name)) if native(cells.get(name)) is not None else ""), sign, value
        )

    def expression(cells: Mapping[str, Any]) -> bool:
        try:
            return holds(condition, {**dict.fromkeys(columns), **cells, "task": cells})
        except TemplateError as problem:
            raise InputError(
                f"the filter {condition!r} cannot be used: {problem}. Write name=value, or an expression such as "
                f'level > 2 and subject == "algebra"; the columns are {", ".join(map(repr, columns))}.'
            ) from None

    return expression


def _compares(cell: str, sign: str, value: str) -> bool:
    if sign == "~":
        return value.casefold() in cell.casefold()
    return (cell.strip() == value) is (sign == "=")
