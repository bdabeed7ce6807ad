"""What stands around a number and makes it another value."""

import pytest

from workbench.analysis.targets.places import first_place, refused
from workbench.analysis.thoughts.text import Thought


@pytest.mark.parametrize(
    ("target", "text", "stands"),
    [
        ("35", "17.5×2=35cm", True),
        ("35", "it is 35x", False),
        ("150", "the way of 150km", False),
        ("14", "Next 14 = 7·2. Yes!", True),
        ("9.8", "a = F/m = 49/5", False),
        ("17", "11, 13, 17, 19", False),
        ("4", "after that: (4, 3)", False),
        ("30", "If half were sold, that would be 30", False),
        ("30", "If half are sold, that is 30", True),
    ],
)
def test_what_stands_around_a_number_says_whether_it_is_a_result(target, text, stands):
    assert (first_place(target, Thought(text, question="How far are 150km?")) is not None) is stands


def test_a_value_that_is_said_to_be_wrong_is_refused():
    assert list(refused("33", Thought("So 33. No, 33 was wrong, and 34 isn't right either."))) == [11]
