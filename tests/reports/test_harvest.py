"""The rows of a notebook: which of its tables they are."""

import pytest
from studies import frame, row

from workbench.reports.harvest import harvest, rows_among
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
