"""The forms of the prompt lab for what is asked: the task, the variants as tabs, who marks. They are a LabState's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import ipywidgets as w

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.scorers.named import NAMES
from workbench.scorers.score import AnyScorer
from workbench.show.figures import counted
from workbench.tasks.prompts import load_prompts, save_prompt
from workbench.widgets.lab.bound import Guard, bind
from workbench.widgets.lab.memory import own_task
from workbench.widgets.lab.state import LabState, Variant
from workbench.widgets.lab.view import message_html, task_html, variables_html

Changed = Callable[[], None]

_TURN: Final = re.compile(r"^(user|assistant|system):[ ]?", re.MULTILINE)


def row(*children: w.Widget) -> w.Box:
    """Widgets in a line that wraps where the panel is narrow."""
    box = w.Box(children, layout=w.Layout(display="flex", flex_flow="row wrap", align_items="center"))
    box.add_class("wb-row")
    return box


def button(text: str, tooltip: str, *, style: str = "", css: str = "") -> w.Button:
    made = w.Button(description=text, tooltip=tooltip, button_style=style, layout=w.Layout(width="auto"))
    made.add_class(css or f"wb-{text.lower().replace(' ', '-')}")
    return made


def number_or_none(text: str, name: str, kind: type[int] | type[float], *, least: int | None = None) -> Any:
    """What a field says: None when it is blank; raises InputError for what is no such number.

    `least` is 1 for a whole number, else 0, unless it is given.

    >>> number_or_none(" 1_024 ", "max_tokens", int), number_or_none("", "max_tokens", int)
    (1024, None)
    """
    if not text.strip():
        return None
    lowest = (1 if kind is int else 0) if least is None else least
    try:
        number = kind(text.strip().replace(",", ""))
    except ValueError:
        number = -1
    if not lowest <= number < float("inf"):
        wanted = f"a whole number of at least {lowest}" if kind is int else f"a number of at least {lowest}"
        raise InputError(f"{name} is {text.strip()!r}; write {wanted}, or leave it blank.")
    return number


def caps_of(text: str) -> tuple[int, ...]:
    """Several caps as they are written in the panel; raises InputError for what is none.

    >>> caps_of("256, 64"), caps_of(" ")
    ((64, 256), ())
    """
    parts = [part for part in text.replace(";", ",").split(",") if part.strip()]
    return tuple(sorted({number_or_none(part, "A smaller cap", int) for part in parts}))


def turns_of(text: str) -> tuple[tuple[str, str], ...]:
    """Earlier turns as they are written in the panel: each begins a line with its role.

    >>> turns_of("user: Hello.\\nassistant: Hi.\\nWho are you?")
    (('user', 'Hello.'), ('assistant', 'Hi.\\nWho are you?'))
    """
    if not text.strip():
        return ()
    pieces = _TURN.split(text)
    if pieces[0].strip():
        raise InputError(f"Earlier turns begin with {pieces[0].strip()[:40]!r}; begin each with user: or assistant:.")
    return tuple((role, said.strip()) for role, said in zip(pieces[1::2], pieces[2::2], strict=True))


class TaskForm:
    """The task that is asked: picked from the tasks, or written here where none were given."""

    def __init__(self, state: LabState, changed: Changed, guard: Guard, *, own: bool) -> None:
        self._state, self._changed = state, changed
        self.shown = w.HTML()
        full = w.Layout(width="auto")
        if own:
            self.question = w.Textarea(placeholder="Write a question", rows=3, layout=full)
            self.target = w.Text(placeholder="what the answer should be; blank: not scored", layout=full)
            self.turns = w.Textarea(
                placeholder="user: …\nassistant: …  (blank: the question comes first)", rows=2, layout=full
            )
            self.question.add_class("wb-own-question")
            self.turns.add_class("wb-turns")
            self._told()
            for field in (self.question, self.target, self.turns):
                field.observe(guard(self._written), names="value")
            state.listen("tasks", self._told)
            labels = ("Question", "Target", "Earlier turns")
            fields = (self.question, self.target, self.turns)
            self.box = w.VBox([part for pair in zip(map(w.Label, labels), fields, strict=True) for part in pair])
            return
        titles = [(f"{task.id} · {task.question[:60]}", task.id) for task in state.tasks]
        self.picker = w.Dropdown(options=titles, value=state.task.id, layout=w.Layout(width="auto", flex="1 1 200px"))
        self.picker.add_class("wb-task")
        state.task_id = state.task.id
        bind(self.picker, state, "task_id", guard=guard, changed=lambda: None)
        state.listen("task_id", self._picked)
        self.shown.value = task_html(state.task)
        self.box = w.VBox([row(w.Label("Task"), self.picker), self.shown])

    def _picked(self) -> None:
        self.shown.value = task_html(self._state.task)
        self._changed()

    def _written(self) -> None:
        target = self.target.value.strip() or None
        try:
            turns = turns_of(self.turns.value)
        except InputError as error:
            self._state.misread["tasks"] = str(error)
            raise
        self._state.misread.pop("tasks", None)
        self._state.tasks = own_task(self.question.value, target, turns)
        self._changed()

    def _told(self) -> None:
        """Show the question that the state holds, where the fields say another."""
        task = self._state.task
        turns = "\n".join(f"{role}: {text}" for role, text in task.turns)
        for field, text in ((self.question, task.question), (self.target, task.target or ""), (self.turns, turns)):
            same = turns_of(field.value) == task.turns if field is self.turns else field.value.strip() == text.strip()
            if not same:
                field.value = text


class VariantForm:
    """The variants as tabs, each with its name, its parts and its variables; and the way to prompt files and back."""

    def __init__(
        self, state: LabState, changed: Changed, guard: Guard, *, folder: Path, say: Callable[..., None]
    ) -> None:
        self._state, self._changed, self._guard, self._say = state, changed, guard, say
        self._pages: dict[int, tuple[Variant, w.VBox, w.HTML]] = {}
        self.tabs = w.Tab()
        self.tabs.add_class("wb-variants")
        add = button("Add", "Add a variant that asks the bare question", css="wb-add")
        copy = button("Copy", "Add a copy of the variant in front", css="wb-copy")
        remove = button("Remove", "Remove the variant in front", css="wb-remove")
        self.save = button("Save variant", "Write the variant in front to a prompt file")
        self.load = button("Load", "Add the variants of a prompt file, or of a folder of them", css="wb-load")
        self.folder = w.Combobox(value=str(folder), layout=w.Layout(width="150px"), tooltip="a folder or a prompt file")
        self.folder.add_class("wb-folder")
        self.replace = w.Checkbox(False, description="replace", indent=False, layout=w.Layout(width="auto"))
        for pressed, action in (
            (add, lambda: self._add(None)),
            (copy, lambda: self._add(self.current)),
            (remove, lambda: self._state.remove(self.place)),
            (self.save, self._save),
            (self.load, self._load),
        ):
            pressed.on_click(guard(action))
        files = [self.save, w.Label("in"), self.folder, self.replace, self.load]
        self.box = w.VBox([self.tabs, row(add, copy, remove, *files)])
        self._offer()
        self.draw()
        state.listen("variants", self._redrawn)

    @property
    def place(self) -> int:
        return min(self.tabs.selected_index or 0, len(self._state.variants) - 1)

    @property
    def current(self) -> Variant:
        return self._state.variants[self.place]

    def draw(self) -> None:
        """Show the variants that the state holds; the page of one that was there already stays as it is."""
        variants = self._state.variants
        pages = {id(v): self._pages.get(id(v)) or (v, *self._page(v)) for v in variants}
        before = set(self._pages)
        place = next((i for i, v in enumerate(variants) if before and id(v) not in before), self.place)
        self._pages = pages
        with self.tabs.hold_sync():  # in one message: the page cannot choose a tab that it has not got yet
            self.tabs.children = [page for _, page, _ in pages.values()]
            self.tabs.titles = [variant.name for variant in variants]
            self.tabs.selected_index = min(place, len(variants) - 1)

    def _redrawn(self) -> None:
        self.draw()
        self._changed()

    def check(self) -> None:
        """Say under each variant what it uses and what is wrong with it."""
        for variant, _, note in tuple(self._pages.values()):
            note.value = variables_html(self._state, variant)

    def _page(self, variant: Variant) -> tuple[w.VBox, w.HTML]:
        full = w.Layout(width="auto")
        name = w.Text(variant.name, continuous_update=False, layout=w.Layout(width="auto", flex="1 1 140px"))
        system = w.Textarea(rows=2, placeholder="system part: left out when blank", layout=full)
        user = w.Textarea(rows=5, layout=full)
        note = w.HTML()
        for field, css in ((name, "wb-name"), (system, "wb-system"), (user, "wb-user"), (note, "wb-variables")):
            field.add_class(css)

        def renamed() -> None:
            place = next(i for i, other in enumerate(self._state.variants) if other is variant)
            if name.value.strip() == variant.name:
                return
            try:
                self._state.rename(place, name.value)
            except InputError:
                name.value = variant.name
                raise

        def called() -> None:
            name.value = variant.name
            self.tabs.titles = [other.name for other in self._state.variants]
            self._changed()

        name.observe(self._guard(renamed), names="value")
        variant.listen("name", called)
        bind(system, variant, "system", guard=self._guard, changed=self._changed)
        bind(user, variant, "user", guard=self._guard, changed=self._changed)
        examples = [w.HTML(message_html(f"and {len(variant.examples)} worked examples from its file", problem=False))]
        return (
            w.VBox(
                [row(w.Label("Name"), name), w.Label("System"), system, w.Label("User"), user, note]
                + (examples if variant.examples else [])
            ),
            note,
        )

    def _add(self, copied: Variant | None) -> None:
        self._state.add(copied)

    def _save(self) -> None:
        prompt = self.current.prompt()
        path = save_prompt(prompt, self.folder.value.strip() or ".", overwrite=self.replace.value)
        self._offer()
        self._say(f"Saved {prompt.name!r} as {path}.", problem=False)

    def _load(self) -> None:
        place = self.folder.value.strip() or "."
        loaded = [Variant.of(prompt) for prompt in load_prompts(Path(place)).values()]
        held = [(v.user, v.system, v.examples) for v in self._state.variants]
        fresh = [v for v in loaded if (v.user, v.system, v.examples) not in held]
        for variant in fresh:
            self._state.add(variant)
        kept = len(loaded) - len(fresh)
        self._say(
            f"Loaded {counted(len(fresh), 'variant')} from {place}."
            + (f" {counted(kept, 'other')} of the same words stood here already." if kept else ""),
            problem=False,
        )

    def _offer(self) -> None:
        """Offer the folder and the prompt files in it."""
        folder = Path(self.folder.value.strip() or ".")
        folder = folder if folder.is_dir() else folder.parent
        try:
            found = sorted(str(path) for path in folder.iterdir() if path.suffix in (".toml", ".txt", ".md"))
        except OSError:
            found = []
        self.folder.options = [str(folder), *found[:200]]


class ScorerForm:
    """Who marks the answers: a scorer by its name, a judging model as `judge:PROVIDER/MODEL`, or as each task asks."""

    def __init__(self, state: LabState, given: AnyScorer, changed: Changed, guard: Guard) -> None:
        self._state, self._given = state, given
        named = isinstance(given, str)
        hint = "as each task asks" if given is None or named else "as the cell says"
        self.name = w.Combobox(
            placeholder=hint,
            options=[*(name for name in NAMES if name != "automatic"), "code", "judge:"],
            tooltip="judge:PROVIDER/MODEL lets a model judge; several names with commas must all be satisfied",
            continuous_update=False,
            layout=w.Layout(width="190px"),
        )
        self.name.add_class("wb-scorer")
        bind(self.name, state, "scorer", guard=guard, changed=changed)

    @property
    def chosen(self) -> AnyScorer:
        """What is written there; several names as a list; what the cell says where nothing is."""
        names = [name.strip() for name in self._state.scorer.split(",") if name.strip()]
        if not names:
            return None if isinstance(self._given, str) else self._given
        return names[0] if len(names) == 1 else list(names)
