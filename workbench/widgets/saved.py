"""What stands in a panel's place where there is none: its saved form, and a sentence that says what is missing."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

NO_PANEL: Final = (
    "This is the saved form of a panel. Its buttons and fields work in JupyterLab, Notebook, VS Code and Colab; marimo "
    "shows no such widget. What the panel does can be done by code: see its help()."
)


def note_html(saved: str) -> str:
    """A saved form with the sentence above it.

    >>> note_html("<p>9</p>").endswith("</p><p>9</p>")
    True
    """
    return str(Markup('<p class="wb-quiet" role="note">{}</p>').format(NO_PANEL)) + str(saved)
