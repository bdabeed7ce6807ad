"""The reading side as a whole: bad input, hostile text, and what it may import."""

from __future__ import annotations

import numpy as np
import pytest
from studies import GPT, HOSTILE, KIMI, Nesting, failed, row

from workbench.analysis import compare, compare_all, summary
from workbench.errors import InputError
from workbench.rows import frame

# --- showing


def test_hostile_names_stay_text_in_html_and_cannot_move_a_terminals_cursor() -> None:
    rows = frame([row(n, n < 4, model=model, prompt=HOSTILE) for n in range(5) for model in (HOSTILE, "b")])
    for shown in (summary(rows), compare(rows, HOSTILE, "b"), compare_all(rows)):
        html = Nesting(shown._repr_html_())
        assert "script" not in html.tags
        assert "<script>alert(1)</script>" in html.text
        assert "mathjax_ignore" in shown._repr_html_()
        assert "\x1b" not in repr(shown)


# --- bad input


@pytest.mark.parametrize(
    "call", [summary, compare_all, lambda rows: compare(rows, "a", "b")], ids=["summary", "all", "one"]
)
@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (frame([]), "no rows"),
        (frame([row(1)]).drop(columns="outcome"), "'outcome'"),
        (frame([row(1)]).drop(columns=["correct", "task_id"]), "'task_id', 'correct'"),
        (None, "DataFrame"),
    ],
    ids=["empty", "no outcome", "two columns", "nothing"],
)
def test_rows_that_cannot_be_read_are_refused_in_words(call, rows, says: str) -> None:
    with pytest.raises(InputError, match=says):
        call(rows)


def test_a_column_to_summarise_by_must_be_there_once() -> None:
    with pytest.raises(InputError, match="'kind'"):
        summary(frame([row(1)]), by="kind")
    with pytest.raises(InputError, match="twice"):
        summary(frame([row(1)]), by=["model", "model"])


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ("kimi-k2-thinking", f"Did you mean '{KIMI}'"),
        ({"model": KIMI, "prompt": "step"}, "No row has prompt 'step'"),
        ({"mode": KIMI}, "'mode'"),
        ({}, "at least one column"),
        (GPT, "same configuration"),
    ],
    ids=["short name", "unknown prompt", "unknown column", "nothing", "the other side"],
)
def test_a_configuration_that_is_not_there_is_named_with_what_is(choice: object, says: str) -> None:
    rows = frame([row(1, model=KIMI), row(1, model=GPT)])
    with pytest.raises(InputError, match=says):
        compare(rows, choice, GPT)


def test_values_that_never_meet_are_no_configuration() -> None:
    rows = frame([row(1, model="a", prompt="plain"), row(1, model="b", prompt="steps")])
    with pytest.raises(InputError, match="each of these values occurs by itself"):
        compare(rows, {"model": "a", "prompt": "steps"}, "b")


def test_sides_without_a_common_task_are_told_so_without_a_number() -> None:
    found = compare(frame([row(1, model="a"), row(2, model="b")]), "a", "b")
    assert found.verdict == "Nothing to compare: no task has a scored reply from both a and b."
    assert np.isnan([found.difference, found.p, *found.interval, found.a.accuracy]).all()
    assert not found.decisive
    assert "NA" in repr(found)


def test_one_configuration_alone_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="nothing to compare"):
        compare_all(frame([row(1)]))


def test_calls_that_all_failed_cannot_be_compared_and_say_so() -> None:
    found = compare(frame([failed(1, model="a"), failed(1, model="b")]), "a", "b")
    assert "Nothing to compare" in found.verdict
    assert "1 call of a failed: left out." in found.warnings
