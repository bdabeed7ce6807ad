"""Parameters that a notebook does not have."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import workbench as wb
from workbench.errors import InputError


def test_an_unknown_parameter_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    source = tmp_path / "study.ipynb"
    cell = new_code_cell("models = ['a']\nrepeats = 1", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[cell]), source)
    with pytest.raises(InputError, match=r"unknown parameter 'repeat'.*'repeats'.*models, repeats"):
        wb.export_report(source, parameters=["repeat=2"], output=tmp_path / "page.html", execute=False)
