"""The date of an answer: in bold, or in the last statement that holds one; where two could be meant a person looks."""

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task

AUTOMATIC = by_name("automatic")


@pytest.mark.parametrize(
    ("question", "target", "answer"),
    [
        (
            "When was the tunnel opened?",
            "May 6, 1994",
            "The tunnel was opened on **6 May 1994**. Its first fire was on 18 November 1996.",
        ),
        (
            "Wann wurde der Tunnel eröffnet?",
            "1. Juni 2016",
            "Der Tunnel wurde am **1. Juni 2016** eröffnet. Der Fahrplan galt ab dem 11. Dezember 2016.",
        ),
        (
            "¿Cuándo se inauguró el puente?",
            "31 de julio de 1992",
            "El puente se inauguró el **31 de julio de 1992**. La feria terminó el 12 de octubre de 1992.",
        ),
    ],
)
def test_the_one_date_in_bold_is_the_answer(question: str, target: str, answer: str) -> None:
    found = AUTOMATIC(answer, Task("1", question, target))
    assert (found.value, found.sure, found.evidence) == (1, True, "bold")
    wrong = AUTOMATIC(answer, Task("1", question, "2001-02-03"))
    assert (wrong.value, wrong.sure) == (0, True)


def test_a_date_that_an_earlier_statement_gives_is_not_surely_refused() -> None:
    answer = "The tunnel was opened on 6 May 1994. Its first fire was on 18 November 1996."
    assert not AUTOMATIC(answer, Task("1", "Give the date.", "1994-05-06")).sure


def test_two_dates_in_bold_leave_the_last_statement_to_decide() -> None:
    answer = "It was begun on **1 May 1990**. It was finished on **2 June 1994**."
    assert AUTOMATIC(answer, Task("1", "When was it finished?", "1994-06-02")).value == 1
