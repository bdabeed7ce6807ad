"""What a run of the prompt lab left: its cards or its grid, one reply opened, two compared; and the runs before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ipywidgets as w
from markupsafe import Markup

from workbench.errors import InputError
from workbench.providers.models import Model
from workbench.tasks.tasks import Task
from workbench.widgets.lab.bound import Guard
from workbench.widgets.lab.forms import button, row
from workbench.widgets.lab.grid import TaskGrid, sent_html
from workbench.widgets.lab.memory import MOST_RUNS
from workbench.widgets.lab.run import LabCell
from workbench.widgets.lab.view import cell_html, diff_html, message_html

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class LabRun:
    """One run: what was set, when, and what came of it; of one of an earlier session only what was set."""

    title: str
    settings: Mapping[str, Any]
    cells: Sequence[LabCell] = ()
    task: Task | None = None
    rows: pd.DataFrame | None = None
    summary: str = ""
    grid: Mapping[str, Any] = field(default_factory=dict)
    again: list[LabCell] = field(default_factory=list)

    @classmethod
    def begun(cls, what: str, settings: Mapping[str, Any], **more: Any) -> LabRun:
        return cls(f"{time.strftime('%d %b %H:%M:%S')} · {what}", settings, **more)


class Results:
    """The lower half of the panel. It shows one run, the last or an earlier one."""

    def __init__(
        self,
        guard: Guard,
        *,
        sent: Callable[[str], Sequence[Mapping[str, Any]] | None],
        copy: Callable[[str], None],
        focus: Callable[[str], None],
        again: Callable[[LabRun, int], None],
        go_on: Callable[[LabCell], None] | None,
        notes: dict[str, str],
        noted: Callable[[], None],
    ) -> None:
        self.run: LabRun | None = None
        self.runs: list[LabRun] = []
        self.opened: int | None = None
        self._offering = False
        self._sent, self._copy, self._focus, self._again, self._go_on = sent, copy, focus, again, go_on
        self._notes, self._noted = notes, noted
        self._grid: TaskGrid | None = None
        self.cards, self.summary, self.grid, self.reply = w.Box(), w.HTML(), w.HTML(), w.HTML()
        self.diff = DiffForm(guard)
        self.note = w.Text(placeholder="a note on this reply", layout=w.Layout(width="auto", flex="1 1 200px"))
        self.again_button = button("Ask again", "Ask the same once more, as the next sample", css="wb-again")
        self.copy_button = button("Copy answer", "Put the answer into the clipboard", css="wb-copy-answer")
        self.close_button = button("Back to the grid", "Close this reply (Esc)", css="wb-close")
        self.tools = row(self.again_button, self.copy_button, w.Label("Note"), self.note, self.close_button)
        self.picker = w.Dropdown(options=[], layout=w.Layout(width="auto", flex="1 1 200px"))
        self.back_button = button("Set back", "Set the panel to what this run was made with", css="wb-set-back")
        self.history = row(w.Label("Runs"), self.picker, self.back_button)
        for widget, css in (
            (self.cards, "wb-grid"),
            (self.summary, "wb-summary"),
            (self.grid, "wb-tasks"),
            (self.reply, "wb-opened"),
            (self.note, "wb-note"),
            (self.picker, "wb-runs"),
        ):
            widget.add_class(css)
        self.again_button.on_click(guard(lambda: self._ask_again(self.opened)))
        self.copy_button.on_click(guard(lambda: self._copy_opened()))
        self.close_button.on_click(guard(self.close))
        self.note.observe(guard(self._wrote), names="value")
        self.picker.observe(guard(self._picked), names="value")
        self.box = w.VBox(
            [
                self.history,
                self.cards,
                self.diff.box,
                self.diff.words,
                self.reply,
                self.tools,
                self.summary,
                self.grid,
            ]
        )
        self._offer()
        self._show_tools(False)

    # Runs

    def add(self, run: LabRun) -> None:
        """Show a run that begins, and remember it."""
        self.runs = [run, *self.runs][:MOST_RUNS]
        self._offer()
        self.show(run)

    def remember(self, runs: Iterable[LabRun]) -> None:
        """Offer runs of earlier sessions."""
        self.runs = [*self.runs, *runs][:MOST_RUNS]
        self._offer()

    def show(self, run: LabRun) -> None:
        """Show a run: its cards, or its summary and grid."""
        self.run = run
        self.close()
        if self.picker.value != self.runs.index(run):
            self.picker.value = self.runs.index(run)
        self.cards.children = [_html(self._card(place), "wb-cell") for place in range(len(run.cells))]
        self.diff.offer(run.cells)
        self._grid = None if run.rows is None else TaskGrid(run.rows)
        self.summary.value = run.summary
        self._draw_grid()
        if not run.cells and run.rows is None:
            text = "The replies of this run are kept. Set back and run: nothing is bought again."
            self.summary.value = message_html(text, problem=False)

    def update(self, changed: Iterable[LabCell]) -> None:
        """Draw the cells anew that have changed, if their run is the one that is shown."""
        places = {id(cell): place for place, cell in enumerate(self.run.cells)} if self.run else {}
        for cell in changed:
            if id(cell) in places:
                self.cards.children[places[id(cell)]].value = self._card(places[id(cell)])
            elif self.opened is not None and self.run is not None and cell in self.run.again:
                self._draw_reply()

    def _offer(self) -> None:
        self.history.layout.display = "flex" if self.runs else "none"
        self._offering = True
        self.picker.options = [("choose a run", None), *((run.title, place) for place, run in enumerate(self.runs))]
        self._offering = False

    def _picked(self) -> None:
        chosen = self.runs[self.picker.value] if self.picker.value is not None else None
        if chosen is not None and chosen is not self.run and not self._offering:
            self.show(chosen)

    @property
    def chosen(self) -> LabRun:
        """The run that is chosen in the list."""
        if self.picker.value is None:
            raise InputError("No run is chosen. Choose one in the list beside.")
        return self.runs[self.picker.value]

    # Presses

    def pressed(self, name: str) -> None:
        """What an element of the HTML says when it is pressed: `open 3`, `copy 0`, `again 0`, `go-on 0`."""
        what, _, number = name.partition(" ")
        place = int(number) if number.isdecimal() else -1
        run = self.run
        if run is None:
            return
        if what == "open" and self._grid is not None and 0 <= place < len(self._grid.rows):
            self.open(place)
        elif 0 <= place < len(run.cells):
            cell = run.cells[place]
            if what == "copy":
                self._copy(cell.answer_text)
            elif what == "again":
                self._ask_again(place)
            elif what == "go-on" and self._go_on is not None and cell.reply is not None:
                self._go_on(cell)

    def open(self, line: int) -> None:
        """Show the reply of one line of the grid, its prompt as it was sent, and what can be done with it."""
        assert self._grid is not None
        self.opened = line
        self.note.value = self._notes.get(self._grid.key(line), "")
        self._draw_reply()
        self._show_tools(True)
        self._draw_grid()
        self._focus(".wb-opened .wb-name")

    def close(self) -> None:
        """Close the reply that is open, and go back to its place in the grid."""
        line, self.opened = self.opened, None
        self.reply.value = ""
        self._show_tools(False)
        self._draw_grid()
        if line is not None:
            self._focus(f'[data-wb-press="open {line}"]')

    def _ask_again(self, place: int | None) -> None:
        if self.run is not None and place is not None:
            self._again(self.run, place)

    def _copy_opened(self) -> None:
        if self._grid is not None and self.opened is not None:
            answer = self._grid.rows["answer"].iloc[self.opened]
            self._copy(answer if isinstance(answer, str) else "")

    def _wrote(self) -> None:
        if self._grid is None or self.opened is None:
            return
        key, text = self._grid.key(self.opened), self.note.value.strip()
        if self._notes.get(key, "") != text:
            if text:
                self._notes[key] = text
            else:
                self._notes.pop(key, None)
            self._noted()
            self._draw_grid()

    def next_sample(self, run: LabRun, place: int) -> tuple[LabCell, Task, dict[str, Any]]:
        """A call to be made once more, as the next sample: its cell, its task, and the grid of that call alone."""
        if run.rows is None:
            cell, task = run.cells[place], run.task
            prompt, name, model = cell.variant, cell.variant, cell.model
            asked = [other.sample for other in run.cells if (other.variant, other.label) == (prompt, cell.label)]
            sample = max(asked) + 1
        else:
            assert self._grid is not None
            row, name = run.rows.iloc[place], self._grid.name(place)
            task = next((task for task in run.grid["tasks"] if task.id == row["task_id"]), None)
            prompt = row["prompt"]
            labels = {model.label if isinstance(model, Model) else model: model for model in run.grid["models"]}
            model = labels[row["model"]]
            if "max_tokens" in run.grid:  # its cap is one of several, and pinned to nothing
                known = model.params if isinstance(model, Model) else {}
                name_of = model.id if isinstance(model, Model) else model
                model = Model(name_of, row["model"], **{**known, "max_tokens": int(row["max_tokens"])})
            sample = run.grid["repeats"] + sum(cell.variant == name for cell in run.again)
        if task is None:
            raise InputError("The task of this reply is not among the lab's any more. Run again.")
        grid = {"tasks": [task], "models": [model], "prompts": {prompt: run.grid["prompts"][prompt]}}
        return LabCell(name, model, sample, run.grid["prompts"][prompt].render(task)), task, grid

    # HTML

    def _card(self, place: int) -> str:
        assert self.run is not None
        cell = self.run.cells[place]
        tools = [("copy", "Copy"), ("again", "Ask again")] if cell.reply else []
        tools += [("go-on", "Go on from here")] if cell.reply and self._go_on is not None else []
        buttons = Markup().join(
            Markup('<button type="button" class="wb-tool" data-wb-press="{} {}">{}</button>').format(name, place, said)
            for name, said in tools
        )
        below = Markup('<div class="wb-tools">{}</div>{}').format(buttons, sent_html(cell.messages)) if tools else ""
        return str(cell_html(cell) + Markup(below))

    def _draw_reply(self) -> None:
        assert self.run is not None
        assert self._grid is not None
        assert self.opened is not None
        sent = sent_html(self._sent(self._grid.key(self.opened)))
        name = self._grid.name(self.opened)
        again = Markup().join(cell_html(cell) for cell in self.run.again if cell.variant == name)
        more = Markup('<div class="wb-pair">{}</div>').format(again) if again else Markup()
        self.reply.value = str(
            Markup('<div class="wb-name" tabindex="-1">{}</div>{}{}{}').format(
                name, self._grid.card(self.opened), more, sent
            )
        )

    def _draw_grid(self) -> None:
        self.grid.value = "" if self._grid is None else str(self._grid.html(self.opened, self._notes))

    def _show_tools(self, shown: bool) -> None:
        self.tools.layout.display = "flex" if shown else "none"


class DiffForm:
    """Two of the answers beside each other, with the words marked in which they differ."""

    def __init__(self, guard: Guard) -> None:
        self._cells: Sequence[LabCell] = ()
        self.left = w.Dropdown(options=[], layout=w.Layout(width="auto", flex="1 1 200px"))
        self.right = w.Dropdown(options=[], layout=w.Layout(width="auto", flex="1 1 200px"))
        self.button = button("Compare words", "Mark the words in which two answers differ", css="wb-diff")
        self.button.on_click(guard(self._compare))
        self.words = w.HTML()
        self.words.add_class("wb-diff-out")
        self.box = row(w.Label("Compare"), self.left, w.Label("with"), self.right, self.button)
        self.box.add_class("wb-compare")
        self.offer(())

    def offer(self, cells: Sequence[LabCell]) -> None:
        """Let two of these be chosen; hide the form where fewer than two have an answer."""
        self._cells = cells
        names = [(cell.name, place) for place, cell in enumerate(cells) if cell.answer_text]
        self.words.value = ""
        self.box.layout.display = "flex" if len(names) > 1 else "none"
        if len(names) > 1:
            self.left.options = self.right.options = names
            self.left.value, self.right.value = names[0][1], names[1][1]

    def _compare(self) -> None:
        if self.left.value is None or self.right.value is None:
            raise InputError("There are no two answers to compare. Run first.")
        self.words.value = diff_html(self._cells[self.left.value], self._cells[self.right.value])


def _html(value: str, css: str) -> w.HTML:
    made = w.HTML(value)
    made.add_class(css)
    return made
