"""What is set in the prompt lab, and the code that repeats it."""

import pytest
from panels import LOCAL, panel, settled, state

import workbench as wb
from workbench.errors import InputError
from workbench.providers.models import Model
from workbench.widgets.lab.state import Variant


def test_a_copy_gets_a_free_name_and_the_last_variant_stays():
    lab = state()
    lab.add(lab.variants[0])
    assert [variant.name for variant in lab.variants] == ["plain", "plain 2"]
    lab.remove(0)
    with pytest.raises(InputError, match="last variant"):
        lab.remove(0)


@pytest.mark.parametrize(("name", "says"), [("", "needs a name"), ("plain", "already")])
def test_a_variant_cannot_take_a_blank_or_taken_name(name, says):
    lab = state()
    place = lab.add()
    with pytest.raises(InputError, match=says):
        lab.rename(place, name)


def test_an_unknown_variable_is_told_in_one_sentence_with_the_near_one():
    problem = state().problem_of(Variant("v", "{{ questoin }}"))
    assert "unknown variable 'questoin'" in problem
    assert "question" in problem


def test_a_state_survives_being_written_and_read():
    lab = state(LOCAL, Model(LOCAL, "warm", temperature=0.9))
    lab.add(Variant("terse", "{{ question }}!", "Be terse."))
    lab.choices[1].chosen, lab.choices[1].max_tokens, lab.samples = True, 33, 2
    other = state(LOCAL, Model(LOCAL, "warm", temperature=0.9))
    other.restore(lab.to_dict())
    assert other == lab


def test_the_code_repeats_the_grid_exactly():
    lab = state()
    lab.add(Variant("terse", "{{ question }}\nBe 'brief' and \"short\".", "You \\ are terse."))
    lab.choices[0].max_tokens, lab.samples = 7, 2
    asked = {}
    code = lab.as_code(every_task=True).replace("wb.sweep(", "take(").replace("wb.summary(rows)", "")
    exec(code, {"take": lambda tasks, **options: asked.update(tasks=tasks, **options)})
    mine, theirs = wb.plan(**lab.grid(every_task=True)), wb.plan(**asked)
    assert mine == theirs
    assert mine.calls == 8


def test_the_code_of_a_run_runs_and_costs_nothing_more(provider):
    lab = panel(prompts={"terse": {"user": "{{ question }}", "system": "Be terse."}})
    lab.controls.samples.value = 2
    lab.controls.run.click()
    settled(lab)
    names = {}
    exec(lab.code, names)
    assert names["rows"].cached.all()
    assert len(names["rows"]) == 2
    assert provider.hits == 2


def test_the_code_for_tasks_of_a_file_reads_the_file_and_asks_the_chosen_task(provider, tmp_path):
    (tmp_path / "my tasks.csv").write_text("id,question,target\na,What is 2 + 3?,5\nb,What is 1 + 4?,5\n")
    lab = wb.prompt_lab("my tasks.csv", "fake/kimi-x")
    lab.controls.task_form.picker.value = "b"
    names = {}
    exec(lab.code, names)
    assert list(names["rows"].task_id) == ["b"]
    assert "load_tasks('my tasks.csv')" in lab.code
    lab.controls.sweep.click()
    settled(lab)
    exec(lab.code, names)
    assert list(names["rows"].task_id) == ["a", "b"]
