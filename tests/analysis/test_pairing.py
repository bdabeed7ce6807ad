"""Which replies of two sides belong together, and what is said of those that do not."""

from __future__ import annotations

import pytest
from studies import exhausted, failed, pair, row, warned

from workbench.analysis.comparison import compare, compare_all
from workbench.analysis.summaries import summary
from workbench.rows.table import frame


def test_prompts_and_caps_are_matched_before_tasks_are() -> None:
    """b was asked the easy prompt twice as often: pooled it would look better, paired it is not."""
    hard, easy = {"prompt": "hard"}, {"prompt": "easy"}
    marks = [(model, prompt, task) for model in "ab" for prompt in (hard, easy) for task in range(20)]
    rows = frame(
        row(task, prompt is easy, model=model, sample=sample, **prompt)
        for model, prompt, task in marks
        for sample in range(3 if model == "b" and prompt is easy else 1)
    )
    assert summary(rows, "model").accuracy.tolist() == [0.5, 0.75]
    assert compare(rows, "a", "b").difference == 0


def test_a_configuration_may_be_given_by_several_columns() -> None:
    rows = frame(row(n, cap == 64 or n < 2, max_tokens=cap) for n in range(20) for cap in (16, 64))
    found = compare(rows, {"model": "m", "max_tokens": 64}, {"model": "m", "max_tokens": 16})
    assert found.better == "max_tokens 64"
    assert found.a.values == {"model": "m", "max_tokens": 64}


def test_a_configuration_may_be_a_model_object() -> None:
    class Model:
        id = "provider/k"
        label = "k, thinking off"

    rows = frame(row(n, model == "m", model=model) for n in range(5) for model in ("m", "k, thinking off"))
    assert compare(rows, Model(), "m").a.values == {"model": "k, thinking off"}


def test_a_clean_pair_warns_of_nothing_but_unknown_prices() -> None:
    assert compare(frame({**reply, "usd": 0.1} for reply in pair()), "a", "b").warnings == ()


def test_tasks_that_only_one_side_was_asked_are_left_out_and_said() -> None:
    rows = frame([*pair(), row("more", model="b")])
    assert compare(rows, "a", "b").tasks == 10
    assert "1 of 11 tasks are left out" in warned(rows)


def test_failed_calls_are_left_out_and_said() -> None:
    rows = frame([*pair(), failed(3, model="a", sample=1)])
    assert "1 call of a failed: left out." in warned(rows)


@pytest.mark.parametrize(
    ("of_b", "warning"),
    [
        ({"prompt": "steps"}, "prompt differs: a has plain, b has steps."),
        ({"max_tokens": 64}, "max_tokens differs: a has 1000, b has 64."),
        ({"task_question": "another"}, "The question of 10 tasks changed between calls"),
        ({"task_target": "43"}, "The target of 10 tasks changed between calls"),
    ],
    ids=["prompt", "cap", "question", "target"],
)
def test_sides_that_differ_in_more_than_they_were_chosen_by_are_named(of_b: dict[str, object], warning: str) -> None:
    assert warning in warned(frame(pair(**of_b)))


def test_a_prompt_that_only_one_side_has_is_left_out() -> None:
    rows = frame([*pair(), *(row(n, model="a", prompt="steps") for n in range(10))])
    assert "Only one side has prompt steps; it is left out." in warned(rows)
    assert compare(rows, "a", "b").difference == pytest.approx(0.6)


def test_a_cap_that_cut_many_replies_is_named() -> None:
    rows = frame([*pair()[:10], *(exhausted(n, model="b") for n in range(10))])
    assert "max_tokens cut off 100 % of the replies of b" in warned(rows)


def test_pairs_may_be_told_apart_by_several_columns() -> None:
    rows = frame(
        row(n, model == "a", model=model, max_tokens=cap) for n in range(9) for model in "ab" for cap in (16, 64)
    )
    table = compare_all(rows, on=["model", "max_tokens"])
    assert len(table) == 6
    assert table.b[0] == "a, max_tokens 64"
