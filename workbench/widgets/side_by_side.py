"""Configurations beside each other, task by task: to read what the numbers are made of. Never calls a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.errors import InputError
from workbench.replies import cards
from workbench.replies.served import redirected
from workbench.rows.configurations import configuration_columns, grouped
from workbench.rows.standing import ERROR, NEVER, RIGHT, STANDINGS, WRONG, standing
from workbench.rows.table import checked
from workbench.show import figures
from workbench.show.figures import counted

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
        chosen = _chosen(found, sides)
        first = found[chosen[0]]
        telling = [name for name in columns if any(not _equal(found[i][name], first[name]) for i in chosen)]
        self.names = [", ".join(figures.name(found[i][name]) for name in telling or columns[:1]) for i in chosen]
        case, self.cases = grouped(self.rows, ["task_id", *(["sample"] if "sample" in self.rows else [])])
        self.places = np.full((len(self.cases), len(chosen)), -1)
        for side, group in enumerate(chosen):
            lines = np.flatnonzero(codes == group)[::-1]
            self.places[case[lines], side] = lines  # of rows that say the same twice, the first stays
        self.configurations = len(found)
        self._tasks = int(self.cases["task_id"].nunique(dropna=False))
        texts = [self.rows[name] for name in ("task_id", "task_question", "answer", "thinking") if name in self.rows]
        self._texts = texts[0].astype(str)
        for column in texts[1:]:
            self._texts = self._texts + "\n" + column.where(column.notna(), "").astype(str)

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
            question=(_text(known.get("task_question")) or _text(known["task_id"])) + self._which(known),
            target=_text(known.get("task_target")),
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


def side_by_side(rows: pd.DataFrame, configurations: Sequence[Mapping[str, Any]] | None = None) -> SideBySide:
    """Show replies to the same task beside each other, with filters, a search and a word diff.

    `configurations` are mappings of column to value, such as `{"model": "local/smollm2-135m-think", "max_tokens": 64}`;
    left out, the sides are all configurations of the rows, at most six. Raises InputError for rows that are empty or
    lack a column, and for a configuration that the rows do not hold.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": "sheep", "model": model, "outcome": "answered", "correct": True} for model in "ab"])
    >>> side_by_side(rows)
    1 task side by side: a; b
    """
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


def _chosen(found: Sequence[Mapping[str, Any]], sides: Sequence[Mapping[str, Any]] | None) -> list[int]:
    """Places of the configurations that are shown."""
    if sides is None:
        return list(range(min(len(found), MOST_SIDES)))
    if isinstance(sides, Mapping) or not all(isinstance(side, Mapping) for side in sides) or not sides:
        raise InputError(
            f"configurations is {sides!r}; give a list of mappings, such as [{{'model': 'a'}}, {{'model': 'b'}}]"
        )
    if len(sides) > MOST_SIDES:
        raise InputError(f"{len(sides)} configurations do not fit beside each other; choose at most {MOST_SIDES}")
    chosen = []
    for side in sides:
        place = next((i for i, each in enumerate(found) if _fits(each, side)), None)
        if place is None:
            held = "; ".join(str({name: figures.name(value) for name, value in each.items()}) for each in found[:4])
            raise InputError(
                f"the rows hold no configuration {dict(side)!r}; they hold {held}{' …' * (len(found) > 4)}"
            )
        chosen.append(place)
    return chosen


def _fits(configuration: Mapping[str, Any], side: Mapping[str, Any]) -> bool:
    return all(name in configuration and _equal(configuration[name], value) for name, value in side.items())


def _equal(one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(one == other)


def _text(value: Any) -> str:
    return "" if figures.absent(value) else str(value)


def _whole(value: Any) -> int | None:
    return None if figures.absent(value) else int(value)


def card_of(name: str, record: Any, standing_word: str) -> cards.Card:
    """The card of one row; None stands for a configuration that was not asked."""
    if record is None:
        return cards.Card(name, note="This configuration was not asked this.")
    failed = record["outcome"] == "error"
    thinking = _whole(record.get("thinking_tokens"))
    return cards.Card(
        name,
        outcome=str(record["outcome"]),
        answer=_text(record.get("answer")),
        thinking=_text(record.get("thinking")),
        standing=standing_word,
        why=_text(record.get("why")),
        thinking_tokens=thinking,
        answer_tokens=cards.tokens_of_answer(
            _whole(record.get("answer_tokens")),
            thinking=thinking,
            output=_whole(record.get("completion_tokens")),
            visibility=_text(record.get("thinking_visibility")),
        ),
        max_tokens=_whole(record.get("max_tokens")),
        estimated=_text(record.get("thinking_tokens_source")) == "estimated",
        note=_text(record.get("error_message")) if failed else "",
        foot=[] if failed else _foot(record),
    )


def _foot(record: Any) -> list[str]:
    usd, seconds, kept = record.get("usd"), record.get("seconds"), record.get("cached")
    served = _text(record.get("served_model"))
    return [
        *([f"served as {served}"] if served and redirected(_text(record["model"]), served) else []),
        figures.spent(None if figures.absent(usd) else float(usd)),
        *([] if figures.absent(seconds) else [figures.duration(seconds)]),
        *([] if figures.absent(kept) else ["kept" if kept else "bought"]),
    ]
