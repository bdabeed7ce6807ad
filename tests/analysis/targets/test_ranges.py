"""Ranges of numbers stand as brackets and as inequalities, and another range is none."""

import pytest

from workbench.analysis.targets.places import first_place
from workbench.analysis.thoughts.text import Thought


@pytest.mark.parametrize(
    ("target", "text", "place"),
    [
        ("(-1,6)", "thus −1 < x < 6.", 5),
        ("[-1, 6]", "so -1 <= x <= 6", 3),
        ("x > 3", "that is (3, ∞)", 8),
        ("-2 ≤ x ≤ 4", "so [-2, 4]", 3),
        (r"(-\infty, 3)", "so x < 3.", 3),
        (r"[3, \infty)", r"so $x \geq 3$", 4),
        (r"(-\infty,-2)\cup(2,\infty)", "so x > 2 or x < −2", 3),
        (r"(-\infty,-2]\cup[2,5)\cup(5,\infty)", "we get x ≤ −2 or x ≥ 2, with x ≠ 5.", 7),
        (r"(-\infty,5)\cup(5,\infty)", "so x ≠ 5", 0),
        (r"\left[-\frac{1}{2}, 3\right]", "so −0.5 ≤ t ≤ 3", 3),
        (r"[\sqrt{2}, 2]", "so √2 ≤ x ≤ 2", 3),
    ],
)
def test_a_range_stands_in_other_terms(target, text, place):
    found = first_place(target, Thought(text))
    assert found is not None
    assert abs(found - place) <= 3


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("[-1,6]", "-1 < x < 6"),
        ("(-1,6)", "-1 < x < 61"),
        ("(-1,6)", "1 < x < 6"),
        (r"[3, \infty)", "x > 3"),
        (r"(-\infty,-2)\cup(2,\infty)", "x < -2"),
        ("[0, 1]", "it yields 0, 1"),
    ],
)
def test_another_range_is_none(target, text):
    assert first_place(target, Thought(text)) is None
