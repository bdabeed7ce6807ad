"""The table of rows: promised columns and restored types."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from workbench.errors import InputError
from workbench.rows.table import COLUMNS, DTYPES, checked, empty_frame, frame

PROMISED = (
    "task_id, model, provider, served_model, prompt, max_tokens, effort, sample, outcome, score, correct, extracted, "
    "why, answer, thinking, thinking_visibility, finish_reason, prompt_tokens, cached_prompt_tokens, "
    "completion_tokens, "
    "thinking_tokens, thinking_tokens_source, usd, usd_source, usd_spent, seconds, seconds_to_first_token, "
    "seconds_to_answer, cached, attempts, http_status, error, error_message, key, created_at, answer_tokens, "
    "evidence, sure, hand, ratings, run, warnings, served_by, derived, task_question, task_target"
)


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
    rows = frame([{"depth": value} for value in values], parameters=["depth"])
    assert str(rows.depth.dtype) == kind


def test_a_parameter_that_is_a_mapping_is_written_as_json_so_that_rows_can_be_grouped_by_it() -> None:
    rows = frame([{"extra": {"b": 1, "a": [2]}}, {"extra": {"a": [2], "b": 1}}], parameters=["extra"])
    assert rows.extra.tolist() == ['{"a": [2], "b": 1}'] * 2


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


def test_of_rows_in_a_folder_it_is_said_how_to_get_a_table() -> None:
    class Segments:
        frame = None

    with pytest.raises(InputError, match=r"not Segments; parts\.frame\(tasks="):
        checked(Segments())  # type: ignore[arg-type]


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
    ("values", "texts"),
    [
        ([42, 7], ["42", "7"]),
        ([42.0, None], ["42", None]),
        ([0.5, 1e16], ["0.5", "10000000000000000"]),
        ([True, "no"], ["True", "no"]),
        ([b"so", None], ["so", None]),
        ([["a", 1], {"b": 2}], ['["a", 1]', '{"b": 2}']),
        ([pd.Timestamp("2026-05-01T10:00"), pd.NaT], ["2026-05-01T10:00:00", None]),
        (["as it is", float("nan")], ["as it is", None]),
    ],
    ids=["whole", "beside nothing", "real", "truth", "bytes", "nested", "times", "texts"],
)
def test_what_was_written_is_a_text_whatever_a_reader_of_files_made_of_it(
    values: list[object], texts: list[str]
) -> None:
    rows = pd.DataFrame({"task_target": values, "answer": pd.Series(values, dtype=object), "mine": range(2)})
    held = checked(rows)
    assert [None if pd.isna(text) else text for text in held["task_target"]] == texts
    assert [None if pd.isna(text) else text for text in held["answer"]] == texts
    assert held["mine"].tolist() == [0, 1]


def test_a_number_that_no_call_can_have_is_told_once() -> None:
    with pytest.raises(InputError, match=r"^The column 'usd' holds -1; no call can have that\.$"):
        checked(pd.DataFrame({"usd": [-1]}))


def test_whole_numbers_of_a_task_that_are_longer_than_those_of_a_machine_stay_as_they_are():
    rows = frame([{"task_id": "a", "task_n": 10**30}, {"task_id": "b", "task_n": -(2**63)}, {"task_id": "c"}])
    assert rows["task_n"].tolist() == [10**30, -(2**63), pd.NA]
    assert frame([{"task_id": "a", "task_n": 2**63 - 1}])["task_n"].dtype == "Int64"
