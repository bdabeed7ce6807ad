"""The command `report`: rows and notebooks."""

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from studies import failed, frame, row

import workbench as wb
from workbench.cli import main
from workbench.cli.commands import app

ROWS = frame(row(n, (n * step) % 5 > 0, model=model) for model, step in (("a", 1), ("b", 2)) for n in range(12))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["report", *map(str, arguments)], catch_exceptions=True)


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_a_file_of_rows_becomes_a_page_of_results(folder, ending):
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    path = wb.write_rows(ROWS, folder / f"rows.{ending}")
    done = run(path, "-o", "page.html", "--title", "Mine", "--author", "Ada")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "page.html"
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "<h1>Mine</h1>" in page
    assert "Too early to choose" in page


def test_rows_of_which_every_call_failed_leave_a_page_and_exit_status_1(folder):
    wb.write_rows(frame([failed(0, error="AuthError", error_message="401: no key")]), folder / "rows.jsonl")
    done = run("rows.jsonl", "-o", "page.html")
    assert done.exit_code == 1
    assert "all 1 call failed: AuthError: 401" in done.stderr
    assert "401: no key" in (folder / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("failures", "limits", "status", "said"),
    [
        ({"a": 5, "b": 6}, (), 0, ""),
        ({"a": 6, "b": 6}, (), 1, "12 of 24 calls failed; RateLimited: 429 (--max-failed 100% lets that pass)"),
        ({"b": 12}, (), 1, "b: all 12 calls failed: RateLimited: 429 (--max-failed 100% lets that pass)"),
        ({"b": 12}, ("--max-failed", "100%"), 0, ""),
        ({"a": 1}, ("--max-failed", "0"), 1, "1 of 24 calls failed, more than --max-failed 0; RateLimited: 429"),
    ],
)
def test_half_of_the_calls_or_all_of_one_model_are_an_outage(folder, failures, limits, status, said):
    rows = ROWS.to_dict("records")
    for model, count in failures.items():
        for place in [place for place, each in enumerate(rows) if each["model"] == model][:count]:
            rows[place] = failed(rows[place]["task_id"], model=model, error="RateLimited", error_message="429")
    wb.write_rows(frame(rows), folder / "rows.jsonl")
    done = run("rows.jsonl", "-o", "page.html", *limits)
    assert done.exit_code == status
    assert done.stderr.splitlines()[-1:] == ([f"workbench: {said}"] if said else [])
    assert (folder / "page.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rows.jsonl", "-p", "x=1"), "is for notebooks"),
        (("rows.jsonl", "--keep-notebook"), "is for notebooks"),
        (("book.ipynb", "--title", "x"), "add --results"),
        (("missing.jsonl",), "missing.jsonl"),
    ],
)
def test_what_does_not_go_together_is_said(folder, monkeypatch, capsys, arguments, said):
    wb.write_rows(ROWS, folder / "rows.jsonl")
    nbformat.write(new_notebook(), folder / "book.ipynb")
    monkeypatch.setattr("sys.argv", ["workbench", "report", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert said in capsys.readouterr().err


def test_the_results_of_a_notebook_are_those_of_its_rows(folder):
    wb.write_rows(ROWS, folder / "kept.jsonl")
    cells = [
        new_markdown_cell("# A tutorial"),
        new_code_cell("import workbench as wb\nrows = wb.read_rows('kept.jsonl')\nfew = rows.head(3)"),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "book.ipynb")
    done = run("book.ipynb", "--results", "-o", "page.html", "--author", "Ada")
    assert done.exit_code == 0, done.output
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "tutorial" not in page
    assert "24 cases" in page
    assert "cell 1 of 1" in done.stderr
