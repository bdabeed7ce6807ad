"""Widgets in a notebook's file, as what they showed."""

from __future__ import annotations

import pytest
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_notebook, new_output

from workbench.reports.execute import failures_in
from workbench.reports.static_widgets import STATE, VIEW, captured_errors, make_static


def notebook(states, *, shows="panel", tags=()):
    view = new_output("display_data", data={VIEW: {"model_id": shows}, "text/plain": "VBox()"})
    found = new_notebook(cells=[new_code_cell("panel", outputs=[view], metadata={"tags": list(tags)})])
    entries = {name: {"model_name": kind, "state": state} for name, (kind, state) in states.items()}
    found.metadata.widgets = from_dict({STATE: {"state": entries}})
    return found


PANEL = {
    "panel": ("VBoxModel", {"children": ["IPY_MODEL_slider", "IPY_MODEL_menu", "IPY_MODEL_go", "IPY_MODEL_out"]}),
    "slider": ("IntSliderModel", {"description": "sheep", "value": 9}),
    "menu": ("DropdownModel", {"description": "colour", "_options_labels": ["red", "blue"], "index": 1}),
    "go": ("ButtonModel", {"description": "Count"}),
    "out": ("OutputModel", {"outputs": [{"output_type": "stream", "name": "stdout", "text": "all there\n"}]}),
}
ERROR = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "by zero", "traceback": []}
FAILED = {**PANEL, "out": ("OutputModel", {"outputs": [ERROR]})}


def test_a_panel_becomes_its_controls_in_words_and_its_captured_outputs():
    made = notebook(PANEL)
    make_static(made)
    first, second = made.cells[0].outputs
    assert first.data["text/plain"] == "sheep: 9\ncolour: blue\n[Count]"
    assert second.text == "all there\n"
    assert "widgets" not in made.metadata


def test_a_display_that_brings_its_own_page_stays():
    made = notebook(PANEL)
    made.cells[0].outputs[0].data["text/html"] = "<b>own</b>"
    make_static(made)
    assert [output.data["text/html"] for output in made.cells[0].outputs] == ["<b>own</b>"]


def test_an_error_that_an_output_caught_is_a_failure_of_its_cell():
    assert captured_errors(notebook(FAILED)) == [(0, "ZeroDivisionError: by zero")]
    assert failures_in(notebook(FAILED)) == ["cell 1 (panel) failed: ZeroDivisionError: by zero"]
    assert failures_in(notebook(FAILED, tags=["raises-exception"])) == []


def test_an_error_in_an_output_that_nobody_sees_is_named_too():
    assert failures_in(notebook(FAILED, shows="slider")) == [
        "an Output that no cell shows caught ZeroDivisionError: by zero"
    ]


@pytest.mark.parametrize(
    "widgets",
    [
        None,
        7,
        [],
        {STATE: 7},
        {STATE: {"state": []}},
        {STATE: {"state": {"panel": 7}}},
        {STATE: {"state": {"panel": {"state": {"outputs": [7, {}, {"output_type": []}], "children": [7, "panel"]}}}}},
        {STATE: {"state": {"panel": {"model_name": 7, "state": {"children": ["IPY_MODEL_panel"], "value": {}}}}}},
    ],
    ids=str,
)
def test_any_state_is_read_or_passed_over(widgets):
    made = notebook({})
    made.metadata.widgets = from_dict(widgets) if isinstance(widgets, dict) else widgets
    assert failures_in(made) == []
    make_static(made)
    assert len(made.cells[0].outputs) == 1
