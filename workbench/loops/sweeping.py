"""A sweep of loops: tasks × models × prompts × arms × repeats, each one loop and one row, within a sum."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from workbench.asking.call import pace_of
from workbench.asking.money import Purse, check_max_usd, unpriced
from workbench.base import engine
from workbench.base.collecting import few_searches_for_circles
from workbench.base.patience import check_timeout
from workbench.cache.kept import current
from workbench.errors import BudgetExceeded, CallError, InputError, LocalModelError, StoreError, WorkbenchError, warn
from workbench.loops.answers import checker
from workbench.loops.effects import RESULTS, UNFINISHED, Results, Unfinished
from workbench.loops.layout import columns_of, laid_out
from workbench.loops.opening import Opened, opened
from workbench.loops.retelling import Retelling
from workbench.loops.rows import failed, loop_findings
from workbench.loops.running import Order, carry_out
from workbench.loops.workers import in_thread
from workbench.providers.bounds import worst_of
from workbench.providers.models import Model
from workbench.rows import about, looks
from workbench.rows.configurations import parameter_column
from workbench.rows.growing import GrowingRows
from workbench.rows.shown import show_rows_narrow
from workbench.scorers.score import AnyScorer
from workbench.sweeps.cells import Cell
from workbench.sweeps.deciding import awatched, watched
from workbench.sweeps.judging import Judging
from workbench.sweeps.kept_loops import LOOPS, folded, mark_of
from workbench.sweeps.progress import SECONDS_BETWEEN_UPDATES, Display, Progress, awaited, display_for
from workbench.sweeps.remembering import Memory
from workbench.sweeps.rows import Alike, failing, place
from workbench.sweeps.stops import Stops, first_of

if TYPE_CHECKING:
    import pandas as pd

_USUAL_ARMS: Final[Mapping[str, Any]] = {"replay": "all", "max_steps": 300, "ids": "trained"}
_USUAL: Final[Mapping[str, Any]] = {
    "max_usd": None,
    "concurrency": None,
    "on_error": "row",
    "stop": None,
    "stop_repeating": None,
    "parallel": True,
    "results": "run",
    "unfinished": "raise",
    "timeout": None,
    "refresh": False,
    "name": None,
}

_SECONDS_TO_OPEN: Final = 60.0


@dataclass(frozen=True)
class _How:
    """How every loop of a sweep is run."""

    check: Callable[[str], str] | None
    max_usd: float | None
    concurrency: int | None
    on_error: str
    stop: Any
    stop_repeating: int | None
    parallel: bool
    results: Results
    unfinished: Unfinished
    timeout: float | None
    refresh: bool
    name: str | None


def sweep(
    tasks: Any,
    *,
    models: str | Model | Iterable[str | Model],
    tools: Any,
    max_steps: int | Iterable[int] = 300,
    replay: str | Iterable[str] = "all",
    ids: str | Iterable[str] = "trained",
    scorer: AnyScorer = None,
    max_usd: float | None = None,
    concurrency: int | None = None,
    on_error: Literal["row", "raise"] = "row",
    stop: Any = None,
    answer_schema: Any = None,
    stop_repeating: int | None = None,
    parallel: bool = True,
    results: Results = "run",
    unfinished: Unfinished = "raise",
    timeout: float | None = None,
    refresh: bool = False,
    name: str | None = None,
    until: Literal["decided"] | None = None,
    within: float = 0.03,
    seed: int = 0,
    **layout: Any,
) -> pd.DataFrame:
    """Run a loop for every task, model, prompt, arm and repeat, and give back one row for each.

    Takes what `wb.sweep` takes (`prompts`, `max_tokens`, `repeats`, `params`, options of `ask`) and what `run` takes;
    lists of `replay`, `max_steps` and `ids` are arms, each a column. `tools` is a list, the same for all loops, or a
    function of a task that makes them anew for each: `def tools(task): …; return [read, write], state`, whose `state()`
    is kept in the column `loop_state`. Steps that arms share are bought once. With `tools="recorded"` the tools, and
    what they returned, are those of the sweep that was run before: nothing is run.

    The rows have the columns of `wb.sweep`, with sums over steps, and beside them `loop_steps`, `loop_calls`,
    `loop_calls_by_tool`, `loop_invalid_calls`, `loop_failed_calls`, `loop_repeated_calls`, `loop_seconds_in_model`,
    `loop_seconds_in_tools`, `loop_thinking_settled`, `loop_state` and `loop_trace`. `wb.summary` and `wb.compare` work
    on them; see `steps`, `within_steps`, `first_difference`, `trace` and `checks`.

    `max_usd` is never exceeded: a loop whose next step does not fit ends as an `error` row with the steps so far, and
    goes on from there when the sweep is run again. The run is remembered, and `until="decided"` stops as soon as it is
    known which is better, as of `wb.sweep`. Raises before spending for whatever cannot work.
    """
    given: dict[str, Any] = {"models": models, "tools": tools, "max_steps": max_steps, "replay": replay, "ids": ids}
    given |= {"scorer": scorer, "max_usd": max_usd, "concurrency": concurrency, "on_error": on_error, "stop": stop}
    given |= {"answer_schema": answer_schema, "stop_repeating": stop_repeating, "parallel": parallel, "name": name}
    given |= {"results": results, "unfinished": unfinished, "timeout": timeout, "refresh": refresh, **layout}
    if until is not None:
        del given["max_usd"]
        return watched(sweep, tasks, given, until=until, within=within, seed=seed, max_usd=max_usd).rows
    run = _of(tasks, **given)
    future = run.start()
    try:
        while not future.done():
            concurrent.futures.wait([future], timeout=SECONDS_BETWEEN_UPDATES)
            run.display.show(run.progress)
        run.display.finish(run.progress)
        return run.result(future)
    except KeyboardInterrupt as interrupt:
        run.progress.note = "interrupted; run it again to go on"
        if future.cancel():
            engine.clean_up(future)
            run.display.finish(run.progress)
        vars(interrupt)["rows"] = run.rows()  # as of wb.sweep
        raise


async def asweep(tasks: Any, **options: Any) -> pd.DataFrame:
    """Run a sweep of loops without blocking: the awaitable twin of `sweep`, with the same options.

    `on_progress(progress, final)` hears how far it is, in place of the display.
    """
    if options.get("until") is not None:
        stopping = {name: options.pop(name) for name in ("until", "within", "seed", "max_usd") if name in options}
        return (await awatched(asweep, tasks, options, **stopping)).rows
    on_progress = options.pop("on_progress", None)
    run = await asyncio.to_thread(lambda: _of(tasks, **options))
    return await awaited(run, on_progress, run.rows)


def _of(tasks: Any, *, tools: Any, answer_schema: Any = None, **given: Any) -> _Sweep:
    """The sweep that the options of `sweep` ask for."""
    for name in ("until", "within", "seed"):  # of waves, and there are none here
        given.pop(name, None)
    arms = {name: given.pop(name, usual) for name, usual in _USUAL_ARMS.items()}
    told = {name: given.pop(name, usual) for name, usual in _USUAL.items()}
    return _Sweep(tasks, tools, arms, _How(checker(answer_schema), **told), given)


class _Sweep:
    def __init__(self, tasks: Any, tools: Any, arms: Mapping[str, Any], how: _How, layout: Mapping[str, Any]) -> None:
        check_max_usd(how.max_usd)
        check_timeout(how.timeout)
        for name, value, known in (
            ("results", how.results, RESULTS),
            ("unfinished", how.unfinished, UNFINISHED),
            ("on_error", how.on_error, ("row", "raise")),
        ):
            if value not in known:
                raise InputError(f"{name} is {value!r}; give one of {', '.join(map(repr, known))}")
        if how.concurrency is not None and (not isinstance(how.concurrency, int) or how.concurrency < 1):
            raise InputError(f"concurrency is {how.concurrency!r}; give a whole number of at least 1")
        self._cache, self._purse = current(), Purse(how.max_usd)
        self._laid = laid = laid_out(tasks, tools, arms, layout, self._cache)
        self._how = replace(how, results="recorded") if laid.recorded else how
        self._judging = Judging(self._cache, self._purse, timeout_seconds=how.timeout)
        self._scorer = self._judging.scorer(layout.get("scorer"))
        self._made: Opened | None = None
        self._later: list[Coroutine[Any, Any, None]] = []
        self._keeping: set[asyncio.Future[None]] = set()
        self._rows, self._stops, self._alike = GrowingRows(len(laid.grid.cells)), Stops(), Alike()
        self._run = about.new_run()
        self._ended: pd.DataFrame | None = None  # its rows, when it has
        grid = replace(laid.grid, about={**laid.grid.about, LOOPS: [*map(parameter_column, laid.swept)]})
        about.remember(self._run, grid.about)
        self._memory = Memory(self._cache, grid, self._run, name=how.name, scorer=layout.get("scorer"))
        self.progress = Progress(total=len(grid.cells), max_usd=how.max_usd, what="loops")
        self.display: Display = display_for(self.progress)
        looks.keep_in(self._cache.folder)
        for text in (*grid.understanding.warnings, *grid.warnings):
            warn(text)

    def start(self) -> concurrent.futures.Future[None]:
        if not self._memory.goes_on:
            self.display.begin(self._laid.grid.understanding)
        requests = {cell.request.target.label: cell.request for cell in self._laid.grid.cells}
        if self._how.results != "recorded" and self._how.max_usd is not None:
            for request in requests.values():
                if worst_of(request).usd is None:
                    raise unpriced(request)
        self._judging.check(self._scorer)
        self._memory.begin()
        return engine.submit(self._go())

    async def _go(self) -> None:
        lanes: dict[str, list[tuple[int, Cell]]] = {}
        for number, cell in reversed([*enumerate(self._laid.grid.cells)]):
            lanes.setdefault(cell.request.base_url, []).append((number, cell))
        with few_searches_for_circles():
            async with asyncio.TaskGroup() as group:
                for lane in lanes.values():
                    request = lane[0][1].request
                    at_once = self._how.concurrency or request.target.provider.at_once_in_a_sweep
                    if self._how.concurrency:
                        pace_of(request).allow(at_once)
                    for _ in range(min(at_once, len(lane))):
                        group.create_task(self._work(lane))

    async def _work(self, lane: list[tuple[int, Cell]]) -> None:
        while lane:
            number, cell = lane.pop()
            try:
                await self._one(number, cell)
            finally:
                self._keep_what_waits()
            self.progress.usd = self._purse.spent_usd
        while self._keeping:
            waited_for = [*self._keeping]
            await asyncio.gather(*waited_for)
            self._keeping.difference_update(waited_for)  # gather may return before the callbacks of what had ended

    def _keep_what_waits(self) -> None:
        """Keep what loops left to be kept, while the next ones run; one that fails stays, to be told at the end."""
        while self._later:
            task = asyncio.ensure_future(self._later.pop())
            self._keeping.add(task)
            task.add_done_callback(self._kept)

    def _kept(self, task: asyncio.Future[None]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._keeping.discard(task)

    async def _one(self, number: int, cell: Cell) -> None:
        stopped = self._stops.against(cell.request)
        if stopped is not None:
            self._put(number, cell, failing(stopped, False))
            self.progress.failed += 1
            return
        try:
            found = await self._gone(await self._order(number, cell), cell.key)
        except StoreError:
            raise
        except (CallError, BudgetExceeded, LocalModelError, InputError) as error:
            if self._how.on_error == "raise":
                raise
            self._stops.note(cell.request, error)
            self._put(number, cell, failed(error))
            self.progress.failed += 1
        else:
            self._stops.lift(cell.request)
            self._put(number, cell, found)
            kept = found.get("cached", True)
            self.progress.kept += kept
            self.progress.bought += not kept

    async def _gone(self, order: Order, key: str) -> dict[str, Any]:
        """What the row of a loop says: told again where it goes the way that it went before, else run step by step."""
        retelling = Retelling(order, key, self._cache, capped=self._purse.is_limited)
        found = await retelling.row()
        if found is None:
            try:
                order = replace(order, later=retelling.settles)
                loop = await carry_out(order, self._cache, self._purse, retelling.effects)
                found = loop_findings(loop)
                retelling.ended(loop, found)
            finally:
                self._later.append(retelling.settled())
        return found

    async def _order(self, number: int, cell: Cell) -> Order:
        how, laid, arm = self._how, self._laid, self._laid.arms[number]
        if isinstance(laid.tools, list | tuple):
            made = self._made = self._made or opened(laid.tools, cell.task)
        else:
            made = await self._own_tools(cell)
        return Order(
            cell.request,
            {one.name: one for one in made.tools},
            replay=arm["replay"],
            ids=arm["ids"],
            max_steps=arm["max_steps"],
            results=how.results,
            unfinished=how.unfinished,
            stop=how.stop,
            check=how.check,
            stop_repeating=how.stop_repeating,
            parallel=how.parallel,
            state=made.state,
            timeout_seconds=how.timeout,
            refresh=how.refresh,
            told_under=laid.tool_keys[number],
        )

    async def _own_tools(self, cell: Cell) -> Opened:
        """The tools of one task, made by the function that was given."""
        task, tools = cell.task, self._laid.tools
        try:
            made = await in_thread(lambda: opened(tools, task), _SECONDS_TO_OPEN)
        except WorkbenchError:
            raise
        except Exception as error:
            raise InputError(
                f"the tools of task {task.id!r} could not be made: {type(error).__name__}: {error}"
            ) from error
        if [one.schema for one in made.tools] != self._laid.schemas:
            raise InputError(
                f"the tools of task {task.id!r} are not those of the first; let every task have the same ones"
            )
        return made

    def _put(self, number: int, cell: Cell, found: Mapping[str, Any]) -> None:
        at = place(cell, self._alike)
        self._rows.put(number, {"run": self._run, **at, **found, "derived": False})
        self._memory.add(folded(mark_of(at, map(parameter_column, self._laid.swept)), found))

    def rows(self, state: str = "interrupted") -> pd.DataFrame:
        """The rows that are there, scored as far as somebody waits for it; what was marked by an interrupt is kept."""
        if self._ended is None:
            rows = self._rows.frame([parameter_column(name) for name in columns_of(self._laid.grid.parameters)])
            try:
                self._ended = self._judging.rescore(rows, self._scorer, self._laid.grid.tasks, state)
            except KeyboardInterrupt as interrupt:
                self._ended = vars(interrupt)["rows"]
                self._memory.end(self._ended, "interrupted", self._purse.spent_usd)
                raise
            self._memory.end(self._ended, state, self._purse.spent_usd)
        return self._ended

    def result(self, future: concurrent.futures.Future[None]) -> pd.DataFrame:
        show_rows_narrow()
        failure: BaseException | None = None
        try:
            future.result()
        except BaseExceptionGroup as group:
            failure = first_of(group)
        rows = self.rows("done" if failure is None else "stopped")
        if failure is not None:
            failure.rows = rows  # type: ignore[attr-defined]  # as of wb.sweep
            raise failure.with_traceback(None)
        return rows
