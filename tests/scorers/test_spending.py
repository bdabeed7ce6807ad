"""A user's own scorer that asks a model is seen before it spends."""

from __future__ import annotations

import functools

import pytest

import workbench as wb
from workbench.scorers.named import as_scorer
from workbench.scorers.spending import asks_a_model


def grader(question):
    return wb.ask(question, model="scripted/judge").answer


def by_a_helper(answer, target):
    return "yes" in grader(f"Does {answer} mean {target}?")


def by_itself(answer, target):
    return all(wb.ask(line, model="scripted/judge").answer == "yes" for line in (answer, target))


def plain(answer, target):
    return sorted(answer) == sorted(target)


class Graded:
    def __call__(self, answer, target):
        return grader(answer) == target


def with_any(ask):
    return lambda answer, target: ask(f"{answer}, {target}?", model="scripted/judge").answer == "yes"


@pytest.mark.parametrize(
    ("scorer", "said"),
    [
        (by_a_helper, "wb.ask"),
        (by_itself, "wb.ask"),
        (functools.partial(by_itself), "wb.ask"),
        (Graded(), "wb.ask"),
        (with_any(wb.ask), "ask"),
        (plain, None),
        (with_any(lambda question, model: None), None),
        (len, None),
    ],
)
def test_what_a_function_asks_with_is_read_from_its_code(scorer, said):
    assert asks_a_model(scorer) == said


def test_a_function_that_calls_itself_comes_to_an_end():
    def turn(answer, target):
        return bool(answer) and turn(answer[1:], target)

    assert asks_a_model(turn) is None


def test_a_scorer_knows_it_also_in_a_list():
    assert as_scorer(by_a_helper).asks == as_scorer(["numeric", by_a_helper]).asks == "wb.ask"
    assert as_scorer("numeric").asks is None


def test_a_plan_warns_of_it_before_anything_is_bought():
    with wb.testing.scripted("yes"):
        tasks = wb.load_tasks([{"question": "Say yes.", "target": "yes"}])
        warned = wb.plan(tasks, models="scripted/one", max_tokens=50, scorer=by_a_helper)
        silent = wb.plan(tasks, models="scripted/one", max_tokens=50, scorer=plain)
    assert "asks a model by itself (wb.ask)" in str(warned)
    assert "wb.scorers.judge" in str(warned)
    assert "by itself" not in str(silent)
