"""What a plan says of the tasks at hand, before anything is bought."""

from __future__ import annotations

import re

import pandas as pd
from swept import TASKS

import workbench as wb
from workbench.sweeps.estimates import known_sum


def told(tasks: int, repeats: int, tmp_path) -> str:
    (tmp_path / "workbench.toml").write_text('[providers.fake]\nbase_url = "http://127.0.0.1:9/v1"\n')
    many = [{**TASKS[0], "id": f"t{n}", "question": f"{n}?"} for n in range(tasks)]
    return wb.plan(pd.DataFrame(many), models="fake/m", max_tokens=10, repeats=repeats).tells_apart


def test_a_plan_says_what_the_tasks_tell_apart_and_what_a_finer_difference_needs(tmp_path) -> None:
    assert re.fullmatch(
        r"60 tasks tell (19|20|21) points apart in 4 of 5 cases; 10 points need 2\d\d \(or 1\d\d × 3 samples\)",
        told(60, 1, tmp_path),
    )


def test_repeats_are_set_beside_as_many_calls_on_new_tasks(tmp_path) -> None:
    said = told(60, 3, tmp_path)
    assert said.startswith("60 tasks × 3 samples tell ")
    assert "as many calls on 180 tasks tell" in said


def test_a_handful_of_tasks_tells_nothing_apart(tmp_path) -> None:
    assert told(2, 1, tmp_path) == "2 tasks cannot tell two models apart: take 30 or more."


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    assert known_sum([0.5, 0.25]) == 0.75
    assert known_sum([0.5, None]) is None
