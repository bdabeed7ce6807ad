"""One chunk of a sweep on many machines: some tasks in all configurations, asked by one worker, left as one segment."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.asking.stopping import stopped_by
from workbench.cache.kept import current
from workbench.cache.sharing import run_of
from workbench.errors import InputError, StoreError
from workbench.rows import about
from workbench.sweeps.caps import laid_out
from workbench.sweeps.chunk_places import ChunkPlace
from workbench.sweeps.remembering import unremembered
from workbench.tasks.task import Tasks

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Job:
    """What a worker is told: where to leave the segment, which tasks, how they are asked, within which sum."""

    place: str
    run: str
    chunk: str
    tasks: Tasks
    layout: dict[str, Any]
    about_the_run: dict[str, Any]
    ask: Callable[..., pd.DataFrame]
    max_usd: float | None = None


@dataclass
class Done:
    """What became of a chunk; its rows lie in the segment, and never pass through the scheduler."""

    chunk: str
    segment: str = ""
    calls: int = 0
    kept: int = 0
    failed: int = 0
    usd: float = 0.0
    stopped: bool = False
    errors: dict[str, int] = field(default_factory=dict)


def run_chunk(job: Job) -> Done:
    """Ask one chunk and leave its segment; what is kept already is not bought again, so it may be run twice.

    A plain function, which a worker runs on a thread of its own: the calls are made on the workbench's own loop.
    """
    place = ChunkPlace(job.place)
    if place.is_stopped():
        return Done(job.chunk, stopped=True)
    with contextlib.ExitStack() as within:
        within.enter_context(stopped_by(place.is_stopped))
        within.enter_context(run_of(job.run, job.max_usd))
        within.enter_context(about.as_run(job.run))
        within.enter_context(unremembered())
        grid = laid_out(job.tasks, **job.layout)
        rows = job.ask(grid, **job.about_the_run, max_usd=job.max_usd)
    failed = rows["outcome"] == "error"
    spent = float(rows["usd_spent"].fillna(0.0).sum())
    done = Done(job.chunk, calls=len(rows), kept=int(rows["cached"].sum()), failed=int(failed.sum()), usd=spent)
    done.errors = {str(name): int(count) for name, count in rows.loc[failed, "error"].value_counts().items()}
    if place.is_stopped():
        done.stopped = True
        return done
    done.segment = place.put_segment(job.chunk, rows)
    return done


def ready(with_sum: bool) -> str:
    """What a worker lacks for its part, in words; empty where it lacks nothing."""
    try:
        team = current().team
    except (InputError, StoreError) as error:
        return str(error)
    if with_sum and (team is None or team.sums is None):
        return (
            "max_usd over several machines is kept by a server: WORKBENCH_STORE is to name, on every worker, a Redis "
            "or Valkey that forgets nothing (docs/team.md)"
        )
    return ""
