"""The grid of tasks × configurations."""

import numpy as np
from studies import exhausted, failed, frame, row

from workbench.analysis.choice import recommend
from workbench.reports.outcome_grid import outcome_grid


def grid_of(records):
    rows = frame(records)
    return rows, outcome_grid(rows, recommend(rows), np.arange(len(rows)))


RECORDS = [
    *(row(n, n < 8, model="best") for n in range(10)),
    *(row(n, n < 4, model="other") for n in range(8)),
    exhausted(8, model="other"),
    failed(9, model="other"),
]


def test_failures_stand_first_and_columns_in_the_order_of_the_ranking():
    _, grid = grid_of(RECORDS)
    data = grid["data"]
    assert data["names"] == ["best", "other"]
    assert data["labels"][:2] == ["question 8", "question 9"]
    assert data["fields"][:4] == ["1", "2", "1", "3"]
    assert data["fields"][-2:] == ["0", "0"]


def test_each_case_knows_its_field():
    rows, grid = grid_of(RECORDS)
    data = grid["data"]
    for task, line, right in zip(*data["cases"], rows["correct"].fillna(False), strict=True):
        field = data["fields"][task * 2 + line]
        assert (field == "0") == right


def test_repeats_share_a_field():
    _, grid = grid_of([row(0, sample < 2, sample=sample) for sample in range(3)])
    assert grid["data"]["fields"] == ["001"]
    assert grid["first"][0]["fields"] == [{"kind": "mixed", "sign": "2/3", "said": "2 of 3 right"}]


def test_what_was_not_asked_is_blank():
    _, grid = grid_of([row(0, model="a"), row(1, model="a"), row(0, model="b")])
    assert "" in grid["data"]["fields"]


def test_only_signs_that_occur_are_explained():
    _, grid = grid_of([row(0), row(1, False)])
    assert [name for _, name in grid["signs"]] == ["right", "wrong"]
