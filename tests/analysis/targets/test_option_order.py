"""Options that are named by their place in the list."""

import pytest

from workbench.analysis.targets.option_order import named_by_place
from workbench.analysis.thoughts.text import Thought

QUESTION = "Which one floats?\nA) iron\nB) cork\nC) lead"


@pytest.mark.parametrize(
    ("thought", "codes"),
    [
        ("Metals sink. So it must be the second option.", ("en",)),
        ("Metalle gehen unter, also die zweite Antwort.", ("en", "de")),
        ("Los metales se hunden. Por lo tanto, la segunda opción.", ("en", "es")),
        ("金属会沉下去，所以是第二个选项。", ("en", "zh")),
    ],
)
def test_the_second_option_is_b(thought, codes):
    read = Thought(thought, codes, QUESTION)
    assert len(named_by_place(read, "B")) == 1
    assert not named_by_place(read, "A")


@pytest.mark.parametrize(
    "thought", ["So the second option is wrong.", "The second option is a cork.", "So the second step is done."]
)
def test_what_is_dismissed_or_only_told_of_is_not(thought):
    assert not named_by_place(Thought(thought, ("en",), QUESTION), "B")
