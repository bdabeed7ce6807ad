"""The recommendation in short lines: numbers of tasks, what stands beside it, and how many tasks would settle it."""

import itertools
import math
from dataclasses import replace

import pytest
from studies import frame, row

from workbench.analysis.choice import recommend
from workbench.analysis.choice_lines import apart, outlook, right
from workbench.analysis.stats import Interval


def study(tasks, *models, **more):
    return frame(
        row(n, (n * step) % 100 < right, model=name, usd=usd, seconds=1.0, **more)
        for name, right, usd, step in models
        for n in range(tasks)
    )


OPEN = study(100, ("big", 80, 0.01, 1), ("small", 75, 0.001, 37))


def test_the_first_line_says_on_how_many_tasks_it_is_right_and_between_what_that_lies():
    lines = dict(recommend(OPEN).lines)
    assert lines["Right"].startswith("80 of 100 tasks, 80 %; on all tasks like these probably ")
    assert lines["Cost"] == "for $10.00 per 1,000 tasks, 1.0 s a reply (the median)."
    assert lines["Beside it"].startswith("small, right on 75 of 100 tasks, 75 %, 5 points less, for $1.00")
    assert "not settled" in lines["Beside it"]


def test_what_is_open_says_how_many_tasks_a_gap_of_its_size_needs():
    choice = recommend(OPEN)
    text = dict(choice.lines)["To be sure"]
    assert text.startswith("A gap of 5 points needs about ")
    assert "these are 100" in text
    assert "if the true gap is larger than it looks" in text
    alike = replace(choice.rivals[1], difference=0.0)
    assert "in all would show that the two lie within 3 points" in outlook(alike)
    assert outlook(replace(alike, tasks=5)) == "ask at least 30 tasks; these are 5"


def test_what_is_settled_says_what_would_change_it():
    lines = dict(recommend(study(200, ("big", 80, 0.01, 1), ("small", 45, 0.001, 1))).lines)
    assert lines["What would change it"].startswith("If you would not pay $9.00 per 1,000 tasks for 35 points more")
    assert "To be sure" not in lines
    assert lines["Beside it"].endswith("The difference is more than chance explains.")


def test_the_dearer_one_stands_beside_a_cheaper_one_that_is_as_good():
    choice = recommend(study(3000, ("big", 80, 0.01, 1), ("small", 79, 0.001, 1)))
    assert choice.head.startswith("Take small")
    assert dict(choice.lines)["Beside it"].startswith("big, right on 2,400 of 3,000 tasks, 80 %, 1 point more, for $10")


def test_beside_the_same_model_in_another_way_the_best_of_the_others_has_a_line():
    def asked(model, right, budget):
        return [row(n, n < right, model=model, max_tokens=budget, usd=0.01, seconds=1.0) for n in range(100)]

    ways = [asked("thinks", 80, 96), asked("thinks", 50, 32), asked("plain", 40, 96), asked("plain", 20, 32)]
    lines = dict(recommend(frame(itertools.chain(*ways))).lines)
    assert lines["Beside it"].startswith("thinks, max_tokens 32, right on 50 of 100")
    assert lines["Other model"].startswith("plain, max_tokens 96, right on 40 of 100 tasks, 40 %, 40 points less")
    lines = dict(recommend(frame(itertools.chain(*ways, asked("third", 30, 96)))).lines)
    assert lines["Best other model"].startswith("plain, max_tokens 96")
    assert "Other model" not in dict(recommend(frame(ways[0] + ways[1])).lines)
    assert "Other model" not in dict(recommend(frame(ways[0] + ways[2])).lines)


def test_a_gap_that_the_two_shares_do_not_give_says_of_which_tasks_it_is():
    rows = study(100, ("big", 80, 0.01, 1), ("small", 75, 0.001, 37))
    rows.loc[160:174, ["outcome", "correct"]] = ["error", None]  # fifteen of the small one
    beside = dict(recommend(rows).lines)["Beside it"]
    assert " on the 85 tasks of both, for $" in beside
    assert " of both" not in dict(recommend(OPEN).lines)["Beside it"]


def test_nothing_to_recommend_has_no_lines():
    choice = recommend(frame([row(n, False) for n in range(3)]))
    assert (choice.head, choice.lines) == ("", ())


def test_repeats_are_no_tasks():
    rows = frame(row(n, (n + sample) % 2 == 0, sample=sample) for n in range(20) for sample in range(2))
    assert right(recommend(rows).ranking.iloc[0]) == "50 % of the replies to 20 tasks"


@pytest.mark.parametrize(
    ("interval", "difference", "said"),
    [
        ((0.03, 0.45), 0.24, "3 to 45 less"),
        ((-0.12, 0.31), 0.09, "12 more to 31 less"),
        ((-0.31, 0.12), -0.09, "12 less to 31 more"),
        ((-0.45, -0.03), -0.24, "3 to 45 more"),
        ((-0.004, 0.16), 0.08, "0 to 16 less"),
        ((math.nan, math.nan), 0.1, ""),
    ],
)
def test_limits_of_a_difference_name_both_directions(interval, difference, said):
    one = replace(recommend(OPEN).rivals[1], interval=Interval(*interval), difference=difference)
    assert apart(one) == said
