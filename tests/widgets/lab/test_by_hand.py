"""The prompt lab without hands: what its buttons do, as methods; what they ask is what the panel asks."""

from __future__ import annotations

import pytest
from fakes.server import FakeServer, completion

import workbench as wb
from workbench.errors import InputError

TASKS = [{"id": str(n), "question": f"What is {n} + 1?", "target": str(n + 1)} for n in range(3)]
PROMPTS = {"bare": "{{ question }}", "terse": {"user": "{{ question }}", "system": "One number."}}


@pytest.fixture
def server():
    with FakeServer(completion("2")) as serving:
        wb.add_provider("fake", base_url=serving.base_url, free=True)
        yield serving


@pytest.fixture
def both(server):
    return wb.prompt_lab(TASKS, ["fake/one", "fake/two"], prompts=PROMPTS, max_tokens=40)


@pytest.fixture
def lab(both):
    both.choose("fake/one")
    return both


def test_all_models_that_are_named_are_ticked(both):
    assert [choice.label for choice in both.state.chosen] == ["fake/one", "fake/two"]
    assert "ticked: fake/one, fake/two" in both.controls.model_form.said.value


def test_the_cap_is_each_models_own_and_can_be_changed_in_its_field(lab):
    assert [choice.max_tokens for choice in lab.state.choices] == [40, 40]
    assert lab.state.models()[0] == wb.Model("fake/one", label="fake/one", max_tokens=40)


def test_a_sweep_asks_the_chosen_task_and_then_all_and_buys_nothing_twice(lab, server):
    rows = lab.sweep()
    assert (rows["task_id"] == "0").all()
    assert rows["prompt"].tolist() == ["bare", "terse"]
    assert (rows["max_tokens"] == 40).all()
    assert server.hits == 2
    assert lab.sweep()["cached"].all()
    assert len(lab.sweep(every_task=True)) == 6
    assert len(lab.sweep(TASKS[1:])) == 4
    assert server.hits == 6


def test_a_sweep_asks_what_the_code_of_the_lab_asks(lab, server):
    rows, names = lab.sweep(), {}
    exec(lab.code, names)
    assert names["rows"]["key"].tolist() == rows["key"].tolist()
    assert server.hits == 2


def test_a_plan_counts_and_sends_nothing(lab, server):
    assert lab.estimate().calls == 2
    assert lab.estimate(every_task=True).calls == 6
    assert server.hits == 0


def test_models_are_chosen_by_name_and_an_unknown_one_is_told(lab):
    lab.choose("fake/two", "fake/one")
    assert lab.estimate().calls == 4
    lab.choose(wb.Model("fake/two"))
    assert [choice.label for choice in lab.state.chosen] == ["fake/two"]
    with pytest.raises(InputError, match="no model 'fake/twoo'; did you mean 'fake/two'"):
        lab.choose("fake/twoo")


def test_a_variant_is_a_copy_with_other_words_and_is_written_anew_under_its_name(lab):
    added = lab.add("steps", "{{ question }} Step by step.", like="terse")
    assert (added.user, added.system) == ("{{ question }} Step by step.", "One number.")
    assert list(lab.prompts) == ["bare", "terse", "steps"]
    lab.add("steps", system="Briefly.")
    assert list(lab.prompts) == ["bare", "terse", "steps"]
    assert (lab.prompts["steps"].user, lab.prompts["steps"].system) == ("{{ question }}", "Briefly.")
    with pytest.raises(InputError, match="no variant 'tears'; did you mean 'terse'"):
        lab.add("x", like="tears")
    with pytest.raises(InputError, match="uses nothing of the task"):
        lab.add("constant", "Hello.")
    assert "constant" not in lab.prompts


def test_a_template_is_judged_before_it_is_asked(lab):
    assert lab.problem("{{ question }} Please.") is None
    assert "'questoin'" in lab.problem("{{ questoin }}")
    assert "Did you mean 'question'?" in lab.problem("{{ questoin }}")


def test_a_sum_that_would_not_do_stops_the_calls(lab, server):
    wb.add_provider("dear", base_url=server.base_url, free=False)
    dear = wb.prompt_lab(TASKS, "dear/unpriced", max_tokens=40)
    with pytest.raises(wb.errors.WorkbenchError, match="price"):
        dear.sweep(max_usd=0.01)
    assert server.hits == 0
