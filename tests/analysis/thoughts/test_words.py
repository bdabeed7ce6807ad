"""Words of thoughts: found as whole words, in every language of the table."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thoughts.words import WordSearch, table, words_of

FULL = [code for code, lists in table().items() if "reflection" in lists]


@pytest.mark.parametrize("code", FULL)
def test_every_word_of_the_table_is_found_where_it_stands(code):
    for key in ("reflection", "switch", "wrong"):
        for word in words_of((code,), key):
            assert WordSearch(f" {word.lower()} ").of(words_of((code,), key)), word


def test_eleven_languages_have_all_lists():
    assert len(FULL) >= 11
    assert all(table()[code].keys() == table()["en"].keys() for code in FULL)


def test_a_word_inside_another_does_not_count():
    assert WordSearch("the waiter awaits").of(("wait",)) == []


@given(
    st.lists(
        st.sampled_from(["wait", "waiter", "but wait", "ÉWAIT", "等等", "_", "hmm", "so", " ", "?", "\n", "😀", "or"]),
        max_size=30,
    )
)
def test_words_are_found_where_a_plain_search_finds_them(parts):
    lower = "".join(parts).lower()
    words = ("but wait", "wait", "hmm", "so", "等等")
    plain = re.compile(r"(?<!\w)(?:but wait|wait|hmm|so)(?!\w)|等等")
    assert WordSearch(lower).of(words) == [match.span() for match in plain.finditer(lower)]
