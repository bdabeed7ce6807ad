"""What a score says: right or not, in words, and what was expected."""

from __future__ import annotations

import pytest

from workbench.scorers.score import EVIDENCE, NO_VOTES, Score, Scorer, shown, wanted
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("value", "passed", "correct", "standing"),
    [
        (1.0, None, True, "right"),
        (0.0, None, False, "wrong"),
        (0.25, None, False, "25% right"),
        (None, None, None, "not marked"),
        (0.25, True, True, "right"),
        (1.0, False, False, "wrong"),
    ],
)
def test_a_score_stands_as_its_value_says_unless_it_was_decided_otherwise(value, passed, correct, standing):
    score = Score(value, None, "", passed=passed)
    assert (score.correct, score.standing) == (correct, standing)


def test_a_scorer_sees_answer_and_task_and_measures_only_where_it_asks_for_them():
    task, seen = Task("7", "Capital of Italy?", "Rome"), []

    def note(*given):
        seen.append(given)
        return Score(1.0, None, "")

    Scorer("plain", note)("Rome", task, {"seconds": 2.0})
    Scorer("measuring", note, measures=("seconds",))("Rome", task, {"seconds": 2.0})
    assert seen == [("Rome", task), ("Rome", task, {"seconds": 2.0})]


def test_long_texts_are_shortened_and_short_ones_are_whole():
    assert shown("  Rome\n") == "Rome"
    assert (len(shown("a" * 201)), shown("a" * 200)) == (200, "a" * 200)
    assert wanted(Task("7", "?", "Rome | Roma")) == "expected 'Rome' or 'Roma'"


def test_what_casts_no_vote_is_known_evidence():
    assert EVIDENCE.keys() > NO_VOTES
