"""Formulas, lists, ordinals and names in other terms."""

import pytest

from workbench.analysis.targets.places import first_place
from workbench.analysis.thoughts.text import Thought


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("2\\sqrt{3}", "x = 2√3"),
        ("2√3", "x = 2*sqrt(3)"),
        ("2π", "so it is 2\\pi"),
        ("6x", "f' = 6·x"),
        ("6x + 2", "f' = 2 + 6x"),
        ("x >= 3", "so x ≥ 3"),
        ("2, 3", "so x = 2 or x = 3"),
        ("(3, 4)", "so x = 3 and y = 4"),
        ("H2O", "so it is H_{2}O"),
        ("3rd", "so she is third"),
        ("Mount Everest", "it is Everest"),
        ("USA", "it is the United States"),
        ("mitochondria", "it is the mitochondrion"),
        ("Gabriel García Márquez", "it is Gabriel Garcia Marquez"),
        ("'abc'", "it prints abc"),
    ],
)
def test_a_formula_a_list_or_a_name_stands_in_other_terms(target, text):
    assert first_place(target, Thought(text)) is not None


@pytest.mark.parametrize(
    ("target", "text"),
    [("2√3", "x = 12√3"), ("[0, 1]", "it yields 0, 1"), ("2π", "so 2\\pi^2")],
    ids=["longer", "a list", "square"],
)
def test_another_formula_is_none(target, text):
    assert first_place(target, Thought(text)) is None
