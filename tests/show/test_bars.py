"""Bars: as wide as their numbers, said in words, nothing where nothing is known."""

from __future__ import annotations

import re

import pytest
from studies import HOSTILE, Nesting

from workbench.show import bars


def widths(html):
    return [float(width) for width in re.findall(r"width:([\d.]+)%", html)]


def test_shares_fill_the_bar_and_are_said_in_words():
    bar = bars.shares([("right", 2, "#111"), ("wrong", 0, "#222"), ("never", 6, "#333"), ("unknown", None, "#444")])
    assert widths(bar) == [25.0, 75.0]
    assert 'aria-label="right 25 %, wrong 0 %, never 75 %"' in bar


def test_a_mark_stands_on_its_band():
    bar = bars.interval(0.5, 0.25, 0.75)
    assert "left:25.0%;width:50.0%" in bar
    assert "50 %, 25–75 %" in bar
    assert widths(bars.interval(0.5, None, None)) == [0.0]


@pytest.mark.parametrize(
    ("value", "decisive", "colour"),
    [(0.5, True, bars.RIGHT_COLOUR), (-0.5, True, bars.WRONG_COLOUR), (0.5, False, bars.NEVER_COLOUR)],
)
def test_a_difference_is_coloured_only_where_it_decides(value, decisive, colour):
    bar = bars.difference(value, value - 0.1, value + 0.1, decisive=decisive)
    assert f"background:{colour};opacity" in bar
    assert f"left:{100 * (value + 0.9) / 2:.1f}%;width:10.0%" in bar


@pytest.mark.parametrize(
    "bar",
    [
        bars.shares([]),
        bars.shares([("none", 0, "#111")]),
        bars.interval(None, 0, 1),
        bars.difference(None, 0, 1, decisive=True),
    ],
)
def test_nothing_known_is_no_bar(bar):
    assert bar == ""


def test_hostile_names_stay_text():
    assert Nesting(bars.shares([(HOSTILE, 1, "#111")])).tags == ["span", "i"]
