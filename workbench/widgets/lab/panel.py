"""`prompt_lab`: write prompts, ask models, see the replies stream side by side, and take the cell that repeats it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.base import engine
from workbench.errors import InputError, WorkbenchError
from workbench.providers.models import Model, resolve
from workbench.scorers.named import as_scorer
from workbench.scorers.score import AnyScorer
from workbench.show import figures
from workbench.show.figures import counted
from workbench.sweeps.deciding import awatched
from workbench.sweeps.progress import Progress
from workbench.tasks.tasks import load_tasks
from workbench.widgets.lab.askers import Askers, ready_models, real_askers
from workbench.widgets.lab.bound import check_readable
from workbench.widgets.lab.by_hand import ByHand
from workbench.widgets.lab.controls import Controls
from workbench.widgets.lab.memory import Memory, own_task
from workbench.widgets.lab.model_form import why_not
from workbench.widgets.lab.results import LabRun, Results
from workbench.widgets.lab.run import LabCell, cells_of, run_cells
from workbench.widgets.lab.runner import Runner
from workbench.widgets.lab.state import LabState, state_for
from workbench.widgets.lab.view import message_html, plans_text, progress_html, static_html, understood_html
from workbench.widgets.saved import note_html

if TYPE_CHECKING:
    import pandas as pd

MOST_CELLS = 48
"""Cells that can be read side by side; more are a sweep."""

SECONDS_BEFORE_PLANNING = 0.3


def prompt_lab(
    tasks: Any = None,
    models: str | Model | Iterable[str | Model] | None = None,
    *,
    prompts: Any = None,
    max_tokens: int | None = None,
    scorer: AnyScorer = None,
    folder: str | Path = "prompts",
    askers: Askers | None = None,
) -> PromptLab:
    """Open a panel to write prompt variants in and to ask models with them, side by side.

    Without `tasks` a question is written in the panel, with earlier turns if you like; the `models` that are named are
    ticked, and without any those that are ready are offered. `max_tokens` is the cap that each model begins with. "Save
    variant" writes to `folder`. What is set in the panel is kept beside the replies, and is back when the cell is run
    again with the same arguments. `add`, `choose`, `estimate` and `sweep` of what is returned do what the panel does,
    without hands, and what they change is shown at once; so is what is set in `state`.
    """
    problem = ""
    source = str(tasks) if isinstance(tasks, str | Path) else None
    try:
        loaded = load_tasks(tasks) if tasks is not None else None
    except InputError as error:
        loaded, source, problem = None, None, str(error)
    own = loaded is None
    if models is None:
        listed: list[str | Model] = list(ready_models())
    else:
        listed = [models] if isinstance(models, str | Model) else list(models)
    for model in listed:
        resolve(model)
    state = state_for(
        own_task("") if loaded is None else loaded,
        listed,
        prompts=prompts,
        max_tokens=max_tokens,
        source=source,
        chosen=1 if models is None else None,
    )
    return PromptLab(state, askers or real_askers(), scorer=scorer, folder=Path(folder), own=own, problem=problem)


class PromptLab(ByHand):
    """The panel. `cells` are the results of the last run, `rows` those of the last sweep, `code` repeats it."""

    def __init__(
        self, state: LabState, askers: Askers, *, scorer: AnyScorer, folder: Path, own: bool = False, problem: str = ""
    ) -> None:
        self.state = state
        self._askers, self._own, self._given = askers, own, scorer
        self._runner = Runner(begun=self._begun, ended=self._ended, say=self._say)
        self._edits = 0
        self._static: Any = None
        self._shown: Controls | None = None
        state.scorer = scorer if isinstance(scorer, str) else ""
        self.memory = Memory(state, askers.keep_in, own=own)
        note = problem or self.memory.restore()
        self.controls = Controls(
            state,
            self._changed,
            self._guarded,
            own=own,
            folder=folder,
            scorer=scorer,
            scored=self._scored_by,
            say=self._say,
            pressed=lambda name: self.results.pressed(name),
        )
        self.results = Results(
            self._guarded,
            sent=askers.sent,
            copy=self.controls.keys.copy,
            focus=self.controls.keys.focus,
            again=self._ask_again,
            go_on=self._go_on if own else None,
            notes=self.memory.notes,
            noted=self.memory.keep,
        )
        self.results.remember(LabRun(title, settings) for title, settings in self.memory.runs)
        self.scorer_form = self.controls.scorer_form
        self._scored_by()
        self._wire()
        self.box = self.controls.laid_out(self.results)
        self._shown = self.controls
        self._say(note or "", problem=bool(problem))
        self._replan()

    def _wire(self) -> None:
        controls, guard = self.controls, self._guarded
        for pressed, action in (
            (controls.run, self._run),
            (controls.cancel, self._runner.cancel),
            (controls.sweep, self._sweep),
            (controls.code, self._show_code),
            (controls.copy_code, lambda: controls.keys.copy(self.code)),
            (controls.fresh, self._start_anew),
            (self.results.back_button, self._set_back),
        ):
            pressed.on_click(guard(action))

    @property
    def cells(self) -> list[LabCell]:
        """The cells of the run that is shown."""
        return list(self.results.run.cells) if self.results.run else []

    @property
    def rows(self) -> pd.DataFrame | None:
        """The rows of the sweep that is shown."""
        return self.results.run.rows if self.results.run else None

    # What is on the screen

    def _ipython_display_(self) -> None:
        from IPython.display import display

        live = {**self.box._repr_mimebundle_(), "text/html": "", "text/plain": repr(self)}
        display(live, raw=True)
        # An output of its own: updating the panel's would draw it anew under the hands of whoever writes in it.
        self._static = display(self._saved_form(), raw=True, display_id=True)

    def _mime_(self) -> tuple[str, str]:
        """What marimo shows, which has no place for such a panel: its saved form, and a sentence that says so."""
        return "text/html", note_html(self._saved_form()["text/html"])

    def __repr__(self) -> str:
        variants, models = counted(len(self.state.variants), "variant"), counted(len(self.state.chosen), "model")
        lines = [f"prompt lab: {variants}, {models}"]
        lines += [f"{cell.name}: {cell.reply.outcome if cell.reply else cell.state}" for cell in self.cells]
        return "\n".join(lines)

    def _saved_form(self) -> dict[str, str]:
        try:
            code = self.code
        except WorkbenchError:
            code = ""
        run = self.results.run
        task, summary = (run.task, run.summary) if run else (None, "")
        html = static_html(self.state, self.cells, task=task, summary=summary, code=code)
        return {"text/html": html, "text/plain": repr(self)}

    def _say(self, text: str, *, problem: bool = True) -> None:
        if self._shown is not None:
            self.controls.message.value = message_html(text, problem=problem) if text else ""

    def _guarded(self, action: Callable[[], None]) -> Callable[..., None]:
        """The action as a callback: an error becomes one sentence in the panel, never a line in a log nobody reads."""

        @functools.wraps(action)
        def callback(*event: object) -> None:
            try:
                action()
            except WorkbenchError as error:
                self._say(str(error))
            except Exception as error:  # noqa: BLE001 - anything else is shown as well
                self._say(f"{type(error).__name__}: {error}. Please report it; the panel goes on working.")

        return callback

    # What is set

    def _scored_by(self) -> None:
        self._scorer = as_scorer(self.scorer_form.chosen, ask=self._askers.judge)
        self._changed()

    def _changed(self) -> None:
        if self._shown is None:  # still being made
            return
        self._say("")
        self._replan()

    def _replan(self) -> None:
        self._edits += 1
        engine.submit(self._plan_soon(self._edits))

    async def _plan_soon(self, edit: int) -> None:
        await asyncio.sleep(SECONDS_BEFORE_PLANNING)
        if edit != self._edits:
            return
        text, problem, understood = await asyncio.to_thread(self._planned)
        if edit == self._edits:
            self.controls.plan.value = message_html(text, problem=problem)
            self.controls.understood.value = understood
            if self.controls.code_box.layout.display != "none":
                self._guarded(self._write_code)()

    def _planned(self) -> tuple[str, bool, str]:
        """What a run would take, or why it cannot be run; and what was understood of the tasks."""
        try:
            self.controls.variant_form.check()
            self.memory.keep()
            self._check()
            plans = [self._askers.plan(**self.state.grid(), scorer=self._scorer)]
            if len(self.state.tasks) > 1:
                plans.append(self._askers.plan(**self.state.grid(every_task=True), scorer=self._scorer))
            return plans_text(plans), False, understood_html(plans)
        except WorkbenchError as error:
            return str(error), True, ""
        except Exception as error:  # noqa: BLE001 - shown in the panel, wherever it comes from
            return f"{type(error).__name__}: {error}", True, ""

    def _check(self) -> None:
        """Raise InputError for the first thing that keeps a run from being worth its money."""
        state = self.state
        check_readable(state.parts())
        if self._own and not state.task.question.strip():
            raise InputError("There is no question yet. Write one under Task.")
        state.models()
        for choice in state.chosen:
            reason = why_not(choice)
            if reason:
                raise InputError(reason)
        for variant in state.variants:
            problem = state.problem_of(variant, every_task=False)
            if problem:
                raise InputError(problem)

    # What runs

    def _begun(self) -> None:
        self._say("")
        self.controls.lock(True)

    def _ended(self) -> None:
        self.controls.lock(False)
        if self._static is not None:
            self._static.update(self._saved_form(), raw=True)
        self._replan()

    def _run(self) -> None:
        self._check()
        cells, task = cells_of(self.state), self.state.task
        if len(cells) > MOST_CELLS:
            raise InputError(
                f"{len(cells)} replies are too many to read side by side (at most {MOST_CELLS}). "
                "Take fewer variants, models or samples, or run them as code."
            )
        settings, grid, cap, scorer = self.state.to_dict(), self.state.grid(), self.state.max_usd, self._scorer

        async def run() -> None:
            if cap is not None:
                await self._check_sum(grid, cap)
            what = f"task {task.id}, {counted(len(cells), 'call')}"
            self._show(LabRun.begun(what, settings, cells=cells, task=task, grid=grid))
            try:
                await self._ask_all(cells, task, scorer)
            finally:
                self.results.diff.offer(cells)

        self._runner.start(run)

    async def _ask_all(self, cells: list[LabCell], task: Any, scorer: Any) -> None:
        askers = self._askers
        await run_cells(cells, ask=askers.ask, task=task, scorer=scorer, show=self.results.update, waits=askers.waits)

    async def _check_sum(self, grid: dict[str, Any], cap: float) -> None:
        worst = (await asyncio.to_thread(lambda: self._askers.plan(**grid))).usd_worst_in_all
        if worst is None or worst > cap:
            most = "an unknown sum" if worst is None else figures.booked(worst)
            allowed = f"at most {figures.limit(cap)} is allowed"
            raise InputError(f"At worst this costs {most}, and {allowed}. Lower max_tokens.")

    def _show(self, run: LabRun) -> None:
        self.controls.progress.value = ""
        self.memory.remember(run.title, run.settings)
        self.results.add(run)

    def _sweep(self) -> None:
        self._check()
        settings, cap, given = self.state.to_dict(), self.state.max_usd, self.scorer_form.chosen
        grid, stops = self.state.grid(every_task=True), self.state.until_decided

        async def run() -> None:
            def told(progress: Progress, final: bool) -> None:
                self.controls.progress.value = progress_html(progress, final=final)

            from workbench.analysis.summaries import summary

            options = {"scorer": given, "on_progress": told}
            if stops:
                layout = {name: value for name, value in grid.items() if name != "tasks"} | options
                say = functools.partial(self._say, problem=False)
                found = await awatched(self._askers.sweep, grid["tasks"], layout, max_usd=cap, tell=say)
                rows = found.rows
                say(str(found))
            else:
                rows = await self._askers.sweep(**grid, **options, max_usd=cap)

            table = str(await asyncio.to_thread(lambda: summary(rows)._repr_html_()))
            line = self.controls.progress.value
            what = f"{counted(len(grid['tasks']), 'task')}, {counted(len(rows), 'call')}"
            self._show(LabRun.begun(what, settings, rows=rows, summary=table, grid=grid))
            self.controls.progress.value = line

        self._runner.start(run)

    def _ask_again(self, run: LabRun, place: int) -> None:
        """Ask for one reply more of a call that was made: the next sample, of the same task, prompt and model."""
        check_readable([self.state])
        cell, task, grid = self.results.next_sample(run, place)
        cap, scorer = self.state.max_usd, self._scorer

        async def again() -> None:
            if cap is not None:
                await self._check_sum(grid, cap)
            if run.rows is None:
                run.cells = [*run.cells, cell]
                self.results.show(run)
            else:
                run.again.append(cell)
            await self._ask_all([cell], task, scorer)

        self._runner.start(again)

    def _go_on(self, cell: LabCell) -> None:
        """Make the question and its answer earlier turns, so that the next question follows them."""
        if cell.reply is None:
            return
        asked = self.state.task
        turns = (*asked.turns, ("user", asked.question), ("assistant", cell.reply.answer))
        self.state.tasks = own_task("", None, turns)
        self._say("The question and this answer are earlier turns now. Write what comes next.", problem=False)
        self.controls.keys.focus(".wb-own-question textarea")

    # What is done with the results

    def _write_code(self) -> None:
        self.controls.show_code(self.code)

    def _show_code(self) -> None:
        self._write_code()
        self.controls.code_box.layout.display = ""

    def _set_back(self) -> None:
        run = self.results.chosen
        self.state.restore(run.settings)
        self._changed()
        self._say(f"Everything is as it was set for {run.title}.", problem=False)

    def _start_anew(self) -> None:
        self.memory.forget()
        self._changed()
        self._say("Everything is as the cell says again.", problem=False)
