"""Whether a user's own scorer asks a model: read from its code, before it is run."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

_DEEPEST: Final = 3
"""How many functions of the user's own are followed, one calling the other."""
_ASKERS: Final = frozenset({"ask", "aask", "stream", "sweep", "asweep"})
_SELLERS: Final = frozenset({"openai", "anthropic", "litellm", "mistralai", "cohere", "groq", "together", "genai"})
"""Libraries whose use in a scorer means that a model is asked."""


ELSEWHERE: Final = ", past workbench"
"""Ends the name of what a scorer asks with where that is another library, whose money nobody here can hold."""


def asks_a_model(function: Callable[..., Any]) -> str | None:
    """What a function calls to ask a model, by its name; None where its code names nothing of the kind.

    What it says is a warning's worth and no proof: a name that is made up while it runs is not seen.

    >>> import workbench as wb
    >>> asks_a_model(lambda answer, target: wb.ask(f"Is {answer} like {target}?", model="m").answer == "yes")
    'wb.ask'
    >>> asks_a_model(lambda answer, target: answer == target) is None
    True
    """
    return _asked(function, _DEEPEST)


def _asked(function: Any, depth: int) -> str | None:
    code, known = _code_of(function)
    if code is None:
        return None
    for each in _codes(code):
        for name in (*each.co_names, *each.co_freevars):
            value = known.get(name)
            if isinstance(value, ModuleType):
                root = value.__name__.partition(".")[0]
                used = next((word for word in each.co_names if word in _ASKERS), None)
                if root == "workbench" and used:
                    return f"{name}.{used}"
                if value.__name__.rpartition(".")[2] in _SELLERS or root in _SELLERS:
                    return name + ELSEWHERE
            elif _is_asker(value):
                return name if _is_ours(value) else name + ELSEWHERE
            elif isinstance(value, FunctionType) and depth and value.__module__.partition(".")[0] != "workbench":
                found = _asked(value, depth - 1)
                if found:
                    return found
    return None


def _code_of(function: Any) -> tuple[CodeType | None, dict[str, Any]]:
    """The code of a function or of an object that is called, and what its names stand for."""
    while isinstance(function, functools.partial):
        function = function.func
    plain = inspect.unwrap(function) if callable(function) else function
    if not isinstance(plain, FunctionType):
        plain = getattr(plain, "__func__", None) or inspect.getattr_static(type(plain), "__call__", None)
    if not isinstance(plain, FunctionType):
        return None, {}
    known = dict(plain.__globals__)
    for name, cell in zip(plain.__code__.co_freevars, plain.__closure__ or (), strict=False):
        try:
            known[name] = cell.cell_contents
        except ValueError:  # not filled yet
            continue
    return plain.__code__, known


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code, and that of what is defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _is_ours(value: Any) -> bool:
    module = str(getattr(value, "__module__", None) or getattr(type(value), "__module__", "") or "")
    return module.startswith(("workbench.testing", "workbench.asking"))


def _is_asker(value: Any) -> bool:
    """Whether a value is one of the functions that ask, or a client of a seller's library."""
    if _is_ours(value):
        return callable(value) and getattr(value, "__name__", "ask") in _ASKERS
    return not isinstance(value, type) and type(value).__module__.partition(".")[0] in _SELLERS
