"""Rows in Parquet: the thinking of a large file stays in it, and is that of its row whenever it is read."""

import json
import os
import pickle

import pandas as pd
import pytest

from workbench.errors import InputError
from workbench.rows import parquet
from workbench.rows.files import read_rows, write_rows
from workbench.rows.table import frame

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402


@pytest.fixture(autouse=True)
def small_groups(monkeypatch):
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 3)
    monkeypatch.setattr(parquet, "STAYS_FROM_ROWS", 5)


def rows_of(length, **more):
    return frame(
        {
            "task_id": f"t{number}",
            "outcome": "answered",
            "thinking": None if number % 4 == 1 else f"Thought {number} 🐑",
            "answer": f"{number}",
            "usd": number / 3,
            "cached": True,
            "task_note": more.get("note", lambda number: None)(number),
        }
        for number in range(length)
    )


def test_a_large_file_comes_back_as_it_went_and_its_thinking_stays_in_it(tmp_path, monkeypatch):
    rows = rows_of(11)
    path = write_rows(rows, tmp_path / "rows.parquet")
    read = []
    real = pq.ParquetFile.read_row_group
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_group", lambda file, group, columns: read.append(group) or real(file, group, columns)
    )
    found = read_rows(path)
    part = pd.concat([found.copy(), found[found["task_id"] != "t3"]], ignore_index=True).sort_values("task_id")
    assert part["thinking"].isna().sum() == 6
    assert read == []
    assert found["thinking"].dtype == "kept text"
    assert found.loc[found["task_id"] == "t6", "thinking"].tolist() == ["Thought 6 🐑"]
    assert read == [2]
    pd.testing.assert_frame_equal(found.drop(columns="thinking"), rows.drop(columns="thinking"))
    assert found["thinking"].tolist() == rows["thinking"].tolist()


def test_the_thinking_of_a_small_file_is_read_with_it(tmp_path):
    rows = rows_of(4)
    found = read_rows(write_rows(rows, tmp_path / "rows.parquet"))
    pd.testing.assert_frame_equal(found, rows)


def test_rows_can_be_written_back_to_their_own_file_and_removed(tmp_path):
    path = write_rows(rows_of(9), tmp_path / "rows.parquet")
    found = read_rows(path)
    write_rows(found.iloc[::-1], path)
    assert found["thinking"].tolist() == rows_of(9)["thinking"].tolist()
    assert read_rows(path)["thinking"].tolist() == rows_of(9)["thinking"].tolist()[::-1]
    path.unlink()
    assert found["thinking"].tolist()[0] == "Thought 0 🐑"


def test_a_pickle_reads_the_same_file_and_refuses_another(tmp_path):
    path = write_rows(rows_of(9), tmp_path / "rows.parquet")
    data = pickle.dumps(read_rows(path))
    assert pickle.loads(data)["thinking"].tolist() == rows_of(9)["thinking"].tolist()
    write_rows(rows_of(9).iloc[::-1], path)
    with pytest.raises(InputError, match="was changed since its rows were read"):
        pickle.loads(data)


def test_a_file_that_is_written_over_in_place_is_not_believed(tmp_path):
    path = write_rows(rows_of(9), tmp_path / "rows.parquet")
    found = read_rows(path)
    with path.open("r+b") as file:
        file.write(bytes(200))
    os.utime(path, ns=(1, 1))
    with pytest.raises(InputError, match="was changed since its rows were read"):
        found["thinking"].tolist()


@pytest.mark.parametrize("told", [None, b"", b"!", b"AAAA", parquet._packed([True] * 90).encode()])
def test_a_file_that_does_not_tell_which_rows_have_a_thinking_is_read_whole(tmp_path, told):
    path = write_rows(rows_of(9), tmp_path / "rows.parquet")
    table = pq.read_table(path)
    metadata = {name: value for name, value in table.schema.metadata.items() if name != parquet._THERE}
    pq.write_table(table.replace_schema_metadata(metadata | ({} if told is None else {parquet._THERE: told})), path)
    found = read_rows(path)
    assert found["thinking"].dtype == object
    assert found["thinking"].tolist() == rows_of(9)["thinking"].tolist()


@pytest.mark.parametrize("place", [2, 7], ids=["first group", "last group"])
def test_a_column_of_several_kinds_is_one_in_all_groups(tmp_path, place):
    rows = rows_of(9, note=lambda number: json.dumps([1]) if number == place else None)
    rows["mine"] = pd.Series([1 if number == place else "one" for number in range(9)], dtype=object)
    found = read_rows(write_rows(rows.rename(columns={"mine": "task_mine"}), tmp_path / "rows.parquet"))
    assert found["task_mine"].tolist() == rows["mine"].tolist()
    assert found["task_note"].tolist() == rows["task_note"].tolist()


def test_no_rows_are_written_as_none(tmp_path):
    path = write_rows(rows_of(0), tmp_path / "rows.parquet")
    assert pq.read_table(path).num_rows == 0


def test_a_table_without_runs_comes_back(tmp_path):
    table = pd.DataFrame({"model": ["a/m"], "task_id": ["1"], "answer": ["12"], "note": [0.1]})
    write_rows(table, tmp_path / "rows.parquet")
    assert read_rows(tmp_path / "rows.parquet")[["model", "task_id", "answer"]].values.tolist() == [["a/m", "1", "12"]]
