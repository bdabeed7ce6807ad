"""What makes a mark a matter for a person."""

from __future__ import annotations

import pytest

from workbench.scorers import by_name
from workbench.scorers.reading import reading
from workbench.scorers.sentences.doubts import asks_for_a_person, asks_for_the_odd_one, is_longer_name, is_part_of_name
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("answer", "longer"),
    [
        ("Jordan Peele directed it.", True),
        ("Michael Jordan", True),
        ("Jordan lies east of the river.", False),
        ("The answer is King Jordan.", False),
        ("Das ist Jordan Müller.", False),
    ],
    ids=["goes on", "goes before", "ends", "title", "German writes nouns so"],
)
def test_a_name_that_goes_on_is_another_name(answer: str, longer: bool) -> None:
    assert is_longer_name(reading(answer), "Jordan", "Which country?") == longer


def test_a_last_name_counts_for_a_person_and_for_nothing_else() -> None:
    ask = by_name("automatic")
    person = ask("Curie", Task("1", "Who found radium?", "Marie Curie"))
    place = ask("Guinea", Task("1", "Which country is it?", "Papua New Guinea"))
    assert (person.correct, person.sure) == (True, True)
    assert (place.correct, place.sure) == (False, False)
    assert is_part_of_name("Curie", "Marie Curie")
    assert not is_part_of_name("curve", "a curve of light")


@pytest.mark.parametrize("question", ["Who was it?", "谁写的？", "Кто это?", "¿Quién fue?"])
def test_a_person_is_asked_for_in_many_languages(question: str) -> None:
    assert asks_for_a_person(question)


def test_a_question_for_the_odd_one_is_known() -> None:
    assert asks_for_the_odd_one("Which of these is NOT a fruit?")
    assert not asks_for_the_odd_one("Which of these is a fruit?")


@pytest.mark.parametrize(
    "answer",
    [
        "You pay $80. That is $20 less than before.",
        "The price drops from $80 to $60, or so I read.",
    ],
)
def test_a_number_that_another_statement_gives_leaves_the_mark_open(answer: str) -> None:
    score = by_name("numeric")(answer, Task("1", "How much?", "80"))
    assert score.correct or not score.sure


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("That was Noether, in 1918.", True),
        ("E. Noether proved it.", True),
        ("Noether proved it; Hilbert only asked for it.", True),
        ("M. Noether proved it.", False),
        ("That was Fritz Noether.", False),
        ("Hilbert proved it, not Noether.", False),
        ("Hilbert proved it; Emmy Noether was his colleague.", False),
    ],
)
def test_a_person_may_be_named_by_the_last_name_but_by_no_other_first_one(answer: str, right: bool) -> None:
    task = Task("1", "Who proved the theorem about symmetries?", "Emmy Noether")
    assert bool(by_name("automatic")(answer, task).correct) is right
