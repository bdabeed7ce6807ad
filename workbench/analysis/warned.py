"""What the replies of a table were warned of: switches without effect, tags that mislead, replies that are no draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.replies.doubts import FROM_A_CACHE
from workbench.show.figures import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST_SAID: Final = 5
"""Warnings that are said one by one; of more only their number is told."""


def in_words(rows: pd.DataFrame) -> str:
    """The warnings that the replies carry, each once, the most frequent first; nothing where none does.

    >>> from workbench.rows.table import frame
    >>> in_words(frame([{"warnings": "the answer is no JSON"}, {"warnings": "the answer is no JSON"}, {}]))
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
