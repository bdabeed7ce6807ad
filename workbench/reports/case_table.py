"""Every case of a report as data for its script, and the first of them as a table for readers without one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from workbench.reports.cases import differing, packed_column
from workbench.reports.evidence import Evidence, caveats, facts, how_it_was_run, left_out
from workbench.rows.configurations import configuration_columns
from workbench.rows.spreadsheets import defused
from workbench.rows.standing import STANDINGS, standing
from workbench.show import figures
from workbench.show.markdown import plain_text

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

CASES_WITHOUT_SCRIPT: Final = 50
_LONGEST_SNIPPET: Final = 140
_LONGEST_READ: Final = 600
_SCRIPT_ENDS: Final = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})
_COLUMNS: Final = {
    "answer": ("Answer", "text"),
    "task_target": ("Target", ""),
    "completion_tokens": ("Tokens", "number"),
    "usd": ("USD", "number"),
    "seconds": ("Seconds", "number"),
}


def shown_evidence(evidence: Evidence, notebook: NotebookNode | None = None) -> dict[str, Any]:
    """What the template of the evidence shows: facts, cases, prompts, how it was run, and the data of the script."""
    rows = evidence.rows.iloc[evidence.shown].reset_index(drop=True)
    return {
        "facts": facts(evidence),
        "shelf_life": evidence.shelf_life,
        "first": first_cases(rows),
        "total": len(rows),
        "all": len(evidence.rows),
        "left_out": left_out(evidence),
        "telling": telling(rows),
        "columns": [_COLUMNS[name] for name in saying(evidence.rows)],
        "prompts": evidence.prompts,
        "caveats": caveats(evidence),
        "run": how_it_was_run(evidence, notebook),
        "data": case_data(rows, saying(evidence.rows)),
    }


def saying(rows: pd.DataFrame) -> list[str]:
    """The columns of the table of cases that say something of these rows: not those of nothing but zeros and gaps."""
    found = []
    for name in _COLUMNS:
        if name in rows and rows[name].notna().any():
            number = name in ("completion_tokens", "usd", "seconds")
            if not number or float(rows[name].max()) > 0:
                found.append(name)
    return found


def case_data(rows: pd.DataFrame, shown: list[str] | None = None) -> str:
    """The rows as JSON that can stand in a page: by column, with how each stands and what a spreadsheet must not run.

    `defused` holds, by column and line, the texts that a CSV shows in another form than JSON lines do.
    """
    import pandas as pd

    columns: dict[str, Any] = {}
    dangerous: dict[str, dict[int, str]] = {}
    for name in rows.columns:
        values = [None if pd.isna(value) else value for value in rows[name].tolist()]
        columns[str(name)] = packed_column(values)
        changed = {
            line: safe
            for line, value in enumerate(values)
            if isinstance(value, str) and (safe := defused(value)) != value
        }
        if changed:
            dangerous[str(name)] = changed
    data = {
        "columns": columns,
        "defused": dangerous,
        "standings": [STANDINGS[code] for code in standing(rows)],
        "differs": differing(rows).tolist(),
        "telling": telling(rows),
        "shown": saying(rows) if shown is None else shown,
    }
    return script_json(data)


def script_json(data: Any) -> str:
    """Data as JSON that can stand inside a script element, whatever texts it holds.

    >>> script_json("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).translate(_SCRIPT_ENDS)


def telling(rows: pd.DataFrame) -> list[str]:
    """The columns that tell the configurations of these rows apart, and the sample where there are several."""
    names = [*configuration_columns(rows), "sample"]
    return [name for name in names if name in rows and rows[name].nunique(dropna=False) > 1]


def first_cases(rows: pd.DataFrame) -> list[Mapping[str, Any]]:
    """The first cases in words, task by task, those on which configurations differ before all others."""
    import numpy as np
    import pandas as pd

    standings = standing(rows)
    task = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
    order = np.lexsort((task, ~differing(rows)))[:CASES_WITHOUT_SCRIPT]
    names, shown = telling(rows), saying(rows)
    return [
        {
            "task": _snippet(line.get("task_question", line["task_id"])),
            "telling": [figures.name(line[name]) for name in names],
            "standing": STANDINGS[standings[place]],
            "cells": [(*_COLUMNS[name][::-1], _cell(name, line[name])) for name in shown],
        }
        for place, line in zip(order, rows.iloc[order].to_dict("records"), strict=True)
    ]


def _cell(name: str, value: Any) -> str:
    if name == "usd":
        return figures.money(value)
    if name == "seconds":
        return figures.duration(value)
    if name == "completion_tokens":
        return figures.count(value)
    if name == "answer" and not figures.absent(value):
        value = plain_text(str(value)[:_LONGEST_READ])
    return _snippet(value)


def _snippet(value: Any) -> str:
    return "" if figures.absent(value) else figures.beginning(str(value), _LONGEST_SNIPPET)
