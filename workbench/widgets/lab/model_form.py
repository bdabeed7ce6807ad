"""The models of the prompt lab: a line each, with a tick, a cap, a temperature, and what else can be pinned to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import ipywidgets as w

from workbench.errors import InputError, WorkbenchError
from workbench.providers.models import resolve, secret_for
from workbench.providers.retired import check_not_retired
from workbench.show.figures import counted
from workbench.widgets.lab.bound import Guard, bind
from workbench.widgets.lab.forms import Changed, button, number_or_none, row
from workbench.widgets.lab.state import LabState, OfferedModel, takes_temperature
from workbench.widgets.lab.view import message_html

_EFFORTS: Final = ("none", "minimal", "low", "medium", "high")
_SWITCH: Final = {"default": None, "on": True, "off": False}
_MORE: Final = ("top_p", "seed", "stop", "effort", "thinking", "response_format")


class ModelForm:
    """The models to choose from, each with its settings; those that are ticked are named below in words."""

    def __init__(self, state: LabState, changed: Changed, guard: Guard, *, known: list[str]) -> None:
        self._state, self._changed, self._guard = state, changed, guard
        self._lines: dict[int, tuple[OfferedModel, w.VBox]] = {}
        self.lines = w.VBox(layout=w.Layout(max_height="320px", overflow="auto"))
        self.said = w.HTML()
        self.other = w.Combobox(
            options=known, placeholder="another model: provider/model", layout=w.Layout(width="auto", flex="1 1 200px")
        )
        self.other.add_class("wb-other-model")
        self.said.add_class("wb-ticked")
        add = button("Add model", "Add this model to the list", css="wb-add-model")
        add.on_click(guard(self._add))
        self.box = w.VBox([self.lines, self.said, row(self.other, add)])
        self.draw()
        state.listen("choices", self._redrawn)

    def draw(self) -> None:
        """Show the models that the state offers; the line of one that was there already stays as it is."""
        self._lines = {
            id(choice): self._lines.get(id(choice)) or (choice, self._line(choice)) for choice in self._state.choices
        }
        self.lines.children = [line for _, line in self._lines.values()]
        self._tell()

    def _redrawn(self) -> None:
        self.draw()
        self._changed()

    def _tell(self) -> None:
        """Say who is asked: in a long list a tick may be out of sight."""
        names = ", ".join(choice.label for choice in self._state.chosen) or "none"
        text = f"{counted(len(self._state.choices), 'model')}, ticked: {names}"
        self.said.value = message_html(text, problem=not self._state.chosen)

    def _ticked(self) -> None:
        self._tell()
        self._changed()

    def _line(self, choice: OfferedModel) -> w.VBox:
        reason = why_not(choice)
        chosen = w.Checkbox(description=choice.label, indent=False, layout=w.Layout(width="auto", flex="1 1 230px"))
        chosen.add_class("wb-model")
        bind(chosen, choice, "chosen", guard=self._guard, changed=self._ticked)
        cap = self._number(choice, "max_tokens", int, hint=_default_cap(choice), width="110px")
        fields: list[w.Widget] = [chosen, w.Label("max_tokens"), cap]
        if takes_temperature(choice.model):
            fields += [w.Label("temperature"), self._number(choice, "temperature", float)]
        else:
            fields.append(w.HTML('<span class="wb-quiet">temperature is fixed</span>'))
        more, settings = self._more(choice)
        note = [w.HTML(message_html(reason))] if reason else []
        line = w.VBox([row(*fields, more, *note), settings], layout=w.Layout(flex="0 0 auto"))
        line.add_class("wb-model-line")
        return line

    def _number(
        self,
        choice: OfferedModel,
        name: str,
        kind: type[int] | type[float],
        *,
        hint: str = "default",
        width: str = "80px",
    ) -> w.Text:
        what = f"{name} of {choice.label}"
        field = w.Text(placeholder=hint, tooltip=f"{what}; blank: its default", layout=w.Layout(width=width))
        field.add_class("wb-cap" if name == "max_tokens" else f"wb-{name}")
        return bind(
            field,
            choice,
            name,
            guard=self._guard,
            changed=self._changed,
            shown=lambda value: "" if value is None else str(value),
            read=lambda text: number_or_none(text, what, kind, least=0 if name == "seed" else None),
        )

    def _text(self, choice: OfferedModel, name: str, hint: str, shown: Shown, read: Read, **more: Any) -> w.Combobox:
        field = w.Combobox(placeholder=hint, tooltip=f"{name} of {choice.label}; blank: its default", **more)
        field.add_class(f"wb-{name.replace('_', '-')}")
        return bind(
            field, choice, name, guard=self._guard, changed=self._changed, shown=shown, read=lambda text: read(text)
        )

    def _more(self, choice: OfferedModel) -> tuple[w.ToggleButton, w.Box]:
        """The settings that most runs leave alone: behind a button, which says what is set while they are closed."""
        narrow, wide = w.Layout(width="120px"), w.Layout(width="220px")
        # The words are the values: a dropdown whose value is None shows nothing, and cannot be set back to it.
        thinking = w.Dropdown(options=list(_SWITCH), layout=narrow)
        thinking.add_class("wb-thinking")
        words = {value: word for word, value in _SWITCH.items()}
        bind(
            thinking,
            choice,
            "thinking",
            guard=self._guard,
            changed=self._changed,
            shown=lambda value: words.get(value, value),
            read=_SWITCH.__getitem__,
        )
        fields = (
            ("effort", self._text(choice, "effort", "default", _plain, _word, options=_efforts(choice), layout=narrow)),
            ("thinking", thinking),
            ("top_p", self._number(choice, "top_p", float)),
            ("seed", self._number(choice, "seed", int, hint="none")),
            ("stop", self._text(choice, "stop", "a text, or a JSON list", stop_shown, stop_read, layout=wide)),
            (
                "response format",
                self._text(choice, "response_format", "json, or a JSON schema", format_shown, format_read,
                           options=["json"], layout=wide),
            ),
        )  # fmt: skip
        box = row(*(w.HBox([w.Label(name), field]) for name, field in fields))
        more = w.ToggleButton(
            tooltip="effort, thinking, top_p, seed, stop, response format", layout=w.Layout(width="auto")
        )
        more.add_class("wb-more")

        def told() -> None:
            added = {name: value for name, value in choice.added.items() if name in _MORE}
            said = ", ".join(f"{name}={value!r}" for name, value in added.items())
            more.description = "Less" if more.value else f"More: {said}" if said else "More"
            box.layout.display = "flex" if more.value else "none"

        more.observe(lambda _: told(), names="value")
        for name in _MORE:
            choice.listen(name, told)
        told()
        return more, box

    def _add(self) -> None:
        name = self.other.value.strip()
        resolve(name)
        if any(choice.label == name for choice in self._state.choices):
            raise InputError(f"{name!r} is in the list already. Tick it there.")
        self._state.choices = (*self._state.choices, OfferedModel(name, chosen=True))
        self.other.value = ""


Shown = Callable[[Any], str]
Read = Callable[[str], Any]


def why_not(choice: OfferedModel) -> str | None:
    """Why a model cannot be asked now, in one sentence; None when it can."""
    try:
        target = resolve(choice.model)
        check_not_retired(target)
        secret_for(target)
    except WorkbenchError as error:
        return str(error)
    return None


def stop_shown(stop: tuple[str, ...] | None) -> str:
    """The texts that end a reply, as their field says them: one as it is, several as JSON.

    >>> stop_shown(("###",)), stop_shown(("a", "b")), stop_shown(None)
    ('###', '["a", "b"]', '')
    """
    if not stop:
        return ""
    one = stop[0]
    plain = len(stop) == 1 and one == one.strip() and not one.startswith("[")
    return one if plain else json.dumps(list(stop), ensure_ascii=False)


def stop_read(text: str) -> tuple[str, ...] | None:
    r"""The way back. Raises InputError for a list that cannot be read.

    >>> stop_read("###"), stop_read('["\\n", "END"]'), stop_read(" ")
    (('###',), ('\n', 'END'), None)
    """
    text = text.strip()
    if not text.startswith("["):
        return (text,) if text else None
    found = _json(text, "stop", '["###", "\\n"]')
    if not found or not all(isinstance(part, str) and part for part in found):
        raise InputError(f'stop is {text!r}; write one text, or a JSON list of texts, such as ["###", "\\n"].')
    return tuple(found)


def format_shown(value: Mapping[str, Any] | None) -> str:
    """A response format as its field says it.

    >>> format_shown({"type": "json_object"}), format_shown({"type": "text"}), format_shown(None)
    ('json', '{"type": "text"}', '')
    """
    if value is None:
        return ""
    return "json" if dict(value) == {"type": "json_object"} else json.dumps(value, ensure_ascii=False)


def format_read(text: str) -> Mapping[str, Any] | None:
    """The way back: blank, `json`, a whole response format, or a JSON schema, which is wrapped as providers take it.

    >>> format_read("json"), format_read("")
    ({'type': 'json_object'}, None)
    >>> format_read('{"type": "object", "properties": {}}')["json_schema"]["schema"]["type"]
    'object'
    """
    text = text.strip()
    if text in ("", "json"):
        return {"type": "json_object"} if text else None
    found = _json(text, "response format", '{"type": "object", "properties": {"answer": {"type": "number"}}}')
    if not isinstance(found, dict):
        raise InputError(f"response format is {text[:60]!r}; write json, or a JSON schema.")
    if found.get("type") in ("json_object", "json_schema", "text"):
        return found
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": found}}


def _json(text: str, name: str, example: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is {text[:60]!r}, which is no JSON ({error}); write it like {example}.") from None


def _plain(value: str | None) -> str:
    return value or ""


def _word(text: str) -> str | None:
    return text.strip() or None


def _efforts(choice: OfferedModel) -> list[str]:
    """The efforts that a model is known to take, else the usual words: what a provider refuses is said in the plan."""
    target = resolve(choice.model)
    known = target.provider.efforts if target.facts.efforts is None else target.facts.efforts
    return list(_EFFORTS if known is None else known)


def _default_cap(choice: OfferedModel) -> str:
    target = resolve(choice.model)
    pinned = target.params.get("max_tokens") or target.facts.default_max_tokens
    return f"default {pinned:,}" if isinstance(pinned, int) else "default"
