"""The right answer in a thought: how it may be written, and where it stands as a result."""
