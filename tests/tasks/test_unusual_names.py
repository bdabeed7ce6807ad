"""Columns whose names are none of the usual ones: what is told by a word of them, and what is asked for."""

import pytest

from workbench.errors import InputError
from workbench.tasks.tasks import load_tasks

TEXTS = ("my parcel never came", "where is the order I made", "I want all my money back")


def records(**columns):
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("Customer message", "Expected category"),
        ("support_ticket", "gold_team"),
        ("letzteFrage", "Erwartete Stelle"),
        ("Kundennachricht", "Erwartete Kategorie"),
    ],
)
def test_a_word_of_the_name_tells_question_and_target_and_that_is_said(question, target):
    tasks = load_tasks(records(**{"Nr": (1, 2, 3), question: TEXTS, target: ("a", "b", "a"), "Weight": (1, 1, 2)}))
    assert [(task.question, task.target) for task in tasks] == [*zip(TEXTS, ("a", "b", "a"), strict=True)]
    assert str(tasks.understood.of("question")) == f"column {question!r}: by the last word of its name"
    assert "by the first word of its name" in str(tasks.understood.of("target"))


@pytest.mark.parametrize(
    "target",
    ["Resposta certa", "Juist antwoord", "Bonne réponse", "risposta_giusta", "Rätt svar", "oczekiwane", "Doğru cevap"],
)
def test_words_for_right_and_answer_make_a_target_in_many_languages(target):
    tasks = load_tasks(records(question=TEXTS, **{target: ("a", "b", "a"), "weight": (1, 1, 2)}))
    assert [task.target for task in tasks] == ["a", "b", "a"]


@pytest.mark.parametrize("other", ["Antwort des Modells", "right answer time", "svar från modellen", "certainty"])
def test_a_word_more_makes_it_something_else(other):
    assert {task.target for task in load_tasks(records(question=TEXTS, **{other: ("a", "b", "c")}))} == {None}


def test_options_are_told_by_a_column_of_their_letters():
    options = {f"Vastausvaihtoehto {letter}": ("1", "2", "3") for letter in "ABC"}
    tasks = load_tasks(records(question=TEXTS, **options, **{"Juiste optie": ("B", "C", "A")}))
    assert [(task.target, len(task.options)) for task in tasks] == [("B", 3), ("C", 3), ("A", 3)]
    tasks = load_tasks(records(question=TEXTS, **options, Palkinto=("x", "y", "z")))
    assert not any(task.options for task in tasks)


def test_the_only_column_of_turns_is_the_conversation_whatever_it_is_called():
    turns = [{"role": "system", "content": "Bądź zwięzły."}, {"role": "user", "content": "Ile to 2 + 2?"}]
    (task,) = load_tasks([{"rozmowa": turns, "oczekiwane": "4", "grupa": "a"}])
    assert (task.question, task.target) == ("Ile to 2 + 2?", "4")


def test_an_object_is_said_as_the_template_of_its_longest_text():
    with pytest.raises(InputError, match=r'question="\{\{ ticket.subject \}\}"'):
        load_tasks([{"ticket": {"channel": "mail", "subject": "Where is my parcel?"}, "answer": "x"}])


@pytest.mark.parametrize(
    "columns",
    [
        {"first message": TEXTS, "last message": TEXTS[::-1]},
        {"message": ("", "", ""), "parcel": TEXTS},
        {"kind of message": ("mail", "mail", "chat"), "place": ("a", "b", "c")},
    ],
    ids=["two", "empty", "no texts"],
)
def test_what_a_word_does_not_tell_is_asked_for(columns):
    with pytest.raises(InputError, match=r"no column for the question|is empty|no question"):
        load_tasks(records(**columns))


def test_two_that_may_be_expected_are_not_guessed_between():
    rows = records(question=TEXTS, **{"expected team": ("a", "b", "a"), "expected city": ("x", "y", "z")})
    assert {task.target for task in load_tasks(rows)} == {None}


def test_what_is_typed_never_takes_the_right_answers_for_the_question():
    rows = records(ticket_text=("Fire", "Noise", "Rain"), correct_department=("Facilities", "Facilities", "Buildings"))
    with pytest.raises(InputError, match="question='ticket_text', target='correct_department'"):
        load_tasks(rows)
