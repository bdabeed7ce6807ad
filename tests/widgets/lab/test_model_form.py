"""What can be pinned to a model in the prompt lab: each setting by hand and by code, on the wire and in the code."""

from __future__ import annotations

import json

import pytest
from fakes.server import FakeServer, completion
from panels import model_fields, settled

import workbench as wb
from workbench.errors import InputError
from workbench.widgets.lab.model_form import format_read, stop_read

TASKS = [{"id": "a", "question": "2 + 3?", "target": "5"}]


@pytest.fixture
def lab():
    with FakeServer(completion("5")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        lab = wb.prompt_lab(TASKS, ["fake/m"], prompts={"plain": "{{ question }}"})
        lab.server = server
        yield lab


def settings_of(lab, place=0):
    """The fields behind *More*, by their labels."""
    pairs = lab.controls.model_form.lines.children[place].children[1].children
    return {pair.children[0].value: pair.children[1] for pair in pairs}


def test_every_setting_goes_over_the_wire_as_it_was_written(lab):
    fields = settings_of(lab)
    for name, text in (("top_p", "0.9"), ("seed", "0"), ("stop", '["END", "\\n\\n"]'), ("response format", "json")):
        fields[name].value = text
    lab.controls.run.click()
    settled(lab)
    body = json.loads(lab.server.requests[-1].body)
    assert (body["top_p"], body["seed"], body["stop"]) == (0.9, 0, ["END", "\n\n"])
    assert body["response_format"] == {"type": "json_object"}
    assert "stop=['END', '\\n\\n']" in lab.code
    lab.state.choices[0].seed = None
    assert fields["seed"].value == ""
    assert "seed" not in lab.code


def test_what_is_set_behind_the_button_is_said_on_it(lab):
    more = model_fields(lab)[-1]
    assert more.description == "More"
    assert lab.controls.model_form.lines.children[0].children[1].layout.display == "none"
    lab.state.choices[0].effort = "low"
    lab.state.choices[0].thinking = False
    assert more.description == "More: effort='low', thinking=False"
    assert (settings_of(lab)["effort"].value, settings_of(lab)["thinking"].value) == ("low", "off")
    more.value = True
    assert more.description == "Less"
    assert lab.controls.model_form.lines.children[0].children[1].layout.display == "flex"


def test_the_switch_of_the_thinking_says_default_and_can_be_set_back_to_it(lab):
    switch, choice = settings_of(lab)["thinking"], lab.state.choices[0]
    assert (switch.label, choice.thinking) == ("default", None)
    for word, value in (("off", False), ("on", True), ("default", None)):
        switch.value = word
        assert choice.thinking is value
        assert ("thinking=" in lab.code) == (value is not None)
    choice.thinking = True
    assert switch.label == "on"
    choice.thinking = None
    assert switch.label == "default"


def test_an_effort_that_would_do_nothing_is_refused_in_the_panel_before_anything_is_sent(lab):
    dim = wb.prompt_lab(TASKS, ["local/smollm2-135m-instruct"])
    dim.state.choices[0].effort = "high"
    assert "would do nothing" in dim._planned()[0] or "no parameter is known" in dim._planned()[0]


@pytest.mark.parametrize("text", ['["a", 3]', "[", "[]"])
def test_texts_that_cannot_end_a_reply_are_said(text):
    with pytest.raises(InputError, match="stop is"):
        stop_read(text)


def test_a_schema_is_wrapped_and_what_is_no_json_is_said():
    whole = {"type": "json_schema", "json_schema": {"name": "own", "schema": {"type": "object"}}}
    assert format_read(json.dumps(whole)) == whole
    assert format_read('{"type": "object"}')["json_schema"] == {"name": "answer", "schema": {"type": "object"}}
    for text in ("yaml", "[1]"):
        with pytest.raises(InputError, match="response format is"):
            format_read(text)


def test_settings_are_remembered(lab):
    lab.state.choices[0].stop = ("###",)
    lab.state.choices[0].response_format = {"type": "json_object"}
    lab.memory.keep()
    again = wb.prompt_lab(TASKS, ["fake/m"], prompts={"plain": "{{ question }}"})
    assert again.state.choices[0].stop == ("###",)
    assert settings_of(again)["response format"].value == "json"
