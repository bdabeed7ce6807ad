"""Marks of kept replies, kept beside them: what a scorer of ours has marked before is not read to be marked again."""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import workbench
from workbench.scorers.processes import is_known
from workbench.scorers.rescoring import NOT_SCORED
from workbench.scorers.score import Scorer
from workbench.sweeps.cells import Alikes, Cells, alike_among
from workbench.sweeps.figures import Figures
from workbench.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd

MARKS: Final = {
    **{"score": "Float64", "correct": "boolean", "extracted": "object", "why": "object", "evidence": "object"},
    "sure": "boolean",
}
"""The columns that a scorer fills, and their types."""

ROWS_TOGETHER: Final = 5_000


def marked(rows: pd.DataFrame, scorer: Scorer, figures: Figures, mark: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The rows of a sweep with their marks: those that are kept if they are there for all, else what `mark` gives.

    What it gives is kept if it would be the same at any time: the scorer is one of ours by its name alone, each answer
    stands in the store since the sweep began, bought by it or before, and none was left unscored, of which would be
    warned.
    """
    cells, before = figures.cells, figures.changes_before
    if before is None or not isinstance(cells, Cells) or len(rows) != len(cells) or not _may_be_kept(scorer, cells):
        return mark()
    store, names = figures.cache.store, [*_names(cells, figures, scorer)]
    found, changes = [], {before}
    for name in names:
        data, number = store.read_together(name)
        changes.add(number)
        found.append(None if data is None else _unpacked(data))
    parts = [part for part in found if part is not None]
    if len(parts) == len(names) and sum(len(part["score"]) for part in parts) == len(rows):
        return rows.assign(**{name: _joined(rows, parts, name) for name in MARKS})
    made = mark()
    if len(changes) == 1 and not _is_warned_of(made):
        for place, name in enumerate(names):
            some = made.iloc[place * ROWS_TOGETHER : (place + 1) * ROWS_TOGETHER]
            store.note_together(name, _packed(some), *changes)
    return made


def _may_be_kept(scorer: Scorer, cells: Cells) -> bool:
    has_target = any(task.target is not None for block in cells.blocks for task in block.tasks)
    return has_target and is_known(scorer) and not (scorer.judge or scorer.parts)


def _is_warned_of(made: pd.DataFrame) -> bool:
    unscored = made["why"].fillna("").astype(str).str.startswith(NOT_SCORED)
    return bool((unscored | (made["evidence"].notna() & made["correct"].isna())).any())


def _names(cells: Cells, figures: Figures, scorer: Scorer) -> Iterator[bytes]:
    """What the marks of some thousand cells are called by: their keys and readers, their tasks, and the scorer."""
    told: dict[int, bytes] = {}
    for start in range(0, len(cells), ROWS_TOGETHER):
        groups = [*alike_among(cells, range(start, min(start + ROWS_TOGETHER, len(cells))))]
        replies = figures.name_of([key for group in groups for key in group.keys], groups)
        digest = hashlib.blake2b(replies + _code_here() + repr(scorer.word).encode(), digest_size=24)
        for part in _told_of(groups, told):
            digest.update(part)
        yield digest.digest()


def _told_of(groups: Sequence[Alikes], known: dict[int, bytes]) -> Iterator[bytes]:
    """What a scorer sees of each task, in short; the tasks that several models are asked are looked at once."""
    for group in groups:
        for task in group.tasks:
            if id(task) not in known:
                known[id(task)] = _digest(task)
            yield known[id(task)]


def _digest(task: Task) -> bytes:
    return hashlib.blake2b(repr(task).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@functools.cache
def _code_here() -> bytes:
    """What stands for today's scorers: a digest of their code and of what they stand on."""
    digest = hashlib.sha256(sys.version.encode())
    with suppress(metadata.PackageNotFoundError):
        digest.update(metadata.version("math-verify").encode())
    folder = Path(workbench.__file__).parent
    for wing in ("scorers", "tasks", "base"):
        for path in sorted(path for ending in ("py", "toml") for path in (folder / wing).rglob(f"*.{ending}")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()


def _packed(some: pd.DataFrame) -> bytes:
    columns = {name: [None if absent else value for value, absent in _values(some[name])] for name in MARKS}
    return json.dumps(columns, separators=(",", ":")).encode("ascii")


def _values(column: pd.Series[Any]) -> Iterator[tuple[Any, bool]]:
    return zip(column.tolist(), column.isna().tolist(), strict=True)


def _unpacked(data: bytes) -> dict[str, list[Any]] | None:
    """The marks of some rows by column; None where the bytes are something else."""
    with suppress(ValueError, RecursionError, TypeError, AttributeError):
        found: dict[str, list[Any]] = json.loads(data)
        if found.keys() == MARKS.keys() and len({len(values) for values in found.values()}) == 1:
            return found
    return None


def _joined(rows: pd.DataFrame, parts: Sequence[dict[str, list[Any]]], name: str) -> pd.Series[Any]:
    """One column of all parts; equal words, such as why an answer is right, are held once."""
    import pandas as pd

    known: dict[Any, Any] = {None: pd.NA}
    values = [known.setdefault(value, value) for part in parts for value in part[name]]
    return pd.Series(values, rows.index, dtype=MARKS[name])
