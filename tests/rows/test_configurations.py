"""What tells configurations apart, and rows grouped by it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.rows import configurations
from workbench.rows.table import frame


@pytest.mark.parametrize("name", ["usd", "task_kind"])
def test_a_parameter_may_not_take_the_name_of_a_column(name: str) -> None:
    with pytest.raises(InputError, match=name):
        frame([], parameters=[name])


def test_a_parameter_called_like_a_column_gets_a_column_of_its_own() -> None:
    column = configurations.parameter_column("thinking")
    rows = frame([{column: {"type": "disabled"}, "thinking": "Hm."}], parameters=[column])
    assert (rows[column][0], rows.thinking[0]) == ('{"type": "disabled"}', "Hm.")
    assert configurations.configuration_columns(rows)[-1] == column


def test_groups_keep_na_as_a_value_and_numbers_in_order() -> None:
    rows = frame([{"model": "b", "max_tokens": cap} for cap in (512, None, 64, 512)])
    codes, groups = configurations.grouped(rows, ["model", "max_tokens"])
    assert groups.max_tokens.tolist() == [64, 512, pd.NA]
    assert codes.tolist() == [1, 2, 0, 1]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([1, 2, None])), min_size=1))
def test_a_row_is_in_the_group_that_has_its_values(values: list[tuple[str, int | None]]) -> None:
    rows = frame([{"model": model, "max_tokens": cap} for model, cap in values])
    codes, groups = configurations.grouped(rows, ["model", "max_tokens"])
    of_group = groups.iloc[codes].reset_index(drop=True)
    pd.testing.assert_frame_equal(of_group, rows[["model", "max_tokens"]])
    assert len(groups) == len(set(values))


def test_groups_of_many_columns_of_texts_are_told_apart_beyond_what_one_number_holds() -> None:
    """Four columns of 2^16 texts, numbered in turn, make 2^64: as one number the first two rows were the same."""
    number = np.arange(1 << 16)
    texts = number.astype(str).astype(object)
    columns = {name: np.append(texts, "0") for name in ("task_id", "model", "answer", "thinking")}
    rows = pd.DataFrame(columns | {"prompt": ["p", *["q"] * len(number)]})
    rows = pd.concat([rows, rows.iloc[:1].assign(task_id="1")], ignore_index=True)
    codes = configurations.group_of(rows, ["prompt", "task_id", "model", "answer", "thinking"])
    assert len(set(codes.tolist())) == len(rows)


def test_numbers_that_are_not_there_are_nan() -> None:
    rows = frame([{"usd": 1}, {}])
    assert np.isnan(configurations.numbers(rows, "usd")).tolist() == [False, True]
    assert np.isnan(configurations.numbers(rows, "no such column")).all()


def test_an_effort_tells_configurations_apart_only_where_nothing_else_says_it() -> None:
    swept = frame([{"model": "m", "effort": effort} for effort in ("low", "high", "low")])
    assert configurations.configuration_columns(swept) == ["model", "prompt", "max_tokens", "effort"]
    pinned = frame([{"model": f"m (effort={effort})", "effort": effort} for effort in ("low", "high")])
    constant = frame([{"model": "m", "effort": "low"}] * 2)
    other = frame(
        [{"model": "m", "effort": e, "reasoning_effort": e} for e in ("low", "max")], parameters=["reasoning_effort"]
    )
    for rows in (pinned, constant, frame([{"model": "m"}])):
        assert "effort" not in configurations.configuration_columns(rows)
    assert configurations.configuration_columns(other) == ["model", "prompt", "max_tokens", "reasoning_effort"]


def of_two_models(column: dict[str, object], **more: object) -> pd.DataFrame:
    return frame(
        [{"task_id": task, "model": m, "level": level, **more} for task, level in column.items() for m in ("a", "b")],
        parameters=["level"],
    )


def test_a_column_that_somebody_adds_to_the_tasks_tells_no_configurations_apart() -> None:
    easy = of_two_models({"1": "easy", "2": "hard", "3": None})
    assert configurations.configuration_columns(easy) == ["model", "prompt", "max_tokens"]
    assert configurations.parameter_columns(easy) == ["level"]


def test_what_was_swept_tells_them_apart_whatever_is_left_of_it() -> None:
    swept = frame([{"task_id": task, "level": level} for task in "12" for level in (0, 1)], parameters=["level"])
    of_two_runs = pd.concat([of_two_models({"1": 0}, run="r1"), of_two_models({"2": 1}, run="r2")], ignore_index=True)
    same = of_two_models({"1": 0.7, "2": 0.7})
    for rows in (swept, of_two_runs, same):
        assert configurations.configuration_columns(rows)[-1] == "level"
