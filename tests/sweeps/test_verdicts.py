"""A plan prices the judge beside the calls."""

from __future__ import annotations

import pytest

import workbench as wb

PRICES = """
[providers.fake]
base_url = "http://127.0.0.1:9/v1"

[models."fake/pupil"]
usd_per_million = { input = 1, output = 10 }

[models."fake/teacher"]
usd_per_million = { input = 1, output = 100 }
"""
TASKS = [{"question": f"{n} + 1?", "target": str(n + 1)} for n in range(3)]


@pytest.fixture
def priced(tmp_path):
    (tmp_path / "workbench.toml").write_text(PRICES)


@pytest.mark.usefixtures("priced")
def test_a_judge_that_is_named_has_a_line_of_its_own():
    bare = wb.plan(TASKS, models="fake/pupil", max_tokens=50)
    plan = wb.plan(TASKS, models="fake/pupil", max_tokens=50, scorer=["numeric", "judge:fake/teacher"], repeats=2)
    judge = plan.judging[0]
    assert bare.judging == ()
    assert (judge.model, judge.verdicts, judge.handed) == ("fake/teacher", 6, False)
    assert 0 < judge.usd_likely < judge.usd_worst
    assert judge.usd_worst >= 6 * 4_000 * 100 / 1e6  # a judge's own cap, at its price
    assert plan.usd_worst == pytest.approx(2 * bare.usd_worst)
    assert plan.usd_worst_in_all == pytest.approx(plan.usd_worst + judge.usd_worst)
    assert "judge fake/teacher: up to 6 verdicts beside these calls" in repr(plan)
    assert "judge fake/teacher" in plan._repr_html_()


@pytest.mark.usefixtures("priced")
def test_a_longer_answer_costs_its_judge_more():
    short, long = (
        wb.plan(TASKS, models="fake/pupil", max_tokens=most, scorer="judge:fake/teacher").judging[0]
        for most in (10, 5_000)
    )
    assert short.usd_worst < long.usd_worst
    assert short.usd_likely < long.usd_likely


@pytest.mark.usefixtures("priced")
def test_a_judge_with_the_usual_asker_is_planned_and_limited_like_a_named_one():
    usual = wb.scorers.judge(wb.ask, model="fake/teacher")
    one, other = (
        wb.plan(TASKS, models="fake/pupil", max_tokens=50, scorer=scorer).judging
        for scorer in (usual, "judge:fake/teacher")
    )
    assert one == other
    assert not one[0].handed
    assert wb.scorers.judge(wb.ask, model="fake/teacher", refresh=True).again is None  # what is said to `ask` alone


@pytest.mark.usefixtures("priced")
def test_a_plan_says_that_judge_and_judged_are_of_one_family():
    plan = wb.plan(TASKS, models="openai/gpt-5-mini", max_tokens=50, scorer="judge:openai/gpt-5")
    assert any("of one family (OpenAI)" in warning for warning in plan.warnings)
    other = wb.plan(TASKS, models="openai/gpt-5-mini", max_tokens=50, scorer="judge:fake/teacher")
    assert not any("of one family" in warning for warning in other.warnings)


@pytest.mark.usefixtures("priced")
def test_a_judge_that_is_handed_over_is_said_to_be_outside_of_the_sum():
    handed = wb.scorers.judge(lambda *question, **options: None, model="fake/teacher")
    plan = wb.plan(TASKS, models="fake/pupil", max_tokens=50, scorer=handed)
    assert plan.judging[0].handed
    assert "max_usd does not hold them" in repr(plan)
    assert plan.usd_worst_in_all == plan.usd_worst


def test_a_judge_without_a_price_is_not_guessed(tmp_path):
    (tmp_path / "workbench.toml").write_text('[providers.fake]\nbase_url = "http://127.0.0.1:9/v1"\nfree = false\n')
    plan = wb.plan(TASKS, models="fake/pupil", max_tokens=50, scorer="judge:fake/teacher")
    assert plan.judging[0].usd_worst is None
    assert plan.usd_worst_in_all is None
