"""The rows that a notebook made, taken out of its kernel once all its cells have run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

TAG: Final = "workbench-harvest"
"""The tag of a cell of ours, which is in the notebook only while it runs."""

_NEEDED: Final = frozenset({"task_id", "outcome", "correct"})
_USUAL: Final = "rows"


def harvest_cell(path: Path) -> NotebookNode:
    """A last cell that writes the rows of the notebook to a file."""
    source = f"from workbench.reports.harvest import harvest\nharvest(globals(), {str(path)!r})"
    return new_code_cell(source, metadata={"tags": [TAG]})


def harvest(names: Mapping[str, Any], path: str | Path) -> str | None:
    """Write the rows among the names of a notebook to a file of JSON lines; return the name that held them.

    The table called `rows` where it holds rows, else the largest table of rows, the last of several as large. Nothing
    is written where there is none.

    >>> harvest({"x": 1}, "nowhere.jsonl") is None
    True
    """
    from workbench.rows.files import write_rows

    name = rows_among(names)
    if name is not None:
        write_rows(names[name], path)
    return name


def rows_among(names: Mapping[str, Any]) -> str | None:
    """Which of the names holds the rows of a notebook.

    >>> from workbench.rows.table import frame
    >>> rows_among({"few": frame([{"task_id": "a"}]), "_": frame([{"task_id": "a"}] * 3)})
    'few'
    """
    found = {name: value for name, value in names.items() if not name.startswith("_") and _is_rows(value)}
    if _USUAL in found:
        return _USUAL
    return max(reversed(found), key=lambda name: len(found[name]), default=None)


def _is_rows(value: Any) -> bool:
    import pandas as pd

    return isinstance(value, pd.DataFrame) and len(value) > 0 and set(value.columns) >= _NEEDED
