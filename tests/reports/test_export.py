"""A notebook becomes a file: run or as it is, whole or not at all, and refused where it cannot be read."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import workbench as wb
from workbench.errors import InputError
from workbench.rows.files import read_rows


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "study.ipynb"
    cell = new_code_cell("n = 2", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[cell, new_code_cell("print('n is', n)")]), path)
    return path


def test_a_report_lies_where_it_was_asked_for_and_says_how_it_was_run(notebook, tmp_path):
    told = []
    report = wb.export_report(notebook, parameters={"n": 7}, keep_notebook=True, progress=told.append)
    assert report.path == type(report.path)("reports/study.html")
    assert "n is 7" in report.path.read_text(encoding="utf-8")
    assert report.failed_cells == ()
    kept = nbformat.read(report.notebook_path, as_version=4)
    assert kept.cells[-1].outputs[0].text == "n is 7\n"
    assert told[-1] == "cell 3 of 3: print('n is', n)"
    assert "n is" not in notebook.read_text().replace("'n is'", "")  # the notebook itself is left alone


def test_a_notebook_that_is_not_run_shows_what_it_holds(notebook):
    report = wb.export_report(notebook, output="page.html", execute=False)
    assert "n is 2" not in report.path.read_text(encoding="utf-8")
    assert report.notebook_path is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.ipynb", None, "there is no notebook 'none.ipynb'; there are study.ipynb"),
        ("broken.ipynb", "{", "broken.ipynb:1: no notebook that can be read"),
        ("other.ipynb", '{"a": 1}', "other.ipynb: no notebook: there is no nbformat in it"),
    ],
)
def test_what_is_no_notebook_is_refused_and_leaves_no_file(notebook, tmp_path, name, text, words):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=words):
        wb.export_report(name)
    assert not (tmp_path / "reports").exists()


def test_a_place_that_cannot_be_written_is_named_before_anything_is_run(notebook, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        wb.export_report(notebook, output=tmp_path / "file" / "page.html")


def test_all_rows_lie_beside_a_notebooks_own_page_where_it_cannot_carry_them(tmp_path):
    """Of the table that it counts; a page that counts other rows than those that are at hand names no file."""
    source = """
import workbench as wb
from workbench.rows.table import frame
rows = frame([{"task_id": n, "model": f"p/{model}", "outcome": "answered", "correct": n % 7 > 0, "usd": 0.5}
              for n in range(2600) for model in "ab"])
wb.cases(rows)
"""
    path = tmp_path / "study.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), path)
    made = wb.export_report(path, keep_notebook=True)
    assert made.rows_path == made.path.with_name("study.rows.jsonl")
    every = read_rows(made.rows_path)
    assert (len(every), every["usd"].sum()) == (5200, 2600.0)
    top = made.path.read_text(encoding="utf-8").partition("</header>")[0]
    assert "carries the texts of 5,000" in top
    assert "All rows in full are in the file <code>study.rows.jsonl</code>" in top
    again = wb.export_report(made.notebook_path, output="again.html", execute=False)
    assert again.rows_path is None
    assert "in the file" not in again.path.read_text(encoding="utf-8").partition("</header>")[0]
