"""Options of the functions themselves, read from their signatures: no parameters of a model, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

_Functions = Callable[[], Mapping[str, Iterable[Callable[..., Any]]]]

_found: list[_Functions] = []


def taken_from(functions: _Functions) -> None:
    """Say where the functions are that take options, by the name under which they are called.

    They stand in wings above this one and are loaded when a name was not understood, not before.
    """
    _found.append(functions)


def own_options() -> dict[str, list[str]]:
    """Every option of these functions, with the names of those that take it."""
    import inspect  # loads what hardly any other room needs

    taken: dict[str, list[str]] = {}
    for functions in _found:
        for called, parts in functions().items():
            for part in parts:
                for option in inspect.signature(part).parameters.values():
                    named = option.kind in (option.KEYWORD_ONLY, option.POSITIONAL_OR_KEYWORD)
                    if named and called not in taken.setdefault(option.name, []):
                        taken[option.name].append(called)
    return {name: called for name, called in taken.items() if called}


def whose(names: Iterable[str]) -> str:
    """The functions that take an option, as a message says it.

    >>> whose(["sweep", "plan"]), whose(["ask"])
    ('an option of sweep and plan', 'an option of ask')
    """
    *before, last = names
    return f"an option of {', '.join(before)} and {last}" if before else f"an option of {last}"
