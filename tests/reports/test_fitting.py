"""Which rows a page carries: all that fit, else those that say most, alike from all configurations."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from studies import failed, frame, row

from workbench.reports.fitting import LONGEST_TEXT, fitting


def study(tasks, models=4, wrong=(), broken=()):
    def reply(n, model):
        if n in broken and model == 0:
            return failed(n, model="m0")
        return row(n, not (n in wrong and model == 1), model=f"m{model}")

    return frame(reply(n, model) for model in range(models) for n in range(tasks))


def test_all_rows_fit_where_there_is_room():
    assert fitting(study(9)).tolist() == list(range(36))


def test_every_configuration_keeps_its_reply_to_each_task_that_is_taken():
    rows = study(3000)
    taken = rows.iloc[fitting(rows)]
    assert len(taken) == 5000
    assert taken.groupby("model").size().tolist() == [1250] * 4
    assert (taken.groupby("task_id").size() == 4).all()


def test_disagreements_and_failures_are_taken_first():
    wrong, broken = set(range(0, 3000, 7)), {1, 2999}
    rows = study(3000, wrong=wrong, broken=broken)
    taken = set(rows["task_id"].iloc[fitting(rows)])
    assert {f"t{n}" for n in wrong | broken} <= taken


def test_what_nobody_got_right_is_taken_by_turns_with_what_differs():
    rows = frame(
        row(n, n % 10 > 0 and (model == 0 or n % 3 == 0), model=f"m{model}") for n in range(3000) for model in range(4)
    )
    taken = set(rows["task_id"].iloc[fitting(rows)])
    assert {f"t{n}" for n in range(0, 3000, 10)} <= taken  # 300 that nobody got right, though 1,800 differ


def test_the_rest_is_spread_over_all_tasks():
    rows = study(3000)
    tasks = np.array([int(name[1:]) for name in rows["task_id"].iloc[fitting(rows)].unique()])
    counts = np.histogram(tasks, bins=6, range=(0, 3000))[0]
    assert counts.max() - counts.min() <= 3


def test_one_task_that_is_too_much_alone_is_taken_in_part():
    rows = frame(row(0, model=f"m{n}") for n in range(6000))
    assert len(fitting(rows)) == 5000


def test_a_text_without_end_counts_as_what_is_shown_of_it():
    rows = frame(row(n, answer=str(n) * 10 * LONGEST_TEXT) for n in range(30))
    assert len(fitting(rows, characters=20 * LONGEST_TEXT)) == 20


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40), st.integers(1, 20))
def test_no_more_is_taken_than_fits(calls, most):
    rows = frame(row(task, right, model=f"m{n}") for n, (task, right) in enumerate(calls))
    places = fitting(rows, most).tolist()
    assert len(places) <= most
    assert places == sorted(set(places))
    assert bool(places) == bool(calls)
