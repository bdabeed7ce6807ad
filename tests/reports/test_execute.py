"""A notebook that is run: what is told on the way, and what a failure is called."""

from __future__ import annotations

import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.reports.execute import execute, failures_in


def test_cells_run_in_one_kernel_are_told_and_stop_at_the_first_failure(tmp_path):
    told = []
    cells = ["import os; n = 2", "print(n, os.getcwd(), '\\ud83d')", "# first\n\nn / 0", "print('never')"]
    notebook = new_notebook(cells=[new_markdown_cell("# Title"), *map(new_code_cell, cells)])
    failed = execute(notebook, folder=tmp_path, timeout_seconds=300, tell=told.append)
    assert failed == ["cell 3 (# first) failed: ZeroDivisionError: division by zero"]
    assert told == ["cell 1 of 4: import os; n = 2", f"cell 2 of 4: {cells[1]}", "cell 3 of 4: # first"]
    assert notebook.cells[2].outputs[0].text == f"2 {tmp_path} �\n"  # half a character costs no more than itself
    assert notebook.cells[4].outputs == []
    assert failures_in(notebook) == failed


def test_a_cell_that_takes_too_long_is_named_with_the_limit(tmp_path):
    notebook = new_notebook(cells=[new_code_cell("import time\ntime.sleep(60)")])
    failed = execute(notebook, folder=tmp_path, timeout_seconds=1, tell=lambda line: None)
    assert failed == ["cell 1 (import time) failed: it took longer than the timeout of 1 seconds"]


def test_failures_are_found_in_a_notebook_that_is_not_run():
    error = new_output("error", ename="KeyError", evalue="'a\n b'", traceback=[])
    notebook = new_notebook(cells=[new_code_cell("x" * 99, outputs=[error]), new_code_cell("1")])
    assert failures_in(notebook) == [f"cell 1 ({'x' * 59}…) failed: KeyError: 'a b'"]


STOPPED = """
import sys, pathlib, nbformat
from workbench.cli import main
code = f"import os, signal, time; os.kill(os.getppid(), signal.{sys.argv[1]}); time.sleep(600)"
cells = [nbformat.v4.new_code_cell(code)]
nbformat.write(nbformat.v4.new_notebook(cells=cells), "study.ipynb")
sys.argv[1:] = ["report", "study.ipynb", "--output", "page.html"]
main()
"""


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
def test_a_run_that_is_stopped_says_so_in_one_line_and_on_its_page(signal, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", STOPPED, signal], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 2, ended.stderr
    told, last = ended.stderr.splitlines()
    assert told.startswith("cell 1 of 1")
    assert last.startswith("workbench: cell 1 (")
    assert last.endswith(f"failed: the run was interrupted ({signal})")
    assert f"interrupted ({signal})" in (tmp_path / "page.html").read_text()
