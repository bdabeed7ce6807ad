"""A letter at the start of a text is a label or a word; two labels are no choice."""

import pytest

from workbench.scorers.choosing.leading import Found, leading
from workbench.scorers.choosing.options import Options
from workbench.scorers.reading import reading

OPTIONS = Options(("A", "B", "C", "D"), ("trout", "crow", "adder", "newt"))
CLAIMED = Found("marker", "after a marker", claimed=True)
UNCLAIMED = Found("first", "at the start", claimed=False)


def chosen(text, found=CLAIMED, *, several=False):
    """The labels that are chosen; "" where it is undecided, None where nothing is named."""
    choice = leading(text, reading(text), OPTIONS, found, several=several)
    return choice if choice is None else "".join("ABCD"[place] for place in sorted(choice.places))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("B", "B"),
        ("(C) adder", "C"),
        ("D: newt", "D"),
        ("**B** – the crow", "B"),
        ("crow", "B"),
        ("B because it flies", "B"),
        ("A because it swims", "A"),
        ("the one in B, I think", "B"),
        ("a crow, of course", "B"),
        ("A trout and nothing else", "A"),
    ],
)
def test_a_claim_is_read_by_label_or_by_text(text, label):
    assert chosen(text) == label


@pytest.mark.parametrize("text", ["A or B", "A/B", "(A), or maybe (B)", "B oder C", "A and C", "B, D"])
def test_two_labels_choose_nothing(text):
    assert chosen(text) == ""


def test_where_several_may_be_chosen_all_are():
    assert chosen("A and C", several=True) == "AC"
    assert chosen("B, D", several=True) == "BD"


@pytest.mark.parametrize(
    "text", ["A bird cannot be a fish", "a snake has no legs", "I think so", "B is wrong", "C: 40 %"]
)
def test_a_word_a_denial_and_a_share_are_no_choice(text):
    assert chosen(text, UNCLAIMED) is None


def test_evidence_and_place_are_handed_on():
    choice = leading("crow", reading("crow"), OPTIONS, CLAIMED, several=False)
    assert (choice.evidence, choice.where) == ("marker", "after a marker, by its text")
