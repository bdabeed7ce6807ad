"""`trace`: a loop to be read, step by step; or two of them, side by side from the step at which they part."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from workbench.base.files import written_whole
from workbench.errors import InputError
from workbench.loops.loop import Loop
from workbench.loops.reading import Difference, first_difference, trace_of
from workbench.replies.cards import with_style
from workbench.replies.outcomes import OUTCOME_WORDS
from workbench.replies.traces import pair_of_traces, trace_html
from workbench.rows.loop_traces import Trace
from workbench.show.figures import absent, counted, spent
from workbench.show.markdown import visible
from workbench.show.notebook import notebook_shell
from workbench.show.styles import style_sheet

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>{style}</head>
<body><h1>{title}</h1>{body}</body></html>
"""


class TraceCard:
    """What `trace` gives: shows itself in a notebook and its report, as text elsewhere, and saves itself as a page."""

    def __init__(self, sides: list[tuple[str, str, Trace]], search: str, parts: Difference | None) -> None:
        self._sides, self._search, self.difference = sides, search, parts
        self._keys: Any = None

    def _repr_html_(self) -> str:
        return str(with_style(self._html()))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The card; where a notebook shows widgets, with a bar to search in it, and keys to walk over its steps."""
        plain = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if notebook_shell() is None:
            return plain
        from workbench.loops.keys import TraceKeys

        self._keys = self._keys or TraceKeys(card=plain["text/html"], search=self._search)
        live = self._keys._repr_mimebundle_()  # data with metadata, or nothing where widgets are switched off
        return {**(live[0] if live else {}), **plain}

    def _html(self) -> Markup:
        if len(self._sides) == 1:
            ((name, foot, steps),) = self._sides
            return trace_html(name, steps, foot=foot, search=self._search, opened=frozenset({len(steps)}))
        names, foots, traces = zip(*self._sides, strict=True)
        parts = self.difference
        return pair_of_traces(
            names,
            traces,
            parts_at=parts.step if parts else None,
            what=parts.what if parts else "",
            foots=foots,
            search=self._search,
        )

    def __repr__(self) -> str:
        lines = [] if self.difference is None or len(self._sides) == 1 else [str(self.difference)]
        for name, foot, steps in self._sides:
            lines += [visible(f"{name} — {foot}"), *(visible(_line(step)) for step in steps)]
        return "\n".join(lines)

    def save(self, path: str | Path) -> Path:
        """Write it as one page that needs nothing else, asks for nothing and runs nothing: to be mailed."""
        title = html.escape(visible(" and ".join(name for name, _, _ in self._sides)))
        with written_whole(Path(path)) as draft:
            page = _PAGE.format(title=title, style=style_sheet("workbench.loops", "page.css"), body=self._repr_html_())
            draft.write_text(page, encoding="utf-8")
        return Path(path)


def trace(one: Any, other: Any = None, *, search: str = "") -> TraceCard:
    """Show a loop step by step: thought, calls, results, tokens, dollars; with another, both from where they part.

    Takes what `run` gave, or a row of a sweep (`rows.iloc[3]`, or a table of one row). Steps are folded, the last is
    open; `search` opens those that hold a text, and marks it. Everything a model or a tool wrote is shown as text.

    >>> look = '{"step": 1, "calls": [{"name": "look", "arguments": "{}", "result": "dark"}]}'
    >>> trace({"loop_trace": f'[{look}, {{"step": 2, "answer": "Dark."}}]', "model": "m", "outcome": "answered"})
    m — answered · 2 steps · look 1
    1  look({}) → dark
    2  Dark.
    """
    if not isinstance(search, str):
        raise InputError(f"search is {search!r}; give a text")
    sides = [_side(each) for each in ([one] if other is None else [one, other])]
    return TraceCard(sides, search, None if other is None else first_difference(one, other))


def _side(one: Any) -> tuple[str, str, Trace]:
    steps = trace_of(one)
    if hasattr(one, "columns"):
        one = one.iloc[0]
    told = _of_loop(one) if isinstance(one, Loop) else _of_row(one) if hasattr(one, "get") else {}
    made = Counter(str(call.get("name")) for step in steps for call in step.get("calls", []))
    parts = [OUTCOME_WORDS.get(str(told.get("outcome")), ""), counted(len(steps), "step")]
    parts.append(", ".join(f"{name} {number}" for name, number in made.most_common(6)))
    parts += [spent(float(told["usd"]))] if told.get("usd") is not None else []
    parts += [f"{float(told['seconds']):.1f} s"] if told.get("seconds") is not None else []
    return str(told.get("name") or "a loop"), " · ".join(part for part in parts if part), steps


def _of_loop(loop: Loop) -> dict[str, Any]:
    seconds = loop.seconds_in_model + loop.seconds_in_tools
    return {"name": loop.model, "outcome": loop.outcome, "usd": loop.usd, "seconds": seconds}


def _of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row.get(name) for name in ("outcome", "usd", "seconds")}
    told = {name: None if absent(value) else value for name, value in told.items()}
    words = [row.get("model"), row.get("task_id"), row.get("prompt")]
    return {**told, "name": " · ".join(str(word) for word in words if word is not None and not absent(word))}


def _line(step: Mapping[str, Any]) -> str:
    calls = "; ".join(
        f"{call.get('name')}({call.get('arguments', '')}) → {_brief(call.get('result', ''))}"
        for call in step.get("calls", [])
    )
    return f"{step.get('step', '?')}  {calls or _brief(step.get('answer') or step.get('note') or 'nothing')}"


def _brief(text: Any) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= 100 else f"{words[:99]}…"
