"""A notebook becomes a file: run or as it is, whole or not at all, and refused where it cannot be read."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import workbench as wb
from workbench.errors import InputError


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
