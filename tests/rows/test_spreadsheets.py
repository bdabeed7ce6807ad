"""Rows through spreadsheets and back: what comes back is the same, and what is lost is said."""

from contextlib import closing

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError, WorkbenchWarning
from workbench.rows import about
from workbench.rows.files import read_rows, write_rows
from workbench.rows.kept_texts import Kept, KeptTexts
from workbench.rows.spreadsheets import MOST_CHARACTERS
from workbench.rows.table import frame


def rows_of(answer="42", **more):
    first = {
        "task_id": "007",
        "model": "m",
        "max_tokens": 64,
        "temperature": 0.5,
        "outcome": "answered",
        "correct": True,
        "usd": 0.00125,
        "answer": answer,
        "run": "r-1",
        "task_question": "6 × 7?",
        "task_target": "042",
        **more,
    }
    return frame([first, {**first, "task_id": "b", "correct": False, "usd": None}], parameters=["temperature"])


def read_back(rows, path):
    if path.suffix == ".csv":
        with pytest.warns(WorkbenchWarning, match="has lost the prompts"):
            return read_rows(write_rows(rows, path))
    return read_rows(write_rows(rows, path))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_a_spreadsheet_held_comes_back_in_its_types(tmp_path, kind):
    rows = rows_of()
    back = read_back(rows, tmp_path / f"rows.{kind}")
    pd.testing.assert_frame_equal(back, rows)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("answer", ["=1+1", "-x", "@SUM(A1)", "007", "True", 'a,b;c\n"d"', "  =2", "ΔT\nx", "-25"])
def test_a_text_that_looks_like_something_else_comes_back_as_it_was(tmp_path, kind, answer):
    assert read_back(rows_of(answer), tmp_path / f"rows.{kind}")["answer"][0] == answer


class Shelf:
    def __init__(self):
        self.asked = []

    def texts(self, keys, field):
        self.asked.append(len(keys))
        return [f"=HYPERLINK({key})\x07" for key in keys]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_texts_that_are_kept_elsewhere_are_defused_and_fetched_some_at_a_time(tmp_path, kind):
    shelf = Shelf()
    rows = frame({"task_id": str(number), "model": "m", "answer": None} for number in range(1_200))
    rows["thinking"] = KeptTexts.of([*(Kept(str(number), shelf) for number in range(1_199)), None], "thinking")
    path = write_rows(rows, tmp_path / f"rows.{kind}")
    assert sum(shelf.asked) == 1_199
    assert max(shelf.asked) <= 500
    if kind == "csv":
        lines = path.read_text("utf-8-sig").splitlines()
        assert (len(lines), sum("'=HYPERLINK(" in line for line in lines)) == (1_201, 1_199)
        assert "\x07" not in lines[1]
    else:
        with closing(openpyxl.load_workbook(path, read_only=True)) as book:
            assert not any(cell.data_type == "f" for line in book["rows"].iter_rows() for cell in line)


def test_no_cell_of_a_workbook_is_a_formula(tmp_path):
    path = write_rows(rows_of("=HYPERLINK(1)", task_note="=1+1"), tmp_path / "rows.xlsx")
    kinds = {cell.data_type for line in openpyxl.load_workbook(path)["rows"].iter_rows() for cell in line}
    assert "f" not in kinds


def test_a_workbook_carries_the_prompts_and_a_csv_says_that_it_does_not(tmp_path):
    about.remember("r-1", {"prompts": {"plain": [["user", "{{ question }} \x0b" + "x" * 70_000]]}})
    write_rows(rows_of(), tmp_path / "rows.xlsx")
    known = about._known.pop("r-1")
    read_rows(tmp_path / "rows.xlsx")
    assert about._known["r-1"] == known


def test_a_text_that_is_too_long_for_a_cell_is_cut_and_says_so(tmp_path):
    path = write_rows(rows_of("y" * 40_000), tmp_path / "rows.xlsx")
    with pytest.warns(WorkbenchWarning, match="ends of texts longer than 32,767"):
        answer = read_rows(path)["answer"][0]
    assert len(answer) == MOST_CHARACTERS
    assert answer.endswith("holds no more]")


def test_a_semicolon_of_another_country_is_read_too(tmp_path):
    (tmp_path / "rows.csv").write_text("task_id;model;outcome;correct;usd\na;m;answered;True;0.5\n", encoding="utf-8")
    with pytest.warns(WorkbenchWarning):
        back = read_rows(tmp_path / "rows.csv")
    assert (back["task_id"][0], back["correct"][0], back["usd"][0]) == ("a", True, 0.5)


@pytest.mark.parametrize(("name", "content"), [("rows.xlsx", b"PK\x03\x04nothing"), ("rows.csv", b"a,b\n1,2\n")])
@pytest.mark.filterwarnings("ignore::workbench.errors.WorkbenchWarning")
def test_what_are_no_rows_is_one_clear_error(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name):
        read_rows(tmp_path / name)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a,m,answered,4,5", "5 cells, and there are 4 columns; it begins 'a, m, answered, 4, 5'"),
        ("a,m,answ", "3 cells, and there are 4 columns; it begins 'a, m, answ'"),
    ],
)
def test_a_row_of_a_csv_that_does_not_fit_its_header_is_named(tmp_path, line, told):
    (tmp_path / "rows.csv").write_text(f"task_id,model,outcome,answer\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"the row that ends in line 2 has {told}"):
        read_rows(tmp_path / "rows.csv")


def test_empty_cells_behind_the_last_column_are_none(tmp_path):
    (tmp_path / "rows.csv").write_text("task_id,model,outcome,answer\na,m,answered,4,,\n", encoding="utf-8")
    with pytest.warns(WorkbenchWarning, match="has lost"):
        assert read_rows(tmp_path / "rows.csv")["answer"][0] == "4"


@given(st.text(max_size=40))
@pytest.mark.filterwarnings("ignore::workbench.errors.WorkbenchWarning")
def test_any_text_can_be_written_and_read_again(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    for kind in ("csv", "xlsx"):
        back = read_rows(write_rows(rows_of(text or "."), folder / f"rows.{kind}"))
        assert len(back) == 2
        assert isinstance(back["answer"][0], str) or not text.strip("'")
