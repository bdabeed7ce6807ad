"""The command line."""

from __future__ import annotations

from workbench.cli.commands import main

__all__ = [
    "main",
]
