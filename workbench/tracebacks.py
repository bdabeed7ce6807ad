"""An error as a notebook shows it: the reader's own lines and the message, not the lines of libraries below them."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from types import TracebackType
from typing import Any

_LIBRARIES = (
    Path(__file__).parent,
    *(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")),
)


def as_notebook_shows(error: BaseException, shell: Any) -> list[str]:
    """The lines that an IPython shell prints of an error; `traceback.print_exc()` and a script show every frame."""
    return list(
        shell.InteractiveTB.structured_traceback(type(error), error, shortened(error.__traceback__), tb_offset=1)
    )


def shortened(whole: TracebackType | None) -> TracebackType | None:
    """A traceback up to the last frame of code that is neither ours nor a library's; whole where there is none.

    >>> def of_the_reader():
    ...     import json
    ...     json.loads("nine")
    >>> try:
    ...     of_the_reader()
    ... except ValueError as error:
    ...     short = shortened(error.__traceback__)
    >>> short.tb_frame.f_code.co_name, short.tb_next.tb_frame.f_code.co_name, short.tb_next.tb_next
    ('<module>', 'of_the_reader', None)
    """
    steps: list[TracebackType] = []
    step = whole
    while step is not None:
        steps.append(step)
        step = step.tb_next
    own = [place for place, step in enumerate(steps) if not _of_a_library(step.tb_frame.f_code.co_filename)]
    short = None if own else whole
    for step in reversed(steps[: own[-1] + 1] if own else []):
        short = TracebackType(short, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return short


def _of_a_library(file: str) -> bool:
    return any(Path(file).is_relative_to(folder) for folder in _LIBRARIES)
