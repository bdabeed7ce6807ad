"""Which model for which task: policies, measured on tasks that did not choose their settings."""
