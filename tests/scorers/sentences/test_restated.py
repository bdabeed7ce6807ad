"""Yes or no without the words."""

from __future__ import annotations

import pytest

from workbench.scorers.reading import reading
from workbench.scorers.sentences.restated import restated


@pytest.mark.parametrize(
    ("question", "answer", "says"),
    [
        ("Is a whale a mammal?", "A whale is a mammal.", True),
        ("Is a whale a fish?", "A whale is not a fish.", False),
        ("Can ostriches fly?", "They can't.", False),
        ("Did she win?", "She did.", True),
        ("Ist der Mond ein Planet?", "Der Mond ist kein Planet.", False),
        ("月は惑星ですか。", "月は惑星ではありません。", False),
        ("鲨鱼是哺乳动物吗？", "鲨鱼不是哺乳动物。", False),
        ("Лондон — столица Англии?", "Лондон — столица Англии.", True),
        ("Is a whale a fish?", "Whales live in the sea.", None),
        ("Is a whale a fish?", "Nobody said that a whale is not a fish.", None),
        ("Isn't a whale a fish?", "A whale is a fish.", None),
    ],
)
def test_a_sentence_that_repeats_the_question_answers_it(question: str, answer: str, says: bool | None) -> None:
    found = restated(reading(answer), question)
    assert (found and found[0]) == says


def test_half_a_restatement_is_not_sure() -> None:
    found = restated(reading("Some whales are perhaps fish."), "Are whales fish?")
    assert found is not None
    assert not found[2]
