"""A report from the command line: the folder one stands in counts, and it fails like a tool."""

import os
import subprocess
import sys

import nbformat
import pytest
from commanded import workbench
from fakes.server import FakeServer, completion, error_response

CELLS = """import workbench as wb
rows = wb.sweep(tasks, models=models, repeats=1)
wb.cases(rows)"""


@pytest.fixture
def notebook(tmp_path):
    folder = tmp_path / "somewhere else"
    folder.mkdir()
    first = nbformat.v4.new_code_cell('tasks = "none.csv"\nmodels = ["fake/m"]', metadata={"tags": ["parameters"]})
    path = folder / "study.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[first, nbformat.v4.new_code_cell(CELLS)]), path)
    return path


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with settings, a key, tasks and a cache of its own."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("WORKBENCH_CACHE", "kept")
    (folder / ".env").write_text("FAKE_API_KEY=a-key-of-this-desk\n")
    (folder / "mine.csv").write_text("question,target\n5 × 5?,25\n6 × 6?,36\n")
    return folder


def settings(server):
    with open("workbench.toml", "w") as file:
        file.write(f'[providers.fake]\nbase_url = "{server.base_url}"\nkey_env = "FAKE_API_KEY"\nfree = true\n')


def process(*arguments):
    """A command as a program of its own, where that is what counts: it starts for seconds."""
    command = [sys.executable, "-m", "workbench", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, timeout=300)


def test_settings_key_tasks_and_cache_are_those_of_the_folder_one_stands_in(desk, notebook):
    with FakeServer(completion("25")) as server:
        settings(server)
        sweep = workbench("sweep", "mine.csv", "-m", "fake/m", "-o", "rows.jsonl")
        arguments = ("report", notebook, "-p", "tasks=mine.csv", "-o", "page.html")
        first = process(*arguments, "--fail-under", "50%")
        second = workbench(*arguments, "--force", "--fail-under", "0.6")
    assert (sweep.returncode, first.returncode, server.hits) == (0, 0, 2), first.stderr
    assert server.requests[0].headers["authorization"] == "Bearer a-key-of-this-desk"
    assert (desk / "kept" / "store").is_dir()
    assert not (notebook.parent / "kept").exists()
    assert second.returncode == 1
    assert "less than --fail-under 60 %" in second.stderr
    third = workbench(*arguments)
    assert (third.returncode, "--force writes over it" in third.stderr) == (1, True)


def test_where_nothing_was_answered_the_page_says_why_at_its_top(desk, notebook):
    with FakeServer(error_response(401, "who are you?")) as server:
        settings(server)
        done = workbench("report", notebook, "-p", "tasks=mine.csv", "-p", "models=fake/a", "-p", "models=fake/b")
    assert done.returncode == 1
    assert "all 4 calls failed: AuthError: the provider answered 401: who are you?" in done.stderr
    page = (desk / "reports" / "study.html").read_text()
    places = [page.index(text) for text in ("Nothing was answered", "all 4 calls failed: AuthError", "2 from mine.csv")]
    assert places == sorted(places)
