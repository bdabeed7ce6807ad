"""Rows of padded tasks, made comparable: the same question at another length is the same task, asked otherwise."""

from __future__ import annotations

import pandas as pd

from workbench.errors import InputError
from workbench.rows.table import checked


def at_lengths(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of `wb.tasks.pad`, with `length` (and `place`) as what was varied, and the question as the task.

    Summaries have a line for each length then, and `compare(at_lengths(rows), {"length": 4_000}, {"length": 128_000})`
    is paired by question. Raises `InputError` for rows of other tasks.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": f"sum, {n}", "task_pairs": "sum", "task_length": n, "outcome": "answered"}
    ...               for n in (4_000, 32_000)])
    >>> at_lengths(rows)[["task_id", "length"]].values.tolist()
    [['sum', 4000], ['sum', 32000]]
    """
    table = checked(rows, "task_id")
    missing = [name for name in ("task_length", "task_pairs") if name not in table.columns]
    if missing or table["task_pairs"].isna().any():
        raise InputError("these rows are not of padded tasks: make those with wb.tasks.pad, and ask them")
    named = table.rename(columns={"task_length": "length", "task_place": "place"})
    numbers = {name: pd.to_numeric(named[name]) for name in ("length", "place") if name in named.columns}
    return named.assign(**numbers, task_id=table["task_pairs"]).drop(columns="task_pairs")
