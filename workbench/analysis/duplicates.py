"""Rows that are there more than once: two tables of the same replies, put together, count every call twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.analysis import warned
from workbench.rows.configurations import configuration_columns, group_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def repeated(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows are there once more: a reply to the same task, configuration and sample stands above them.

    Two tables of the same replies, put together, count every call twice. So do replies that a gateway hands out of its
    own cache for another sample. Failed calls are no replies.

    >>> from workbench.rows.table import frame
    >>> once = {"task_id": "sheep", "model": "m", "sample": 0, "outcome": "answered"}
    >>> repeated(frame([once, once, {**once, "sample": 1}])).tolist()
    [False, True, False]
    """
    return _same_sample(rows) | _handed_out_again(rows)


def _same_sample(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows hold a reply to the same task, configuration and sample as one above them."""
    again = np.zeros(len(rows), dtype=bool)
    if "sample" not in rows.columns or not len(rows):
        return again
    replies = np.flatnonzero((rows["outcome"].ne("error") & rows["sample"].notna()).fillna(False).to_numpy(dtype=bool))
    if len(replies):
        names = ["task_id", *configuration_columns(rows), "sample"]
        codes = group_of(rows, names)[replies]
        again[replies] = True
        again[replies[np.unique(codes, return_index=True)[1]]] = False
    return again


def asked_again(rows: pd.DataFrame, again: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which of the rows that are there once more were drawn anew: bought at another time than those above them.

    What a gateway handed out of its own cache was not.

    >>> from workbench.rows.table import frame
    >>> once = {"task_id": "sheep", "model": "m", "sample": 0, "outcome": "answered", "created_at": "2026-05-01"}
    >>> rows = frame([once, once, {**once, "created_at": "2026-06-01"}])
    >>> asked_again(rows, repeated(rows)).tolist()
    [False, False, True]
    """
    if "created_at" not in rows.columns or not again.any():
        return np.zeros(len(rows), dtype=bool)
    names = ["task_id", *configuration_columns(rows), "sample", "created_at"]
    first = np.zeros(len(rows), dtype=bool)
    first[np.unique(group_of(rows, names), return_index=True)[1]] = True
    return again & first & ~_handed_out_again(rows) & rows["created_at"].notna().to_numpy(bool)


def _handed_out_again(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows hold a reply out of a gateway's cache whose text stands above them: it was not drawn anew."""
    cached = warned.from_a_cache(rows)
    if not cached.any() or "answer" not in rows.columns or "thinking" not in rows.columns:
        return cached & False
    names = ["task_id", *configuration_columns(rows), "answer", "thinking"]
    codes = group_of(rows, names)
    first = np.zeros(len(rows), dtype=bool)
    first[np.unique(codes, return_index=True)[1]] = True
    return cached & ~first


def said_of_duplicates(rows: pd.DataFrame) -> str:
    """A warning that rows are there more than once, each kind with what helps; nothing where none is."""
    again, handed_out = _same_sample(rows), _handed_out_again(rows)
    parts = []
    if number := int(again.sum()):
        names = ["key", "max_tokens"]
        if not {*names} <= {*rows.columns} or not rows.duplicated(names).to_numpy(bool)[again].all():
            names = ["task_id", *configuration_columns(rows), "sample"]  # bought under another key, and yet the same
        parts.append(
            f"Careful: {number:,} {'row repeats' if number == 1 else 'rows repeat'} a reply that is there already: the "
            f"same task, configuration and sample; keep one of each, as with rows.drop_duplicates({names!r})."
        )
    if number := int((handed_out & ~again).sum()):
        parts.append(
            f"Careful: {number:,} {'row holds' if number == 1 else 'rows hold'} the reply to another sample, which a "
            "gateway handed out once more: it is no new draw; to draw anew, switch the gateway's "
            "cache off and ask with refresh=True."
        )
    return " ".join(parts)
