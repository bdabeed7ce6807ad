"""Words of thoughts: found as whole words, in every language of the table."""

import re
import tomllib
from pathlib import Path

import pytest

from workbench import analysis
from workbench.analysis.thoughts.word_search import WordSearch
from workbench.analysis.thoughts.words import around, listed_around, table, words_of

AROUND = Path(analysis.__file__).parent / "thoughts" / "around.toml"
FULL = [code for code, lists in table().items() if "reflection" in lists]


@pytest.mark.parametrize("code", FULL)
def test_every_word_of_the_table_is_found_where_it_stands(code):
    for key in ("reflection", "switch", "wrong"):
        for word in words_of((code,), key):
            assert WordSearch(f" {word.lower()} ").of(words_of((code,), key)), word


def test_eleven_languages_have_all_lists():
    assert len(FULL) >= 11
    assert all(table()[code].keys() == table()["en"].keys() for code in FULL)


def test_what_stands_around_is_listed_by_language_and_every_list_is_read():
    rooms = "".join(path.read_text(encoding="utf-8") for path in Path(analysis.__file__).parent.rglob("*.py"))
    for key, lists in tomllib.loads(AROUND.read_text(encoding="utf-8")).items():
        assert lists.keys() <= table().keys(), key
        assert all(words for words in lists.values()), key
        assert re.search(rf"['\"]{key}['\"]", rooms), f"no room reads {key}"


def test_a_word_stands_as_it_is_and_a_stroke_begins_a_pattern():
    assert re.fullmatch(around("and", "or"), "oder")
    assert re.fullmatch(around("hour"), "hours")
    assert not re.fullmatch(around("and", "or"), "nor")
    assert "/hours?" in listed_around("hour")
