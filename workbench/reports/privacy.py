"""What must never leave the author's machine in a report: keys, and where on the machine things lie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.base import regular_expressions as re
from workbench.base.secrets import secrets_in
from workbench.errors import InputError

if TYPE_CHECKING:
    from nbformat import NotebookNode


def refuse_secrets(notebook: NotebookNode) -> None:
    """Raise InputError for a key of this process, or anything of a key's shape, and name its cell."""
    for number, cell in enumerate(notebook.cells, start=1):
        for part, value in (("source", cell.source), ("output", cell.get("outputs", []))):
            for text in _texts(value):
                found = secrets_in(text)
                if found:
                    place = (
                        found[0] if part == "source" else "something of the shape of a key, or a key of this process"
                    )
                    raise InputError(
                        f"cell {number} holds in its {part} {place}; nothing was written. "
                        f"Keys belong into the environment or a .env file"
                    )


def without_paths(value: Any, folder: Path) -> Any:
    """The value, its texts without absolute paths: the notebook's folder and the working folder become `.`, home `~`.

    >>> without_paths({"text": ["read /lab/study/tasks/a.csv in /lab/study"]}, Path("/lab/study"))
    {'text': ['read tasks/a.csv in .']}
    """
    names = {str(folder): ".", str(Path.cwd()): ".", str(Path.home()): "~"}
    names.pop("/", None)
    if not names:
        return value
    places = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])({places})(?:([/\\]+)(?=[\w.~-])|(?![\w.-]))")

    def shorter(match: re.Match[str]) -> str:
        short = names[match[1]]
        return "" if short == "." and match[2] else short + (match[2] or "")

    return _changed(value, lambda text: pattern.sub(shorter, text))


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _changed(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        for key, item in value.items():
            value[key] = _changed(item, change)
    elif isinstance(value, list):
        value[:] = [_changed(item, change) for item in value]
    return value
