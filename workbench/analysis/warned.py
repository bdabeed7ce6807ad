"""What the replies of a table were warned of: switches without effect, tags that mislead, replies that are no draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.analysis.chosen import some_of
from workbench.replies.doubts import FROM_A_CACHE
from workbench.replies.served import redirected
from workbench.rows.configurations import grouped
from workbench.show.figures import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST_SAID: Final = 5
"""Warnings that are said one by one; of more only their number is told."""


def said_of_warnings(rows: pd.DataFrame) -> str:
    """The warnings that the replies carry, each once, the most frequent first; nothing where none does.

    >>> from workbench.rows.table import frame
    >>> said_of_warnings(frame([{"warnings": "the answer is no JSON"}, {"warnings": "the answer is no JSON"}, {}]))
    'Careful: 2 calls: the answer is no JSON.'
    """
    said = calls_by_warning(rows)
    told = [f"Careful: {counted(int(calls.sum()), 'call')}: {text}." for text, calls in said[:MOST_SAID]]
    more = len(said) - len(told)
    return " ".join([*told, *([f"And {counted(more, 'warning')} more, in the column warnings."] if more > 0 else [])])


def calls_by_warning(rows: pd.DataFrame) -> list[tuple[str, NDArray[np.bool_]]]:
    """Each warning with the calls that carry it, the most frequent first.

    >>> from workbench.rows.table import frame
    >>> [(text, calls.tolist()) for text, calls in calls_by_warning(frame([{"warnings": "odd"}, {}]))]
    [('odd', [True, False])]
    """
    if "warnings" not in rows.columns:
        return []
    found: dict[str, list[int]] = {}
    for place, text in enumerate(rows["warnings"].tolist()):
        if isinstance(text, str):
            for line in filter(None, dict.fromkeys(text.splitlines())):
                found.setdefault(line, []).append(place)
    marked = []
    for text, places in sorted(found.items(), key=lambda each: -len(each[1])):
        calls = np.zeros(len(rows), bool)
        calls[places] = True
        marked.append((text, calls))
    return marked


def from_a_cache(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Which replies a gateway gave out of its own cache."""
    if "warnings" not in rows.columns:
        return np.zeros(len(rows), dtype=bool)
    return rows["warnings"].map(lambda text: isinstance(text, str) and FROM_A_CACHE in text).to_numpy(dtype=bool)


class Served:
    """Which models answered in place of those that were asked for: looked up once for a table, told of some rows.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"model": "m", "served_model": "m-1"}, {"model": "m", "served_model": "m-2"}])
    >>> Served(rows).doubts(np.array([True, True])), Served(rows).doubts(np.array([True, False]))
    (['was served by 2 different models: m-1, m-2.'], [])
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        names = ["model", "served_model"]
        self._models: list[tuple[str, str]] = []
        self._places = np.full(len(rows), -1, dtype=np.intp)  # of each row, among these; -1 where either is not known
        if {*names} <= {*rows.columns}:
            known = rows[names].notna().all(axis=1).to_numpy(bool)
            self._places[known], models = grouped(rows.loc[known, names], names)
            self._models = [(str(model), str(served)) for model, served in models.itertuples(index=False)]

    def doubts(self, used: NDArray[np.bool_]) -> list[str]:
        """Say of each model that was asked for in these rows whether others answered, or several."""
        places, first = np.unique(self._places[used], return_index=True)
        served: dict[str, list[str]] = {}
        for place in places[np.argsort(first)]:
            if place >= 0:
                model, name = self._models[place]
                served.setdefault(model, []).append(name)
        told = []
        for model, names in served.items():
            if len(names) > 1:
                told.append(f"was served by {len(names)} different models: {some_of(names)}.")
            elif "/" in model and redirected(model, names[0]):
                told.append(f"was redirected: {names[0]} answered.")
        return told
