"""The keyboard of a panel: which key presses which of its buttons, what the arrows walk over, what is copied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import anywidget
import traitlets


class Keys(anywidget.AnyWidget):
    """A part of a panel that shows nothing and listens to the keys pressed in it, and to its `data-wb-press` elements.

    `panel` is the CSS class of the whole panel, `presses` says by key which element is pressed (a CSS selector; a field
    is given the focus), `walk` which elements the arrows and j and k go over. Without a script, as in a saved notebook,
    all buttons work by themselves.
    """

    _esm = (resources.files("workbench.widgets") / "keys.js").read_text(encoding="utf-8")
    panel = traitlets.Unicode().tag(sync=True)
    presses = traitlets.Dict().tag(sync=True)
    walk = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, panel: str, *, presses: Mapping[str, str], walk: str, pressed: Callable[[str], None] = lambda name: None
    ) -> None:
        super().__init__(panel=panel, presses=dict(presses), walk=walk)
        self._pressed = pressed
        self.on_msg(self._heard)

    def _heard(self, widget: object, content: Any, buffers: object) -> None:
        name = content.get("press") if isinstance(content, dict) else None
        if isinstance(name, str):
            self._pressed(name)

    def copy(self, text: str) -> None:
        """Put a text into the clipboard of whoever looks at the panel."""
        self.send({"copy": text})

    def focus(self, selector: str) -> None:
        """Move the focus to an element of the panel."""
        self.send({"focus": selector})
