"""Rows that are cut from others are the same draws: told apart, counted once, said."""

from __future__ import annotations

import pandas as pd

from workbench.rows import about
from workbench.rows.derived import derived, drawn_again, said_of_derived
from workbench.rows.files import read_rows, write_rows
from workbench.rows.table import frame


def rows(**more):
    draws = [("k1", "a", 64), ("k1", "a", 8), ("k2", "b", 64), ("k2", "b", 24), ("k3", "b", 24)]
    return frame(
        [
            {"task_id": task, "key": key, "max_tokens": cap, "outcome": "empty", "derived": cap < 64 and key != "k3"}
            for key, task, cap in draws
        ]
    ).assign(**more)


def test_only_what_is_cut_counts_as_drawn_again_and_only_beside_its_own_draw():
    assert drawn_again(rows(), []).tolist() == [False, True, False, True, False]
    assert not drawn_again(rows(), ["max_tokens"]).any()
    without_the_largest = rows()[lambda table: table["max_tokens"] < 64]
    assert not drawn_again(without_the_largest, []).any()


def test_a_table_of_an_older_version_or_without_keys_has_no_such_rows():
    assert not derived(rows().drop(columns="derived")).any()
    assert not drawn_again(rows(key=pd.NA), []).any()
    assert said_of_derived(rows().drop(columns="derived")) == ""


def test_what_real_calls_said_goes_along_into_a_file_and_back(tmp_path, monkeypatch):
    about.remember("r", {"caps": "4 real calls at smaller caps gave 1 right, their cuts 1: no disagreement found."})
    table = rows(run="r")
    said = said_of_derived(table)
    assert said.startswith("2 rows are cut from replies at a larger cap, and cost nothing more. 4 real calls")
    path = write_rows(table, tmp_path / "rows.jsonl")
    monkeypatch.setattr(about, "_known", {})
    assert said_of_derived(read_rows(path)) == said
    assert derived(read_rows(path)).tolist() == derived(table).tolist()
