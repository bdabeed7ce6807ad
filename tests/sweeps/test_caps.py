"""Smaller caps cut from the replies at the largest: the same rows as bought ones, at the price of one."""

import asyncio

import pandas as pd
import pytest
from capped import TASKS, thought, tokenwise
from fakes.server import FakeServer, error_response
from swept import PRICED

import workbench as wb
from workbench.errors import InputError, WorkbenchWarning

CAPS = [4, 9, 40]
SAME = [
    "task_id",
    "max_tokens",
    "outcome",
    "correct",
    "answer",
    "thinking",
    "completion_tokens",
    "thinking_tokens",
    "usd",
]


@pytest.fixture(params=["counted", "estimated"])
def server(request, tmp_path):
    with FakeServer(tokenwise(counts=request.param == "counted")) as server:
        server.counts = request.param == "counted"
        settings = PRICED.format(address=server.base_url).replace(
            'v1"\n', 'v1"\ndialect = "llamacpp"\nfree = false\n', 1
        )
        (tmp_path / "workbench.toml").write_text(settings)
        yield server


def sweep(**options):
    return wb.sweep(pd.DataFrame(TASKS), models="fake/m", **{"max_tokens": CAPS, **options})


def test_cut_rows_are_what_the_calls_would_have_brought(server):
    rows = sweep(caps="cut")
    bought = server.hits
    cut = rows["derived"].to_numpy(bool)
    assert bought == (~cut).sum() == 12 + 6
    assert len(rows) == 36
    real = sweep()
    assert server.hits == 36
    if server.counts:
        pd.testing.assert_frame_equal(rows[SAME], real[SAME])
        assert rows["warnings"].isna().all()
    else:
        numbers = ["task_id", "max_tokens", "completion_tokens", "usd"]
        pd.testing.assert_frame_equal(rows[numbers], real[numbers])
        assert (
            rows.loc[cut & (rows["completion_tokens"] == rows["max_tokens"]), "warnings"]
            .str.contains("estimated")
            .all()
        )


def test_nothing_is_spent_twice_and_every_row_says_what_it_would_have_cost(server):
    rows = sweep(caps="cut", max_usd=9.0)
    cut = rows["derived"].to_numpy(bool)
    assert (rows.loc[cut, "usd_spent"] == 0).all()
    assert rows["usd_spent"].sum() == pytest.approx(rows.loc[~cut, "usd"].sum())
    assert rows.loc[cut, "usd"].tolist() == pytest.approx((rows.loc[cut, "completion_tokens"] / 1000).tolist())
    assert (rows.loc[cut, "attempts"] == 0).all()
    whole = rows[rows["max_tokens"] == 40].set_index("task_id")["seconds"]
    assert (rows.loc[cut, "seconds"] <= whole[rows.loc[cut, "task_id"]].to_numpy()).all()


def test_what_answers_the_question_is_asked_before_what_checks_it(server):
    sweep(caps="cut", concurrency=1)
    assert [request.json["max_tokens"] for request in server.requests][:12] == [40] * 12


def test_a_cut_row_leads_to_the_reply_that_it_is_cut_from(server):
    rows = sweep(caps="cut")
    by_key = rows[~rows["derived"]].set_index("key")["task_id"]
    assert by_key[rows["key"]].tolist() == rows["task_id"].tolist()
    assert wb.cache.get(rows["key"].iloc[0]) is not None


def test_what_is_kept_is_not_bought_again(server):
    first, hits = sweep(caps="cut"), server.hits
    again = sweep(caps="cut")
    assert server.hits == hits
    assert again["answer"].tolist() == first["answer"].tolist()
    assert (
        asyncio.run(wb.asweep(pd.DataFrame(TASKS), models="fake/m", max_tokens=CAPS, caps="cut")).shape == again.shape
    )
    assert server.hits == hits


def test_a_single_cap_leaves_nothing_to_cut(server):
    assert not sweep(max_tokens=40, caps="cut")["derived"].any()
    assert server.hits == 12


def test_the_plan_says_what_it_would_save(server):
    options = {"models": "fake/m", "max_tokens": CAPS}
    bought, cut = (wb.plan(pd.DataFrame(TASKS), caps=caps, **options) for caps in ("buy", "cut"))
    assert (bought.calls, cut.calls) == (36, 18)
    assert bought.cut is not None
    assert bought.cut.usd_likely == cut.usd_likely
    assert f"${bought.usd_likely:.2f}, or ${cut.usd_likely:.2f}; 36 calls to buy, or 18" in repr(bought)
    assert cut.cut is None
    assert "caps cut" not in repr(cut)
    assert server.hits == 0


def test_real_calls_that_disagree_are_told(tmp_path):
    """A server that answers at once where its cap is small: its caps steer it."""
    steered = tokenwise(lambda prompt: thought(prompt), asked=lambda cap: 60)
    with FakeServer(lambda request: completion_at(request, steered)) as server:
        wb.add_provider("fake", base_url=server.base_url, dialect="llamacpp")
        many = [{"id": f"t{n}", "question": f"{n} + 2?", "target": str(n + 2)} for n in range(32)]
        with pytest.warns(
            WorkbenchWarning, match=r"disagree with the cuts of fake/m: 8 of 8 are right, and 0 of their"
        ):
            rows = wb.sweep(pd.DataFrame(many), models="fake/m", max_tokens=[3, 60], caps="cut")
    assert "they disagree" in wb.summary(rows).attrs["about"]


def completion_at(request, steered):
    if request.json["max_tokens"] < 10:
        return tokenwise(lambda prompt: ([], [str(int(prompt.split()[0]) + 2)]))(request)
    return steered(request)


def test_real_calls_that_agree_are_told_in_every_summary(server):
    about = wb.summary(sweep(caps="cut")).attrs["about"]
    assert "18 rows are cut from replies at a larger cap, and cost nothing more." in about
    assert "6 real calls at smaller caps gave" in about
    assert "no disagreement found" in about


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("openrouter/any/model", {"effort": "high"}),
        ("openrouter/any/model", {"extra_body": {"reasoning": {"max_tokens": 100}}}),
        (wb.Model("gemini/gemini-3-pro", reasoning_effort="low"), {}),
        ("anthropic/claude-sonnet-4-5", {"extra_body": {"thinking": {"type": "enabled", "budget_tokens": 1024}}}),
    ],
    ids=["effort", "a budget", "pinned", "thinking"],
)
def test_where_the_cap_steers_the_model_it_is_refused(model, options):
    caps = [2_000, 9_000]
    with pytest.raises(InputError, match="steers it through"):
        wb.plan(["2 + 2?"], models=model, max_tokens=caps, caps="cut", **options)
    assert wb.plan(["2 + 2?"], models=model, max_tokens=caps, **options).cut is None


def test_words_that_say_nothing_are_refused_before_anything_is_sent(server):
    with pytest.raises(InputError, match="'buy' to ask at every cap"):
        sweep(caps="cutt")
    with pytest.raises(InputError, match="leave None out"):
        sweep(max_tokens=[None, 9], caps="cut")
    assert server.hits == 0


def test_a_call_that_fails_takes_its_cuts_with_it(tmp_path):
    with FakeServer(error_response(400, "no")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = sweep(caps="cut")
    assert (rows["outcome"] == "error").all()
    assert rows.loc[rows["derived"], "usd_spent"].eq(0).all()
    assert len(rows) == 36


def test_repeats_are_cut_each_from_its_own_draw(server):
    rows = sweep(caps="cut", repeats=2)
    assert rows.groupby("max_tokens").size().tolist() == [24, 24, 24]
    assert rows.groupby(["task_id", "max_tokens"])["sample"].apply(set).map(len).eq(2).all()
