"""The table of rows: promised columns, restored types, and how every reply stands."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.replies.outcomes import NEVER_ANSWERED, OUTCOMES
from workbench.rows import configurations
from workbench.rows.standing import STANDINGS, scored, standing
from workbench.rows.table import COLUMNS, DTYPES, checked, empty_frame, frame

PROMISED = (
    "task_id, model, provider, served_model, prompt, max_tokens, sample, outcome, score, correct, extracted, why, "
    "answer, thinking, thinking_visibility, finish_reason, prompt_tokens, cached_prompt_tokens, completion_tokens, "
    "thinking_tokens, thinking_tokens_source, usd, usd_source, usd_spent, seconds, seconds_to_first_token, "
    "seconds_to_answer, cached, attempts, http_status, error, error_message, key, created_at, answer_tokens, "
    "evidence, sure, task_question, task_target"
)


def named(rows: pd.DataFrame) -> list[str]:
    return [STANDINGS[code] for code in standing(rows)]


def test_the_columns_stand_in_the_promised_order() -> None:
    assert list(COLUMNS) == PROMISED.split(", ")
    assert list(frame([]).columns) == PROMISED.split(", ")


def test_swept_parameters_follow_the_sample_and_task_columns_close_the_row() -> None:
    rows = frame([{"temperature": 0.5, "task_kind": "sums", "task_age": 3}], parameters=["temperature"])
    columns = list(rows.columns)
    assert columns[columns.index("sample") + 1] == "temperature"
    assert columns[-2:] == ["task_age", "task_kind"]


def test_what_a_record_leaves_out_is_na_in_every_column() -> None:
    rows = frame([{}, dict.fromkeys(COLUMNS)])
    assert rows.isna().all(axis=None)
    assert {name: str(kind) for name, kind in rows.dtypes.items()} == DTYPES


def test_long_texts_stay_python_objects() -> None:
    text = "a long thought " * 1000
    assert frame([{"thinking": text}]).thinking[0] is text


def test_an_empty_table_has_the_same_types_as_a_full_one() -> None:
    full = frame([dict.fromkeys(COLUMNS)])
    assert (empty_frame().dtypes == full.dtypes).all()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([True, False, None], "boolean"),
        ([1, None], "Int64"),
        ([0, 0.5], "Float64"),
        (["low", None], "object"),
        ([True, 1], "object"),  # a truth value is no number
        ([None, None], "object"),
    ],
    ids=["truth", "whole", "real", "text", "truth and number", "nothing"],
)
def test_a_parameter_gets_the_narrowest_type_that_holds_it(values: list[object], kind: str) -> None:
    rows = frame([{"effort": value} for value in values], parameters=["effort"])
    assert str(rows.effort.dtype) == kind


def test_a_parameter_that_is_a_mapping_is_written_as_json_so_that_rows_can_be_grouped_by_it() -> None:
    rows = frame([{"extra": {"b": 1, "a": [2]}}, {"extra": {"a": [2], "b": 1}}], parameters=["extra"])
    assert rows.extra.tolist() == ['{"a": [2], "b": 1}'] * 2


@pytest.mark.parametrize("name", ["usd", "task_kind"])
def test_a_parameter_may_not_take_the_name_of_a_column(name: str) -> None:
    with pytest.raises(InputError, match=name):
        frame([], parameters=[name])


def test_a_parameter_called_like_a_column_gets_a_column_of_its_own() -> None:
    column = configurations.parameter_column("thinking")
    rows = frame([{column: {"type": "disabled"}, "thinking": "Hm."}], parameters=[column])
    assert (rows[column][0], rows.thinking[0]) == ('{"type": "disabled"}', "Hm.")
    assert configurations.configuration_columns(rows)[-1] == column


def test_a_record_with_an_unknown_key_is_refused_and_the_key_named() -> None:
    with pytest.raises(InputError, match="temprature"):
        frame([{"temprature": 1}])


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(InputError, match="'outcome', 'correct'"):
        checked(pd.DataFrame({"model": ["m"]}), "model", "outcome", "correct")


@pytest.mark.parametrize("value", [None, [], "rows.csv", {"model": ["m"]}], ids=["None", "list", "path", "dict"])
def test_only_a_data_frame_is_rows(value: object) -> None:
    with pytest.raises(InputError, match="DataFrame"):
        checked(value, "model")  # type: ignore[arg-type]


def test_a_doubled_column_is_refused() -> None:
    with pytest.raises(InputError, match="more than one column 'model'"):
        checked(pd.DataFrame([["a", "b"]], columns=["model", "model"]))


def test_no_rows_are_refused_where_some_are_needed() -> None:
    with pytest.raises(InputError, match="no rows"):
        checked(frame([]), minimum=1)


def test_rows_read_back_from_csv_get_their_types_back() -> None:
    rows = frame(
        [
            {"task_id": "a", "model": "m", "correct": True, "usd": 0.25, "seconds": 1.5, "prompt_tokens": 7},
            {"task_id": "b", "model": "m", "correct": None, "cached": False, "max_tokens": 64, "answer": "NA said he"},
        ]
    )
    read = checked(pd.read_csv(io.StringIO(rows.to_csv(index=False))))
    pd.testing.assert_frame_equal(read, rows)


@pytest.mark.parametrize(
    ("column", "values"),
    [("usd", ["cheap"]), ("correct", ["perhaps"]), ("max_tokens", [1.5]), ("sample", ["first"])],
    ids=["usd", "correct", "half a token", "sample"],
)
def test_a_value_that_cannot_be_what_its_column_promises_is_refused(column: str, values: list[object]) -> None:
    with pytest.raises(InputError, match=column):
        checked(pd.DataFrame({column: values}))


def test_checking_rows_leaves_them_as_they_were() -> None:
    rows = pd.DataFrame({"usd": ["1.5", "2"]}, index=[7, 9])
    before = rows.copy()
    assert checked(rows).usd.tolist() == [1.5, 2.0]
    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize(
    ("outcome", "correct", "stands"),
    [
        ("answered", True, "right"),
        ("answered", False, "wrong"),
        ("answered", None, "unscored"),  # the task has no target
        ("answer_truncated", True, "right"),  # what stands there is right already
        ("answer_truncated", False, "never answered"),  # its last words are missing
        ("answer_truncated", None, "never answered"),
        ("thinking_exhausted", False, "never answered"),
        ("thinking_exhausted", True, "never answered"),  # no answer can be right, whatever a scorer said
        ("empty", False, "never answered"),
        ("refused", False, "never answered"),
        ("tool_call", False, "never answered"),
        ("error", None, "error"),
        ("error", False, "error"),
    ],
)
def test_a_reply_stands_as_its_outcome_and_score_say(outcome: str, correct: bool | None, stands: str) -> None:
    assert named(frame([{"outcome": outcome, "correct": correct}])) == [stands]


def test_every_outcome_but_answered_and_error_is_never_answered() -> None:
    assert {"answered", "error"} | NEVER_ANSWERED == set(OUTCOMES)


@pytest.mark.parametrize("outcome", ["ok", None], ids=["unknown word", "NA"])
def test_an_unknown_outcome_is_refused_because_counting_it_would_be_a_guess(outcome: str | None) -> None:
    with pytest.raises(InputError, match="Unknown outcome"):
        standing(frame([{"outcome": outcome}]))


def test_no_rows_stand_nowhere() -> None:
    assert standing(frame([])).tolist() == []


def test_on_a_task_without_a_target_a_reply_that_never_answered_says_nothing() -> None:
    rows = frame(
        [
            {"task_id": "has target", "outcome": "empty", "correct": False, "task_target": "4"},
            {"task_id": "judged", "outcome": "empty", "correct": False},
            {"task_id": "judged", "outcome": "answered", "correct": True},
            {"task_id": "open", "outcome": "empty", "correct": False},
            {"task_id": "open", "outcome": "answered"},
        ]
    )
    assert scored(rows, standing(rows)).tolist() == [True, True, True, False, False]


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
