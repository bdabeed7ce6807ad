"""Rows written to files and read back: nothing is lost, and no spreadsheet runs what a model wrote."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.rows.files import check_kind, read_rows, write_rows
from workbench.rows.spreadsheets import defused
from workbench.rows.table import frame


def rows_of(**more):
    return frame([{"task_id": "a", "model": "m", "outcome": "answered", **more}, {"task_id": "b", "outcome": "error"}])


@pytest.mark.parametrize("answer", ["=1+1", "a\u2028b\x00", "\ud83d", "é 🐑", ""], ids=ascii)
def test_rows_come_back_from_json_lines_as_they_went(tmp_path, answer):
    rows = rows_of(answer=answer, usd=0.25, seconds=None, cached=True)
    pd.testing.assert_frame_equal(read_rows(write_rows(rows, tmp_path / "rows.jsonl")), rows, check_like=True)


def test_rows_come_back_from_parquet_as_they_went(tmp_path):
    pytest.importorskip("pyarrow")
    rows = rows_of(answer="=1+1 é 🐑", usd=0.25, seconds=None, cached=True)
    pd.testing.assert_frame_equal(read_rows(write_rows(rows, tmp_path / "rows.parquet")), rows, check_like=True)


@given(st.text(max_size=30))
def test_no_text_begins_as_a_formula_once_it_is_defused(text):
    safe = defused(text)
    assert not safe.lstrip(" ").startswith(("=", "@", "\t", "\r"))
    assert defused(safe) in (safe, "'" + safe)


@pytest.mark.parametrize("number", ["-25", "+3.5", "-1e-9"])
def test_a_number_stays_a_number(number):
    assert defused(number) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no rows"),
        ("not json\n", "rows.jsonl:1: not a line of JSON"),
        ('{"task_id": "a"}\n[1]\n', "rows.jsonl:2: not a row"),
        ('{"model": "m"}\n', "it has no task_id"),
    ],
)
def test_what_are_no_rows_is_named_with_its_line(tmp_path, text, words):
    (tmp_path / "rows.jsonl").write_text(text)
    with pytest.raises(InputError, match=words):
        read_rows(tmp_path / "rows.jsonl")


@pytest.mark.parametrize(
    ("column", "value"), [("max_tokens", "many"), ("correct", []), ("score", {}), ("usd", "dear"), ("correct", 5)]
)
def test_a_value_that_its_column_cannot_hold_is_named_with_its_line(tmp_path, column, value):
    good = [json.dumps({"task_id": str(number), "outcome": "answered"}) for number in range(5)]
    lines = [*good[:3], "", json.dumps({"task_id": "odd", column: value}), *good[3:]]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines))
    with pytest.raises(InputError, match=rf"rows\.jsonl:5: {column} is "):
        read_rows(tmp_path / "rows.jsonl")


def test_a_kind_of_file_that_cannot_be_is_refused_before_anything_is_bought(tmp_path):
    with pytest.raises(InputError, match=r"end it in \.jsonl, \.csv, \.xlsx, \.parquet"):
        check_kind(tmp_path / "rows.xls")
    with pytest.raises(InputError, match="there is no file"):
        read_rows(tmp_path / "none.jsonl")
