"""A comparison in words."""

from __future__ import annotations

import numpy as np
import pytest
from studies import GPT, KIMI, duel, row

from workbench.analysis.comparison import compare, compare_all
from workbench.rows.table import frame


def test_a_decisive_verdict_says_which_by_how_much_how_sure_and_at_what_cost() -> None:
    rows = frame(
        [row(n, n < 36, model=KIMI, usd=0.002) for n in range(40)]
        + [row(n, n < 16, model=GPT, usd=0.01) for n in range(40)]
    )
    assert compare(rows, GPT, KIMI).verdict == (
        "kimi-k2-thinking is better than gpt-5: 90 % against 40 % right on the same 40 tasks, 50 points more "
        "(95 % interval 32 to 66 points, p < 0.001). A correct answer costs $0.0022 with kimi-k2-thinking and "
        "$0.025 with gpt-5, 11 times as much (95 % interval 8.2 to 17)."
    )


def test_an_indecisive_verdict_says_how_many_more_tasks_would_settle_it() -> None:
    a, b = np.arange(40) < 22, (np.arange(40) >= 4) & (np.arange(40) < 22)
    found = compare(duel(a, b), "a", "b")
    assert not found.decisive
    assert found.better is None
    assert found.verdict.startswith(
        "Not decisive between a and b: 55 % against 45 % right on the same 40 tasks (p = 0.062)."
    )
    assert "1 to 980 more tasks like these would settle it (80 % sure, likeliest 63)" in found.verdict
    assert found.tasks_to_settle == pytest.approx(90, abs=15)


def test_no_difference_is_never_called_proof_of_equality() -> None:
    marks = np.arange(30) < 15
    verdict = compare(duel(marks, marks), "a", "b").verdict
    assert "50 % right for both" in verdict
    assert "a may be anything from 7 points worse to 7 points better" in verdict
    assert "They look alike, and more tasks can show no more than that they are equal" in verdict


def test_tasks_that_all_are_right_on_or_none_say_what_to_look_at() -> None:
    assert (
        "Both were right on all, so harder tasks would tell more."
        in compare(duel(np.ones(30), np.ones(30)), "a", "b").verdict
    )
    none = compare(duel(np.zeros(30), np.zeros(30)), "a", "b").verdict
    assert "Neither was right on any: look at some replies" in none
    assert "Were they equal" not in none


def test_a_handful_of_tasks_gives_no_forecast() -> None:
    assert "So few tasks cannot tell" in compare(duel(np.ones(3), np.zeros(3)), "a", "b").verdict


def test_a_verdict_over_prompts_and_repeats_says_so() -> None:
    rows = frame(
        row(n, model == "a", model=model, prompt=prompt, sample=sample)
        for n in range(12)
        for model in "ab"
        for prompt in ("plain", "steps")
        for sample in range(2)
    )
    found = compare(rows, "a", "b")
    assert "on the same 12 tasks, averaged over 2 prompts and up to 2 samples" in found.verdict
    assert "prompt plain, steps" in found.over
    assert found.a.calls == 48


def test_free_models_are_called_free_and_unknown_prices_unknown() -> None:
    marks = np.ones(10), np.arange(10) < 5
    assert "Both are free." in compare(duel(*marks, usd=0.0), "a", "b").verdict
    cheap = compare(duel(*marks, usd=2e-6), "a", "b").verdict
    assert "1,000 correct answers cost $0.0020 with a and $0.0040 with b" in cheap
    assert "What a correct answer costs is not known for a and b." in compare(duel(*marks), "a", "b").verdict
    assert "No answer of b was right" in compare(duel(marks[0], np.zeros(10), usd=1.0), "a", "b").verdict


def test_a_table_of_pairs_says_the_difference_that_its_verdicts_say() -> None:
    """70 of 90 against 49 of 90 is 23.3 points, of which 78 % against 54 % makes 24."""
    rows = frame(
        row(task, right, model=model) for task in range(90) for model, right in (("a", task < 70), ("b", task < 49))
    )
    shown = repr(compare_all(rows))
    assert "78 % against 54 % right on the same 90 tasks, 24 points more" in shown
    assert "+24 points [" in shown
