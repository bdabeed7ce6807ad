"""Summaries: what they count, over what, and how they show themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats as reference
from studies import exhausted, failed, only_line, row

from workbench.analysis.comparison import compare
from workbench.analysis.intervals import share_limits, share_over_tasks
from workbench.analysis.repeats import pass_at_k
from workbench.analysis.summaries import summary
from workbench.errors import InputError
from workbench.rows.table import frame

# --- summary: how the calls stood


def test_right_wrong_and_never_answered_stand_beside_each_other() -> None:
    replies = [row(n, n < 5) for n in range(8)] + [exhausted(n) for n in range(8, 10)]
    line = only_line(frame(replies))
    assert (line.calls, line.right, line.wrong, line.never_answered) == (10, 5, 3, 2)
    assert line.accuracy == 0.5
    assert line.accuracy_answered == 5 / 8
    assert line.accuracy_ceiling == 0.7


def test_intervals_of_single_samples_are_wilsons() -> None:
    line = only_line(frame([row(n, n < 5) for n in range(8)] + [exhausted(n) for n in range(8, 10)]))
    strict = reference.binomtest(5, 10).proportion_ci(method="wilson")
    answered = reference.binomtest(5, 8).proportion_ci(method="wilson")
    assert (line.accuracy_low, line.accuracy_high) == pytest.approx((strict.low, strict.high))
    assert (line.accuracy_answered_low, line.accuracy_answered_high) == pytest.approx((answered.low, answered.high))


def test_intervals_of_repeats_come_from_tasks() -> None:
    marks = np.random.default_rng(1).random((20, 1)) > np.full((20, 3), 0.4)
    rows = frame(row(task, bool(mark), sample=n) for task, line in enumerate(marks) for n, mark in enumerate(line))
    line = only_line(rows)
    assert (line.accuracy_low, line.accuracy_high) == share_over_tasks(marks.sum(axis=1) / 3, [1] * 20, [3] * 20).one()


def test_failed_calls_are_counted_apart_and_in_no_accuracy() -> None:
    line = only_line(frame([row(1), row(2, False), failed(3), failed(4)]))
    assert (line.calls, line.errors, line.accuracy) == (4, 2, 0.5)


def test_calls_that_all_failed_have_no_accuracy_rather_than_0() -> None:
    line = only_line(frame([failed(1), failed(2)]))
    assert line.errors == 2
    known = ["model", "prompt", "max_tokens", "tasks", "calls", "errors"]
    none = ["right", "wrong", "never_answered", "unscored", "unpriced", "unsure", "counted", "measured"]
    none += ["timed", "timed_to_first_token", "timed_to_answer"]
    assert (line[none] == 0).all()
    assert line.drop([*known, *none]).isna().all()


def test_tasks_without_a_target_have_no_accuracy_rather_than_0() -> None:
    open_ended = {"task_target": None}
    line = only_line(frame([row(1, None, **open_ended), exhausted(2, **open_ended)]))
    assert (line.unscored, line.never_answered) == (1, 1)
    assert pd.isna(line.accuracy)


def test_a_refusal_is_neither_wrong_nor_missing() -> None:
    line = only_line(frame([row(1), row(2, False, outcome="refused")]))
    assert (line.wrong, line.never_answered, line.accuracy) == (0, 1, 0.5)


# --- summary: lines


def test_without_by_every_model_prompt_cap_and_parameter_has_its_line() -> None:
    rows = frame(
        (
            row(n, model=model, prompt=prompt, max_tokens=cap, effort=effort)
            for n in range(2)
            for model in ("m", "k")
            for prompt in ("plain", "steps")
            for cap in (4096, 64)
            for effort in ("low", "high")
        ),
    )
    table = summary(rows)
    assert len(table) == 16
    assert table.columns[:4].tolist() == ["model", "prompt", "max_tokens", "effort"]
    assert table.max_tokens.tolist()[:4] == [64, 64, 4096, 4096]
    assert table.model.tolist() == ["m"] * 8 + ["k"] * 8


def test_rows_are_summarised_by_any_column() -> None:
    rows = frame([row(1, task_kind="sums"), row(2, False, task_kind="capitals"), row(3, task_kind="sums")])
    assert summary(rows, by="task_kind").set_index("task_kind").accuracy.to_dict() == {"sums": 1.0, "capitals": 0.0}


def test_summarised_by_task_every_call_is_a_trial() -> None:
    rows = frame([row(1, n < 2, sample=n) for n in range(3)])
    line = summary(rows, by="task_id").iloc[0]
    expected = share_limits(2, 3).one()
    assert (line.accuracy_low, line.accuracy_high) == pytest.approx((expected.low, expected.high))


def test_by_nothing_gives_one_line() -> None:
    assert summary(frame([row(1, model="a"), row(2, model="b")]), by=[]).calls.tolist() == [2]


def test_a_cap_that_was_not_given_is_a_configuration_of_its_own() -> None:
    assert summary(frame([row(1), row(2, max_tokens=None)])).calls.tolist() == [1, 1]


def priced(task: int, prompt: int, thinking: int, answer: int, **more: object) -> dict[str, object]:
    usd = prompt * 0.6e-6 + (thinking + answer) * 2.5e-6
    counts = {"prompt_tokens": prompt, "thinking_tokens": thinking, "answer_tokens": answer}
    return row(task, usd=usd, completion_tokens=thinking + answer, **counts, **more)


def test_the_dollars_that_went_into_thinking_follow_from_the_dollars_of_each_reply() -> None:
    replies = [priced(n, 50 + 7 * (n % 5), 100 * n, 20 + n % 3) for n in range(12)]
    expected = sum(r["thinking_tokens"] * 2.5e-6 for r in replies) / sum(r["usd"] for r in replies)
    assert only_line(frame(replies)).thinking_share_of_usd == pytest.approx(expected, rel=1e-6)


def test_dollars_that_do_not_follow_from_tokens_have_no_share_of_thinking() -> None:
    replies = [priced(n, 50, 100 * n, 20) for n in range(12)]
    for reply in replies[::2]:
        reply["usd"] *= 3  # another host served it at another price
    assert pd.isna(only_line(frame(replies)).thinking_share_of_usd)


@pytest.mark.parametrize(
    ("reply", "share"),
    [
        ({"seconds": 10, "seconds_to_first_token": 1, "seconds_to_answer": 9, "thinking_visibility": "full"}, 0.8),
        ({"seconds": 10, "seconds_to_first_token": 1, "thinking_visibility": "full"}, 0.9),  # it only thought
        ({"seconds": 10, "seconds_to_first_token": 9, "seconds_to_answer": 9, "thinking_visibility": "hidden"}, None),
        ({"seconds": 10, "seconds_to_first_token": 1, "seconds_to_answer": 1, "thinking_visibility": "none"}, 0.0),
    ],
    ids=["visible", "exhausted", "hidden", "no thinking"],
)
def test_the_seconds_of_thinking_are_known_only_where_thinking_is_seen(
    reply: dict[str, object], share: float | None
) -> None:
    make = row if "seconds_to_answer" in reply else exhausted
    line = only_line(frame([make(1, **reply)]))
    assert pd.isna(line.thinking_share_of_seconds) if share is None else line.thinking_share_of_seconds == share


# --- summary: money and time


def test_a_correct_answer_costs_what_all_answers_cost() -> None:
    line = only_line(frame([row(n, n < 20, usd=0.5, usd_spent=0) for n in range(40)]))
    assert (line.usd, line.usd_spent, line.usd_per_correct) == (20.0, 0.0, 1.0)
    assert line.usd_per_correct_low < 1.0 < line.usd_per_correct_high


def test_without_a_correct_answer_its_cost_is_na() -> None:
    line = only_line(frame([row(n, False, usd=0.5, completion_tokens=9) for n in range(4)]))
    assert pd.isna([line.usd_per_correct, line.usd_per_correct_low, line.tokens_per_correct]).all()
    assert line.usd == 2.0


def test_an_unknown_price_is_counted_and_never_taken_for_0() -> None:
    table = summary(frame([row(1, usd=0.5), row(2), row(3, model="free", usd=0.0)]))
    assert table.unpriced.tolist() == [1, 0]
    assert table.usd_per_correct.isna().tolist() == [True, False]
    assert table.usd_per_correct_at_least.tolist() == [0.25, 0.0]
    assert table.usd_per_correct_high.isna().all()
    assert "at least $0.25" in repr(table)
    assert pd.isna(only_line(frame([row(1)])).usd)
    assert "$0.50 + 1 unpriced" in repr(table)


def test_the_limits_of_a_cost_do_not_depend_on_the_other_lines() -> None:
    random = np.random.default_rng(2)
    replies = [row(n, bool(random.random() < 0.6), usd=random.random()) for n in range(40)]
    others = [{**reply, "model": "other"} for reply in replies]
    alone, beside = summary(frame(replies)), summary(frame(replies + others))
    pd.testing.assert_frame_equal(pd.DataFrame(alone), pd.DataFrame(beside.iloc[:1]))


def test_latencies_have_a_median_a_tail_and_limits() -> None:
    line = only_line(frame([row(n, seconds=n + 1.0, seconds_to_answer=n / 2) for n in range(100)]))
    assert (line.timed, line.seconds_p50, line.seconds_p95) == (100, 50.5, pytest.approx(95.05))
    assert (line.seconds_p50_low, line.seconds_p50_high) == (40, 61)
    assert line.seconds_to_answer_p50 == 24.75
    assert pd.isna(line.seconds_to_first_token_p50)


def test_a_failed_call_has_no_latency() -> None:
    assert only_line(frame([row(1, seconds=2), failed(2, seconds=600)])).seconds_p95 == 2


def test_every_bar_says_in_words_what_it_shows() -> None:
    html = summary(frame([row(1), row(2, False), exhausted(3)]))._repr_html_()
    assert 'aria-label="right 33 %, wrong 33 %, never answered 33 %"' in html


def test_a_column_to_summarise_by_must_be_there_once() -> None:
    with pytest.raises(InputError, match="'colour'"):
        summary(frame([row(1)]), by="colour")
    with pytest.raises(InputError, match="twice"):
        summary(frame([row(1)]), by=["model", "model"])


def test_kind_is_the_tasks_own_column_and_the_prompt_where_they_have_none():
    rows = frame(
        {"task_id": str(n), "task_kind": "ab"[n % 2], "prompt": "p", "outcome": "answered", "correct": True}
        for n in range(4)
    )
    assert summary(rows, by="kind")["task_kind"].tolist() == ["a", "b"]
    assert summary(rows.drop(columns="task_kind"), by="kind")["prompt"].tolist() == ["p"]
    assert summary(rows, by=["prompt", "kind"]).shape[0] == 2


def test_a_task_is_the_unit_of_an_accuracy_however_often_it_was_asked() -> None:
    rows = frame(
        [row(n, True, model="a", sample=k) for n in range(4) for k in range(6)]
        + [row(n, False, model="a") for n in range(4, 12)]
        + [row(n, n % 2 == 0, model="b") for n in range(12)]
    )
    table, found = summary(rows).set_index("model"), compare(rows, "a", "b")
    assert table.accuracy["a"] == pytest.approx(4 / 12)
    assert (found.a.accuracy, found.b.accuracy) == pytest.approx((4 / 12, 6 / 12))


def test_summary_and_pass_at_one_give_one_value_and_one_interval() -> None:
    random = np.random.default_rng(5)
    rows = frame(row(n, bool(random.random() < 0.9), sample=k) for n in range(15) for k in range(1 + n % 4))
    line, one = summary(rows).iloc[0], pass_at_k(rows, 1).iloc[0]
    assert (one.pass_at_k, one.pass_at_k_low, one.pass_at_k_high) == pytest.approx(
        (line.accuracy, line.accuracy_low, line.accuracy_high)
    )


def test_all_right_at_one_price_still_leaves_the_cost_open() -> None:
    line = only_line(frame(row(n, usd=0.001) for n in range(10)))
    assert line.usd_per_correct_high >= 0.0013
    assert (line.accuracy_ceiling_low, line.accuracy_ceiling_high) == (line.accuracy_low, line.accuracy_high)


def test_a_few_calls_that_make_half_of_the_cost_are_told_of() -> None:
    rows = frame(row(n, usd=1.0 if n < 2 else 0.01) for n in range(60))
    assert only_line(rows).dearest_half == 2
    assert "2 calls of 60 make half of the cost" in repr(summary(rows))
    assert "half of the cost" not in repr(summary(frame(row(n, usd=0.01) for n in range(60))))
