"""Words in a text: many lists in one reading find what a plain search finds for each."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thoughts.word_search import WordSearch


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


LISTS = (
    ("so", "so far", "so far so good", "let's", "né", "só"),
    ("far", "wait", "等", "等等", "où", "→", "да", "ok吗"),
    (),
)
PARTS = ["so", "far", "good", "let", "'s", "n", "é", "só", "等", "où", "→", "да", "ok", "吗", "_", "É", "😀", "."]


@given(st.lists(st.sampled_from([*PARTS, " "]), max_size=24))
def test_several_lists_are_found_as_each_by_itself_is_found_by_a_plain_search(parts):
    text = "".join(parts)
    found = WordSearch(text).of_all(LISTS)
    assert found == [WordSearch(text).of(words) if words else [] for words in LISTS]
    for words, spans in zip(LISTS[:2], found, strict=False):
        spelt = sorted(words, key=len, reverse=True)
        plain = re.compile(
            "|".join(
                re.escape(word) if word[0] in "等→" or word == "ok吗" else rf"(?<!\w){re.escape(word)}(?!\w)"
                for word in spelt
            )
        )
        assert spans == [match.span() for match in plain.finditer(text.lower())]


@pytest.mark.parametrize("text", ["7 would be right", "7 would be rightly", "then 7 would be right."])
def test_the_last_word_of_an_opening_may_go_on(text):
    place = text.index("would")
    assert WordSearch(text).of_all((), ("would be right",)) == [[(place, place + 14)]]
    assert WordSearch(f"7 wouldn't be right, {text}é").of_all((), ("would be right",)) == [[(place + 21, place + 35)]]
