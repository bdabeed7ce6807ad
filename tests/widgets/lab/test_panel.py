"""The panel of the prompt lab: runs, stops, refusals, the sweep of all tasks."""

import pytest
from panels import model_fields, panel, settled, until, user_of

import workbench as wb


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda lab: user_of(lab).set_state({"value": "{{ questoin }}"}), "questoin"),
        (lambda lab: user_of(lab).set_state({"value": "{{ question"}), "line 1"),
        (lambda lab: model_fields(lab)[0].set_state({"value": False}), "No model is chosen"),
        (lambda lab: model_fields(lab)[2].set_state({"value": "lots"}), "of fake/kimi-x is &#39;lots&#39;"),
        (lambda lab: lab.controls.max_usd.set_state({"value": "much"}), "At most $ is &#39;much&#39;"),
        (lambda lab: lab.controls.max_usd.set_state({"value": "0.5"}), "At worst this costs an unknown sum"),
        (lambda lab: setattr(lab.state, "samples", 49), "too many to read"),
    ],
    ids=[
        "unknown variable",
        "broken template",
        "no model",
        "no cap",
        "no number",
        "unpriced under a cap",
        "too many cells",
    ],
)
def test_what_cannot_be_run_is_said_in_one_sentence_and_nothing_is_sent(provider, spoil, says):
    lab = panel()
    spoil(lab)
    lab.controls.run.click()
    until(lambda: says in lab.controls.message.value, lab)
    assert not lab.controls.run.disabled or settled(lab)
    assert provider.hits == 0


def test_what_a_run_would_take_is_said_before_it_runs(provider):
    lab = panel()
    lab.controls.samples.value = 2
    until(lambda: "This task: 2 calls, 0 kept already" in lab.controls.plan.value)
    assert "All 2 tasks: 4 calls" in lab.controls.plan.value
    lab.controls.run.click()
    settled(lab)
    until(lambda: "This task: 2 calls, 2 kept already" in lab.controls.plan.value)


def test_all_tasks_become_a_sweep_with_progress_and_a_summary(provider):
    lab = panel()
    lab.controls.sweep.click()
    settled(lab)
    assert len(lab.rows) == 2
    assert list(lab.rows.correct) == [True, False]
    assert "2 of 2 calls" in lab.controls.progress.value
    assert "<table" in lab.results.summary.value
    assert "if task.id ==" not in lab.code


def test_a_fault_in_a_callback_is_shown_in_the_panel(provider):
    lab = panel()
    lab._guarded(lambda: 1 / 0)()
    assert "ZeroDivisionError" in lab.controls.message.value


def test_smaller_caps_are_cut_from_the_replies_that_are_bought(provider):
    lab = panel(max_tokens=256)
    lab.controls.caps.value = "64, 128"
    until(lambda: "All 2 tasks: 3 calls" in lab.controls.plan.value)
    before = provider.hits
    lab.controls.sweep.click()
    settled(lab)
    assert sorted(lab.rows["max_tokens"].unique()) == [64, 128, 256]
    assert lab.rows["derived"].sum() >= 1
    assert provider.hits - before < len(lab.rows)
    assert "max_tokens=[64, 128, 256], caps='cut'" in lab.code


@pytest.mark.parametrize(("caps", "says"), [("64", "the same max_tokens"), ("some", "A smaller cap is &#39;some&#39;")])
def test_caps_that_cannot_be_cut_are_said_and_nothing_is_sent(provider, caps, says):
    lab = panel()
    lab.controls.caps.value = caps
    lab.controls.sweep.click()
    until(lambda: says in lab.controls.message.value, lab)
    assert provider.hits == 0


def test_a_run_on_all_tasks_may_stop_when_it_is_decided(provider):
    tasks = [{"id": f"t{n}", "question": f"What is 2 + 3, {n}?", "target": "5"} for n in range(16)]
    prompts = {"plain": "{{ question }}", "dies": "die {{ question }}"}
    lab = wb.prompt_lab(tasks, ["fake/kimi-x"], prompts=prompts)
    lab.controls.until_decided.value = True
    lab.controls.sweep.click()
    settled(lab)
    assert "Decided after" in lab.controls.message.value or "Not decided" in lab.controls.message.value
    assert "until='decided'" in lab.code
    assert len(lab.rows) <= 32
