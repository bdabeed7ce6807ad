"""Widgets as what they show: captured outputs in place of the panel that held them, controls as a line of text.

A page without scripts has no widgets. What a notebook's file holds of them, their last state, can be read all the same.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from nbformat import NotebookNode
from nbformat.v4 import new_output

from workbench.errors import InputError
from workbench.reports.notebook_file import check_output

VIEW: Final = "application/vnd.jupyter.widget-view+json"
STATE: Final = "application/vnd.jupyter.widget-state+json"
_REFERENCE: Final = "IPY_MODEL_"
_MOST_DEPTH: Final = 30
_MOST_PARTS: Final = 5_000


def make_static(notebook: NotebookNode) -> None:
    """Put what widgets show in their places, and take their state out."""
    states = states_of(notebook)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code" and states:
            cell.outputs = [shown for output in cell.outputs for shown in _shown(output, states)]


def captured_errors(notebook: NotebookNode) -> list[tuple[int | None, str]]:
    """Errors that an Output widget has caught, in words, each with the place of the cell that shows it, if one does."""
    states = states_of(notebook)
    found: dict[str, tuple[int | None, str]] = {}
    for place, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            for model in _models_below(_model_of(output), states):
                found.update((f"{model} {said}", (place, said)) for said in _errors_of(states.get(model, {})))
    for model, state in states.items():
        for said in _errors_of(state):
            found.setdefault(f"{model} {said}", (None, said))
    return list(found.values())


def states_of(notebook: NotebookNode) -> dict[str, Mapping[str, Any]]:
    """The states of the widgets that a notebook holds, by model; whatever else lies there is passed over."""
    held: Any = notebook.metadata.get("widgets")
    for name in (STATE, "state"):
        held = held.get(name) if isinstance(held, Mapping) else None
    models = held.items() if isinstance(held, Mapping) else ()
    return {str(model): _state(entry) for model, entry in models if isinstance(entry, Mapping)}


def _state(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    state = entry.get("state")
    return {"_model_name": entry.get("model_name"), **(state if isinstance(state, Mapping) else {})}


def _shown(output: NotebookNode, states: Mapping[str, Mapping[str, Any]]) -> list[NotebookNode]:
    """The outputs that take an output's place: it alone, unless it is the view of a widget and nothing more."""
    model = _model_of(output)
    if model not in states or "text/html" in output.data:
        return [output]
    parts: list[NotebookNode] = []
    lines: list[str] = []
    for found in _models_below(model, states):
        state = states[found]
        inner = list(_outputs_of(state))
        said = "" if inner else _said(state)
        if said:
            lines.append(said)
        if inner:
            parts += [*_as_text(lines), *inner]
            lines = []
    return [*parts, *_as_text(lines)] or [output]


def _model_of(output: Mapping[str, Any]) -> str:
    data = output.get("data")
    view = data.get(VIEW) if isinstance(data, Mapping) else None
    return str(view.get("model_id")) if isinstance(view, Mapping) else ""


def _models_below(model: str, states: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A widget and those inside it, from the first to the last, each once."""
    seen: set[str] = set()
    waiting = [(model, 0)]
    while waiting and len(seen) < _MOST_PARTS:
        name, depth = waiting.pop()
        if name in states and name not in seen and depth < _MOST_DEPTH:
            seen.add(name)
            yield name
            inner = states[name].get("children")
            references = [part for part in inner if isinstance(part, str)] if isinstance(inner, Sequence) else []
            waiting += [(part.removeprefix(_REFERENCE), depth + 1) for part in reversed(references)]


def _outputs_of(state: Mapping[str, Any]) -> Iterator[NotebookNode]:
    outputs = state.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        node = _node(output)
        try:
            check_output(node, "a captured output")
        except InputError:
            continue
        yield node


def _node(value: Any) -> Any:
    if isinstance(value, Mapping):
        return NotebookNode({name: _node(inner) for name, inner in value.items()})
    return [_node(inner) for inner in value] if isinstance(value, list) else value


def _errors_of(state: Mapping[str, Any]) -> Iterator[str]:
    for output in _outputs_of(state):
        if output.output_type == "error":
            yield f"{output.ename}: {output.evalue}"


def _said(state: Mapping[str, Any]) -> str:
    """A control in words: what it is called, and what it was set to."""
    name = str(state.get("_model_name") or "")
    called = str(state.get("description") or "")
    if name in ("HTMLModel", "HTMLMathModel", "LabelModel"):
        value: Any = html.unescape(_without_tags(str(state.get("value") or "")))
    elif "Button" in name and "value" not in state:
        return f"[{called}]" if called else ""
    elif isinstance(state.get("_options_labels"), list):
        labels, at = state["_options_labels"], state.get("index")
        chosen = [labels[i] for i in (at if isinstance(at, list) else [at]) if isinstance(i, int) and i < len(labels)]
        value = ", ".join(map(str, chosen))
    else:
        value = state.get("value")
    if value is None or isinstance(value, dict) or (value == "" and not called):
        return ""
    return f"{called}: {value}" if called else str(value)


def _without_tags(source: str) -> str:
    import nh3

    return str(nh3.clean(source, tags=set(), clean_content_tags={"script", "style"}))


def _as_text(lines: Sequence[str]) -> list[NotebookNode]:
    return [new_output("display_data", data={"text/plain": "\n".join(lines)})] if lines else []
