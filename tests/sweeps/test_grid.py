"""Every cell of a sweep, in its order, and what cannot be one."""

from dataclasses import replace

import pytest
from swept import sweep

import workbench as wb
from workbench.errors import (
    BadRequest,
    InputError,
)
from workbench.providers.models import Model
from workbench.rows.table import COLUMNS
from workbench.sweeps.grid import make_grid


def test_every_cell_is_one_row_in_the_order_of_the_grid(asker):
    rows = sweep(
        models=["fake/m", "fake/n"], prompts={"a": "{{ question }}", "b": "{{ question }} Think."}, max_tokens=[50, 60]
    )
    assert list(rows.columns) == [*COLUMNS, "task_kind"]
    assert len(rows) == len(asker.asked) == 4 * 2 * 2 * 2
    assert rows[["model", "prompt", "max_tokens"]].drop_duplicates().values.tolist() == [
        [model, prompt, cap] for model in ("fake/m", "fake/n") for prompt in "ab" for cap in (50, 60)
    ]
    assert rows["task_id"].tolist() == ["t0", "t1", "t2", "t3"] * 8
    assert rows["key"].is_unique


def test_lists_of_parameters_are_swept_and_others_are_the_same_for_all(asker):
    rows = sweep(params={"temperature": [0, 0.5], "seed": 7, "thinking": {"type": "disabled"}})
    assert rows["temperature"].value_counts().to_dict() == {0.0: 4, 0.5: 4}
    assert rows["seed"].tolist() == [7] * 8
    assert rows["thinking_parameter"].unique().tolist() == ['{"type": "disabled"}']
    assert {asked.parameters["temperature"] for asked in asker.asked} == {0, 0.5}


def test_a_model_with_pinned_parameters_stands_under_its_label(asker):
    rows = sweep(models=["fake/m", wb.Model("fake/m", label="low", reasoning_effort="low")])
    assert rows["model"].unique().tolist() == ["fake/m", "low"]
    assert sum(asked.parameters.get("reasoning_effort") == "low" for asked in asker.asked) == 4


def test_a_temperature_sweep_on_a_model_that_pins_it_is_refused_before_anything_is_sent(asker):
    for run in (wb.plan, wb.sweep):
        with pytest.raises(BadRequest, match="temperature"):
            run(["2 + 2?"], models=["fake/m", "moonshot/kimi-k2.6"], params={"temperature": [0, 1]})
    assert len(asker.asked) == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tasks": []}, "no task"),
        ({"models": []}, "models is empty"),
        ({"models": 5}, "models is 5; give the name of a model"),
        ({"models": ["fake/m", "fake/m"]}, "named twice"),
        ({"max_tokens": []}, "max_tokens is an empty list"),
        ({"max_tokens": [8, 8]}, "use repeats"),
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"max_tokens": -5}, "max_tokens is -5"),
        ({"max_tokens": "many"}, "max_tokens is 'many'"),
        ({"repeats": 0}, "repeats is 0"),
        ({"repeats": True}, "repeats is True"),
        ({"max_usd": -1}, "max_usd is -1"),
        ({"max_usd": float("nan")}, "max_usd is nan"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"on_error": "ignore"}, "'row' or 'raise'"),
        ({"prompts": {"p": "{{ questoin }}"}}, "questoin"),
        ({"prompts": {"p": "{{ question"}}, "p"),
        ({"scorer": "fuzzy"}, "fuzzy"),
        ({"params": {"temperature": []}}, "temperature is an empty list"),
        ({"params": {"temperature": object()}}, "cannot be sent as JSON"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_is_sent(asker, options, words):
    with pytest.raises(InputError, match=words):
        sweep(**options)
    assert len(asker.asked) == 0


def test_repeats_with_one_seed_are_warned_of_before_they_are_bought():
    grid = make_grid(["2 + 2?"], models="openai/gpt-6-sol", repeats=3, params={"seed": 7})
    assert any("3 repeats of 'openai/gpt-6-sol' are asked for with one seed, 7" in text for text in grid.warnings)
    for options in ({"repeats": 1, "seed": 7}, {"repeats": 3}):
        assert not any("one seed" in text for text in make_grid(["?"], models="openai/gpt-6-sol", **options).warnings)
    pinned = make_grid(["?"], models=Model("openai/gpt-6-sol", seed=1), repeats=2)
    assert any("one seed" in text for text in pinned.warnings)


@pytest.mark.parametrize("scorer", [None, "contains", "length:3", lambda answer, task: len(answer) > 3])
@pytest.mark.parametrize("prompts", [None, {"plain": "{{ question }}", "long": "{{ question }} Think."}])
def test_bare_questions_are_laid_out_as_tasks_that_are_looked_at_one_by_one(asker, prompts, scorer):
    questions = ["How many?", "Why?  ", "é\ud83d", "x" * 20_000]
    quick, each = (
        make_grid(tasks, models=["fake/m", "fake/n"], prompts=prompts, scorer=scorer, repeats=2)
        for tasks in (questions, wb.load_tasks(questions))
    )
    assert [*quick.cells.keys] == [*each.cells.keys]
    assert [cell.request for cell in quick.cells] == [cell.request for cell in each.cells]
    assert (quick.tasks, quick.about, quick.warnings) == (each.tasks, each.about, each.warnings)
    assert quick.understanding == each.understanding
    assert quick.understanding.tasks == sum(quick.understanding.scorers.values()) == 4


def test_tasks_that_were_changed_since_they_were_loaded_are_looked_at(asker):
    tasks = wb.load_tasks(["How many?", "Why?"])
    tasks[1] = replace(tasks[1], question="Why not?", target="because")
    grid = make_grid(tasks, models="fake/m")
    assert grid.understanding.with_target == 1
    assert [cell.request.body["messages"][0]["content"] for cell in grid.cells] == ["How many?", "Why not?"]
