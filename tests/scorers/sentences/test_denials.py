"""A value that an answer denies is no answer, whatever kind it is of and however it is denied."""

import pytest

from workbench.scorers import by_name, score_answer
from workbench.scorers.sentences.denials import is_denied
from workbench.tasks.tasks import Task

AUTOMATIC = by_name("automatic")
DENIALS = (
    "It is not {}.",
    "It isn't {}.",
    "The answer is not {}.",
    "{} is wrong.",
    "{} is not the answer.",
    "It can't be {}.",
    "We can rule out {}.",
    "It is anything but {}.",
    "Es ist nicht {}.",
    "Ce n'est pas {}.",
    "Non è {}.",
    "Não é {}.",
    "Это не {}.",
    "{}ではありません。",
    "{}이 아닙니다.",
    "ليس {}.",
)
VALUES = {
    "number": "418",
    "fraction": "7/18",
    "percent": "62.5%",
    "money": "$2,480",
    "unit": "6.3 kg",
    "base": "1011_2",
    "chemistry": "C_6H_{12}O_6",
    "date": "1912-10-23",
    "code": "QX-20417",
    "pair": "(5, -2)",
    "interval": "[3, 9)",
    "set": "{4, 7, 13}",
    "formula": "5x^2 + 3x",
    "root": r"\frac{\sqrt{5}}{4}",
    "bound": "x > 8",
}


def marked(target: str, answer: str, question: str = "Which is it?"):
    return score_answer(AUTOMATIC, answer, Task("1", question, target))


@pytest.mark.parametrize("kind", VALUES)
def test_a_denied_value_is_wrong(kind):
    accepted = [form for form in DENIALS if marked(VALUES[kind], form.format(VALUES[kind])).correct]
    assert accepted == []


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_that_is_set_against_a_denied_one_is_right(kind):
    value = VALUES[kind]
    for answer in (
        f"It is {value}.",
        f"It can't be 3; the answer is {value}.",
        f"It is {value}, which is not surprising.",
    ):
        assert marked(value, answer).correct, answer


@pytest.mark.parametrize(
    ("target", "answer", "question", "right"),
    [
        ("(5, -2)", "The circles don't touch at (5, -2).", "Where do they touch?", False),
        ("x = 5", "The function is not defined at x = 5.", "Where is the function not defined?", True),
        ("1912-10-23", "It did not open on 1912-10-23.", "When did it open?", False),
        ("1011_2", "It is not 1011 in binary.", "Write 11 in base 2.", False),
        ("1011_2", "It is not 1101 in binary but 1011 in binary.", "Write 11 in base 2.", True),
        ("1011_2", r"Not 1101, so \boxed{1011_2}.", "Write 11 in base 2.", True),
    ],
)
def test_a_denial_some_words_before_counts_unless_the_question_has_it(target, answer, question, right):
    assert marked(target, answer, question).correct is right


@pytest.mark.parametrize(
    ("text", "value", "denied"),
    [
        ("not only 12 but all", "12", False),
        ("it is 12, not 15", "12", False),
        ("it is 12, not 15", "15", True),
        ("12 is not far away", "12", False),
        ("12 is incorrect", "12", True),
    ],
)
def test_a_denial_is_told_from_what_only_looks_like_one(text, value, denied):
    place = text.find(value)
    assert is_denied(text, place, place + len(value), ("en",)) is denied
