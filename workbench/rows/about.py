"""What sweeps knew beside their rows: the tasks' file and its hash, the prompts in full.

Each row names its run, so rows of several sweeps may be joined, filtered and sorted like any table. Within one process
the run is enough to find what belongs to it; a file carries it along, in the first row of each run.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

COLUMN: Final = "about"
"""The column of a file that carries what is known of a run; it is no column of rows."""

_given: ContextVar[str | None] = ContextVar("workbench_run_name", default=None)
_known: dict[str, Mapping[str, Any]] = {}


def new_run() -> str:
    """A name for one run of a sweep: when it began, and what tells it from others of the same second."""
    return _given.get() or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


@contextlib.contextmanager
def as_run(run: str) -> Iterator[None]:
    """Let what is begun within be part of a run that has its name already."""
    token = _given.set(run)
    try:
        yield
    finally:
        _given.reset(token)


def remember(run: str, about: Mapping[str, Any]) -> None:
    """Remember what is known of a run: `tasks` (source, sha256) and `prompts` (by name, as parts and their texts).

    >>> remember("20260101T120000Z-0000", {"tasks": {"source": "riddles.csv"}, "prompts": {}})
    >>> from workbench.rows.table import frame
    >>> about_of(frame([{"task_id": "a", "run": "20260101T120000Z-0000"}]))[0]["tasks"]
    {'source': 'riddles.csv'}
    """
    _known[run] = about


def add(run: str, **more: Any) -> None:
    """Remember more of a run."""
    _known[run] = {**_known.get(run, {}), **more}


def everything() -> list[Mapping[str, Any]]:
    """What is known of all runs, in the order in which they were told of."""
    return list(_known.values())


def about_of(rows: pd.DataFrame) -> list[Mapping[str, Any]]:
    """What is known of the runs that rows come from, each once, in the order of the rows."""
    return [_known[run] for run in _runs(rows) if run in _known]


def about_of_run(run: str) -> list[Mapping[str, Any]]:
    """What is known of one run: nothing, or one mapping."""
    return [_known[run]] if run in _known else []


def runs_of(rows: pd.DataFrame) -> list[str]:
    """The runs that rows name, each once, in their order."""
    return _runs(rows)


def rows_without(rows: pd.DataFrame) -> int:
    """How many rows come from runs of which nothing is known here: their prompts and their tasks' file."""
    if "run" not in rows:
        return len(rows)
    return int((~rows["run"].isin(list(_known))).sum())


def carried(rows: pd.DataFrame) -> list[str | None]:
    """What a file of rows carries, one entry a row: JSON in the first row of each run, None elsewhere.

    >>> from workbench.rows.table import frame
    >>> remember("r", {"prompts": {"plain": [["user", "{{ question }}"]]}})
    >>> carried(frame([{"task_id": "a", "run": "r"}, {"task_id": "b", "run": "r"}]))
    ['{"prompts": {"plain": [["user", "{{ question }}"]]}}', None]
    """
    waiting = {run for run in _runs(rows) if run in _known}
    texts: list[str | None] = []
    for run in rows["run"] if "run" in rows else [None] * len(rows):
        if run in waiting:
            waiting.remove(run)
            texts.append(json.dumps(_known[run], ensure_ascii=False, default=str))
        else:
            texts.append(None)
    return texts


def take_in(pairs: Iterable[tuple[Any, Any]]) -> None:
    """Remember what a file carried: pairs of a run and its JSON. What this process knows itself is not replaced."""
    for run, text in pairs:
        if isinstance(run, str) and isinstance(text, str) and text:
            try:
                about = json.loads(text)
            except ValueError:
                continue  # not ours; what is not known is said where it would be shown
            if isinstance(about, dict):
                _known.setdefault(run, about)


def _runs(rows: pd.DataFrame) -> list[str]:
    return [] if "run" not in rows else [str(run) for run in rows["run"].dropna().unique()]
