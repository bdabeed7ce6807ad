"""Rows scored again."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from workbench.errors import InputError, ServerBusy
from workbench.rows.table import frame
from workbench.scorers.judging import judge
from workbench.scorers.rescoring import rescore
from workbench.tasks.tasks import Task

ROWS = [
    {"task_id": "a", "outcome": "answered", "answer": "It is 42.", "task_question": "q", "task_target": "42"},
    {"task_id": "b", "outcome": "answered", "answer": "41", "task_question": "q", "task_target": "42"},
    {"task_id": "c", "outcome": "answered", "answer": "Hm", "task_question": "q"},
    {"task_id": "d", "outcome": "thinking_exhausted", "answer": None, "task_question": "q", "task_target": "42"},
    {"task_id": "e", "outcome": "answer_truncated", "answer": "42 is", "task_question": "q", "task_target": "42"},
    {"task_id": "f", "outcome": "answer_truncated", "answer": "4", "task_question": "q", "task_target": "42"},
    {"task_id": "g", "outcome": "refused", "answer": "42", "task_question": "q", "task_target": "42"},
    {"task_id": "h", "outcome": "error", "answer": None, "task_question": "q", "task_target": "42"},
    {
        "task_id": "i",
        "outcome": "answered",
        "answer": "42",
        "task_question": "q",
        "task_target": "4",
        "task_scorer": "regex",
    },
]


def test_rows_are_scored_by_how_they_ended():
    scored = rescore(frame(ROWS))
    na = pd.NA
    assert scored["score"].tolist() == [1, 0, na, na, 1, na, na, na, 1]
    assert scored["correct"].tolist() == [True, False, na, False, True, False, False, na, True]
    assert scored["extracted"].tolist() == ["42", "41", na, na, "42", na, na, na, "4"]
    assert scored["why"][3] == "never answered: thinking exhausted"
    assert (str(scored["score"].dtype), str(scored["correct"].dtype)) == ("Float64", "boolean")
    assert scored.columns.tolist() == frame(ROWS).columns.tolist()


def test_rescoring_leaves_its_argument_and_the_index_alone():
    rows = frame(ROWS).iloc[[1, 0]].set_axis(["x", "y"])
    before = rows.copy(deep=True)
    assert rescore(rows).index.tolist() == ["x", "y"]
    assert rescore(rows)["score"].tolist() == [0, 1]
    assert_frame_equal(rows, before)


def test_rescoring_may_use_new_targets():
    rows = frame(ROWS).iloc[:2]
    assert rescore(rows, "exact", [Task("a", "q", "x"), Task("b", "q", "41")])["score"].tolist() == [0, 1]
    with pytest.raises(InputError, match="The rows hold task 'b', which is not among the 1 tasks given"):
        rescore(rows, tasks=[Task("a", "q")])


def test_rescoring_twice_changes_nothing():
    once = rescore(frame(ROWS))
    assert_frame_equal(rescore(once), once)


def test_rescoring_without_the_answers_is_refused():
    with pytest.raises(InputError, match="The rows lack the column 'answer'"):
        rescore(frame(ROWS).drop(columns="answer"))


def test_no_rows_are_no_problem():
    assert len(rescore(frame([]))) == 0


def test_a_scorer_that_fails_on_one_row_loses_no_other():
    def fussy(answer, target):
        return 1 / (answer != "41")

    with pytest.warns(UserWarning, match="1 of 2 rows could not be scored. First: Scorer 'fussy' fails on task 'b'"):
        scored = rescore(frame(ROWS[:2]), fussy)
    assert scored["score"].tolist() == [1, pd.NA]
    assert scored["correct"].tolist() == [True, pd.NA]
    assert scored["why"][1].startswith("not scored: Scorer 'fussy' fails on task 'b'")


def test_a_judge_that_cannot_be_reached_is_not_asked_again():
    asked = []

    def ask(prompt, **options):
        asked.append(prompt)
        raise ServerBusy("busy")

    with pytest.warns(UserWarning, match="3 of 3 rows could not be scored. First: busy"):
        scored = rescore(frame(ROWS[:3]), judge(ask, model="m"))
    assert len(asked) == 1
    assert scored["why"].tolist() == ["not scored: busy"] * 3


def test_ten_thousand_rows_are_scored_in_seconds():
    rows = frame(ROWS[:2] * 5_000)
    start = time.perf_counter()
    rescore(rows)
    assert time.perf_counter() - start < 10


def test_scorers_see_the_answer_only():
    seen = []
    rows = frame([{**ROWS[0], "thinking": "secret"}])
    rescore(rows, lambda answer, task: bool(seen.append((answer, repr(task)))) or True)
    assert "secret" not in repr(seen)
