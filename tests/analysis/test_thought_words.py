"""Words of thoughts: found as whole words, in every language of the table."""

import pytest

from workbench.analysis.thought_words import places_of, table, words_of

FULL = [code for code, lists in table().items() if "reflection" in lists]


@pytest.mark.parametrize("code", FULL)
def test_every_word_of_the_table_is_found_where_it_stands(code):
    for key in ("reflection", "switch", "wrong"):
        for word in words_of((code,), key):
            assert places_of(f" {word.lower()} ", words_of((code,), key)), word


def test_eleven_languages_have_all_lists():
    assert len(FULL) >= 11
    assert all(table()[code].keys() == table()["en"].keys() for code in FULL)


def test_a_word_inside_another_does_not_count():
    assert places_of("the waiter awaits", ("wait",)) == []
