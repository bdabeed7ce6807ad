"""What failed in a table of rows, as whoever asked for it must be told: that nothing was answered, and why."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from workbench.rows.table import as_texts
from workbench.show.figures import counted

if TYPE_CHECKING:
    import pandas as pd


def failed(rows: pd.DataFrame) -> int:
    """How many of the calls failed."""
    return int((rows["outcome"] == "error").sum())


def first_reason(rows: pd.DataFrame) -> str:
    """Why calls failed: the class and the words of the most frequent error, else of the first; empty where none did.

    A call that was not even made, because an earlier one had failed, gives no reason of its own.
    """
    failures = rows[rows["outcome"] == "error"]
    if not len(failures):
        return ""
    kinds, messages = as_texts(failures["error"]), as_texts(failures["error_message"])
    told = collections.Counter(zip(kinds, messages, strict=True))
    asked = {pair: number for pair, number in told.items() if not pair[1].startswith("not asked, because")}
    kind, message = max(asked or told, key=told.__getitem__)
    return f"{kind or 'error'}: {message}"


def nothing_answered(rows: pd.DataFrame) -> str | None:
    """That every call failed, and why; None where one did not, or there is no call.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": "a", "outcome": "error", "error": "AuthError", "error_message": "set MYBOX_API_KEY"}])
    >>> nothing_answered(rows)
    'all 1 call failed: AuthError: set MYBOX_API_KEY'
    """
    if not len(rows) or failed(rows) < len(rows):
        return None
    return f"all {counted(len(rows), 'call')} failed: {first_reason(rows)}"
