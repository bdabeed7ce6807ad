"""Where the tools of one loop come from: a list, or a function that makes them anew for each, with their own state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from workbench.errors import InputError
from workbench.loops.tools import Tool, as_tools


class Opened(NamedTuple):
    """The tools of one loop, and the function that tells their state when it has ended."""

    tools: tuple[Tool, ...]
    state: Callable[[], Any] | None


def opened(tools: Any, task: Any) -> Opened:
    """The tools for a task: a list is the same for all; a function of the task gives a list, or that and a state.

    >>> def desk(task):
    ...     notes = []
    ...     def note(text: str) -> int:
    ...         "Write a note."
    ...         notes.append(text)
    ...         return len(notes)
    ...     return [note], lambda: notes
    >>> made = opened(desk, "any task")
    >>> made.tools[0](text="a"), made.state()
    (1, ['a'])
    """
    if isinstance(tools, Tool) or not callable(tools):
        return Opened(as_tools([tools] if isinstance(tools, Tool) else tools), None)
    given = tools(task)
    if isinstance(given, tuple) and len(given) == 2 and callable(given[1]) and not callable(given[0]):
        return Opened(as_tools(given[0]), given[1])
    if not isinstance(given, list | tuple):
        raise InputError(
            f"tools made {given!r} for a task; let it give a list of functions, or that and a state function"
        )
    return Opened(as_tools(given), None)
