"""Numbers in the characters of Chinese, Japanese and Korean."""

from __future__ import annotations

from fractions import Fraction

import pytest

from workbench.scorers.amounts.ideographs import ideograph_value, ideographs


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("四十二", 42),
        ("一万二千", 12_000),
        ("二〇二六", 2026),
        ("零点二五", Fraction(1, 4)),
        ("负三", -3),
        ("사십이", 42),
    ],
)
def test_characters_are_the_number_they_spell(text, value):
    assert ideograph_value(text) == value


@pytest.mark.parametrize("text", ["", "山", "三点", "点五", "a"])
def test_what_spells_no_number_is_none(text):
    assert ideograph_value(text) is None


def test_hundredths_are_a_percentage_and_other_parts_a_fraction():
    (percent,) = ideographs("百分之五", ("zh",))
    (third,) = ideographs("三分之一", ("zh",))
    assert (percent.value, percent.worth) == (5, Fraction(1, 20))
    assert third.value == Fraction(1, 3)
