"""Numbers in words: short, honest about what is absent, and nowhere a trick."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.show import figures

ONE = (figures.percent, figures.money, figures.count, figures.duration, figures.factor, figures.name)


@pytest.mark.parametrize("show", ONE, ids=lambda show: show.__name__)
@pytest.mark.parametrize("value", [None, float("nan")], ids=["None", "nan"])
def test_what_is_absent_is_na_and_never_0(show, value):
    assert show(value) == "NA"


@given(st.floats(1e-9, 1e9))
def test_a_figure_is_right_to_two_digits(value):
    for show in (figures.money, figures.duration, figures.factor):
        read = float(show(value).strip("$ s").replace(",", ""))
        assert math.isclose(read, value, rel_tol=0.051)


@given(st.floats(0, 1))
def test_a_share_that_is_neither_0_nor_1_is_not_shown_as_one(share):
    said = figures.percent(share)
    assert (said == "0 %") <= (share < 0.0005)
    assert (said == "100 %") <= (share > 0.999)


@given(st.text(max_size=40), st.integers(1, 20))
def test_the_beginning_of_a_text_is_one_short_line_without_controls(text, most):
    line = figures.beginning(text, most)
    assert len(line) <= most
    assert not [letter for letter in figures.plain(line) if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp")]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.5, 0.75, "50–75 %"), (None, 0.75, "75 % or less"), (0.5, None, "50 % or more"), (None, None, "NA")],
)
def test_an_end_that_is_not_known_is_said(low, high, said):
    assert figures.between(low, high) == said


def test_points_and_their_limits():
    assert (figures.points(0.01), figures.points(-0.2, signed=True)) == ("1 point", "-20 points")
    assert (figures.points_limits(-0.1, 0.2), figures.points_limits(None, None)) == ("[-10 to +20]", "")


@given(st.text())
def test_a_text_in_two_loses_nothing(text):
    first, rest = figures.in_two(text)
    assert (first + rest).replace(" ", "") == text.replace(" ", "")
