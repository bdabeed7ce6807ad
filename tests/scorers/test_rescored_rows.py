"""Marks given anew: what changed, what got no mark, what was asked at the same time."""

from __future__ import annotations

import threading
import warnings
from types import SimpleNamespace

import pandas as pd
import pytest

from workbench.errors import ServerBusy
from workbench.rows.configurations import configuration_columns
from workbench.rows.files import read_rows, write_rows
from workbench.rows.table import frame
from workbench.scorers.judging import judge
from workbench.scorers.rescoring import changes, rescore


def rows(*answers, **more):
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
    table = rescore(rows("1", "It is 2.", "so 3, or maybe 4"), "exact")
    assert capsys.readouterr().err == "", "there were no marks to change"
    again = rescore(table, "contains")
    assert again["correct"].tolist() == [True, True, True]
    assert "rescored 3 rows: " in capsys.readouterr().err
    rescore(again, "contains")
    assert capsys.readouterr().err == "rescored 3 rows: no mark changed\n"


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
    table = rescore(rows("1", "5"), ["numeric", "length:1"])
    assert table["score_numeric"].tolist() == [1, 0]
    assert table["score_length"].tolist() == [1, 1]
    assert table["correct"].tolist() == [True, False]
    assert configuration_columns(table) == ["model", "prompt", "max_tokens"]
    kept = read_rows(write_rows(table, tmp_path / "rows.jsonl"))
    assert kept["score_length"].tolist() == [1, 1]
    assert configuration_columns(kept) == ["model", "prompt", "max_tokens"]
    assert "score_numeric" not in rescore(table, "numeric").columns, "what a former scorer said does not stay"


def test_figures_of_the_reply_reach_the_scorer():
    table = rescore(rows("1", "2", seconds=1.5, usd=0.5), ["latency:1", "cost:1"])
    assert table["score_latency"].tolist() == [0, 0]
    assert table["score_cost"].tolist() == [1, 1]


def asker(verdict="VERDICT: CORRECT", meet=None):
    def ask(prompt, **options):
        ask.prompts.append(prompt)
        if meet is not None:
            meet.wait(timeout=10)
        return SimpleNamespace(answer=verdict if isinstance(verdict, str) else verdict(prompt), outcome="answered")

    ask.prompts = []
    return ask


def test_a_judge_is_asked_about_several_answers_at_once():
    together = threading.Barrier(4)
    table = rescore(rows("a", "b", "c", "d"), judge(asker(meet=together), model="j/x", at_once=4))
    assert table["correct"].tolist() == [True] * 4


def test_without_a_verdict_a_row_has_no_mark_and_is_counted():
    says = asker(lambda prompt: "Well." if "What is 1 " in prompt else "VERDICT: CORRECT")
    with pytest.warns(UserWarning, match=r"1 of 3 rows got no mark\. First: no verdict from the judge j/x"):
        table = rescore(rows("a", "b", "c"), judge(says, model="j/x"))
    assert table["correct"].isna().tolist() == [False, True, False]
    assert table["score"].isna().tolist() == [False, True, False]
    assert table.loc[1, "why"].startswith("no verdict")


def test_a_judge_of_the_same_family_is_a_warning():
    with pytest.warns(
        UserWarning, match=r"the judge other/foo-70b and the judged own/foo-7b are of one family \(foo\)"
    ):
        rescore(rows("a"), judge(asker(), model="other/foo-70b"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rescore(rows("a"), judge(asker(), model="other/bar-70b"))


def test_a_judge_that_cannot_be_reached_is_not_asked_again_and_again():
    def ask(prompt, **options):
        ask.times += 1
        raise ServerBusy("too busy")

    ask.times = 0
    with pytest.warns(UserWarning, match="6 of 6 rows could not be scored"):
        table = rescore(rows(*"abcdef"), judge(ask, model="j/x", at_once=2))
    assert ask.times <= 2
    assert table["correct"].isna().all()
    assert table["why"].str.startswith("not scored: ").all()
