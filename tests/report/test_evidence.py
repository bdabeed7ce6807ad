"""What a page says first."""

from __future__ import annotations

from pathlib import Path

from nbformat.v4 import new_code_cell, new_output
from pages import written


def test_the_verdict_of_the_last_comparison_stands_at_the_top(tmp_path: Path) -> None:
    outputs = [
        new_output("display_data", data={"text/html": f'<p class="wb-verdict"><b>{text}.</b> It costs $1.</p>'})
        for text in ("First &lt;b&gt;", "Last &lt;b&gt;")
    ]
    page = written(tmp_path, new_code_cell("x", outputs=outputs))
    top = page[page.index("<header>") : page.index("</header>")]
    assert "<strong>Last &lt;b&gt;.</strong> It costs $1." in top
    assert "First" not in top
