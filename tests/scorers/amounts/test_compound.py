"""Amounts said in two parts are one number, in the larger part or the smaller."""

import pytest

from workbench.scorers import by_name
from workbench.scorers.amounts.compound import compounded
from workbench.scorers.numerals import numerals
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("target", "answer", "right"),
    [
        ("7.25", "Everybody pays 7 dollars and 25 cents.", True),
        ("7.25", "Everybody pays seven dollars and twenty-five cents.", True),
        ("7.25", "Jeder zahlt 7 Euro und 25 Cent.", True),
        ("7.25", "Chacun paie 7 euros et 25 centimes.", True),
        ("7.25", "Everybody pays 7 dollars and 52 cents.", False),
        ("195", "It lasts 3 hours and 15 minutes.", True),
        ("3.25", "It lasts 3 hours and 15 minutes.", True),
        ("195 min", "It lasts 3 h 15 min.", True),
        ("3.25 hours", "It lasts 3 hours, 15 minutes.", True),
        ("3.25 hours", "It lasts 3 hours 25 minutes.", False),
        ("15", "It lasts 3 hours and 15 minutes.", False),
    ],
)
def test_an_amount_in_two_parts_is_one_number(target: str, answer: str, right: bool) -> None:
    assert bool(by_name("automatic")(answer, Task("1", "How much is it?", target)).correct) is right


def test_what_is_no_smaller_part_stays_a_number_of_its_own() -> None:
    text = "5 km and 3 kg, or 2 hours and 75 minutes"
    assert [str(number.value) for number in compounded(text, numerals(text))] == ["5", "3", "2", "75"]


@pytest.mark.parametrize(
    "answer",
    [
        "Das dauert 7 ½ Stunden.",
        "Sie braucht siebeneinhalb Stunden.",
        "It takes seven hours and a half.",
        "Cela prend 7 heures et demie.",
        "Tarda siete horas y media.",
        "Ci vogliono sette ore e mezza.",
        "Demora sete horas e meia.",
        "Это займёт семь с половиной часов.",
        "يستغرق 7 ساعات ونصف.",
        "需要七小时半。",
        "7時間半かかります。",
        "일곱 시간이 아니라 7시간 반입니다.",
    ],
)
def test_half_of_a_unit_is_said_behind_it(answer: str) -> None:
    mark = {target: by_name("automatic")(answer, Task("1", "Hours?", target)).correct for target in ("7.5", "7", "0.5")}
    assert mark == {"7.5": True, "7": False, "0.5": False}


def test_half_of_what_is_no_unit_belongs_to_something_else() -> None:
    text = "3명은 반대했다"
    assert [str(number.value) for number in compounded(text, numerals(text, ("en", "ko")))] == ["3"]
