"""Quantities in other units, and times of day by another clock and in words."""

import pytest

from workbench.analysis.targets.places import first_place
from workbench.analysis.thoughts.text import Thought


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("90 minutes", "so it lasts 1.5 hours"),
        ("90 minutes", "so it lasts an hour and a half"),
        ("1.5 hours", "so it lasts 90 minutes"),
        ("2 km", "which is 2000 m"),
        ("$0.05", "so the ball costs 5 cents"),
        ("5 cents", "so the ball costs $0.05"),
        ("3:45 pm", "it ends at a quarter to four"),
        ("15:45", "it ends at 3:45 pm"),
        ("10:30", "it ends at half past ten"),
        ("17:00", "it ends at 5 p.m."),
        ("3 pm", "it ends at 15:00"),
        ("06:30 the next day", "and it's 6:30 in the morning"),
    ],
)
def test_a_quantity_stands_in_other_terms(target, text):
    assert first_place(target, Thought(text)) is not None


@pytest.mark.parametrize(("target", "text"), [("90 minutes", "1.5 metres"), ("15:45", "3:45 am"), ("2 km", "2000 mm")])
def test_another_unit_or_half_of_the_day_is_another_value(target, text):
    assert first_place(target, Thought(text)) is None
