"""The keyboard of the panels: what a key presses is there, and the script makes no HTML of anything."""

from __future__ import annotations

from importlib import resources

import ipywidgets as w
import pytest

import workbench as wb
from workbench.widgets.keys import Keys
from workbench.widgets.lab.controls import KEYS


def widgets_below(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_below(child)


def test_a_press_is_told_by_its_name_and_nonsense_is_passed_over():
    heard = []
    keys = Keys("wb-x", presses={}, walk="", pressed=heard.append)
    for content in ({"press": "open 3"}, {"press": 3}, {}, "open", None):
        keys._handle_custom_msg(content, [])
    assert heard == ["open 3"]


def test_texts_are_sent_to_the_clipboard_as_texts(monkeypatch):
    sent = []
    keys = Keys("wb-x", presses={}, walk="")
    monkeypatch.setattr(keys, "send", sent.append)
    keys.copy("<b>9</b>")
    keys.focus(".wb-note input")
    assert sent == [{"copy": "<b>9</b>"}, {"focus": ".wb-note input"}]


def test_the_script_makes_no_html_asks_nobody_and_is_small():
    script = (resources.files("workbench.widgets") / "keys.js").read_text()
    for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "fetch(", "import(", "http"):
        assert word not in script
    assert len(script.splitlines()) < 150


@pytest.mark.parametrize("name", sorted(KEYS))
def test_what_a_key_of_the_prompt_lab_presses_is_in_the_panel(name):
    lab = wb.prompt_lab([{"question": "2 + 3?"}], "local/smollm2-135m-instruct")
    classes = {css for widget in widgets_below(lab.box) for css in getattr(widget, "_dom_classes", ())}
    wanted = [part.split(".")[1].split()[0] for part in KEYS[name].split(" | ") if "." in part]
    assert wanted
    assert classes.issuperset(wanted)
    assert any(isinstance(widget, w.Button) for widget in widgets_below(lab.box))
