"""Parameters that a notebook does not have."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import workbench as wb
from workbench.errors import InputError
from workbench.reports.parameters import defaults, read_parameters


def test_an_unknown_parameter_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    source = tmp_path / "study.ipynb"
    cell = new_code_cell("models = ['a']\nrepeats = 1", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[cell]), source)
    with pytest.raises(InputError, match=r"unknown parameter 'repeat'.*'repeats'.*models, repeats"):
        wb.export_report(source, parameters=["repeat=2"], output=tmp_path / "page.html", execute=False)


@pytest.mark.parametrize(
    "source", ["%%capture\nrepeats = 1", "repeats = 1\nrepeats?", "!pip list\nrepeats = 1", "%time 1"]
)
def test_lines_that_ipython_reads_are_read_as_it_does(source: str) -> None:
    cell = new_code_cell(source, metadata={"tags": ["parameters"]})
    found = defaults(new_notebook(cells=[cell]))
    assert found == ({"repeats": 1} if "%%" not in source and "repeats" in source else {})


@pytest.mark.parametrize("source", ["repeats = = 1", "repeats = 1\n  odd", "\0"])
def test_a_cell_of_parameters_that_cannot_be_read_is_named(source: str) -> None:
    cells = [new_markdown_cell("#"), new_code_cell(source, metadata={"tags": ["parameters"]})]
    with pytest.raises(InputError, match="cell 2, tagged 'parameters', cannot be read"):
        defaults(new_notebook(cells=cells))


def test_a_template_may_name_its_line_breaks() -> None:
    cell = new_code_cell("question = ''\npath = ''", metadata={"tags": ["parameters"]})
    given = [r"question={{ instruction }}\n{{ input }}", r"path=a\new"]
    found = read_parameters(new_notebook(cells=[cell]), given)
    assert found == {"question": "{{ instruction }}\n{{ input }}", "path": r"a\new"}
