"""What a page of results says of the thinking: the tail in a sentence, and one line a configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workbench.analysis.thinking import READ, is_written, thinking_read
from workbench.analysis.thinking_table import LEFT_AGAIN, ThinkingSummary, headline_parts, thinking_summary
from workbench.rows.derived import derived
from workbench.rows.table import checked
from workbench.show import figures

if TYPE_CHECKING:
    import pandas as pd

MOST_THOUGHTS: Final = 1_000
"""Of more rows so many are read, evenly spaced: a page should not take minutes to write."""


def thought_section(rows: pd.DataFrame) -> dict[str, Any] | None:
    """What the section shows: a sentence, its reasons, a table, and what was left out; None where none can be read.

    >>> from workbench.rows.table import frame
    >>> thought_section(frame([{"task_id": "1", "outcome": "answered", "correct": True}])) is None
    True
    """
    rows = checked(rows)
    if "thinking" not in rows.columns:
        return None
    held = rows["thinking"].map(is_written).to_numpy(bool)
    bought = rows[held & ~derived(rows)].reset_index(drop=True)
    if not len(bought):
        return None
    left_out = ""
    if len(bought) > MOST_THOUGHTS:
        places = np.unique(np.linspace(0, len(bought) - 1, MOST_THOUGHTS).astype(int))
        left_out = f"{len(places):,} of {figures.counted(len(bought), 'thought')} were read, evenly spaced."
        bought = bought.iloc[places].reset_index(drop=True)
    read = thinking_read(bought)
    if not (read["read"] == READ).any():
        return None
    told = headline_parts(read)
    rest = " ".join(part for part in (told.rest, _held(read)) if part)
    return {
        "lead": told.lead,
        "reasons": [f"{reason}." for reason in told.reasons],
        "rest": rest,
        **_lines(thinking_summary(read)),
        "left_out": left_out,
    }


def _held(read: pd.DataFrame) -> str:
    """In how many of the thoughts that came to no answer the right one stood, in a sentence; blank where none did."""
    never = (read["standing"] == "never answered").to_numpy(bool) & (read["read"] == READ).to_numpy(bool)
    held = int((never & read["first_correct_tokens"].notna().to_numpy(bool)).sum())
    if not held:
        return ""
    return (
        f"Of {figures.counted(int(never.sum()), 'thought')} that never came to an answer, {held:,} held the right one."
    )


def _lines(table: ThinkingSummary) -> dict[str, Any]:
    """The lines, each with its name and its fields under their heads, as a phone can stand them below each other."""
    columns = table.columns_that_say_something()
    names = [column for column in columns if column.names]
    fields = [column for column in columns if not column.names]
    heads, caption = [column.head for column in fields], table._caption()
    return {
        "heads": heads,
        "lines": [
            {
                "name": names[0].texts[line] if names else "",
                "parts": [(column.head.replace("_", " "), column.texts[line]) for column in names[1:]],
                "fields": [(column.texts[line], column.notes[line] if column.notes else "") for column in fields],
            }
            for line in range(len(table))
        ],
        "named": names[0].head.replace("_", " ") if names else "",
        "caption": caption if "left again" in heads else caption.replace(LEFT_AGAIN, ""),
    }
