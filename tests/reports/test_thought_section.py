"""The section of a page of results about the thinking: there where thinking can be read, and nowhere else."""

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.reports import thought_section as room
from workbench.reports.thought_section import thought_section
from workbench.rows.table import frame


def rows(number=8, **more):
    return frame(
        [
            {
                "task_id": str(n),
                "model": "lab/<m>",
                "prompt": "p",
                "max_tokens": 64,
                "task_question": "What is 6 * 7?",
                "task_target": "42",
                "outcome": "answered",
                "correct": True,
                "answer": "42",
                "thinking": f"6 * 7 = 42. {'That is all I know. ' * n}",
                "thinking_tokens": 20 + n,
                **more,
            }
            for n in range(number)
        ]
    )


def test_a_page_of_rows_with_thinking_says_what_came_after_the_answer(tmp_path):
    text = wb.report(rows(), output=tmp_path / "page.html").path.read_text()
    assert "What is in the thinking" in text
    assert "after the right answer had been reached" in text
    assert "lab/<m>" not in text.partition("<body")[2].partition("<script")[0]


def test_hidden_thinking_and_rows_cut_from_others_make_no_section():
    assert thought_section(rows(thinking_visibility="hidden")) is None
    assert thought_section(rows(derived=True)) is None
    assert thought_section(rows(thinking=None)) is None


def test_of_very_many_thoughts_some_are_read_and_that_is_said(monkeypatch):
    monkeypatch.setattr(room, "MOST_THOUGHTS", 5)
    assert thought_section(rows())["left_out"] == "5 of 8 thoughts were read, evenly spaced."


def test_columns_that_hold_nothing_but_zeros_are_left_out_and_the_rest_names_itself_on_a_phone(tmp_path):
    found = thought_section(rows())
    assert {"wasted", "after the answer"} <= set(found["heads"])
    assert not {"read", "in loops", "left again", "language"} & set(found["heads"])
    assert "Left again" not in found["caption"]
    text = wb.report(rows(), output=tmp_path / "page.html").path.read_text()
    assert all(f'<td data-head="{head.capitalize()}">' in text for head in found["heads"])


def test_the_thinking_of_what_never_answered_may_hold_the_right_answer():
    found = thought_section(rows(outcome="empty", correct=None, answer=None))
    assert "Of 8 thoughts that never came to an answer, 8 held the right one." in found["rest"]
    assert "held the right one" not in thought_section(rows())["rest"]


def test_what_was_wasted_stands_first_and_each_reason_in_a_line_of_its_own(tmp_path):
    mixed = pd.concat([rows(), rows(model="b", outcome="empty", correct=None, answer=None)], ignore_index=True)
    found = thought_section(mixed)
    assert found["lead"].startswith("The 2 models waste ")
    assert "8 thoughts that never came to an answer" in found["reasons"][0]
    assert "after the right answer had been reached" in found["reasons"][1]
    assert found["rest"].startswith("b wastes most (100 %)")
    page = wb.report(mixed, output=tmp_path / "page.html").path.read_text().partition('id="in-the-thinking"')[2]
    assert page.partition("</section>")[0].count("<li>") == 2


def test_what_are_no_rows_is_refused():
    with pytest.raises(InputError, match="DataFrame"):
        thought_section([])
