"""A judge in a sweep: asked through the same door, kept like any reply, within the sum."""

from __future__ import annotations

import warnings

import pytest
from fakes.server import FakeServer, completion

import workbench as wb
from workbench.errors import AuthError, BudgetExceeded, WorkbenchWarning

TASKS = [{"id": f"t{n}", "question": f"{n} + 1?", "target": str(n + 1)} for n in range(4)]
PRICES = """
[providers.fake]
base_url = "{address}"

[models."fake/pupil"]
usd_per_million = {{ input = 0, output = 100 }}

[models."fake/teacher"]
usd_per_million = {{ input = 0, output = 100 }}
"""


def usage(output):
    return {"prompt_tokens": 10, "completion_tokens": output, "total_tokens": 10 + output}


def answered(request):
    """The pupil adds rightly but for 3 + 1; the teacher sees it."""
    if request.json["model"] == "pupil":
        number = int(request.prompt.split()[0])
        return completion("about nine" if number == 3 else str(number + 1), usage=usage(100))(request)
    wrong = "about nine" in request.prompt
    return completion(f"So.\n**Verdict:** {'Incorrect' if wrong else 'Correct'}", usage=usage(10))(request)


@pytest.fixture
def server():
    with FakeServer(answered) as server:
        yield server


@pytest.fixture
def free(server):
    wb.add_provider("fake", base_url=server.base_url, free=True)
    return server


def sweep(scorer="judge:fake/teacher", **options):
    return wb.sweep(TASKS, models="fake/pupil", max_tokens=100, scorer=scorer, **options)


def test_a_judge_by_name_marks_the_rows_and_is_asked_once(free, capsys):
    rows = sweep()
    assert rows["correct"].tolist() == [True, True, True, False]
    assert set(rows["evidence"]) == {"judge"}
    assert len(free.requests) == 8
    assert "4 of 4 verdicts: 0 kept already, 4 bought" in capsys.readouterr().err
    again = sweep()
    assert again["correct"].tolist() == rows["correct"].tolist()
    assert len(free.requests) == 8, "verdicts are kept like any reply"
    assert again.attrs["judge"] | {"usd_spent": 0} == {
        "model": "fake/teacher",
        "kept": 4,
        "bought": 0,
        "failed": 0,
        "usd_spent": 0,
    }


def test_a_judge_among_several_scorers_keeps_a_column(free):
    rows = wb.sweep(TASKS, models="fake/pupil", max_tokens=100, scorer=["numeric", "judge:fake/teacher"])
    assert rows["score_judge"].tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize("named", [True, False])
def test_the_sum_holds_for_pupil_and_judge_together(server, tmp_path, named):
    # Four answers of a cent; a verdict could cost up to 40 cents, and there are 30 left.
    (tmp_path / "workbench.toml").write_text(PRICES.format(address=server.base_url))
    judge = "judge:fake/teacher" if named else wb.scorers.judge(wb.ask, model="fake/teacher")
    with pytest.warns(WorkbenchWarning, match="4 of 4 rows could not be scored"):
        rows = sweep(judge, max_usd=0.34)
    assert rows["correct"].isna().all()
    assert rows["why"].str.contains("max_usd").all()
    assert len(server.requests) == 4
    assert sweep(max_usd=2)["correct"].tolist() == [True, True, True, False]


def test_a_judge_without_a_price_is_refused_under_a_sum_before_anything_is_bought(server, tmp_path):
    priced_for_another = PRICES.format(address=server.base_url).replace("fake/teacher", "fake/x")
    (tmp_path / "workbench.toml").write_text(priced_for_another.replace("base_url", "free = false\nbase_url", 1))
    with pytest.raises(BudgetExceeded, match="fake/teacher"):
        sweep(max_usd=1)
    assert not server.requests


def test_a_judge_without_a_key_is_refused_before_anything_is_bought(free):
    with pytest.raises(AuthError, match="OPENAI_API_KEY"):
        wb.sweep(TASKS, models="fake/pupil", scorer="judge:openai/gpt-5-mini")
    assert not free.requests


def test_a_judge_of_the_same_family_is_warned_of(free):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        wb.sweep(TASKS[:1], models="fake/foo-7b", scorer="judge:fake/foo-70b")
    assert any("of one family" in str(warning.message) for warning in caught)


def by_the_teacher(answer, target):
    return (
        "Incorrect" not in wb.ask(f"Is {answer} the same as {target}?", model="fake/teacher", max_tokens=4_000).answer
    )


WARNED = pytest.mark.filterwarnings("ignore:the scorer:workbench.errors.WorkbenchWarning")


@WARNED
@pytest.mark.parametrize("scorer", [by_the_teacher, ["numeric", by_the_teacher]], ids=["alone", "beside another"])
def test_what_a_function_asks_by_itself_is_within_the_sum(server, tmp_path, scorer):
    # Four answers of a cent; each question of the function could cost 40 cents, and costs a tenth of one.
    (tmp_path / "workbench.toml").write_text(PRICES.format(address=server.base_url))
    with pytest.warns(WorkbenchWarning, match="4 of 4 rows could not be scored"):
        rows = sweep(scorer, max_usd=0.34)
    assert rows["why"].str.contains("max_usd").all()
    assert len(server.requests) == 4
    enough = sweep(scorer, max_usd=0.5)
    assert enough["correct"].notna().all()
    assert len(server.requests) == 8


@WARNED
def test_a_function_may_ask_what_it_likes_without_a_sum(server, tmp_path):
    (tmp_path / "workbench.toml").write_text(PRICES.format(address=server.base_url))
    assert sweep(by_the_teacher)["correct"].notna().all()


def test_a_plan_says_what_of_a_function_the_sum_holds(server, tmp_path):
    (tmp_path / "workbench.toml").write_text(PRICES.format(address=server.base_url))
    plan = wb.plan(TASKS, models="fake/pupil", max_tokens=100, scorer=by_the_teacher)
    assert "(wb.ask): what that takes is not in this plan, but held back by max_usd" in " ".join(str(plan).split())


@WARNED
def test_waves_share_what_their_judges_take(server, tmp_path):
    # An answer is a cent and a mark a tenth of one, after a worst case of 40: 24 answers of 13 tasks and more fit.
    (tmp_path / "workbench.toml").write_text(PRICES.format(address=server.base_url))
    tasks = [{"id": f"t{n}", "question": f"{n} + 1?", "target": str(n + 1)} for n in range(30)]
    options = {"models": ["fake/pupil", "fake/teacher"], "max_tokens": 100, "until": "decided"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wb.sweep(tasks, scorer=by_the_teacher, max_usd=0.6, **options)
    usd = sum(0.01 if request.json["model"] == "pupil" else 0.001 for request in server.requests)
    assert 0.2 < usd <= 0.6


@pytest.mark.parametrize("when", ["first", "second", "before"])
def test_an_interrupt_while_a_whole_run_is_marked_loses_no_row(when, monkeypatch):
    heard = []

    def scorer(answer, task):
        heard.append(answer)
        if len(heard) == 1 + (when == "second"):
            raise KeyboardInterrupt
        return True

    if when == "before":
        monkeypatch.setattr("workbench.scorers.rescoring._warn_of_families", lambda *_: heard or scorer("", None))
    with wb.testing.scripted(lambda asked: "right"), pytest.raises(KeyboardInterrupt) as stopped:
        wb.sweep(TASKS, models="scripted/m", scorer=scorer)
    rows = stopped.value.rows
    marked = 1 if when == "second" else 0
    assert rows["answer"].tolist() == ["right"] * 4
    assert rows["correct"].notna().sum() == marked
    assert rows["why"].eq("not scored: broken off").sum() == 4 - marked
    (run,) = wb.runs().to_dict("records")
    assert run["state"] == "interrupted"
