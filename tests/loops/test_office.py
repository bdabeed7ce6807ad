"""The office that loops are tried in: what its tools do, and that its tasks can be done."""

from __future__ import annotations

import pytest

import workbench as wb
from workbench.loops.office import clerk, desk, is_kept, tasks

pytestmark = pytest.mark.usefixtures("quick")


def test_thirty_tasks_have_targets_that_the_tools_lead_to(play):
    play(clerk)
    rows = wb.loops.sweep(
        tasks(), models=["scripted/careful", "scripted/hasty"], tools=desk, replay=["all", "none"], concurrency=16
    )
    right = rows.groupby(["model", "replay"])["correct"].sum().to_dict()
    assert right[("scripted/careful", "all")] == right[("scripted/careful", "none")] == 30
    assert right[("scripted/hasty", "all")] < 26
    steps = rows.groupby(["model", "replay"])["loop_steps"].sum().to_dict()
    assert steps[("scripted/careful", "none")] > steps[("scripted/careful", "all")]
    kept = wb.rescore(rows, wb.loops.checks.state(is_kept))
    booked = kept[kept["task_id"].str.startswith("book")].groupby("model")["correct"].mean().to_dict()
    assert booked == {"scripted/careful": 1.0, "scripted/hasty": 0.5}


@pytest.mark.parametrize(
    "expression", ["__import__('os')", "2 ** 9", "a", "(1).__class__", "'x' * 9", "1 +", "1 / 0", "9" * 300]
)
def test_the_calculator_reckons_and_does_nothing_else(expression):
    (_, calculate, _, _), _ = desk()
    with pytest.raises((ValueError, SyntaxError, ZeroDivisionError)):
        calculate(expression=expression)
    assert calculate(expression="2 * (3 + 4.5) - -1") == 16
