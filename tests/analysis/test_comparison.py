"""Paired comparisons: numbers, how often they are wrong, words, and broken pairing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats as reference
from studies import GPT, KIMI, duel, exhausted, failed, row

from workbench.analysis.comparison import compare, compare_all
from workbench.analysis.stats import sign_flip
from workbench.analysis.summaries import summary
from workbench.errors import InputError
from workbench.rows.table import frame

# --- compare: numbers


def test_single_samples_are_compared_by_mcnemars_exact_test() -> None:
    a = np.array([1] * 10 + [1] * 9 + [0] * 3 + [0] * 8)
    b = np.array([1] * 10 + [0] * 9 + [1] * 3 + [0] * 8)
    found = compare(duel(a, b), "a", "b")
    assert (found.both, found.only_a, found.only_b, found.neither) == (10, 9, 3, 8)
    assert found.table.to_numpy().tolist() == [[10, 9], [3, 8]]
    assert found.difference == pytest.approx(6 / 30)
    assert found.p == pytest.approx(reference.binomtest(3, 12).pvalue)
    assert "McNemar" in found.method


def test_repeats_are_averaged_within_their_task() -> None:
    random = np.random.default_rng(3)
    a, b = random.random((25, 3)) < 0.7, random.random((25, 3)) < 0.4
    found = compare(duel(a, b), "a", "b")
    differences = a.mean(axis=1) - b.mean(axis=1)
    assert found.tasks == 25
    assert found.difference == pytest.approx(differences.mean())
    assert found.p == sign_flip(differences)
    assert "bootstrap" in found.method


def test_turning_the_sides_round_turns_the_numbers_round() -> None:
    random = np.random.default_rng(4)
    rows = duel(random.random((40, 2)) < 0.8, random.random((40, 2)) < 0.4, usd=0.01)
    one, other = compare(rows, "a", "b"), compare(rows, "b", "a")
    assert one.difference == pytest.approx(-other.difference)
    assert one.p == other.p
    assert one.better == other.better == "a"
    assert one.verdict.split(":")[0] == other.verdict.split(":")[0]


def test_prompts_are_no_new_evidence_about_other_tasks() -> None:
    """Ten prompts that all agree on each task are worth one."""
    a, b = np.array([1, 1, 1, 1, 0, 1, 1, 0]), np.array([0, 0, 1, 0, 0, 1, 0, 0])
    once = duel(a, b)
    often = pd.concat([once.assign(prompt=f"p{n}") for n in range(10)])
    assert compare(often, "a", "b").p == pytest.approx(compare(once, "a", "b").p)


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


def test_configurations_may_differ_in_another_column_than_the_model() -> None:
    rows = frame(row(n, prompt == "steps", prompt=prompt) for n in range(20) for prompt in ("plain", "steps"))
    assert compare(rows, "plain", "steps", on="prompt").better == "prompt steps"


def test_a_correct_answer_is_priced_on_the_paired_tasks_only() -> None:
    rows = frame(
        [row(n, n < 5, model="a", usd=0.1) for n in range(10)]
        + [row(n, True, model="b", usd=0.3) for n in range(10)]
        + [row(n, True, model="b", usd=99.0) for n in range(10, 20)]
    )
    found = compare(rows, "a", "b")
    assert (found.a.usd_per_correct, found.b.usd_per_correct) == pytest.approx((0.2, 0.3))
    assert found.cost_ratio == pytest.approx(2 / 3)


# --- compare: how often it is wrong


def verdicts(draw, times: int) -> float:
    """The share of decisive comparisons."""
    return float(np.mean([compare(duel(*draw()), "a", "b").decisive for _ in range(times)]))


@pytest.mark.parametrize(("tasks", "repeats"), [(40, 1), (25, 3)], ids=["single samples", "repeats"])
def test_equal_models_are_told_apart_in_fewer_than_one_of_twenty_studies(tasks: int, repeats: int) -> None:
    random = np.random.default_rng(5)

    def draw() -> tuple[np.ndarray, np.ndarray]:
        ease = random.beta(0.7, 0.7, (tasks, 1))
        return random.random((tasks, repeats)) < ease, random.random((tasks, repeats)) < ease

    assert verdicts(draw, 200) < 0.05


def test_unequal_models_are_told_apart() -> None:
    random = np.random.default_rng(6)
    assert verdicts(lambda: (random.random((60, 3)) < 0.75, random.random((60, 3)) < 0.5), 60) > 0.9


def test_one_false_verdict_among_many_pairs_stays_unlikely() -> None:
    random = np.random.default_rng(7)

    def study() -> bool:
        ease = random.beta(0.7, 0.7, 40)
        rows = [row(n, bool(random.random() < ease[n]), model=model) for model in "abcd" for n in range(40)]
        return bool(compare_all(frame(rows)).decisive.any())

    assert np.mean([study() for _ in range(80)]) < 0.06


# --- compare: words


def test_a_decisive_verdict_says_which_by_how_much_how_sure_and_at_what_cost() -> None:
    rows = frame(
        [row(n, n < 36, model=KIMI, usd=0.002) for n in range(40)]
        + [row(n, n < 16, model=GPT, usd=0.01) for n in range(40)]
    )
    assert compare(rows, GPT, KIMI).verdict == (
        "kimi-k2-thinking is better than gpt-5: 90 % against 40 % right on the same 40 tasks, 50 points more "
        "(95 % interval 31 to 64 points, p < 0.001). A correct answer costs $0.0022 with kimi-k2-thinking and "
        "$0.025 with gpt-5, 11 times as much (95 % interval 8.1 to 18)."
    )


def test_an_indecisive_verdict_says_about_how_many_more_tasks_would_settle_it() -> None:
    a, b = np.arange(40) < 22, (np.arange(40) >= 4) & (np.arange(40) < 22)
    found = compare(duel(a, b), "a", "b")
    assert not found.decisive
    assert found.better is None
    assert found.verdict.startswith(
        "Not decisive between a and b: 55 % against 45 % right on the same 40 tasks (p = 0.12)."
    )
    assert "About 37 more tasks like these would settle it" in found.verdict
    assert found.tasks_to_settle == pytest.approx(76.1, abs=0.1)


def test_no_difference_is_never_called_proof_of_equality() -> None:
    marks = np.arange(30) < 15
    verdict = compare(duel(marks, marks), "a", "b").verdict
    assert "50 % right for both" in verdict
    assert "a may be anything from 9 points worse to 9 points better" in verdict
    assert "no number that settles it" in verdict


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
    assert "What a correct answer costs is not known for a and b." in compare(duel(*marks), "a", "b").verdict
    assert "No answer of b was right" in compare(duel(marks[0], np.zeros(10), usd=1.0), "a", "b").verdict


# --- compare: broken pairing


def warned(rows: pd.DataFrame) -> str:
    return " ".join(compare(rows, "a", "b").warnings)


def pair(**of_b: object) -> list[dict[str, object]]:
    return [row(n, n < 9, model="a") for n in range(10)] + [row(n, n < 3, **{"model": "b", **of_b}) for n in range(10)]


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


@pytest.mark.parametrize(
    ("served", "redirected"),
    [
        ("moonshotai/kimi-k2-thinking", False),
        ("moonshotai/kimi-k2-thinking-20251106", False),  # a dated snapshot of the same model
        ("moonshotai/kimi-k2.6", True),
        ("moonshotai/kimi-k2-thinking-turbo", True),
    ],
)
def test_a_redirected_model_is_named(served: str, redirected: bool) -> None:
    rows = frame(
        [row(n, model=KIMI, served_model=served) for n in range(5)]
        + [row(n, model=GPT, served_model="openai/gpt-5-2025-08-07") for n in range(5)]
    )
    warnings = " ".join(compare(rows, KIMI, GPT).warnings)
    assert ("was redirected" in warnings) == redirected


def test_a_model_that_was_served_by_several_models_is_named() -> None:
    rows = frame(
        [*pair(), row(3, model="b", sample=1, served_model="x"), row(4, model="b", sample=1, served_model="y")]
    )
    assert "b was served by 2 different models: x, y." in warned(rows)


def test_a_cap_that_cut_many_replies_is_named() -> None:
    rows = frame([*pair()[:10], *(exhausted(n, model="b") for n in range(10))])
    assert "max_tokens cut off 100 % of the replies of b" in warned(rows)


# --- compare_all


def test_every_pair_is_a_line_corrected_for_their_number() -> None:
    rows = frame(
        row(n, n < right, model=model) for n in range(30) for model, right in zip("abc", (28, 20, 8), strict=True)
    )
    table = compare_all(rows)
    assert list(zip(table.a, table.b, strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    alone = compare(rows, "a", "b")
    line = table.iloc[0]
    assert (line.p, line.difference, line.low) == (alone.p, alone.difference, alone.interval.low)
    assert (table.p_holm >= table.p).all()
    assert "after Holm's correction for 3 pairs" in line.verdict


def test_the_surest_pair_stands_above_the_others() -> None:
    rows = frame(
        row(n, n < right, model=model) for n in range(30) for model, right in zip("abc", (28, 20, 8), strict=True)
    )
    table = compare_all(rows)
    assert repr(table).startswith(f"3 of 3 pairs are decisive. The surest: {table.verdict[1]}")
    assert '<p class="wb-verdict"><b>3 of 3 pairs are decisive.</b>' in table._repr_html_()
    assert repr(compare_all(rows[rows.model != "c"])).startswith(table.verdict[0].partition(" (")[0])
    same = frame(row(n, n < 5, model=model) for n in range(30) for model in "abc")
    assert repr(compare_all(same)).startswith("None of 3 pairs is decisive.")
    assert "Over 30 tasks; prompt plain" in repr(table)


def test_pairs_may_be_told_apart_by_several_columns() -> None:
    rows = frame(
        row(n, model == "a", model=model, max_tokens=cap) for n in range(9) for model in "ab" for cap in (16, 64)
    )
    table = compare_all(rows, on=["model", "max_tokens"])
    assert len(table) == 6
    assert table.b[0] == "a, max_tokens 64"


def test_a_pair_without_a_common_task_does_not_spoil_the_others() -> None:
    rows = frame([*pair(), row("elsewhere", model="c")])
    table = compare_all(rows)
    assert table.tasks.tolist() == [10, 0, 0]
    assert table.p_holm.isna().tolist() == [True, True, True]  # one pair was tested: nothing to correct
    assert "Nothing to compare" in table.verdict[1]


def test_without_a_column_what_tells_the_rows_apart_is_compared():
    def answers(**columns):
        return [{"task_id": str(n), "outcome": "answered", "correct": n % 2 == 0, **columns} for n in range(6)]

    prompts = frame(answers(model="m", prompt="a") + answers(model="m", prompt="b"))
    assert compare_all(prompts)[["a", "b"]].iloc[0].tolist() == ["a", "b"]
    models = frame(answers(model="m", prompt="a") + answers(model="n", prompt="b"))
    assert compare_all(models)[["a", "b"]].iloc[0].tolist() == ["m", "n"]
    caps = frame(answers(model="m", prompt="a", max_tokens=8) + answers(model="m", prompt="a", max_tokens=16))
    assert len(compare_all(caps)) == 1
    with pytest.raises(InputError, match="nothing to compare"):
        compare_all(frame(answers(model="m", prompt="a")))
