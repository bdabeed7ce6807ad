"""What a page says first."""

from __future__ import annotations

from pathlib import Path

from nbformat.v4 import new_code_cell, new_output
from pages import written

from workbench.show import media


def test_the_verdict_of_the_last_comparison_stands_at_the_top(tmp_path: Path) -> None:
    outputs = [
        new_output("display_data", data={"text/plain": text, **media.verdict(f"{text}. It costs $1.")})
        for text in ("First <b>", "Last <b>")
    ]
    page = written(tmp_path, new_code_cell("x", outputs=outputs))
    top = page[page.index("<header>") : page.index("</header>")]
    assert "<strong>Last &lt;b&gt;.</strong> It costs $1." in top
    assert "First" not in top
