"""A sweep on many machines: chunks of its tasks as tasks of a Dask cluster, their rows as segments in one place.

The scheduler carries questions and counts, never rows. A chunk that was left half done by a machine that died is run
again, and what it had bought is read from the store. Running the sweep again goes on with the chunks that are missing.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import math
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from workbench.asking.money import check_max_usd
from workbench.base import regular_expressions as re
from workbench.cache.kept import current
from workbench.errors import InputError, StoreError, WorkbenchError, warn
from workbench.rows import about
from workbench.rows.segments import Segments
from workbench.sweeps.caps import laid_out
from workbench.sweeps.chunk_places import PLAN, STOP, ChunkPlace
from workbench.sweeps.chunks import Done, Job, ready, run_chunk
from workbench.sweeps.progress import Display, Progress, display_for
from workbench.tasks.tasks import Tasks, load_tasks

CELLS_A_CHUNK: Final = 1_000
"""About so many calls are a task of the cluster: fewer cost the scheduler, more are lost when a machine dies."""

CHUNKS_A_THREAD: Final = 3
"""So many chunks wait for each thread of the cluster; the others wait here."""

SECONDS_TO_STOP: Final = 30.0
_NOT_TOGETHER: Final = ("until", "batch", "refresh")
_ADDRESS = re.compile(" at 0x[0-9a-f]+")


Ask = Callable[..., Any]


class ClusterLost(WorkbenchError):
    """The cluster went away before all chunks were done; what was bought is kept, and running it again goes on."""


def spread(
    tasks: Any, client: Any, into: str | Path | None, layout: dict[str, Any], ask: Ask, **asked: Any
) -> Segments:
    """Run a sweep on the workers of a Dask client; its rows lie in the folder or bucket `into`, as `Segments`.

    `layout` is what lays out the grid, `ask` runs it on a worker, `asked` is what else `sweep` was told. Raises
    `InputError` for what does not go together with many machines and for workers that lack what they need, before
    anything is bought, and `ClusterLost` where the cluster went away.
    """
    for name in _NOT_TOGETHER:
        if asked.pop(name, None):
            raise InputError(f"{name} and on= do not go together; run such a sweep on one machine")
    if layout.get("caps", "buy") != "buy":
        raise InputError("caps='cut' and on= do not go together: each chunk would buy checks of its own")
    max_usd, name = asked.pop("max_usd", None), asked.pop("name", None)
    check_max_usd(max_usd)
    _check_client(client)
    loaded = load_tasks(tasks)
    first = laid_out(loaded[:1], **layout)
    each = max(1, CELLS_A_CHUNK // max(1, len(first.cells)))
    place = ChunkPlace(str(into) if into is not None else str(_usual_place(name)))
    run = _run_of(place, layout, loaded)
    chunks = dict(_chunks(loaded, each, run))
    place.remove(STOP)
    done = {chunk: segment for chunk, segment in place.segments().items() if chunk in chunks and segment[1] == 0}
    missing = [chunk for chunk in chunks if chunk not in done]
    progress = Progress(total=len(loaded) * len(first.cells), max_usd=max_usd)
    progress.kept = sum(len(chunks[chunk]) for chunk in done) * len(first.cells)
    display = display_for(progress)
    display.begin(laid_out(loaded[:each], **layout).understanding)
    if missing:
        _check_workers(client, max_usd is not None)
    jobs = (Job(place.place, run, chunk, chunks[chunk], layout, asked, ask, max_usd) for chunk in missing)
    _run(client, jobs, len(missing), place, progress, display)
    return Segments(place.place)


def _run(client: Any, jobs: Iterator[Job], count: int, place: ChunkPlace, progress: Progress, display: Display) -> None:
    """Keep a window of chunks at the cluster until all are done; stop them all when this is interrupted."""
    from distributed import as_completed

    threads = sum(int(number) for number in client.nthreads().values()) or 1
    waiting: Any = as_completed(raise_errors=False)  # type: ignore[no-untyped-call]
    under_way: dict[Any, Job] = {}
    errors: list[str] = []

    def more() -> None:
        job = next(jobs, None)
        if job is not None:
            future = client.submit(run_chunk, job, key=f"workbench-{job.run}-{job.chunk}", pure=False)
            under_way[future.key] = job
            waiting.add(future)

    try:
        for _ in range(min(count, threads * CHUNKS_A_THREAD)):
            more()
        for future in waiting if under_way else ():
            under_way.pop(future.key, None)
            _take(future, progress, errors)
            display.show(progress)
            if future.status == "cancelled":
                break
            more()
    except KeyboardInterrupt:
        place.write(STOP, b"interrupted\n")
        progress.note = "interrupted; run it again to go on"
        _wait_for_stop(client, list(under_way))
        display.finish(progress)
        raise
    if errors:
        progress.note = "; ".join(dict.fromkeys(errors[:3]))
    display.finish(progress)
    if errors:
        raise ClusterLost(
            f"{len(errors):,} of {count:,} chunks did not come to an end: {progress.note}. What was bought is kept; "
            "run the sweep again to go on"
        )
    if place.is_stopped():
        raise ClusterLost("the sweep was stopped by a mark in its place; run it again to go on")


def _take(future: Any, progress: Progress, errors: list[str]) -> None:
    if future.status == "finished":
        done: Done = future.result()
        progress.kept += done.kept
        progress.failed += done.failed
        progress.bought += done.calls - done.kept - done.failed
        progress.usd += done.usd
        return
    if future.status == "cancelled":
        errors.append("the scheduler went away")
        return
    error = future.exception()
    errors.append(f"{type(error).__name__}: {str(error)[:200]}")


def _wait_for_stop(client: Any, keys: list[Any]) -> None:
    """Give running chunks time to see the mark: cancelling a task stops nothing that runs."""
    from distributed import Future, wait

    futures: list[Any] = [Future(key, client) for key in keys]
    try:
        if futures:
            wait(futures, timeout=SECONDS_TO_STOP)  # type: ignore[no-untyped-call]
    except (TimeoutError, OSError, KeyboardInterrupt):
        pass
    client.cancel(futures)


def _check_client(client: Any) -> None:
    if not hasattr(client, "submit") or not hasattr(client, "nthreads"):
        raise InputError(
            f"on is {type(client).__name__!r}; give a client of Dask: "
            "from distributed import Client (pip install 'workbench[dask,duckdb,parquet]')"
        )


def _check_workers(client: Any, with_sum: bool) -> None:
    """Ask each worker whether it has what it needs; raises `InputError` that names the first that has not."""
    told: Mapping[str, Any] = client.run(ready, with_sum)
    if not told:
        raise InputError("the cluster has no workers; start some, then run the sweep again")
    for worker, lacks in told.items():
        if lacks:
            raise InputError(f"the worker {worker} cannot take part: {lacks}")
    if current().team is None and len({address.rpartition(":")[0] for address in told}) > 1:
        warn(
            "no team's store is named, and the workers are on several machines: what one buys the others do not see, "
            "and a machine that is lost takes its replies with it; see docs/team.md"
        )


def _usual_place(name: str | None) -> Path:
    folder = current().folder / "segments"
    return folder / (name or about.new_run()).replace("/", "-")


def _run_of(place: ChunkPlace, layout: Mapping[str, Any], tasks: Tasks) -> str:
    """The run of a place: the one that began there, if it asked the same; raises `InputError` where it did not."""
    mark = _digest([*_told(layout), *map(repr, tasks)])
    found = place.read(PLAN)
    if found is None:
        run = about.new_run()
        place.write(PLAN, json.dumps({"run": run, "asked": mark, "tasks": len(tasks)}).encode())
        return run
    try:
        plan = json.loads(found)
        run, asked = str(plan["run"]), str(plan["asked"])
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{place.place}/{PLAN} is damaged; name another place for this sweep") from None
    if asked != mark:
        raise InputError(f"{place.place} holds the segments of another sweep; name another place with into=")
    return run


def _chunks(tasks: Tasks, each: int, run: str) -> Iterator[tuple[str, Tasks]]:
    for number in range(math.ceil(len(tasks) / each)):
        some = tasks[number * each : (number + 1) * each]
        yield f"{number:06}-{_digest([run, *map(repr, some)])[:16]}", some


def _digest(words: list[str]) -> str:
    return hashlib.sha256(repr(words).encode("ascii", "backslashreplace")).hexdigest()


def _told(layout: Mapping[str, Any]) -> list[str]:
    return [f"{name}: {_in_words(value)}" for name, value in sorted(layout.items()) if value is not None]


def _in_words(value: Any, around: tuple[int, ...] = ()) -> str:
    """A value in words that are the same in every process: functions by their names, their code and what they hold."""
    if id(value) in around:
        return "itself"
    parts: list[Any]
    if isinstance(value, types.FunctionType):
        held = inspect.getclosurevars(value).nonlocals
        parts = [value.__module__, value.__qualname__, value.__code__, held, value.__defaults__, value.__kwdefaults__]
    elif isinstance(value, types.CodeType):
        parts = [value.co_code, value.co_names, value.co_consts]
    elif isinstance(value, list | tuple):
        parts = [*value]
    elif isinstance(value, Mapping):
        parts = [*value.items()]
    elif is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, one.name) for one in fields(value)]
    else:
        return _ADDRESS.sub("", repr(value))
    return f"{type(value).__name__}{[_in_words(part, (*around, id(value))) for part in parts]}"
