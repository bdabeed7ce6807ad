"""The ways in which a reply can end: one list, and words for each."""

from __future__ import annotations

from typing import get_args

from workbench.replies.outcomes import CUT_OUTCOMES, LENGTH_REASONS, NEVER_ANSWERED, OUTCOME_WORDS, OUTCOMES, Outcome


def test_the_type_the_list_and_the_words_are_of_the_same_outcomes():
    assert get_args(Outcome) == OUTCOMES == tuple(OUTCOME_WORDS)
    assert len(set(OUTCOME_WORDS.values())) == len(OUTCOMES)


def test_every_outcome_is_an_answer_a_failure_or_never_answered():
    assert {*OUTCOMES} == NEVER_ANSWERED | {"answered", "error"}
    assert {*CUT_OUTCOMES} <= NEVER_ANSWERED


def test_reasons_are_compared_in_lower_case():
    assert {reason.lower() for reason in LENGTH_REASONS} == LENGTH_REASONS
