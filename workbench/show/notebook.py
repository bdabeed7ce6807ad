"""The notebook that the code runs in, if it runs in one, and an output of its cell that is updated in place."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


def notebook_shell() -> Any:
    """The shell of a notebook's kernel; None on a terminal, in a script, in a test."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    shell = get_ipython()
    return shell if shell is not None and hasattr(shell, "kernel") else None


class CellOutput:
    """One output of the running cell; what it shows last is what a saved notebook keeps."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, bundle: Mapping[str, Any]) -> None:
        """Show this, by media type, in the place of what was shown before."""
        from IPython.display import display

        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def clear(self) -> None:
        """Leave an empty output, if anything was shown at all."""
        if self._handle is not None:
            self.show({"text/plain": "", "text/html": ""})


_on_the_page: tuple[int, list[object]] = (0, [])


def note_shown(value: object) -> None:
    """Note that the running cell shows this already, so that it is not shown a second time as the cell's value."""
    global _on_the_page
    shell = notebook_shell()
    if shell is None:
        return
    count = shell.execution_count
    if _on_the_page[0] != count:
        _on_the_page = (count, [])
    _on_the_page[1].append(value)


def is_shown(value: object) -> bool:
    """Whether the output of the running cell shows this already.

    >>> is_shown("anything")  # there is no cell here
    False
    """
    shell = notebook_shell()
    if shell is None or _on_the_page[0] != shell.execution_count:
        return False
    return any(shown is value for shown in _on_the_page[1])
