"""How results show themselves: numbers as people read them, and one table as plain text or as HTML with in-cell bars.

All text is escaped; the HTML needs no script, no request and no colour of the page, so that it looks right in light and
dark, in a notebook and in a report. Dollar signs are kept from being typeset as mathematics (`mathjax_ignore`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from workbench.show.figures import ABSENT, absent, in_two, name, plain
from workbench.show.styles import style_sheet

# JupyterLab has rules of its own for tables in outputs; naming the class twice outweighs them.
STYLE: Final = style_sheet("workbench.show", "tables.css")


@dataclass(frozen=True)
class Column:
    """One column of a shown table: its head, a text per line, and per line what else it has.

    `notes` stand in small print below the texts (behind them in plain text), `bars` below those. `words` may wrap.
    `names` are those of configurations: a value that repeats the line above is left out.
    """

    head: str
    texts: Sequence[str]
    bars: Sequence[Markup] = ()
    notes: Sequence[str] = ()
    words: bool = False
    names: bool = False


@dataclass(frozen=True)
class Section:
    """A further table that is folded away below the main one."""

    title: str
    columns: Sequence[Column]


@dataclass(frozen=True)
class Page:
    """HTML of our own making as marimo takes it."""

    html: str

    def _mime_(self) -> tuple[str, str]:
        return "text/html", self.html


def configurations(by: Sequence[str], lines: Sequence[Mapping[Any, Any]]) -> list[Column]:
    """The columns that tell lines apart; those that are the same throughout go into the caption (`constants`).

    >>> lines = [{"model": "a", "prompt": "plain"}, {"model": "b", "prompt": "plain"}]
    >>> [column.head for column in configurations(["model", "prompt"], lines)], constants(["model", "prompt"], lines)
    (['model'], 'prompt plain')
    """
    return [Column(column, [name(line[column]) for line in lines], names=True) for column in _telling(by, lines)]


def constants(by: Sequence[str], lines: Sequence[Mapping[Any, Any]]) -> str:
    """What is the same in all lines and is therefore no column of its own.

    >>> constants(["model", "prompt", "max_tokens"], [{"model": "a", "prompt": "plain", "max_tokens": None}])
    'prompt plain, no max_tokens'
    """
    if not lines:
        return ""
    telling = _telling(by, lines)
    same = [(column, lines[0][column]) for column in by if column not in telling]
    return ", ".join(f"no {column}" if absent(value) else f"{column} {name(value)}" for column, value in same)


def _telling(by: Sequence[str], lines: Sequence[Mapping[Any, Any]]) -> list[str]:
    varying = [column for column in by if len({name(line[column]) for line in lines}) > 1]
    return varying or list(by[:1])


def as_html(
    columns: Sequence[Column],
    caption: str = "",
    *,
    above: Markup | str = "",
    below: Markup | str = "",
    more: Sequence[Section] = (),
) -> str:
    """The table as HTML of our own making, everything else escaped; `more` is folded away below it.

    >>> "&lt;script&gt;" in as_html([Column("model", ["<script>"])])
    True
    """
    folded = Markup()
    if more:
        tables = Markup().join(
            Markup('<p class="wb-part">{}</p>{}').format(section.title, _table(section.columns)) for section in more
        )
        titles = ", ".join(section.title[:1].lower() + section.title[1:] for section in more)
        folded = Markup("<details><summary>More: {}</summary>{}</details>").format(titles, tables)
    return str(
        Markup('{}<div class="wb-table mathjax_ignore">{}{}{}{}</div>').format(
            STYLE, above, _table(columns, caption), folded, below
        )
    )


def _table(columns: Sequence[Column], caption: str = "") -> Markup:
    head = Markup().join(
        Markup('<th scope="col" class="{}">{}</th>').format(_css_class(column), column.head)
        if column.head
        else Markup("<td></td>")
        for column in columns
    )
    body = Markup().join(
        Markup("<tr>{}</tr>").format(
            Markup().join(
                Markup('<td class="{}">{}</td>').format(_css_class(column), _cell(columns, place, line))
                for place, column in enumerate(columns)
            )
        )
        for line in range(len(columns[0].texts) if columns else 0)
    )
    # Not a caption of the table: on a narrow screen that is as wide as the table, and half of its words out of sight.
    foot = Markup('<p class="wb-caption">{}</p>').format(caption) if caption else Markup()
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}").format(head, body, foot)


def _cell(columns: Sequence[Column], place: int, line: int) -> Markup:
    column = columns[place]
    if column.names:
        leading = [each.texts for each in columns[: place + 1] if each.names]
        if line and all(texts[line] == texts[line - 1] for texts in leading):
            return Markup()
        return _name_in_two(column.texts[line])
    note = column.notes[line] if column.notes else ""
    small = Markup("<small>{}</small>").format(note) if note else Markup()
    return Markup("{}{}{}").format(column.texts[line], small, column.bars[line] if column.bars else "")


def _name_in_two(text: str) -> Markup:
    """A model id with its provider in small print above it; any other name as it is."""
    path, space, rest = text.partition(" ")
    provider, slash, model = path.rpartition("/")
    if not slash or "://" in path:
        return escape(text)
    return Markup("<small>{}/</small>{}").format(provider, model + space + rest)


def as_text(columns: Sequence[Column], caption: str = "", *, above: str = "") -> str:
    """The table as plain text, control characters shown as escapes.

    >>> print(as_text([Column("model", ["a", "bb"]), Column("accuracy", ["50 %", "100 %"])]))
    model  accuracy
    a          50 %
    bb        100 %
    """
    blocks = []
    for column in columns:
        texts = column.texts
        if column.notes:
            texts = [f"{text} {note}".rstrip() for text, note in zip(texts, column.notes, strict=True)]
        blocks.append([column.head, *map(plain, texts)])
    lines = []
    for cells in zip(*blocks, strict=True):
        padded = []
        for column, block, cell in zip(columns, blocks, cells, strict=True):
            width = max(map(len, block))
            padded.append(cell.rjust(width) if _css_class(column) == "wb-number" else cell.ljust(width))
        lines.append("  ".join(padded).rstrip())
    return "\n".join([*([above] if above else []), *lines, *([plain(caption)] if caption else [])])


def headline(text: str) -> Markup:
    """A paragraph whose first sentence stands out.

    >>> headline("a is better than b. It costs $1.")
    Markup('<p class="wb-verdict"><b>a is better than b.</b> It costs $1.</p>')
    """
    return Markup('<p class="wb-verdict"><b>{}</b>{}</p>').format(*in_two(text))


def paragraph(text: str, css_class: str) -> Markup:
    """A paragraph of escaped text."""
    return Markup('<p class="{}">{}</p>').format(css_class, escape(text))


def _css_class(column: Column) -> str:
    if column.words:
        return "wb-words"
    known = [text for text in column.texts if text != ABSENT]
    numeric = all(text[:1] in "0123456789$+-–≈" for text in known)
    if known and numeric and not column.bars:
        return "wb-number"
    return "wb-name" if column.names else "wb-text"
