"""Fifty percent is fifty or a half, by target and question."""

from __future__ import annotations

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task


@pytest.mark.parametrize("scorer", ["numeric", "automatic"])
@pytest.mark.parametrize(
    ("question", "target", "answer", "right", "sure"),
    [
        ("What is the probability?", "0.4", "40 %", True, True),
        ("What is the probability?", "0.4", "0.4 %", False, False),
        ("What percentage is it?", "0.4", "0.4 %", True, True),
        ("What percentage is it?", "0.4", "40 %", True, False),
        ("What percentage is it?", "40", "40 %", True, True),
        ("Wie viel Prozent sind es?", "40", "40 Prozent", True, True),
        ("How many are there?", "40", "40 %", True, False),
        ("", "40", "40 %", True, True),
        ("What is the growth factor?", "1.5", "150 %", True, False),
        ("How many are there?", "40", "4000 %", False, False),
        ("What percentage is it?", "40 %", "40", True, True),
        ("What percentage is it?", "40 %", "0.4", True, False),
        ("What is the probability?", "40 %", "0.4", True, True),
        ("What is the probability?", "40 %", "0.6", False, True),
        ("What is the probability?", "0.4", "60 %", False, True),
    ],
)
def test_a_percentage_is_read_by_its_target_and_its_question(
    scorer: str, question: str, target: str, answer: str, right: bool, sure: bool
) -> None:
    score = by_name(scorer)(f"The answer is {answer}.", Task("1", question, target))
    assert (score.correct, score.sure) == (right, sure)
