"""Every kind of output: cleaned, shown in the best form that can be shown, and never an empty box."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.reports.outputs import shown

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()
MARK = '<x-mark id="m">'
SVG = '<svg width="9" height="9"><circle r="3"/></svg>'


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


KINDS = [
    "text/html",
    "text/markdown",
    "text/latex",
    "text/plain",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/javascript",
    "application/json",
    "application/pdf",
    "application/geo+json",
    "application/vnd.plotly.v1+json",
    "application/vnd.vegalite.v6+json",
    "application/vnd.jupyter.widget-view+json",
    "text/vnd.mermaid",
    "application/x-of-our-own",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "value", [MARK, f'x">{MARK}', f"$$\\text{{{MARK}}}$$", f"<svg>{MARK}</svg>", [MARK, MARK], {"a": MARK}, 7, None],
    ids=["bare", "out of an attribute", "in a formula", "in a drawing", "lines", "table", "number", "nothing"],
)  # fmt: skip
def test_no_element_of_an_output_gets_into_the_page(kind, value):
    assert "<x-mark" not in shown({kind: value}, str)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"application/vnd.plotly.v1+json": {"data": [{}], "layout": {"title": "C"}}}, "(scatter; &#x27;C"),
        ({"application/vnd.plotly.v1+json": {}, "text/html": "<div><script>draw()</script></div>"}, "a Plotly chart"),
        ({"application/vnd.vegalite.v5+json": {"mark": "bar"}, "text/plain": "<VegaLite 5 object>"}, "(bar)"),
        ({"application/vnd.vega.v5+json": {}}, "a Vega chart"),
        ({"application/vnd.bokehjs_exec.v0+json": ""}, "a Bokeh chart"),
        ({"application/javascript": "alert(1)"}, "a script, which is not run"),
        ({"application/pdf": "JVBERi0="}, "a PDF document"),
        ({"image/tiff": "AAAA"}, "(image/tiff) that cannot be read"),
        ({"image/png": "no base64!"}, "a picture (image/png) that cannot be read"),
        ({"image/png": base64.b64encode(b"GIF89a").decode()}, "cannot be read"),
        ({"image/svg+xml": "<svg><open>"}, "a picture (image/svg+xml) that cannot be read"),
        ({"text/html": "<iframe src='https://example.net'></iframe>"}, "only a script can draw"),
        ({"text/html": "<canvas></canvas>", "text/plain": "<Chart object>"}, "only a script can draw"),
        ({"text/vnd.mermaid": "graph TD; A-->B"}, "only a script can draw. graph TD; A--&gt;B"),
        ({"application/x-of-our-own": "z", "text/plain": "<Own object at 0x7f>"}, "of the kind application/x-of"),
    ],
)  # fmt: skip
def test_what_no_page_can_show_is_said(data, said):
    assert said in words(shown(data, str))


@pytest.mark.parametrize(
    ("data", "shows"),
    [
        ({"text/html": "", "image/png": PNG, "text/plain": "<Figure>"}, f'src="data:image/png;base64,{PNG}"'),
        ({"text/html": "<script>x</script>", "image/png": PNG}, "data:image/png"),
        ({"image/png": PNG[:10] + "\n" + PNG[10:]}, f"base64,{PNG}"),
        ({"text/html": f"before {SVG} after"}, "data:image/svg+xml"),
        ({"image/svg+xml": SVG}, "data:image/svg+xml"),
        ({"text/latex": "$x^2$", "text/plain": "x**2"}, "<msup>"),
        ({"text/latex": r"\begin{table}", "text/plain": "t"}, r"<code>\begin{table}</code>"),
        ({"application/json": {"a": [1, 2]}, "text/plain": "<IPython.core.display.JSON object>"}, "&quot;a&quot;: ["),
        ({"application/x-own": 1, "text/plain": "seven & more"}, '<pre class="plain">seven &amp; more</pre>'),
        ({"text/markdown": "**bold**", "text/plain": "p"}, '<div class="text">**bold**</div>'),
    ],
)
def test_the_best_form_that_shows_something_is_shown(data, shows):
    assert shows in shown(data, str)


def test_a_style_sheet_alone_leaves_no_box():
    assert shown({"text/html": "<style>p{}</style>", "text/plain": "<IPython.core.display.HTML object>"}, str) == ""


@given(
    st.dictionaries(st.sampled_from(KINDS), st.text() | st.sampled_from([MARK, PNG, SVG, "<script>", "<div></div>"]))
)
def test_an_output_shows_something_or_leaves_no_box(data):
    page = shown(data, lambda source: source)
    assert page == "" or words(page) or "data:image/" in page or "<hr" in page or "<pre" in page
    assert not re.search(r"<(script|iframe|x-mark|svg|style)\b", page)
