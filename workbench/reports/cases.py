"""Every case, one reply to one task, as something that shows itself: a short table here, all of it in a report.

The rows travel in the output of the cell, as JSON under a media type of their own. So a report is made from a saved
notebook alone, and needs neither the kernel nor the store. Texts are shared out by column: most of them repeat.
"""

from __future__ import annotations

import importlib.metadata
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import InputError
from workbench.reports.fitting import LONGEST_TEXT, fitting, text_columns, too_long
from workbench.rows.about import about_of, rows_without
from workbench.rows.configurations import configuration_columns, parameter_columns
from workbench.rows.loop_traces import TRACE, shortened_trace
from workbench.rows.standing import STANDINGS, standing
from workbench.rows.table import checked, frame
from workbench.show import figures, tables
from workbench.show.media import ROWS

if TYPE_CHECKING:
    import pandas as pd

VERSION: Final = 3
_READ_VERSIONS: Final = (1, 2, VERSION)

_LARGEST_NAMES: Final = 20_000
_SHOWN: Final = 12
_LONGEST_CELL: Final = 90
_PACKAGES: Final = ("workbench", "aiohttp", "pandas", "xllamacpp")


class Cases:
    """Rows to read one by one. In a notebook it shows the first of those on which configurations differ."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = checked(rows, "task_id", "outcome", "correct", minimum=1)

    def __repr__(self) -> str:
        return tables.as_text(self._columns(), self._caption())

    def _repr_html_(self) -> str:
        return tables.as_html(self._columns(), self._caption())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self), "text/html": self._repr_html_(), ROWS: packed(self.rows)}

    def _columns(self) -> list[tables.Column]:
        import numpy as np
        import pandas as pd

        standings = standing(self.rows)
        task = pd.factorize(self.rows["task_id"], use_na_sentinel=False)[0]  # the replies to a task stand together
        order = np.lexsort((task, ~differing(self.rows)))[:_SHOWN]
        shown = self.rows.iloc[order]
        named = tables.configurations(configuration_columns(self.rows), shown.to_dict("records"))
        return [
            tables.Column("task", _cells(_titles(shown)), words=True),
            *(tables.Column(column.head, column.texts) for column in named),
            tables.Column("stands", [STANDINGS[code] for code in standings[order]]),
            *(
                tables.Column(head, _cells(shown[column]), words=True)
                for head, column in (("answer", "answer"), ("target", "task_target"))
                if column in shown
            ),
        ]

    def _caption(self) -> str:
        count = len(self.rows)
        first = f"{min(count, _SHOWN)} of {count:,} cases, first those on which configurations differ."
        return f"{first} A report made from this notebook holds every one in full."


def _titles(rows: pd.DataFrame) -> list[Any]:
    """The question of every row, or the name of its task where no question is known."""
    questions = rows.get("task_question", rows["task_id"]).tolist()
    return [
        task_id if figures.absent(question) else question
        for task_id, question in zip(rows["task_id"].tolist(), questions, strict=True)
    ]


def cases(rows: pd.DataFrame) -> Cases:
    """Show rows case by case, and put every one of them, with its texts, into the report of the notebook.

    Rows come from `sweep`. Where they are too many for one page, the texts of some stay behind, which is said in the
    report: those of tasks on which configurations differ go first, and all configurations alike. Raises InputError for
    rows that are empty or lack `task_id`, `outcome` or `correct`.

    >>> print(cases(frame([{"task_id": "sheep", "outcome": "answered", "correct": True, "answer": "9"}])))
    task   model  stands  answer  target
    sheep  NA     right   9       NA
    1 of 1 cases, first those on which configurations differ. A report made from this notebook holds every one in full.
    """
    return Cases(rows)


def differing(rows: pd.DataFrame) -> Any:
    """Say for every row whether replies to its task stand differently, as an array of truth values.

    >>> differing(frame([{"task_id": "a", "outcome": "answered", "correct": True, "model": "x"},
    ...                  {"task_id": "a", "outcome": "answered", "correct": False, "model": "y"},
    ...                  {"task_id": "b", "outcome": "answered", "correct": True, "model": "x"}])).tolist()
    [True, True, False]
    """
    import numpy as np
    import pandas as pd

    task = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
    standings = standing(rows)
    lowest, highest = np.full(task.max(initial=0) + 1, len(STANDINGS)), np.zeros(task.max(initial=0) + 1, dtype=int)
    np.minimum.at(lowest, task, standings)
    np.maximum.at(highest, task, standings)
    return (lowest != highest)[task]


def packed(rows: pd.DataFrame) -> dict[str, Any]:
    """Rows, and what is known of the sweeps behind them, as JSON; `unpacked` is the way back.

    Every row travels with its names and numbers, so that each count and sum stays true; the texts of those that do not
    fit (`fitting`) stay behind.
    """
    import pandas as pd

    places = fitting(rows)
    kept, cut = shortened(rows, places)
    columns = {
        str(name): packed_column([None if pd.isna(value) else value for value in kept[name].tolist()])
        for name in kept.columns
    }
    known = about_of(rows)
    return {
        "version": VERSION,
        "columns": columns,
        "parameters": parameter_columns(rows),
        "shown": None if len(places) == len(rows) else places.tolist(),
        "cut": cut,
        "tasks": [named(tasks) for tasks in (about.get("tasks") for about in known) if tasks],
        "prompts": prompts_of([about.get("prompts", {}) for about in known]),
        "rows_without": rows_without(rows),
        "software": software(),
    }


def shortened(rows: pd.DataFrame, places: Any) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows with texts at these places alone, none longer than a page carries; and by column how many were cut.

    All rows at their whole length where all places are asked for.
    """
    import numpy as np
    import pandas as pd

    if len(places) == len(rows) and not too_long(rows):
        return rows, {}
    inside = np.zeros(len(rows), bool)
    inside[places] = True
    kept, cut = rows.copy(deep=False), {}
    for name in text_columns(rows):
        values = rows[name].to_numpy(object, copy=True)
        if _is_large(rows[name]):
            values[~inside] = pd.NA
        long = [place for place in places if _length(values[place]) > LONGEST_TEXT]
        for place in long:
            values[place] = (shortened_trace if name == TRACE else _beginning)(values[place])
        if long:
            cut[name] = len(long)
        kept[name] = pd.Series(values, index=rows.index, dtype=object)
    return kept, {"characters": LONGEST_TEXT, **cut} if cut else {}


def _beginning(text: str) -> str:
    return text[:LONGEST_TEXT]


def unpacked(payload: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of a packed output. Raises InputError for one that a later version wrote, or that is damaged.

    >>> rows = frame([{"task_id": "a", "outcome": "empty", "answer": None}, {"task_id": "b", "outcome": "empty"}])
    >>> unpacked(packed(rows)).equals(rows)
    True
    """
    if payload.get("version") not in _READ_VERSIONS:
        raise InputError(
            f"These rows were written in version {payload.get('version')!r} of their form; this workbench reads "
            f"{VERSION}. Run the notebook again."
        )
    try:
        columns = {name: _unpacked_column(values) for name, values in payload["columns"].items()}
        records = [dict(zip(columns, line, strict=True)) for line in zip(*columns.values(), strict=True)]
        return frame(records, parameters=payload.get("parameters", ()))
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as problem:
        raise InputError(f"The rows in this notebook are damaged: {problem!r}. Run the notebook again.") from None


def prompts_of(known: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The prompts of several sweeps by name; one that is other than an earlier one of its name gets a number.

    >>> prompts_of([{"plain": "a"}, {"plain": "a"}, {"plain": "b"}])
    {'plain': 'a', 'plain (2)': 'b'}
    """
    found: dict[str, Any] = {}
    for prompts in known:
        for name, prompt in prompts.items():
            names = itertools.chain([name], (f"{name} ({number})" for number in itertools.count(2)))
            free = next(named for named in names if found.get(named, prompt) == prompt)
            found[free] = prompt
    return found


def named(tasks: Mapping[str, Any]) -> dict[str, Any]:
    """Where tasks came from, without the folders of whoever ran them."""
    source = tasks.get("source")
    return {**tasks, "source": PurePath(str(source)).name} if source else dict(tasks)


def packed_column(values: Sequence[Any]) -> Any:
    """The values, or where texts repeat, the different ones and for each line the place of its own."""
    if not any(isinstance(value, str) for value in values):
        return list(values)
    distinct = {value: place for place, value in enumerate(dict.fromkeys(values))}
    if len(distinct) == len(values):
        return list(values)
    return {"of": list(distinct), "at": [distinct[value] for value in values]}


def _unpacked_column(column: Any) -> list[Any]:
    if isinstance(column, Mapping):
        return [column["of"][place] for place in column["at"]]
    return list(column)


def _is_large(column: pd.Series[Any]) -> bool:
    """Whether the different texts of a column are more than names, such as kinds, would be."""
    total = 0
    for value in set(column.dropna()):
        total += _length(value)
        if total > _LARGEST_NAMES:
            return True
    return False


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else 0


def software() -> dict[str, str]:
    """The versions of what made the rows and shows them."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _cells(texts: Iterable[Any]) -> list[str]:
    return [figures.beginning(figures.name(text), _LONGEST_CELL) for text in texts]
