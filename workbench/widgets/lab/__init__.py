"""The prompt lab: a panel that asks several models with variants of a prompt."""
