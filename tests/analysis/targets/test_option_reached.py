"""Where a thought arrives at an option before it names its letter."""

import pytest

from workbench.analysis.targets.places import places
from workbench.analysis.thoughts.text import Thought

DAM = "What does a dam do?\nA) It stores river water\nB) It melts snow\nC) It warms the valley"
METHOD = "Which method is used?\nA) Cash basis\nB) Accrual basis\nC) Hybrid basis"
PRICE = "If supply grows, the price of wheat\nA) rises\nB) falls\nC) stays as it is"
SIGNED = "What is the charge of the ion?\nA) +1\nB) +3\nC) -1"


def first(thought, question, target, codes=("en",)):
    text = thought.replace("⟦", "")
    return places(target, Thought(text, codes, question))[0][0], thought.find("⟦")


@pytest.mark.parametrize(
    "thought",
    [
        "A wall across a valley. It serves to ⟦store the water of a river, for dry months. Snow is B. So A.",
        "It melts nothing. A wall across a valley holds back and ⟦stores river water. So the answer is A.",
    ],
)
def test_words_of_an_option_stand_for_its_letter(thought):
    found, wanted = first(thought, DAM, "A")
    assert found == wanted


@pytest.mark.parametrize(
    "thought",
    [
        "Maybe it could be storing the water of a river. The answer is ⟦A.",
        "A dam does not store the water of a river? It does. The answer is ⟦A.",
        "One may store river water and melt the snow with it. The answer is ⟦A.",
        "A) It stores river water\nB) It melts snow\nThe answer is ⟦A.",
    ],
)
def test_what_is_doubted_denied_or_shared_does_not(thought):
    found, wanted = first(thought, DAM, "A")
    assert found == wanted


@pytest.mark.parametrize(
    ("question", "target", "thought", "codes"),
    [
        # a word that options share weighs little
        (METHOD, "B", "Booked when it is earned: that's ⟦accrual accounting. Cash is out. So B.", ("en",)),
        # what is concluded right before the letter, in words of no option
        (PRICE, "B", "More wheat and the same buyers, so the price ⟦goes down. The answer is B.", ("en",)),
        ("Der Preis\nA) steigt\nB) fällt", "B", "Mehr Angebot. Also ⟦sinkt er. Antwort B.", ("en", "de")),
        # what is left once the others were dismissed
        ("На какой реке?\nА) Дон\nБ) Ока\nВ) Обь", "Б", "Не Дон и не Обь. Остаётся ⟦Ока. Ответ Б.", ("en", "ru")),
        # formulas and numbers, sign for sign
        (SIGNED, "B", "Three electrons were lost. So the charge must be ⟦+3. Option B.", ("en",)),
        # the last sentence before the letter speaks of this option alone
        (DAM, "A", "Snow is left alone. A wall like that holds ⟦water back. A.", ("en",)),
    ],
)
def test_a_conclusion_is_taken_for_the_option_that_is_named_next(question, target, thought, codes):
    found, wanted = first(thought, question, target, codes)
    assert found == wanted


@pytest.mark.parametrize(
    "thought",
    [
        "Less snow falls, so B is out. The answer is ⟦A.",
        "A dam is large. It was built long ago. The answer is ⟦A.",
    ],
)
def test_a_sentence_of_another_option_or_of_none_is_not(thought):
    found, wanted = first(thought, DAM, "A")
    assert found == wanted
