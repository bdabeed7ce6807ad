"""Shown tables: what is the same throughout moves to the caption, long ones are cut, ids stand in two lines."""

from __future__ import annotations

import pandas as pd
import pytest
from studies import KIMI, Nesting, row

from workbench.analysis.summaries import summary
from workbench.rows.table import frame
from workbench.show.tables import Column, Section, as_html, as_text, headline


def test_what_is_the_same_in_all_lines_is_said_once_in_the_caption() -> None:
    text = repr(summary(frame([row(1, model="a"), row(1, model="b")])))
    assert "prompt plain, max_tokens 1000 throughout." in text
    assert "prompt" not in text.splitlines()[0]


def test_a_provider_stands_in_small_print_above_its_model() -> None:
    html = as_html([Column("model", [KIMI], names=True)])
    assert "<small>openrouter/moonshotai/</small>kimi-k2-thinking" in html
    assert KIMI in as_text([Column("model", [KIMI], names=True)])


def test_a_name_that_repeats_the_line_above_is_left_out_of_the_html_only() -> None:
    column = Column("model", ["a", "a", "b"], names=True)
    assert as_html([column]).count(">a<") == 1
    assert as_text([column]).count("a\n") == 2


def test_further_tables_are_folded_away_below() -> None:
    html = Nesting(as_html([Column("n", ["1"])], more=[Section("Time", [Column("seconds", ["2 s"])])]))
    assert "details" in html.tags
    assert "More: time" in html.text


def test_a_long_table_is_shown_in_part_and_kept_whole() -> None:
    table = summary(frame([row(n) for n in range(250)]), by="task_id")
    assert "50 more lines are in the table and not shown." in repr(table)
    assert len(pd.DataFrame(table)) == 250


@pytest.mark.parametrize("text", ["One sentence.", "p = 0.05 is one. Two <b>follow</b>."])
def test_the_first_sentence_of_a_verdict_stands_out(text: str) -> None:
    html = Nesting(str(headline(text)))
    assert html.text == text
