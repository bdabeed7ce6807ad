"""The cleaner: its names are real ones, and they stay."""

from __future__ import annotations

import pytest
from bleach.html5lib_shim import HTML_TAGS
from pygments.lexers.css import _css_properties

from workbench.reports import harmless as room
from workbench.reports.harmless import harmless

# The elements and attributes of MathML, from the indexes of "MathML Core" and "MathML 3.0" (w3.org/TR/MathML3,
# appendix I), and HTML's attributes, from the index of the HTML standard (html.spec.whatwg.org, "Attributes") and, for
# the older ones that tables still carry, its section "Obsolete features".
MATHML_ELEMENTS = """annotation annotation-xml maction maligngroup malignmark math menclose merror mfenced
mfrac mglyph mi mlabeledtr mlongdiv mmultiscripts mn mo mover mpadded mphantom mprescripts
mroot mrow ms mscarries mscarry msgroup msline mspace msqrt msrow mstack mstyle msub
msubsup msup mtable mtd mtext mtr munder munderover none semantics"""
MATHML_ATTRIBUTES = """accent accentunder actiontype align alignmentscope alttext bevelled charalign close
columnalign columnlines columnspacing columnspan columnwidth crossout decimalpoint
denomalign depth dir display displaystyle edge encoding equalcolumns equalrows fence form
frame framespacing groupalign height indentalign infixlinebreakstyle largeop length
linebreak linethickness location longdivstyle lquote lspace mathbackground mathcolor
mathsize mathvariant maxsize minlabelspacing minsize movablelimits notation numalign open
position rowalign rowlines rowspacing rowspan rquote rspace scriptlevel scriptminsize
scriptsizemultiplier selection separator separators shift side src stackalign stretchy
subscriptshift superscriptshift symmetric voffset width xmlns"""
HTML_ATTRIBUTES = """abbr accept align alt autofocus class cols colspan content contenteditable datetime dir
disabled download height hidden href hreflang id kind label lang list max media min name
open pattern placeholder rel required reversed role rows rowspan scope span spellcheck src
srcset start style tabindex target title translate type usemap valign value width"""


def names(text: str) -> set[str]:
    return set(text.split())


def test_every_style_property_is_one_of_css() -> None:
    assert names(room._STYLE_PROPERTIES) - set(_css_properties) - {"overflow-wrap", "gap"} == set()


def test_every_element_is_one_of_html_or_mathml() -> None:
    assert names(room._TEXT) - set(HTML_TAGS) == {"tt", "center"} - set(HTML_TAGS)
    assert names(room._MATHEMATICS) - names(MATHML_ELEMENTS) == set()


def test_every_attribute_is_one_of_html_aria_or_mathml() -> None:
    given = {name for name in names(room._ANYWHERE) if not name.startswith("aria-")}
    assert given - names(HTML_ATTRIBUTES) == set()
    assert {name for name in names(room._ANYWHERE) if name.startswith("aria-")} <= {"aria-hidden", "aria-label"}
    assert names(room._IN_MATHEMATICS) - names(MATHML_ATTRIBUTES) == set()


@pytest.mark.parametrize("name", sorted(names(room._STYLE_PROPERTIES)))
def test_every_style_property_stays(name: str) -> None:
    assert f"{name}:" in harmless(f'<p style="{name}: inherit">x</p>')
