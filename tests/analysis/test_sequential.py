"""The test that may be looked at at any time: seldom alarmed by nothing, soon by a swapped model, whatever comes."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightly import NIGHTLY

from workbench.analysis.sequential import ChangeTest, Draw, _gains

WORLDS = 2_000 if NIGHTLY else 80
WORDS = [f"word{number}" for number in range(60)]


def world(lots, questions, *, longer=1.0, refuses=0.1, drift=0):
    """A model that answers each question at a length and in words of its own."""

    def ask(question):
        base = 200 * (1 + question % 7)
        text = " ".join(WORDS[(question * 5 + drift + lots.randrange(12)) % 60] for _ in range(30))
        return Draw(int(base * longer * lots.lognormvariate(0, 0.5)) + 1, lots.random() > refuses, text)

    return ask


def calls_to_alarm(seed, *, repeats, questions=8, most=40, **change):
    lots = random.Random(seed)
    before, now = world(lots, questions), world(lots, questions, **change)
    test = ChangeTest({str(q): [before(q) for _ in range(repeats)] for q in range(questions)}, seed=10**6 + seed)
    for number in range(most):
        if test.feed(str(number % questions), now(number % questions)):
            return number + 1
    return None


@pytest.mark.parametrize("repeats", [1, 3, 10])
def test_nothing_changed_alarms_in_at_most_five_of_a_hundred_worlds(repeats):
    alarms = sum(calls_to_alarm(seed, repeats=repeats) is not None for seed in range(WORLDS))
    assert alarms <= 0.05 * WORLDS


@pytest.mark.parametrize(
    ("repeats", "change", "few"),
    [
        (1, {"longer": 6.0}, 16),
        (3, {"longer": 3.0}, 12),
        (10, {"longer": 2.5}, 8),
        (10, {"drift": 30}, 12),
        (10, {"longer": 0.3, "drift": 20}, 8),
    ],
    ids=str,
)
def test_a_swapped_model_is_found_in_few_calls(repeats, change, few):
    found = [calls_to_alarm(seed, repeats=repeats, **change) for seed in range(20)]
    assert np.median([calls or 99 for calls in found]) <= few
    assert sum(calls is not None for calls in found) >= 19


@given(st.integers(2, 40))
def test_every_bet_is_fair(size):
    gains = np.exp([_gains(place, size) for place in range(size)])
    assert np.allclose(gains.mean(axis=0), 1)


def test_one_kept_reply_a_question_says_nothing_of_texts():
    test = ChangeTest({"q": [Draw(text="yes")]})
    test.feed("q", Draw(text="a wholly other text"))
    assert test.evidence("text") == pytest.approx(1)


def test_a_question_without_kept_replies_says_nothing():
    test = ChangeTest({})
    assert not test.feed("new", Draw(5, True, "a"))
    assert test.chance == 1.0


@given(st.lists(st.tuples(st.none() | st.integers(0, 10**12), st.none() | st.booleans(), st.none() | st.text())))
def test_any_draws_are_taken(draws):
    test = ChangeTest({"q": [Draw(*draw) for draw in draws]})
    for draw in draws:
        test.feed("q", Draw(*draw))
    assert 0 <= test.chance <= 1


def test_equal_replies_to_equal_questions_never_alarm():
    test = ChangeTest({"q": [Draw(10, True, "same")] * 5})
    for _ in range(200):
        assert not test.feed("q", Draw(10, True, "same"))
    assert test.likely_unchanged
