"""What a reply costs, and a sum that is never exceeded."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from asked import Flights
from fakes.server import RESET, FakeServer, Response, completion, held
from priced import cost, usage
from swept import output_usage, priced, sweep

import workbench as wb
from workbench.asking import call
from workbench.asking.money import Purse, cost_of, reported_usd
from workbench.errors import (
    BudgetExceeded,
)
from workbench.providers.models import resolve
from workbench.providers.prices import Cost
from workbench.replies.usage import Usage, raw_usage

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize("stream", [True, False])
def test_max_usd_is_never_exceeded_by_sixteen_at_once(tmp_path, stream):
    with FakeServer(completion("1", usage=output_usage(100), delay_seconds=0.01)) as server:
        priced(tmp_path, server)
        rows = wb.sweep(
            [f"{n}?" for n in range(60)],
            models="fake/m",
            max_tokens=200,
            max_usd=2.05,
            concurrency=16,
            params={"stream": stream},
        )
        assert rows["usd_spent"].sum() == pytest.approx(0.1 * server.hits)
    assert rows["usd_spent"].sum() <= 2.05
    bought = rows[rows["outcome"] == "answered"]
    assert len(bought) == server.hits >= 19  # the worst case of the last call, $0.20, has to fit as well
    refused = rows[rows["outcome"] == "error"]
    assert set(refused["error"]) == {"BudgetExceeded"}
    assert "max_usd=$2.05" in refused["error_message"].iloc[0]
    assert sum(entry["usd"] for entry in wb.cache.current().ledger.entries()) == pytest.approx(0.1 * server.hits)


def test_a_call_of_unknown_fate_is_booked_at_its_worst(tmp_path):
    # The connection closes before a reply: each call is asked for once more, and nobody knows what was billed.
    with FakeServer(Response((RESET,))) as server:
        priced(tmp_path, server)
        rows = wb.sweep(["a?", "b?", "c?"], models="fake/m", max_tokens=1000, max_usd=2.5, concurrency=1)
        assert server.hits == 2
    assert rows["error"].tolist()[1:] == ["BudgetExceeded"] * 2
    assert rows["attempts"].tolist() == [2, 0, 0]
    assert rows["usd_spent"][0] is pd.NA


def test_a_sweep_that_has_spent_its_sum_leaves_the_call_to_another_that_waits_for_it(tmp_path, monkeypatch):
    """The first sweep sets $0.20 of $0.25 aside for one call; its other waits for that, and the second sweep for it."""
    flights = Flights()
    monkeypatch.setattr(call, "_flights", flights)
    with FakeServer(held(completion("1", usage=output_usage(100)), lambda: flights.followers >= 1)) as server:
        priced(tmp_path, server)
        with ThreadPoolExecutor(2) as pool:
            poor = pool.submit(wb.sweep, ["a?", "b?"], models="fake/m", max_tokens=200, max_usd=0.25, concurrency=2)
            server.wait_until(lambda: server.hits == 1 and len(flights) == 2)
            waiting = "b?" if server.requests[0].prompt == "a?" else "a?"
            rich = pool.submit(wb.sweep, [waiting], models="fake/m", max_tokens=200)
        refused = poor.result()[lambda rows: rows["error"].notna()]
        assert refused[["task_question", "error"]].values.tolist() == [[waiting, "BudgetExceeded"]]
        assert rich.result()["outcome"].tolist() == ["answered"]
        assert server.hits == 2


def test_an_unpriced_model_under_a_cap_stops_before_anything_is_sent(tmp_path):
    with FakeServer() as server:
        (tmp_path / "workbench.toml").write_text(f'[providers.fake]\nbase_url = "{server.base_url}"\nfree = false\n')
        with pytest.raises(BudgetExceeded, match="usd_per_million"):
            sweep(max_usd=1, max_tokens=10)
        priced(tmp_path, server)
        with pytest.raises(BudgetExceeded, match="max_tokens"):
            sweep(max_usd=1)
        assert server.hits == 0
        assert len(sweep(max_tokens=10)) == 4  # without a cap, an unknown price is no obstacle


def test_what_is_kept_costs_nothing_under_a_cap(tmp_path):
    with FakeServer(completion("1", usage=output_usage(100))) as server:
        priced(tmp_path, server)
        first = sweep(max_tokens=200, max_usd=1)
        second = sweep(max_tokens=200, max_usd=0)
        assert server.hits == 4
    assert first["usd_spent"].tolist() == pytest.approx([0.1] * 4)
    assert second["usd_spent"].tolist() == [0.0] * 4
    assert second["usd"].tolist() == pytest.approx([0.1] * 4)
    assert set(second["usd_source"]) == {"own price"}


@pytest.mark.parametrize(
    ("model", "raw", "usd", "source"),
    [
        pytest.param(
            "openrouter/moonshotai/kimi-k2.5",
            usage(21, 202, 223, 166, cost=0.00062),
            0.00062,
            "provider",
            id="openrouter",
        ),
        pytest.param(
            "openrouter/minimax/minimax-m2", usage(43, 10, 53, 11, cost=0), 0.0, "provider", id="free-of-charge"
        ),
        pytest.param(
            "xai/grok-3-mini",
            usage(288, 27, 665, 350, cost_in_usd_ticks=2_733_250),
            0.000273325,
            "provider",
            id="ticks",
        ),
        # The same without ticks: 288 in, and thinking is billed as output although it is outside the completion.
        pytest.param(
            "xai/grok-3-mini",
            usage(288, 27, 665, 350, prompt_tokens_details={"cached_tokens": 7}),
            (281 * 0.30 + 7 * 0.075 + 377 * 0.50) / 1e6,
            "table",
            id="thinking-outside",
        ),
        pytest.param(
            "gemini/gemini-2.5-flash", usage(16, 9, 627), (16 * 0.30 + 611 * 2.50) / 1e6, "table", id="in-the-total"
        ),
        pytest.param(
            "moonshot/kimi-k3",
            usage(92, 1331, 1423, 983, cached_tokens=92),
            (92 * 0.30 + 1331 * 15.00) / 1e6,
            "table",
            id="all-cached",
        ),
        pytest.param("moonshot/kimi-k2.6", usage(92, 75, 167), (92 * 0.95 + 75 * 4.00) / 1e6, "table", id="no-count"),
        pytest.param(
            "novita/moonshotai/kimi-k2-thinking", usage(10, 995), (10 * 0.6 + 995 * 2.5) / 1e6, "table", id="novita"
        ),
        pytest.param("nvidia/moonshotai/kimi-k2-thinking", usage(10, 995), None, "unknown", id="in-no-table"),
        pytest.param("openai/gpt-5", {"prompt_tokens": 10}, None, "unknown", id="half-a-count"),
        pytest.param("openai/gpt-5", None, None, "unknown", id="no-usage"),
        pytest.param("ollama/qwen3:8b", usage(10, 20), 0.0, "own price", id="own-server"),
        pytest.param("ollama/qwen3:8b", None, 0.0, "own price", id="own-server-without-usage"),
    ],
)
def test_a_reply_costs_what_its_provider_says_or_a_table_knows(model, raw, usd, source):
    found = cost(model, raw)
    assert found.usd == (None if usd is None else pytest.approx(usd, rel=1e-9))
    assert found.source.startswith("price table ") if source == "table" else found.source == source


@pytest.mark.parametrize(
    ("raw", "usd"),
    [
        pytest.param({"cost": 0.0005738, "is_byok": False}, 0.0005738, id="openrouter"),
        pytest.param(
            {"cost": 0.0001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.0019}}, 0.002, id="own-key"
        ),
        pytest.param({"cost": 0.0001, "is_byok": True}, None, id="own-key-without-the-rest"),
        pytest.param(
            {"cost": 0.0001, "is_byok": True, "cost_details": {"upstream_inference_cost": None}},
            None,
            id="own-key-null",
        ),
        pytest.param({"cost_in_usd_ticks": 2_071_250}, 0.000207125, id="ticks"),
        pytest.param({"cost": "0.0045"}, 0.0045, id="as-text"),
        pytest.param({"cost": "free"}, None, id="a-word"),
        pytest.param({"cost": None}, None, id="null"),
        pytest.param({"cost": True}, None, id="boolean"),
        pytest.param({"cost": -1}, None, id="minus"),
        pytest.param({"cost": float("nan")}, None, id="nan"),
        pytest.param([], None, id="no-object"),
    ],
)
def test_only_a_figure_in_dollars_is_a_figure(raw, usd):
    assert reported_usd(raw) == (None if usd is None else pytest.approx(usd))


def test_the_cost_of_vercels_gateway_stands_in_the_message():
    message = {"content": "9", "provider_metadata": {"gateway": {"cost": "0.00012"}}}
    raw = raw_usage({"choices": [{"message": message}], "usage": usage(10, 20)})
    assert cost("openai/gpt-5", raw) == Cost(0.00012, "provider")
    assert raw_usage({"choices": [{"message": message}]}) is None


def test_the_model_that_served_the_reply_sets_the_price_where_it_is_known():
    mine, other = (
        cost("openrouter/openai/gpt-5", usage(10**6, 0)),
        cost("openrouter/openai/gpt-5", usage(10**6, 0), "openai/gpt-5-mini"),
    )
    assert (mine.usd, other.usd) == (1.25, 0.25)
    assert cost("openrouter/openai/gpt-5", usage(10**6, 0), "nobody/knows").usd == 1.25


def test_more_cached_tokens_than_the_prompt_has_do_not_make_it_cheaper_than_all_cached():
    target = resolve("moonshot/kimi-k2.6")
    odd = cost_of(target, Usage(prompt_tokens=10, cached_prompt_tokens=99, output_tokens=0), {})
    assert odd.usd == pytest.approx(10 * 0.16 / 1e6)


@pytest.mark.parametrize(
    ("cap", "said"), [(0.0001, r"\$0\.0001"), (0.015, r"\$0\.015"), (2e-07, r"\$0\.0000002"), (1.5, r"\$1\.50")]
)
def test_a_small_sum_is_told_with_its_digits(cap, said):
    with pytest.raises(
        wb.errors.BudgetExceeded, match=rf"up to \$[0-9.]*[1-9][0-9.]*, and .* of max_usd={said} is spent"
    ):
        asyncio.run(Purse(cap).reserve(2 * cap))
