r"""The normal form of an answer: its Markdown, LaTeX and tags read once into plain text and marked spans.

An answer longer than `LONGEST_READ` is read at its head, at its end, and around the last words that announce an answer,
so that even a megabyte costs no more than a page.
"""

from __future__ import annotations

import html
import unicodedata
from typing import Final, NamedTuple

from workbench.base import regular_expressions as re
from workbench.scorers.formulas.chemistry import unindexed
from workbench.scorers.languages import table, words

LONGEST_READ: Final = 16_000
"""Characters of an answer that are read closely."""

_HEAD, _AROUND, _END = 2_000, 800, 7_000
_ANNOUNCED: Final = ("boxed{", "<answer>", "####", *words(tuple(table()), "announced"))

BOX, TAG, BOLD, MATH, HASH = "box", "tag", "bold", "math", "hash"
_SIGNS: Final = {
    "\ue000": (BOX, True),
    "\ue001": (BOX, False),
    "\ue002": (TAG, True),
    "\ue003": (TAG, False),
    "\ue004": (BOLD, True),
    "\ue005": (BOLD, False),
    "\ue006": (MATH, True),
    "\ue007": (MATH, False),
    "\ue008": (HASH, True),
    "\ue009": (HASH, False),
}
_SIGN: Final = re.compile("[\ue000-\ue009]")
_UNSEEN: Final = dict.fromkeys(
    (
        0x200B,
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
        0x00AD,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xE000, 0xE00A),
        0xFE0F,
    )
)
_ALIKE: Final = {
    **_UNSEEN,
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3000: " ",
    0x2028: "\n",
    0x2029: "\n",
    0x85: "\n",
    0x2010: "-",
    0x2011: "-",
    0x2012: "-",
    0x2212: "-",
    0x2018: "'",
    0x2019: "'",
    0x02BC: "'",
    0x201C: '"',
    0x201D: '"',
    0x201E: '"',
    0xFE63: "-",
    0x00A0: "\u00a0",
}
_OTHERWISE: Final = re.compile(f"[{''.join(map(re.escape, map(chr, _ALIKE)))}]")
_COMBINING: Final = re.compile("[\u0300-\u036f]")
_TAG_NAMES: Final = (
    "answer|final_answer|finalanswer|final|response|label|result|output|choice|prediction|category|classification|"
    f"sentiment|solution|option|class|ans|intent|verdict|{'|'.join(words(tuple(table()), 'elements'))}"
)
_ELEMENT: Final = re.compile(rf"<\s?(/?)\s?({_TAG_NAMES})(?:\s[^<>\n]{{0,80}})?>", re.IGNORECASE)
_HTML: Final = re.compile(
    r"<\s?(/?)\s?(b|strong|i|em|u|p|div|span|code|pre|ul|ol|li|br|sub|sup|h[1-6]|small|mark|hr|center|a)"
    r"(?:\s[^<>\n]{0,200})?\s?/?>",
    re.IGNORECASE,
)
_BRACE: Final = re.compile(r"\\(?:f?boxed|fbox)\s*\{|\\[{}\\]|[{}]")
_BARE_BOX: Final = re.compile(r"\\f?boxed\s+(-?[\w.,]+)")
_DISPLAY: Final = re.compile(
    r"(\$\$|\\\[|\\\]|\\begin\{(?:equation|align|gather|displaymath)\*?\}|\\end\{(?:equation|align|gather|"
    r"displaymath)\*?\})"
)
_WRAPPER: Final = re.compile(
    r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mathsf|mathbb|operatorname|emph|mbox|"
    r"textnormal)\s?\{([^{}]*)\}"
)
_DOLLARS: Final = re.compile(r"(?<![\\$\w])\$(?![\s$])((?:[^$\n\\]|\\[^\n]){0,400}?)(?<![\s\\])\$(?![\w$])")
_PROSE: Final = re.compile(r"(?<![\\\w])[A-Za-z]{2,}\s+[A-Za-z]{2,}")
_CALCULATION: Final = re.compile(r"<<[^<>\n]{0,200}>>")
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{1,200})\]\([^()\s]{1,500}\)")
_CITATION: Final = re.compile(
    r"(?<=[\w.,;:!?\"'%)\]*$\ue001\ue007])\s?(?:\[\^?\d{1,3}\](?!\()|【\d{1,3}[^【】\n]{0,40}】"
    r"|\[(?:source|citation needed)\])"
)
_BOLD: Final = re.compile(r"\*\*\s?([^*\n]{1,300}?)\s?\*\*(?!\*)|(?<!\w)__([^_\n]{1,200})__(?!\w)")
_ITALIC: Final = re.compile(
    r"(?<![\w*\\)])\*(?![\s*])([^*\n]{1,200}?)(?<![\s*])\*(?![\w*])|(?<![\w\\])_(?![\s_])([^_\n]{1,"
    r"200}?)(?<![\s_])_(?!\w)"
)
_FENCE: Final = re.compile(r"[ \t]{0,8}(?:```|~~~)[^`\n]{0,40}\Z")
_RULE: Final = re.compile(r"[ \t]*(?:[-=_*] ?){3,}[ \t]*\Z")
_LEAD: Final = re.compile(r"[ \t]*(?:(#{1,6})[ \t]+|(>[ \t>]*)|([-*+•▪●◦→‣][ \t]+))")
_NUMBERED: Final = re.compile(r"[ \t]*\d{1,2}[.)][ \t]+(?=\S)")
_END_OF_SENTENCE: Final = re.compile(r"[.!?…]+(?=[\"'”’»)\]]*(?:\s|\Z))|[。！？؟۔]+")
_ABBREVIATION: Final = frozenset(words(tuple(table()), "abbreviations"))
_INITIAL: Final = re.compile(r"(?:\A|[\s(])(?:(?:[A-Z][\w'-]*\.?\s)|(?:[A-Z]\.\s?))[A-Z]\Z")


_EDGES: Final = " \t\r\n*_`~\"'“”‘’«»„「」『』.,;:!?。、，；：！？()[]{}<>$#"
_LATEX_SPACE: Final = re.compile(r"(?<!\\)\\+(?:[()\[\],;!\s]|(?:left|right|quad|displaystyle)(?![A-Za-z]))")
_DASHES: Final = str.maketrans({**dict.fromkeys("‐‑‒–−", "-"), **dict.fromkeys("‘’ʼ", "'"), **dict.fromkeys("“”", '"')})


class Span(NamedTuple):
    """A marked piece of the text: a box, a tag, bold, mathematics, or what follows `####`."""

    kind: str
    start: int
    end: int


class Line(NamedTuple):
    """A line of the text: where it stands, and whether it was a heading or an item of a list."""

    start: int
    end: int
    heading: bool = False
    item: bool = False


class Normal(NamedTuple):
    """An answer in its normal form."""

    text: str
    lower: str
    spans: tuple[Span, ...]
    lines: tuple[Line, ...]
    cut: bool = False

    def of_kind(self, kind: str) -> list[Span]:
        """The spans of one kind, in order."""
        return [span for span in self.spans if span.kind == kind]

    def shown(self, span: Span | Line) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]


def normalised(text: str, *, ignore_case: bool = True) -> str:
    r"""Write a short answer in the form in which answers are compared.

    NFKC, one kind of dash and quote, single spaces, no case; no quotes, punctuation, brackets or Markdown around it.

    >>> normalised('**"Paris"**.') == normalised("paris"), normalised("−25") == normalised("25")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", text.translate(_UNSEEN)).translate(_DASHES)
    if "\\" in plain:
        plain = _WRAPPER.sub(r"\1", _LATEX_SPACE.sub(" ", plain))
    if ignore_case:
        plain = unicodedata.normalize("NFKC", plain.casefold())
    plain = " ".join(plain.split())
    bare = plain.strip(_EDGES)
    # A heading's marks go; those of C# belong to the word.
    bare += "#" * (plain[plain.find(bare) + len(bare) :].startswith("#") and bare[-1:].isalnum())
    return bare or plain or text


def condensed(answer: str) -> str:
    """The parts of a long answer that can hold its final answer."""
    if len(answer) <= LONGEST_READ:
        return answer
    places = {place for word in _ANNOUNCED if (place := answer.rfind(word, _HEAD, len(answer) - _END)) >= 0}
    pieces, reached = [answer[:_HEAD]], _HEAD
    for place in sorted(places)[-8:]:
        start = max(reached, place - _AROUND // 2)
        pieces.append(answer[start : place + _AROUND])
        reached = max(reached, place + _AROUND)
    return "\n".join([*pieces, answer[-_END:]])


def normal_form(answer: str) -> Normal:
    r"""Read an answer's Markdown, LaTeX and tags.

    >>> form = normal_form("So **Answer:** $\\boxed{42}$ [1]")
    >>> form.text.strip(), form.shown(form.of_kind(BOX)[0])
    ('So Answer: 42', '42')
    """
    text = condensed(answer)
    if not text.isascii():
        if _OTHERWISE.search(text):
            text = text.translate(_ALIKE)
        if _COMBINING.search(text):
            text = unicodedata.normalize("NFC", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text and ";" in text:
        text = html.unescape(text).replace("\u00a0", " ")
    if "<" in text:
        text = _CALCULATION.sub("", text)
        text = _ELEMENT.sub(lambda match: "\ue003" if match[1] else "\ue002", text)
        text = _HTML.sub(_element, text)
    if "\\" in text or "$" in text:
        text = _without_latex(text)
    return _lines(unindexed(text), len(answer) > LONGEST_READ)


def _element(match: re.Match[str]) -> str:
    closing, name = bool(match[1]), match[2].lower()
    if name in ("b", "strong"):
        return "\ue005" if closing else "\ue004"
    if name in ("br", "p", "div", "li", "hr") or (name.startswith("h") and name[1:].isdigit()):
        return "\n"
    return {"sup": "^", "sub": "_"}.get(name, "") if not closing else ""


def _without_latex(text: str) -> str:
    if "boxed" in text or "\\fbox" in text:
        text = _boxes(_BARE_BOX.sub(lambda match: "\ue000" + match[1] + "\ue001", text))
    if "\\" in text:
        text = _WRAPPER.sub(r"\1", _WRAPPER.sub(r"\1", text))
    if "$$" in text or "\\[" in text or "\\begin" in text:
        text = _displays(text)
    if "\\(" in text:
        text = text.replace("\\(", "\ue006").replace("\\)", "\ue007")
    if "$" in text:
        text = _DOLLARS.sub(lambda m: m[0] if _PROSE.search(m[1]) else f"\ue006{m[1]}\ue007", text)
        text = text.replace("\\$", "$")
    return text


def _boxes(text: str) -> str:
    """Each `\\boxed{…}` with its own brace as a marked span; a box that is never closed is none."""
    opened: list[tuple[bool, int, int]] = []
    changes: list[tuple[int, int, str]] = []
    for match in _BRACE.finditer(text):
        token = match[0]
        if token.startswith("\\") and "box" not in token:
            continue
        if token == "}":
            if opened:
                boxed, start, end = opened.pop()
                if boxed:
                    changes += [(start, end, "\ue000"), (match.start(), match.end(), "\ue001")]
        else:
            opened.append((token != "{", match.start(), match.end()))
    pieces, reached = [], 0
    for start, end, sign in sorted(changes):
        pieces += [text[reached:start], sign]
        reached = end
    return "".join([*pieces, text[reached:]])


_HASHES_OF_AN_ANSWER: Final = 4


def _displays(text: str) -> str:
    """Displayed mathematics on one line of its own."""
    parts, inside = _DISPLAY.split(text), False
    made = []
    for number, part in enumerate(parts):
        if number % 2:
            opens = part in ("\\[",) or part.startswith("\\begin") or (part == "$$" and not inside)
            made.append(" \ue006" if opens else "\ue007 ")
            inside = opens
        else:
            made.append(" ".join(part.split()) if inside and len(part) < 4_000 else part)
    return "".join(made)


def _lines(text: str, cut: bool) -> Normal:
    rows = text.split("\n")
    enumerated = len(rows) > 2 and any(_NUMBERED.match(row) and row.lstrip()[0] == "1" for row in rows)
    return _marked([line for row in rows if (line := _line(row, enumerated)) is not None], cut)


def _line(row: str, enumerated: bool) -> tuple[str, bool, bool] | None:
    """A line without its Markdown, and whether it is a heading or an item; None for the fence of a block of code."""
    if not row or row.isspace():
        return "", False, False
    if row[0] in "`~ \t" and _FENCE.match(row):
        return None
    if row.lstrip()[:1] in "-=_*" and _RULE.match(row):
        return "", False, False
    row, heading, item = _without_lead(row)
    if row.startswith("####") and row[4:5].strip("#"):
        row = f"\ue008{row[4:].strip()}\ue009"
    if enumerated and (number := _NUMBERED.match(row)):
        row, item = row[number.end() :], True
    if row[:1] == "|" and row.rstrip()[-1:] == "|":
        row = row.strip("| ").replace("|", " ; ")
    if "[" in row or "【" in row:
        row = _CITATION.sub("", _LINK.sub(r"\1", row))
    if "*" in row or "_" in row:
        row = _BOLD.sub(lambda match: f"\ue004{match[1] or match[2]}\ue005", row)
        row = _ITALIC.sub(lambda match: match[1] or match[2], row).replace("**", "")
    return row.replace("`", "").strip(), heading, item


def _without_lead(row: str) -> tuple[str, bool, bool]:
    """A line without the signs of headings, quotations and items before it, and which of them there were."""
    heading = item = False
    while lead := _LEAD.match(row):
        heading, item = heading or bool(lead[1]), item or bool(lead[3])
        is_final = lead[1] and len(lead[1]) == _HASHES_OF_AN_ANSWER
        row = row[lead.end() :]
        if is_final:
            row = f"\ue008{row}\ue009"
    return row, heading, item


def _marked(texts: list[tuple[str, bool, bool]], cut: bool) -> Normal:
    """The lines put together, without the signs, which become spans."""
    pieces: list[str] = []
    lines: list[Line] = []
    spans: list[Span] = []
    opened: dict[str, list[int]] = {}
    length = 0
    marked = any(map(_SIGN.search, (row for row, _, _ in texts)))
    for row, heading, item in texts:
        begun, reached = length, 0
        if not marked:
            pieces += [row, "\n"]
            length += len(row) + 1
            lines.append(Line(begun, length - 1, heading, item))
            continue
        for sign in _SIGN.finditer(row):
            piece = row[reached : sign.start()]
            pieces.append(piece)
            length += len(piece)
            reached = sign.end()
            kind, opens = _SIGNS[sign[0]]
            if opens:
                opened.setdefault(kind, []).append(length)
            elif opened.get(kind):
                spans.append(Span(kind, opened[kind].pop(), length))
        piece = row[reached:]
        pieces += [piece, "\n"]
        length += len(piece)
        lines.append(Line(begun, length, heading, item))
        length += 1
    spans += [Span(kind, start, length) for kind, starts in opened.items() if kind == TAG for start in starts[-1:]]
    text = "".join(pieces)
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    return Normal(text, lower, tuple(sorted(spans, key=lambda span: (span.start, -span.end))), tuple(lines), cut)


def _is_month(text: str) -> bool:
    word = text.split()[0].strip(".,").lower() if text.split() else ""
    return any(word in lang.get("months", ()) for lang in table().values())


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of one line, as places in the text.

    >>> [("It is 3.5 m, i.e. 350 cm. Good."[a:b]) for a, b in sentences("It is 3.5 m, i.e. 350 cm. Good.", 0, 31)]
    ['It is 3.5 m, i.e. 350 cm.', 'Good.']
    """
    found, begun = [], start
    for stop in _END_OF_SENTENCE.finditer(text, start, end):
        if stop[0] == ".":
            word = text[max(begun, stop.start() - 12) : stop.start()].rpartition(" ")[2].lstrip("(").lower()
            if word in _ABBREVIATION or _INITIAL.search(text, max(begun, stop.start() - 20), stop.start()):
                continue
            if word.isdigit() and len(word) < 3 and _is_month(text[stop.end() : stop.end() + 14]):
                continue
            if word.isdigit() and len(word) < 3 and not text[begun : stop.start() - len(word)].strip():
                continue
        finish = stop.end()
        while finish < end and text[finish] in "\"'”’»)]":
            finish += 1
        if text[begun:finish].strip(" .…"):
            found.append((begun + (len(text[begun:finish]) - len(text[begun:finish].lstrip())), finish))
            begun = finish
    if text[begun:end].strip():
        found.append((begun + (len(text[begun:end]) - len(text[begun:end].lstrip())), end))
    return found
