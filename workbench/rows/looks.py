"""Every look at a comparison is remembered: who looks again until the answer pleases is told so by the next verdict.

A look is the same comparison when the tasks of the earlier one are among its own, with the same first answers. It is
remembered with its run, which rows name and files of rows carry, and in the folder of the replies, once a sweep has
said where that is.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from workbench.base.files import add_line
from workbench.rows import about

FILE_NAME: Final = "looks.jsonl"
_MARKS_KEPT: Final = 64
_ALIKE: Final = 0.9
_MOST_READ: Final = 20_000

_files: list[Path] = []
_filed: list[dict[str, Any]] = []


class Look(NamedTuple):
    """One look at a comparison: of what, after how many tasks and calls, and how much of the error it left unspent."""

    what: str
    tasks: int
    calls: int
    unspent: float


def keep_in(folder: Path) -> None:
    """Read the looks that a folder remembers, and add all further ones to it."""
    path = folder / FILE_NAME
    if path in _files:
        return
    _files.append(path)
    with contextlib.suppress(OSError):
        for line in path.read_text("utf-8", errors="replace").splitlines()[-_MOST_READ:]:
            with contextlib.suppress(ValueError, RecursionError):
                entry = json.loads(line)
                if isinstance(entry, dict):
                    _filed.append(entry)


def earlier(runs: Sequence[str], look: Look, marks: Sequence[int]) -> list[Look]:
    """The looks that came before this one at less of the same, the first of them first; this one is remembered too.

    `marks` holds a number for every task that tells it and its first answers. Without a run nothing is remembered.

    >>> about.remember("r", {})
    >>> earlier(["r"], Look("a, b", 40, 80, 0.01), list(range(40)))
    []
    >>> [look.tasks for look in earlier(["r"], Look("a, b", 60, 120, 0.0), list(range(60)))]
    [40]
    """
    if not runs or not marks:
        return []
    mine = set(marks)
    sketch = sorted(mine)[:_MARKS_KEPT]
    found: dict[tuple[int, int], Look] = {}
    there = False
    for entry in _all():
        with contextlib.suppress(KeyError, TypeError, ValueError):
            kept = [int(mark) for mark in entry["marks"]]
            if entry["what"] != look.what or not kept:
                continue
            if sum(mark in mine for mark in kept) < _ALIKE * len(kept):
                continue
            size = int(entry["tasks"]), int(entry["calls"])
            there = there or size == (look.tasks, look.calls)
            if size[0] <= look.tasks and size[1] < look.calls:
                found.setdefault(size, Look(look.what, *size, float(entry["unspent"])))
    if not there:
        _remember(runs[0], {**look._asdict(), "marks": sketch})
    return [found[size] for size in sorted(found)]


def _all() -> list[dict[str, Any]]:
    return [*_filed, *(look for known in about.everything() for look in known.get("looks", []))]


def _remember(run: str, entry: dict[str, Any]) -> None:
    known = next(iter(about.about_of_run(run)), {})
    about.add(run, looks=[*known.get("looks", []), entry])
    for path in _files[-1:]:
        with contextlib.suppress(OSError):
            add_line(path, json.dumps(entry, separators=(",", ":")))
