"""The embedded model: its weights, its server, its chat template."""
