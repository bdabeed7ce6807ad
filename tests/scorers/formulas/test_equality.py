"""Formulas are equal by value and shape."""

from __future__ import annotations

import pytest

from workbench.scorers.formulas.equality import same


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (r"\frac{6}{8}", "0.75", True),
        ("3x(x-1)", "3x^2-3x", True),
        ("(3, 8)", "(8, 3)", False),
        ("[0, 4)", r"0 \le x < 4", True),
        (r"\{4, 9\}", "9, 4", True),
        ("x = 7", "y = 7", False),
        (r"\pm 4", "-4, 4", True),
        ("0.33", r"\frac{1}{3}", False),
        (r"20\%", "20", False),
        ("1{,}500", "1500", True),
        (r"4\frac{2}{5}", "4.4", True),
        ("a word", "7", None),
    ],
)
def test_formulas_are_equal_by_value_and_shape(one: str, other: str, equal: bool | None) -> None:
    assert same(one, other) is equal
