"""The table between spending and reading: one call, one row."""
