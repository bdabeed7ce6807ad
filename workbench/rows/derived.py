"""Rows that nobody was asked for: cut from a reply at a larger cap (`caps="cut"`), and thus of the same draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.rows import about
from workbench.rows.configurations import group_of, numbers

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


def derived(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows are cut from a reply at a larger cap.

    >>> from workbench.rows.table import frame
    >>> derived(frame([{"task_id": "a", "derived": True}, {"task_id": "a"}])).tolist()
    [True, False]
    """
    import numpy as np

    if "derived" not in rows.columns:
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(rows["derived"].fillna(False).to_numpy(dtype=bool))


def drawn_again(rows: pd.DataFrame, by: Sequence[str]) -> NDArray[np.bool_]:
    """Say which rows are cut from a reply that stands in the same group already, at a larger cap.

    Where caps are told apart there is none. Where they are thrown together, a draw must count once.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"model": "m", "max_tokens": cap, "key": "k", "derived": cap < 64} for cap in (8, 24, 64)])
    >>> drawn_again(rows, ["model"]).tolist(), drawn_again(rows, ["model", "max_tokens"]).tolist()
    ([True, True, False], [False, False, False])
    """
    import numpy as np

    cut = derived(rows)
    if not cut.any() or "key" not in rows.columns:
        return cut & False
    caps = np.nan_to_num(numbers(rows, "max_tokens"), nan=np.inf)
    draw = group_of(rows, [*by, "key"])
    largest = np.full(int(draw.max()) + 1, -np.inf)
    np.maximum.at(largest, draw, caps)
    return np.asarray(cut & rows["key"].notna().to_numpy(bool) & (caps < largest[draw]))


def said_of_derived(rows: pd.DataFrame) -> str:
    """How many rows are cut, and what real calls at their caps said of that; nothing where none is."""
    number = int(derived(rows).sum())
    if not number:
        return ""
    findings = dict.fromkeys(str(known["caps"]) for known in about.about_of(rows) if known.get("caps"))
    what = "1 row is cut from a reply" if number == 1 else f"{number:,} rows are cut from replies"
    return " ".join([f"{what} at a larger cap, and cost nothing more.", *findings])
