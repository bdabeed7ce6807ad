"""The face of a wing hands names on, and loads the room of one when it is first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def loading(face: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """What a module of the package takes for its `__getattr__`: `homes` are the rooms of its names, by name.

    >>> loading("workbench.words", {"close_to": "base.words"})("close_to").__name__
    'close_to'
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {face!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"workbench.{homes[name]}"), name)

    return load
