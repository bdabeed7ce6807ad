"""The table of runs: what it shows of each, and how one is found by its name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.errors import InputError
from workbench.history.records import Run
from workbench.history.runs import find_run, fresh_name, table_of

RUN = Run("a1", "first", "2026-11-28T09:30:00+00:00", "done", "", None, "0" * 64, 12, ("box/m",), ("plain",), 24)


@pytest.mark.parametrize(
    ("models", "shown"),
    [
        (("openai/gpt-6-sol",), "gpt-6-sol"),
        (("openai/gpt-6-sol", "moonshot/kimi-k2"), "gpt-6-sol, kimi-k2"),
        (("one/m", "two/m"), "one/m, two/m"),
        (("box/m (stop=/)",), "m (stop=/)"),
        (("box/m (temperature=0, top_p=1)", "box/n"), "m (temperature=0, top_p=1), n"),
        (("with/without tools",), "with/without tools"),
        (tuple(f"box/model-{number}" for number in range(9)), "model-0, model-1, model-2, model-3, mod…"),
    ],
)
def test_models_are_called_as_pages_call_them(models, shown):
    (column,) = [one for one in table_of([replace(RUN, models=models)])._shown() if one.head == "models"]
    assert column.texts == [shown]


def test_a_file_of_tasks_is_shown_without_its_folder():
    (column,) = [one for one in table_of([replace(RUN, tasks="data/quiz.csv")])._shown() if one.head == "tasks"]
    assert column.texts == ["12 quiz.csv"]


def test_the_newest_run_of_a_name_is_found_and_a_slip_is_told():
    found = [RUN, replace(RUN, run="b2"), replace(RUN, run="c3", name="second")]
    assert find_run("first", found).run == "b2"
    assert find_run("a1", found).run == "a1"
    with pytest.raises(InputError, match="no run is called 'secnd'; did you mean 'second'"):
        find_run("secnd", found)
    with pytest.raises(InputError, match="no run is remembered yet"):
        find_run("first", [])


@pytest.mark.parametrize("wanted", ["", " ", 3, "two\nlines", "x" * 81])
def test_a_name_that_none_can_be_is_refused(wanted):
    with pytest.raises(InputError, match="give a run a name of at most 80 characters"):
        fresh_name(wanted, "quiz.csv", RUN.began, set())
