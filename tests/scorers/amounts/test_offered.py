"""Two numbers offered side by side decide on none, unless they are one amount in two units."""

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task


def mark(question: str, target: str, answer: str) -> tuple[bool, bool]:
    score = by_name("automatic")(answer, Task("1", question, target))
    return bool(score.correct), score.sure


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("6.5 km", "6.5 km, or about 4 miles."),
        ("4 miles", "6.5 km, or about 4 miles."),
        ("900 g", "It weighs 900 g, which is roughly 2 lbs."),
        ("3 kg", "Es sind 3 kg, also 3000 g."),
    ],
)
def test_one_amount_in_two_units_is_one_answer(target: str, answer: str) -> None:
    assert mark("How much is it?", target, answer) == (True, True)


@pytest.mark.parametrize("answer", ["6.5 km or about 9 miles.", "6.5 km or 7.5 km."])
def test_two_amounts_are_none(answer: str) -> None:
    assert mark("How far is it?", "6.5 km", answer)[0] is False


@pytest.mark.parametrize(
    ("answer", "target"),
    [
        ("14 weeks at 23 a week: three hundred twenty-two", "322"),
        ("The deposit is 41 and the fee 12, giving a sum due of EUR 53.", "53"),
        ("船3小时到达，比火车快2小时。", "3"),
        ("480は間違いで、512です。", "512"),
        ("480 es incorrecto, porque faltan dos: 478.", "478"),
    ],
)
def test_what_a_clause_concludes_is_the_number(answer: str, target: str) -> None:
    assert mark("?", target, answer)[0] is True


@pytest.mark.parametrize("form", ["480 è sbagliato, perché ne mancano due: {}", "480 est faux, car il en manque : {}"])
def test_a_number_that_is_called_wrong_is_passed_over(form: str) -> None:
    assert mark("?", "480", form.format(478)) == (False, True)
    assert mark("?", "478", form.format(478)) == (True, True)
