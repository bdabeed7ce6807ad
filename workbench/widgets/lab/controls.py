"""The controls of the prompt lab: made, named for its style sheet and its keys, and laid out from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import ipywidgets as w

from workbench.scorers.score import AnyScorer
from workbench.widgets.keys import Keys
from workbench.widgets.lab.askers import living_models
from workbench.widgets.lab.bound import Guard, bind
from workbench.widgets.lab.forms import ScorerForm, TaskForm, VariantForm, button, caps_of, number_or_none, row
from workbench.widgets.lab.model_form import ModelForm
from workbench.widgets.lab.results import Results
from workbench.widgets.lab.state import LabState
from workbench.widgets.lab.view import STYLE, WHILE_LIVE

KEYS: Final = {
    "ctrl+Enter": "button.wb-run",
    "Escape": "button.wb-close",
    "c": '& [data-wb-press^="copy"] | button.wb-copy-answer | button.wb-copy-code',
    "a": '& [data-wb-press^="again"] | button.wb-again',
    "n": ".wb-note input",
}
WALK: Final = '.wb-cell, [data-wb-press^="open"]'
_HELP: Final = "Ctrl+Enter runs; Esc leaves a field; then arrows, j and k walk over replies, c copies, a asks again"


class Controls:
    """Everything of the panel above its results. `pressed` tells what an element of its HTML says when pressed."""

    def __init__(
        self,
        state: LabState,
        changed: Callable[[], None],
        guard: Guard,
        *,
        own: bool,
        folder: Path,
        scorer: AnyScorer,
        scored: Callable[[], None],
        say: Callable[..., None],
        pressed: Callable[[str], None],
    ) -> None:
        self.task_form = TaskForm(state, changed, guard, own=own)
        self.variant_form = VariantForm(state, changed, guard, folder=folder, say=say)
        self.model_form = ModelForm(state, changed, guard, known=living_models())
        self.scorer_form = ScorerForm(state, scorer, scored, guard)
        self.samples = w.BoundedIntText(min=1, max=1000, layout=w.Layout(width="70px"))
        bind(self.samples, state, "samples", guard=guard, changed=changed)
        self.max_usd = w.Text(
            placeholder="no limit", tooltip="dollars that a run may cost", layout=w.Layout(width="90px")
        )
        bind(
            self.max_usd,
            state,
            "max_usd",
            guard=guard,
            changed=changed,
            shown=lambda usd: "" if usd is None else f"{usd:g}",
            read=lambda text: number_or_none(text, "At most $", float),
        )
        self.caps = w.Text(
            placeholder="such as 64, 256",
            tooltip="smaller max_tokens, cut from the replies of a run on all tasks: they cost nothing more",
            layout=w.Layout(width="120px"),
        )
        bind(
            self.caps,
            state,
            "caps",
            guard=guard,
            changed=changed,
            shown=lambda caps: ", ".join(map(str, caps)),
            read=caps_of,
        )
        self.until_decided = w.Checkbox(
            description="stop when it is decided",
            tooltip="a run on all tasks buys them in waves, and stops when it is known which model is better",
            indent=False,
            layout=w.Layout(width="auto"),
        )
        bind(self.until_decided, state, "until_decided", guard=guard, changed=changed)
        self.plan, self.understood, self.progress, self.message = w.HTML(), w.HTML(), w.HTML(), w.HTML()
        self.run = button("Run", "Ask the chosen task, every variant and model beside each other", style="primary")
        self.cancel = button("Cancel", "Stop what is running; what is paid for is kept")
        self.sweep = button("Run on all tasks", "Ask every task: a sweep, with a summary and a grid")
        self.code = button("As code", "Show the cell that repeats this")
        self.fresh = button("Start anew", "Set everything back to what the cell says")
        self.cancel.disabled = True
        self.code_text = w.Textarea("", rows=12, layout=w.Layout(width="auto"))
        self.copy_code = button("Copy code", "Put the cell into the clipboard", css="wb-copy-code")
        hint = w.HTML('<span class="wb-quiet">or run <code>lab.into_cell()</code>: it becomes the next cell</span>')
        self.code_box = w.VBox([self.code_text, row(self.copy_code, hint)], layout=w.Layout(display="none"))
        self.keys = Keys("wb-lab", presses=KEYS, walk=WALK, pressed=lambda name: guard(lambda: pressed(name))())
        for widget, css in (
            (self.plan, "wb-plan"),
            (self.understood, "wb-understanding"),
            (self.samples, "wb-samples"),
            (self.max_usd, "wb-max-usd"),
            (self.caps, "wb-caps"),
            (self.until_decided, "wb-until-decided"),
            (self.message, "wb-message"),
            (self.code_text, "wb-code"),
        ):
            widget.add_class(css)

    def laid_out(self, results: Results) -> w.VBox:
        """The whole panel."""
        box = w.VBox(
            [
                w.HTML(STYLE + WHILE_LIVE),
                _titled("Task", self.task_form.box),
                _titled("Prompts", self.variant_form.box),
                _titled("Models", self.model_form.box),
                row(
                    *(w.Label("Samples"), self.samples, w.Label("At most $"), self.max_usd),
                    *(w.Label("Scored by"), self.scorer_form.name),
                ),
                row(w.Label("On all tasks: smaller caps too"), self.caps, self.until_decided),
                self.plan,
                self.understood,
                row(self.run, self.cancel, self.sweep, self.code, self.fresh),
                w.HTML(f'<span class="wb-quiet">{_HELP}</span>'),
                self.message,
                self.progress,
                results.box,
                self.code_box,
                self.keys,
            ]
        )
        box.add_class("wb-lab")
        box.add_class("wb-cards")
        return box

    def lock(self, running: bool) -> None:
        """While something runs, nothing else can be begun, and only then can it be cancelled."""
        self.run.disabled = self.sweep.disabled = self.fresh.disabled = running
        self.cancel.disabled = not running

    def show_code(self, code: str) -> None:
        """Show the cell, or what has become of it."""
        self.code_text.value = code
        self.code_text.rows = len(code.splitlines()) + 1


def _titled(title: str, box: w.Widget) -> w.VBox:
    return w.VBox([w.HTML(f"<h4>{title}</h4>"), box])
