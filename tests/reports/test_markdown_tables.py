"""Tables of Markdown: rows of every width are rows, in a fence nothing is, and mathematics keeps its bars."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_markdown_cell
from pages import written

from workbench.reports.markdown_tables import with_even_rows


def test_a_table_with_rows_of_all_widths_is_a_table_in_the_page(tmp_path):
    page = written(tmp_path, new_markdown_cell("| k | v |\n|:--|--:|\n| one |\n| two | 2 | more |\n| $|y|$ | 3 |"))
    body = page[page.index("<main") : page.index("</main>")]
    assert body.count("<tr>") == 4
    assert "more" not in body
    assert "<math" in body


def test_what_is_no_table_stays_as_it_is():
    for text in (
        "```\n| a | b |\n|---|---|\n| 1 |\n```",
        "~~~~\n| a | b |\n|---|---|\n~~~\n| 1 |\n~~~~",
        "a | b\nis no table | nor this | one",
        "| a | b |\n|---|\n| 1 |",
        "between $5 and $6 | or not",
    ):
        assert with_even_rows(text) == text


def test_a_table_ends_with_the_first_line_without_bars():
    text = "| a | b |\n|---|---|\n| 1 |\n\n| free | bars | here |"
    assert with_even_rows(text).endswith("| 1 |  |\n\n| free | bars | here |")


@given(st.text(alphabet="|-: $\\`~ab\n", max_size=200))
def test_lines_are_neither_added_nor_lost_and_a_second_time_changes_nothing(text):
    once = with_even_rows(text)
    assert once.count("\n") == text.count("\n")
    assert with_even_rows(once) == once


def test_a_large_table_takes_time_linear_in_it():
    text = "| a | b |\n|---|---|\n" + "| $|x|$ | 1 | 2 |\n" * 50_000
    begun = time.process_time()
    with_even_rows(text)
    assert time.process_time() - begun < 5
