"""What never gets into a page: keys and folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from pages import written

from workbench.errors import InputError
from workbench.reports.exporter import ReportExporter


def test_a_key_stops_the_report_and_no_file_is_left(tmp_path: Path) -> None:
    key = "sk-proj-" + "a1B2c3D4e5" * 4
    with pytest.raises(InputError, match="cell 1 holds in its source"):
        written(tmp_path, new_code_cell(f"key = '{key}'"))
    assert not (tmp_path / "page.html").exists()


def test_the_folder_of_the_author_is_not_in_the_page(tmp_path: Path) -> None:
    output = new_output("stream", name="stdout", text=f"read {tmp_path}/my.csv")
    page = written(tmp_path, new_code_cell("1", outputs=[output]))
    assert "my.csv" in page
    assert str(tmp_path) not in page


def test_a_key_stops_nbconvert_too(tmp_path: Path) -> None:
    cells = [new_code_cell("key = 'sk-proj-" + "a1B2c3D4e5" * 4 + "'")]
    with pytest.raises(InputError, match="cell 1 holds in its source"):
        ReportExporter().from_notebook_node(new_notebook(cells=cells))


def test_a_folder_without_a_slash_is_a_path_too(tmp_path: Path) -> None:
    output = new_output("stream", name="stdout", text=f"in {tmp_path} and {Path.home()}/x and {tmp_path}er")
    page = written(tmp_path, new_code_cell("1", outputs=[output]))
    assert "in . and ~/x" in page
    assert f"{tmp_path}er" in page
