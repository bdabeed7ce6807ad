"""Lessons stay in the notebook: what a report on one's own tasks leaves out, and how a demonstration is known."""

import hashlib
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from studies import frame, row

import workbench as wb
from workbench.reports.cases import packed
from workbench.reports.exporter import ReportExporter
from workbench.reports.lessons import BUNDLED, TAG, drop_lessons, is_demonstration
from workbench.show.media import ROWS

NOTEBOOKS = Path(wb.__file__).parents[1] / "notebooks"


def lesson(source):
    return new_markdown_cell(source, metadata={"tags": [TAG]})


def sources(*cells):
    notebook = new_notebook(cells=list(cells))
    drop_lessons(notebook)
    return [cell.source for cell in notebook.cells]


def test_every_bundled_file_of_tasks_is_known_by_its_bytes():
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in NOTEBOOKS.glob("tasks/*.csv")}
    assert dict(BUNDLED) == files


@pytest.mark.parametrize(
    ("tasks", "found"),
    [([], False), ([{"sha256": None}], False), ([{"sha256": "00"}, {"sha256": BUNDLED["starter.csv"]}], False)],
)
def test_tasks_of_ones_own_are_no_demonstration(tasks, found):
    assert is_demonstration(tasks) is found


def test_a_lesson_goes_and_its_heading_stays_where_something_is_below_it():
    cells = [
        lesson("# Title\n\nAt the end you know."),
        lesson("## Ask\n\nNow ask:"),
        new_code_cell("ask()"),
        lesson("A lesson.\n\n## Read\n\nMore."),
        new_code_cell("read()"),
        lesson("## What we learned\n\n- This."),
    ]
    assert sources(*cells) == ["# Title", "## Ask", "ask()", "## Read", "read()"]


def test_sections_within_sections_stay_with_what_they_hold():
    cells = [lesson("## A"), lesson("### B"), new_code_cell("b()"), lesson("### C"), lesson("## D"), lesson("### E")]
    assert sources(*cells) == ["## A", "### B", "b()"]


def test_what_looks_like_a_heading_in_a_block_of_code_is_none():
    assert sources(lesson("## A\n```\n# comment\n```"), new_code_cell("a()")) == ["## A", "a()"]


def test_cells_of_code_can_be_lessons_and_cells_without_the_tag_stay():
    code = new_code_cell("teach()", metadata={"tags": [TAG]})
    assert sources(code, new_markdown_cell("Mine."), new_code_cell("x")) == ["Mine.", "x"]


def page_with(tasks):
    payload = {**packed(frame([row(0, provider="p"), row(1, False, provider="p")])), "tasks": [tasks]}
    output = new_output("display_data", data={ROWS: payload, "text/plain": "cases"})
    notebook = new_notebook(
        cells=[lesson("# Title\n\nWhat you will know."), new_code_cell("wb.cases(rows)", outputs=[output])]
    )
    return ReportExporter().from_notebook_node(nbformat.from_dict(notebook))[0]


def test_a_report_on_ones_own_tasks_has_no_lesson_and_that_of_the_demonstration_has():
    own, bundled = page_with({"source": "starter.csv", "sha256": "00"}), page_with({"sha256": BUNDLED["starter.csv"]})
    assert "What you will know" not in own
    assert "<h1>Title</h1>" in own
    assert "What you will know" in bundled
    assert "bundled with the workbench" in bundled
    assert "bundled with the workbench" not in own
