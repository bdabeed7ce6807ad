"""The table between spending and reading: one call, one row."""

from workbench.rows.table import COLUMNS, frame

__all__ = ["COLUMNS", "frame"]
