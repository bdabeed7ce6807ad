"""The table between spending and reading: one call, one row."""

from __future__ import annotations

from workbench.rows.table import frame

__all__ = [
    "frame",
]
