"""How rows show themselves: narrow, with the rest a click away; and as plain DataFrames to everything else."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from fakes.server import FakeServer, completion
from kernel import html_of, saved_outputs
from studies import HOSTILE, Nesting, exhausted, failed, row

from workbench.rows.files import write_rows
from workbench.rows.shown import MOST_SHOWN, rows_html
from workbench.rows.table import frame


def rows_of(number=3, **more):
    return frame(
        row(n, n % 2 == 0, answer=f"answer {n} {'long ' * 60}", thinking=f"thought {n}", usd=0.01, seconds=2.0, **more)
        for n in range(number)
    )


def test_what_matters_stands_first_and_the_rest_is_folded():
    page = rows_html(rows_of())
    head, _, folded = page.partition("<details><summary>All")
    for part in ("answer 0", "question 0", "right", "wrong", "$0.01", "2.0 s", "thought 1", "max_tokens 1000"):
        assert part in head, part
    assert "served_model" not in head
    assert "served_model" in folded
    Nesting(page.replace("<br>", ""))


def test_configurations_and_swept_parameters_are_columns_where_they_differ():
    records = [row(0, model=m, answer="x", temperature=t) for m, t in (("a", 0.5), ("b", 1.0))]
    rows = frame(records, parameters=["temperature"])
    head = rows_html(rows).partition("All ")[0]
    assert "temperature" in head
    assert "prompt plain" in head
    assert "prompt</th>" not in head


def test_what_did_not_answer_says_why_it_did_not():
    head = rows_html(frame([exhausted(0), failed(1, error_message="401 no key"), row(2, None, answer="x")]))
    for part in ("thinking exhausted", "401 no key", "answered"):
        assert part in head


def test_a_long_table_says_how_much_it_shows_and_stays_small():
    page = rows_html(rows_of(500, task_note="n" * 10))
    assert f"The first {MOST_SHOWN} of 500 rows" in page
    assert page.count("whole reply") == MOST_SHOWN
    assert len(rows_html(frame([row(n, answer="y" * 100_000) for n in range(30)]))) < 400_000


def test_hostile_text_is_text():
    page = rows_html(frame([row(0, model=HOSTILE, answer=HOSTILE, thinking=HOSTILE, task_question=HOSTILE)]))
    assert "<script" not in page.replace("<style", "")


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"a": [1]}),
        rows_of()[["task_id", "answer"]],
        rows_of().iloc[:0],
        rows_of().T,
        rows_of().describe(),
        pd.concat([rows_of(), rows_of()], axis=1),
        rows_of().drop(columns="answer"),
    ],
    ids=["other", "chosen", "empty", "turned", "described", "twice", "without answers"],
)
def test_every_other_table_is_shown_as_it_always_is(table):
    assert rows_html(table) is None


def test_rows_are_plain_dataframes():
    assert type(rows_of()) is pd.DataFrame
    assert type(rows_of().query("correct")) is pd.DataFrame


def test_a_notebook_shows_rows_narrow_and_other_tables_and_summaries_as_before(shared_kernel, tmp_path):
    path = write_rows(rows_of(), tmp_path / "rows.jsonl")
    cells = [
        f"import json, pandas as pd, workbench as wb\nrows = wb.read_rows({json.dumps(str(path))})\nrows",
        "rows[rows['correct'] == False]",
        "rows[['task_id', 'answer']]",
        "pd.DataFrame({'a': [1]})",
        "wb.summary(rows)",
    ]
    with FakeServer(completion("9")) as server:
        pages = [html_of(outputs[-1]) for outputs in saved_outputs(shared_kernel, server, *cells)]
    assert ["<summary>whole reply" in page for page in pages] == [True, True, False, False, False]
    assert "dataframe" in pages[2]
    assert "dataframe" in pages[3]
    assert "wb-table" in pages[4]
