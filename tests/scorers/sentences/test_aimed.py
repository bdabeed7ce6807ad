"""A right value counts as sure only where it is said of what is asked."""

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task


def marked(question: str, target: str, answer: str) -> tuple[bool, bool]:
    score = by_name("automatic")(answer, Task("1", question, target))
    return bool(score.correct), score.sure


@pytest.mark.parametrize(
    ("question", "target", "answer"),
    [
        ("Who composed the march?", "Ida Moss", "Ida Moss conducted it; the march was composed by Leo Hart."),
        ("Where is the head office?", "Leeds", "The head office used to be in Leeds."),
        ("Quando termina o curso?", "12/03/2025", "O curso começa em 12 de março de 2025 e dura um ano."),
        ("Wann schließt das Museum?", "18:00", "Das Museum öffnet um 18:00 Uhr."),
        ("Qui a écrit la pièce ?", "Jean Roux", "Longtemps attribuée à Jean Roux, elle est en fait d'Anne Lenoir."),
        ("How many seconds is it?", "90", "It is 90 minutes."),
        ("Reduce 6/8.", "3/4", "It is 6/8."),
        ("Is it allowed?", "yes", "While some would say yes, the rules speak against it."),
        ("When did they marry?", "1902", "They met in 1902 and married eleven years later."),
        ("Wann wurde es geliefert?", "2024-03-05", "Es wurde am 5. März 2024 bestellt und zwei Tage später geliefert."),
        ("أين ولد الشاعر؟", "حلب", "ولد الشاعر في دمشق ودرس في حلب."),
        ("¿Quién pintó el retrato?", "Goya", "Velázquez o Goya."),
        ("Chi ha dipinto il quadro?", "Tiziano", "Giorgione o Tiziano"),
        ("How many came?", "40", "If all of them had come, there would be 40."),
        ("What is the result, B or C?", "9", "If x were 4, the answer would be 9."),
    ],
)
def test_a_value_that_is_said_of_something_else_is_not_called_sure(question: str, target: str, answer: str) -> None:
    right, sure = marked(question, target, answer)
    assert not (right and sure)


@pytest.mark.parametrize(
    ("question", "target", "answer"),
    [
        ("Who composed the march?", "Ida Moss", "Ida Moss composed it in 1904, and it was first played by Leo Hart."),
        ("Where is the head office?", "Leeds", "It's Leeds, the largest city of the county of West Yorkshire."),
        ("Wann schließt das Museum?", "18:00", "Das Museum öffnet um 9 Uhr und schließt um 18:00 Uhr."),
        ("How many grams is it?", "2400", "It weighs 2.4 kg."),
        ("When was she born?", "1902", "She was born in 1902 and married eleven years later."),
        ("When was it opened?", "1931", "It was opened in 1931, five years after the works began."),
        ("When does it arrive?", "01:15", "It arrives at 1:15 a.m. the next day."),
        ("Quem venceu a final?", "Brasil", "Venceu o Brasil"),
        ("أين درس الشاعر؟", "حلب", "درس الشاعر في حلب."),
        ("If they buy 3 more pens, what is the total?", "12", "If they buy 3 more, the total would be $12."),
        ("Who was he named after?", "Лев Толстой", "Он назван Львом Толстым."),
        ("Где это было?", "Великие Луки", "Это было в Великих Луках."),
        ("Кто основал город?", "Павел", "Город основан Павлом."),
        ("What is the probability?", "\\frac{1}{6}", "**Answer:** 1/6, i.e. roughly 16.67%."),
        ("What is the probability?", "\\frac{1}{6}", "It is $\\frac{6}{36} = \\frac{1}{6} \\approx 0.167$."),
        ("What is the total with tax?", "119.00 EUR", "The total with 19% tax is €119.00."),
        ("How many are left?", "7", "9 + 4 - 6 = 7, so they are left with seven tickets."),
        ("Où est né le peintre ?", "Rouen", "Il est né à Rouen."),
        ("물의 화학식은?", "H2O", "물의 화학식은 H2O입니다."),
    ],
)
def test_a_value_that_is_said_of_what_is_asked_is_right(question: str, target: str, answer: str) -> None:
    assert marked(question, target, answer) == (True, True)
