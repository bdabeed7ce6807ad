"""The same question again: how stable answer, mark, length and path are, by repeats, hosts and dates."""

import pandas as pd
import pytest

from workbench.analysis.drift import steadiness
from workbench.errors import InputError
from workbench.rows.table import frame


def reply(task, sample, answer, *, day="2026-05-01", host="a", thinking="one two three four five", tokens=10):
    return {
        "task_id": task,
        "model": "m",
        "sample": sample,
        "outcome": "answered",
        "correct": answer == "7",
        "extracted": answer,
        "thinking": thinking,
        "completion_tokens": tokens,
        "provider": host,
        "created_at": f"{day}T10:00:00",
        "key": f"{task}{sample}{day}{host}",
    }


def test_repeats_hosts_and_dates_are_told_apart():
    rows = frame(
        [
            reply("t", 0, "7"),
            reply("t", 1, "7.0", tokens=30, thinking="one two three four six"),
            reply("t", 0, "8", day="2026-06-01"),
            reply("t", 0, "7", host="b", thinking="nothing at all alike here"),
        ]
    )
    table = steadiness(rows).set_index("differs_in")
    assert table.loc["nothing", "same_answer"] == 1.0
    assert table.loc["nothing", "length_spread"] == 1.0
    assert table.loc["nothing", "same_path"] == 0.5
    assert table.loc["date", "same_answer"] == 0.0
    assert table.loc["host", "pairs"] == 3
    assert table.loc["host", "same_path"] == 0.0


def test_without_thinking_the_path_is_unknown_and_shown_as_such():
    table = steadiness(frame([reply("t", 0, "7", thinking=None), reply("t", 1, "8", thinking=None)]))
    assert table["same_path"].isna().all()
    assert "NA" in repr(table)


def test_questions_asked_once_say_nothing():
    with pytest.raises(InputError, match="asked twice"):
        steadiness(frame([reply("t", 0, "7"), reply("u", 0, "7")]))


def test_the_same_question_on_another_day_counts_though_its_key_is_the_same():
    days = [reply("t", 0, answer, day=day) | {"key": "k"} for answer, day in (("7", "2026-05-01"), ("8", "2026-06-01"))]
    table = steadiness(frame(days))
    assert table[["differs_in", "pairs", "same_answer"]].to_numpy().tolist() == [["date", 1, 0.0]]


@pytest.mark.parametrize("without", [[], ["key"], ["sample"]], ids=["whole", "no key", "no sample"])
def test_a_row_that_is_there_twice_is_no_second_reply(without):
    rows = frame([reply("t", 0, "7"), reply("t", 0, "7")]).drop(columns=without)
    with pytest.raises(InputError, match="1 of 2 rows count once each; 1 hold a reply that is there already"):
        steadiness(rows)


def test_times_that_a_reader_of_files_has_parsed_are_dates_as_well():
    rows = frame([reply("t", 0, "7"), reply("t", 0, "7", day="2026-06-01")])
    rows["created_at"] = pd.to_datetime(rows["created_at"])
    rows["extracted"] = [7, 7.0]
    assert steadiness(rows)[["differs_in", "same_answer"]].to_numpy().tolist() == [["date", 1.0]]


def test_where_all_calls_failed_that_is_said():
    rows = frame([reply("t", n, "7") | {"outcome": "error", "correct": None} for n in range(2)])
    with pytest.raises(InputError, match="2 failed, have no mark"):
        steadiness(rows)
