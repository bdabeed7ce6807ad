"""The best stop, and what choosing it is worth on tasks that did not choose it."""

import numpy as np
import pytest
from cut_thoughts import kept, stopped

from workbench.analysis.best_exit import HELD_OUT, WHOLE, cheapest, held_out
from workbench.analysis.exits import exit_table
from workbench.rows.standing import RIGHT, WRONG


def test_a_stop_that_loses_nothing_is_worth_as_much_on_other_tasks():
    table = exit_table(kept(), stopped({0.25: 0.1, 0.5: 1.0})).set_index("stop")
    assert table.loc[HELD_OUT, ["right", "tokens", "saved_tokens"]].tolist() == [1.0, 55, 49]
    assert "Chosen on other tasks" in table.loc["50%", "advice"]


def test_no_task_chooses_the_stop_that_judges_it():
    """In every fifth the only stop that is right is another than in the rest: what the rest chooses fails there."""
    task = np.arange(50)
    right, other = np.full(50, RIGHT, np.int8), np.full(50, WRONG, np.int8)
    seen = []

    def figures_at(stop, among):
        seen.append(set(task[among]))
        return {"surely_above": 0.0 if (stop[0][among] == RIGHT).all() else -1.0, "tokens": float(stop[2][0])}

    stops = {"50%": (other, task * 1.0, np.full(50, 5.0)), WHOLE: (right, task * 1.0, np.full(50, 9.0))}
    standings, _, spent = held_out(stops, task, figures_at, 0.05)
    assert (standings == RIGHT).all()
    assert (spent == 9.0).all()
    assert {len(tasks) for tasks in seen} == {40}
    assert set.intersection(*seen) == set()


def test_choosing_flatters_and_the_held_out_line_does_not():
    """Stops that are right by chance alone, as often as the kept replies: no choice among them is worth anything."""
    random = np.random.default_rng(2)
    chosen, elsewhere = [], []
    for _ in range(20):
        rows = kept(80).assign(correct=random.random(80) < 0.6)
        exits = stopped(dict.fromkeys((0.1, 0.3, 0.5, 0.7, 0.9), 1.0), 80)
        exits["correct"] = random.random(len(exits)) < 0.6
        table = exit_table(rows, exits, within=0.12).set_index("stop")
        best = table[table["best"]].iloc[0]
        chosen.append(best["difference"])
        elsewhere.append(table.loc[HELD_OUT, "difference"])
    assert np.mean(chosen) > 0.02
    assert np.mean(elsewhere) < np.mean(chosen) - 0.01
    assert abs(np.mean(elsewhere)) < 0.04


@pytest.mark.parametrize("number", [1, 19])
def test_few_tasks_hold_none_out_and_the_advice_says_so(number):
    table = exit_table(kept(number), stopped({0.5: 1.0}, number))
    assert HELD_OUT not in table["stop"].tolist()
    assert "too few to hold some out" in table[table["best"]]["advice"].iloc[0]


def test_the_cheapest_is_all_of_it_where_no_stop_is_shown_to_hold():
    whole = {"stop": WHOLE, "surely_above": 0.0, "tokens": 9.0}
    assert cheapest([{"stop": "0%", "surely_above": -0.3, "tokens": 1.0}, whole], 0.05) is whole
