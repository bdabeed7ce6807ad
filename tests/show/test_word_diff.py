"""Words that differ are marked; nothing of either text is lost or runs."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from studies import HOSTILE, Nesting

from workbench.show.markdown import visible
from workbench.show.word_diff import MOST_WORDS, word_diff

TEXTS = st.text(alphabet="ab <&\n.", max_size=30)


@given(TEXTS, TEXTS)
def test_both_texts_are_whole_and_only_differences_are_marked(a, b):
    one, other = word_diff(a, b)
    assert unescape(re.sub(r"</?del>", "", one)) == a
    assert unescape(re.sub(r"</?ins>", "", other)) == b
    assert re.sub(r"<del>[^<]*</del>", "", one) == re.sub(r"<ins>[^<]*</ins>", "", other)


def test_the_same_text_has_no_mark():
    assert word_diff("one two", "one two") == ("one two", "one two")


def test_a_hostile_text_is_shown_and_not_run():
    for html in map(str, word_diff(HOSTILE, f"{HOSTILE} and more")):
        assert set(Nesting(html).tags) <= {"del", "ins"}
        assert visible(HOSTILE) in Nesting(html).text


def test_long_texts_that_differ_throughout_are_cut_and_say_so():
    one, other = word_diff("a " * 50_000, "b " * 50_000)
    assert "too long to compare" in one
    assert "too long to compare" in other
    assert one.count("<del>") <= MOST_WORDS


def test_a_long_text_with_one_changed_word_is_compared_whole():
    one, other = word_diff("a " * 50_000, "a " * 25_000 + "b " + "a " * 24_999)
    assert one.count("<del>") == other.count("<ins>") == 1
    assert "too long" not in one
