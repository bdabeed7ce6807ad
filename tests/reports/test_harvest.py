"""The rows of a notebook: which of its tables they are."""

import pytest
from studies import frame, row

from workbench.reports.harvest import harvest, holds_calls, rows_among
from workbench.rows.files import read_rows

FEW, MANY = frame([row(0)]), frame([row(n) for n in range(3)])


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ({"rows": FEW, "others": MANY}, "rows"),
        ({"few": FEW, "many": MANY}, "many"),
        ({"first": MANY, "second": MANY}, "second"),
        ({"_": MANY, "x": 1, "table": MANY[["task_id"]]}, None),
        ({"rows": "no table"}, None),
    ],
    ids=["called rows", "the largest", "the last", "none", "other things"],
)
def test_it_is_the_one_called_rows_else_the_largest(names, found):
    assert rows_among(names) == found


def test_it_is_written_as_a_file_of_rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    assert harvest({"rows": MANY}, path) == "rows"
    assert read_rows(path).equals(MANY)


def test_rows_that_a_page_can_carry_or_that_cannot_be_written_are_left_where_they_are_not_needed(tmp_path):
    path = tmp_path / "rows.jsonl"
    assert harvest({"rows": MANY}, path, needed=False) == "rows"
    assert harvest({"rows": MANY}, tmp_path / "none" / "there.jsonl", needed=False) == "rows"
    assert list(tmp_path.iterdir()) == []


def test_calls_are_told_apart_by_task_sample_and_configuration_whatever_type_they_were_read_as():
    rows = frame(row(n, model=model, max_tokens=64) for n in (0, 1) for model in ("a", "b"))
    assert holds_calls(rows, rows[::2].assign(max_tokens=64.0))
    assert not holds_calls(rows, rows.assign(max_tokens=32))
    assert not holds_calls(rows[["task_id", "outcome", "correct"]], rows)
