"""The panel in which answers are marked by hand: its buttons, its keys, and what it leaves behind."""

from __future__ import annotations

import pandas as pd
import pytest
from studies import Nesting, row

import workbench as wb
from workbench.errors import InputError
from workbench.rows.table import frame
from workbench.widgets.marking import check_marks


@pytest.fixture
def rows():
    hostile = "<script>alert(1)</script> **bold**"
    return frame(
        row(n, n < 30, answer=f"{hostile} {n}", sample=0, why="found nine", evidence="last") for n in range(40)
    )


def press(panel, keys):
    panel.keys.value = keys


def test_keys_mark_one_answer_after_the_other(rows):
    marks = check_marks(rows, 4)
    press(marks.panel, "r")
    press(marks.panel, "w")
    press(marks.panel, "ur")
    assert marks.marks == [True, False, None, True]
    assert marks.left == []
    assert marks.panel.keys.value == ""
    assert "All are looked at" in marks.panel.count.value
    assert "marked by hand" in marks.panel.result.value


def test_back_goes_to_the_answer_before_and_it_can_be_changed(rows):
    marks = check_marks(rows, 3)
    press(marks.panel, "rb")
    assert "You said: right" in marks.panel.case.value
    press(marks.panel, "w")
    assert marks.marks == [False, None, None]
    press(marks.panel, "bbbb")
    assert "Answer 1 of 3" in marks.panel.count.value
    assert marks.panel.buttons["b"].disabled


def test_buttons_do_what_the_keys_do(rows):
    marks = check_marks(rows, 2)
    marks.panel.buttons["w"].click()
    marks.panel.buttons["r"].click()
    assert marks.marks == [False, True]
    assert marks.panel.buttons["r"].disabled


def test_other_keys_do_nothing(rows):
    marks = check_marks(rows, 2)
    press(marks.panel, "x?!")
    assert marks.left == [0, 1]


def test_the_panel_shows_question_target_and_answer_and_not_the_mark(rows):
    panel = check_marks(rows, 1).panel
    shown = panel.case.value
    assert "question" in shown
    assert "target: 42" in shown
    assert "<strong>bold</strong>" in shown
    assert "<script>" not in shown
    assert "found nine" not in shown
    Nesting(shown.partition("</style>")[2])


def test_the_rows_carry_the_marks_into_the_summary(rows):
    marks = check_marks(rows, 10)
    for place, correct in enumerate(marks.sample["correct"]):
        marks.mark(place, bool(correct) and place != 0)
    assert marks.rows["hand"].notna().sum() == 10
    table = wb.summary(marks.rows)
    assert table["accuracy_corrected"].notna().all()
    assert "corrected by hand marks" in repr(table)
    assert marks.calibration.agreement.marks == 10
    assert "hand" not in rows or rows["hand"].isna().all()


def test_marks_from_before_are_where_one_goes_on(rows):
    first = check_marks(rows, 5)
    press(first.panel, "rw")
    again = check_marks(first.rows, 5)
    assert again.marks[:2] == [True, False]
    assert "Answer 3 of 5" in again.panel.count.value


def test_a_sheet_is_written_filled_in_elsewhere_and_read(rows, tmp_path):
    path = tmp_path / "marks.csv"
    marks = check_marks(rows, 6, path=path)
    assert "Write yes or no into the column right of" in repr(marks)
    sheet = pd.read_csv(path, dtype=str)
    sheet["right"] = ["yes", "no", "?", "yes", None, "no"]
    sheet.iloc[::-1].to_csv(path, index=False, sep=";")
    again = check_marks(rows, 3, seed=9, path=path)
    assert again.marks == [False, None, True, None, False, True]
    assert len(again.left) == 1, "the sheet decides which answers are looked at"
    press(again.panel, "r")
    assert pd.read_csv(path, dtype=str)["right"].tolist() == ["no", "yes", "yes", "?", "no", "yes"]


def test_a_place_for_no_sheet_is_refused_before_anything(rows, tmp_path):
    with pytest.raises(InputError, match=r"\.csv or a \.jsonl"):
        check_marks(rows, path=tmp_path / "marks.xlsx")


def test_a_saved_notebook_shows_what_came_of_it(rows):
    marks = check_marks(rows, 2)
    before = marks._repr_mimebundle_()
    assert "0 of 2 answers are marked by hand" in before["text/html"]
    press(marks.panel, "rw")
    after = marks._repr_mimebundle_()
    assert "sensitivity" in after["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in after
