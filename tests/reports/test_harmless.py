"""HTML of others in a page of ours: what lays out stays, what acts goes."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.reports import harmless as harmless_room
from workbench.reports.harmless import harmless

PIECES = st.sampled_from(
    [
        *("<b>", "</b>", "<script>", "</script>", "<p onclick=x()>", "<a href='javascript:x()'>", "<!--", "-->", "<"),
        *("</main>", "<svg onload=x()>", "<td>", "<style>", "<iframe srcdoc='x'>", "\x1b[2J", '<img src="//x" alt="'),
    ]
)
ALLOWED = {*harmless_room._TEXT.split(), *harmless_room._MATHEMATICS.split()}


class Found(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes


@given(st.lists(PIECES | st.text(max_size=8), max_size=8).map("".join))
def test_of_any_source_only_layout_is_left(source):
    cleaned = harmless(source)
    found = Found(cleaned)
    assert found.tags <= ALLOWED
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "srcdoc"]
    assert not [value for name, value in found.attributes if name in ("src", "href") and value]
    assert "\x1b" not in cleaned
    assert harmless(cleaned) == cleaned


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("<table><tr><td colspan=2>1", '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'),
        ('<a href="https://x.test" target=_top>x</a>', '<a href="https://x.test" rel="noopener noreferrer">x</a>'),
        ('<a href="data:text/html,x">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<img src="//x.test/pixel">', "<img>"),
        ('<form action="/x"><input name="a"></form>', ""),
        ("<math><mi>x</mi></math>", "<math><mi>x</mi></math>"),
        ('<p style="position:fixed;color:red">x</p>', '<p style="color:red">x</p>'),
    ],
)
def test_what_is_left(source, left):
    assert harmless(source) == left
