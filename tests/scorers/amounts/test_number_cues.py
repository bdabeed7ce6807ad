"""Which number a sentence says, by what stands around it: days of a month, ends of a change, bounds, asides."""

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task


def mark(question: str, target: str, answer: str) -> tuple[bool, bool]:
    score = by_name("automatic")(answer, Task("1", question, target))
    return bool(score.correct), score.sure


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("19", "The museum reopens on 19 June."),
        ("19", "El museo abre el 19 de junio."),
        ("19", "Das Museum öffnet am 19. Juni."),
        ("19", "The museum reopens on June 19th."),
    ],
)
def test_a_day_of_a_month_is_no_sure_count(target: str, answer: str) -> None:
    assert mark("?", target, answer)[1] is False


def test_a_count_beside_a_day_of_a_month_is_the_number() -> None:
    assert mark("How many rooms are open?", "14", "From 3 May on, 14 rooms are open.") == (True, True)


@pytest.mark.parametrize("answer", ["x > 31", "n ≥ 31", "y < 31"])
def test_a_bound_is_no_number(answer: str) -> None:
    assert mark("?", "31", answer)[0] is False


@pytest.mark.parametrize(
    "answer",
    [
        "Sales grew by 20 percent, from $150 to $180.",
        "Les ventes ont augmenté de 20 %, passant de 150 à 180.",
        "Der Umsatz stieg um 20 Prozent von 150 auf 180.",
    ],
)
def test_the_ends_of_a_change_are_not_by_how_much_it_changed(answer: str) -> None:
    assert mark("By how much did it change?", "20%", answer)[0] is True


@pytest.mark.parametrize(
    ("question", "answer", "sure"),
    [
        ("How many boats did Ortega sell?", "Lindqvist sold 6.", False),
        ("How many boats did Ortega sell?", "Ortega sold 6.", True),
        ("How many boats did Ortega sell?", "She sold 6 boats to Lindqvist.", True),
        ("How many boats did Ortega sell?", "In total 6 boats.", True),
        ("How many boats were sold?", "Lindqvist sold 6.", True),
    ],
)
def test_what_is_said_of_somebody_else_is_not_sure(question: str, answer: str, sure: bool) -> None:
    assert mark(question, "6", answer) == (True, sure)


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("3", "She wrote three novels (of 212, 340 and 95 pages)."),
        ("9", "Of the 31 tables 22 are taken, so there are nine tables left."),
        ("135", "He has sold 65 tickets, which leaves one hundred and thirty-five."),
        ("58", "서점에는 책이 쉰여덟 권 있습니다."),
        ("74000", "합계는 7만 4천 원입니다."),
        ("26", "80 − 54 leaves Tom with 26 stamps."),
    ],
)
def test_a_number_in_words_is_read_beside_figures(target: str, answer: str) -> None:
    assert mark("How many are there?", target, answer) == (True, True)


@pytest.mark.parametrize(
    "answer",
    ["Ob es 64 sind, lässt sich ohne weitere Angaben nicht sagen.", "Нельзя сказать, 64 ли их."],
)
def test_what_is_left_open_is_no_answer(answer: str) -> None:
    assert mark("?", "64", answer)[0] is False


@pytest.mark.parametrize("answer", ["8分の5です。", "8분의 5입니다.", "8分之5"])
def test_parts_of_a_whole_are_read_in_figures(answer: str) -> None:
    assert mark("?", "0.625", answer)[0] is True


@pytest.mark.parametrize("answer", ["Vierhundertsiebzehn Stühle.", "Quattrocentodiciassette sedie."])
def test_a_number_in_one_word_tells_its_language(answer: str) -> None:
    assert mark("?", "417", answer) == (True, True)


@pytest.mark.parametrize(
    ("question", "target", "answer"),
    [
        ("Les chevaux peuvent-ils nager ?", "non", "Les chevaux ne peuvent pas nager."),
        ("鸵鸟会飞吗？", "否", "鸵鸟不会飞。"),
        ("Können Igel schwimmen?", "nein", "Igel können nicht schwimmen."),
    ],
)
def test_a_denial_that_says_the_question_again_is_a_sure_no(question: str, target: str, answer: str) -> None:
    assert mark(question, target, answer) == (True, True)


def test_what_is_only_compared_with_is_no_answer() -> None:
    assert (
        mark("Which lake is the deepest?", "Tanganyika", "Baikal is twice as deep as Tanganyika, so Baikal.")[0]
        is False
    )
