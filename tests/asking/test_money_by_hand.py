"""Bills reckoned by hand: usage as each vendor sends it, the dollars that it comes to, and the sum in words."""

from datetime import UTC, datetime

import pytest

from workbench.asking.billed import billed_tokens, circumstances
from workbench.asking.money import cost_of
from workbench.providers.batches import batch_cost
from workbench.providers.models import resolve
from workbench.replies.reported_cost import reported_usd
from workbench.replies.usage import read_usage

NOON = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)  # a Wednesday


def chat(prompt, output, total=None, *, cached=0, thought=0, **more):
    """OpenAI's way: cached tokens and thinking are parts of prompt and completion."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": total or prompt + output,
        "prompt_tokens_details": {"cached_tokens": cached},
        **({"completion_tokens_details": {"reasoning_tokens": thought}} if thought else {}),
        **more,
    }


def responses(prompt, output, *, cached=0, thought=0, **more):
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": prompt + output,
        **more,
    }


def claude(fresh, output, *, read=0, written=0, an_hour=0, **more):
    """Anthropic's way: what was read from a cache or written to one stands beside `input_tokens`."""
    kept = {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": an_hour}
    return {
        "input_tokens": fresh,
        "cache_creation_input_tokens": written + an_hour,
        "cache_read_input_tokens": read,
        "cache_creation": kept,
        "output_tokens": output,
        **more,
    }


def deep(hit, miss, output, **more):
    caches = {"prompt_cache_hit_tokens": hit, "prompt_cache_miss_tokens": miss}
    return {**chat(hit + miss, output, cached=hit), **caches, **more}


def bill(model, raw, usd, words, *, at=NOON, sent=None, reply=None, batch=False, served=None):
    return pytest.param(model, raw, usd, at, sent or {}, reply or {}, batch, served, id=f"{model}: {words}")


BILLS = [
    # OpenAI
    bill("openai/gpt-6.1-sol", chat(20_000, 1_500, cached=8_000, thought=1_200), 0.0398,
         "12,000 fresh at 2 are 0.024, 8,000 read at 0.10 are 0.0008, 1,500 out at 10 are 0.015"),
    bill("openai/gpt-6.1-sol", chat(272_000, 1_000), 0.554,
         "not yet long: 272,000 at 2 are 0.544, 1,000 at 10 are 0.01"),
    bill("openai/gpt-6.1-sol", chat(300_000, 2_000), 1.23, "long: all 300,000 at 4 are 1.20, 2,000 out at 15 are 0.03"),
    bill("openai/gpt-6.1-sol", chat(300_000, 1_000, cached=200_000), 0.455,
         "long, cached: 100,000 at 4 are 0.40, 200,000 at 0.20 are 0.04, 1,000 at 15 are 0.015"),
    bill("openai/gpt-6-luna", chat(100_000, 10_000), 0.015, "100,000 at 0.10 are 0.01, 10,000 at 0.50 are 0.005"),
    bill("openai/gpt-6.1-sol",
         {**chat(10_000, 100), "prompt_tokens_details": {"cached_tokens": 2_000, "cache_write_tokens": 5_000}}, 0.0197,
         "3,000 at 2 are 0.006, 2,000 read at 0.10 are 0.0002, 5,000 written at 2.50 are 0.0125, 100 at 10 are 0.001"),
    bill("openai/gpt-6-sol", chat(10_000, 1_000), 0.015, "flex is half: 10,000 at 1 are 0.01, 1,000 at 5 are 0.005",
         sent={"service_tier": "flex"}, reply={"service_tier": "flex"}),
    bill("openai/gpt-6.1-sol", chat(10_000, 1_000), 0.06,
         "priority is double: 10,000 at 4 are 0.04, 1,000 at 20 are 0.02",
         sent={"service_tier": "auto"}, reply={"service_tier": "priority"}),
    bill("openai/gpt-6-sol", chat(10_000, 1_000), 0.03, "asked for flex, ran in the default: 0.02 and 0.01",
         sent={"service_tier": "flex"}, reply={"service_tier": "default"}),
    bill("openai/gpt-6-astra", chat(1_000, 200), 0.01, "a batch is half of 1,000 at 10 and 200 at 50, which are 0.02",
         batch=True),
    bill("openai/gpt-6.1-sol", chat(300_000, 1_000, cached=100_000), 0.4175,
         "a batch of long prompts: 200,000 at 2 are 0.40, 100,000 at 0.10 are 0.01, 1,000 at 7.50 are 0.0075",
         batch=True),
    bill("openai/gpt-5.6-sol", chat(5_000, 500), 0.03, "5,000 at 4 are 0.02, 500 at 20 are 0.01"),
    bill("openai/gpt-6.1-terra", responses(4_000, 600, cached=1_000, thought=500), 0.00605,
         "Responses: 3,000 at 1 are 0.003, 1,000 at 0.05 are 0.00005, 600 at 5 are 0.003"),
    bill("openai/gpt-6.1-sol", responses(1_000, 100, web_search_requests=3), 0.033,
         "1,000 at 2 are 0.002, 100 at 10 are 0.001, three searches at 10 a thousand are 0.03"),
    bill("openai/gpt-6.1-sol", responses(1_000, 100, web_search_requests=3), 0.0315,
         "flex, with searches at their own price: 0.001, 0.0005 and 0.03",
         sent={"service_tier": "flex"}, reply={"service_tier": "flex"}),
    bill("openai/gpt-5.4", chat(1_000, 100), 0.004, "1,000 at 2.50 are 0.0025, 100 at 15 are 0.0015",
         served="gpt-5.4-2026-03-05"),
    # Anthropic
    bill("anthropic/claude-opus-5-5", claude(200, 300, read=20_000, written=5_000), 0.0358,
         "200 at 4 are 0.0008, 5,000 written at 5 are 0.025, 20,000 read at 0.20 are 0.004, 300 at 20 are 0.006"),
    bill("anthropic/claude-opus-5-5", claude(100, 50, written=1_000, an_hour=4_000), 0.0384,
         "1,000 kept for minutes at 5 are 0.005, 4,000 an hour at 8 are 0.032, 100 at 4 are .0004, 50 at 20 are 0.001"),
    bill("anthropic/claude-haiku-5-5", claude(50_000, 1_000), 0.0055,
         "50,000 at 0.10 are 0.005, 1,000 at 0.50 are 0.0005"),
    bill("anthropic/claude-haiku-5-5", claude(150_000, 1_000), 0.0775,
         "long is five times: 150,000 at 0.50 are 0.075, 1,000 at 2.50 are 0.0025"),
    bill("anthropic/claude-haiku-5-5", claude(10_000, 100, read=120_000), 0.01125,
         "what was read makes it long: 10,000 at 0.50 are 0.005, 120,000 at 0.05 are 0.006, 100 at 2.50 are 0.00025"),
    bill("anthropic/claude-sonnet-5-5", claude(10_000, 1_000, service_tier="batch"), 0.015,
         "a batch is half of 10,000 at 2 and 1,000 at 10, which are 0.03", batch=True),
    bill("anthropic/claude-opus-5-5", claude(1_000, 100, read=9_000, written=2_000), 0.0089,
         "a batch halves caches: 1,000 at 2 are 0.002, 9,000 at 0.10 are 0.0009, 2,000 at 2.50 are 0.005, 100 at 10",
         batch=True),
    bill("anthropic/claude-opus-5-5", claude(1_000, 1_000), 0.048, "fast: 1,000 at 8 are 0.008, 1,000 at 40 are 0.04",
         sent={"speed": "fast"}, reply={"usage": {"speed": "fast"}}),
    bill("anthropic/claude-sonnet-5-5", claude(1_000, 100, server_tool_use={"web_search_requests": 2}), 0.023,
         "1,000 at 2 are 0.002, 100 at 10 are 0.001, two searches at 10 a thousand are 0.02"),
    bill("anthropic/claude-opus-5-5", chat(10_100, 10, cached=10_000), 0.0026,
         "OpenAI's way: 100 at 4 are 0.0004, 10,000 at 0.20 are 0.002, 10 at 20 are 0.0002"),
    bill("anthropic/claude-sonnet-4-6", claude(1_000, 1_000), 0.018, "1,000 at 3 are 0.003, 1,000 at 15 are 0.015"),
    # Gemini
    bill("gemini/gemini-3.8-flash", chat(1_000, 200, 2_200), 0.00525,
         "thinking in the total alone: 1,000 at 0.75 are 0.00075, 1,200 at 3.75 are 0.0045"),
    bill("gemini/gemini-4-argon", chat(10_000, 1_000), 0.03,
         "until November ends: 10,000 at 2 are 0.02, 1,000 at 10 are 0.01"),
    bill("gemini/gemini-4-argon", chat(10_000, 1_000), 0.06,
         "from December on: 10,000 at 4 are 0.04, 1,000 at 20 are 0.02",
         at=datetime(2026, 12, 1, 0, 30, tzinfo=UTC)),
    bill("gemini/gemini-4-argon", chat(10_000, 1_000), 0.015, "a batch, whatever tier its lines tell: half of 0.03",
         batch=True, reply={"service_tier": "standard"}),
    bill("gemini/gemini-3.8-flash", chat(10_000, 1_000, cached=4_000), 0.0171,
         "from 2027 on: 6,000 at 1.50 are 0.009, 4,000 at 0.15 are 0.0006, 1,000 at 7.50 are 0.0075",
         at=datetime(2027, 1, 2, tzinfo=UTC)),
    bill("gemini/gemini-3.1-pro-preview", chat(10_000, 100, cached=5_000), 0.0122,
         "5,000 at 2 are 0.01, 5,000 at 0.20 are 0.001, 100 at 12 are 0.0012"),
    bill("gemini/gemini-2.5-pro", chat(10_000, 1_000), 0.01125,
         "answered by 3.8-flash by then: 10,000 at 0.75 are 0.0075, 1,000 at 3.75 are 0.00375",
         at=datetime(2026, 12, 2, tzinfo=UTC), served="gemini-2.5-pro"),
    # DeepSeek
    bill("deepseek/deepseek-flash", deep(8_000, 2_000, 1_000), 0.000924,
         "2,000 at 0.15 are 0.0003, 8,000 hits at 0.003 are 0.000024, 1,000 at 0.60 are 0.0006"),
    bill("deepseek/deepseek-flash", deep(8_000, 2_000, 1_000), 0.001848, "in a dear hour all of it twice: 2 x 0.000924",
         at=datetime(2026, 11, 25, 2, tzinfo=UTC)),
    bill("deepseek/deepseek-flash", deep(8_000, 2_000, 1_000), 0.000924, "the same hour of a Saturday is not dear",
         at=datetime(2026, 11, 28, 2, tzinfo=UTC)),
    bill("deepseek/deepseek-v4-pro", deep(0, 10_000, 1_000), 0.01716,
         "Monday at seven: 10,000 at 1.32 are 0.0132, 1,000 at 3.96",
         at=datetime(2026, 11, 23, 7, tzinfo=UTC)),
    bill("deepseek/deepseek-v4-pro", deep(5_000, 5_000, 1_000), 0.00539,
         "at noon: 5,000 at 0.66 are 0.0033, 5,000 hits at 0.022 are 0.00011, 1,000 at 1.98 are 0.00198"),
    # Moonshot
    bill("moonshot/kimi-k2.6", {**chat(5_000, 1_000), "cached_tokens": 3_000}, 0.00638,
         "2,000 at 0.95 are 0.0019, 3,000 at 0.16 are 0.00048, 1,000 at 4 are 0.004"),
    bill("moonshot/kimi-k3",
         chat(10_000, 100, cache_write_tokens=4_000, cache_creation={"ephemeral_1h_input_tokens": 1_000}), 0.0345,
         "6,000 at 3 are 0.018, 3,000 written at 3 are 0.009, 1,000 for an hour at 6 are 0.006, 100 at 15 are 0.0015"),
    bill("moonshot/kimi-k3.1-pro", chat(10_000, 1_000, thought=900), 0.03,
         "10,000 at 2 are 0.02, 1,000 at 10 are 0.01"),
    bill("moonshot/kimi-k2.7-code", chat(10_000, 1_000), 0.0081,
         "a batch is six tenths of 10,000 at 0.95 and 1,000 at 4, 0.0135",
         batch=True),
    bill("moonshot/kimi-k2.7-code-highspeed", chat(2_000, 100, cached=1_000), 0.00308,
         "1,000 at 1.90 are 0.0019, 1,000 at 0.38 are 0.00038, 100 at 8 are 0.0008"),
    # xAI
    bill("xai/grok-4.7", chat(288, 27, 665, thought=350, cost_in_usd_ticks=2_733_250), 0.000273325,
         "its own figure: 2,733,250 ticks of a ten-thousand-millionth"),
    bill("xai/grok-4.7", chat(288, 27, 665, thought=350), 0.002838,
         "thinking beside the completion: 288 at 2 are 0.000576, 377 at 6 are 0.002262"),
    bill("xai/grok-4.5", chat(10_000, 1_000, cached=5_000), 0.0175,
         "5,000 at 2 are 0.01, 5,000 at 0.30 are 0.0015, 1,000 at 6 are 0.006"),
    bill("xai/grok-4.7", chat(250_000, 1_000), 1.012, "long: 250,000 at 4 are 1.00, 1,000 at 12 are 0.012"),
    # OpenRouter
    bill("openrouter/openai/gpt-6-sol", chat(1_000, 100, cost=0.0123), 0.0123, "its own figure, whatever the tokens"),
    bill("openrouter/openai/gpt-6-sol",
         chat(1_000, 100, cost=0.0001, is_byok=True, cost_details={"upstream_inference_cost": 0.0019}), 0.002,
         "with a key of one's own: its fee of 0.0001 and 0.0019 at the host"),
    bill("openrouter/moonshotai/kimi-k2-thinking", chat(10_000, 2_000, cached=4_000), 0.0092,
         "no figure: 6,000 at 0.60 are 0.0036, 4,000 at 0.15 are 0.0006, 2,000 at 2.50 are 0.005"),
    bill("openrouter/moonshotai/kimi-k3", chat(10_000, 1_000), 0.01517,
         "its own card of batches: 10,000 at 0.917 are 0.00917, 1,000 at 6 are 0.006", batch=True),
    bill("openrouter/moonshotai/kimi-k3", chat(10_000, 1_000), 0.0342,
         "the card before 9 November: 10,000 at 2.28 are 0.0228, 1,000 at 11.40 are 0.0114",
         batch=True, at=datetime(2026, 11, 1, tzinfo=UTC)),
    # Z.ai and others
    bill("zai/glm-5.3", chat(10_000, 2_000, cached=5_000), 0.0171,
         "5,000 at 1.40 are 0.007, 5,000 at 0.26 are 0.0013, 2,000 at 4.40 are 0.0088"),
    bill("zai/glm-5.3-flash", chat(10_000, 1_000), 0.002, "10,000 at 0.15 are 0.0015, 1,000 at 0.50 are 0.0005"),
    bill("minimax/MiniMax-M3", chat(100_000, 1_000, cached=50_000), 0.0192,
         "50,000 at 0.30 are 0.015, 50,000 at 0.06 are 0.003, 1,000 at 1.20 are 0.0012"),
    bill("minimax/MiniMax-M3", chat(600_000, 1_000), 0.3624,
         "long: 600,000 at 0.60 are 0.36, 1,000 at 2.40 are 0.0024"),
    bill("dashscope/qwen3.8-max-0902", chat(10_000, 1_000), 0.026, "10,000 at 2 are 0.02, 1,000 at 6 are 0.006"),
    bill("dashscope/qwen3.8-max-0902", chat(10_000, 1_000, cached=8_000), 0.013,
         "a batch saves nothing by caches: half of 10,000 at 2 and 1,000 at 6, 0.026", batch=True),
    bill("groq/openai/gpt-oss-120b", chat(10_000, 500, cached=2_000), 0.00165,
         "8,000 at 0.15 are 0.0012, 2,000 at 0.075 are 0.00015, 500 at 0.60 are 0.0003"),
    bill("groq/openai/gpt-oss-120b", chat(10_000, 1_000), 0.00105, "a batch is half of 0.0015 and 0.0006", batch=True),
]  # fmt: skip


@pytest.mark.parametrize(("model", "raw", "usd", "at", "sent", "reply", "batch", "served"), BILLS)
def test_a_bill_is_what_it_is_by_hand(model, raw, usd, at, sent, reply, batch, served):
    target, usage = resolve(model), read_usage(raw, thinking="", answer="")
    if batch:
        found = batch_cost(target, billed_tokens(usage, raw), served=served, at=at)
        assert reported_usd(raw) is None
    else:
        context = circumstances(sent, {"usage": raw, **reply})
        found = cost_of(target, usage, raw, served_model=served, at=at, context=context)
    assert found.usd == pytest.approx(usd, rel=1e-9), found.source
    assert "not priced" not in found.source


def test_a_bill_of_hours_is_one_of_the_hour_in_which_it_was_made():
    dear, cheap = (datetime(2026, 11, 26, hour, minute, tzinfo=UTC) for hour, minute in ((9, 59), (10, 0)))
    target, raw = resolve("deepseek/deepseek-flash"), deep(0, 1_000_000, 0)
    usage = read_usage(raw, thinking="", answer="")
    assert cost_of(target, usage, raw, at=dear).usd == pytest.approx(0.3)
    assert cost_of(target, usage, raw, at=cheap).usd == pytest.approx(0.15)


def test_all_shapes_are_here():
    vendors = {case.values[0].split("/")[0] for case in BILLS}
    assert {"openai", "anthropic", "gemini", "deepseek", "moonshot", "xai", "openrouter", "zai"} <= vendors
    assert len(BILLS) >= 40
