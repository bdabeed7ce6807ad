"""What sentences call right is chosen, what they deny is not; what they leave open is undecided."""

import pytest

from workbench.scorers.choosing.naming import named
from workbench.scorers.choosing.options import Options
from workbench.scorers.reading import reading

OPTIONS = Options(("A", "B", "C", "D"), ("trout", "crow", "adder", "newt"))


def chosen(text):
    """The label that is chosen; "" where it is undecided, None where nothing is named."""
    choice = named(reading(text), OPTIONS)
    return choice if choice is None else "".join("ABCD"[place] for place in sorted(choice.places))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("It lays eggs on land. I choose B here.", "B"),
        ("Option D fits best. Option A is wrong.", "D"),
        ("At first I chose A. In the end I choose C.", "C"),
        ("A is incorrect, B is incorrect, and D is incorrect. That leaves C.", "C"),
        ("It must be **B** after all that was said of C and D.", "B"),
    ],
)
def test_the_option_that_is_called_right_is_chosen(text, label):
    assert chosen(text) == label


def test_an_open_question_is_undecided():
    assert chosen("I cannot decide between B and C.") == ""


@pytest.mark.parametrize("text", ["", "None of this helps.", "A trout is a fish and I like it."])
def test_where_no_option_is_named_nothing_is(text):
    assert chosen(text) is None


def test_the_last_of_several_is_unsure():
    choice = named(reading("I choose B; no, wait: I choose D."), OPTIONS)
    assert choice.places == {3}
    assert not choice.sure
