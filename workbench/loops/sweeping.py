"""A sweep of loops: tasks × models × prompts × arms × repeats, each one loop and one row, within a sum."""

from __future__ import annotations

import asyncio
import concurrent.futures
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from workbench.asking.call import pace_of
from workbench.asking.money import Purse, check_max_usd, unpriced
from workbench.base import engine
from workbench.base.patience import check_timeout
from workbench.cache.kept import current
from workbench.errors import BudgetExceeded, CallError, InputError, LocalModelError, StoreError, WorkbenchError, warn
from workbench.loops.answers import checker
from workbench.loops.effects import RESULTS, UNFINISHED, Results, Unfinished
from workbench.loops.opening import opened
from workbench.loops.replaying import check_ids, check_replay
from workbench.loops.rows import failed, loop_findings
from workbench.loops.running import Order, carry_out
from workbench.loops.workers import in_thread
from workbench.providers.bounds import worst_of
from workbench.providers.models import Model
from workbench.rows import about
from workbench.rows.configurations import EFFORT, parameter_column
from workbench.scorers.score import AnyScorer
from workbench.sweeps.grid import Cell, make_grid
from workbench.sweeps.judging import Judging
from workbench.sweeps.progress import SECONDS_BETWEEN_UPDATES, Progress, display_for
from workbench.sweeps.rows import GrowingRows, failing, place
from workbench.sweeps.stops import Stops
from workbench.tasks.tasks import load_tasks

if TYPE_CHECKING:
    import pandas as pd

ARMS: Final = ("replay", "max_steps", "ids")
"""What a loop can be swept over beside what a request can."""

_SECONDS_TO_OPEN: Final = 60.0


@dataclass(frozen=True)
class _Planned:
    cell: Cell
    arm: Mapping[str, Any]


@dataclass(frozen=True)
class _How:
    """How every loop of a sweep is run."""

    tools: Any
    max_usd: float | None
    concurrency: int | None
    on_error: str
    stop: Any
    check: Callable[[str], str] | None
    stop_repeating: int | None
    parallel: bool
    results: Results
    unfinished: Unfinished
    timeout: float | None
    refresh: bool


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
    **layout: Any,
) -> pd.DataFrame:
    """Run a loop for every task, model, prompt, arm and repeat, and give back one row for each.

    Takes what `wb.sweep` takes (`prompts`, `max_tokens`, `repeats`, `params`, options of `ask`) and what `run` takes;
    lists of `replay`, `max_steps` and `ids` are arms, each a column. `tools` is a list, the same for all loops, or a
    function of a task that makes them anew for each: `def tools(task): …; return [read, write], state`, whose `state()`
    is kept in the column `loop_state`. Steps that arms share are bought once.

    The rows have the columns of `wb.sweep`, with sums over steps, and beside them `loop_steps`, `loop_calls`,
    `loop_calls_by_tool`, `loop_invalid_calls`, `loop_failed_calls`, `loop_repeated_calls`, `loop_seconds_in_model`,
    `loop_seconds_in_tools`, `loop_thinking_settled`, `loop_state` and `loop_trace`. `wb.summary` and `wb.compare` work
    on them; see `steps`, `within_steps`, `first_difference`, `trace` and `checks`.

    `max_usd` is never exceeded: a loop whose next step does not fit ends as an `error` row with the steps so far, and
    goes on from there when the sweep is run again. Raises before spending for whatever cannot work.
    """
    arms = {"replay": replay, "max_steps": max_steps, "ids": ids}
    how = _How(
        tools,
        max_usd,
        concurrency,
        on_error,
        stop,
        checker(answer_schema),
        stop_repeating,
        parallel,
        results,
        unfinished,
        timeout,
        refresh,
    )
    run = _Sweep(tasks, arms, how, {"models": models, "scorer": scorer, **layout})
    future = run.start()
    try:
        while not future.done():
            concurrent.futures.wait([future], timeout=SECONDS_BETWEEN_UPDATES)
            run.display.show(run.progress)
    except KeyboardInterrupt as interrupt:
        run.progress.note = "interrupted; run it again to go on"
        future.cancel()
        engine.clean_up(future)
        run.display.finish(run.progress)
        interrupt.rows = run.rows()  # type: ignore[attr-defined]  # as of wb.sweep
        raise
    run.display.finish(run.progress)
    return run.result(future)


async def asweep(tasks: Any, **options: Any) -> pd.DataFrame:
    """Run a sweep of loops without blocking: the awaitable twin of `sweep`, with the same options."""
    return await asyncio.to_thread(lambda: sweep(tasks, **options))


class _Sweep:
    def __init__(self, tasks: Any, arms: Mapping[str, Any], how: _How, layout: Mapping[str, Any]) -> None:
        check_max_usd(how.max_usd)
        check_timeout(how.timeout)
        for name, value, known in (
            ("results", how.results, RESULTS),
            ("unfinished", how.unfinished, UNFINISHED),
            ("on_error", how.on_error, ("row", "raise")),
        ):
            if value not in known:
                raise InputError(f"{name} is {value!r}; give one of {', '.join(map(repr, known))}")
        if isinstance(how.tools, str):
            raise InputError("tools='recorded' is for one loop; give a sweep its tools, and results='recorded'")
        loaded = load_tasks(tasks)
        self._how = how
        self._schemas = [one.schema for one in opened(how.tools, loaded[0]).tools]
        if not self._schemas:
            raise InputError("tools is empty; give at least one function, or take wb.sweep")
        grid = make_grid(loaded, tools=self._schemas, **layout)
        arms = {name: _listed(arms[name], name) for name in ARMS}
        self._planned = [
            _Planned(cell, dict(zip(arms, values, strict=True)))
            for values in itertools.product(*arms.values())
            for cell in grid.cells
        ]
        for planned in self._planned:
            steps = planned.arm["max_steps"]
            if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
                raise InputError(f"max_steps is {steps!r}; give whole numbers of at least 1")
            request = planned.cell.request
            check_ids(planned.arm["ids"])
            check_replay(planned.arm["replay"], request.target, request.body)
            if request.others or request.routed_to:
                raise InputError(f"{request.target.label!r} is a route or has a fallback; a loop needs one model")
        self._swept = [name for name, values in arms.items() if len(values) > 1]
        self._parameters = [name for name in grid.parameters if name not in ("tools", EFFORT)]
        self._tasks, self._grid = grid.tasks, grid
        self._cache, self._purse = current(), Purse(how.max_usd)
        self._judging = Judging(self._cache, self._purse, timeout_seconds=how.timeout)
        self._scorer = self._judging.scorer(layout.get("scorer"))
        self._rows, self._stops = GrowingRows(len(self._planned)), Stops()
        self._run = about.new_run()
        about.remember(self._run, grid.about)
        self.progress = Progress(total=len(self._planned), max_usd=how.max_usd, what="loops")
        self.display = display_for(self.progress)
        for text in (*grid.understanding.warnings, *grid.warnings):
            warn(text)

    def start(self) -> concurrent.futures.Future[None]:
        self.display.begin(self._grid.understanding)
        if self._how.results != "recorded":
            for request in {
                planned.cell.request.target.label: planned.cell.request for planned in self._planned
            }.values():
                if self._how.max_usd is not None and worst_of(request).usd is None:
                    raise unpriced(request)
        self._judging.check(self._scorer)
        return engine.submit(self._go())

    async def _go(self) -> None:
        lanes: dict[str, list[tuple[int, _Planned]]] = {}
        for number, planned in reversed([*enumerate(self._planned)]):
            lanes.setdefault(planned.cell.request.base_url, []).append((number, planned))
        async with asyncio.TaskGroup() as group:
            for lane in lanes.values():
                request = lane[0][1].cell.request
                at_once = self._how.concurrency or request.target.provider.at_once_in_a_sweep
                if self._how.concurrency:
                    pace_of(request).allow(at_once)
                for _ in range(min(at_once, len(lane))):
                    group.create_task(self._work(lane))

    async def _work(self, lane: list[tuple[int, _Planned]]) -> None:
        while lane:
            number, planned = lane.pop()
            await self._one(number, planned)
            self.progress.usd = self._purse.spent_usd

    async def _one(self, number: int, planned: _Planned) -> None:
        stopped = self._stops.against(planned.cell.request)
        if stopped is not None:
            self._put(number, planned, failing(stopped, False))
            self.progress.failed += 1
            return
        try:
            loop = await carry_out(await self._order(planned), self._cache, self._purse)
        except StoreError:
            raise
        except (CallError, BudgetExceeded, LocalModelError, InputError) as error:
            if self._how.on_error == "raise":
                raise
            self._stops.note(planned.cell.request, error)
            self._put(number, planned, failed(error))
            self.progress.failed += 1
        else:
            self._stops.lift(planned.cell.request)
            self._put(number, planned, loop_findings(loop))
            self.progress.kept += loop.cached
            self.progress.bought += not loop.cached

    async def _order(self, planned: _Planned) -> Order:
        how, task = self._how, planned.cell.task
        try:
            made = await in_thread(lambda: opened(how.tools, task), _SECONDS_TO_OPEN)
        except WorkbenchError:
            raise
        except Exception as error:
            raise InputError(
                f"the tools of task {task.id!r} could not be made: {type(error).__name__}: {error}"
            ) from error
        if [one.schema for one in made.tools] != self._schemas:
            raise InputError(
                f"the tools of task {task.id!r} are not those of the first; let every task have the same ones"
            )
        return Order(
            planned.cell.request,
            {one.name: one for one in made.tools},
            replay=planned.arm["replay"],
            ids=planned.arm["ids"],
            max_steps=planned.arm["max_steps"],
            results=how.results,
            unfinished=how.unfinished,
            stop=how.stop,
            check=how.check,
            stop_repeating=how.stop_repeating,
            parallel=how.parallel,
            state=made.state,
            timeout_seconds=how.timeout,
            refresh=how.refresh,
        )

    def _put(self, number: int, planned: _Planned, found: Mapping[str, Any]) -> None:
        told = {name: value for name, value in place(planned.cell).items() if name != "tools"}
        arm = {name: planned.arm[name] for name in self._swept}
        self._rows.put(number, {"run": self._run, **told, **arm, **found, "derived": False})

    def rows(self) -> pd.DataFrame:
        """The rows that are there; a judge is not paid for those of a run that was stopped."""
        rows = self._rows.frame([*map(parameter_column, self._parameters), *self._swept])
        return rows if self._scorer.judge else self._judging.rescore(rows, self._scorer, self._tasks)

    def result(self, future: concurrent.futures.Future[None]) -> pd.DataFrame:
        failure: BaseException | None = None
        try:
            future.result()
        except BaseExceptionGroup as group:
            failure = group
            while isinstance(failure, BaseExceptionGroup):
                failure = failure.exceptions[0]
        if failure is not None:
            failure.rows = self.rows()  # type: ignore[attr-defined]  # as of wb.sweep
            raise failure.with_traceback(None)
        rows = self._rows.frame([*map(parameter_column, self._parameters), *self._swept])
        return self._judging.rescore(rows, self._scorer, self._tasks)


def _listed(value: Any, name: str) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [value]
    listed = list(value)
    if not listed or len({*listed}) < len(listed):
        raise InputError(f"{name} is {value!r}; give each value once")
    return listed
