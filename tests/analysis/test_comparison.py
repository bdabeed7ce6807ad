"""Paired comparisons: numbers, how often they are wrong, words, and broken pairing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from nightly import NIGHTLY
from scipy import stats as reference
from studies import duel, failed, pair, row

from workbench.analysis.chance import sign_flip
from workbench.analysis.comparison import compare, compare_all
from workbench.errors import InputError
from workbench.rows.table import frame

# --- compare: numbers


def test_single_samples_are_compared_by_mcnemars_mid_p() -> None:
    a = np.array([1] * 10 + [1] * 9 + [0] * 3 + [0] * 8)
    b = np.array([1] * 10 + [0] * 9 + [1] * 3 + [0] * 8)
    found = compare(duel(a, b), "a", "b")
    assert (found.both, found.only_a, found.only_b, found.neither) == (10, 9, 3, 8)
    assert found.table.to_numpy().tolist() == [[10, 9], [3, 8]]
    assert found.difference == pytest.approx(6 / 30)
    assert found.p == pytest.approx(reference.binomtest(3, 12).pvalue - reference.binom.pmf(3, 12, 0.5))
    assert "McNemar" in found.method


def test_a_verdict_names_both_models_of_a_fallback() -> None:
    both = duel(np.ones(12), np.ones(12)).replace({"model": {"a": "box/first -> box/second", "b": "box/second"}})
    said = str(compare(both, "box/first -> box/second", "box/second"))
    assert "between first -> second and second" in said


def test_repeats_are_averaged_within_their_task() -> None:
    random = np.random.default_rng(3)
    a, b = random.random((25, 3)) < 0.7, random.random((25, 3)) < 0.4
    found = compare(duel(a, b), "a", "b")
    differences = a.mean(axis=1) - b.mean(axis=1)
    assert found.tasks == 25
    assert found.difference == pytest.approx(differences.mean())
    assert found.p == sign_flip(differences)
    assert "over tasks" in found.method


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

    assert verdicts(draw, 2_000 if NIGHTLY else 100) <= 0.05


def test_unequal_models_are_told_apart() -> None:
    random = np.random.default_rng(6)
    assert verdicts(lambda: (random.random((60, 3)) < 0.75, random.random((60, 3)) < 0.5), 60) > 0.9


def test_one_false_verdict_among_many_pairs_stays_unlikely() -> None:
    random = np.random.default_rng(7)

    def study() -> bool:
        ease = random.beta(0.7, 0.7, 40)
        rows = [row(n, bool(random.random() < ease[n]), model=model) for model in "abcd" for n in range(40)]
        return bool(compare_all(frame(rows)).decisive.any())

    assert np.mean([study() for _ in range(800 if NIGHTLY else 40)]) < 0.06


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
    assert repr(table).startswith(f"3 of 3 pairs are decisive. The surest: {table.verdict_as_surest[1]}")
    assert '<p class="wb-verdict"><b>3 of 3 pairs are decisive.</b>' in table._repr_html_()
    assert repr(compare_all(rows[rows.model != "c"])).startswith(table.verdict[0].partition(" (")[0])
    same = frame(row(n, n < 5, model=model) for n in range(30) for model in "abc")
    assert repr(compare_all(same)).startswith("None of 3 pairs is decisive.")
    assert "Over 30 tasks; prompt plain" in repr(table)


def test_a_pair_without_a_common_task_does_not_spoil_the_others() -> None:
    rows = frame([*pair(), row("elsewhere", model="c")])
    table = compare_all(rows)
    assert table.tasks.tolist() == [10, 0, 0]
    assert table.p_holm.isna().tolist() == [True, True, True]  # one pair was tested: nothing to correct
    assert "Nothing to compare" in table.verdict[1]


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


@pytest.mark.parametrize(
    ("of_a", "of_b"),
    [
        pytest.param(True, True, id="both always right"),
        pytest.param(False, False, id="neither ever"),
        pytest.param(True, False, id="all against none"),
    ],
)
def test_differences_that_are_all_alike_are_no_certainty(of_a, of_b):
    a, b = (np.full((9, 3), mark) for mark in (of_a, of_b))
    repeated = compare(duel(a, b), "a", "b").interval
    once = compare(duel(a[:, :1], b[:, :1]), "a", "b").interval
    assert repeated == once
    assert repeated.high - repeated.low > 0.2
