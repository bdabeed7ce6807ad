"""A notebook as a page: mathematics, failed cells, no script but its own."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nightly import examples
from pages import written

from workbench.reports.exporter import ReportExporter


def test_prices_are_never_mathematics(tmp_path: Path) -> None:
    assert "<math" not in written(tmp_path, new_markdown_cell("between $5 and $10"))


def test_mathematics_needs_no_script(tmp_path: Path) -> None:
    assert "<math" in written(tmp_path, new_markdown_cell("so $x^2$ it is"))


def test_a_failed_cell_is_named_before_anything_else(tmp_path: Path) -> None:
    error = new_output("error", ename="ValueError", evalue="nothing there", traceback=[])
    page = written(tmp_path, new_markdown_cell("## Later"), new_code_cell("1/0", outputs=[error]))
    body = page[page.index("<body") :]
    assert body.index("ValueError: nothing there") < body.index("Later</h2>")


def test_nbconvert_knows_it_by_name(tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[new_markdown_cell("# A title")]), tmp_path / "study.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "workbench", "study.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    page = (tmp_path / "study.html").read_text(encoding="utf-8")
    assert "<h1>A title</h1>" in page
    assert "default-src 'none'" in page


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
