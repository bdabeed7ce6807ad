"""Rows scored again: what changed, what got no mark, what was asked at the same time."""

from __future__ import annotations

import threading
import warnings
from types import SimpleNamespace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from workbench.errors import InputError, ServerBusy
from workbench.rows.configurations import configuration_columns
from workbench.rows.files import read_rows, write_rows
from workbench.rows.table import frame
from workbench.scorers import rescoring
from workbench.scorers.judging import judge
from workbench.scorers.rescoring import BROKEN_OFF, changes, rescore, rescore_within
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


def test_scorers_see_the_answer_only():
    seen = []
    rows = frame([{**ROWS[0], "thinking": "secret"}])
    rescore(rows, lambda answer, task: bool(seen.append((answer, repr(task)))) or True)
    assert "secret" not in repr(seen)


def sums(*answers, **more):
    return frame(
        {
            "task_id": str(place),
            "task_question": f"What is {place} + 1?",
            "task_target": str(place + 1),
            "model": "own/foo-7b",
            "outcome": "answered",
            "answer": answer,
            **more,
        }
        for place, answer in enumerate(answers)
    )


def test_rescoring_tells_what_changed(capsys):
    table = rescore(sums("1", "It is 2.", "Well, 3 sheep graze here."), "exact")
    assert capsys.readouterr().err == "", "there were no marks to change"
    again = rescore(table, "contains")
    assert again["correct"].tolist() == [True, True, True]
    assert "rescored 3 rows: " in capsys.readouterr().err
    rescore(again, "contains")
    assert capsys.readouterr().err == "rescored 3 rows: no mark changed\n"


def test_whoever_waits_long_for_marks_is_told_how_far_they_are(capsys, monkeypatch):
    monkeypatch.setattr(rescoring, "_SECONDS_BETWEEN_LINES", 0.0)
    rescore(sums("1", "2", "3"), "exact")
    assert capsys.readouterr().err == "marked 1 of 3 answers\nmarked 2 of 3 answers\n"
    rescore(sums("1", "2", "3"), judge(asker(), model="j/x"))
    assert capsys.readouterr().err == "", "a sweep shows how far a judge is in a place of its own"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([True, True], [False, True], "1 mark changed: 1 now wrong"),
        ([None, True], [True, None], "2 marks changed: 1 now right, 1 without a mark"),
        ([False] * 41, [True] * 38 + [None] * 2 + [False], "40 marks changed: 38 now right, 2 without a mark"),
        ([None, None], [True, False], ""),
    ],
)
def test_changes_in_words(before, after, words):
    assert changes(pd.Series(before, dtype="boolean"), pd.Series(after, dtype="boolean")) == words


def test_several_scorers_fill_a_column_each_that_is_no_parameter(tmp_path):
    table = rescore(sums("1", "5"), ["numeric", "length:1"])
    assert table["score_numeric"].tolist() == [1, 0]
    assert table["score_length"].tolist() == [1, 1]
    assert table["correct"].tolist() == [True, False]
    assert configuration_columns(table) == ["model", "prompt", "max_tokens"]
    kept = read_rows(write_rows(table, tmp_path / "rows.jsonl"))
    assert kept["score_length"].tolist() == [1, 1]
    assert configuration_columns(kept) == ["model", "prompt", "max_tokens"]
    assert "score_numeric" not in rescore(table, "numeric").columns, "what a former scorer said does not stay"


def test_figures_of_the_reply_reach_the_scorer():
    table = rescore(sums("1", "2", seconds=1.5, usd=0.5), ["latency:1", "cost:1"])
    assert table["score_latency"].tolist() == [0, 0]
    assert table["score_cost"].tolist() == [1, 1]


def asker(verdict="VERDICT: CORRECT", meet=None):
    def ask(prompt, **options):
        ask.prompts.append(prompt)
        if meet is not None and len(ask.prompts) > 1:  # the first is asked alone: perhaps nobody is there
            meet.wait(timeout=60)
        return SimpleNamespace(answer=verdict if isinstance(verdict, str) else verdict(prompt), outcome="answered")

    ask.prompts = []
    return ask


def test_a_judge_is_asked_about_several_answers_at_once():
    together = threading.Barrier(4)
    table = rescore(sums("a", "b", "c", "d", "e"), judge(asker(meet=together), model="j/x", at_once=4))
    assert table["correct"].tolist() == [True] * 5


def test_without_a_verdict_a_row_has_no_mark_and_is_counted():
    says = asker(lambda prompt: "Well." if "What is 1 " in prompt else "VERDICT: CORRECT")
    with pytest.warns(UserWarning, match=r"1 of 3 rows got no mark\. First: no verdict from the judge j/x"):
        table = rescore(sums("a", "b", "c"), judge(says, model="j/x"))
    assert table["correct"].isna().tolist() == [False, True, False]
    assert table["score"].isna().tolist() == [False, True, False]
    assert table.loc[1, "why"].startswith("no verdict")


def test_a_judge_of_the_same_family_is_a_warning():
    with pytest.warns(
        UserWarning, match=r"the judge other/foo-70b and the judged own/foo-7b are of one family \(foo\)"
    ):
        rescore(sums("a"), judge(asker(), model="other/foo-70b"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rescore(sums("a"), judge(asker(), model="other/bar-70b"))


def test_a_judge_that_cannot_be_reached_is_not_asked_again_and_again():
    def ask(prompt, **options):
        ask.times += 1
        raise ServerBusy("too busy")

    ask.times = 0
    with pytest.warns(UserWarning, match="6 of 6 rows could not be scored"):
        table = rescore(sums(*"abcdef"), judge(ask, model="j/x", at_once=2))
    assert ask.times == 1
    assert table["correct"].isna().all()
    assert table["why"].str.startswith("not scored: ").all()


def test_where_no_task_has_a_target_rows_are_marked_as_one_by_one():
    tasks = [Task(str(number), "Why?") for number in range(6)]
    outcomes = ["answered", "thinking_exhausted", "error", "refused", "answer_truncated", "empty"]
    rows = pd.DataFrame({"task_id": [task.id for task in tasks], "outcome": outcomes, "answer": "9"})
    rows["task_question"], rows["task_target"] = "Why?", None
    marked = rescore(rows, tasks=tasks)
    assert_frame_equal(marked, rescore(rows))
    assert marked["correct"].isna().tolist() == [True, False, True, False, True, False]
    with pytest.raises(InputError, match="task '5', which is not among the 5"):
        rescore(rows, tasks=tasks[:5])


def test_an_interrupt_carries_the_rows_as_far_as_they_are_marked():
    def interrupted_at_the_third(answer, task):
        if answer == "42 is":
            raise KeyboardInterrupt
        return answer.startswith("It")

    with pytest.raises(KeyboardInterrupt) as stopped:
        rescore(frame(ROWS), interrupted_at_the_third)
    rows = stopped.value.rows
    assert [None if mark is pd.NA else bool(mark) for mark in rows["correct"][:4]] == [True, False, False, False]
    assert (rows["why"] == BROKEN_OFF).tolist() == [False] * 4 + [True, True, False, False, True]
    assert rows["correct"][[4, 5, 7, 8]].isna().all()
    assert not rows["correct"][6]


def test_whoever_does_not_wait_gets_what_needs_no_reading():
    rows = rescore_within(0, frame(ROWS))
    assert (rows["why"] == BROKEN_OFF).sum() == 5
    assert rows["correct"].dropna().tolist() == [False, False]
    assert rescore_within(60, frame(ROWS))["correct"].equals(rescore(frame(ROWS))["correct"])


def test_a_task_of_several_rows_is_made_once_and_one_that_differs_is_another() -> None:
    rows = sums("2", "3")
    rows["task_id"], rows["task_question"], rows["task_target"] = "a", "1 + 1?", ["2", "3"]
    assert rescore(rows)["score"].tolist() == [1, 1]
    seen: list[int] = []
    rows["task_target"] = "2"
    rescore(rows, lambda answer, task: seen.append(id(task)) or 1.0)
    assert len(seen) == 2
    assert len(set(seen)) == 1
