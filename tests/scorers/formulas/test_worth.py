"""What formulas are worth: as a fraction where that can be worked out, else as a number, else nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from workbench.scorers.formulas.trees import read
from workbench.scorers.formulas.worth import exact, real


@pytest.mark.parametrize(
    ("formula", "worth"),
    [
        ("2 + 3*4", Fraction(14)),
        ("7/2 - 1", Fraction(5, 2)),
        ("-3^2", Fraction(-9)),
        ("2^{-3}", Fraction(1, 8)),
        ("45%", Fraction(45, 100)),
        ("5!", Fraction(120)),
        (r"\binom{5}{2}", Fraction(10)),
        (r"\sqrt{9/4}", Fraction(3, 2)),
        (r"\lfloor 7/2 \rfloor", Fraction(3)),
        (r"\lceil 7/2 \rceil", Fraction(4)),
        (r"\log 1000", Fraction(3)),
        ("1e3", Fraction(1000)),
        ("1e9999", None),
        ("0^0", None),
        ("1/0", None),
        ("(1/2)!", None),
        ("200!", None),
        (r"\sqrt{2}", None),
        (r"\log 7", None),
        ("x + 1", None),
        (r"\pi", None),
    ],
)
def test_a_formula_is_worth_a_fraction_where_that_can_be_worked_out(formula: str, worth: Fraction | None) -> None:
    assert exact(read(formula)) == worth


@pytest.mark.parametrize(
    ("formula", "worth"), [(r"2\pi", 6.2832), (r"\sqrt{2}", 1.4142), (r"\sqrt{-1}", None), ("x", None)]
)
def test_a_formula_without_variables_is_worth_a_real_number_if_any(formula: str, worth: float | None) -> None:
    found = real(read(formula))
    assert found == worth if worth is None or found is None else found == pytest.approx(worth, rel=1e-4)
