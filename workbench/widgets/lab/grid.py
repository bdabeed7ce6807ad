"""All tasks against all configurations after a sweep: how each reply stands, the worst tasks first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from markupsafe import Markup

from workbench.replies import cards
from workbench.rows.configurations import configuration_columns, grouped
from workbench.rows.shown import card_of
from workbench.rows.standing import ERROR, NEVER, RIGHT, STANDINGS, WRONG, standing
from workbench.show import figures
from workbench.show.figures import counted
from workbench.show.markdown import visible

if TYPE_CHECKING:
    import pandas as pd

MOST_TASKS: Final = 200
"""Tasks of a grid; the worst come first, so what is kept back is what went well."""

_SIGNS: Final[Mapping[int, str]] = {RIGHT: "✓", WRONG: "✗", NEVER: "–", ERROR: "!"}
_WEIGHTS: Final[Mapping[int, int]] = {WRONG: 4, ERROR: 3, NEVER: 3, RIGHT: 0}
_CSS: Final[Mapping[int, str]] = {RIGHT: "wb-good", WRONG: "wb-bad", NEVER: "wb-odd", ERROR: "wb-bad"}


class TaskGrid:
    """The rows of a sweep, laid out by task and configuration."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows.reset_index(drop=True)
        self.standings = standing(self.rows)
        columns = configuration_columns(self.rows)
        self._side, groups = grouped(self.rows, columns)
        telling = [name for name in columns if groups[name].nunique(dropna=False) > 1] or columns[:1]
        self.names = [
            ", ".join(figures.name(value) for value in values)
            for values in groups[telling].itertuples(index=False, name=None)
        ]
        task, tasks = grouped(self.rows, ["task_id"])
        weights = np.array([_WEIGHTS.get(int(stands), 1) for stands in self.standings], dtype=float)
        badness = np.bincount(task, weights=weights) / np.maximum(np.bincount(task), 1)
        self.order = np.argsort(-badness, kind="stable")
        self.tasks = tasks["task_id"].tolist()
        self._lines: dict[tuple[int, int], list[int]] = {}
        for line, place in enumerate(zip(task.tolist(), self._side.tolist(), strict=True)):
            self._lines.setdefault(place, []).append(line)

    def html(self, opened: int | None = None, notes: Mapping[str, str] | None = None) -> Markup:
        """The grid; each reply is a button that says in words how it stands."""
        shown = self.order[:MOST_TASKS].tolist()
        head = Markup().join(Markup('<th scope="col">{}</th>').format(visible(name)) for name in self.names)
        body = Markup().join(
            Markup('<tr><th scope="row">{}</th>{}</tr>').format(
                visible(figures.beginning(self._title(task), 70)),
                Markup().join(
                    Markup("<td>{}</td>").format(self._buttons(task, side, opened, notes or {}))
                    for side in range(len(self.names))
                ),
            )
            for task in shown
        )
        hidden = len(self.tasks) - len(shown)
        more = f" {counted(hidden, 'more task')} that went better are not shown." if hidden else ""
        said = "✓ right, ✗ wrong, – never answered, ! failed; the worst tasks first. Arrows walk, Enter opens." + more
        return Markup(
            '<div class="wb-scroll mathjax_ignore"><table class="wb-task-grid"><thead><tr><td></td>{}</tr></thead>'
            '<tbody>{}</tbody></table></div><div class="wb-quiet">{}</div>'
        ).format(head, body, said)

    def _title(self, task: int) -> str:
        line = next(self._lines[task, side][0] for side in range(len(self.names)) if (task, side) in self._lines)
        question = self.rows["task_question"].iloc[line] if "task_question" in self.rows else None
        name = str(self.tasks[task])
        return name if figures.absent(question) else f"{name} · {question}"

    def _buttons(self, task: int, side: int, opened: int | None, notes: Mapping[str, str]) -> Markup:
        return Markup("").join(
            Markup(
                '<button type="button" data-wb-press="open {}" class="wb-mark {}{}" aria-label="{}"{}>{}{}</button>'
            ).format(
                line,
                _CSS.get(int(self.standings[line]), "wb-odd"),
                " wb-open" if line == opened else "",
                f"task {self.tasks[task]}, {self.names[side]}: {STANDINGS[self.standings[line]]}",
                Markup(' aria-current="true"') if line == opened else Markup(),
                _SIGNS.get(int(self.standings[line]), "?"),
                "*" if notes.get(self.key(line)) else "",
            )
            for line in self._lines.get((task, side), ())
        )

    def key(self, line: int) -> str:
        """What tells the reply of a line from all others."""
        key = self.rows["key"].iloc[line]
        return "" if figures.absent(key) else str(key)

    def name(self, line: int) -> str:
        """The task and the configuration of a line."""
        return f"{self.rows['task_id'].iloc[line]} · {self.names[self._side[line]]}"

    def card(self, line: int) -> Markup:
        """The reply of a line with its question and target."""
        row = self.rows.iloc[line]
        text = {name: row.get(name) for name in ("task_question", "task_target")}
        said = {name: "" if figures.absent(value) else str(value) for name, value in text.items()}
        return cards.pair_html(
            [card_of(self.names[self._side[line]], row, STANDINGS[self.standings[line]])],
            question=said["task_question"] or str(row["task_id"]),
            target=said["task_target"],
        )


def sent_html(messages: Sequence[Mapping[str, Any]] | None) -> Markup:
    """A prompt as it was sent, folded away: each message with its role."""
    if not messages:
        return Markup()
    text = "\n\n".join(f"[{message.get('role', '?')}]\n{_content(message.get('content'))}" for message in messages)
    return Markup(
        '<details class="wb-sent mathjax_ignore"><summary>The prompt as it was sent</summary>'
        '<pre class="wb-box wb-text">{}</pre></details>'
    ).format(visible(text))


def _content(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text") or f"({part.get('type')})") for part in parts if isinstance(part, Mapping))
