"""The fields and buttons of the prompt lab."""

import json

import pytest
from panels import LOCAL, TASKS, model_fields, panel, settled

import workbench as wb
from workbench.providers.models import Model
from workbench.widgets.lab.state import takes_temperature


def test_a_model_that_fixes_the_temperature_does_not_offer_it():
    assert takes_temperature(LOCAL)
    assert not takes_temperature(Model(LOCAL, temperature=0.5))


def test_typing_in_a_tab_changes_what_is_asked(provider):
    lab = panel()
    fields = lab.controls.variant_form.tabs.children[0].children
    system, user = fields[2], fields[4]
    system.set_state({"value": "Be terse."})
    user.set_state({"value": "{{ question }} Please."})
    lab.controls.run.click()
    settled(lab)
    assert json.loads(provider.requests[-1].body)["messages"] == [
        {"role": "system", "content": "Be terse."},
        {"role": "user", "content": "What is 2 + 3? Please."},
    ]


def test_variants_are_copied_renamed_and_removed_by_their_buttons(provider):
    lab = panel()
    add, copy, remove, *_ = lab.controls.variant_form.box.children[1].children
    copy.click()
    name = lab.controls.variant_form.tabs.children[1].children[0].children[1]
    name.value = "second"
    assert lab.controls.variant_form.tabs.titles == ("plain", "second")
    name.value = "plain"
    assert "already" in lab.controls.message.value
    assert name.value == "second"
    remove.click()
    remove.click()
    assert lab.controls.variant_form.tabs.titles == ("plain",)
    assert "last variant" in lab.controls.message.value
    add.click()
    assert len(lab.state.variants) == 2


def test_a_model_without_a_key_says_which_variable_to_set():
    lab = wb.prompt_lab(TASKS, ["moonshot/kimi-k2.6"])
    assert "MOONSHOT_API_KEY" in model_fields(lab)[-1].value
    lab.controls.run.click()
    assert "MOONSHOT_API_KEY" in lab.controls.message.value


@pytest.mark.parametrize("tasks", [[], "nowhere.csv"], ids=["none", "no file"])
def test_an_empty_task_set_is_told_and_a_question_can_be_written(provider, tasks):
    lab = wb.prompt_lab(tasks, ["fake/kimi-x"])
    assert "wb-problem" in lab.controls.message.value
    lab.controls.run.click()
    assert "no question yet" in lab.controls.message.value
    lab.controls.task_form.question.value, lab.controls.task_form.target.value = "What is 2 + 3?", "5"
    lab.controls.run.click()
    assert "right" in settled(lab).results.cards.children[0].value


def test_a_cap_that_is_no_number_is_refused_where_it_is_written(provider):
    lab = panel()
    model_fields(lab)[2].set_state({"value": "lots"})
    assert "max_tokens of fake/kimi-x is &#39;lots&#39;" in lab.controls.message.value


def test_a_task_is_picked_with_its_fields(provider):
    lab = panel()
    lab.controls.task_form.picker.value = "town"
    for part in ("capital of France", "Paris", "kind"):
        assert part in lab.controls.task_form.shown.value
    lab.controls.run.click()
    assert "wrong" in settled(lab).results.cards.children[0].value


def test_two_answers_are_compared_word_by_word(provider):
    lab = panel(prompts={"one": "{{ question }}", "two": "{{ question }} <img>"})
    lab.controls.run.click()
    settled(lab)
    lab.results.diff.button.click()
    assert "<ins>" in lab.results.diff.words.value
    assert "<del>" in lab.results.diff.words.value


def test_a_variant_is_saved_and_read_again(provider, tmp_path):
    lab = panel(prompts={"terse": {"user": "{{ question }}", "system": "Be terse."}}, folder="mine")
    lab.controls.variant_form.save.click()
    assert "Saved" in lab.controls.message.value
    assert wb.load_prompts("mine")["terse"].system == "Be terse."
    lab.controls.variant_form.save.click()
    assert "exists already" in lab.controls.message.value
    lab.controls.variant_form.replace.value = True
    lab.controls.variant_form.save.click()
    assert "Saved" in lab.controls.message.value
