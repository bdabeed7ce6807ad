"""How far a thought repeats itself, and when that is a loop."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thoughts.repetition import LOOP_WORDS, RUN_WORDS, repetition, words_in


def test_a_sentence_said_twice_is_a_check_and_said_ten_times_a_loop():
    sentence = "I add the second column again and carry the one over to the left. "
    assert repetition("First I read the numbers. " + sentence * 2).loop is None
    found = repetition("First I read the numbers. " + sentence * 10)
    assert found.loop is not None
    assert found.loop[0] > len(["First", "I", "read", "the", "numbers."])


def test_a_loop_of_one_letter_and_one_without_blanks_are_found():
    assert repetition("a" * 5_000).loop is not None
    assert repetition("再算一遍看看对不对。" * 20).loop is not None


def test_counting_up_is_no_loop():
    assert repetition(" ".join(f"Is {n} divisible by 7? No." for n in range(100, 160))).loop is None


@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g"]), max_size=80))
def test_the_share_that_stood_before_is_what_counting_gives(words):
    runs = [tuple(words[at : at + RUN_WORDS]) for at in range(len(words) - RUN_WORDS + 1)]
    expected = 1 - len(set(runs)) / len(runs) if len(runs) > 1 else 0.0
    assert abs(repetition(" ".join(words)).repeated - expected) < 1e-9


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    found = repetition(text)
    assert 0 <= found.loop_share <= 1
    assert found.loop is None or found.words >= min(LOOP_WORDS, found.words)
    assert found.words == len(words_in(text))
