"""Answers drawn to be marked by hand, the sheet they stand on, and the way back into the rows."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from studies import exhausted, failed, row

from workbench.analysis.hand_marks import drawn, identities, on_sheet, read_sheet, sheet_of, with_marks
from workbench.errors import InputError
from workbench.rows.table import frame

ROWS = frame(
    [
        *(row(n, n % 3 > 0, answer=f"answer {n}", sample=0) for n in range(30)),
        exhausted(90),
        failed(91),
        row(92, None, answer="no target"),
    ]
)


def test_only_answers_with_a_mark_are_drawn_each_once_and_the_same_again():
    sample = drawn(ROWS, 12, seed=3)
    assert len(sample) == sample["task_id"].nunique() == 12
    assert set(sample["task_id"]) <= {f"t{n}" for n in range(30)}
    assert drawn(ROWS, 12, seed=3)["task_id"].tolist() == sample["task_id"].tolist()
    assert drawn(ROWS, 12, seed=4)["task_id"].tolist() != sample["task_id"].tolist()
    assert len(drawn(ROWS, 1_000)) == 30


def test_every_answer_has_the_same_chance():
    hits = pd.concat([drawn(ROWS, 6, seed=seed) for seed in range(250)])["task_id"].value_counts()
    assert len(hits) == 30
    assert hits.between(24, 78).all()  # 50 each, give or take four standard errors


@pytest.mark.parametrize("n", [0, -1, 1.5, True, "many"])
def test_n_is_a_whole_number(n):
    with pytest.raises(InputError, match="give a whole number"):
        drawn(ROWS, n)


def test_rows_without_a_mark_are_refused():
    with pytest.raises(InputError, match="No row has a mark to be checked"):
        drawn(frame([exhausted(1), failed(2)]), 3)


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.jsonl", "SHEET.CSV"])
def test_a_sheet_comes_back_as_it_went(tmp_path, name):
    sample = drawn(ROWS, 5)
    first, second, third, *rest = identities(sample)
    marks = {first: True, second: False, third: None}
    path = tmp_path / name
    path.write_bytes(sheet_of(sample, marks, path))
    listed, read = read_sheet(path)
    assert (listed, read) == ([first, second, third, *rest], marks)
    assert on_sheet(ROWS, listed, path)["task_id"].tolist() == sample["task_id"].tolist()


def test_a_sheet_does_not_say_what_the_scorer_said(tmp_path):
    sample = drawn(ROWS.assign(why="because", extracted="what was found"), 30)
    text = sheet_of(sample, {}, tmp_path / "sheet.csv").decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == ["mark", "right", "question", "target", "answer"]
    assert "because" not in text
    assert "what was found" not in text


def test_an_answer_is_no_formula_for_a_spreadsheet(tmp_path):
    rows = frame([row(1, True, answer="=HYPERLINK(1)\r\n2", sample=0)])
    text = sheet_of(rows, {}, tmp_path / "sheet.csv").decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_a_spreadsheet_makes_of_it_is_read(tmp_path, separator):
    path = tmp_path / "sheet.csv"
    lines = [
        ["mark", "Right", "question"],
        ["m0123", " YES ", "a; b, c"],
        ["m4567", "Nein", "x\ny"],
        ["m89", "", ""],
        ["", "", ""],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    assert read_sheet(path) == (["m0123", "m4567", "m89"], {"m0123": True, "m4567": False})


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("sheet.csv", "mark,right\nm1,perhaps\n", r"sheet.csv:2: right is 'perhaps'; write yes or no"),
        ("sheet.csv", "a,b\n1,2\n", r"sheet.csv:2: no sheet of marks"),
        ("sheet.jsonl", '{"mark": "m1", "right": "yes"}\nnonsense\n', r"sheet.jsonl:2: not a line of JSON"),
        ("sheet.jsonl", "[1]\n", r"sheet.jsonl:1: not a line of a sheet"),
        ("sheet.txt", "", r"is a \.csv or a \.jsonl, not 'sheet.txt'"),
    ],
)
def test_what_is_no_sheet_is_refused_with_its_line(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        read_sheet(tmp_path / name)


def test_a_sheet_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "sheet.csv").write_bytes("mark,right\nm1,sí\n".encode("latin-1"))
    with pytest.raises(InputError, match="not in UTF-8"):
        read_sheet(tmp_path / "sheet.csv")


def test_a_sheet_of_other_rows_is_refused(tmp_path):
    with pytest.raises(InputError, match="1 of 2 answers on the sheet are not among these rows"):
        on_sheet(ROWS, [identities(ROWS)[0], "m00000000000"], tmp_path / "sheet.csv")


def test_marks_find_their_rows_whatever_the_order_and_scorer():
    sample = drawn(ROWS, 4)
    marks = dict.fromkeys(identities(sample), True)
    shuffled = ROWS.sample(frac=1, random_state=1).assign(correct=False, extracted="other")
    marked = with_marks(shuffled, marks)
    assert set(marked.loc[marked["hand"].notna(), "task_id"]) == set(sample["task_id"])
    assert with_marks(marked, {})["hand"].notna().sum() == 4, "marks from before stay"
    assert with_marks(marked, dict.fromkeys(marks))["hand"].notna().sum() == 0, "a mark can be taken back"
    assert "hand" not in shuffled or shuffled["hand"].isna().all(), "the rows given are not changed"


@given(st.lists(st.text(), min_size=1, max_size=5, unique=True))
def test_any_answer_survives_both_kinds_of_sheet(answers):
    rows = frame(row(place, True, answer=answer, sample=0) for place, answer in enumerate(answers))
    for kind in ("sheet.csv", "sheet.jsonl"):
        from pathlib import Path

        text = sheet_of(rows, {identities(rows)[0]: False}, Path(kind))
        assert text
        if kind == "sheet.jsonl":
            assert [json.loads(line)["mark"] for line in text.decode().split("\n") if line] == identities(rows)


def test_a_mark_may_be_a_word_of_another_language(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("mark,right\na,richtig\nb,faux\nc,예\nd,нет\n", encoding="utf-8")
    assert read_sheet(path)[1] == {"a": True, "b": False, "c": True, "d": False}
