"""A thought as a card with marks, and two beside each other; plain HTML that a saved notebook and a report keep.

The bar above the text is the thought from its beginning to its end; a click on a mark leads to its place in the text.
The bar lies in the box that scrolls and stays at its top, and a place that is led to stops below it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from workbench.analysis.thinking import thinking_read
from workbench.analysis.thought_marks import Mark, marks_of
from workbench.errors import InputError
from workbench.rows.table import DTYPES, checked, frame
from workbench.show import figures
from workbench.show.markdown import visible
from workbench.show.styles import style_sheet
from workbench.show.tables import Page

STYLE: Final = style_sheet("workbench.show", "thought.css")

MOST_CHARACTERS: Final = 40_000
"""Of a thought, half from its beginning and half from its end; the bar shows all of it."""

MOST_MARKS: Final = 400
"""On a bar: it is a few hundred points wide."""

FILLS_ITS_BOX: Final = 6_000
"""So many characters are longer than the box, however wide that is."""

_LEFT_OUT: Final = "left-out"
COLOURS: Final = {
    "target": "rgba(34,150,94,.42)",
    "other answer": "rgba(208,64,52,.40)",
    "reflection": "rgba(222,158,20,.42)",
    "switch": "rgba(128,84,214,.40)",
    "language": "rgba(24,130,200,.32)",
    "loop": "rgba(128,128,128,.38)",
}
_WORDS: Final = {
    "target": "the right answer",
    "other answer": "another answer",
    "reflection": "reflection",
    "switch": "another way",
    "language": "another language",
    "loop": "a loop",
}


@dataclass(frozen=True)
class ThoughtCards:
    """One thought as a card, or several beside each other."""

    rows: tuple[Mapping[str, Any], ...]

    def __repr__(self) -> str:
        return "\n\n".join(_as_text(row) for row in self.rows)

    def _repr_html_(self) -> str:
        each = Markup().join(
            Markup('<div style="flex:1 1 270px;min-width:0;max-width:100%">{}</div>').format(_card(row))
            for row in self.rows
        )
        return str(
            Markup(
                '{}<div class="mathjax_ignore wb-thought" style="display:flex;flex-wrap:wrap;gap:12px;color:inherit">'
                "{}</div>"
            ).format(STYLE, each)
        )

    def _display_(self) -> Page:
        return Page(self._repr_html_())


def read(row: Any, *others: Any) -> ThoughtCards:
    """Show a thought with what is in it marked: the target, other answers, reflection, another way, language, loops.

    `row` is one row of a table, such as `rows.iloc[0]`, or a table of one to four rows; `others` stand beside it. A
    click on a mark of the bar leads to its place. Raises InputError for what is no row with `thinking`, or
    holds what no row can.
    """
    found: list[Mapping[Any, Any]] = []
    for each in (row, *others):
        if isinstance(each, pd.DataFrame):
            found += each.to_dict("records")
        elif isinstance(each, pd.Series | Mapping):
            found.append(dict(each.items()))
        else:
            raise InputError(f"read takes a row, such as rows.iloc[0], not {type(each).__name__}.")
    if not 1 <= len(found) <= 4:
        raise InputError(
            f"{len(found)} rows do not fit beside each other; give one to four, such as rows.iloc[0], rows.iloc[7]."
        )
    if any("thinking" not in each for each in found):
        raise InputError("The row has no column 'thinking'. Rows come from wb.sweep.")
    return ThoughtCards(tuple(_settled(each) for each in found))


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _settled(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row in its promised types, without what is absent in it."""
    known = {str(name): value for name, value in row.items() if not (pd.api.types.is_scalar(value) and pd.isna(value))}
    cells = checked(pd.DataFrame([known], dtype=object)).iloc[0].items() if known else ()
    return {"thinking": None, **{str(name): value for name, value in cells}}


def _measured(row: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: row[name] for name in row if name in DTYPES or name.startswith("task_")}
    return dict(thinking_read(frame([{"task_id": "1", "outcome": "answered", **known}])).iloc[0])


def _marks(row: Mapping[str, Any]) -> list[Mark]:
    if _text(row, "thinking_visibility") in ("hidden", "summary"):
        return []
    return marks_of(
        _text(row, "thinking"), target=_text(row, "task_target") or None, question=_text(row, "task_question")
    )


def _said(row: Mapping[str, Any]) -> list[str]:
    """What the card says above the bar, a sentence each: how long, when the right answer was there, what followed."""
    read_row = _measured(row)
    if read_row["read"] != "read":
        return [f"The thinking cannot be read: {read_row['read']}."]
    tokens = read_row["thinking_tokens"]
    about = "" if read_row["thinking_tokens_source"] == "counted" else ", by its length"
    said = [f"{_tokens(tokens)} of thinking{about}."]
    if not figures.absent(read_row["first_correct_tokens"]):
        said.append(f"The right answer first stands after {_tokens(read_row['first_correct_tokens'])}.")
        if read_row["left"]:
            said.append("It is left and comes back." if read_row["came_back"] else "It is left and does not come back.")
        if not figures.absent(read_row["tail_tokens"]):
            said.append(_after(read_row))
    elif _text(row, "task_target"):
        said.append("The right answer does not stand in it.")
    else:
        said.append("Which answer is right is not known: the task has no target.")
    said += [f"{_share(read_row['loop_share'])} of it says the same over and over."] if read_row["loop"] else []
    return said


def _share(share: float) -> str:
    return "Nearly all" if share > 0.995 else figures.percent(share)


def _after(read_row: Mapping[str, Any]) -> str:
    """What was thought after the right answer stood for good, and what that took as far as it is known."""
    if read_row["tail_tokens"] < 1:
        return "Next to nothing is thought after that."
    known = [(figures.money, "tail_usd"), (figures.duration, "tail_seconds")]
    took = [said(read_row[name]) for said, name in known if not figures.absent(read_row[name]) and read_row[name] > 0]
    tokens = f"{_tokens(read_row['tail_tokens'])} ({figures.percent(read_row['tail_share'])})"
    return f"What is thought after it stands for good takes {', '.join([tokens, *took])}."


def _tokens(number: float) -> str:
    return figures.counted(round(number), "token")


def _as_text(row: Mapping[str, Any]) -> str:
    head = " · ".join(part for part in (_text(row, "model"), str(row.get("task_id", ""))) if part)
    return figures.plain(f"{head}: {' '.join(_said(row))}")


def _card(row: Mapping[str, Any]) -> Markup:
    text, marks = _text(row, "thinking"), _marks(row)
    anchor = (
        "t"
        + hashlib.sha256(
            f"{row.get('key')}{row.get('task_id')}{text[:2_000]}{len(text)}".encode("utf-8", "replace")
        ).hexdigest()[:10]
    )
    head = " · ".join(part for part in (_text(row, "model"), _text(row, "prompt"), str(row.get("task_id", ""))) if part)
    question = _text(row, "task_question")
    parts = [
        Markup('<div style="font-weight:600;font-size:13px;overflow-wrap:anywhere">{}</div>').format(visible(head)),
        Markup(
            '<div dir="auto" style="font-size:12px;opacity:.8;padding:2px 0;overflow-wrap:anywhere">{}</div>'
        ).format(visible(figures.beginning(question, 300)))
        if question
        else Markup(),
        Markup('<div style="font-size:12px;padding:4px 0">{}</div>').format(" ".join(_said(row))),
        _legend(marks),
        _thought(text, marks, anchor),
        Markup(
            '<div style="font-size:13px;padding-top:6px;overflow-wrap:anywhere"><b>answer</b> '
            '<span dir="auto">{}</span></div>'
        ).format(visible(figures.beginning(_text(row, "answer"), 600)))
        if _text(row, "answer")
        else Markup(),
    ]
    return Markup(
        '<div style="border:1px solid rgba(128,128,128,.4);border-radius:6px;padding:8px 10px;color:inherit">{}</div>'
    ).format(Markup().join(parts))


def _bar(text: str, marks: Sequence[Mark], anchor: str) -> Markup:
    """The thought from its beginning to its end: a stretch for what is not marked, a link for what is.

    Of too many marks those of each kind are thinned out by themselves; what stands in the part of the text that is left
    out leads to where that is said.
    """
    if not text:
        return Markup()
    step = -(-len(marks) // MOST_MARKS) or 1
    by_kind = sorted(enumerate(marks), key=lambda each: (list(COLOURS).index(each[1].kind), each[1].start))
    shown = _shown(text)
    pieces, place = [], 0
    for number, mark in sorted(by_kind[::step]):
        is_there = any(mark.start < end and mark.end > start for start, end in shown)
        if mark.start > place:
            pieces.append(_gap(mark.start - place, len(text)))
        width = max(mark.end - mark.start, 1) / len(text) * 1000
        pieces.append(
            Markup(
                '<a href="#{}" title="{}" style="flex:{} 0 0;min-width:3px;background:{};height:18px;display:block">'
                "</a>"
            ).format(
                f"{anchor}-{number if is_there else _LEFT_OUT}",
                visible(f"{_WORDS[mark.kind]}: {mark.label[:60]}"),
                f"{width:.1f}",
                COLOURS[mark.kind],
            )
        )
        place = max(place, mark.end)
    if place < len(text):
        pieces.append(_gap(len(text) - place, len(text)))
    return Markup(
        '<div class="wb-thought-bar" role="group" aria-label="where the marks stand"><div style="display:flex;'
        "height:18px;border:1px solid rgba(128,128,128,.4);border-radius:3px;overflow:hidden;"
        'background:rgba(128,128,128,.08)">{}</div></div>'
    ).format(Markup().join(pieces))


def _gap(size: int, whole: int) -> Markup:
    return Markup('<span style="flex:{} 1 0;min-width:0"></span>').format(f"{size / whole * 1000:.1f}")


def _legend(marks: Sequence[Mark]) -> Markup:
    counts = _counts(marks)
    items = [
        Markup(
            '<span style="white-space:nowrap"><span style="background:{};padding:0 5px;border-radius:2px">&nbsp;</span>'
            " {} {}</span>"
        ).format(COLOURS[kind], _WORDS[kind], count)
        for kind, count in counts.items()
        if count
    ]
    if not items:
        return Markup()
    return Markup('<div style="display:flex;flex-wrap:wrap;gap:10px;font-size:11px;padding:6px 0">{}</div>').format(
        Markup().join(items)
    )


def _counts(marks: Sequence[Mark]) -> dict[str, int]:
    """How many there are of each kind: pieces of one stretch that hold other marks between them are one."""
    counts = dict.fromkeys(COLOURS, 0)
    there: set[tuple[str, str]] = set()
    end = -1
    for mark in marks:
        there = there if mark.start <= end else set()
        long = mark.kind in ("language", "loop")
        if not (long and (mark.kind, mark.label) in there):
            counts[mark.kind] += 1
        there.add((mark.kind, mark.label))
        end = mark.end
    return counts


def _thought(text: str, marks: Sequence[Mark], anchor: str) -> Markup:
    if not text:
        return Markup()
    pieces: list[Markup] = []
    before = 0
    for start, end in _shown(text):
        if start:
            pieces.append(
                Markup(
                    '<p id="{}-{}" class="wb-inside" tabindex="-1"><i>… {} characters are left out here …</i></p>'
                ).format(anchor, _LEFT_OUT, f"{start - before:,}")
            )
        before = end
        pieces.append(_stretch(text, marks, anchor, start, end))
    return Markup(
        '<div class="wb-thought-text" tabindex="0" style="font-size:12px;line-height:1.5;max-height:25em;'
        'overflow-y:auto;padding-bottom:3em">{}'
        '<div dir="auto" style="white-space:pre-wrap;overflow-wrap:anywhere">{}</div></div>'
    ).format(_bar(text, marks, anchor), Markup().join(pieces))


def _shown(text: str) -> list[tuple[int, int]]:
    """The stretches of a thought that stand on its card."""
    half = MOST_CHARACTERS // 2
    return [(0, len(text))] if len(text) <= MOST_CHARACTERS else [(0, half), (len(text) - half, len(text))]


def _stretch(text: str, marks: Sequence[Mark], anchor: str, start: int, end: int) -> Markup:
    pieces, place = [], start
    for number, mark in enumerate(marks):
        first, last = max(mark.start, place), min(mark.end, end)
        if first >= last:
            continue
        pieces.append(Markup("{}").format(visible(text[place:first])))
        pieces.append(
            Markup(
                '<mark id="{}"{} tabindex="-1" title="{}" style="background:{};color:inherit;border-radius:2px">{}'
                "</mark>"
            ).format(
                f"{anchor}-{number}",
                Markup(' class="wb-inside"') if len(text) - first >= FILLS_ITS_BOX else "",
                _WORDS[mark.kind],
                COLOURS[mark.kind],
                visible(text[first:last]),
            )
        )
        place = last
    pieces.append(Markup("{}").format(visible(text[place:end])))
    return Markup().join(pieces)
