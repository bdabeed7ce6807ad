"""HTML of a notebook's outputs and text cells without anything that runs, requests, submits or leads away by itself.

The page's Content-Security-Policy stops scripts and requests. This takes out what no policy stops, such as a `meta`
that leads elsewhere, and what breaks the page around it: an unclosed tag, a style sheet, a box over all others.
"""

from __future__ import annotations

import functools
from typing import Any, Final

from workbench.show.markdown import visible

_TEXT: Final = (
    "a abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption "
    "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub summary "
    "sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
_MATHEMATICS: Final = (
    "maction math menclose merror mfenced mfrac mi mlongdiv mmultiscripts mn mo mover mpadded mphantom "
    "mprescripts mroot mrow ms mspace msqrt mstack mstyle msub msubsup msup mtable mtd mtext mtr munder "
    "munderover none semantics"
)
_ANYWHERE: Final = (
    "align alt aria-hidden aria-label class colspan dir height href id lang open role rowspan scope "
    "span src start style title valign value width"
)
_STYLE_PROPERTIES: Final = (
    "background background-color border border-bottom border-collapse border-color border-left border-radius "
    "border-right border-top color display flex flex-basis flex-direction flex-grow flex-wrap float font "
    "font-family font-size font-style font-variant-numeric font-weight gap height left letter-spacing line-height "
    "list-style max-height max-width min-height min-width opacity overflow overflow-wrap overflow-x overflow-y "
    "padding padding-bottom padding-left padding-right padding-top text-align text-decoration top "
    "vertical-align white-space width word-break"
)
_IN_MATHEMATICS: Final = (
    "accent columnalign columnlines columnspacing display displaystyle fence form largeop linethickness lspace "
    "mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace "
    "scriptlevel separator stretchy symmetric xmlns"
)


def harmless(source: str) -> str:
    """The HTML with every tag closed, and only with tags and attributes that lay out text, tables and mathematics.

    Control characters and direction overrides are spelt out.

    >>> print(harmless('<b>bold<script>alert(1)</script><meta http-equiv="refresh" content="0;url=//x">'))
    <b>bold</b>
    >>> print(harmless('<p onclick="x()"><a href="javascript:x()">a</a> <img src="https://x/pixel"></p>'))
    <p><a rel="noopener noreferrer">a</a> <img></p>
    """
    return str(_cleaner().clean(visible(source)))


@functools.cache
def _cleaner() -> Any:
    import nh3

    return nh3.Cleaner(
        tags={*_TEXT.split(), *_MATHEMATICS.split()},
        clean_content_tags={"script", "style", "iframe", "object", "noscript", "template"},
        attributes={"*": {*_ANYWHERE.split(), *_IN_MATHEMATICS.split()}},
        attribute_filter=_attribute,
        filter_style_properties=set(_STYLE_PROPERTIES.split()),
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if value.startswith("data:image/") else None
    if name == "href" and value.startswith("data:"):
        return None
    return value
