"""Units and currencies by the names of eleven languages, and what is said of a quantity in each."""

from fractions import Fraction

import pytest

from workbench.scorers import by_name, score_answer
from workbench.scorers.units import other_money, same_unit, unit_of, units
from workbench.tasks.tasks import Task

AUTOMATIC = by_name("automatic")


def marked(target: str, answer: str, question: str = "?"):
    return score_answer(AUTOMATIC, answer, Task("1", question, target))


@pytest.mark.parametrize(
    "answer",
    [
        "It weighs 1,700 grams.",
        "Sie wiegt 1700 Gramm.",
        "Elle pèse 1 700 grammes.",
        "Pesa 1700 gramos.",
        "Pesa 1700 grammi.",
        "Pesa 1700 gramas.",
        "Она весит 1700 граммов.",
        "它重1700克。",
        "重さは1700グラムです。",
        "무게는 1700그램입니다.",
        "وزنها 1700 غرام.",
    ],
)
def test_a_quantity_is_the_same_in_another_unit_of_any_language(answer):
    assert marked("1.7 kg", answer).correct
    assert not marked("17 kg", answer).correct
    assert not marked("1.7 km", answer).correct


def test_every_name_is_in_its_one_form_and_measures_one_thing():
    assert all(unit_of(name) == name for name in units())
    assert same_unit(unit_of("Stunden"), unit_of("minutos")) == Fraction(60)
    assert same_unit(unit_of("公斤"), unit_of("метров")) is None


@pytest.mark.parametrize(
    ("target", "answer", "right"),
    [
        ("R$ 2.640", "O total é de 2.640,00 reais.", True),
        ("R$ 2.640", "O total é de 2,64 reais.", False),
        ("2640 ₽", "Всего 2 640,00 рублей.", True),
        ("2640 €", "Le prix est de 2 640,00 euros.", True),
        ("2640円", "材料費が2640円で、工賃を合わせると3100円です。", False),
    ],
)
def test_money_is_read_as_its_country_writes_it(target, answer, right):
    mark = marked(target, answer)
    assert mark.correct is right or not (right or mark.sure)


def test_a_currency_is_told_by_its_sign_or_its_name():
    assert other_money("R$ 5", "$5")
    assert not other_money("5 €", "5 Euro")


@pytest.mark.parametrize("answer", ["A quarter of an hour.", "Une durée de 15 minutes.", "0.25 h"])
def test_a_share_of_a_unit_is_a_quantity(answer):
    assert marked("15 min", answer).correct
