"""Rows of padded tasks become rows of one task at several lengths."""

import pytest

from workbench.analysis.lengths import at_lengths
from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns
from workbench.rows.table import frame


def test_length_and_place_are_what_was_varied():
    rows = frame(
        [
            {
                "task_id": f"a, {n}, {p}",
                "task_pairs": "a",
                "task_length": str(n),
                "task_place": p,
                "outcome": "answered",
            }
            for n in (10, 20)
            for p in (0.1, 0.9)
        ]
    )
    table = at_lengths(rows)
    assert table["task_id"].unique().tolist() == ["a"]
    assert configuration_columns(table)[-2:] == ["length", "place"]
    assert table["length"].tolist() == [10, 10, 20, 20]


def test_rows_of_other_tasks_are_refused():
    rows = frame([{"task_id": "a", "task_pairs": "a", "task_length": 4}, {"task_id": "b"}])
    with pytest.raises(InputError):
        at_lengths(rows)
