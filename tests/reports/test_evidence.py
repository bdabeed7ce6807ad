"""What a page says first."""

from __future__ import annotations

from pathlib import Path

from nbformat.v4 import new_code_cell, new_output
from pages import written

from workbench.reports import evidence
from workbench.rows.table import frame
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


def test_what_is_cut_from_a_reply_is_no_reply_of_its_own_and_cost_nothing_more():
    line = {"task_id": "a", "model": "m", "provider": "p", "outcome": "answered", "correct": True, "cached": False}
    rows = frame(
        [
            {**line, "max_tokens": 64, "usd": 0.5, "usd_spent": 0.5, "derived": False},
            {**line, "max_tokens": 8, "usd": 0.1, "usd_spent": 0.0, "derived": True},
        ]
    )
    said = dict(evidence.facts(evidence.evidence_of(rows)))
    said_of_replies = "1, all asked for by this run; 1 more rows are cut from them at smaller caps"
    assert said["Replies"] == said_of_replies
    assert said["Cost"] == "$0.50 recorded, $0.50 spent by this run"
