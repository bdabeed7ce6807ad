"""The controls above the results: they lock while something runs, and every row of them is in the panel."""

from __future__ import annotations

import ipywidgets as w
from panels import panel


def test_while_something_runs_nothing_else_can_be_begun(provider):
    controls = panel().controls
    buttons = (controls.run, controls.sweep, controls.fresh, controls.cancel)
    assert [button.disabled for button in buttons] == [False, False, False, True]
    controls.lock(True)
    assert [button.disabled for button in buttons] == [True, True, True, False]


def test_the_code_has_room_for_its_lines_and_is_hidden_until_it_is_asked_for(provider):
    lab = panel()
    assert lab.controls.code_box.layout.display == "none"
    lab.controls.show_code("a\nb\nc")
    assert lab.controls.code_text.rows == 4


def test_every_button_says_what_it_does(provider):
    def below(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from below(child)

    buttons = [widget for widget in below(panel().box) if isinstance(widget, w.Button)]
    assert len(buttons) > 10
    assert all(button.tooltip for button in buttons)
