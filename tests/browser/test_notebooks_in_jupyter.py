"""Notebooks of the collection, opened in a real JupyterLab and run from top to bottom: by night every one.

By day those with a table that streams, a panel and tool calls; all are run without a browser in `whole/test_notebooks`.
"""

import json
import urllib.request
from pathlib import Path

import pytest
from browser.jupyter import NOTEBOOKS
from nightly import NIGHTLY

from workbench.providers.local import server as local

FEW_TASKS = "id,question,target,kind\na,What is 2 + 3 + 4?,9,sum\nb,What is the capital of France?,Paris,capital\n"
SHORTER = {
    "02-compare-models": {"tasks": "few.csv", "max_tokens": [32], "prompts": ["short-answer"]},
}
"""Parameters with which a notebook that has no recording ends soon."""
BY_DAY = ("06-prompt-lab", "10-tools")
ALIGNMENTS = """() => Array.from(document.querySelectorAll('td.wb-name, td.wb-words, td.wb-text'))
  .map(cell => getComputedStyle(cell).textAlign)"""
"""How JupyterLab aligns the text in our tables."""


OPENED = [path for path in NOTEBOOKS if NIGHTLY or path.stem in BY_DAY]


def test_workbench_lab_opens_the_notebooks_of_the_folder_one_stands_in(lab_url):
    with urllib.request.urlopen(f"{lab_url}/api/contents") as listed:
        names = {each["name"] for each in json.load(listed)["content"]}
    assert {path.name for path in NOTEBOOKS} <= names


@pytest.mark.skipif(local.available() is not None, reason=str(local.available()))
@pytest.mark.parametrize("path", OPENED, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_without_an_error(path: Path, open_notebook, desk):
    (desk / "few.csv").write_text(FEW_TASKS)
    notebook = open_notebook(path.name, parameters=SHORTER.get(path.stem))
    notebook.run_all(seconds=300)
    assert notebook.errors() == []
    assert any(notebook.outputs())
    assert notebook.requests_elsewhere() == []
    assert set(notebook.page.evaluate(ALIGNMENTS)) <= {"left"}
    notebook.picture(f"notebook-{path.stem}")
