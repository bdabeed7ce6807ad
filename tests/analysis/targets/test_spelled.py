"""Numbers and fractions in words."""

from fractions import Fraction

import pytest

from workbench.analysis.targets.places import first_place
from workbench.analysis.targets.spelled import number_in, parts_in
from workbench.analysis.thoughts.text import Thought
from workbench.scorers.number_words import number_in_words


@pytest.mark.parametrize(
    ("code", "target", "text"),
    [
        ("zh", "4/9", "所以概率是九分之四"),
        ("ja", "4/9", "確率は九分の四"),
        ("de", "1/3", "also ein Drittel"),
        ("fr", "5/12", "donc cinq douzièmes"),
        ("it", "2/3", "quindi due terzi"),
        ("ru", "3/5", "значит, три пятых"),
    ],
)
def test_a_fraction_in_words_is_found(code, target, text):
    assert first_place(target, Thought(text, (code,))) is not None


@pytest.mark.parametrize(
    ("code", "target", "text"),
    [("en", "1/3", "Let me try a third way"), ("es", "1/4", "en un cuarto"), ("zh", "4/9", "十九分之四")],
)
def test_a_word_of_another_meaning_or_a_longer_one_is_none(code, target, text):
    assert first_place(target, Thought(text, (code,))) is None


@pytest.mark.parametrize("value", [7, 19, 71, 80, 96, 100, 348, 5_000])
def test_what_is_spelled_reads_back(value):
    for code in ("en", "de", "fr", "es", "it", "pt"):
        for text in number_in(value, code):
            assert number_in_words(text, (code,)).value == value
    assert all(text.startswith(("minus ", "negative ")) for text in number_in(-value, "en"))


@pytest.mark.parametrize("value", [Fraction(2, 3), Fraction(5, 12), Fraction(1, 6), Fraction(7, 20)])
def test_what_is_spelled_of_a_fraction_reads_back(value):
    for code in ("en", "de", "fr", "es", "it", "pt"):
        for text in parts_in(value, code):
            assert number_in_words(text.replace("-", " "), (code,)).value == value


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (1984, "en", "nineteen eighty-four"),
        (1984, "en", "nineteen hundred and eighty-four"),
        (1905, "en", "nineteen oh five"),
        (2024, "en", "twenty twenty-four"),
        (1989, "de", "neunzehnhundertneunundachtzig"),
        (1200, "de", "zwölfhundert"),
    ],
)
def test_years_are_spelled_as_they_are_said(value, code, said):
    assert said in number_in(value, code)


def test_what_may_be_a_time_of_day_is_no_year():
    assert "ten fifteen" not in number_in(1015, "en")
