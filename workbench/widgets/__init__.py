"""Panels in JupyterLab: configurations side by side, `%%ask`, the prompt lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.base.faces import loading

if TYPE_CHECKING:
    from workbench.widgets.thought_card import ThoughtCards, read

_HOMES = {"ThoughtCards": "widgets.thought_card", "read": "widgets.thought_card"}
"""Loaded on first use, so that the import stays light."""

__all__ = ["ThoughtCards", "read"]

__getattr__ = loading(__name__, _HOMES)
