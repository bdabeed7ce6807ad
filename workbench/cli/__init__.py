"""The command line."""

from __future__ import annotations

from workbench.cli.beginning import main

__all__ = [
    "main",
]
