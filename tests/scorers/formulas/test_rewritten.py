"""Pairs and unions written otherwise."""

from __future__ import annotations

import pytest

from workbench.scorers import by_name
from workbench.scorers.formulas.rewritten import rewritten
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("text", "target", "same"),
    [
        ("a = 2, b = 7", "(1, 1)", "(2,7)"),
        ("y = 7 and x = 2", "(1, 1)", "(2,7)"),
        ("x = 2", "(1, 1)", None),
        ("x = 2, x = 7", "(1, 1)", None),
        ("x <= -3 or x >= 7", r"(0,1) \cup (2,3)", r"(-\infty,-3] \cup [7,\infty)"),
        ("x < -1 or x > 4", r"(0,1) \cup (2,3)", r"(-\infty,-1) \cup (4,\infty)"),
        (r"1 \leq x < 3 or x \geq 8", "(0,1) ∪ (2,3)", r"[1,3) \cup [8,\infty)"),
        ("x < 1 or maybe not", "(0,1) ∪ (2,3)", None),
        ("x" * 300 + " = 2, y = 3", "(1, 1)", None),
    ],
)
def test_what_is_assigned_or_bounded_takes_the_form_of_its_target(text: str, target: str, same: str | None) -> None:
    assert rewritten(text, target) == same


@pytest.mark.parametrize(
    ("answer", "right"),
    [("$x = 4$ and $y = -2$", True), ("x = -2, y = 4", False), ("So x = 4, y = -2.", True)],
)
def test_a_pair_may_be_given_by_its_parts(answer: str, right: bool) -> None:
    assert by_name("automatic")(answer, Task("1", "Solve.", "(4, -2)")).correct == right


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("One factor must vanish:\n* x - 2 = 0, so x = 2\n* x + 5 = 0, so x = -5\n* x - 9 = 0, so x = 9", True),
        ("One factor must vanish:\n* x - 2 = 0, so x = 2\n* x - 9 = 0, so x = 9", False),
        ("First x = 2.\nThen y = -5.\nThen z = 9.", False),
    ],
)
def test_values_of_one_letter_line_by_line_are_a_set(answer: str, right: bool) -> None:
    assert bool(by_name("automatic")(answer, Task("1", "Solve it.", "{-5, 2, 9}")).correct) is right
