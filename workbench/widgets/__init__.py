"""Panels in JupyterLab: configurations side by side, `%%ask`, the prompt lab."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.widgets.thought_card import ThoughtCards, read

_HOMES = {"ThoughtCards": "thought_card", "read": "thought_card"}
"""Loaded on first use, so that the import stays light."""

__all__ = ["ThoughtCards", "read"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench.widgets' has no attribute {name!r}")
    return getattr(importlib.import_module(f"workbench.widgets.{_HOMES[name]}"), name)
