"""Several scorers as one: all or any must be satisfied."""

from __future__ import annotations

import pytest

from workbench.errors import InputError
from workbench.scorers.matching import contains
from workbench.scorers.numbers_compared import numeric
from workbench.scorers.score import Score, Scorer
from workbench.scorers.several import combined
from workbench.tasks.tasks import Task


def task(target=None, **extra):
    return Task("7", "q", target, extra)


def saying(name, correct, *, extracted=None, sure=True, needs_target=False):
    value = None if correct is None else float(correct)
    score = Score(value, extracted, f"{name} says so", "marker" if extracted else "function", sure)
    return Scorer(name, lambda answer, task: score, needs_target=needs_target)


@pytest.mark.parametrize(
    ("marks", "every", "some"),
    [
        ((True, True), True, True),
        ((True, False), False, True),
        ((False, False), False, False),
        ((True, None), None, True),
        ((False, None), False, None),
        ((None, None), None, None),
    ],
)
def test_all_or_any_must_be_satisfied(marks, every, some):
    scorers = [saying(name, mark) for name, mark in zip("ab", marks, strict=True)]
    assert combined(scorers)("x", task()).correct is every
    assert combined(scorers, passes="any")("x", task()).correct is some


def test_what_was_extracted_is_the_first_that_was_and_parts_keep_their_own():
    score = combined([saying("a", True), saying("b", True, extracted="9", sure=False)])("x", task())
    assert (score.extracted, score.evidence, score.sure, score.parts) == ("9", "marker", False, {"a": 1.0, "b": 1.0})
    assert score.why == "a: a says so; b: b says so"


def test_a_part_that_does_not_decide_does_not_make_it_unsure():
    wrong_for_sure = combined([saying("a", False), saying("b", True, sure=False)])("x", task())
    assert (wrong_for_sure.correct, wrong_for_sure.sure) == (False, True)


def test_two_of_one_name_are_numbered():
    assert combined([contains(), contains(), numeric()])("x", task("1")).parts.keys() == {
        "contains",
        "contains_2",
        "numeric",
    }


@pytest.mark.parametrize(("scorers", "settings"), [([], {}), ([numeric()], {"passes": "most"})])
def test_a_list_that_says_nothing_is_refused(scorers, settings):
    with pytest.raises(InputError):
        combined(scorers, **settings)
