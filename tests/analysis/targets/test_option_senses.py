"""Which way an option says that something goes, and where a thought concludes the same in other words."""

import pytest

from workbench.analysis.targets.option_senses import concluded_sense, senses_of
from workbench.analysis.thoughts.text import Thought

PRICE = "What does the price do? A) It increases B) It decreases C) It does not change"


def test_options_that_say_which_way_something_goes_are_told_apart():
    assert senses_of(PRICE, "A") == {"A": "more", "B": "less", "C": "same"}


def test_options_of_which_two_say_the_same_way_are_not():
    assert senses_of("Which? A) It rises slowly B) It rises fast", "A") == {}


@pytest.mark.parametrize(
    ("said", "label", "found"),
    [
        ("Supply shrinks, so the price climbs. A.", "A", ["climbs"]),
        ("Nothing else moved. Thus the price stays the same. C.", "C", ["stays the same"]),
        ("Demand falls, so the price goes down. B.", "B", ["goes down"]),
        ("Does that mean that the price climbs? A.", "A", []),
        ("So the price does not climb, I think. A.", "A", []),
        ("So the price climbs or falls. A.", "A", []),
        ("So the wage climbs. A.", "A", []),
        ("The price climbs in many years. A.", "A", []),
    ],
)
def test_a_clause_that_concludes_which_way_it_goes_stands_for_the_option(said, label, found):
    thought = Thought(said, ("en",), PRICE)
    assert [said[start:end] for start, end in concluded_sense(thought, label, said.rindex(label))] == found
