"""What a reply cost: the provider's figure, the user's price, a dated table, or nobody knows."""

import re
from datetime import UTC, datetime

import pytest

import workbench as wb
from workbench.asking.money import cost_of, reported_usd
from workbench.providers.models import resolve
from workbench.providers.prices import Cost, usd_per_million, worst_cost
from workbench.replies.usage import Usage, raw_usage, read_usage


@pytest.fixture(autouse=True)
def nothing_added(monkeypatch):
    monkeypatch.setattr("workbench.providers.facts._added", {})


def usage(prompt, completion, total=None, thinking=None, **more):
    raw = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total or prompt + completion}
    return {
        **raw,
        **({"completion_tokens_details": {"reasoning_tokens": thinking}} if thinking is not None else {}),
        **more,
    }


def cost(model, raw, served=None):
    return cost_of(resolve(model), read_usage(raw, thinking="", answer=""), raw, served_model=served)


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
    assert re.fullmatch(r"price table 20\d\d-\d\d-\d\d", found.source) if source == "table" else found.source == source


def test_the_table_is_not_of_the_future():
    source = cost("openai/gpt-5", usage(1, 1)).source
    assert source.removeprefix("price table ") <= datetime.now(UTC).date().isoformat()


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


@pytest.mark.parametrize(
    "body",
    [
        {"usage": {"prompt_tokens": 3}, "choices": [{"usage": {"prompt_tokens": 3}}]},
        {"usage": None, "choices": [{"usage": {"prompt_tokens": 3}}]},
        {"choices": [{"message": {}}], "x_groq": {"id": "r", "usage": {"prompt_tokens": 3}}},
    ],
    ids=["top-and-choice", "choice", "x_groq"],
)
def test_usage_is_taken_once_from_wherever_it_stands(body):
    assert raw_usage(body) == {"prompt_tokens": 3}


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


def test_ones_own_price_comes_before_the_table_and_after_the_provider(home):
    (home / "workbench.toml").write_text(
        '[models."openai/gpt-5"]\nusd_per_million = { input = 2, cached = 1, output = 4 }\n'
        '[models."openai/gpt-4.1"]\nusd_per_million = { input = 2, output = 4 }\n'
    )
    cached = {"prompt_tokens_details": {"cached_tokens": 40}}
    assert cost("openai/gpt-5", usage(100, 10, **cached)) == Cost(
        pytest.approx((60 * 2 + 40 * 1 + 10 * 4) / 1e6), "own price"
    )
    assert cost("openai/gpt-4.1", usage(100, 10, **cached)).usd == pytest.approx((100 * 2 + 10 * 4) / 1e6)
    assert cost("openai/gpt-5", usage(100, 10, cost=0.5)) == Cost(0.5, "provider")
    assert usd_per_million(resolve("openai/gpt-5"))[1] == "own price"


def test_a_price_of_ones_own_makes_a_server_of_ones_own_cost_something(home):
    (home / "workbench.toml").write_text('[models."vllm/m"]\nusd_per_million = { input = 1, output = 1 }\n')
    assert cost("vllm/m", usage(10**6, 0)).usd == 1.0
    assert cost("vllm/m", None) == Cost(None, "unknown")


def test_more_cached_tokens_than_the_prompt_has_do_not_make_it_cheaper_than_all_cached():
    target = resolve("moonshot/kimi-k2.6")
    odd = cost_of(target, Usage(prompt_tokens=10, cached_prompt_tokens=99, output_tokens=0), {})
    assert odd.usd == pytest.approx(10 * 0.16 / 1e6)


def test_the_worst_case_is_at_the_dearest_hour():
    import genai_prices

    target = resolve("deepseek/deepseek-reasoner")
    counts = genai_prices.Usage(input_tokens=1000, output_tokens=1000)
    hours = [datetime(2026, 11, 24, hour, 45, tzinfo=UTC) for hour in range(24)]
    at_hours = [
        float(
            genai_prices.calc_price(
                counts, "deepseek-reasoner", provider_id="deepseek", genai_request_timestamp=at
            ).total_price
        )
        for at in hours
    ]
    assert min(at_hours) < max(at_hours), "the table no longer has prices by the hour: take another model"
    assert worst_cost(target, prompt_tokens=1000, output_tokens=1000).usd == pytest.approx(max(at_hours))


def test_a_long_prompt_costs_what_long_prompts_cost():
    short, long = (
        worst_cost(resolve("anthropic/claude-sonnet-4-5"), prompt_tokens=n, output_tokens=0) for n in (10**5, 10**6)
    )
    assert long.usd > 10 * short.usd


def test_an_unpriced_model_has_no_worst_case():
    wb.add_provider("mybox", base_url="http://127.0.0.1:8000/v1", key_env="MYBOX_API_KEY")
    assert worst_cost(resolve("mybox/m"), prompt_tokens=1, output_tokens=1) == Cost(None, "unknown")
