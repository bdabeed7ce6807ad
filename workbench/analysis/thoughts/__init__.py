"""One thought: its words and languages, what it drafts, where it turns, what it repeats."""
