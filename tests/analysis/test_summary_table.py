"""A summary as it is shown."""

from __future__ import annotations

import pandas as pd
from studies import failed, row

from workbench.analysis.summaries import summary
from workbench.rows.table import frame


def test_a_summary_is_a_plain_table_underneath() -> None:
    table = summary(frame([row(1), row(2, False)]))
    assert isinstance(table, pd.DataFrame)
    assert table[table.accuracy > 0.9].empty
    assert repr(table[["model", "accuracy"]]) == repr(pd.DataFrame(table[["model", "accuracy"]]))


def test_a_summary_says_over_what_how_many_and_which_interval() -> None:
    text = repr(summary(frame([row(1), row(2, False), failed(3)])))
    for part in ("3 calls of 3 tasks", "1 call failed", "95 % intervals", "Wilson, one sample a task", "over tasks"):
        assert part in text


def test_a_summary_of_one_task_says_that_it_says_nothing_about_others() -> None:
    assert "One task says nothing about others" in repr(summary(frame([row(1)])))


def test_a_summary_of_mixed_task_sets_points_to_compare() -> None:
    assert "use wb.compare" in repr(summary(frame([row(1), row(2), row(1, model="other")])))
