"""What a reply cost: the provider's figure, the user's price, a dated table, or nobody knows."""

from datetime import UTC, datetime

import pytest
from priced import cost, usage

import workbench as wb
from workbench.providers.models import resolve
from workbench.providers.price_table import Counts
from workbench.providers.prices import Cost, dearest_usd, priced, usd_per_million


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


def test_the_worst_case_is_at_the_dearest_hour():
    import genai_prices

    target = resolve("deepseek/deepseek-v4-pro")
    counts = genai_prices.Usage(input_tokens=1000, output_tokens=1000)
    hours = [datetime(2026, 11, 24, hour, 45, tzinfo=UTC) for hour in range(24)]
    at_hours = [
        float(
            genai_prices.calc_price(
                counts, "deepseek-v4-pro", provider_id="deepseek", genai_request_timestamp=at
            ).total_price
        )
        for at in hours
    ]
    assert min(at_hours) < max(at_hours), "the table no longer has prices by the hour: take another model"
    assert dearest_usd(target, 1000, 1000, {}) == pytest.approx(max(at_hours))


def test_a_long_prompt_costs_what_long_prompts_cost():
    short, long = (dearest_usd(resolve("anthropic/claude-sonnet-4-5"), n, 0, {}) for n in (10**5, 10**6))
    assert long > 10 * short


def test_an_unpriced_model_has_no_worst_case():
    wb.add_provider("mybox", base_url="https://box.example/v1", key_env="MYBOX_API_KEY")
    assert dearest_usd(resolve("mybox/m"), 1, 1, {}) is None


def test_a_name_that_another_model_answers_is_priced_as_that_one_from_its_day_on():
    target = resolve("xai/grok-4")
    heir, own = usd_per_million(resolve("xai/grok-4.3"))[0], Counts(1_000, 0)
    assert usd_per_million(target)[0] == heir
    before = priced(target, own, at=datetime(2026, 5, 1, tzinfo=UTC))
    assert before.usd * 1e3 != heir.input == pytest.approx(priced(target, own).usd * 1e3)
