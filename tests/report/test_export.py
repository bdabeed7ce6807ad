"""A notebook becomes one file: what the page shows, and what never gets into it."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nightly import examples

import workbench as wb
from workbench.errors import InputError
from workbench.report.exporter import ReportExporter
from workbench.show import media


def written(folder: Path, *cells: nbformat.NotebookNode) -> str:
    """The page of a notebook that is not run."""
    source = folder / "study.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), source)
    return wb.export_report(source, output=folder / "page.html", execute=False).path.read_text(encoding="utf-8")


def test_prices_are_never_mathematics(tmp_path: Path) -> None:
    assert "<math" not in written(tmp_path, new_markdown_cell("between $5 and $10"))


def test_mathematics_needs_no_script(tmp_path: Path) -> None:
    assert "<math" in written(tmp_path, new_markdown_cell("so $x^2$ it is"))


def test_a_failed_cell_is_named_before_anything_else(tmp_path: Path) -> None:
    error = new_output("error", ename="ValueError", evalue="nothing there", traceback=[])
    page = written(tmp_path, new_markdown_cell("## Later"), new_code_cell("1/0", outputs=[error]))
    body = page[page.index("<body") :]
    assert body.index("ValueError: nothing there") < body.index("Later</h2>")


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


def test_an_unknown_parameter_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    source = tmp_path / "study.ipynb"
    cell = new_code_cell("models = ['a']\nrepeats = 1", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[cell]), source)
    with pytest.raises(InputError, match=r"unknown parameter 'repeat'.*'repeats'.*models, repeats"):
        wb.export_report(source, parameters=["repeat=2"], output=tmp_path / "page.html", execute=False)


def test_nbconvert_knows_it_by_name(tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[new_markdown_cell("# A title")]), tmp_path / "study.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "workbench", "study.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    page = (tmp_path / "study.html").read_text(encoding="utf-8")
    assert "<h1>A title</h1>" in page
    assert "default-src 'none'" in page


def test_a_key_stops_nbconvert_too(tmp_path: Path) -> None:
    cells = [new_code_cell("key = 'sk-proj-" + "a1B2c3D4e5" * 4 + "'")]
    with pytest.raises(InputError, match="cell 1 holds in its source"):
        ReportExporter().from_notebook_node(new_notebook(cells=cells))


def test_the_verdict_of_the_last_comparison_stands_at_the_top(tmp_path: Path) -> None:
    outputs = [
        new_output("display_data", data={"text/plain": text, **media.verdict(f"{text}. It costs $1.")})
        for text in ("First <b>", "Last <b>")
    ]
    page = written(tmp_path, new_code_cell("x", outputs=outputs))
    top = page[page.index("<header>") : page.index("</header>")]
    assert "<strong>Last &lt;b&gt;.</strong> It costs $1." in top
    assert "First" not in top


def test_a_folder_without_a_slash_is_a_path_too(tmp_path: Path) -> None:
    output = new_output("stream", name="stdout", text=f"in {tmp_path} and {Path.home()}/x and {tmp_path}er")
    page = written(tmp_path, new_code_cell("1", outputs=[output]))
    assert "in . and ~/x" in page
    assert f"{tmp_path}er" in page


MARKUP = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<svg onload=x()>",
        "</main>",
        "<!--",
        "$x^2$",
        "$5",
        "```",
        "# A",
        "\x1b[31m",
        "\u202e",
    ]
)
TEXTS = st.lists(MARKUP | st.text(max_size=20), max_size=6).map("".join)
DATA = st.dictionaries(
    st.sampled_from(["text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml", "application/json"]),
    TEXTS,
    min_size=1,
).map(lambda data: {"text/plain": "", **data})
OUTPUTS = (
    st.builds(lambda data: new_output("display_data", data=data), DATA)
    | st.builds(lambda text: new_output("stream", text=text), TEXTS)
    | st.builds(lambda a, b: new_output("error", ename=a, evalue=b, traceback=[a, b]), TEXTS, TEXTS)
)
CELLS = st.builds(new_markdown_cell, TEXTS) | st.builds(
    lambda source, outputs: new_code_cell(source, outputs=outputs), TEXTS, st.lists(OUTPUTS, max_size=3)
)


@examples(1_000, by_day=60)
@given(st.lists(CELLS, max_size=4))
def test_any_notebook_becomes_a_page_with_no_script_but_its_own(cells: list[nbformat.NotebookNode]) -> None:
    page, _ = ReportExporter().from_notebook_node(new_notebook(cells=cells))
    found = _Tags()
    found.feed(page)
    assert found.scripts == 1
    assert found.handlers == []
    assert page.rstrip().endswith("</html>")
    assert "\x1b" not in page


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attributes if name.startswith("on")]
