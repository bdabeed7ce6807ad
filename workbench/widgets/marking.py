"""`check_marks`: look at answers drawn at random and say which are right, in a panel or on a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from workbench.analysis.calibrating import Calibration, calibration
from workbench.analysis.hand_marks import check_sheet, drawn, identities, on_sheet, read_sheet, sheet_of, with_marks
from workbench.base.files import written_whole
from workbench.replies import cards
from workbench.show import figures, tables
from workbench.widgets.saved import note_html

KEYS: Final[Mapping[str, bool | None]] = {"r": True, "w": False, "u": None}
"""What the keys of the panel say: right, wrong, cannot tell. `b` goes back by one."""


class HandMarks:
    """What `check_marks` returns: a panel in a live notebook, and what was marked.

    `rows` are all rows with the marks in their column `hand`, `calibration` says what follows from them, `sample` are
    the rows that are looked at, and `marks` what was said of them, None where nothing was.
    """

    def __init__(
        self,
        rows: pd.DataFrame,
        sample: pd.DataFrame,
        *,
        path: Path | None = None,
        marks: Mapping[str, bool | None] = MappingProxyType({}),
    ) -> None:
        self.sample = sample
        self._rows, self._path = rows, path
        self._identities = identities(sample)
        said = sample["hand"] if "hand" in sample.columns else [pd.NA] * len(sample)
        self._marks: dict[str, bool | None] = {
            identity: bool(mark) for identity, mark in zip(self._identities, said, strict=True) if not pd.isna(mark)
        }
        self._marks |= marks
        self._panel: _Panel | None = None

    @property
    def marks(self) -> list[bool | None]:
        """What was said of each row of the sample, None where nothing was, or that one cannot tell."""
        return [self._marks.get(identity) for identity in self._identities]

    @property
    def rows(self) -> pd.DataFrame:
        """All rows, with the marks in their column `hand`: `wb.summary` of them corrects the accuracy."""
        return with_marks(self._rows, self._marks)

    @property
    def calibration(self) -> Calibration:
        """How often the scorer is right by these marks, and the accuracy when its errors are counted."""
        return calibration(self.rows)

    @property
    def left(self) -> list[int]:
        """The places of the sample of which nothing was said yet."""
        return [place for place, identity in enumerate(self._identities) if identity not in self._marks]

    def mark(self, place: int, right: bool | None) -> None:
        """Say of one row of the sample whether its answer is right; None where one cannot tell."""
        self._marks[self._identities[place]] = right
        self.save()

    def save(self) -> None:
        """Write the sheet, if one was asked for."""
        if self._path is not None:
            with written_whole(self._path) as draft:
                draft.write_bytes(sheet_of(self.sample, self._marks, self._path))

    def __repr__(self) -> str:
        done = len(self.sample) - len(self.left)
        where = f" Write yes or no into the column right of {self._path}, and call this again." if self._path else ""
        state = f"{done} of {len(self.sample)} answers are marked by hand.{where if self.left else ''}"
        return f"{state}\n{self.calibration!r}" if any(mark is not None for mark in self.marks) else state

    @property
    def panel(self) -> _Panel:
        """The widgets, made on first use."""
        if self._panel is None:
            self._panel = _Panel(self)
        return self._panel

    def _mime_(self) -> tuple[str, str]:
        """What marimo shows, which has no place for such a panel: its saved form, and a sentence that says so."""
        return "text/html", note_html(self._saved())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {**self.panel.box._repr_mimebundle_(), "text/plain": repr(self), "text/html": self._saved()}

    def _saved(self) -> str:
        html = tables.as_html([], above=tables.headline(repr(self).split("\n", 1)[0]))
        if any(mark is not None for mark in self.marks):
            html += self.calibration._repr_html_()
        return html


def check_marks(rows: pd.DataFrame, n: int = 20, *, seed: int = 0, path: str | Path | None = None) -> HandMarks:
    """Mark answers by hand that are drawn at random, to learn how often the scorer errs and what accuracy really is.

    In a notebook a panel shows one answer after the other, without what the scorer said; the keys are r (right), w
    (wrong), u (cannot tell) and b (back). With `path` they also stand on a sheet, a .csv or .jsonl: it is written when
    it is not there, and read when it is (then it decides which answers are looked at), so that somebody else can fill
    it in, in a spreadsheet. Then `.calibration` tells the scorer's sensitivity and specificity and the corrected
    accuracy, with intervals that include how few answers were marked, and `wb.summary(marks.rows)` corrects line by
    line.

    The same `seed` draws the same answers. Raises InputError for rows without a mark, and for a sheet that cannot be
    read.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "outcome": "answered", "answer": "9", "correct": n < 30} for n in range(40)])
    >>> marks = check_marks(rows, 2)
    >>> marks.mark(0, True)
    >>> print(str(marks).splitlines()[0], marks.rows["hand"].notna().sum())
    1 of 2 answers are marked by hand. 1
    """
    place = None if path is None else Path(path)
    if place is None:
        return HandMarks(rows, drawn(rows, n, seed=seed))
    check_sheet(place)
    if place.exists():
        listed, marks = read_sheet(place)
        return HandMarks(rows, on_sheet(rows, listed, place), path=place, marks=marks)
    made = HandMarks(rows, drawn(rows, n, seed=seed), path=place)
    made.save()
    return made


class _Panel:
    """The widgets: one answer, four buttons, and a field whose keys do the same."""

    def __init__(self, marks: HandMarks) -> None:
        import ipywidgets

        self._marks = marks
        self._place = (marks.left or [len(marks.sample)])[0]
        self.buttons = {
            key: ipywidgets.Button(description=text, tooltip=tip, button_style=style, layout={"width": "auto"})
            for key, text, tip, style in (
                ("r", "Right (r)", "The answer is right", "success"),
                ("w", "Wrong (w)", "The answer is wrong", "danger"),
                ("u", "Cannot tell (u)", "Leave this answer out", ""),
                ("b", "Back (b)", "Go back to the answer before", ""),
            )
        }
        self.keys = ipywidgets.Text(
            placeholder="r w u b",
            description="Keys",
            tooltip="Stay in here and press r, w, u or b",
            layout={"width": "150px"},
        )
        self.count, self.case, self.result = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        row = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
        self.box = ipywidgets.VBox(
            [
                self.count,
                self.case,
                ipywidgets.HBox([*self.buttons.values(), self.keys], layout=row),
                self.result,
            ]
        )
        self.box.add_class("wb-check-marks")
        for key, button in self.buttons.items():
            button.on_click(lambda _, key=key: self._pressed(key))
        self.keys.observe(self._typed, names="value")
        self._draw()

    def _typed(self, change: Mapping[str, Any]) -> None:
        typed = str(change["new"]).lower()
        if typed:
            self.keys.value = ""
            for key in typed:
                self._pressed(key)

    def _pressed(self, key: str) -> None:
        if key == "b":
            self._place = max(0, self._place - 1)
        elif key in KEYS and self._place < len(self._marks.sample):
            self._marks.mark(self._place, KEYS[key])
            self._place += 1
        self._draw()

    def _draw(self) -> None:
        total, marks = len(self._marks.sample), self._marks.marks
        left, at_end = len(self._marks.left), self._place >= total
        for key, button in self.buttons.items():
            button.disabled = at_end if key != "b" else self._place == 0
        where = "All are looked at." if at_end else f"Answer {self._place + 1} of {total}"
        self.count.value = str(Markup("<b>{}</b> · {} looked at, {} left").format(where, total - left, left))
        self.case.value = "" if at_end else str(cards.with_style(self._case(self._marks.sample.iloc[self._place])))
        said = any(mark is not None for mark in marks)
        self.result.value = self._marks.calibration._repr_html_() if said and (at_end or not left) else ""

    def _case(self, row: pd.Series[Any]) -> Markup:
        mark = self._marks.marks[self._place]
        note = {True: "You said: right", False: "You said: wrong", None: ""}[mark]
        return cards.pair_html(
            [cards.Card("The answer", answer=_text(row["answer"]) or "(nothing)", note=note)],
            question=_text(row.get("task_question")) or _text(row["task_id"]),
            target=_text(row.get("task_target")),
        )


def _text(value: Any) -> str:
    return "" if figures.absent(value) else str(value)
