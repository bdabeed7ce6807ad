"""The words of a text as places: what regular expressions find one by one, found at once."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thoughts.word_places import Words, groups_of, letters_of, same_length_lower, stretches

ALONE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
TEXTS = st.text(st.sampled_from(list("ab Zé_9.-\n\u3000İ再検한กñ𓀀𠀀½")), max_size=60) | st.text(max_size=60)


@given(TEXTS)
def test_words_are_those_that_blanks_part_and_the_characters_of_scripts_without_blanks(text):
    lower = same_length_lower(text)
    expected = (
        [word for run in ALONE.findall(lower) for word in _parted(run)] if UNSPACED.search(text) else lower.split()
    )
    found = Words(text)
    assert found.texts() == expected
    assert [found.lower[found.place(number) :].startswith(word) for number, word in enumerate(expected)].count(
        False
    ) == 0


def _parted(run):
    """A run of letters in which a character of a script without blanks stands by itself."""
    return [part for part in re.split(f"({UNSPACED.pattern}|[\uac00-\ud7af])", run) if part]


@given(st.lists(st.sampled_from(["a", "b", "ab", "ba", "aa", "abc", "cab", "é", "é"]), max_size=40))
def test_alike_words_have_one_number_wherever_they_stand(words):
    found = Words(" ".join(words))
    assert len(set(found.hashes.tolist())) == len(set(found.texts()))


def test_a_word_of_a_megabyte_and_a_broken_letter_are_words():
    assert len(Words("x" * 1_000_000).hashes) == 1
    assert len(Words("\ud800 broken")) == 2
    assert letters_of("").tolist() == []


@given(st.lists(st.integers(0, 5)))
def test_groups_bring_alike_numbers_together_in_their_order(numbers):
    groups = groups_of(np.array(numbers, dtype=np.uint64))
    expected = sorted(range(len(numbers)), key=lambda place: (numbers[place], place))
    assert groups.places.tolist() == expected
    assert groups.again.tolist() == [
        place > 0 and numbers[expected[place]] == numbers[expected[place - 1]] for place in range(len(numbers))
    ]


@given(st.lists(st.booleans()))
def test_stretches_are_what_is_inside_and_never_touch(inside):
    starts, ends = stretches(np.array([False, *inside, False]))
    assert [place for start, end in zip(starts, ends, strict=True) for place in range(start, end)] == [
        place for place, within in enumerate(inside) if within
    ]
    assert (starts[1:] > ends[:-1]).all()
