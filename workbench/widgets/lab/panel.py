"""`prompt_lab`: write prompts, ask models, see the replies stream side by side, and take the cell that repeats it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from workbench.base import engine
from workbench.errors import InputError, WorkbenchError
from workbench.providers.models import Model, resolve
from workbench.scorers.named import as_scorer
from workbench.scorers.score import AnyScorer
from workbench.sweeps.progress import Progress
from workbench.tasks.prompts import save_prompt
from workbench.tasks.tasks import Task, load_tasks
from workbench.widgets.lab.askers import Askers, living_models, ready_models, real_askers
from workbench.widgets.lab.by_hand import ByHand
from workbench.widgets.lab.forms import (
    DiffForm,
    ModelForm,
    ScorerForm,
    TaskForm,
    VariantForm,
    button,
    number_or_none,
    row,
    why_not,
)
from workbench.widgets.lab.memory import Memory, own_task
from workbench.widgets.lab.run import LabCell, cells_of, run_cells
from workbench.widgets.lab.runner import Runner
from workbench.widgets.lab.state import LabState, state_for
from workbench.widgets.lab.view import (
    STYLE,
    WHILE_LIVE,
    cell_html,
    message_html,
    plans_text,
    progress_html,
    static_html,
    understood_html,
)

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

    Without `tasks` a question is written in the panel; without `models` those that are ready are offered. `max_tokens`
    is the cap that each model begins with. "Save variant" writes to `folder`. What is set in the panel is kept beside
    the replies, and is back when the cell is run again with the same arguments. `add`, `choose`, `estimate` and
    `sweep` of what is returned do what the panel does, without hands.
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
    )
    return PromptLab(state, askers or real_askers(), scorer=scorer, folder=Path(folder), own=own, problem=problem)


class PromptLab(ByHand):
    """The panel. `cells` are the results of the last run, `rows` those of the last sweep, `code` repeats it."""

    def __init__(
        self, state: LabState, askers: Askers, *, scorer: AnyScorer, folder: Path, own: bool = False, problem: str = ""
    ) -> None:
        self.state = state
        self.cells: list[LabCell] = []
        self.rows: pd.DataFrame | None = None
        self._askers, self._own = askers, own
        self._given, self._scorer = scorer, as_scorer(scorer, ask=askers.judge)
        self._task: Task | None = None
        self._summary = ""
        self._runner = Runner(begun=self._begun, ended=self._ended, say=self._say)
        self._edits = 0
        self._static: Any = None
        self.memory = Memory(state, askers.keep_in, own=own)
        self._message = w.HTML()
        note = problem or self.memory.restore()
        self._build(folder)
        self._say(note or "", problem=bool(problem))
        self._replan()

    # What is on the screen

    def _build(self, folder: Path) -> None:
        guard = self._guarded
        self.task_form = TaskForm(self.state, self._changed, guard, own=self._own)
        self.variant_form = VariantForm(self.state, self._changed, guard)
        self.model_form = ModelForm(self.state, self._changed, guard, known=living_models())
        self.samples = w.BoundedIntText(self.state.samples, min=1, max=20, layout=w.Layout(width="70px"))
        self.max_usd = w.Text(
            "", placeholder="no limit", tooltip="dollars that a run may cost", layout=w.Layout(width="90px")
        )
        self.scorer_form = ScorerForm(self._given, guard(self._scored_by))
        self.samples.observe(guard(self._sampled), names="value")
        self.max_usd.observe(guard(self._changed), names="value")
        self.plan, self.understood = w.HTML(), w.HTML()
        self.run_button = button(
            "Run", "Ask the chosen task, every variant and model beside each other", style="primary"
        )
        self.cancel_button = button("Cancel", "Stop what is running; what is paid for is kept")
        self.sweep_button = button("Run on all tasks", "Ask every task: a sweep, with a summary")
        self.code_button = button("As code", "Show the cell that repeats this")
        self.fresh_button = button("Start anew", "Set everything back to what the cell says")
        self.cancel_button.disabled = True
        self.folder = w.Text(str(folder), layout=w.Layout(width="130px"))
        self.replace = w.Checkbox(False, description="replace", indent=False, layout=w.Layout(width="auto"))
        self.save_button = button("Save variant", "Write the variant in front to a prompt file")
        self.variant_form.box.children[1].children += (self.save_button, w.Label("in"), self.folder, self.replace)
        self.results = w.Box()
        self.results.add_class("wb-grid")
        self.progress = w.HTML()
        self.summary = w.HTML()
        self.diff_form = DiffForm(guard)
        self.code_text = w.Textarea("", rows=12, disabled=False, layout=w.Layout(width="auto", display="none"))
        for widget, css in (
            (self.plan, "wb-plan"),
            (self.understood, "wb-understanding"),
            (self.samples, "wb-samples"),
            (self.max_usd, "wb-max-usd"),
            (self._message, "wb-message"),
            (self.summary, "wb-summary"),
            (self.code_text, "wb-code"),
            (self.folder, "wb-folder"),
        ):
            widget.add_class(css)
        for pressed, action in (
            (self.run_button, self._run),
            (self.cancel_button, self._runner.cancel),
            (self.sweep_button, self._sweep),
            (self.code_button, self._show_code),
            (self.fresh_button, self._start_anew),
            (self.save_button, self._save),
        ):
            pressed.on_click(guard(action))
        self.box = w.VBox(
            [
                w.HTML(STYLE + WHILE_LIVE),
                _titled("Task", self.task_form.box),
                _titled("Prompts", self.variant_form.box),
                _titled("Models", self.model_form.box),
                row(
                    *(w.Label("Samples"), self.samples, w.Label("At most $"), self.max_usd),
                    *(w.Label("Scored by"), self.scorer_form.name),
                ),
                self.plan,
                self.understood,
                row(self.run_button, self.cancel_button, self.sweep_button, self.code_button, self.fresh_button),
                self._message,
                self.progress,
                self.results,
                self.diff_form.box,
                self.diff_form.words,
                self.summary,
                self.code_text,
            ]
        )
        self.box.add_class("wb-lab")
        self.box.add_class("wb-cards")

    def _ipython_display_(self) -> None:
        from IPython.display import display

        live = {**self.box._repr_mimebundle_(), "text/html": "", "text/plain": repr(self)}
        display(live, raw=True)
        # An output of its own: updating the panel's would draw it anew under the hands of whoever writes in it.
        self._static = display(self._saved_form(), raw=True, display_id=True)

    def __repr__(self) -> str:
        lines = [f"prompt lab: {len(self.state.variants)} variants, {len(self.state.chosen)} models"]
        lines += [f"{cell.name}: {cell.reply.outcome if cell.reply else cell.state}" for cell in self.cells]
        return "\n".join(lines)

    def _saved_form(self) -> dict[str, str]:
        try:
            code = self.code
        except WorkbenchError:
            code = ""
        html = static_html(self.state, self.cells, task=self._task, summary=self._summary, code=code)
        return {"text/html": html, "text/plain": repr(self)}

    def _say(self, text: str, *, problem: bool = True) -> None:
        self._message.value = message_html(text, problem=problem) if text else ""

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

    def _sampled(self) -> None:
        self.state.samples = self.samples.value
        self._changed()

    def _scored_by(self) -> None:
        given = self.scorer_form.chosen
        self._scorer, self._given = as_scorer(given, ask=self._askers.judge), given
        self._changed()

    def _changed(self) -> None:
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
            self.plan.value = message_html(text, problem=problem)
            self.understood.value = understood

    def _planned(self) -> tuple[str, bool, str]:
        """What a run would take, or why it cannot be run; and what was understood of the tasks."""
        try:
            self.variant_form.check()
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
        if self._own and not state.task.question.strip():
            raise InputError("There is no question yet. Write one under Task.")
        number_or_none(self.max_usd.value, "At most $", float)
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
        self._lock(True)

    def _ended(self) -> None:
        self._lock(False)
        if self._static is not None:
            self._static.update(self._saved_form(), raw=True)
        self._replan()

    def _lock(self, running: bool) -> None:
        self.run_button.disabled = self.sweep_button.disabled = self.fresh_button.disabled = running
        self.cancel_button.disabled = not running

    def _run(self) -> None:
        self._check()
        cells, task = cells_of(self.state), self.state.task
        if len(cells) > MOST_CELLS:
            raise InputError(
                f"{len(cells)} replies are too many to read side by side (at most {MOST_CELLS}). "
                "Take fewer variants, models or samples, or run them as code."
            )
        grid, cap = self.state.grid(), number_or_none(self.max_usd.value, "At most $", float)

        async def run() -> None:
            if cap is not None:
                worst = (await asyncio.to_thread(lambda: self._askers.plan(**grid))).usd_worst_in_all
                if worst is None or worst > cap:
                    most = "an unknown sum" if worst is None else f"${worst:.4f}"
                    raise InputError(
                        f"At worst this costs {most}, and at most ${cap:.2f} is allowed. Lower max_tokens."
                    )
            self.cells, self._task, self.rows, self._summary = cells, task, None, ""
            shown = [w.HTML(cell_html(cell)) for cell in cells]
            for html in shown:
                html.add_class("wb-cell")
            self.results.children = shown
            self.summary.value = self.progress.value = ""
            self.diff_form.offer(())
            places = {id(cell): html for cell, html in zip(cells, shown, strict=True)}

            def show(changed: Iterable[LabCell]) -> None:
                for cell in changed:
                    places[id(cell)].value = cell_html(cell)

            try:
                await run_cells(cells, ask=self._askers.ask, task=task, scorer=self._scorer, show=show)
            finally:
                self.diff_form.offer(cells)

        self._runner.start(run)

    def _sweep(self) -> None:
        self._check()
        grid, cap = self.state.grid(every_task=True), number_or_none(self.max_usd.value, "At most $", float)

        async def run() -> None:
            def told(progress: Progress, final: bool) -> None:
                self.progress.value = progress_html(progress, final=final)

            rows = await self._askers.sweep(**grid, scorer=self._given, max_usd=cap, on_progress=told)
            from workbench.analysis.summaries import summary

            self.rows, self.cells, self._task = rows, [], None
            self.results.children = ()
            self.diff_form.offer(())
            table = await asyncio.to_thread(lambda: summary(rows)._repr_html_())
            self.summary.value = self._summary = str(table)

        self._runner.start(run)

    # What is done with the results

    def _show_code(self) -> None:
        self.code_text.value = self.code
        self.code_text.rows = len(self.code.splitlines()) + 1
        self.code_text.layout.display = ""

    def _save(self) -> None:
        prompt = self.variant_form.current.prompt()
        path = save_prompt(prompt, self.folder.value.strip() or ".", overwrite=self.replace.value)
        self._say(f"Saved {prompt.name!r} as {path}.", problem=False)

    def _drawn_anew(self) -> None:
        self.variant_form.draw()
        self.model_form.draw()
        self._changed()

    def _start_anew(self) -> None:
        self.memory.forget()
        self.samples.value = self.state.samples
        if not self._own:
            self.task_form.picker.value = self.state.task.id
        self._drawn_anew()
        self._say("Everything is as the cell says again.", problem=False)


def _titled(title: str, box: w.Widget) -> w.VBox:
    return w.VBox([w.HTML(f"<h4>{title}</h4>"), box])
