"""Options in other words than the question's: what a sentence says before the letter is named."""

import pytest

from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.targets.option_words import is_same_word
from workbench.analysis.targets.places import places
from workbench.analysis.thoughts.text import Thought

QUESTION = "What does a dam do?\nA) It stores river water\nB) It melts snow\nC) It warms the valley"


def first(thought, question, target):
    text = thought.replace("⟦", "")
    return places(target, Thought(text, ("en",), question))[0][0], thought.find("⟦")


@pytest.mark.parametrize(
    "thought",
    [
        "A wall across a valley. It serves to ⟦store the water of a river, for dry months. Snow is B. So A.",
        "It melts nothing. A wall across a valley holds back and ⟦stores river water. So the answer is A.",
    ],
)
def test_words_of_an_option_stand_for_its_letter(thought):
    found, wanted = first(thought, QUESTION, "A")
    assert found == wanted


@pytest.mark.parametrize(
    "thought",
    [
        "Maybe it could be storing the water of a river. The answer is ⟦A.",
        "A dam does not store the water of a river? It does. The answer is ⟦A.",
        "One may store river water and melt the snow with it. The answer is ⟦A.",
        "A) It stores river water\nB) It melts snow\nThe answer is ⟦A.",
    ],
)
def test_what_is_doubted_denied_or_shared_does_not(thought):
    found, wanted = first(thought, QUESTION, "A")
    assert found == wanted


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("niere", "nieren", True), ("absorb", "absorption", True), ("13th", "13", False), ("wind", "window", True)],
)
def test_forms_of_a_word_begin_alike(one, other, same):
    assert is_same_word(one, other) is same


def test_options_on_lines_of_their_own_may_hold_initials():
    told = options_of("Who?\nA. B. F. Skinner\nB. Carl Rogers\nC. Anna Freud", "B")
    assert told == {"A": "B. F. Skinner", "B": "Carl Rogers", "C": "Anna Freud"}
