"""Everywhere that a value is written, be it a result or not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.targets.forms import forms_of, yearless_places
from workbench.analysis.targets.patterns import LateWord, parts_around
from workbench.analysis.targets.written import written_at
from workbench.analysis.thoughts.text import Thought
from workbench.scorers.languages import UNSPACED


@pytest.mark.parametrize(
    ("target", "thought", "codes", "wanted"),
    [
        ("42", "Step 42 of 420: forty-two", ("en",), ["42", "forty-two"]),
        ("1/2", "1/2, 2/4, 3/4, \\frac{3}{6}", ("en",), ["1/2", "2/4", "\\frac{3}{6}"]),
        ("2024-05-10", "due 2024-05-10, not 2024-05-11", ("en",), ["2024-05-10"]),
        ("42", "六七四十二", ("en", "zh"), ["四十二"]),
    ],
)
def test_each_spelling_is_found(target, thought, codes, wanted):
    read = Thought(thought, codes)
    found = sorted({span for form in forms_of(target) for span in written_at(form, read)})
    assert set(wanted) <= {thought[start:end] for start, end in found}


DAYS = "june|juin|23|23rd|1|3|.| | |of |de |6月|23日|, 2023|2023|x|é|again and again we look at it, line for line, |\n"
AROUND = " and nothing is said of any day in all these words that stand here around it. "


@given(st.lists(st.sampled_from(DAYS.split("|")), max_size=30))
def test_days_without_a_year_are_the_same_wherever_a_text_is_cut(pieces):
    text = "".join(pieces)
    alone = yearless_places("2023-06-23", text)
    inside = yearless_places("2023-06-23", f"{AROUND}23{AROUND}{text}{AROUND}23{AROUND}")
    before = len(AROUND) * 2 + 2
    assert [(start + before, end + before) for start, end in alone] == inside
    # A day is one however much is read around it.
    assert all(yearless_places("2023-06-23", text[:end] + AROUND[:1]) for _, end in alone)


def test_a_day_is_found_in_every_order_and_not_before_a_year():
    said = "june 23 or 23rd of juin, 6月23日; june 23, 2023; june 230, 123 june, 16月23日"
    spans = yearless_places("2023-06-23", said)
    assert [said[start:end] for start, end in spans] == ["june 23", "23rd of juin", "6月23日"]


@given(st.lists(st.integers(0, 300), max_size=12), st.integers(0, 40), st.integers(1, 40))
def test_parts_hold_what_is_around_each_place_once(places, before, behind):
    parts = parts_around(sorted(places), before, behind)
    covered = {near for place in places for near in range(max(0, place - before), place + behind)}
    assert [near for begin, end in parts for near in range(begin, end)] == sorted(covered)


PIECES = ("Neon", "a", " ", "是", "ン", "한", "、", "é", ".", "\U0001f600", "\ud83d", "\ude00")


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_a_script_without_blanks_ends_a_word_of_another(text):
    signs = UNSPACED.sub("、", text)
    expected = [match.span() for match in re.finditer(r"N(?<!\wN)eon(?!\w)", signs)]
    assert [match.span() for match in LateWord("Neon", "N", after=True).finditer(text)] == expected


def test_two_halves_of_a_letter_beside_one_another_move_no_place():
    text = "是\ud83d\ude00, Neon"
    assert [match.span() for match in LateWord("Neon", "N", after=True).finditer(text)] == [(5, 9)]


def test_a_year_behind_a_long_month_is_seen():
    assert yearless_places("2023-09-23", "the 23rd of september, and september 23rd") == [(4, 21), (27, 41)]
    assert yearless_places("2023-09-23", "the 23rd of september, 2023, and september 23, 2023") == []
