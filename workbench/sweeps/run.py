"""The grid becomes rows: what is kept is read, the rest is bought, at a pace and within a sum."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.asking.call import Errand, call, check_all_buyable, pace_of
from workbench.asking.money import Purse, check_max_usd
from workbench.base import engine
from workbench.base.collecting import few_searches_for_circles, no_search_for_circles
from workbench.base.patience import Patience, check_timeout
from workbench.cache.kept import HeldElsewhere, current
from workbench.errors import BudgetExceeded, CallError, InputError, LocalModelError, StoreError, WorkbenchError, warn
from workbench.providers.addresses import waiting_for
from workbench.providers.models import Model
from workbench.replies.reply import Reply
from workbench.rows import about, looks
from workbench.rows.configurations import EFFORT, parameter_column
from workbench.rows.growing import GrowingRows
from workbench.rows.shown import show_rows_narrow
from workbench.scorers.score import AnyScorer
from workbench.sweeps import batching, record
from workbench.sweeps.already_kept import SECONDS_FOR_FIRST_CALLS, Kept
from workbench.sweeps.caps import Caps, Cuts, laid_out
from workbench.sweeps.cells import Alikes, Cell, Lane, alike_among
from workbench.sweeps.deciding import awatched, watched
from workbench.sweeps.estimates import bytes_of, history_for, planned_usd, some_kept
from workbench.sweeps.figures import Figures
from workbench.sweeps.grid import Grid
from workbench.sweeps.handing_over import handing_loops_over
from workbench.sweeps.judging import Judging
from workbench.sweeps.kept_marks import marked
from workbench.sweeps.lanes import Lanes
from workbench.sweeps.lengths import History
from workbench.sweeps.progress import SECONDS_BETWEEN_UPDATES, Display, Progress, awaited, display_for
from workbench.sweeps.remembering import Memory
from workbench.sweeps.rows import failing, findings, place, told_apart
from workbench.sweeps.so_far import SoFar
from workbench.sweeps.spreading import spread
from workbench.sweeps.stops import Stops, first_of, may_pass

if TYPE_CHECKING:
    import pandas as pd

LEAST_FREE_BYTES = 64 * 1024 * 1024
"""A sweep does not start buying with less room than this for its replies."""

SECONDS_BETWEEN_STARTS = 0.002
"""Between the first calls of a sweep: calls that start in one wave come back in one wave, and wait for each other."""

LONGEST_LOOK_SECONDS = 0.5
"""Between two looks whether what is stopped may be tried again, or nothing else runs any more."""


@handing_loops_over
def sweep(
    tasks: Any,
    *,
    models: str | Model | Iterable[str | Model],
    prompts: Any = None,
    max_tokens: int | Iterable[int | None] | None = None,
    repeats: int = 1,
    params: Mapping[str, Any] | None = None,
    scorer: AnyScorer = None,
    caps: Caps = "buy",
    max_usd: float | None = None,
    concurrency: int | None = None,
    timeout: float | None = None,
    on_error: Literal["row", "raise"] = "row",
    refresh: bool = False,
    name: str | None = None,
    until: Literal["decided"] | None = None,
    within: float = 0.03,
    seed: int = 0,
    batch: bool = False,
    on: Any = None,
    into: str | Path | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Ask every model every task with every prompt, cap and parameter, `repeats` times; return one row per call.

    What is kept is not bought again, so an interrupted sweep is finished by calling it again. A call that fails is a
    row with its `error`; with `on_error="raise"` it is raised instead. A `KeyboardInterrupt` carries the rows so far as
    `.rows`. `max_usd` is never exceeded, a judge's calls included: one whose worst case does not fit any more is not
    sent, and its row says so. `concurrency` is the most calls at once to one provider, `timeout` the limit for each
    call in seconds, retries included. The run is remembered (`wb.runs()`) by its `name`, or by day and file of tasks.
    Of a large sweep long texts are fetched from the store when they are looked at; see `wb.write_rows` to part from it.

    `caps="cut"` buys only the largest of several `max_tokens` and cuts the smaller ones from its replies: rows with
    `derived` True, their own tokens, dollars and seconds, and nothing spent. Eight real calls a model at smaller caps
    check them, and a warning says where they disagree. It is refused where the cap steers the model.

    `until="decided"` buys in waves over tasks in random order (of the recorded `seed`, balanced over their kinds) and
    stops as soon as a test that counts every look knows which of the models (else of the prompts, caps or values
    of a parameter) is better, or that they are equal `within` a margin. Of more than two, those that are known to be
    worse are asked no further. See `wb.decide`, which tells what was found and saved.

    `batch=True` hands what is missing over in batches, cheaper and within a day; run it again to go on after any end.
    `on=client` runs it on the workers of a Dask client; the rows lie in the folder or bucket `into`, see docs/many.md.

    Other options of `ask` are taken, too: a list is swept as in `params`, but for `tools`; with functions among these,
    which are run, it is `wb.loops.sweep`, with its options. Raises before spending for tasks, prompts, parameters, keys
    or prices that cannot work, and `StoreError`, with the rows so far as `.rows`, when replies can no longer be kept.
    """
    layout = {"models": models, "prompts": prompts, "max_tokens": max_tokens, "repeats": repeats, "params": params}
    layout |= {"scorer": scorer, "caps": caps, **options}
    about_the_run: dict[str, Any] = {"concurrency": concurrency, "timeout": timeout, "on_error": on_error}
    about_the_run |= {"refresh": refresh, "name": name}
    if on is not None:
        about_the_run |= {"scorer": scorer, "until": until, "batch": batch, "max_usd": max_usd}
        return spread(tasks, on, into, layout, run_grid, **about_the_run)  # type: ignore[return-value]  # as rows
    if until is not None:
        layout |= {**about_the_run, **({"batch": True} if batch else {})}
        return watched(sweep, tasks, layout, until=until, within=within, seed=seed, max_usd=max_usd).rows
    return run_grid(laid_out(tasks, **layout), scorer=scorer, max_usd=max_usd, batch=batch, **about_the_run)


def run_grid(grid: Grid, **about_the_run: Any) -> pd.DataFrame:
    """Run a grid that is laid out already; takes what `sweep` takes about the run, and raises what that raises."""
    run = _Run(grid, **about_the_run)
    future: concurrent.futures.Future[None] | None = None
    try:
        future = run.start()
        while not future.done():
            concurrent.futures.wait([future], timeout=SECONDS_BETWEEN_UPDATES)
            run.progress.so_far = run.so_far.words()
            run.display.show(run.progress)
        run.display.finish(run.progress)
        return run.result(future)
    except KeyboardInterrupt as interrupt:
        run.progress.note = "interrupted; run it again to go on"
        if future is not None and future.cancel():
            engine.clean_up(future)
            run.display.finish(run.progress)
        vars(interrupt)["rows"] = run.rows_so_far()  # for whoever wants them, as of a StoreError
        raise


@handing_loops_over
async def asweep(tasks: Any, *, models: str | Model | Iterable[str | Model], **options: Any) -> pd.DataFrame:
    """Run a sweep without blocking: the awaitable twin of `sweep`, with the same options.

    `on_progress(progress, final)` hears how far it is, in place of the display.
    """
    if options.get("until") is not None:
        stopping = {name: options.pop(name) for name in ("until", "within", "seed", "max_usd") if name in options}
        return (await awatched(asweep, tasks, {"models": models, **options}, **stopping)).rows
    on_progress = options.pop("on_progress", None)
    names = ("scorer", "max_usd", "concurrency", "timeout", "on_error", "refresh", "name", "batch")
    about_the_run = {name: options.pop(name) for name in names if name in options}
    layout = {**options, "scorer": about_the_run.get("scorer")}
    run = _Run(await asyncio.to_thread(lambda: laid_out(tasks, models=models, **layout)), **about_the_run)
    return await awaited(run, on_progress, run.rows_so_far)


class _Run:
    """One sweep under way."""

    @no_search_for_circles()
    def __init__(
        self,
        grid: Grid,
        *,
        scorer: AnyScorer = None,
        max_usd: float | None = None,
        concurrency: int | None = None,
        timeout: float | None = None,
        on_error: Literal["row", "raise"] = "row",
        refresh: bool = False,
        name: str | None = None,
        batch: bool = False,
    ) -> None:
        if on_error not in ("row", "raise"):
            raise InputError(f"on_error is {on_error!r}; give 'row' or 'raise'")
        check_max_usd(max_usd)
        if concurrency is not None and (not isinstance(concurrency, int) or concurrency < 1):
            raise InputError(f"concurrency is {concurrency!r}; give a whole number of at least 1")
        check_timeout(timeout)
        self._cells, self._cuts = grid.cells, Cuts(grid.cells)
        self._parameters, self._run, self._about = grid.parameters, about.new_run(), grid.about
        about.remember(self._run, grid.about)
        self._tasks, self._understanding = grid.tasks, grid.understanding
        self._max_usd, self._concurrency, self._batch = max_usd, concurrency, batch
        self._timeout_seconds, self._on_error, self._refresh = timeout, on_error, refresh
        self._cache, self._purse = current(), Purse(max_usd)
        self._judging = Judging(self._cache, self._purse, timeout_seconds=timeout)
        self._scorer = self._judging.scorer(scorer)
        self.so_far = SoFar(grid.cells, scorer, self._scorer)
        self._memory = Memory(self._cache, grid, self._run, name=name, scorer=scorer)
        self._rows = GrowingRows(len(grid.cells))
        self._figures = Figures(self._cache, grid.cells, refresh=refresh)
        about_rows: dict[str, Any] = {"rows": self._rows, "whole": self._cuts.wait_for, "run": self._run}
        unknown = functools.partial(self._figures.unknown, **about_rows, told=self._count_kept)
        self._kept = Kept(grid.cells, unknown, self._cache, self._take, self._take_failure, refresh=refresh)
        self._taking, self._stops = threading.Lock(), Stops()
        self._asked, self._held = set[int](), set[int]()  # cells tried in vain, and those that another process had
        self._lanes = Lanes(grid.cells, self._stops, self._kept.endpoints)
        self.progress = Progress(total=len(grid.asked), max_usd=max_usd)
        self.display: Display = display_for(self.progress)
        self._history: History | None = None
        self._ended: pd.DataFrame | None = None  # its rows, when it has
        looks.keep_in(self._cache.folder)
        for text in (*grid.understanding.warnings, *grid.warnings):
            warn(text)

    @no_search_for_circles()
    def start(self) -> concurrent.futures.Future[None]:
        """Read of what is kept as much as it takes, check that the rest can be bought, and start buying."""
        if not self._memory.goes_on:
            self.display.begin(self._understanding)
        all_of_it = self._batch or batching.under_way(self._cache)
        self._kept.read(all_of_it=all_of_it, told=lambda: self.display.show(self.progress))
        groups, missing = self._kept.checked(self._check), self._kept.missing
        self.progress.note = self._figures.words()
        targets = {group.one.like.target.label: group.one.like.target for group in groups}
        self.progress.waits = lambda: next(filter(None, map(waiting_for, targets.values())), "")
        if missing:
            self._judging.check(self._scorer)
            self._cache.check_room(LEAST_FREE_BYTES)
        self._history = history_for(targets.values(), self._cache)
        if self._batch or not self._memory.is_long:
            self._memory.begin()
        return engine.submit(self._in_batches(missing) if self._batch else self._buy(missing))

    def _check(self, groups: Sequence[Alikes]) -> None:
        """Raise before anything is spent where one of these cells cannot be bought."""
        sized = (like for group in groups for like, _ in group.requests_by(bytes_of))
        check_all_buyable((g.one.like for g in groups) if self._max_usd is None else sized, self._max_usd)
        batching.check(groups, self._cache, batch=self._batch, max_usd=self._max_usd)

    async def _buy(self, missing: Sequence[int]) -> None:
        with few_searches_for_circles():
            async with asyncio.TaskGroup() as group:
                self._put_to_work(missing, group)
                if self._kept or self._memory.is_long:
                    await asyncio.sleep(SECONDS_FOR_FIRST_CALLS)
                group.create_task(asyncio.to_thread(self._begin))
                while self._kept:
                    self._put_to_work(await asyncio.to_thread(self._kept.read), group)
                    self.progress.note = self._figures.words()
        await asyncio.to_thread(self._conclude)

    def _begin(self) -> None:
        self._rows.prepare()
        self._memory.begin()

    def _conclude(self) -> None:
        missing = sorted(self._kept.missing)
        planned = planned_usd(alike_among(self._cells, missing), self._history, some_kept(self._cells, missing))
        record.conclude(self._cache.folder, self._run, self.progress, planned, self._purse.spent_usd)

    def _put_to_work(self, missing: Sequence[int], group: asyncio.TaskGroup) -> None:
        """Put more cells into their lanes, and as many at work on each as may be."""
        for lane, is_new in self._lanes.put(missing):
            request = self._cells[lane[-1]].like
            if self._concurrency and is_new:
                pace_of(request).allow(self._concurrency)
            most = self._concurrency or request.target.provider.at_once_in_a_sweep
            for number in range(self._lanes.set_to_work(lane, most)):
                group.create_task(self._work(lane, self._purse, number * SECONDS_BETWEEN_STARTS))

    async def _in_batches(self, places: list[int]) -> None:
        missing = [(index, self._cells[index]) for index in places]
        fail = self._take_failure if self._on_error == "row" else batching.raised
        told = self._cache, self._purse, self.progress, self._take, fail
        await batching.buy_in_batches(missing, *told, refresh=self._refresh)

    async def _work(self, lane: Lane, purse: Purse, start_after_seconds: float) -> None:
        try:
            await asyncio.sleep(start_after_seconds)
            while lane:
                await self._next(lane, purse)
        finally:  # in the same moment, so that whoever puts more into the lane knows of it
            self._lanes.stops_working(lane)

    async def _next(self, lane: Lane, purse: Purse) -> None:
        index = lane.popleft()
        cell = self._cells[index]
        stop = self._stops.against(cell.like)
        if stop is not None and not cell.like.others:
            if not (may_pass(stop) and self._lanes.others_run(lane)):
                self._take_failure(index, cell, stop, asked=index in self._asked)
                return
            seconds = self._stops.seconds_to_try(cell.like)
            if seconds > 0:
                lane.append(index)
                await asyncio.sleep(min(seconds, LONGEST_LOOK_SECONDS))
                return
        with self._lanes.asking(lane):
            await self._ask(lane, index, cell, purse)
        self.progress.usd = purse.spent_usd

    async def _ask(self, lane: Lane, index: int, cell: Cell, purse: Purse) -> None:
        patience = Patience(self._timeout_seconds)
        about = cell.request, cell.key, self._cache, patience, purse
        waits = index in self._held or not lane
        put: list[str] = []
        try:
            errand = Errand(*about, refresh=self._refresh, looked_up=True, waits=waits, put=put.append)
            reply = await call(errand)
        except HeldElsewhere:  # another process has it: go on with a cell that it will come to late
            lane.append(index)
            lane.rotate(0 if self._held else len(lane) // 2)
            self._held.add(index)
        except StoreError as error:
            if error.unkept is not None:
                self._take(index, cell, error.unkept)
            raise
        except (CallError, BudgetExceeded, LocalModelError) as error:
            if self._on_error == "raise":
                raise
            if not cell.like.others:  # the error is that of the last model that was tried
                self._stops.note(cell.like, error)
            if may_pass(error) and self._lanes.others_run(lane):
                self._asked.add(index)  # while others run there is time to see whether it passes
                lane.append(index)
            else:
                self._take_failure(index, cell, error)
        else:
            self._stops.lift(cell.like)
            self._take(index, cell, reply, cell.key in put)

    def _take(self, index: int, cell: Cell, reply: Reply, put: bool = False) -> None:
        apart, found = told_apart(cell, reply), findings(reply)
        left = self._figures.noted(cell, reply, found, put=put)
        row = {"run": self._run, **self._figures.place(cell), **found, **left, "derived": False, **apart}
        with self._taking:
            self._rows.put(index, row)
            for derived, cut in self._cuts.rows_of(index, reply):
                self._rows.put(derived, {"run": self._run, **cut, **apart})
            if apart:
                self._memory.apart(cell, reply, apart)
            else:
                self.so_far.heard(cell, reply)
            self.progress.kept += reply.cached
            self.progress.bought += not reply.cached

    def _count_kept(self, number: int) -> None:
        with self._taking:
            self.progress.kept += number

    def _take_failure(self, index: int, cell: Cell, error: WorkbenchError, *, asked: bool = True) -> None:
        row = {"run": self._run, **self._figures.place(cell), **failing(error, asked), "derived": False}
        with self._taking:
            self._rows.put(index, row)
            for derived, other in self._cuts.failed(index):
                row = {**place(other), **failing(error, False), "usd_spent": 0.0, "derived": True}
                self._rows.put(derived, {"run": self._run, **row})
            self.progress.failed += 1

    def rows_so_far(self, state: str = "interrupted") -> pd.DataFrame:
        """The rows that are there, scored as far as somebody waits for it; what was marked by an interrupt is kept."""
        if self._ended is None:
            self._kept.stop()
            self._figures.flush()
            rows = self._rows.frame([parameter_column(name) for name in self._parameters if name != EFFORT])
            failure: BaseException | None = None
            try:
                self._ended = self._scored(rows, state)
            except KeyboardInterrupt as interrupt:
                self._ended, state, failure = vars(interrupt)["rows"], "interrupted", interrupt
            except StoreError as error:  # texts cannot be read to be marked
                self._ended = vars(error)["rows"]
                failure = error if state == "done" else None  # for what stopped the run is raised already
            self._memory.end(self._ended, state, self._purse.spent_usd)
            if failure is not None:
                raise failure
        return self._ended

    @no_search_for_circles()
    def result(self, future: concurrent.futures.Future[None]) -> pd.DataFrame:
        """The rows, scored; raises what stopped the run, with the rows so far when it was the store."""
        show_rows_narrow()
        failure: BaseException | None = None
        try:
            future.result()
        except BaseExceptionGroup as group:
            failure = first_of(group)
        rows = self.rows_so_far("done" if failure is None else "stopped")
        if failure is None or not self._scorer.judge:
            found = self._cuts.compared(rows, self._scored)
            if found:
                about.remember(self._run, {**self._about, "caps": found["finding"]})
            for text in found.get("warnings", ()):
                warn(text)
        if failure is None:
            return rows
        if isinstance(failure, StoreError):
            failure.rows = rows
        raise failure

    def _scored(self, rows: pd.DataFrame, state: str = "done") -> pd.DataFrame:
        mark = functools.partial(self._judging.rescore, rows, self._scorer, self._tasks, state)
        return marked(rows, self._scorer, self._figures, mark) if state == "done" else mark()
