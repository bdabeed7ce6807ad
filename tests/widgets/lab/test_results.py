"""What a run left: cards, a grid, one reply opened, asked again, with a note; the runs before it."""

from __future__ import annotations

import json

import pytest
from panels import panel, settled, until

import workbench as wb


@pytest.fixture
def swept(provider):
    lab = panel(prompts={"bare": "{{ question }}", "terse": {"user": "{{ question }}", "system": "Be terse."}})
    lab.controls.sweep.click()
    return settled(lab)


def test_a_sweep_is_followed_by_its_grid_and_a_press_opens_a_reply_with_its_prompt_as_sent(swept):
    results = swept.results
    assert results.grid.value.count("<button") == 4
    assert results.tools.layout.display == "none"
    line = int((swept.rows["prompt"] == "terse").to_numpy().nonzero()[0][0])
    results.pressed(f"open {line}")
    assert "[system]\nBe terse." in results.reply.value
    assert "It is <strong>5</strong>." in results.reply.value
    assert results.tools.layout.display == "flex"
    results.close_button.click()
    assert results.reply.value == ""


def test_a_reply_is_asked_again_as_the_next_sample_and_its_answer_stands_beside(swept, provider):
    hits = provider.hits
    swept.results.pressed("open 0")
    for number in (1, 2):
        swept.results.again_button.click()
        settled(swept)
        assert provider.hits == hits + number
    assert "sample 2" in swept.results.reply.value
    assert "sample 3" in swept.results.reply.value
    model = swept.rows["model"].iloc[0]
    assert f"{model} · {model}" not in swept.results.reply.value
    assert len(swept.rows) == 4


def test_a_note_is_kept_for_the_reply_it_was_written_on(swept, provider):
    swept.results.pressed("open 1")
    swept.results.note.value = "cites a wrong year"
    key = swept.rows["key"].iloc[1]
    assert json.loads(swept.memory.file.read_text())["notes"] == {key: "cites a wrong year"}
    swept.results.pressed("open 0")
    assert swept.results.note.value == ""
    swept.results.pressed("open 1")
    assert swept.results.note.value == "cites a wrong year"
    swept.results.note.value = " "
    assert swept.memory.notes == {}


def test_a_card_is_copied_and_asked_again(provider):
    lab = panel()
    copied = []
    lab.results._copy = copied.append
    lab.controls.run.click()
    settled(lab)
    lab.results.pressed("copy 0")
    assert copied == ["It is **5**."]
    lab.results.pressed("again 0")
    settled(lab)
    assert [cell.sample for cell in lab.cells] == [0, 1]
    assert provider.hits == 2
    for nonsense in ("copy 9", "open 0", "open x", "", "go-on 0"):
        lab.results.pressed(nonsense)


def test_a_run_can_be_shown_again_and_its_settings_set_back(provider):
    lab = panel()
    lab.controls.run.click()
    settled(lab)
    lab.controls.samples.value = 2
    lab.state.variants[0].user = "{{ question }} Please."
    lab.controls.run.click()
    settled(lab)
    assert len(lab.results.cards.children) == 2
    lab.results.picker.value = 1
    assert len(lab.results.cards.children) == 1
    lab.results.back_button.click()
    assert (lab.state.samples, lab.state.variants[0].user) == (1, "{{ question }}")
    assert "as it was set for" in lab.controls.message.value


def test_runs_of_an_earlier_session_are_offered_with_what_they_were_made_with(provider):
    lab = panel()
    lab.controls.samples.value = 3
    lab.controls.run.click()
    settled(lab)
    until(lambda: '"samples": 3' in lab.memory.file.read_text())
    again = panel()
    assert len(again.results.picker.options) == 2
    assert again.results.run is None
    again.state.samples = 1
    again.results.picker.value = 0
    assert "kept" in again.results.summary.value
    again.results.back_button.click()
    assert again.state.samples == 3


def test_a_question_of_ones_own_goes_on_from_a_reply(provider):
    lab = wb.prompt_lab(models="fake/kimi-x")
    lab.controls.task_form.question.value = "What is 2 + 3?"
    lab.controls.run.click()
    settled(lab)
    lab.results.pressed("go-on 0")
    form = lab.controls.task_form
    assert (form.question.value, form.turns.value) == ("", "user: What is 2 + 3?\nassistant: It is **5**.")
    form.question.value = "And doubled?"
    lab.controls.run.click()
    settled(lab)
    sent = json.loads(provider.requests[-1].body)["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    form.turns.value = "hello"
    assert "begin each with user: or assistant:" in lab.controls.message.value
    lab.controls.run.click()
    assert "begin each" in lab.controls.message.value


def test_the_code_that_is_shown_follows_what_is_set(provider):
    lab = panel()
    lab.controls.code.click()
    assert "repeats=1" in lab.controls.code_text.value
    lab.controls.samples.value = 4
    until(lambda: "repeats=4" in lab.controls.code_text.value)


def test_prompt_files_are_loaded_as_variants_and_not_twice(provider, tmp_path):
    lab = panel(folder="mine")
    wb.save_prompt(wb.load_prompts({"terse": {"user": "{{ question }}!", "system": "Be terse."}})["terse"], "mine")
    form = lab.controls.variant_form
    form.load.click()
    assert form.tabs.titles == ("plain", "terse")
    assert form.current.system == "Be terse."
    form.load.click()
    assert form.tabs.titles == ("plain", "terse")
    assert "stood here already" in lab.controls.message.value
    form.folder.value = "nowhere"
    form.load.click()
    assert "nowhere" in lab.controls.message.value
