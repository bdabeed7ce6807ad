"""Usage as providers send it, and the bill worked out by hand: each sum is written out, in dollars per million."""

from datetime import UTC, datetime, timedelta

import pytest

from workbench.asking.billed import billed_tokens, circumstances
from workbench.asking.money import cost_of
from workbench.providers.models import resolve
from workbench.providers.prices import dearest_usd
from workbench.replies.usage import read_usage

TUESDAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SATURDAY = TUESDAY + timedelta(days=4)


def chat(prompt, completion, **more):
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion, **more}


def read(prompt, completion, cached, **more):
    return chat(prompt, completion, prompt_tokens_details={"cached_tokens": cached}, **more)


def claude(prompt, output, read=0, written=0, hour=0, **more):
    written_all = {"cache_creation_input_tokens": written + hour, "cache_read_input_tokens": read}
    parts = {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": hour}
    return {"input_tokens": prompt, "output_tokens": output, **written_all, "cache_creation": parts, **more}


SOL, TERRA_LESS = "openai/gpt-6.1-sol", "openai/gpt-5.6-sol"
DRAWS = "gemini/gemini-2.5-flash-image"
OPUS, SONNET, HAIKU = "anthropic/claude-opus-5-5", "anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-5-5"

BY_HAND = {
    # name: model, usage, what decides beside the tokens, dollars times a million: prices from the table of this version
    "plain": (SOL, chat(1_000, 200), {}, 1_000 * 2 + 200 * 10),
    "no tokens at all": (SOL, chat(0, 0), {}, 0),
    "thinking is within the output": (
        SOL, chat(50, 900, completion_tokens_details={"reasoning_tokens": 800}), {}, 100 + 9_000),
    "a part read from the cache": (SOL, read(10_000, 10, 8_000), {}, 4_000 + 800 + 100),
    "all read from the cache": (SOL, read(4_096, 0, 4_096), {}, 409.6),
    "written to a cache by default": (
        SOL, chat(3_000, 1, prompt_tokens_details={"cached_tokens": 1_000, "cache_write_tokens": 1_500}), {},
        500 * 2 + 1_000 * 0.1 + 1_500 * 2.5 + 10),
    "the last prompt of the short tier": (SOL, chat(272_000, 100), {}, 544_000 + 1_000),
    "one token into the long tier": (SOL, chat(272_001, 100), {}, 1_088_004 + 1_500),
    "a long prompt out of the cache": (SOL, read(300_000, 100, 290_000), {}, 40_000 + 58_000 + 1_500),
    "flex": (SOL, chat(1_000, 200), {"service_tier": "flex"}, 1_000 + 1_000),
    "flex and cached": (SOL, read(1_000, 200, 600), {"service_tier": "flex"}, 400 + 30 + 1_000),
    "flex with a long prompt": (SOL, chat(300_000, 10), {"service_tier": "flex"}, 600_000 + 75),
    "priority": (SOL, chat(1_000, 200), {"service_tier": "priority"}, 4_000 + 4_000),
    "priority, cached": (SOL, read(1_000, 200, 1_000), {"service_tier": "priority"}, 200 + 4_000),
    "fast is priority": (SOL, chat(10, 10), {"service_tier": "fast"}, 40 + 200),
    "the default tier by its name": (SOL, chat(1_000, 200), {"service_tier": "default"}, 4_000),
    "batch": (SOL, chat(1_000, 200), {"processing": "batch"}, 1_000 + 1_000),
    "batch with a long, written prompt": (
        SOL, chat(400_000, 0, prompt_tokens_details={"cache_write_tokens": 100_000}), {"processing": "batch"},
        300_000 * 2 + 100_000 * 2.5),
    "a picture among the output": (
        DRAWS, chat(1_000, 1_300, completion_tokens_details={"image_tokens": 1_290}), {}, 300 + 10 * 2.5 + 1_290 * 30),
    "a picture beside the output": (
        DRAWS, {**chat(1_000, 10, completion_tokens_details={"image_tokens": 1_290}), "total_tokens": 2_300}, {},
        300 + 10 * 2.5 + 1_290 * 30),
    "a picture read at the price of text": (
        SOL, chat(1_000, 1, prompt_tokens_details={"image_tokens": 900}), {}, 2_000 + 10),
    "two searches": (SOL, chat(100, 10, web_search_calls=2), {}, 200 + 100 + 2 * 10_000),
    "four searches of files": (SOL, chat(100, 10, file_search_calls=4), {}, 200 + 100 + 4 * 2_500),
    "another model, long": (TERRA_LESS, read(272_001, 7, 2_001), {}, 270_000 * 8 + 2_001 * 0.8 + 210),
    "a claude in its own words": (SONNET, claude(1_000, 300), {}, 2_000 + 3_000),
    "a claude reads beside the prompt": (SONNET, claude(100, 10, read=9_000), {}, 200 + 900 + 100),
    "a claude writes beside the prompt": (SONNET, claude(100, 10, written=9_000), {}, 200 + 22_500 + 100),
    "a claude writes for an hour": (SONNET, claude(100, 10, hour=9_000), {}, 200 + 36_000 + 100),
    "a claude does all of it": (
        OPUS, claude(500, 100, read=4_000, written=1_000, hour=2_000), {}, 2_000 + 800 + 5_000 + 16_000 + 2_000),
    "a claude over this protocol, written within": (
        SONNET, chat(10_000, 100, cache_creation_input_tokens=9_000), {}, 2_000 + 22_500 + 1_000),
    "a claude at the fast speed": (OPUS, claude(1_000, 100), {"speed": "fast"}, 8_000 + 4_000),
    "a claude in a batch": (OPUS, claude(1_000, 100, read=1_000), {"processing": "batch"}, 2_000 + 100 + 1_000),
    "a claude searches three times": (
        SONNET, claude(1_000, 100, server_tool_use={"web_search_requests": 3}), {}, 2_000 + 1_000 + 30_000),
    "a haiku with a short prompt": (HAIKU, claude(100_000, 100), {}, 10_000 + 50),
    "a haiku with a long prompt": (HAIKU, claude(100_001, 100), {}, 50_000.5 + 250),
    "a haiku long by what it read": (HAIKU, claude(1_000, 0, read=150_000), {}, 500 + 7_500),
    "kimi, cached on top": ("moonshot/kimi-k2.6", chat(2_000, 500, cached_tokens=1_500), {}, 475 + 240 + 2_000),
    "kimi k3 writes for nothing more": (
        "moonshot/kimi-k3", chat(1_000, 10, prompt_tokens_details={"cache_write_tokens": 400}), {}, 3_000 + 150),
    "gemini shows its thinking only in the total": (
        "gemini/gemini-3.8-flash",
        {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 1_030}, {}, 15 + 1_010 * 3.75),
    "gemini before its price rises": ("gemini/gemini-4-argon", chat(1_000, 100), {}, 2_000 + 1_000),
    "gemini, the short tier's last": ("gemini/gemini-3.1-pro-preview", chat(200_000, 10), {}, 400_000 + 120),
    "gemini, the long tier's first": ("gemini/gemini-3.1-pro-preview", chat(200_001, 10), {}, 800_004 + 180),
    "grok thinks outside its completion": (
        "xai/grok-4.7",
        {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 620,
         "completion_tokens_details": {"reasoning_tokens": 500}}, {}, 200 + 520 * 6),
    "grok at the edge": ("xai/grok-4.7", chat(200_000, 1), {}, 800_000 + 12),
    "grok 4.5 reads for less": ("xai/grok-4.5", read(1_000, 0, 1_000), {}, 300),
    "deepseek's hit field": (
        "deepseek/deepseek-flash",
        chat(1_000, 100, prompt_cache_hit_tokens=900, prompt_cache_miss_tokens=100), {}, 15 + 2.7 + 60),
    "a host with cached prices": ("groq/openai/gpt-oss-120b", read(1_000, 100, 500), {}, 75 + 37.5 + 60),
    "a host in a batch": ("groq/openai/gpt-oss-120b", chat(1_000, 100), {"processing": "batch"}, 75 + 30),
    "a price of two weeks": ("mistral/mistral-large-4", chat(1_000, 100), {}, 700 + 210),
    "a router that says no cost": (
        "openrouter/moonshotai/kimi-k2-thinking", read(1_000, 100, 400), {}, 360 + 60 + 250),
}  # fmt: skip


def bill(model, usage, context, at=TUESDAY):
    return cost_of(resolve(model), read_usage(usage, thinking="", answer=""), usage, at=at, context=context)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_usage_costs_what_it_costs_by_hand(name):
    model, usage, context, millionths = BY_HAND[name]
    found = bill(model, usage, context)
    assert found.usd == pytest.approx(millionths / 1e6, rel=1e-9, abs=1e-15)
    assert found.source.startswith("price table ")
    assert "not priced" not in found.source


@pytest.mark.parametrize(
    ("at", "factor"),
    [
        (TUESDAY.replace(hour=0, minute=59), 1),
        (TUESDAY.replace(hour=1), 2),
        (TUESDAY.replace(hour=3, minute=59), 2),
        (TUESDAY.replace(hour=4), 1),
        (TUESDAY.replace(hour=6), 2),
        (TUESDAY.replace(hour=10), 1),
        (SATURDAY.replace(hour=2), 1),  # weekends are spared
        (SATURDAY.replace(hour=7) + timedelta(days=1), 1),
        (SATURDAY.replace(hour=7) + timedelta(days=2), 2),
    ],
    ids=str,
)
def test_the_dear_hours_are_those_of_working_days(at, factor):
    usd = bill("deepseek/deepseek-v4-pro", chat(1_000, 1_000), {}, at).usd
    assert usd == pytest.approx(factor * (660 + 1_980) / 1e6)


def test_a_price_that_rises_does_so_on_its_day():
    days = [datetime(2026, 11, 30, 23, 59, tzinfo=UTC), datetime(2026, 12, 1, 0, 1, tzinfo=UTC)]
    first, then = (bill("gemini/gemini-4-argon", chat(1_000, 0), {}, day) for day in days)
    assert (first.usd, then.usd) == (pytest.approx(0.002), pytest.approx(0.004))
    assert "2026-12-01" in then.source
    assert "2026-12-01" not in first.source


@pytest.mark.parametrize(
    ("model", "usage", "context", "words"),
    [
        ("moonshot/kimi-k3", chat(10, 1, num_search_queries=2), {}, "not priced: 2 web searches"),
        ("xai/grok-4.7", chat(10, 1), {"processing": "batch"}, "not priced: processing batch"),
        (HAIKU, chat(10, 1), {"service_tier": "priority"}, "not priced: service_tier priority"),
        (SOL, chat(10, 1, prompt_tokens_details={"audio_tokens": 5}), {}, "5 tokens of audio read apart from text"),
        (
            SOL,
            chat(10, 9, completion_tokens_details={"image_tokens": 7}),
            {},
            "7 tokens of images written apart from text",
        ),
        (SOL, chat(10, 9, output_tokens_details={"video_tokens": 7}), {}, "7 tokens of video written apart from text"),
        (SOL, chat(10, 1, server_tool_use={"code_execution_requests": 1}), {}, "not priced: 1 runs of code"),
    ],
)
def test_what_the_table_has_no_price_of_is_said(model, usage, context, words):
    found = bill(model, usage, context)
    assert words in found.source
    assert found.usd > 0


def test_the_most_that_a_model_can_cost_that_draws_is_that_of_its_pictures():
    assert dearest_usd(resolve(DRAWS), 1_000, 1_290, {}) == pytest.approx((300 + 1_290 * 30) / 1e6)


def test_a_price_of_ones_own_says_what_it_is_no_price_of(home):
    (home / "workbench.toml").write_text(f'[models."{SOL}"]\nusd_per_million = {{ input = 1, output = 1 }}\n')
    drawn = chat(10, 9, completion_tokens_details={"image_tokens": 7})
    assert bill(SOL, drawn, {}).source == "own price, not priced: 7 tokens of images written apart from text"
    assert bill("vllm/m", drawn, {}).source == "own price"


def test_a_tier_had_no_price_before_the_table_knew_one():
    found = bill(SOL, chat(1_000, 0), {"service_tier": "flex"}, datetime(2026, 9, 1, tzinfo=UTC))
    assert (found.usd, found.source.endswith("not priced: service_tier flex")) == (pytest.approx(0.002), True)


def test_a_tier_is_dated_by_its_own_price():
    assert "2026-10-12" in bill(SOL, chat(1, 1), {"service_tier": "flex"}).source
    assert bill(SOL, chat(1, 1), {}).source.startswith("price table of genai-prices ")


@pytest.mark.parametrize("number", [-1, True, "2", 1e15, None, [2]])
def test_a_number_that_is_none_is_no_fee(number):
    raw = chat(10, 1, web_search_calls=number)
    assert billed_tokens(read_usage(raw, thinking="", answer=""), raw).fees == ()


def test_the_tier_is_the_one_that_the_reply_ran_in():
    assert circumstances({"service_tier": "priority"}, {"service_tier": "default"}) == {"service_tier": "default"}
    assert circumstances({}, {"usage": {"speed": "fast"}}) == {"speed": "fast"}
