"""Tools that are functions make loops of a sweep: it is handed to whoever runs those, in a wing above this one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_takers: Final[dict[str, Callable[..., Any]]] = {}


def take_loops(**takers: Callable[..., Any]) -> None:
    """Say who takes sweeps, and plans of them, whose tools are to be run."""
    _takers.update(takers)


def makes_loops(tools: Any) -> bool:
    """Whether tools are functions to be run, and not only schemas that a model is shown.

    >>> makes_loops([len]), makes_loops([{"type": "function"}]), makes_loops(None), makes_loops("recorded")
    (True, False, False, True)
    """
    if isinstance(tools, list | tuple):
        return any(callable(one) or isinstance(one, list | tuple) for one in tools)
    return callable(tools) or tools == "recorded"


def handing_loops_over(function: Callable[P, T]) -> Callable[P, T]:
    """The same function, but that loops go to whoever takes them."""

    @functools.wraps(function)
    def handing_over(*values: P.args, **named: P.kwargs) -> T:
        if makes_loops(named.get("tools")):
            taken: T = _takers[function.__name__](*values, **named)
            return taken
        return function(*values, **named)

    return handing_over
