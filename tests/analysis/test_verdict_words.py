"""The sentences of a verdict, read by someone who subtracts."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from studies import duel, exhausted, row

from workbench.analysis.comparison import compare, compare_all
from workbench.analysis.verdict_words import agreeing, span
from workbench.rows.table import frame


@given(st.floats(0, 1), st.floats(0, 1))
def test_shares_and_their_difference_agree_to_the_last_digit_shown(first: float, second: float) -> None:
    shares, difference = agreeing(max(first, second), min(first, second))
    more, less = (float(number) for number in re.findall(r"[\d.]+", shares))
    assert more - less == pytest.approx(float(difference.split()[0]), abs=1e-9)
    assert float(difference.split()[0]) == pytest.approx(100 * abs(first - second), abs=1.0)


def test_three_verdicts() -> None:
    tasks = np.arange(3000)
    assert " is better than " in compare(duel(tasks % 10 < 8, tasks % 10 < 6), "a", "b").verdict
    equal = compare(duel(tasks % 10 < 8, (tasks + 1) % 10 < 8), "a", "b")
    assert equal.verdict.startswith("a and b are equal within 3 points: 80 % right for both")
    assert equal.equal
    assert not equal.decisive
    few = compare(duel(tasks[:60] % 10 < 8, (tasks[:60] + 1) % 10 < 8), "a", "b")
    assert few.verdict.startswith("Not decisive")
    assert compare(duel(tasks % 10 < 8, tasks % 10 < 6), "a", "b", within=0.5).decisive


def test_a_small_difference_that_is_certain_is_called_small() -> None:
    tasks = np.arange(4000)
    assert (
        "less than the 3 points that would matter" in compare(duel(tasks % 50 < 41, tasks % 50 < 40), "a", "b").verdict
    )


def test_equal_is_never_said_of_little_data() -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        found = compare(duel(random.random((20, 5)) < 0.5, random.random((20, 5)) < 0.5), "a", "b")
        assert "equal within" not in found.verdict


def test_more_tasks_are_a_range_with_its_surety_and_its_price() -> None:
    tasks = np.arange(50)
    verdict = compare(duel(tasks < 30, (tasks >= 8) & (tasks < 33), usd=0.01), "a", "b").verdict
    assert re.search(r"[\d,]+ to [\d,]+ more tasks like these would settle it \(80 % sure, likeliest", verdict) or (
        "at best, more than 10,000 at worst (80 % sure" in verdict
    )
    assert "$" in verdict.split("80 % sure")[1].split(")")[0]


def test_all_alike_is_told_with_a_width() -> None:
    verdict = compare(duel(np.ones((10, 3)), np.ones((10, 3))), "a", "b").verdict
    assert "a may be anything from 21 points worse to 21 points better" in verdict


def test_the_surest_of_many_is_told_as_chosen() -> None:
    random = np.random.default_rng(2)
    rows = frame(row(n, bool(random.random() < 0.6), model=m) for n in range(60) for m in "abcdef")
    table = compare_all(rows)
    headline = repr(table).splitlines()[0]
    assert "interval corrected for the choice" in headline
    assert "were chosen as the largest of 15" in headline
    line = table.sort_values("p").iloc[0]
    assert line.low_as_surest < line.low
    assert abs(line.shrunken) < abs(line.difference) / 2


def test_the_noise_floor_stands_beside_a_verdict_with_repeats() -> None:
    a, b = np.tile([1, 0], (20, 1)), np.ones((20, 2))
    found = compare(duel(a, b), "a", "b")
    assert (found.a.noise, found.b.noise) == (1.0, 0.0)
    assert "asked twice, a differs from itself on 100 % of tasks and b differs from itself on 0 % of tasks" in repr(
        found
    )
    assert "Noise floor" not in repr(compare(duel(a[:, :1], b[:, :1]), "a", "b"))


def test_what_was_asked_again_tells_the_noise_and_what_is_a_copy_does_not() -> None:
    once = [row(n, n % 2 == 0, model=m, created_at="2026-01-01T00:00:00Z") for n in range(20) for m in "ab"]
    anew = [row(n, True, model=m, created_at="2026-02-01T00:00:00Z") for n in range(20) for m in "ab"]
    assert compare(frame([*once, *anew]), "a", "b").a.noise == pytest.approx(0.5)
    assert np.isnan(compare(frame([*once, *once]), "a", "b").a.noise)


def test_a_verdict_from_a_handful_of_tasks_says_what_so_few_carry() -> None:
    five = compare(duel(np.ones((5, 1)), np.zeros((5, 1))), "a", "b").verdict
    assert five.startswith("a is better than b: 100 % against 0 % right on the same 5 tasks")
    assert "5 tasks are few" in five
    assert "are few" not in compare(duel(np.ones((20, 1)), np.zeros((20, 1))), "a", "b").verdict


def test_a_difference_is_told_as_it_is_and_not_as_rounded_shares_make_it() -> None:
    tasks = np.arange(40)
    assert "67.5 % against 57.5 % right" in compare(duel(tasks < 27, tasks >= 17), "a", "b").verdict


def test_a_side_that_gave_no_answer_is_told_in_the_verdict_itself() -> None:
    rows = [row(n, n % 4 > 0, model="a") for n in range(60)]
    rows += [exhausted(n, model="b") if n % 2 else row(n, True, model="b") for n in range(60)]
    verdict = compare(frame(rows), "a", "b").verdict
    assert "No answer came from b on 50 % of the tasks, which counts as not right." in verdict
    assert "No answer came" not in compare(duel(np.ones(20), np.zeros(20)), "a", "b").verdict


def test_costs_that_read_the_same_are_told_once_and_their_limits_have_a_width() -> None:
    tasks = np.arange(2000)
    verdict = compare(duel(tasks % 500 > 0, (tasks + 1) % 500 > 0, usd=0.002), "a", "b").verdict
    assert "A correct answer costs about $0.0020 with either, no clear difference (1.00" in verdict
    low, high = re.search(r"interval ([\d.]+) to ([\d.]+)\)\.$", verdict).groups()
    assert low < high


def test_an_end_that_rounds_to_nothing_is_not_told_as_none() -> None:
    assert span(1e-9, 0.42, signed=True) == "just above 0 to +42 points"
    assert span(-0.42, -1e-9, signed=True) == "-42 to just below 0 points"
    assert span(0.0, 0.42, signed=True) == "0 to +42 points"
