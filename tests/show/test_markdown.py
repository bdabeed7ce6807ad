"""A model's text on a page: nothing in it runs, asks for anything, or leaves its place."""

from __future__ import annotations

import re

import pytest

from workbench.show.markdown import model_markdown, visible


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "</details></div></script><img src=x onerror=alert(1)>",
        "![picture](https://example.com/seen.png)",
        '<meta http-equiv="refresh" content="0;url=https://example.com">',
        "<style>@import url(https://example.com/a.css)</style>",
    ],
)
def test_hostile_text_becomes_no_element_that_acts(text: str) -> None:
    shown = model_markdown(text)
    assert not re.search(r"<(script|img|meta|style|iframe|link|details)\b|</(details|script)", shown)
    assert shown.count("<div") == shown.count("</div>") == 1


def test_a_javascript_link_leads_nowhere() -> None:
    assert "href" not in model_markdown("[click](javascript:alert(1))")


def test_what_turns_or_controls_a_line_is_spelt_out() -> None:
    assert visible("\x1b[31m\u202e\ud83c") == r"\x1b[31m\u202e\ud83c"
