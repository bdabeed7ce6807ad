"""An output of a cell that is updated in place; without a notebook there is none."""

from __future__ import annotations

import IPython.display

from workbench.show import notebook


def test_outside_a_notebook_there_is_no_shell_and_nothing_is_on_a_page():
    value = object()
    assert notebook.notebook_shell() is None
    notebook.note_shown(value)
    assert not notebook.is_shown(value)


def test_an_output_is_made_once_and_then_changed(monkeypatch):
    heard = []

    class Handle:
        def update(self, bundle, *, raw):
            heard.append(("changed", bundle, raw))

    def display(bundle, *, raw, display_id):
        heard.append(("made", bundle, raw))
        return Handle()

    monkeypatch.setattr(IPython.display, "display", display)
    output = notebook.CellOutput()
    output.clear()
    assert heard == []
    output.show({"text/plain": "1"})
    output.show({"text/plain": "2"})
    output.clear()
    assert heard == [
        ("made", {"text/plain": "1"}, True),
        ("changed", {"text/plain": "2"}, True),
        ("changed", {"text/plain": "", "text/html": ""}, True),
    ]
