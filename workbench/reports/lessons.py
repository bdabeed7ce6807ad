"""What a notebook teaches is not in a report on somebody's own tasks: cells tagged `lesson` go, their headings stay."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from workbench.base import regular_expressions as re

if TYPE_CHECKING:
    from nbformat import NotebookNode

TAG: Final = "lesson"

BUNDLED: Final[Mapping[str, str]] = {
    "contrast.csv": "6cfe2cf0d951d2ac9fc35eaafb60821ed0ce733c4c19a7516d419ca24c163794",
    "messages.csv": "4ce2c7af6c6c1828c5ce5f0a0a8de8c7d3e9cef0b08975b367b8dfae6a6d4034",
    "starter.csv": "38ef4c6cb8cbac0c0c9ea24bd4a856cee5586448e68b14b63b4f00e71541c431",
    "two-languages.csv": "4d1eb0858d61444410d454c3e3139e08096266a492a5d6a6e312b0b208ffdcc8",
}
"""The SHA-256 of every file of tasks that comes with the notebooks: a demonstration is known by its bytes alone."""

_HEADING: Final = re.compile(r"(#{1,6})\s+\S")
_FENCE: Final = re.compile(r"\s*(```|~~~)")


def is_demonstration(tasks: Iterable[Mapping[str, Any]]) -> bool:
    """Whether tasks are bundled ones, all of them; `tasks` says of each file what a sweep knew of it.

    >>> bundled = BUNDLED["starter.csv"]
    >>> is_demonstration([{"source": "starter.csv", "sha256": "00"}]), is_demonstration([{"sha256": bundled}])
    (False, True)
    """
    known = list(tasks)
    return bool(known) and all(each.get("sha256") in BUNDLED.values() for each in known)


def drop_lessons(notebook: NotebookNode) -> None:
    """Take the cells tagged `lesson` out of a notebook; of those of text, headings stay that still have a section."""
    kept: list[tuple[int, NotebookNode]] = []
    for cell in notebook.cells:
        if TAG not in cell.metadata.get("tags", ()):
            kept.append((0, cell))
        elif cell.cell_type == "markdown":
            kept += [(level, _heading(cell, line)) for level, line in _headings(str(cell.source))]
    found: list[NotebookNode] = []
    below = 1  # of what was kept last: the level of a heading, 0 for all else; at the end nothing is below anything
    for level, cell in reversed(kept):
        if level > 1 and 0 < below <= level:
            continue
        below = level
        found.append(cell)
    notebook.cells = found[::-1]


def _headings(source: str) -> list[tuple[int, str]]:
    """The headings of a Markdown text with their levels; what looks like one in a block of code is none."""
    found, inside = [], False
    for line in source.splitlines():
        if _FENCE.match(line):
            inside = not inside
        match = None if inside else _HEADING.match(line)
        if match:
            found.append((len(match[1]), line))
    return found


def _heading(cell: NotebookNode, line: str) -> NotebookNode:
    heading = copy.copy(cell)
    heading["source"] = line
    return heading
