"""The rows that a notebook made, taken out of its kernel once all its cells have run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.rows.configurations import configuration_columns
from workbench.show import figures

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

TAG: Final = "workbench-harvest"
"""The tag of a cell of ours, which is in the notebook only while it runs."""

_NEEDED: Final = frozenset({"task_id", "outcome", "correct"})
_USUAL: Final = "rows"


def harvest_cell(path: Path, *, needed: bool) -> NotebookNode:
    """A last cell that writes the rows of the notebook to a file; where they are not needed, it never fails."""
    from nbformat.v4 import new_code_cell

    source = f"from workbench.reports.harvest import harvest\nharvest(globals(), {str(path)!r}, needed={needed})"
    return new_code_cell(source, metadata={"tags": [TAG]})


def harvest(names: Mapping[str, Any], path: str | Path, *, needed: bool = True) -> str | None:
    """Write the rows among the names of a notebook to a file of JSON lines; return the name that held them.

    The table called `rows` where it holds rows, else the largest table of rows, the last of several as large. Nothing
    is written where there is none; and, unless they are `needed`, where all of them fit into the page, or something is
    wrong with them.

    >>> harvest({"x": 1}, "nowhere.jsonl") is None
    True
    """
    from workbench.reports.fitting import fitting
    from workbench.rows.files import write_rows

    name = rows_among(names)
    if name is None:
        return None
    try:
        if needed or len(fitting(names[name])) < len(names[name]):
            write_rows(names[name], path)
    except Exception:
        if needed:
            raise
    return name


def holds_calls(rows: pd.DataFrame, others: pd.DataFrame) -> bool:
    """Whether every call of other rows is among these: the same task, sample and configuration.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": task, "model": "m"} for task in "ab"])
    >>> holds_calls(rows, rows[1:]), holds_calls(rows[1:], rows)
    (True, False)
    """
    by = ["task_id", "sample", *configuration_columns(others)]
    if not set(by) <= set(rows.columns):
        return False
    return _calls(rows, by) >= _calls(others, by)


def _calls(rows: pd.DataFrame, by: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(map(_named, rows[name].tolist()) for name in by), strict=True))


def _named(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else figures.name(value)


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
