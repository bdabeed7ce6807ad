"""The words of options, and what each of them weighs."""

import pytest

from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.targets.option_words import is_in_words, is_same_word, share_said, told_by, words_at


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("niere", "nieren", True), ("absorb", "absorption", True), ("13th", "13", False), ("wind", "window", True)],
)
def test_forms_of_a_word_begin_alike(one, other, same):
    assert is_same_word(one, other) is same


def test_options_on_lines_of_their_own_may_hold_initials():
    told = options_of("Who?\nA. B. F. Skinner\nB. Carl Rogers\nC. Anna Freud", "B")
    assert told == {"A": "B. F. Skinner", "B": "Carl Rogers", "C": "Anna Freud"}


def test_a_word_that_options_share_weighs_less_than_one_of_its_own():
    told = told_by("Which one?\nA) Cash basis\nB) Accrual basis", "A")
    assert share_said(told["B"], ["accrual"]) > 0.5
    assert share_said(told["B"], ["basis"]) == 0


def test_signs_of_scripts_without_blanks_are_taken_in_pairs_and_endings_are_left_out():
    assert [said.word for said in words_at("正しい価値", 0, 5)] == ["価値"]


@pytest.mark.parametrize(("text", "words"), [("the sea", True), ("CO2", False), ("10^-3", False), ("+6", False)])
def test_formulas_are_not_read_as_words(text, words):
    assert is_in_words(text) is words
