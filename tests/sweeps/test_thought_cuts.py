"""Where thoughts are cut: places that are none are refused, and a cut is a beginning that ends with a sentence."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.sweeps.thought_cuts import cut_thought, places_of


@pytest.mark.parametrize(
    ("at", "places"),
    [
        (0.5, [0.5]),
        (1, [1]),
        ([1.0, 64, 0.25], [0.25, 1.0, 64]),
        (np.array([16, 8]), [8, 16]),
        (np.linspace(0, 1, 3), [0, 0.5, 1]),
        (np.float32([0.5]), [0.5]),
        ([Fraction(1, 4)], [0.25]),
        ({64.0}, [64]),
        ([0.251, 0.254], [0.251, 0.254]),
    ],
    ids=str,
)
def test_places_come_in_order_from_whatever_holds_numbers(at, places):
    assert places_of(at) == places


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (None, "None"),
        ("50%", "'50%'"),
        (object, "class"),
        ([0.5, "half"], "'half'"),
        ([True], "True"),
        ([np.True_], "True"),
        ([-1], "-1"),
        ([1.5], "1.5"),
        ([float("nan")], "nan"),
        ([float("inf")], "inf"),
        ([[0.5]], r"\[0.5\]"),
        ([], "each once"),
        ([1, 1.0], "each once"),
        ([0.5, 0.5 + 1e-12], "each once"),
    ],
    ids=str,
)
def test_what_is_no_place_is_refused_and_shown(at, told):
    with pytest.raises(InputError, match=told):
        places_of(at)


def test_a_cut_keeps_to_the_tokens_that_a_server_counted():
    assert cut_thought("ab cd ef", 2, tokens=3, token_ends=[2, 5, 8, 8], sentences=False) == ("ab cd", 2.0)
    assert cut_thought("ab cd ef", 1.0, tokens=3, token_ends=[2, 5, 8, 8]) == ("ab cd ef", 3)


@given(st.text(max_size=200), st.floats(0, 1), st.booleans())
def test_a_cut_is_a_beginning_of_the_thought(text, share, sentences):
    kept, tokens = cut_thought(text, share, tokens=50, sentences=sentences)
    assert text.startswith(kept)
    assert 0 <= tokens <= 50


def test_the_point_of_a_number_ends_no_sentence():
    assert cut_thought("It is so. Then 3.14 is pi.", 17 / 26, tokens=26)[0] == "It is so."


@pytest.mark.parametrize("mark", ["।", "።", "։", "۔", "។", "။", "？"])
def test_sentences_end_by_the_marks_of_their_script(mark):
    assert cut_thought(f"aa{mark} bbbb bbbb bbbb", 0.7, tokens=20)[0] == f"aa{mark}"


@pytest.mark.parametrize(
    ("thought", "kept"),
    [("word " * 1_000, 2_499), ("ก" * 3_000, 1_500), ("𒀀" * 1_000, 500), ("x" * 20_000, 10_000)],
    ids=["words", "no blanks", "cuneiform", "longer than any sentence"],
)
def test_one_line_without_an_end_is_cut_all_the_same(thought, kept):
    cut, tokens = cut_thought(thought, 0.5, tokens=1_000)
    assert len(cut) == kept
    assert tokens == pytest.approx(500, abs=1)


def test_of_a_first_sentence_that_is_not_over_nothing_is_kept():
    assert cut_thought("This is a sentence that goes on and on and ends here.", 0.5, tokens=20) == ("", 0.0)
