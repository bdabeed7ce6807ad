"""Times of day in the forms of several languages, and answers that give one."""

import pytest

from workbench.scorers import by_name
from workbench.scorers.clocks import time_of, times_in
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("at 6:20 p.m.", 1100),
        ("12:05 AM", 5),
        ("um 18.20 Uhr", 1100),
        ("à 18 h 20", 1100),
        ("午後6時20分", 1100),
        ("下午6点20分", 1100),
        ("오후 6시 20분", 1100),
        ("в 6:20 вечера", 1100),
        ("6:20 مساء", 1100),
    ],
)
def test_a_time_of_day_is_one_value_in_every_form(text: str, minutes: int) -> None:
    assert [each.minutes for each in times_in(text)] == [minutes]


@pytest.mark.parametrize("text", ["3:2", "12", "25:10", "at 7:45", "1:2:3", "2h of sleep"])
def test_other_texts_are_no_time_of_day(text: str) -> None:
    assert time_of(text) is None


@pytest.mark.parametrize(
    ("target", "answer", "right", "sure"),
    [
        ("23:10", "The ferry leaves at 11:10 p.m.", True, True),
        ("23:10", "The ferry leaves at 11:10 a.m.", False, True),
        ("8:40", "It leaves at 8:40 in the morning.", True, True),
        ("8:40 pm", "It leaves at 8:40.", True, False),
        ("8:40", "It arrives at 8:40.", True, False),
        ("8:40", "It leaves at 8:50.", False, True),
    ],
)
def test_an_answer_gives_the_time_that_is_asked_for(target: str, answer: str, right: bool, sure: bool) -> None:
    score = by_name("automatic")(answer, Task("1", "When does the ferry leave?", target))
    assert (bool(score.correct), score.sure) == (right, sure)
