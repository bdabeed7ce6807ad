"""Formulas without scripts."""

from __future__ import annotations

import re

import pytest

from workbench.reports.mathematics import mathml


@pytest.mark.parametrize(
    "name", ["aligned", "split", "align", "align*", "alignedat", "eqnarray", "gathered", "gather*"]
)
def test_lines_of_a_formula_stand_below_each_other(name):
    between, columns = ("", "") if name.startswith("gather") else ("&", "{2}" if name == "alignedat" else "")
    drawn = mathml(rf"\begin{{{name}}}{columns} x {between}= 1 \\ y {between}= 2 \end{{{name}}}", display=True)
    assert drawn.count("<mtr>") == 2
    assert "&" not in re.sub(r"&#?\w+;", "", drawn)


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{1",
        r"x}",
        r"a & b",
        r"\nosuchcommand x",
        r"\begin{dcases} a \end{dcases}",
        r"\begin{tikzpicture}",
        "x" * 30_000,
    ],
)
def test_what_the_converter_does_not_know_is_shown_as_written(formula):
    assert mathml(formula, display=False).startswith("<code>")


@pytest.mark.parametrize(
    "formula", ["x^2", r"\left\{ x \right\}", r"5\%", r"\text{if } x", r"\{1, 2\}", r"\sqrt[3]{8}"]
)
def test_what_it_knows_is_drawn(formula):
    assert mathml(formula, display=False).startswith("<math")
