"""The forms of the prompt lab: variants as tabs, models with their caps, the task. They change a LabState."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w

from workbench.errors import InputError, WorkbenchError
from workbench.providers.models import check_not_retired, resolve, secret_for
from workbench.scorers.named import NAMES
from workbench.scorers.score import AnyScorer
from workbench.widgets.lab.memory import own_task
from workbench.widgets.lab.run import LabCell
from workbench.widgets.lab.state import LabState, OfferedModel, Variant, takes_temperature
from workbench.widgets.lab.view import diff_html, message_html, task_html, variables_html

Changed = Callable[[], None]
Guard = Callable[[Callable[[], None]], Callable[..., None]]
"""Wraps what a callback does, so that an error is shown in the panel and nothing is lost in a log."""


def row(*children: w.Widget) -> w.Box:
    """Widgets in a line that wraps where the panel is narrow."""
    box = w.Box(children, layout=w.Layout(display="flex", flex_flow="row wrap", align_items="center"))
    box.add_class("wb-row")
    return box


def button(text: str, tooltip: str, *, style: str = "", css: str = "") -> w.Button:
    made = w.Button(description=text, tooltip=tooltip, button_style=style, layout=w.Layout(width="auto"))
    made.add_class(css or f"wb-{text.lower().replace(' ', '-')}")
    return made


def number_or_none(text: str, name: str, kind: type[int] | type[float]) -> Any:
    """What a field says: None when it is blank; raises InputError for what is no such number.

    >>> number_or_none(" 1_024 ", "max_tokens", int), number_or_none("", "max_tokens", int)
    (1024, None)
    """
    if not text.strip():
        return None
    try:
        number = kind(text.strip().replace(",", ""))
    except ValueError:
        number = -1
    if not 0 <= number < float("inf") or (kind is int and number < 1):
        wanted = "a whole number of at least 1" if kind is int else "a number of at least 0"
        raise InputError(f"{name} is {text.strip()!r}; write {wanted}, or leave it blank.")
    return number


class TaskForm:
    """The task that is asked: picked from the tasks, or written here where none were given."""

    def __init__(self, state: LabState, changed: Changed, guard: Guard, *, own: bool) -> None:
        self._state, self._changed = state, changed
        self.shown = w.HTML()
        if own:
            task = state.task
            self.question = w.Textarea(
                task.question, placeholder="Write a question", rows=3, layout=w.Layout(width="auto")
            )
            self.target = w.Text(
                task.target or "",
                placeholder="what the answer should be; blank: not scored",
                layout=w.Layout(width="auto"),
            )
            self.question.add_class("wb-own-question")
            for field in (self.question, self.target):
                field.observe(guard(self._written), names="value")
            self.box = w.VBox([w.Label("Question"), self.question, w.Label("Target"), self.target])
            return
        titles = [(f"{task.id} · {task.question[:60]}", task.id) for task in state.tasks]
        self.picker = w.Dropdown(options=titles, value=state.task.id, layout=w.Layout(width="auto", flex="1 1 200px"))
        self.picker.add_class("wb-task")
        self.picker.observe(guard(self._picked), names="value")
        self.shown.value = task_html(state.task)
        self.box = w.VBox([row(w.Label("Task"), self.picker), self.shown])

    def _picked(self) -> None:
        self._state.task_id = self.picker.value
        self.shown.value = task_html(self._state.task)
        self._changed()

    def _written(self) -> None:
        question, target = self.question.value, self.target.value.strip() or None
        self._state.tasks = own_task(question, target)
        self._changed()


class VariantForm:
    """The variants as tabs, each with its name, its parts and its variables."""

    def __init__(self, state: LabState, changed: Changed, guard: Guard) -> None:
        self._state, self._changed, self._guard = state, changed, guard
        self._notes: list[w.HTML] = []
        self.tabs = w.Tab()
        self.tabs.add_class("wb-variants")
        add = button("Add", "Add a variant that asks the bare question", css="wb-add")
        copy = button("Copy", "Add a copy of the variant in front", css="wb-copy")
        remove = button("Remove", "Remove the variant in front", css="wb-remove")
        add.on_click(guard(lambda: self._add(None)))
        copy.on_click(guard(lambda: self._add(self.current)))
        remove.on_click(guard(self._remove))
        self.actions = [add, copy, remove]
        self.box = w.VBox([self.tabs, row(*self.actions)])
        self.draw()

    @property
    def place(self) -> int:
        return self.tabs.selected_index or 0

    @property
    def current(self) -> Variant:
        return self._state.variants[self.place]

    def draw(self, selected: int = 0) -> None:
        """Build the tabs anew from the state."""
        self._notes = []
        self._set_pages([self._page(variant) for variant in self._state.variants], selected)
        self.check()

    def _set_pages(self, pages: list[w.Widget], selected: int) -> None:
        self.tabs.children = pages
        self.tabs.titles = [variant.name for variant in self._state.variants]
        self.tabs.selected_index = selected

    def check(self) -> None:
        """Say under each variant what it uses and what is wrong with it."""
        for note, variant in zip(self._notes, self._state.variants, strict=True):
            note.value = variables_html(self._state, variant)

    def _page(self, variant: Variant) -> w.VBox:
        full = w.Layout(width="auto")
        name = w.Text(variant.name, continuous_update=False, layout=w.Layout(width="auto", flex="1 1 140px"))
        system = w.Textarea(variant.system, rows=2, placeholder="system part: left out when blank", layout=full)
        user = w.Textarea(variant.user, rows=5, layout=full)
        note = w.HTML()
        for field, css in ((name, "wb-name"), (system, "wb-system"), (user, "wb-user"), (note, "wb-variables")):
            field.add_class(css)
        self._notes.append(note)

        def renamed() -> None:
            place = next(i for i, other in enumerate(self._state.variants) if other is variant)
            if name.value.strip() == variant.name:
                return
            try:
                self._state.rename(place, name.value)
            except InputError:
                name.value = variant.name
                raise
            self.tabs.set_title(place, variant.name)
            self._changed()

        def written() -> None:
            variant.system, variant.user = system.value, user.value
            self._changed()

        name.observe(self._guard(renamed), names="value")
        system.observe(self._guard(written), names="value")
        user.observe(self._guard(written), names="value")
        examples = [w.HTML(message_html(f"and {len(variant.examples)} worked examples from its file", problem=False))]
        return w.VBox(
            [row(w.Label("Name"), name), w.Label("System"), system, w.Label("User"), user, note]
            + (examples if variant.examples else [])
        )

    def _add(self, copied: Variant | None) -> None:
        place = self._state.add(copied)
        self._set_pages([*self.tabs.children, self._page(self._state.variants[place])], place)
        self._changed()

    def _remove(self) -> None:
        place = self.place
        self._state.remove(place)
        del self._notes[place]
        pages = list(self.tabs.children)
        del pages[place]
        self._set_pages(pages, max(0, place - 1))
        self._changed()


class ModelForm:
    """The models to choose from, each with its cap and, where it takes one, its temperature."""

    def __init__(self, state: LabState, changed: Changed, guard: Guard, *, known: list[str]) -> None:
        self._state, self._changed, self._guard = state, changed, guard
        self.lines = w.VBox(layout=w.Layout(max_height="260px", overflow="auto"))
        self.other = w.Combobox(
            options=known, placeholder="another model: provider/model", layout=w.Layout(width="auto", flex="1 1 200px")
        )
        self.other.add_class("wb-other-model")
        add = button("Add model", "Add this model to the list", css="wb-add-model")
        add.on_click(guard(self._add))
        self.box = w.VBox([self.lines, row(self.other, add)])
        self.draw()

    def draw(self) -> None:
        """Build the lines anew from the state."""
        self.lines.children = [self._line(choice) for choice in self._state.choices]

    def _line(self, choice: OfferedModel) -> w.Box:
        reason = why_not(choice)
        chosen = w.Checkbox(
            choice.chosen, description=choice.label, indent=False, layout=w.Layout(width="auto", flex="1 1 230px")
        )
        cap = w.Text(
            "" if choice.max_tokens is None else str(choice.max_tokens),
            placeholder=_default_cap(choice),
            tooltip=f"max_tokens of {choice.label}; blank: its default",
            layout=w.Layout(width="110px"),
        )
        cap.add_class("wb-cap")
        chosen.add_class("wb-model")
        fields: list[w.Widget] = [chosen, w.Label("max_tokens"), cap]

        def chose() -> None:
            choice.chosen = chosen.value
            self._changed()

        def capped() -> None:
            choice.max_tokens = number_or_none(cap.value, f"max_tokens of {choice.label}", int)
            self._changed()

        chosen.observe(self._guard(chose), names="value")
        cap.observe(self._guard(capped), names="value")
        if takes_temperature(choice.model):
            heat = w.Text(
                "" if choice.temperature is None else str(choice.temperature),
                placeholder="default",
                tooltip=f"temperature of {choice.label}; blank: its default",
                layout=w.Layout(width="80px"),
            )
            heat.add_class("wb-temperature")

            def heated() -> None:
                choice.temperature = number_or_none(heat.value, f"temperature of {choice.label}", float)
                self._changed()

            heat.observe(self._guard(heated), names="value")
            fields += [w.Label("temperature"), heat]
        else:
            fields.append(w.HTML('<span class="wb-quiet">temperature is fixed</span>'))
        note = w.HTML(message_html(reason) if reason else "")
        return row(*fields, *([note] if reason else []))

    def _add(self) -> None:
        name = self.other.value.strip()
        resolve(name)
        if any(choice.label == name for choice in self._state.choices):
            raise InputError(f"{name!r} is in the list already. Tick it there.")
        self._state.choices.append(OfferedModel(name, chosen=True))
        self.other.value = ""
        self.draw()
        self._changed()


def why_not(choice: OfferedModel) -> str | None:
    """Why a model cannot be asked now, in one sentence; None when it can."""
    try:
        target = resolve(choice.model)
        check_not_retired(target)
        secret_for(target)
    except WorkbenchError as error:
        return str(error)
    return None


def _default_cap(choice: OfferedModel) -> str:
    target = resolve(choice.model)
    pinned = target.params.get("max_tokens") or target.facts.default_max_tokens
    return f"default {pinned:,}" if isinstance(pinned, int) else "default"


class ScorerForm:
    """Who marks the answers: a scorer by its name, a judging model as `judge:PROVIDER/MODEL`, or as each task asks."""

    def __init__(self, given: AnyScorer, changed: Callable[..., None]) -> None:
        self._given = given
        named = isinstance(given, str)
        hint = "as each task asks" if given is None or named else "as the cell says"
        self.name = w.Combobox(
            value=str(given) if named else "",
            placeholder=hint,
            options=[*(name for name in NAMES if name != "automatic"), "code", "judge:"],
            tooltip="judge:PROVIDER/MODEL lets a model judge; several names with commas must all be satisfied",
            continuous_update=False,
            layout=w.Layout(width="190px"),
        )
        self.name.add_class("wb-scorer")
        self.name.observe(changed, names="value")

    @property
    def chosen(self) -> AnyScorer:
        """What is written there; several names as a list; what the cell says where nothing is."""
        names = [name.strip() for name in self.name.value.split(",") if name.strip()]
        if not names:
            return None if isinstance(self._given, str) else self._given
        return names[0] if len(names) == 1 else list(names)


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
