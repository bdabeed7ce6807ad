"""Rows that come one by one or many at once become the same table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rows import growing as growing_rows
from workbench.rows.growing import Coded, Figures, GrowingRows, Same, Texts
from workbench.rows.kept_texts import Kept
from workbench.rows.table import frame

ROWS = [
    {
        "task_id": f"t{number}",
        "model": "a/m",
        "sample": 0,
        "outcome": ("answered", "error")[number % 2],
        "prompt_tokens": None if number % 3 else 10 + number,
        "usd": None if number % 4 else number / 7,
        "cached": number % 2 == 0,
        "created_at": None if number == 5 else f"2026-11-0{number % 9 + 1}",
        "task_kind": ("sum", None)[number % 2],
        "temperature": 0.5 if number > 2 else 1,
    }
    for number in range(12)
]


def columns_of(rows):
    number = lambda name: Figures(np.array([np.nan if row[name] is None else row[name] for row in rows], float))  # noqa: E731
    return {
        "task_id": [row["task_id"] for row in rows],
        "model": Same("a/m"),
        "sample": Same(0),
        "outcome": Coded(["answered", "error"], np.array([row["outcome"] == "error" for row in rows], int)),
        "prompt_tokens": number("prompt_tokens"),
        "usd": number("usd"),
        "cached": Coded([True, False], np.array([not row["cached"] for row in rows], int)),
        "created_at": [row["created_at"] for row in rows],
        "task_kind": [row["task_kind"] for row in rows],
        "temperature": [row["temperature"] for row in rows],
    }


@pytest.fixture(params=[1, 2, 5, 1_000], autouse=True, scope="module")
def together(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(growing_rows, "ROWS_TOGETHER", request.param)
        yield


@given(st.lists(st.sampled_from(["alone", "many", "missing"]), min_size=12, max_size=12))
def test_however_rows_come_the_table_is_the_same(ways):
    growing = GrowingRows(12)
    together = [place for place, way in enumerate(ways) if way == "many"]
    for place, way in reversed([*enumerate(ways)]):
        if way == "alone":
            growing.put(place, ROWS[place])
    growing.put_many(together, columns_of([ROWS[place] for place in together]))
    assert [growing.has(place) for place in range(12)] == [way != "missing" for way in ways]
    there = [row for row, way in zip(ROWS, ways, strict=True) if way != "missing"]
    pd.testing.assert_frame_equal(growing.frame(["temperature"]), frame(there, parameters=["temperature"]))


def test_several_batches_and_single_rows_between_them_stand_in_their_places():
    growing = GrowingRows(12)
    for places in (range(4), range(6, 9)):
        growing.put_many(places, columns_of([ROWS[place] for place in places]))
    for place in (4, 9, 5, 11, 10):
        growing.put(place, ROWS[place])
    pd.testing.assert_frame_equal(growing.frame(["temperature"]), frame(ROWS, parameters=["temperature"]))


def test_the_later_of_two_rows_of_one_place_counts():
    growing = GrowingRows(1)
    growing.put(0, {"task_id": "first"})
    growing.put(0, {"task_id": "second"})
    assert growing.frame()["task_id"].tolist() == ["second"]


def test_texts_that_are_kept_elsewhere_stay_there_beside_texts_that_are_here():
    class Shelf:
        def texts(self, keys, field):
            return [f"{field} of {key}" for key in keys]

    kept = np.array([Kept("k0", Shelf()), None], dtype=object)
    growing = GrowingRows(3)
    growing.put_many([0, 1], {"task_id": ["a", "b"], "thinking": Texts(kept)})
    growing.put(2, {"task_id": "c", "thinking": "here"})
    rows = growing.frame()
    assert rows["thinking"].dtype == "kept text"
    assert rows["thinking"].tolist() == ["thinking of k0", pd.NA, "here"]


@pytest.mark.parametrize("value", [None, 3])
def test_a_number_that_is_the_same_for_all_is_there_or_absent_for_all(value):
    growing = GrowingRows(2)
    growing.put_many([0, 1], {"task_id": ["a", "b"], "max_tokens": Same(value)})
    assert growing.frame()["max_tokens"].tolist() == [pd.NA if value is None else value] * 2


ODD = [
    {"task_id": "a", "task_x": [1, 2], "served_model": "m", "temperature": 1, "prompt_tokens": 1},
    {"task_id": "b", "task_x": [3, 4], "served_model": None, "temperature": "hot", "usd": 1},
    {"task_id": "c", "task_x": {"of": 1}, "temperature": True, "correct": True, "max_tokens": 2**40},
    {"task_id": "d", "task_y": [[1], [2]], "warnings": "", "prompt_tokens": None, "usd": 0.1 + 0.2},
    {"task_id": "e", "task_x": [5, 6], "temperature": [0, 1], "correct": None, "usd": float("nan")},
    {"task_id": "f", "task_x": ["half: \ud83d", 2], "temperature": None},
]


def test_odd_values_are_the_same_in_rows_that_come_alone():
    growing = GrowingRows(len(ODD))
    for place in (3, 0, 1, 5, 4, 2):
        growing.put(place, ODD[place])
    pd.testing.assert_frame_equal(growing.frame(["temperature"]), frame(ODD, parameters=["temperature"]))


def test_a_value_that_its_column_cannot_have_is_told_of_when_the_table_is_made():
    growing = GrowingRows(2)
    for place, value in enumerate([1, "one"]):
        growing.put(place, {"task_id": "a", "prompt_tokens": value})
    with pytest.raises((TypeError, ValueError)):
        growing.frame()


def test_rows_that_are_held_as_columns_hold_equal_texts_once(monkeypatch):
    monkeypatch.setattr(growing_rows, "ROWS_TOGETHER", 4)
    growing = GrowingRows(4)
    for place in range(4):
        told = {"task_id": f"t{place}", "created_at": "".join(["2026-11-0", str(place // 2)]), "seconds": 0.5}
        growing.put(place, {**told, "key": f"k{place}" * 40, "outcome": "".join(["ans", "wered"])})
    created = growing.frame()["created_at"].tolist()
    assert created[0] is created[1]
    assert created[2] is created[3]
    assert created[0] != created[2]


def test_an_interrupt_while_the_table_is_made_leaves_the_rows(monkeypatch):
    growing = GrowingRows(5)
    for place in range(5):
        growing.put(place, ROWS[place])
    with monkeypatch.context() as patch:

        def interrupted(*arguments, **options):
            raise KeyboardInterrupt

        patch.setattr(growing_rows, "frame_of_columns", interrupted)
        with pytest.raises(KeyboardInterrupt):
            growing.frame(["temperature"])
    pd.testing.assert_frame_equal(growing.frame(["temperature"]), frame(ROWS[:5], parameters=["temperature"]))
