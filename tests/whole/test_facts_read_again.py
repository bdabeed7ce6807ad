"""A second reading: what vendors and others say of models, held against what the workbench does with a request."""

from datetime import date

import pytest

from workbench.errors import BadRequest, ConfigError, NotFound
from workbench.providers.batches import known_terms
from workbench.providers.depth import switch_of, with_depth
from workbench.providers.facts import WEAK, known_models, known_providers
from workbench.providers.models import resolve
from workbench.providers.parameters import check_parameters
from workbench.providers.prices import usd_per_million
from workbench.providers.retired import check_not_retired, doubts_of_retirement

OFF = {"thinking": False}


def sent(model, **given):
    """What a request says in the end."""
    return with_depth(resolve(model), given)[0]


@pytest.mark.parametrize(
    ("model", "given", "wanted"),
    [
        ("moonshot/kimi-k2.6", OFF, {"thinking": {"type": "disabled"}}),
        ("moonshot/kimi-k3", {"effort": "max"}, {"reasoning_effort": "max"}),
        ("openai/gpt-6-sol", OFF, {"reasoning_effort": "none"}),
        ("openai/gpt-5.4", {"effort": "xhigh"}, {"reasoning_effort": "xhigh"}),
        ("anthropic/claude-sonnet-5-5", OFF, {"thinking": {"type": "between_tools"}}),
        ("anthropic/claude-haiku-5-5", OFF, {"thinking": {"type": "disabled"}}),
        ("anthropic/claude-opus-4-6", {"thinking": True}, {"thinking": {"type": "adaptive"}}),
        ("gemini/gemini-4-argon", {"effort": "low"}, {"reasoning_effort": "low"}),
        (
            "gemini/gemini-2.5-flash-lite",
            OFF,
            {"extra_body": {"google": {"thinking_config": {"thinking_budget": 0}}}},
        ),
        ("deepseek/deepseek-flash", OFF, {"thinking": {"type": "disabled"}}),
        ("deepseek/deepseek-v4-pro", {"effort": "max"}, {"reasoning_effort": "max"}),
        ("xai/grok-4.3", OFF, {"reasoning_effort": "none"}),
        ("xai/grok-4.7", {"effort": "xhigh"}, {"reasoning_effort": "xhigh"}),
        ("zai/glm-5.3", {"effort": "high"}, {"reasoning_effort": "high"}),
        ("zai/glm-4.6", OFF, {"thinking": {"type": "disabled"}}),
        ("minimax/MiniMax-M3", OFF, {"thinking": {"type": "disabled"}}),
        ("dashscope/qwen3.8-27b", OFF, {"enable_thinking": False}),
        ("siliconflow/Qwen/Qwen3-32B", OFF, {"enable_thinking": False}),
        ("mistral/mistral-large-4", OFF, {"reasoning_effort": "none"}),
        ("groq/qwen/qwen3.8-27b", OFF, {"reasoning_effort": "none"}),
        ("groq/openai/gpt-oss-120b", {"effort": "low"}, {"reasoning_effort": "low"}),
        ("together/zai-org/GLM-5.2", OFF, {"reasoning": {"enabled": False}}),
        ("fireworks/accounts/fireworks/models/deepseek-v4p1", OFF, {"reasoning_effort": "none"}),
        ("openrouter/qwen/qwen3.8-27b", OFF, {"reasoning": {"enabled": False}}),
        ("vercel/zai/glm-5.3", {"effort": "high"}, {"reasoning": {"effort": "high"}}),
        ("bedrock/global.moonshotai.kimi-k3.1", OFF, {"reasoning": {"effort": "none"}}),
        ("vllm/zai-org/GLM-5", OFF, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("sglang/deepseek-ai/DeepSeek-V3.2", OFF, {"chat_template_kwargs": {"thinking": False}}),
        ("nvidia/moonshotai/kimi-k2.6", OFF, {"chat_template_kwargs": {"thinking": False}}),
        ("nvidia/nvidia/nemotron-3-ultra", OFF, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("deepinfra/Qwen/Qwen3-32B", OFF, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("ollama/qwen3:8b", OFF, {"reasoning_effort": "none"}),
        ("inferencesh/openrouter/kimi-k3", {"effort": "high"}, {"reasoning_effort": "high"}),
    ],
)
def test_depth_is_said_where_each_provider_wants_it(model, given, wanted):
    assert sent(model, **given) == wanted


@pytest.mark.parametrize(
    ("model", "given"),
    [
        ("moonshot/kimi-k3", {"effort": "medium"}),
        ("moonshot/kimi-k3", {"effort": "none"}),
        ("moonshot/kimi-k3.1-pro", OFF),
        ("moonshot/kimi-k2.7-code", OFF),
        ("moonshot/kimi-k2.6", {"effort": "low"}),
        ("openai/gpt-6-astra", OFF),
        ("openai/gpt-6.1-sol", {"effort": "none"}),
        ("openai/gpt-6.1-sol", {"effort": "minimal"}),
        ("openai/gpt-5", {"effort": "xhigh"}),
        ("openai/gpt-5.1", {"effort": "minimal"}),
        ("openai/gpt-5.1", {"effort": "xhigh"}),
        ("anthropic/claude-opus-5-5", OFF),
        ("anthropic/claude-fable-5-2", OFF),
        ("anthropic/claude-haiku-5-5", {**OFF, "output_config": {"effort": "max"}}),
        ("anthropic/claude-sonnet-5-5", {**OFF, "output_config": {"effort": "xhigh"}}),
        ("gemini/gemini-3.8-flash", OFF),
        ("gemini/gemini-3.8-flash", {"effort": "minimal"}),
        ("xai/grok-4.5", OFF),
        ("xai/grok-4.5", {"effort": "xhigh"}),
        ("zai/glm-5.3", OFF),
        ("zai/glm-5.3-flash", OFF),
        ("zai/glm-5.1", {"effort": "high"}),
        ("minimax/MiniMax-M2.7", OFF),
        ("mistral/mistral-small-2603", {"effort": "medium"}),
        ("inferencesh/openrouter/kimi-k3", {"effort": "max"}),
        ("inferencesh/openrouter/kimi-k3", {"effort": "minimal"}),
    ],
)
def test_what_would_do_nothing_or_another_thing_is_refused_unpaid(model, given):
    with pytest.raises(ConfigError, match="nothing was sent"):
        sent(model, **given)


@pytest.mark.parametrize(
    ("model", "given"),
    [
        ("moonshot/kimi-k2.6", {"temperature": 0.5}),
        ("moonshot/kimi-k2.6", {"n": 2}),
        ("moonshot/kimi-k2.6", {"temperature": 1.0, "thinking": {"type": "disabled"}}),
        ("moonshot/kimi-k3", {"temperature": 0.3}),
        ("openai/gpt-6-astra", {"temperature": 0}),
        ("openai/gpt-5.6-sol", {"temperature": 0}),
        ("openai/gpt-5.4", {"temperature": 0, "reasoning_effort": "low"}),
        ("openai/gpt-5", {"top_p": 0.5}),
        ("anthropic/claude-opus-5-5", {"temperature": 0.7}),
        ("anthropic/claude-opus-4-7", {"temperature": 0}),
        ("anthropic/claude-sonnet-5-5", {"top_p": 0.9}),
        ("anthropic/claude-opus-5-5", {"thinking": {"type": "disabled"}}),
        ("anthropic/claude-opus-4-8", {"thinking": {"type": "enabled", "budget_tokens": 2_000}}),
        ("anthropic/claude-opus-5-5", {"tool_choice": "required"}),
        ("anthropic/claude-sonnet-5-5", {"tool_choice": {"type": "function", "function": {"name": "f"}}}),
        ("openrouter/openai/gpt-6-sol", {"reasoning": {"effort": "low", "max_tokens": 100}}),
        ("openrouter/openai/gpt-6-sol", {"reasoning": {"effort": "low"}, "reasoning_effort": "high"}),
        ("fireworks/accounts/fireworks/models/x", {"reasoning_effort": "low", "thinking": {"type": "enabled"}}),
        ("inferencesh/openrouter/kimi-k3", {"temperature": 1.2}),
        ("inferencesh/openrouter/kimi-k3", {"n": 2}),
        ("inferencesh/openrouter/kimi-k3", {"logprobs": True}),
    ],
)
def test_what_a_provider_answers_with_an_error_is_refused_unpaid(model, given):
    with pytest.raises(BadRequest, match="nothing was sent"):
        check_parameters(resolve(model), given)


@pytest.mark.parametrize(
    ("model", "given"),
    [
        ("anthropic/claude-haiku-5-5", {"tool_choice": "required"}),
        ("moonshot/kimi-k3", {"tool_choice": "required"}),
        ("openai/gpt-5.4", {"temperature": 0}),
        ("openai/gpt-5.6-sol", {"temperature": 0, "reasoning_effort": "none"}),
        ("moonshot/kimi-k2.6", {"temperature": 0.6, "thinking": {"type": "disabled"}}),
        ("anthropic/claude-opus-5-5", {"temperature": 1}),
        ("openrouter/openai/gpt-6-sol", {"reasoning": {"effort": "low"}, "reasoning_effort": "low"}),
    ],
)
def test_what_works_goes_through_without_a_word(model, given):
    assert check_parameters(resolve(model), given) == []


@pytest.mark.parametrize(
    ("model", "day", "heir"),
    [
        ("openai/o1", date(2026, 10, 23), "openai/gpt-6.1-sol"),
        ("openai/gpt-4.1-nano", date(2026, 10, 23), "openai/gpt-6-luna"),
        ("openai/gpt-3.5-turbo", date(2026, 10, 23), "openai/gpt-6.1-terra"),
        ("openai/gpt-4-turbo", date(2026, 10, 23), "openai/gpt-6.1-sol"),
        ("openai/gpt-5.1-codex", date(2026, 7, 23), "openai/gpt-6.1-sol"),
        ("openai/gpt-5.2-chat-latest", date(2026, 8, 10), "openai/gpt-6.1-sol"),
        ("openai/gpt-4o", date(2027, 1, 14), "openai/gpt-6-luna"),
        ("openai/gpt-4o-mini", date(2027, 1, 14), "openai/gpt-6-luna"),
        ("openai/gpt-4.1-mini", date(2027, 1, 14), "openai/gpt-6-luna"),
        ("openai/gpt-5.4-nano", date(2027, 4, 1), "openai/gpt-6-luna"),
        ("openai/gpt-5-pro", date(2026, 12, 11), "openai/gpt-6.1-sol"),
        ("openai/gpt-5-2025-08-07", date(2026, 12, 11), "openai/gpt-6.1-sol"),
        ("anthropic/claude-sonnet-4-5-20250929", date(2026, 11, 30), "anthropic/claude-sonnet-5-5"),
        ("anthropic/claude-sonnet-4-20250514", date(2026, 6, 15), "anthropic/claude-sonnet-5-5"),
        ("xai/grok-3", date(2026, 5, 15), "xai/grok-4.3"),
        ("xai/grok-4-0709", date(2026, 5, 15), "xai/grok-4.3"),
        ("gemini/gemini-3.1-flash-lite", date(2027, 5, 7), "gemini/gemini-3.5-flash-lite"),
        ("together/moonshotai/Kimi-K2.6", date(2026, 8, 19), "moonshot/kimi-k2.6"),
        ("together/moonshotai/Kimi-K2.7-Code", date(2026, 8, 27), "moonshot/kimi-k2.7-code"),
        ("together/openai/gpt-oss-20b", date(2026, 9, 15), "groq/openai/gpt-oss-120b"),
        ("together/MiniMaxAI/MiniMax-M3", date(2026, 11, 6), "minimax/MiniMax-M3"),
        ("fireworks/accounts/fireworks/models/kimi-k2p6", date(2026, 9, 25), "moonshot/kimi-k2.6"),
        ("fireworks/accounts/fireworks/models/glm-5p2", date(2026, 9, 25), "zai/glm-5.3"),
        ("baseten/moonshotai/Kimi-K2.7-Code", date(2026, 10, 16), "moonshot/kimi-k2.7-code"),
    ],
)
def test_an_end_is_known_with_its_day_and_its_heir(model, day, heir):
    facts = resolve(model).facts
    assert (facts.retired or facts.retires) == day
    assert heir in facts.replaced_by


@pytest.mark.parametrize(
    "model", ["deepseek/deepseek-chat", "xai/grok-4", "xai/grok-3", "fireworks/accounts/fireworks/models/gpt-oss-120b"]
)
def test_a_name_that_is_forwarded_or_doubtfully_gone_is_warned_of_and_asked(model):
    target = resolve(model)
    check_not_retired(target)
    assert len(doubts_of_retirement(target)) == 1


@pytest.mark.parametrize("model", ["openai/o3-mini", "openai/gpt-4", "moonshot/kimi-k2.5", "moonshot/kimi-k2-thinking"])
def test_a_name_that_is_gone_is_refused_with_what_to_ask_instead(model):
    with pytest.raises(NotFound, match=r"Use .*instead"):
        check_not_retired(resolve(model))


@pytest.mark.parametrize(
    ("model", "fresh", "cached", "out"),
    [
        ("moonshot/kimi-k2.6", 0.95, 0.16, 4),
        ("moonshot/kimi-k2.7-code", 0.95, 0.19, 4),
        ("moonshot/kimi-k2.7-code-highspeed", 1.9, 0.38, 8),
        ("moonshot/kimi-k3", 3, 0.3, 15),
        ("moonshot/kimi-k3.1-pro", 2, 0.2, 10),
        ("moonshot/kimi-k3.1-pro-highspeed", 4, 0.2, 20),
        ("openai/gpt-6-astra", 10, 1, 50),
        ("openai/gpt-6-sol", 2, 0.2, 10),
        ("openai/gpt-6-luna", 0.1, 0.01, 0.5),
        ("openai/gpt-6.1-sol", 2, 0.1, 10),
        ("openai/gpt-6.1-terra", 1, 0.05, 5),
        ("openai/gpt-5.6-sol", 4, 0.4, 20),
        ("openai/gpt-5.6-terra", 2, 0.2, 12),
        ("openai/gpt-5.6-luna", 0.2, 0.02, 1.2),
        ("anthropic/claude-opus-5-5", 4, 0.2, 20),
        ("anthropic/claude-sonnet-5-5", 2, 0.1, 10),
        ("anthropic/claude-haiku-5-5", 0.1, 0.01, 0.5),
        ("anthropic/claude-sonnet-4-6", 3, 0.3, 15),
        ("gemini/gemini-3.1-pro-preview", 2, 0.2, 12),
        ("xai/grok-4.7", 2, 0.5, 6),
        ("xai/grok-4.6", 2, 0.5, 6),
        ("xai/grok-4.5", 2, 0.3, 6),
        ("zai/glm-5.3", 1.4, 0.26, 4.4),
        ("zai/glm-5.3-flash", 0.15, 0.03, 0.5),
        ("minimax/MiniMax-M3", 0.3, 0.06, 1.2),
        ("minimax/MiniMax-M3.1-Flash", 0.15, 0.015, 0.6),
        ("dashscope/qwen3.8-max-0902", 2, 0.25, 6),
        ("dashscope/qwen3.7-max", 2.5, 0.5, 7.5),
        ("dashscope/qwen3.8-flash", 0.15, 0.016, 0.47),
        ("mistral/mistral-large-4", 0.7, 0.07, 2.1),
        ("openrouter/moonshotai/kimi-k2-thinking", 0.6, 0.15, 2.5),
        ("openrouter/openai/gpt-5", 1.25, 0.125, 10),
        ("groq/openai/gpt-oss-120b", 0.15, 0.075, 0.6),
    ],
)
def test_a_price_of_ordinary_calls_is_known(model, fresh, cached, out):
    prices, _ = usd_per_million(resolve(model))
    assert (prices.input, prices.cached, prices.output) == pytest.approx((fresh, cached, out))


def doubtful(field):
    return [name for name, facts in known_models().items() if field in facts.doubtful and getattr(facts, field)]


def test_what_one_other_party_alone_says_refuses_nothing():
    for name in doubtful("most_max_tokens") + doubtful("context_tokens"):
        facts = known_models()[name]
        bound = "most_max_tokens" if facts.most_max_tokens else "context_tokens"
        if bound in facts.doubtful:
            assert "one other party" in " ".join(check_parameters(resolve(name), {"max_tokens": 10**8})), name
    for name in doubtful("retired"):
        check_not_retired(resolve(name))
    for name in doubtful("fixed") + doubtful("refused"):
        facts = known_models()[name]
        told = {
            **dict.fromkeys(facts.refused, "x"),
            **({} if facts.sure not in WEAK else dict.fromkeys(facts.fixed, 0)),
        }
        told = {field: value for field, value in told.items() if field not in facts.fixed or "fixed" in facts.doubtful}
        check_parameters(resolve(name), {field: value for field, value in told.items() if field.isidentifier()})
    for name in doubtful("always_thinks"):
        if switch_of(resolve(name))[1] is not None:
            assert with_depth(resolve(name), {"thinking": False})[1]
    for name in doubtful("efforts"):
        if resolve(name).provider.effort_in:
            assert with_depth(resolve(name), {"effort": "odd"})[1]


def test_every_fact_has_a_source_a_day_and_how_sure_it_is():
    for row in (*known_models().values(), *known_providers().values(), *known_terms().values()):
        assert row.source.startswith("https://")
        assert row.verified >= date(2026, 11, 22)
        assert row.sure in ("vendor", "recorded", "two sources", "third party", "unchecked")
