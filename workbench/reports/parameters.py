"""A notebook's parameters: the cell that names them, and values given as text read by the types of their defaults."""

from __future__ import annotations

import ast
import json
import math
import pprint
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from workbench.base.typed import with_breaks
from workbench.base.words import close_to
from workbench.errors import InputError

TAG = "parameters"
INJECTED_TAG = "injected-parameters"


def tagged(notebook: NotebookNode, tag: str) -> int | None:
    """The place of the first cell with a tag; None when there is none."""
    return next((i for i, cell in enumerate(notebook.cells) if tag in cell.metadata.get("tags", ())), None)


def defaults(notebook: NotebookNode) -> dict[str, Any]:
    """The parameters that a notebook names, with their defaults.

    They are the assignments of literals in its cell tagged `parameters`; what is computed there is no parameter.
    """
    return _assigned(notebook, TAG)


def used(notebook: NotebookNode) -> dict[str, Any]:
    """The parameters with the values of this run: the defaults, and what was put in their place."""
    return {**defaults(notebook), **_assigned(notebook, INJECTED_TAG)}


def _assigned(notebook: NotebookNode, tag: str) -> dict[str, Any]:
    place = tagged(notebook, tag)
    found: dict[str, Any] = {}
    for statement in _statements(notebook.cells[place].source, place) if place is not None else ():
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        value = getattr(statement, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.expr):
            try:
                found[target.id] = ast.literal_eval(value)
            except ValueError:
                continue
    return found


def _statements(source: str, place: int) -> list[ast.stmt]:
    """The statements of a cell, its magics and `!` lines made calls as IPython does; raises `InputError` for others."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(
            f"cell {place + 1}, tagged {TAG!r}, cannot be read{f', line {line}' if line else ''}: {error}"
        ) from None


def read_parameters(notebook: NotebookNode, given: Mapping[str, Any] | Sequence[str] | None) -> dict[str, Any]:
    """The values to inject: from a mapping as they are, from `name=value` texts by the type of the default.

    Raises `InputError` for a name that the notebook does not have, and for a value that does not fit its default.
    """
    if not given:
        return {}
    known = defaults(notebook)
    if not known:
        raise InputError("this notebook has no cell tagged 'parameters', so it takes none")
    pairs = list(given.items()) if isinstance(given, Mapping) else [_pair(text) for text in given]
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name not in known:
            near = close_to(name, known)
            hint = f"did you mean {near!r}? " if near else ""
            raise InputError(f"unknown parameter {name!r}; {hint}this notebook takes {', '.join(known)}")
        read = _read(name, value, known[name]) if isinstance(value, str) else value
        if name in values and not (isinstance(read, list) and isinstance(values[name], list)):
            raise InputError(f"parameter {name} is given twice; give it once")
        values[name] = values[name] + read if name in values else read
        if ast.literal_eval(_literal(name, values[name])) != values[name]:
            raise InputError(f"parameter {name}={values[name]!r} cannot be written into a notebook; give plain values")
    return values


def inject(notebook: NotebookNode, values: Mapping[str, Any]) -> None:
    """Put the values into a cell of their own, right after the parameters."""
    notebook.cells = [cell for cell in notebook.cells if INJECTED_TAG not in cell.metadata.get("tags", ())]
    place = tagged(notebook, TAG)
    if values and place is not None:
        source = "\n".join(f"{name} = {_literal(name, value)}" for name, value in values.items())
        cell = new_code_cell(f"# Parameters of this run\n{source}", metadata={"tags": [INJECTED_TAG]})
        notebook.cells.insert(place + 1, cell)


def _literal(name: str, value: Any) -> str:
    text = pprint.pformat(value, width=100, sort_dicts=False)
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        raise InputError(f"parameter {name}={value!r} cannot be written into a notebook; give plain values") from None
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InputError(f"{text!r} is no parameter; write name=value")
    return name.strip(), value


def _read(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.strip().lower() in words:
            return words[text.strip().lower()]
        raise InputError(f"parameter {name}={text!r} must be true or false")
    if isinstance(default, int | float) and name.startswith("max_") and text.strip().lower() in ("none", "null"):
        return None  # no limit
    if isinstance(default, int | float):
        return _number_of(name, text, default)
    if isinstance(default, str):
        return with_breaks(text) if "{{" in text else _path(text)
    if isinstance(default, list | tuple):
        return _list(name, text, list(default))
    if isinstance(default, dict):
        value = _json(text)
        if not isinstance(value, dict):
            raise InputError(f"parameter {name}={text!r} must be a JSON object, as its default is {default!r}")
        return value
    value = _json(text)
    return _path(text) if value is None and text.strip() != "null" else value


def _number_of(name: str, text: str, default: float) -> float:
    try:
        value: float = int(text.replace("_", ""))
    except ValueError:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
    if not math.isfinite(value) or (isinstance(default, int) and not isinstance(value, int)):
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise InputError(f"parameter {name}={text!r} must be {kind}, as its default is {default!r}")
    return value


def _list(name: str, text: str, default: list[Any]) -> list[Any]:
    value = _json(text)
    if value is None or isinstance(value, str):
        value = [part.strip() for part in text.split(",") if part.strip()]
    elif not isinstance(value, list):
        value = [part.strip() for part in text.split(",")] if "," in text else [value]
    if default and all(isinstance(item, int | float) and not isinstance(item, bool) for item in default):
        return [_number_of(name, str(item), default[0]) for item in value]
    if not default and all(isinstance(item, str) and item.replace("_", "").isdigit() for item in value):
        return [int(item.replace("_", "")) for item in value]
    return [_path(item) if isinstance(item, str) else item for item in value]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _path(text: str) -> str:
    """The text, or where it names an existing file, its whole path: notebooks run in a folder of their own."""
    path = Path(text).expanduser()
    return str(path.resolve()) if text.strip() and len(text) < 1000 and path.exists() else text
