"""Pairs without names: which are drawn, what a sheet says of them, and the way back into the rows."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from duels import SECRET, two_models
from studies import failed, row

from workbench.analysis.blind import Rating, drawn_pairs, entries_of, pairs_on, read_pairs, sheet_of_pairs, with_ratings
from workbench.errors import InputError
from workbench.rows.files import read_rows, write_rows
from workbench.rows.table import frame


def test_a_seed_draws_the_same_pairs_in_the_same_order_and_both_orders_occur():
    rows = two_models(40)
    one, same = drawn_pairs(rows, 30, seed=3), drawn_pairs(rows, 30, seed=3)
    assert one == same
    assert one != drawn_pairs(rows, 30, seed=4)
    assert len({rows["task_id"].iloc[pair.left] for pair in one.pairs}) == 30
    assert all(rows["task_id"].iloc[p.left] == rows["task_id"].iloc[p.right] for p in one.pairs)
    first_on_the_left = sum(rows["model"].iloc[pair.left] == SECRET[0] for pair in one.pairs)
    assert 5 < first_on_the_left < 25


def test_errors_are_not_drawn_and_answers_in_the_same_words_are_counted():
    rows = frame(
        [
            *(row(1, model=model, answer=" 42 " if model == "a" else "42") for model in "ab"),
            *(row(2, model=model, answer=f"{model}!") for model in "ab"),
            row(3, model="a", answer="x"),
            failed(3, model="b"),
            row(4, model="a", answer="alone"),
        ]
    )
    drawn = drawn_pairs(rows, 20)
    assert (len(drawn.pairs), drawn.same) == (1, 1)


@pytest.mark.parametrize(
    ("rows", "options", "says"),
    [
        (two_models(2), {"n": 0}, "n is 0"),
        (frame([row(1, model="a", answer="x")]), {}, "these rows hold 1"),
        (frame([row(1, model=m, answer=m) for m in "abc"]), {}, "Name two"),
        (frame([row(1, model=m, answer=m) for m in "abc"]), {"configurations": [{"model": "z"}]}, "'z'"),
        (frame([row(1, model=m, answer="same") for m in "ab"]), {}, "1 were answered in the same"),
    ],
    ids=["n", "one", "three", "unknown", "same words"],
)
def test_what_cannot_be_rated_is_said(rows, options, says):
    with pytest.raises(InputError, match=says):
        drawn_pairs(rows, **{"n": 5, **options})


def test_two_of_three_are_named():
    rows = frame([row(1, model=m, answer=m) for m in "abc"])
    (pair,) = drawn_pairs(rows, 5, configurations=[{"model": "c"}, {"model": "a"}]).pairs
    assert {rows["model"].iloc[pair.left], rows["model"].iloc[pair.right]} == {"a", "c"}


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.jsonl"])
def test_a_sheet_names_nobody_and_is_read_as_it_was_written(tmp_path, name):
    rows = two_models()
    drawn = drawn_pairs(rows, 4)
    said = {
        drawn.pairs[0].name: Rating("left", True, False, "=2+2"),
        drawn.pairs[2].name: Rating("tie"),
    }
    path = tmp_path / name
    content = sheet_of_pairs(rows, drawn.pairs, said, path)
    for telling in (*SECRET, "vendor", "telling thought", "42"):
        assert telling.encode() not in content
    path.write_bytes(content)
    found, ratings = pairs_on(rows, path)
    assert found.pairs == drawn.pairs
    assert ratings == said


def test_a_sheet_as_a_spreadsheet_leaves_it_in_another_language(tmp_path):
    rows = two_models()
    drawn = drawn_pairs(rows, 3)
    lines = [["Pair", "Better", "left_thumb"]]
    lines += [
        [pair.name, word, thumb]
        for pair, word, thumb in zip(drawn.pairs, ("Links", "=", ""), ("👍", "-", ""), strict=True)
    ]
    table = io.StringIO()
    csv.writer(table, delimiter=";").writerows(lines)
    path = tmp_path / "sheet.csv"
    path.write_text("\ufeff" + table.getvalue(), encoding="utf-8")
    _, ratings = pairs_on(rows, path)
    assert ratings == {drawn.pairs[0].name: Rating("left", True), drawn.pairs[1].name: Rating("tie", False)}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "needs the columns 'pair' and 'better'"),
        ("pair,better\np1,maybe\n", "sheet.csv:2: better is 'maybe'"),
        ("pair,better,left_thumb\np1,left,sideways\n", "left_thumb is 'sideways'"),
    ],
)
def test_what_is_no_sheet_of_pairs_is_said_with_its_line(tmp_path, text, says):
    path = tmp_path / "sheet.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        read_pairs(path)


def test_a_sheet_of_other_rows_is_refused(tmp_path):
    path = tmp_path / "sheet.csv"
    rows = two_models()
    path.write_bytes(sheet_of_pairs(rows, drawn_pairs(rows, 2).pairs, {}, path))
    with pytest.raises(InputError, match="2 of 2 pairs on the sheet"):
        pairs_on(two_models(max_tokens=7), path)


def test_ratings_stand_in_both_rows_and_a_file_of_rows_carries_them(tmp_path):
    rows = two_models()
    drawn = drawn_pairs(rows, 1)
    pair = drawn.pairs[0]
    rated = with_ratings(rows, "ann", drawn.pairs, {pair.name: Rating("left", True, None, "clear")})
    for suffix in ("jsonl", "parquet"):
        back = read_rows(write_rows(rated, tmp_path / f"rows.{suffix}"))
        (left,), (right,) = (entries_of(back["ratings"].iloc[place]) for place in (pair.left, pair.right))
        assert (left["said"], left["thumb"], right["said"], right["thumb"]) == ("better", True, "worse", None)
        assert left["note"] == "clear"
    assert rows["ratings"].isna().all()


def test_the_same_rater_changes_his_mind_and_another_is_added():
    rows = two_models()
    drawn = drawn_pairs(rows, 1)
    pair = drawn.pairs[0]
    for rater, choice in (("ann", "left"), ("ann", "tie"), ("ben", "right")):
        rows = with_ratings(rows, rater, drawn.pairs, {pair.name: Rating(choice)})
    said = {entry["rater"]: entry["said"] for entry in entries_of(rows["ratings"].iloc[pair.left])}
    assert said == {"ann": "tie", "ben": "worse"}


@pytest.mark.parametrize("value", [None, pd.NA, 3, "", "{", '{"rater": "x"}', "[1, null]", "[" * 100_000])
def test_a_cell_that_holds_no_ratings_is_passed_over(value):
    assert entries_of(value) == []
