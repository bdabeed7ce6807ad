"""The table between spending and reading: one call, one row."""

from __future__ import annotations

from workbench.rows.segments import Segments
from workbench.rows.table import frame

__all__ = [
    "Segments",
    "frame",
]
