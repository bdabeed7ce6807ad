"""Colours, names and the state of pyplot."""

import subprocess
import sys

import pytest

import workbench as wb


@pytest.mark.parametrize("name", ["cost_accuracy", "tokens", "latency", "outcomes", "differences"])
def test_names_of_any_kind_are_drawn_as_they_are(name, rows):
    hostile = rows.assign(model=rows["model"].map({"a": "$x^{$", "b": "org/" + "long-" * 30 + "\u540d"}))
    svg = getattr(wb.plots, name)(hostile)._repr_svg_()
    assert "$x^{$" in svg
    assert "…" in svg


def test_plots_leave_pyplot_alone():
    code = "import sys, workbench as wb; wb.plots; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
