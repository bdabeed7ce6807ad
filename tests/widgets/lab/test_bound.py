"""What the panel shows and what it runs are one state, whoever changes it: a hand in a field, or code."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import ipywidgets as w
import pytest
from panels import TASKS, model_fields, panel, user_of

import workbench as wb
from workbench.errors import InputError
from workbench.widgets.lab.bound import Telling, bind, check_readable
from workbench.widgets.lab.state import Variant


@dataclass
class Room(Telling):
    places: int = 3
    names: tuple[str, ...] = ()


def whole(text):
    if not text.isdigit():
        raise InputError(f"{text!r} is no number")
    return int(text)


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def field(room):
    return bind(
        w.Text(), room, "places", guard=lambda act: lambda *event: act(), changed=lambda: None, shown=str, read=whole
    )


def test_a_field_says_what_the_attribute_is_and_follows_it(room, field):
    assert field.value == "3"
    room.places = 8
    assert field.value == "8"
    field.value = "12"
    assert room.places == 12


def test_a_field_that_cannot_be_read_changes_nothing_and_keeps_a_run_from_starting(room, field):
    with pytest.raises(InputError):
        field.value = "many"
    assert room.places == 3
    with pytest.raises(InputError, match="'many' is no number"):
        check_readable([room])
    room.places = 4
    assert field.value == "4"
    check_readable([room])


def test_a_list_becomes_a_tuple_that_cannot_be_changed_without_a_word(room):
    heard = []
    room.listen("names", lambda: heard.append(room.names))
    room.names = ["a"]
    room.names = ("a",)
    assert heard == [("a",)]


def test_what_code_sets_stands_in_the_panel_at_once():
    lab = wb.prompt_lab(TASKS, ["local/smollm2-135m-instruct", "local/smollm2-135m-think"])
    lab.state.choices[1].chosen = False
    lab.state.choices[0].max_tokens = 77
    lab.state.choices[0].temperature = 0.5
    lab.state.variants[0].user = "{{ question }} Now."
    lab.state.samples, lab.state.max_usd, lab.state.scorer, lab.state.task_id = 3, 0.25, "numeric", "town"
    tick, _, cap, _, heat, _ = model_fields(lab)
    assert (tick.value, cap.value, heat.value) == (True, "77", "0.5")
    assert model_fields(lab, 1)[0].value is False
    assert user_of(lab).value == "{{ question }} Now."
    controls = lab.controls
    shown = (
        controls.samples.value,
        controls.max_usd.value,
        lab.scorer_form.name.value,
        controls.task_form.picker.value,
    )
    assert shown == (3, "0.25", "numeric", "town")
    assert "capital of France" in controls.task_form.shown.value
    assert "max_usd=0.25" in lab.code
    assert "scorer='numeric'" in lab.code


def test_a_variant_added_by_code_while_the_panel_plans_is_a_tab_and_no_fault():
    lab = panel_of_two()
    stop = threading.Event()
    faults = []

    def plan():
        while not stop.is_set():
            text, problem, _ = lab._planned()
            faults.extend([text] if problem and "Error" in text else [])

    planning = threading.Thread(target=plan)
    planning.start()
    for number in range(8):
        lab.add(f"variant {number}", "{{ question }}" + "!" * number)
    stop.set()
    planning.join()
    assert not faults
    assert lab.controls.variant_form.tabs.titles == ("plain", *(f"variant {number}" for number in range(8)))


def panel_of_two():
    return wb.prompt_lab(TASKS, ["local/smollm2-135m-instruct"])


def test_a_variant_that_stays_keeps_its_page_and_what_is_written_in_it(provider):
    lab = panel()
    page = lab.controls.variant_form.tabs.children[0]
    lab.state.variants = [*lab.state.variants, Variant("other")]
    assert lab.controls.variant_form.tabs.children[0] is page
    assert lab.controls.variant_form.tabs.selected_index == 1
    lab.state.variants[0].name = "first"
    assert lab.controls.variant_form.tabs.titles == ("first", "other")


def test_a_task_that_is_not_there_keeps_a_run_from_starting(provider):
    lab = panel()
    lab.state.task_id = "nowhere"
    lab.controls.run.click()
    assert "nowhere" in lab.controls.message.value
    assert provider.hits == 0
