"""A condition on its letters is no part of a formula, and a letter with a number before it is not solved for."""

import pytest

from workbench.scorers import by_name
from workbench.scorers.formulas.conditions import is_unsolved, without_condition
from workbench.scorers.score import Score
from workbench.tasks.tasks import Task

AUTOMATIC = by_name("automatic")


def mark(question: str, target: str, answer: str) -> Score:
    return AUTOMATIC(answer, Task("1", question, target))


@pytest.mark.parametrize(
    "condition",
    [r", \quad t \neq 1", ", t ≠ 1", r",\qquad t\ne 1", " (t ≠ 1", r" \text{ for } t \neq 1", " mit t ≠ 1", ", t ∈ R"],
)
def test_what_the_letters_may_be_is_left_out(condition: str) -> None:
    assert without_condition(f"t + 1{condition}", "t+1") == "t + 1"


@pytest.mark.parametrize("text", ["x + 3", "x = 3", "2x - y", "f(x) = x + 3", "(1, 2)", r"\frac{a}{b}"])
def test_a_formula_without_one_stays(text: str) -> None:
    assert without_condition(text, "x+3") == text


@pytest.mark.parametrize(
    ("text", "target", "unsolved"),
    [
        ("2y = 14", "y = 7", True),
        ("14 = 2y", "y=7", True),
        (r"\frac{1}{2}t = 4", "t = 8", True),
        (r"4 \cdot k = 12", "k = 3", True),
        ("y = 14/2 = 7", "y = 7", False),
        ("7 = y", "y = 7", False),
        ("2y = 14", "2y = 14", False),
        ("2y = 14", "7", False),
    ],
)
def test_a_letter_is_solved_for_where_it_stands_alone(text: str, target: str, unsolved: bool) -> None:
    assert is_unsolved(text, target) is unsolved


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("t+1", r"Cancel: $$\frac{t^2-1}{t-1} = \frac{(t-1)(t+1)}{t-1} = t+1, \quad t \neq 1.$$"),
        ("2x", "By the power rule,\n\n$$y' = 2x$$\n\nFor example, at $x = 4$ the slope is $2 \\cdot 4 = 8$."),
        ("2x", "Nach der Potenzregel ist $$y' = 2x$$\n\nZum Beispiel ist bei $x=4$ die Steigung $2 \\cdot 4 = 8$."),
        ("(a-3)(a+3)", "So $$a^2-9 = (a-3)(a+3)$$\n\nThe roots follow at once. Also, they are $3$ and $-3$."),
        ("(a-3)(a+3)", "$$a^2-9=(a+3)(a-3)$$\n\nAußerdem sieht man die Nullstellen 3 und −3."),
        ("y=4", "移项得 $2y = 3 - 5$……不对，应为 $2y = 3 + 5$，所以 $y = 4$。\n\n检验：$2\\times4-5=3$，相等。"),
    ],
)
def test_what_follows_the_result_does_not_win(target: str, answer: str) -> None:
    found = mark("Simplify, differentiate, factor or solve.", target, answer)
    assert (found.value, found.sure) == (1, True)


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("y=7", "Move the terms:\n\n$$2y = 14$$\n\nNow divide both sides by 2, so $y ="),
        ("(a-3)(a+3)", "We get $a^2-9 = a^2-3^2 = (a-3)^2$, which is the factored form."),
        ("(a-b)(a+b)", "$a^2-b^2 = (a-b)^2$"),
    ],
)
def test_an_unfinished_or_wrong_result_is_none(target: str, answer: str) -> None:
    assert mark("Solve or factor.", target, answer).value == 0
