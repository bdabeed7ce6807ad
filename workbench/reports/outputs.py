"""One output of a cell as HTML that is safe to show: every kind goes through the same cleaner, and none leaves a hole.

Of the forms that an output brings, the first that shows something is taken. A chart that only a script can draw is
said in words.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.reports.harmless import harmless
from workbench.reports.mathematics import mathml
from workbench.reports.static_widgets import VIEW
from workbench.show.markdown import visible
from workbench.show.media import ROWS

_PICTURES: Final[Mapping[str, tuple[bytes, ...]]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "image/bmp": (b"BM",),
}
_ONLY_BY_SCRIPT: Final[Mapping[str, str]] = {
    "application/vnd.plotly.v": "a Plotly chart",
    "application/vnd.vegalite.v": "a Vega-Lite chart",
    "application/vnd.vega.v": "a Vega chart",
    "application/vnd.bokehjs": "a Bokeh chart",
    "application/vnd.holoviews": "a HoloViews chart",
    "application/geo+json": "a map",
    "application/javascript": "a script",
    "text/javascript": "a script",
    "text/vnd.mermaid": "a Mermaid diagram",
    VIEW: "a widget whose state is not in the notebook",
    "application/pdf": "a PDF document",
}
_TEXTS: Final = ("text/vnd.mermaid",)
"""Kinds that a reader can do something with in their own words."""

_SCRIPTED: Final = re.compile(r"<(?:script|iframe|canvas|object|embed|video|audio|svg)\b", re.IGNORECASE)
_BOILERPLATE: Final = re.compile(r"\s*<[\w.]+ (?:object|at 0x)[^<>]*>\s*|\s*")
_LONGEST_TEXT: Final = 20_000
_LONGEST_SVG: Final = 20_000_000

Markdown = Callable[[str], str]


def shown(data: Mapping[str, Any], markdown: Markdown) -> str:
    """The HTML of an output's data; blank for one that has nothing to show, such as a style sheet.

    >>> shown({"text/html": "<b onclick='x()'>9</b>", "text/plain": "9"}, str)
    '<div class="html" tabindex="0" role="group" aria-label="Output"><b>9</b></div>'
    >>> shown({"application/vnd.plotly.v1+json": {"data": [{"type": "bar"}], "layout": {}}}, str)
    '<p class="unshown">Here stands a Plotly chart (bar), which only a script can draw.</p>'
    """
    if ROWS in data:
        return '<p><a href="#every-case">Every case</a> stands below, with its texts in full.</p>'
    page = _text(data.get("text/html"))
    if page:
        cleaned = harmless(_with_pictures(page))
        if _shows_something(cleaned):
            return f'<div class="html" tabindex="0" role="group" aria-label="Output">{cleaned}</div>'
    for name in ("image/svg+xml", *_PICTURES):
        if name in data and (picture := _picture(name, _text(data[name]))):
            return picture
    for name, read in (("text/markdown", markdown), ("text/latex", _formula)):
        text = _text(data.get(name))
        if text.strip() and _shows_something(cleaned := harmless(read(text))):
            return f'<div class="text">{cleaned}</div>'
    unshown = _unshown(data, page)
    plain = _text(data.get("text/plain"))
    if unshown:
        words = f'<p class="unshown">{_escaped(unshown)}</p>'
        own = next((_text(data[name]) for name in _TEXTS if name in data), plain)
        return words if _BOILERPLATE.fullmatch(own) else words + _preformatted(own)
    if "application/json" in data and _BOILERPLATE.fullmatch(plain):
        return _preformatted(json.dumps(data["application/json"], indent=1, ensure_ascii=False))
    # The text of a display whose page shows nothing and runs nothing, such as a style sheet, is no text to read.
    return "" if page and _BOILERPLATE.fullmatch(plain) else _preformatted(plain) if plain else ""


def _unshown(data: Mapping[str, Any], page: str) -> str:
    """What cannot be shown, in words; blank where nothing is lost."""
    for name, value in data.items():
        if name in _PICTURES or name.startswith("image/"):
            return f"Here stands a picture ({name}) that cannot be read."
        known = next((words for start, words in _ONLY_BY_SCRIPT.items() if name.startswith(start)), None)
        if known:
            return f"Here stands {known}{_about(value)}, which {_WHY.get(name, 'only a script can draw')}."
    if page and _SCRIPTED.search(page):
        return "Here stands something that only a script can draw."
    others = [name for name in data if name not in ("text/plain", "text/html", "application/json", "text/markdown")]
    others = [name for name in others if name != "text/latex" and not name.startswith("application/vnd.workbench.")]
    if others and _BOILERPLATE.fullmatch(_text(data.get("text/plain"))) and not page:
        return f"Here stands an output of the kind {others[0]}, which no page can show."
    return ""


_WHY: Final[Mapping[str, str]] = {
    "application/javascript": "is not run",
    "text/javascript": "is not run",
    "application/pdf": "is not part of this page",
    VIEW: "cannot be shown",
}


def _about(value: Any) -> str:
    """What a chart is about, from its description: the kinds of its marks, its fields, its title."""
    found: list[str] = []
    if isinstance(value, Mapping):
        traces = value.get("data") if isinstance(value.get("data"), list) else ()
        found += [str(trace.get("type") or "scatter") for trace in traces or () if isinstance(trace, Mapping)]
        mark = value.get("mark")
        found.append(str(mark.get("type") or "") if isinstance(mark, Mapping) else str(mark or ""))
        encoding = value.get("encoding")
        for name, channel in encoding.items() if isinstance(encoding, Mapping) else ():
            if isinstance(channel, Mapping) and isinstance(channel.get("field"), str):
                found.append(f"{name}: {channel['field']}")
        layout = value.get("layout")
        for title in (value.get("title"), layout.get("title") if isinstance(layout, Mapping) else None):
            text = title.get("text") if isinstance(title, Mapping) else title
            found.append(repr(text) if isinstance(text, str) else "")
    words = "; ".join(dict.fromkeys(word for word in found if word))
    return f" ({words[:300]})" if words else ""


def _picture(name: str, text: str) -> str:
    """An image element that holds the picture; blank where it is none that a browser could read."""
    if name == "image/svg+xml":
        return _drawing(text)
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if not content.startswith(_PICTURES[name]):
        return ""
    return f'<figure><img alt="figure" src="data:{name};base64,{base64.b64encode(content).decode("ascii")}"></figure>'


def _drawing(text: str) -> str:
    address = _svg_address(text)
    return f'<figure><img alt="figure" src="{address}"></figure>' if address else ""


def _svg_address(text: str) -> str:
    """A drawing as an address that holds it; as a picture it runs nothing. Blank where it is no drawing."""
    import xml.parsers.expat

    if len(text) > _LONGEST_SVG or "<!ENTITY" in text:
        return ""
    if "xmlns=" not in text:
        text = text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    parser = xml.parsers.expat.ParserCreate()
    roots: list[str] = []
    parser.StartElementHandler = lambda name, attributes: roots.append(name) if not roots else None
    data = text.strip().encode("utf-8", "backslashreplace")
    try:
        parser.Parse(data, True)
    except xml.parsers.expat.ExpatError:
        return ""
    if roots[0].rpartition(":")[2] != "svg":
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(data).decode('ascii')}"


def _with_pictures(page: str) -> str:
    """The page with its inline drawings as pictures, which the cleaner lets pass."""
    pieces, place = [], 0
    while (start := page.find("<svg", place)) >= 0:
        end = page.find("</svg>", start)
        if end < 0:
            break
        end += len("</svg>")
        address = _svg_address(page[start:end])
        pieces += [page[place:start], f'<img alt="figure" src="{address}">' if address else page[start:end]]
        place = end
    return "".join([*pieces, page[place:]])


def _shows_something(cleaned: str) -> bool:
    """Whether clean HTML has words, a picture or a line in it."""
    if re.search(r'<img [^>]*src="data:|<hr|<m[ino]>', cleaned):
        return True
    return bool(html.unescape(re.sub(r"<[^>]*>", "", cleaned)).strip())


def _formula(text: str) -> str:
    return mathml(text.strip().strip("$"), display=True)


def _preformatted(text: str) -> str:
    shortened = text if len(text) <= _LONGEST_TEXT or "\n" in text[:2_000] else text[:_LONGEST_TEXT] + " …"
    return f'<pre class="plain">{_escaped(shortened)}</pre>'


def _escaped(text: str) -> str:
    return html.escape(visible(text))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(map(str, value))
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
