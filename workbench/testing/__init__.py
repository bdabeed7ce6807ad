"""A model that says what it was told to, for tests of whatever asks models."""

from __future__ import annotations

from workbench.testing.asker import Asker, scripted
from workbench.testing.script import Asked

__all__ = ["Asked", "Asker", "scripted"]
