"""Columns on whose kind segments do not agree: what is said of them is what one table says, or is refused."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import workbench as wb
from workbench.errors import InputError
from workbench.rows.files import read_rows, write_rows
from workbench.rows.segments import Segments
from workbench.rows.table import frame

pytest.importorskip("duckdb")

COMMON = {"prompt": "p", "outcome": "answered", "correct": True, "completion_tokens": 5, "run": "r", "model": "m"}


def segments(folder, *parts, column="top"):
    folder.mkdir()
    for number, values in enumerate(parts):
        write_rows(table([values], column), folder / f"{number:03}.parquet")
    return Segments(folder)


def table(parts, column="top"):
    records = [
        {**COMMON, "task_id": f"t{place}", column: value} for values in parts for place, value in enumerate(values)
    ]
    return frame(records, parameters=[] if column.startswith("task_") else [column])


@pytest.mark.parametrize(
    ("parts", "values"),
    [
        (([None, None], [2, 10]), {2, 10}),
        (([2, 10], [None, None], [2, 10]), {2, 10}),
        (([None], [0.5, 2]), {0.5, 2}),
        (([None], [2, 10], [0.5]), {0.5, 2, 10}),
        (([None, None], [True, False]), {True, False}),
        (([None, None], ["a", "b"]), {"a", "b"}),
        (([None, None], ["2", "10"]), {"2", "10"}),
    ],
)
def test_where_some_segments_hold_nothing_numbers_stay_numbers(tmp_path, parts, values):
    found = segments(tmp_path / "rows", *parts)
    said = wb.summary(found)
    assert {value for value in said["top"] if not pd.isna(value)} == values
    assert {type(value) is str for value in said["top"].dropna()} == {isinstance(next(iter(values)), str)}
    rows = table(parts)
    whole = wb.summary(rows)
    assert_frame_equal(pd.DataFrame(said)[["top", "calls"]], pd.DataFrame(whole)[["top", "calls"]], check_dtype=False)
    one = next(iter(values))
    assert len(found.frame([{"top": one}])) == (rows["top"] == one).sum()


def test_what_has_several_kinds_in_one_segment_is_refused_where_it_tells_configurations_apart(tmp_path):
    found = segments(tmp_path / "rows", [1, "all"], ["all", "all"])
    with pytest.raises(InputError, match=r"The column 'top' holds values of several kinds.*Read the segments as one"):
        wb.summary(found)
    paths = sorted((tmp_path / "rows").glob("*.parquet"))
    assert wb.summary(pd.concat([read_rows(path) for path in paths]))["calls"].tolist() == [1, 3]


def test_what_has_several_kinds_and_is_not_asked_for_is_no_matter(tmp_path):
    found = segments(tmp_path / "rows", ["L", 1, 2], ["L", "L", 1], column="task_level")
    assert wb.summary(found)["calls"].tolist() == [6]
    with pytest.raises(InputError, match="The column 'task_level' holds values of several kinds"):
        wb.summary(found, ["level"])
