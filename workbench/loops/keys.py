"""The keyboard of a trace in a notebook: its steps are searched, walked and folded by key."""

from __future__ import annotations

from importlib import resources

import anywidget
import traitlets


class TraceKeys(anywidget.AnyWidget):
    """A card of a trace that listens to keys; without a script, as in a saved notebook, the card stands by itself."""

    _esm = (resources.files("workbench.loops") / "keys.js").read_text(encoding="utf-8")
    card = traitlets.Unicode().tag(sync=True)
    search = traitlets.Unicode().tag(sync=True)
