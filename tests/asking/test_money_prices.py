"""What a reply cost beyond plain tokens: caches written, tiers, batches, long prompts, hours, the date of a price."""

from datetime import UTC, datetime

import pytest

from workbench.asking.billed import billed_tokens, circumstances
from workbench.asking.money import cost_of
from workbench.providers.models import resolve
from workbench.replies.usage import read_usage

SONNET, GPT = resolve("anthropic/claude-sonnet-4-5"), resolve("openai/gpt-5")


def cost(target, raw, **more):
    return cost_of(target, read_usage(raw, thinking="", answer=""), raw, **more)


def counts(prompt, output, **more):
    return {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output, **more}


@pytest.mark.parametrize(
    "raw",
    [
        counts(1_000, 0, cache_creation_input_tokens=400),
        counts(1_000, 0, prompt_tokens_details={"cache_write_tokens": 400}),
        counts(1_000, 0, prompt_tokens_details={"cache_creation_tokens": 400}),
        counts(1_000, 0, cache_write_tokens=400),
        {"input_tokens": 600, "output_tokens": 0, "cache_creation_input_tokens": 400},
    ],
)
def test_tokens_written_to_a_cache_cost_what_writing_costs(raw):
    assert cost(SONNET, raw).usd == pytest.approx((600 * 3 + 400 * 3.75) / 1e6)


def test_tokens_kept_for_an_hour_cost_more_to_write():
    raw = counts(1_000, 0, cache_creation_input_tokens=400, cache_creation={"ephemeral_1h_input_tokens": 100})
    assert cost(SONNET, raw).usd == pytest.approx((600 * 3 + 300 * 3.75 + 100 * 6) / 1e6)


def test_what_was_read_from_a_cache_and_written_to_it_never_exceeds_the_prompt():
    raw = counts(10, 1, prompt_tokens_details={"cached_tokens": 99, "cache_write_tokens": 99})
    assert cost(SONNET, raw).usd == pytest.approx((10 * 0.3 + 15) / 1e6)


def test_a_long_prompt_costs_what_long_prompts_cost():
    assert cost(SONNET, counts(200_001, 10)).usd == pytest.approx((200_001 * 6 + 10 * 22.5) / 1e6)


@pytest.mark.parametrize(
    ("sent", "reply", "factor"),
    [
        ({}, {}, 1),
        ({"service_tier": "flex"}, {}, 0.5),
        ({"service_tier": "flex"}, {"service_tier": "default"}, 1),
        ({"service_tier": "auto"}, {"service_tier": "priority"}, 2),
        ({}, {"service_tier": "priority"}, 2),
        ({}, {"service_tier": 5}, 1),
    ],
)
def test_the_tier_that_a_reply_ran_in_sets_its_price(sent, reply, factor):
    raw = counts(1_000, 100)
    found = cost(GPT, raw, context=circumstances(sent, {"usage": raw, **reply}))
    assert found.usd == pytest.approx(factor * (1_000 * 1.25 + 100 * 10) / 1e6)


def test_a_batch_costs_what_batches_cost():
    raw = counts(1_000, 100)
    assert cost(GPT, raw, context={"processing": "batch"}).usd == pytest.approx(0.5 * cost(GPT, raw).usd)


def test_the_hour_of_the_call_sets_the_price_and_not_the_hour_of_the_look():
    target, raw = resolve("deepseek/deepseek-v4-pro"), counts(1_000, 1_000)
    night, day = (cost(target, raw, at=datetime(2026, 11, 25, hour, 30, tzinfo=UTC)).usd for hour in (20, 2))
    assert day == pytest.approx(2 * night)


def test_a_price_bears_its_own_date():
    target, raw = resolve("openai/gpt-5.6-sol"), counts(1_000, 0)
    earlier, later = (cost(target, raw, at=datetime(2026, month, 1, tzinfo=UTC)) for month in (8, 9))
    assert later.source.startswith("price table 2026-08-21 (genai-prices ")
    assert earlier.source != later.source
    assert earlier.usd > later.usd
    assert cost(GPT, raw).source.startswith("price table of genai-prices ")


def test_nothing_is_billed_that_was_not_counted():
    assert billed_tokens(read_usage({"prompt_tokens": 5}, thinking="", answer=""), {"prompt_tokens": 5}) is None
