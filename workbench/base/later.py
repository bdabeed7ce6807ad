"""Functions whose rooms are loaded when they are first called: who does not call them does not wait for them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def later(room: str, name: str) -> Callable[..., Any]:
    """The function of that name; its room, a module, is loaded at the first call.

    >>> later("fractions", "Fraction")(1, 2)
    Fraction(1, 2)
    """
    found: list[Callable[..., Any]] = []

    def function(*values: Any, **named: Any) -> Any:
        if not found:
            found.append(getattr(importlib.import_module(room), name))
        return found[0](*values, **named)

    function.__name__ = function.__qualname__ = name
    return function
