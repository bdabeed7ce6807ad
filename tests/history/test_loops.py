"""The loops of a run come back as they were written down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.history.loops import add_loop, loops_of
from workbench.history.records import Run


@pytest.fixture
def run(tmp_path):
    (tmp_path / "runs").mkdir()
    told = {"run": "r1", "name": "n", "began": "", "state": "done", "tasks": "", "tasks_sha256": None}
    return Run(**told, tasks_digest="", task_count=1, models=(), prompts=(), calls=3, place=tmp_path)


def add(run, count):
    for number in range(count):
        add_loop(run.place, run.run, {"mark": str(number), "found": {"answer": f"ü{number}"}})


def test_loops_come_back_in_the_order_in_which_they_ended(run):
    add(run, 3)
    assert [each["found"]["answer"] for each in loops_of(run)] == ["ü0", "ü1", "ü2"]
    assert list(loops_of(replace(run, run="r2"))) == []


@pytest.mark.parametrize("cut", [1, 9, 20])
def test_a_line_that_a_killed_process_left_torn_is_left_out(run, cut):
    add(run, 3)
    path = run.place / "runs" / "r1.loops.gz"
    path.write_bytes(path.read_bytes()[:-cut])
    assert [each["mark"] for each in loops_of(run)] == ["0", "1"]


def test_what_is_no_loop_is_none(run):
    add(run, 1)
    with (run.place / "runs" / "r1.loops.gz").open("ab") as file:
        file.write(b"noise")
    assert [each["mark"] for each in loops_of(run)] == ["0"]
