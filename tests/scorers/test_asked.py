"""Of several values the one counts whose clause has most of the question's words; a count is no percentage."""

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
