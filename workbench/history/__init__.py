"""What was run: every sweep remembered."""
