"""A notebook's file, read with care: whatever lies there becomes a notebook that can be shown, or one clear error."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode

from workbench.base import regular_expressions as re
from workbench.base.files import opened
from workbench.errors import InputError
from workbench.reports.kernel_messages import whole

MOST_BYTES: Final = 2**29
"""A larger notebook is not read: no page made from it could be opened."""

_HALF: Final = re.compile("[\ud800-\udfff]")
_PYTHON: Final = ("python", "python3", "ipython")

_TEXTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "stream": ("name", "text"),
    "error": ("ename", "evalue"),
    "display_data": (),
    "execute_result": (),
}


def read_notebook(source: Path) -> NotebookNode:
    """The notebook in a file, in version 4 of the format; raises `InputError` that names the file and the place."""
    if not os.path.lexists(source):
        near = sorted(path.name for path in source.parent.glob("*.ipynb")) if source.parent.is_dir() else []
        raise InputError(f"there is no notebook {str(source)!r}" + (f"; there are {', '.join(near)}" if near else ""))
    with opened(source, most_bytes=MOST_BYTES) as file:
        data = file.read()
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{source}:{line}: no notebook: not UTF-8 (byte {data[error.start]:#04x})") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{source}:{error.lineno}: no notebook that can be read: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source}: no notebook that can be read: {error}") from None
    content = whole_characters(content)
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise InputError(f"{source}: no notebook: there is no nbformat in it")
    return checked(_converted(content, source), source)


def checked(notebook: NotebookNode, source: Path) -> NotebookNode:
    """The notebook, if all that a report reads of it is of its kind; raises `InputError` that names the cell."""
    _need(isinstance(notebook.get("cells"), list), f"{source}: no notebook: it has no list of cells")
    _need(isinstance(notebook.setdefault("metadata", NotebookNode()), dict), f"{source}: its metadata are no table")
    notebook.setdefault("nbformat_minor", 4)
    for number, cell in enumerate(notebook.cells, start=1):
        where = f"{source}, cell {number}"
        _need(isinstance(cell, dict), f"{where}: it is no cell")
        kind = cell.get("cell_type")
        _need(kind in ("code", "markdown", "raw"), f"{where}: its type is {kind!r}; it must be code, markdown or raw")
        cell["source"] = _joined(cell.get("source", ""), f"{where}: its source")
        _need(isinstance(cell.setdefault("metadata", NotebookNode()), dict), f"{where}: its metadata are no table")
        tags = cell.metadata.get("tags", [])
        _need(isinstance(tags, list) and all(isinstance(tag, str) for tag in tags), f"{where}: its tags are no texts")
        _need(isinstance(cell.get("attachments", {}), dict), f"{where}: its attachments are no table")
        if kind == "code":
            _need(isinstance(cell.setdefault("outputs", []), list), f"{where}: its outputs are no list")
            cell.setdefault("execution_count", None)
            for place, output in enumerate(cell.outputs, start=1):
                check_output(output, f"{where}, output {place}")
    return notebook


def whole_characters(value: Any) -> Any:
    """What a notebook holds, with a replacement character for each half of a character, which no page can hold.

    >>> whole_characters([{"text": chr(0xDC11) + "9"}, 9])
    [{'text': '�9'}, 9]
    """
    if isinstance(value, str):
        return value if value.isascii() or not _HALF.search(value) else whole(value)
    if isinstance(value, dict):
        for name, inner in value.items():
            value[name] = whole_characters(inner)
    elif isinstance(value, list):
        value[:] = map(whole_characters, value)
    return value


def check_runs_here(notebook: NotebookNode, source: Path) -> None:
    """Raise `InputError` for a notebook in another language than Python, which alone is run here.

    One that names no language is judged by its kernel: a name that begins with `python` is one of Python, and so is
    none at all; any other must be installed on this machine and say what it speaks.
    """
    about = notebook.metadata
    kernel, info = (
        about.get(name) if isinstance(about.get(name), dict) else {} for name in ("kernelspec", "language_info")
    )
    name = kernel.get("name") or ""
    language = kernel.get("language") or info.get("name") or ""
    if not language and isinstance(name, str) and name and not name.lower().startswith("python"):
        language = _language_of_kernel(name)
        if not language:
            raise InputError(
                f"{source}: its kernel {name!r} is not known here, and it names no language; notebooks are run as "
                f"Python: set metadata.kernelspec.language to 'python' if it is one, or show it as it is (--no-execute)"
            )
    if language and str(language).lower() not in _PYTHON:
        raise InputError(
            f"{source} is written in {language!r} (kernel {name!r}), and only Python is run here; run it where it was "
            f"written and show it as it is (--no-execute)"
        )


def _language_of_kernel(name: str) -> str:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a home folder that IPython may not write to
            return str(KernelSpecManager().get_kernel_spec(name).language)
    except (NoSuchKernel, OSError, ValueError):
        return ""


def check_output(output: Any, where: str) -> None:
    """Raise `InputError` for an output that is not of the format; put texts that came as lines together."""
    _need(isinstance(output, dict), f"{where}: it is no output")
    kind = output.get("output_type")
    _need(
        isinstance(kind, str) and kind in _TEXTS_OF, f"{where}: its type is {kind!r}; known are {', '.join(_TEXTS_OF)}"
    )
    for name in _TEXTS_OF[kind]:
        output[name] = _joined(output.get(name, "stdout" if name == "name" else ""), f"{where}: its {name}")
    if kind == "error":
        lines = output.setdefault("traceback", [])
        _need(isinstance(lines, list) and all(isinstance(line, str) for line in lines), f"{where}: its traceback")
    if not _TEXTS_OF[kind]:
        data = output.setdefault("data", NotebookNode())
        _need(isinstance(data, dict), f"{where}: its data are no table")
        _need(isinstance(output.setdefault("metadata", NotebookNode()), dict), f"{where}: its metadata are no table")
        for name, value in data.items():
            if isinstance(value, list) and not name.endswith("json") and all(isinstance(line, str) for line in value):
                data[name] = "".join(value)


def _converted(content: dict[str, Any], source: Path) -> NotebookNode:
    import nbformat

    version = content["nbformat"]
    try:
        if version == 4:
            return nbformat.from_dict(content)
        return nbformat.convert(nbformat.reads(json.dumps(content), as_version=version), 4)
    except Exception as error:  # noqa: BLE001 - nbformat raises a dozen unrelated classes for a broken file
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(
            f"{source}: no notebook that can be read, in version {version} of its form: {reason}"
        ) from None


def _joined(value: Any, what: str) -> str:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    _need(isinstance(value, str), f"{what} is no text")
    return str(value)


def _need(so: bool, otherwise: str) -> None:
    if not so:
        raise InputError(otherwise)
