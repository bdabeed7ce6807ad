"""The panel says what was understood of the tasks, and shows the prompt of the chosen one as it is sent."""

from __future__ import annotations

from html import unescape

import pytest
from fakes.server import FakeServer
from panels import until

import workbench as wb


@pytest.fixture
def lab():
    with FakeServer("B") as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = [{"question": f"<i>Which {n}?</i>", "choices": ["ant", "owl"], "answer": "owl"} for n in range(2)]
        yield wb.prompt_lab(wb.load_tasks(rows), ["fake/m"], prompts={"plain": "{{ question }}"})


def test_the_panel_says_what_was_understood(lab):
    until(
        lambda: "2 tasks from list: question from 'question', options from" in unescape(lab.controls.understood.value)
    )
    shown = lab.controls.understood.value
    assert "first prompt, 'plain', as it is sent" in unescape(shown)
    assert "&lt;i&gt;Which 0?&lt;/i&gt;\n\nA) ant\nB) owl" in shown
    lab.state.task_id = "2"
    lab._changed()
    until(lambda: "Which 1?" in lab.controls.understood.value)


def test_the_panel_shows_options_and_repeats_them_as_code(lab):
    assert "A) ant" in lab.controls.task_form.shown.value
    names: dict[str, object] = {}
    code = lab.code.rpartition("rows = ")[0]
    exec(code, names)
    assert names["tasks"][0].options == {"A": "ant", "B": "owl"}
    assert names["tasks"][0].target == "B"
