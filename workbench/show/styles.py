"""Style sheets: each a `.css` file beside the room that it dresses, put into a page as it stands."""

from __future__ import annotations

from importlib import resources

from markupsafe import Markup


def css(package: str, file_name: str) -> str:
    """The text of a style sheet of this package.

    >>> css("workbench.show", "tables.css").startswith("div.wb-table")
    True
    """
    return (resources.files(package) / file_name).read_text(encoding="utf-8")


def style_sheet(package: str, file_name: str) -> Markup:
    """The style sheet as the element that an output carries it in."""
    return Markup("<style>\n{}</style>").format(Markup(css(package, file_name)))
