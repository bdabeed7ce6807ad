"""A model's text made harmless: Markdown rendered to clean HTML, and plain text with its tricks made visible."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

MOST_MARKDOWN_CHARACTERS = 200_000
"""A longer text is shown as it is: rendering it would take long, and nobody reads it as a page."""

_TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "em",
        "strong",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
    ]
)
_TRICKS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

_TAG = re.compile("<[^>]*>")
_BLOCK_ENDS = re.compile("</(?:p|li|pre|th|td|h[1-6])>|<br>")
_SIGN = re.compile(r"\*(?=[\w(\[])|\\[()\[\]]")
_FACTOR_BEFORE = re.compile(r"[\w)\]]")


def visible(text: str) -> str:
    r"""The text with control characters, escape sequences, direction overrides and lone surrogates spelt out.

    Line feeds and tabs stay. What is left can be printed on any terminal and written to any file.

    >>> visible("red \x1b[31m, turned \u202e, half \ud83c")
    'red \\x1b[31m, turned \\u202e, half \\ud83c'
    """
    return _TRICKS.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def model_markdown(text: str) -> str:
    """Render a model's Markdown as HTML that runs nothing and requests nothing.

    Raw HTML is shown as text, images are left out as links are inert without a click, dollars are never mathematics.
    A star between two factors and the brackets of a formula stay as they are; a text of one line begins no list and no
    heading, and one of which nothing would be seen is shown as it is written.

    >>> print(model_markdown("**Nine** <script>alert(1)</script>"))
    <div class="wb-md mathjax_ignore tex2jax_ignore"><p><strong>Nine</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>
    </div>
    """
    import nh3

    shown = visible(text)
    if len(shown) > MOST_MARKDOWN_CHARACTERS:
        return _as_written(shown)
    one_line = "\n" not in shown.strip()
    clean = nh3.clean(
        f"<p>{_renderer().renderInline(shown.strip())}</p>\n" if one_line else _renderer().render(shown),
        tags=set(_TAGS),
        attributes={"a": {"href"}, "ol": {"start"}, "code": {"class"}, "th": {"style"}, "td": {"style"}},
        filter_style_properties={"text-align"},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    if shown.strip() and not _TAG.sub("", clean).strip():
        return _as_written(shown)
    return f'<div class="wb-md mathjax_ignore tex2jax_ignore">{clean}</div>'


def plain_text(text: str) -> str:
    """A model's Markdown as one line of text without its marks, for a cell of a table.

    >>> plain_text("**Nine**, as:\\n\\n- `2 < 3`\\n- 5")
    'Nine, as: 2 < 3 5'
    """
    from html import unescape

    return " ".join(unescape(_TAG.sub("", _BLOCK_ENDS.sub(" ", model_markdown(text)))).split())


def _as_written(text: str) -> str:
    from html import escape

    return f'<pre class="wb-md mathjax_ignore" style="white-space:pre-wrap;word-break:normal">{escape(text)}</pre>'


@functools.cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False, "maxNesting": 20})
    markdown.inline.ruler.before("escape", "signs", _signs)
    return markdown.enable(["table", "strikethrough"]).disable(["image", "reference"])


def _signs(state: StateInline, silent: bool) -> bool:
    """Take a star between two factors (2*3*4) and the brackets of a formula as signs, not as marks of a text."""
    text, place = state.src, state.pos
    sign = _SIGN.match(text, place)
    if sign is None or (sign[0] == "*" and not (place and _FACTOR_BEFORE.match(text[place - 1]))):
        return False
    if not silent:
        state.pending += sign[0]
    state.pos += len(sign[0])
    return True
