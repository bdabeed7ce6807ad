"""Which tasks of a file are taken: those that fit a condition, and at most so many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.tasks.values import native, text_of

Condition: TypeAlias = "str | Callable[[Mapping[str, Any]], Any]"

_MOST_VALUES: Final = 12
_LONGEST_VALUE: Final = 40
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


def none_fits(
    source: str, condition: Condition | Sequence[Condition] | None, records: Iterable[Mapping[str, Any]]
) -> InputError:
    """The error that no task fits, with what stands in a column where that is few values.

    >>> print(none_fits("a.csv", "level=Lvel 1", [{"level": "Level 1"}, {"level": "Level 2"}]))
    a.csv: no task of 2 fits the filter 'level=Lvel 1'. In 'level' stand 'Level 1', 'Level 2'.
    """
    cells = list(records)
    said = f"{source}: no task of {len(cells):,} fits the filter {condition!r}."
    for one in [condition] if isinstance(condition, str) else condition if isinstance(condition, Sequence) else ():
        match = _PAIR.fullmatch(one) if isinstance(one, str) and "==" not in one else None
        if match and match["sign"] == "=":
            texts = dict.fromkeys(text_of(native(each.get(match["name"]))) for each in cells)
            few = [text for text in texts if len(text) <= _LONGEST_VALUE][:_MOST_VALUES]
            if match["value"] not in texts and len(few) == len(texts):
                said += f" In {match['name']!r} stand {', '.join(map(repr, few))}."
    return InputError(said)


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

    from workbench.tasks.templates import TemplateError, holds  # 0.1 s to load, and few conditions are expressions

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
