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
