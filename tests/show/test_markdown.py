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


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("The product is 2*3*4 = 24, f(x)*g(x)*h", "<p>The product is 2*3*4 = 24, f(x)*g(x)*h</p>"),
        ("**Nine**, *so* **2*3**", "<p><strong>Nine</strong>, <em>so</em> <strong>2*3</strong></p>"),
        (r"It is \(x^2\), or \[y\].", r"<p>It is \(x^2\), or \[y\].</p>"),
        ("1986. Then", "<p>1986. Then</p>"),
        ("- 5", "<p>- 5</p>"),
        ("# 5", "<p># 5</p>"),
        ("See:\n[1]: https://example.com", "<p>See:\n[1]: https://example.com</p>"),
        ("Two:\n\n- 5\n- `a*b*c`", "<p>Two:</p>\n<ul>\n<li>5</li>\n<li><code>a*b*c</code></li>\n</ul>"),
    ],
)
def test_what_an_answer_says_is_not_lost_among_its_marks(text: str, inside: str) -> None:
    assert model_markdown(text) == f'<div class="wb-md mathjax_ignore tex2jax_ignore">{inside}\n</div>'


@pytest.mark.parametrize("text", ["```\n```", "---\n***", "```python\n```"])
def test_a_text_of_marks_alone_is_shown_as_it_is_written(text: str) -> None:
    shown = model_markdown(text)
    assert shown.startswith("<pre")
    assert text in shown
