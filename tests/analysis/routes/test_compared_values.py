"""The value of an answer, and whether it is sure, read without a look at the target."""

import pandas as pd
import pytest

from workbench.analysis.routes.compared_values import compared_value, form_of, readable, task_of_row, usual_form
from workbench.scorers.named import by_name
from workbench.tasks.task import Task

NUMBER, WORD, TRUTH = (Task("t", "?", target) for target in ("12", "Lisbon", "yes"))
OPTIONS = Task("t", "?", "B", options={"A": "Rome", "B": "Lisbon", "C": "Oslo"})


@pytest.mark.parametrize(
    ("answer", "task", "value", "sure"),
    [
        ("The answer is 7.", NUMBER, "number 7", True),
        ("**7.0**", NUMBER, "number 7", True),
        ("seven", NUMBER, "number 7", True),
        ("2 hats, 3 coats and 7 shoes", NUMBER, "number 7", False),
        ("no idea at all", NUMBER, "", False),
        ("", NUMBER, "", False),
        ("(b)", OPTIONS, "text b", True),
        ("It is Oslo.", OPTIONS, "text c", True),
        ("No.", TRUTH, "text no", True),
        ("  In  LISBON ", WORD, "in lisbon", True),
    ],
)
def test_what_is_compared_and_whether_it_is_sure(answer, task, value, sure):
    assert compared_value(answer, task) == (value, sure)


@pytest.mark.parametrize("answer", ["2 hats, 3 coats and 7 shoes", "So 3 + 4 = 7, twice is 14", "7, or 12 of them?"])
def test_the_target_is_not_looked_at(answer):
    read = {compared_value(answer, Task("t", "?", target)) for target in ("2", "3", "7", "12", "14", "4711")}
    assert len(read) == 1
    marks = {by_name("automatic")(answer, Task("t", "?", target)).sure for target in ("2", "3", "7", "12", "14")}
    assert marks == {True, False}  # those of rows have looked


def test_the_usual_form_of_tasks_reads_a_question_that_comes_without_its_task():
    assert [form_of(task) for task in (NUMBER, WORD, TRUTH, OPTIONS, Task("t", "?"))] == [
        "number", "text", "truth", "option", "text"]  # fmt: skip
    assert form_of(usual_form([NUMBER, WORD, NUMBER])) == "number"
    assert form_of(usual_form([])) == "text"


def test_a_row_holds_its_task():
    row = {"task_id": "t", "task_question": "?", "task_target": "B", "task_options": '{"A": "x", "B": "y"}'}
    assert task_of_row(row) == Task("t", "?", "B", options={"A": "x", "B": "y"})
    assert task_of_row({"task_id": "t", "task_question": "?", "task_target": pd.NA, "task_kind": pd.NA}) == Task(
        "t", "?"
    )


def test_only_rows_whose_scorers_take_out_a_value_are_read_again():
    rows = pd.DataFrame({"evidence": ["bold", None], "task_target": ["1", "2"], "answer": ["1", "2"]})
    assert readable(rows)
    assert not readable(rows.assign(evidence="judge"))
    assert not readable(rows.drop(columns="evidence"))
