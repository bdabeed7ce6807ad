"""Tasks of segments: told apart by eight bytes, by names where two share those, and named where that is wanted."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from workbench.rows import segment_tasks
from workbench.rows.segment_tasks import Numbered, Tasks, is_nameless

ROWS = """
    ('b', 'answered', true, '4'), ('a', 'answered', false, NULL), ('b', 'empty', false, '4'),
    ('c', 'empty', false, NULL), ('a', 'answered', NULL, NULL), ('d', 'answered', NULL, '9'),
    (NULL, 'error', false, NULL)
"""


@pytest.fixture(params=["", "length(task_id)"], ids=["short", "names that share their short form"])
def tasks(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(segment_tasks, "SHORT", request.param)
    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE segments AS SELECT * FROM (VALUES {ROWS}) t(task_id, outcome, correct, task_target)"
    )
    return Tasks(lambda statement, values=(): connection.execute(statement, list(values)), targets=True)


def numbered(tasks):
    return tasks.numbered(tasks._run(f"SELECT {tasks.expression} AS task FROM segments").fetchnumpy()["task"])


def test_tasks_are_numbered_as_they_appear_and_named_again(tasks):
    found = numbered(tasks)
    assert (tasks.count, found.codes.tolist()) == (4, [0, 1, 0, 2, 1, 3, -1])
    names = tasks.named(found, " WHERE true", []).tolist()
    assert names[:6] == ["b", "a", "b", "c", "a", "d"]
    assert names[6] is pd.NA


def test_what_is_said_of_a_task_in_any_row(tasks):
    found = numbered(tasks)
    counting, not_counting = tasks.that_count_otherwise
    assert tasks.some_are_marked  # of a there is a marked reply, and one that is not
    assert found.are(counting).tolist() == [False, True, False, False, True, False, False]
    assert found.are(not_counting).tolist() == [False, False, False, True, False, True, False]


def test_tasks_without_names_are_told_apart():
    column = Numbered(np.array([1, 0, 1, -1]), np.array([7, 9])).nameless()
    assert is_nameless(column)
    assert not is_nameless(pd.Series(["a", "b"], dtype="category"))
    assert column.nunique() == 2
    assert column.isna().tolist() == [False, False, False, True]
    assert pd.factorize(column, use_na_sentinel=False)[0].tolist() == [0, 1, 0, 2]
