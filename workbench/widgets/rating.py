"""`rate`: two configurations beside each other without their names, rated pair by pair, in a panel or on a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from workbench.analysis.blind import (
    BlindPair,
    Choice,
    Drawn,
    Rating,
    drawn_pairs,
    pairs_on,
    sheet_of_pairs,
    with_ratings,
)
from workbench.analysis.hand_marks import check_sheet
from workbench.analysis.rated import Preferences, preferences
from workbench.base.files import written_whole
from workbench.errors import InputError
from workbench.replies import cards
from workbench.rows.table import checked
from workbench.show import figures, tables
from workbench.show.figures import counted
from workbench.show.styles import style_sheet
from workbench.widgets.saved import note_html

KEYS: Final[Mapping[str, str]] = {
    "l": ".wb-left-better",
    "t": ".wb-tie",
    "r": ".wb-right-better",
    "1": ".wb-left-thumb",
    "2": ".wb-right-thumb",
    "n": ".wb-note input",
    **dict.fromkeys(("b", "k", "ArrowLeft", "ArrowUp"), ".wb-back"),
    **dict.fromkeys(("j", "ArrowRight", "ArrowDown"), ".wb-next"),
}
_HELP: Final = (
    "Click into the panel, then: l left is better, r right is better, t tie; 1 and 2 turn the thumbs; n writes a note, "
    "Esc leaves it; arrows, j and k walk"
)
_THUMBS: Final = {None: "none", True: "up", False: "down"}


class Ratings:
    """What `rate` returns: a panel in a live notebook, and what was said; who is who is told at the end.

    `rows` are all rows with the ratings in their column `ratings`, `result` is the table of `preferences`, as soon as
    all pairs are rated or `end()` was called.
    """

    def __init__(
        self,
        rows: pd.DataFrame,
        drawn: Drawn,
        *,
        rater: str,
        path: Path | None = None,
        said: Mapping[str, Rating] = MappingProxyType({}),
    ) -> None:
        self.pairs, self.same = drawn.pairs, drawn.same
        self.rater = rater
        self.ended = False
        self._rows, self._path = rows, path
        self._said = dict(said)
        self._panel: _Panel | None = None

    @property
    def said(self) -> list[Rating | None]:
        """What was said of each pair, None where nothing was."""
        return [self._said.get(pair.name) for pair in self.pairs]

    @property
    def left(self) -> list[int]:
        """The places of the pairs of which nothing was said yet."""
        return [place for place, said in enumerate(self.said) if said is None]

    @property
    def rows(self) -> pd.DataFrame:
        """All rows, with the ratings in their column `ratings`, which `write_rows` and `read_rows` carry."""
        return with_ratings(self._rows, self.rater, self.pairs, self._said)

    @property
    def told(self) -> bool:
        """Whether it may be told who is who: when all is rated, or when it was ended."""
        return self.ended or not self.left

    @property
    def result(self) -> Preferences:
        """Who was preferred, with all raters of these rows; raises InputError before the end."""
        if not self.told:
            raise InputError(
                f"{counted(len(self.left), 'pair')} of {len(self.pairs)} are not rated yet, and who is who is told at "
                "the end. Rate them, or call .end() to end here."
            )
        return preferences(self.rows)

    def rate(
        self,
        place: int,
        choice: Choice,
        left_thumb: bool | None = None,
        right_thumb: bool | None = None,
        note: str = "",
    ) -> None:
        """Say of one pair which is better: 'left', 'right' or 'tie'; perhaps with a thumb for each, and a note."""
        if choice not in ("left", "right", "tie"):
            raise InputError(f"choice is {choice!r}; give 'left', 'right' or 'tie'")
        if self.ended:
            raise InputError("The names are told: nothing can be rated blind any more. Start anew, with another seed.")
        self._said[self.pairs[place].name] = Rating(choice, left_thumb, right_thumb, note)
        self.save()

    def end(self) -> Preferences:
        """End here, with the pairs that are rated so far, and tell who is who; nothing can be rated afterwards."""
        if not self._said:
            raise InputError("No pair is rated yet. Rate one at least.")
        self.ended = True
        return self.result

    def save(self) -> None:
        """Write the sheet, if one was asked for."""
        if self._path is not None:
            with written_whole(self._path) as draft:
                draft.write_bytes(sheet_of_pairs(self._rows, self.pairs, self._said, self._path))

    def pair_html(self, place: int) -> Markup:
        """One pair: the question and two answers, without anything that tells one model from another."""
        pair = self.pairs[place]
        left, right = (self._row(at) for at in (pair.left, pair.right))
        target = _text(left.get("task_target"))
        answers = {"Left": _text(left["answer"]), "Right": _text(right["answer"])}
        shown = cards.pair_html(
            [cards.Card(name, answer=answer or "(no answer)") for name, answer in answers.items()],
            question=_text(left.get("task_question")) or _text(left["task_id"]),
        )
        if target:
            shown += Markup("<details><summary>The expected answer</summary>{}</details>").format(target)
        return shown

    def _row(self, place: int) -> Any:
        return self._rows.iloc[place]

    def __repr__(self) -> str:
        if self.told and self._said:
            return repr(self.result)
        done = len(self.pairs) - len(self.left)
        sheet = f" Write left, right or tie into the column better of {self._path}, and call this again."
        where = sheet if self._path else ""
        return f"{done} of {counted(len(self.pairs), 'pair')} are rated; who is who is told at the end.{where}"

    @property
    def panel(self) -> _Panel:
        """The widgets, made on first use."""
        if self._panel is None:
            self._panel = _Panel(self)
        return self._panel

    def _saved(self) -> str:
        if self.told and self._said:
            return self.result._repr_html_()
        return tables.as_html([], above=tables.headline(repr(self)))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {**self.panel.box._repr_mimebundle_(), "text/plain": repr(self), "text/html": self._saved()}

    def _mime_(self) -> tuple[str, str]:
        """What marimo shows, which has no place for such a panel."""
        return "text/html", note_html(self._saved())


def rate(
    rows: pd.DataFrame,
    n: int = 20,
    *,
    configurations: Sequence[Mapping[str, Any]] | None = None,
    rater: str = "me",
    seed: int = 0,
    path: str | Path | None = None,
) -> Ratings:
    """Rate two configurations against each other without their names, and learn at the end which was preferred.

    In a notebook a panel shows one pair of answers after the other, in random order and without names; the keys are l
    (left is better), r (right), t (tie), 1 and 2 (thumbs), n (a note), and the arrows. With `path` the pairs stand on a
    sheet, too, a .csv or .jsonl without names: it is written when it is not there, and read when it is, so that
    somebody else can fill it in, in a spreadsheet. Then `.result` is the table of `wb.analysis.preferences`: the win
    rate with its interval, agreement with the scorer and between raters. `.rows` carry the ratings: rate them again
    with another `rater` and the same `seed`, and both are compared.

    `configurations` names two, as in `side_by_side`, where the rows hold more. Raises InputError for rows without two
    configurations that answered the same tasks in different words, and for a sheet that cannot be read.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": t, "model": m, "outcome": "answered", "answer": m + t} for t in "12" for m in "xy"])
    >>> ratings = rate(rows)
    >>> ratings.rate(0, "tie")
    >>> ratings
    1 of 2 pairs are rated; who is who is told at the end.
    """
    if not isinstance(rater, str) or not rater.strip():
        raise InputError(f"rater is {rater!r}; give a name by which this rater is told from others")
    rows = checked(rows, "task_id", "model", "outcome", "answer", minimum=1)
    place = None if path is None else Path(path)
    if place is None:
        return Ratings(rows, drawn_pairs(rows, n, configurations=configurations, seed=seed), rater=rater)
    check_sheet(place)
    if place.exists():
        drawn, said = pairs_on(rows, place)
        return Ratings(rows, drawn, rater=rater, path=place, said=said)
    made = Ratings(rows, drawn_pairs(rows, n, configurations=configurations, seed=seed), rater=rater, path=place)
    made.save()
    return made


class _Panel:
    """The widgets: one pair, the buttons, and the keys that press them."""

    def __init__(self, ratings: Ratings) -> None:
        import ipywidgets

        from workbench.widgets.keys import Keys

        self._ratings = ratings
        self._place = (ratings.left or [len(ratings.pairs)])[0]
        self._open: dict[BlindPair, Rating] = {}  # thumbs and notes of pairs whose choice is still to come
        self._sure = False
        auto = {"width": "auto"}
        self.buttons = {
            css: ipywidgets.Button(description=text, tooltip=tip, button_style=style, layout=auto)
            for css, text, tip, style in (
                ("left-better", "Left is better (l)", "The answer on the left is better", "primary"),
                ("tie", "Tie (t)", "Neither is better", "primary"),
                ("right-better", "Right is better (r)", "The answer on the right is better", "primary"),
                ("left-thumb", "", "A thumb for the left answer: up, down or none", ""),
                ("right-thumb", "", "A thumb for the right answer: up, down or none", ""),
                ("back", "Back (k)", "Go to the pair before", ""),
                ("next", "Next (j)", "Go to the next pair", ""),
                ("end", "End here and tell", "Tell who is who; nothing can be rated afterwards", ""),
            )
        }
        self.note = ipywidgets.Text(placeholder="a note (n)", layout={"width": "auto", "flex": "1 1 200px"})
        self.note.add_class("wb-note")
        self.count, self.case, self.result = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        line = ipywidgets.Layout(display="flex", flex_flow="row wrap", align_items="center")
        pressed = self.buttons
        self.choices = ipywidgets.Box([pressed[name] for name in ("left-better", "tie", "right-better")], layout=line)
        self.more = ipywidgets.Box([pressed["left-thumb"], pressed["right-thumb"], self.note], layout=line)
        walk = ipywidgets.Box([pressed[name] for name in ("back", "next", "end")], layout=line)
        self.help = ipywidgets.HTML(f"<small>{_HELP}</small>")
        self.result.add_class("wb-told")
        parts = [
            ipywidgets.HTML(style_sheet("workbench.widgets", "rating.css")),
            self.count,
            self.case,
            self.choices,
            self.more,
            walk,
            self.help,
            self.result,
        ]
        self.box = ipywidgets.VBox([*parts, Keys("wb-rate", presses=KEYS, walk="")])
        self.box.add_class("wb-rate")
        for box in (self.choices, self.more, walk):
            box.add_class("wb-row")
        for css, button in self.buttons.items():
            button.add_class(f"wb-{css}")
            button.on_click(lambda _, css=css: self._pressed(css))
        self.note.observe(lambda change: self._noted(change["new"]), names="value")
        self._draw()

    def _pressed(self, css: str) -> None:
        ratings, at_end = self._ratings, self._place >= len(self._ratings.pairs)
        sure, self._sure = self._sure, False
        if css == "back":
            self._place = max(0, self._place - 1)
        elif css == "next":
            self._place = min(len(ratings.pairs), self._place + 1)
        elif css == "end":
            self._sure = not sure
            if sure and ratings._said:
                ratings.end()
                self._place = len(ratings.pairs)
        elif not at_end and not ratings.ended:
            self._say(css)
        self._draw()

    def _say(self, css: str) -> None:
        said = self._current()
        if css.endswith("-thumb"):
            turned = {None: True, True: False, False: None}
            if css == "left-thumb":
                self._keep(replace(said, left_thumb=turned[said.left_thumb]))
            else:
                self._keep(replace(said, right_thumb=turned[said.right_thumb]))
            return
        choice: Choice = "tie" if css == "tie" else "left" if css == "left-better" else "right"
        self._ratings.rate(self._place, choice, said.left_thumb, said.right_thumb, said.note)
        self._place += 1

    def _current(self) -> Rating:
        pair = self._ratings.pairs[self._place]
        return self._ratings.said[self._place] or self._open.get(pair, Rating("tie"))

    def _keep(self, said: Rating) -> None:
        """Take in a thumb or a note: of a pair that is rated at once, of another when its choice is made."""
        if self._ratings.said[self._place] is None:
            self._open[self._ratings.pairs[self._place]] = said
        else:
            self._ratings.rate(self._place, said.choice, said.left_thumb, said.right_thumb, said.note)

    def _noted(self, text: str) -> None:
        if self._place < len(self._ratings.pairs) and not self._ratings.ended and text != self._current().note:
            self._keep(replace(self._current(), note=text))

    def _draw(self) -> None:
        ratings, total = self._ratings, len(self._ratings.pairs)
        at_end, left = self._place >= total, len(self._ratings.left)
        where = "All are looked at." if at_end and not left else f"Pair {min(self._place + 1, total)} of {total}"
        same = f", {ratings.same} more were answered in the same words" if ratings.same else ""
        said = None if at_end else ratings.said[self._place]
        chosen = {"left": "left is better", "right": "right is better", "tie": "a tie"}
        mine = f" · you said: {chosen[said.choice]}" if said else ""
        words = Markup("<b>{}</b> · {} rated, {} left{}{}")
        self.count.value = str(words.format(where, total - left, left, same, mine))
        shows = not at_end and not ratings.ended
        self.case.value = str(cards.with_style(ratings.pair_html(self._place))) if shows else ""
        for box in (self.choices, self.more, self.help):
            box.layout.display = ("flex" if box is not self.help else "") if shows else "none"
        if shows:
            now = self._current()
            self.buttons["left-thumb"].description = f"Left thumb: {_THUMBS[now.left_thumb]} (1)"
            self.buttons["right-thumb"].description = f"Right thumb: {_THUMBS[now.right_thumb]} (2)"
            self.note.value = now.note
        self.buttons["end"].layout.display = "none" if ratings.told else "auto"
        self.buttons["end"].description = "Really end and tell" if self._sure else "End here and tell"
        self.buttons["end"].disabled = left == total
        self.result.value = ratings.result._repr_html_() if ratings.told and (at_end or ratings.ended) else ""


def _text(value: Any) -> str:
    return "" if figures.absent(value) else str(value)
