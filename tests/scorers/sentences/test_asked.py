"""Of several values the one counts that is said of what is asked for; a count is no percentage."""

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task


def mark(question: str, target: str, answer: str) -> bool:
    return bool(by_name("automatic")(answer, Task("1", question, target)).correct)


@pytest.mark.parametrize("target", ["1874", "1903"])
def test_the_year_of_the_clause_that_says_what_is_asked(target: str) -> None:
    question = "In which year was the bridge opened to carts?"
    answer = "The bridge opened to carts in 1874; the second track was laid in 1903."
    assert mark(question, target, answer) is (target == "1874")


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("62.5 tickets", False),
        ("62.5 of the tickets were sold.", False),
        ("62.5 % of the tickets were sold.", True),
        ("62.5 percent", True),
        ("It is 62.5.", True),
        ("0.625 of the tickets were sold.", True),
    ],
)
def test_a_number_of_things_is_no_percentage(answer: str, right: bool) -> None:
    assert mark("What share of the tickets was sold?", "62.5 %", answer) is right


@pytest.mark.parametrize(
    ("question", "target", "answer", "right"),
    [
        ("A pond has frogs and ducks. How many frogs are there?", "17", "So there are 17 frogs and 6 ducks.", True),
        ("A pond has frogs and ducks. How many frogs are there?", "6", "So there are 17 frogs and 6 ducks.", False),
        ("鸭和兔一共有23只，鸭有多少只？", "6", "所以鸭6只，兔17只。", True),
        ("鸭和兔一共有23只，鸭有多少只？", "17", "所以鸭6只，兔17只。", False),
        ("By how much did it change, in percent (below zero for a loss)?", "-18", "It made a loss of 18%.", True),
        ("By how much did it change, in percent (below zero for a loss)?", "-18", "It made a gain of 18%.", False),
        ("Wie viele Meter sind es?", "42195", "3 · 14.065 = 42.195", True),
        ("How many metres are they?", "42195", "3 · 14.065 = 42.195", False),
        ("How many did they sell?", "180", "That's one hundred and eighty wrong tickets (4,320 were right).", True),
        ("Restano quante fette?", "5", "Restano cinque fette, perché ne sono state mangiate 7.", True),
        ("What is it?", "2", "The sum is 9, so the result is 4; one is tempted to say 2 because of the root.", False),
    ],
)
def test_a_number_counts_where_it_is_said_of_what_is_asked_for(
    question: str, target: str, answer: str, right: bool
) -> None:
    assert mark(question, target, answer) is right


@pytest.mark.parametrize(
    ("question", "target", "answer", "right"),
    [
        ("Which is the longest?", "Volga", "It is the Danube; the Volga comes second.", False),
        ("Which is the second-longest?", "Danube", "The Danube is second.", True),
        ("Which firm is it?", "Larkspur Mills Ltd", "It is Larkspur Mills.", True),
        ("鲁班的全名是什么？", "安娜·林德", "他的全名是安娜·玛丽亚·林德。", True),
        ("Which island?", "Oahu", "It is O'ahu.", True),
        ("Which code is it?", "ZT-4410", "Order number: 81-22 (customer: ZT-4410)", False),
        ("Which is the capital?", "Graz", "Many think of Linz, and some of Graz. The capital is Linz.", False),
        ("On what day did it close?", "3 May 1922", "It closed on May 4, 1922.", False),
    ],
)
def test_a_text_counts_where_it_is_said_of_what_is_asked_for(
    question: str, target: str, answer: str, right: bool
) -> None:
    assert mark(question, target, answer) is right


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        ("Is it possible to swim there?", "That's a popular myth. It isn't possible.", "no"),
        ("Do all birds fly?", "Most do, but emus stay on the ground. So not all of them.", "no"),
        ("Does sound need air?", "It travels in waves of pressure. So it does.", "yes"),
    ],
)
def test_a_short_last_sentence_says_yes_or_no(question: str, answer: str, right: str) -> None:
    assert mark(question, right, answer)
    assert not mark(question, {"yes": "no", "no": "yes"}[right], answer)


@pytest.mark.parametrize(
    ("question", "answer", "target"),
    [
        (
            "15 tablets cost $3,600. What would 22 tablets cost?",
            "One costs $240, so 22 tablets would cost $5,280.",
            "5280",
        ),
        ("¿Cuánto le devuelven?", "4 × 12,50 = 50; le devuelven 60 €.", "60"),
        ("When was the first landing?", "It was in **1969**. The last one was in 1972.", "1969"),
        ("Omar and Priya collect. How many stamps does Priya have?", "Priya has 57 stamps and Omar has 171.", "57"),
        ("How many are left over?", "10 = 3 × 3 + 1, so each gets 3 and there is one cookie left over.", "1"),
    ],
)
def test_of_several_numbers_the_one_counts_that_concludes_or_is_asked_for(question, answer, target) -> None:
    assert by_name("numeric")(answer, Task("1", question, target)).correct
