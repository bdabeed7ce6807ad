"""What was understood of a file of tasks: which column became what, and why; said before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markupsafe import Markup

ROLES: Final = ("messages", "system", "context", "question", "options", "images", "target", "labels", "id")
"""The parts of a task that a column can become, in the order in which they are told."""


@dataclass(frozen=True)
class Role:
    """One part of the tasks, where it comes from, and why: `Role("target", "column 'answer'", "by its name")`."""

    part: str
    origin: str
    why: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.why}" if self.why else self.origin


@dataclass(frozen=True)
class Understood:
    """Which column became what, and why; `others` became nothing, `notes` tell what was done, `warnings` what is wrong.

    It shows itself as lines of text, and as a list in a notebook.

    >>> print(Understood("t.csv", (Role("question", "column 'Frage'", "by its name"),), ("kind",)))
    question  column 'Frage': by its name
    others    kind
    """

    source: str
    roles: tuple[Role, ...] = ()
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    shuffle: int | None = None

    def of(self, part: str) -> Role | None:
        """What became this part of the tasks; None where nothing did.

        >>> Understood("t.csv").of("id") is None
        True
        """
        return next((role for role in self.roles if role.part == part), None)

    def lines(self) -> list[tuple[str, str]]:
        """The parts in order, each as a head and a text."""
        lines = [(role.part, str(role)) for part in ROLES for role in self.roles if role.part == part]
        lines += [("others", ", ".join(self.others))] if self.others else []
        lines += [("note", note) for note in self.notes]
        return [*lines, *(("warning", warning) for warning in self.warnings)]

    def __str__(self) -> str:
        return text_of(self.lines()) or f"tasks of {self.source}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return str(html_of(self.lines()))


def text_of(lines: Sequence[tuple[str, str]]) -> str:
    """Heads and texts as lines of plain text, the texts below each other."""
    width = max((len(head) for head, _ in lines), default=0)
    pad = "\n" + " " * (width + 2)
    return "\n".join(f"{head:<{width}}  {text.replace(chr(10), pad)}" for head, text in lines)


def html_of(lines: Sequence[tuple[str, str]]) -> Markup:
    """Heads and texts as a list of our own making; all of it escaped."""
    from markupsafe import Markup

    rows = Markup().join(
        Markup(
            '<dt style="opacity:.75;font-weight:400">{}</dt><dd style="margin:0;overflow-wrap:anywhere">{}</dd>'
        ).format(head, Markup("<b>{}</b>").format(text) if head == "warning" else text)
        for head, text in lines
    )
    return Markup(
        '<dl class="wb-understood mathjax_ignore" style="display:grid;grid-template-columns:max-content 1fr;'
        'gap:2px 12px;margin:4px 0;font-size:12px;line-height:1.4;color:inherit">{}</dl>'
    ).format(rows)
