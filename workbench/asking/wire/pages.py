"""A page of HTML that came in place of an answer: what it says to whoever would have seen it in a browser."""

from __future__ import annotations

import html.parser
from typing import Final

from workbench.base import regular_expressions as re

_MOST_CHARACTERS: Final = 32_768
_SHOWN: Final = 160
_PAGE: Final = re.compile(r"<(?:!doctype|html|head|body|title|h1|center)\b", re.IGNORECASE)
_UNSEEN: Final = frozenset({"script", "style", "template", "svg", "noscript"})


def is_page(text: object) -> bool:
    """Whether a body is a page of HTML.

    >>> is_page("\\n<!DOCTYPE html><title>403 Forbidden</title>"), is_page("Forbidden"), is_page({"error": "no"})
    (True, False, False)
    """
    return (
        isinstance(text, str) and text[:64].lstrip("\ufeff \t\r\n").startswith("<") and bool(_PAGE.search(text[:4096]))
    )


def page_words(text: str) -> str:
    """The title of a page and the beginning of what stands on it.

    >>> page_words("<html><head><title>Access Denied</title></head><body><p>Reference #18.2f</p></body></html>")
    "a page, 'Access Denied': Reference #18.2f"
    """
    reader = _Reader()
    reader.feed(text[:_MOST_CHARACTERS])
    title, shown = (" ".join("".join(parts).split()) for parts in (reader.title, reader.shown))
    shown = shown.removeprefix(title).strip()
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "…"
    return f"a page, {title or 'without a title'!r}: {shown}".removesuffix(": ")


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.shown: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _UNSEEN or tag == "title":
            self._within.append(tag)
        self.shown.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            del self._within[self._within.index(tag) :]
        self.shown.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.shown.append(data)
        elif self._within[-1] == "title":
            self.title.append(data)
