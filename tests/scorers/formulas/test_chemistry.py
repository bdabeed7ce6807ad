"""Formulas of chemistry are the same wherever their indices stand; variables are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.scorers import by_name, score_answer
from workbench.scorers.formulas.chemistry import unindexed
from workbench.tasks.tasks import Task

AUTOMATIC = by_name("automatic")


def value(target: str, answer: str) -> float | None:
    return score_answer(AUTOMATIC, answer, Task("1", "Which?", target)).value


@pytest.mark.parametrize(
    "answer",
    [
        "K_2Cr_2O_7",
        "$\\mathrm{K_2Cr_2O_7}$",
        "\\boxed{\\text{K}_2\\text{Cr}_2\\text{O}_7}",
        "K₂Cr₂O₇",
        "It is K<sub>2</sub>Cr<sub>2</sub>O<sub>7</sub>.",
        "The salt is potassium dichromate, $K_{2}Cr_{2}O_{7}$.",
    ],
)
def test_a_formula_is_right_wherever_its_indices_stand(answer):
    assert value("K2Cr2O7", answer) == 1


@pytest.mark.parametrize(
    ("target", "answer"), [("K2Cr2O7", "$K_2CrO_4$"), ("NO2", "N_2O"), ("max_2", "max2"), ("x_{12}", "x_{21}")]
)
def test_other_indices_are_another_formula(target, answer):
    assert value(target, answer) == 0


@pytest.mark.parametrize("text", ["T_1 < T_2", "a_1b_2", "file_2", "snake_case_3", "x_2y_3", "(x)_2"])
def test_indices_of_variables_stay(text):
    assert unindexed(text) == text


@given(st.text(alphabet="HOCNa(){}_12 .$\\", max_size=60))
def test_it_is_done_once(text):
    assert unindexed(unindexed(text)) == unindexed(text)
