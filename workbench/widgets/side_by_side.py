"""Configurations beside each other, task by task: to read what the numbers are made of. Never calls a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.replies import cards
from workbench.rows.configurations import chosen_configurations, configuration_columns, grouped, same_value
from workbench.rows.segments import Segments
from workbench.rows.shown import card_of, text_of
from workbench.rows.standing import ERROR, NEVER, RIGHT, STANDINGS, WRONG, standing
from workbench.rows.table import as_texts, checked
from workbench.show import figures
from workbench.show.figures import counted
from workbench.widgets.saved import note_html

TASKS_OF_SEGMENTS: Final = 200
"""Tasks whose texts are read where the rows lie in segments."""

STATIC_CASES: Final = 6
"""Tasks in the form that a saved notebook and a report keep."""

MOST_SIDES: Final = 6
FILTERS: Final = ("all", "they differ", "A right, B wrong", "B right, A wrong", "never answered", "error")


class Comparable:
    """Rows arranged by case, a task or one sample of it: the row of each side, and what a filter lets through."""

    def __init__(self, rows: pd.DataFrame, sides: Sequence[Mapping[str, Any]] | None = None) -> None:
        self.rows = checked(rows, "task_id", "model", "outcome", "correct", minimum=1)
        self.standings = standing(self.rows)
        columns = configuration_columns(self.rows)
        codes, groups = grouped(self.rows, columns)
        found = [dict(zip(columns, values, strict=True)) for values in groups.itertuples(index=False, name=None)]
        chosen = list(range(min(len(found), MOST_SIDES)))
        if sides is not None:
            chosen = chosen_configurations(found, sides, most=MOST_SIDES)
        first = found[chosen[0]]
        telling = [name for name in columns if any(not same_value(found[i][name], first[name]) for i in chosen)]
        self.names = [", ".join(figures.name(found[i][name]) for name in telling or columns[:1]) for i in chosen]
        case, self.cases = grouped(self.rows, ["task_id", *(["sample"] if "sample" in self.rows else [])])
        self.places = np.full((len(self.cases), len(chosen)), -1)
        for side, group in enumerate(chosen):
            lines = np.flatnonzero(codes == group)[::-1]
            self.places[case[lines], side] = lines  # of rows that say the same twice, the first stays
        self.configurations = len(found)
        self._tasks = int(self.cases["task_id"].nunique(dropna=False))
        texts = [self.rows[name] for name in ("task_id", "task_question", "answer", "thinking") if name in self.rows]
        joined = map("\n".join, zip(*map(as_texts, texts), strict=True))
        self._texts = pd.Series(list(joined), dtype=object)

    def matching(self, what: str = "all", search: str = "") -> list[int]:
        """The cases, by place, that a filter and a search in their texts let through."""
        asked = self.places >= 0
        stands = np.where(asked, self.standings[self.places], len(STANDINGS))
        a, b = stands[:, 0], stands[:, min(1, stands.shape[1] - 1)]
        masks = {
            "all": asked.any(axis=1),
            "they differ": np.array([len(set(line) - {len(STANDINGS)}) > 1 for line in stands.tolist()], dtype=bool),
            "A right, B wrong": (a == RIGHT) & (b == WRONG),
            "B right, A wrong": (b == RIGHT) & (a == WRONG),
            "never answered": (stands == NEVER).any(axis=1),
            "error": (stands == ERROR).any(axis=1),
        }
        mask = masks[what]
        if search.strip():
            words = self._texts.str.contains(search.strip(), case=False, regex=False).to_numpy(bool)
            mask = mask & (words[self.places] & asked).any(axis=1)
        return [int(place) for place in np.flatnonzero(mask)]

    def html(self, place: int, *, diff: bool = False, fold_diff: bool = False) -> Markup:
        """One case: its question, its target, and a card for each side."""
        lines = [int(line) for line in self.places[place]]
        records = [self.rows.iloc[line] if line >= 0 else None for line in lines]
        known = next(record for record in records if record is not None)
        return cards.pair_html(
            [
                card_of(name, record, STANDINGS[self.standings[line]] if line >= 0 else "")
                for name, record, line in zip(self._lettered(), records, lines, strict=True)
            ],
            question=(text_of(known.get("task_question")) or text_of(known["task_id"])) + self._which(known),
            target=text_of(known.get("task_target")),
            diff=diff,
            fold_diff=fold_diff,
        )

    def static_html(self) -> Markup:
        """The first cases on which the sides differ, for a saved notebook and a report."""
        differing = self.matching("they differ")
        shown = (differing or self.matching())[:STATIC_CASES]
        note = (
            f"{len(shown)} of {self.counted(len(self.matching()))}; on {len(differing):,} of them the configurations "
            f"stand differently. {self.note}"
        )
        body = Markup().join(self.html(place, fold_diff=True) for place in shown)
        return cards.with_style(Markup('<p class="wb-target">{}</p>').format(note) + body)

    def counted(self, number: int) -> str:
        """A number of cases, in words: of tasks, or of samples where there are several of a task.

        >>> from workbench.rows.table import frame
        >>> rows = [{"task_id": "a", "model": "m", "outcome": "empty", "correct": False, "sample": n} for n in range(2)]
        >>> Comparable(frame(rows)).counted(1), Comparable(frame(rows[:1])).counted(1)
        ('1 sample of 1 task', '1 task')
        """
        if self._tasks == len(self.cases):
            return counted(number, "task")
        return f"{counted(number, 'sample')} of {counted(self._tasks, 'task')}"

    @property
    def note(self) -> str:
        """Which configurations are not shown, and how to see them; nothing where all are."""
        more = self.configurations - len(self.names)
        return f"{counted(more, 'further configuration')} not shown: choose with configurations=[…]." if more else ""

    def _which(self, record: Any) -> str:
        several = len(self.cases) > self._tasks
        return f" (sample {int(record['sample']) + 1})" if several and not figures.absent(record["sample"]) else ""

    def _lettered(self) -> list[str]:
        return [f"{chr(ord('A') + place)}: {name}" for place, name in enumerate(self.names)]


class SideBySide:
    """What `side_by_side` shows: a panel in a live notebook, a static form everywhere else."""

    def __init__(self, comparable: Comparable) -> None:
        self._comparable = comparable
        self._panel: _Panel | None = None

    def __repr__(self) -> str:
        found = self._comparable
        return f"{found.counted(len(found.cases))} side by side: {'; '.join(found.names)}"

    @property
    def panel(self) -> _Panel:
        """The widgets, made on first use."""
        if self._panel is None:
            self._panel = _Panel(self._comparable)
        return self._panel

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        static = {"text/plain": repr(self), "text/html": str(self._comparable.static_html())}
        return {**self.panel.box._repr_mimebundle_(), **static}

    def _mime_(self) -> tuple[str, str]:
        """What marimo shows, which has no place for such a panel: its saved form, and a sentence that says so."""
        return "text/html", note_html(str(self._comparable.static_html()))


def side_by_side(
    rows: pd.DataFrame | Segments, configurations: Sequence[Mapping[str, Any]] | None = None
) -> SideBySide:
    """Show replies to the same task beside each other, with filters, a search and a word diff.

    `configurations` are mappings of column to value, such as `{"model": "local/smollm2-135m-think", "max_tokens": 64}`;
    left out, the sides are all configurations of the rows, at most six. Raises InputError for rows that are empty or
    lack a column, and for a configuration that the rows do not hold. Of segments the first tasks are read that are
    answered right here and not there.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": "sheep", "model": model, "outcome": "answered", "correct": True} for model in "ab"])
    >>> side_by_side(rows)
    1 task side by side: a; b
    """
    if isinstance(rows, Segments):
        rows = rows.frame(configurations or (), tasks=rows.differing_tasks(TASKS_OF_SEGMENTS))
    return SideBySide(Comparable(rows, configurations))


class _Panel:
    """The widgets: filters above, one task below. Only the shown task is rendered, so thousands of rows stay quick."""

    def __init__(self, comparable: Comparable) -> None:
        import ipywidgets

        self._comparable = comparable
        self._place = 0
        self.filter = ipywidgets.Dropdown(options=FILTERS, description="Show", layout={"width": "auto"})
        self.search = ipywidgets.Text(placeholder="question, answer, thinking", description="Search")
        self.diff = ipywidgets.ToggleButton(description="Word diff", tooltip="Mark the words in which A and B differ")
        self.previous = ipywidgets.Button(description="Previous", tooltip="The task before")
        self.next = ipywidgets.Button(description="Next", tooltip="The task after")
        self.slider = ipywidgets.IntSlider(
            min=1, max=1, description="Task", readout=False, tooltip="Arrow keys go from task to task"
        )
        self.count = ipywidgets.HTML()
        self.case = ipywidgets.HTML()
        row = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
        self.box = ipywidgets.VBox(
            [
                ipywidgets.HBox([self.filter, self.search, self.diff], layout=row),
                ipywidgets.HBox([self.previous, self.next, self.slider, self.count], layout=row),
                self.case,
            ]
        )
        self.box.add_class("wb-side-by-side")
        for control in (self.filter, self.search, self.diff):
            control.observe(self._filtered, names="value")
        self.slider.observe(self._slid, names="value")
        self.previous.on_click(lambda _: self._step(-1))
        self.next.on_click(lambda _: self._step(1))
        self._filtered(None)

    def _filtered(self, change: Mapping[str, Any] | None) -> None:
        if change is None or change["owner"] is not self.diff:
            self._found = self._comparable.matching(self.filter.value, self.search.value)
            self._place = 0
            self.slider.max = max(1, len(self._found))
            self.slider.value = 1
        self._draw()

    def _slid(self, change: Mapping[str, Any]) -> None:
        self._place = min(change["new"], max(1, len(self._found))) - 1
        self._draw()

    def _step(self, by: int) -> None:
        self.slider.value = min(max(1, self.slider.value + by), self.slider.max)

    def _draw(self) -> None:
        total = self._comparable.counted(len(self._comparable.cases))
        self.previous.disabled = self._place <= 0
        self.next.disabled = self._place >= len(self._found) - 1
        if not self._found:
            self.count.value = f"0 of {total}"
            self.case.value = str(cards.with_style(Markup("<p>No task fits: loosen the filter or the search.</p>")))
            return
        found = len(self._found)
        which = f"{self._place + 1:,} of "
        self.count.value = which + (
            total if found == len(self._comparable.cases) else f"{found:,} that fit, of {total}"
        )
        self.count.value += f". {self._comparable.note}" if self._comparable.note else ""
        self.case.value = str(
            cards.with_style(self._comparable.html(self._found[self._place], diff=bool(self.diff.value)))
        )
