"""The notebooks for real: each runs from top to bottom without a key and becomes a report that needs nothing else."""

import re
from pathlib import Path

import nbformat
import pytest

import workbench as wb
from workbench import local
from workbench.errors import InputError

NOTEBOOKS = Path(wb.__file__).parent.parent / "notebooks"
TWO_TASKS = "id,question,target\na,What is 2 + 3 + 4?,9\nb,What is the capital of France?,Paris\n"
FEW = {"01-one-question": {}, "02-compare-models": {"max_tokens": [16, 48], "prompts": ["short-answer"]}}


@pytest.mark.skipif(local.available() is not None, reason=str(local.available()))
@pytest.mark.parametrize("name", list(FEW))
def test_a_notebook_runs_without_a_key_and_asks_nothing_twice(name, tmp_path):
    (tmp_path / "two.csv").write_text(TWO_TASKS)
    parameters = {**FEW[name], **({"tasks": str(tmp_path / "two.csv")} if name.startswith("02") else {})}
    first = wb.export_report(NOTEBOOKS / f"{name}.ipynb", parameters=parameters, output=tmp_path / "first.html")
    assert first.failed_cells == ()
    bought = wb.cache.stats().requests
    assert bought > 0
    wb.export_report(NOTEBOOKS / f"{name}.ipynb", parameters=parameters, output=tmp_path / "second.html")
    assert wb.cache.stats().requests == bought
    page = first.path.read_text()
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?!data:)", page)
    assert str(tmp_path) not in page


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_opens_with_a_question_and_keeps_its_ids(path):
    notebook = nbformat.read(path, as_version=4)
    assert re.match(r"# .+\?\n", notebook.cells[0].source)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert sum("parameters" in cell.metadata.get("tags", ()) for cell in notebook.cells) == 1
    assert not any(cell.get("outputs") for cell in notebook.cells)


def notebook_of(tmp_path, *sources):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.cells[0].metadata.tags = ["parameters"]
    path = tmp_path / "mine.ipynb"
    nbformat.write(notebook, path)
    return path


def test_a_failing_cell_is_named_and_still_leaves_a_report(tmp_path):
    report = wb.export_report(notebook_of(tmp_path, "n = 1", "print('before')", "1 / 0", "print('after')"))
    assert report.failed_cells == ("cell 3 (1 / 0) failed: ZeroDivisionError: division by zero",)
    page = report.path.read_text()
    assert "cell 3 (1 / 0) failed" in page
    assert page.index("cell 3") < page.index("before")


def test_an_unknown_parameter_is_refused_with_the_known_ones_and_nothing_is_run(tmp_path):
    with pytest.raises(InputError, match=r"unknown parameter 'm'.*n, models"):
        wb.export_report(notebook_of(tmp_path, "n = 1\nmodels = []", "1 / 0"), parameters=["m=2"])
    assert not (tmp_path / "reports").exists()
