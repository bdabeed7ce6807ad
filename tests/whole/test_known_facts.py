"""What the tables say of models, held against what was read of them elsewhere, fact by fact."""

from datetime import date

import pytest

from workbench.providers.facts import known_models, known_providers

K3 = ("low", "high", "max")
SIX = ("none", "low", "medium", "high", "xhigh")
SOL = ("low", "medium", "high", "xhigh")
CLAUDE = ("low", "medium", "high", "xhigh", "max")
READ = [
    # ends, and who comes after
    ("openai/o3-mini", "retired", date(2026, 10, 23)),
    ("openai/o4-mini", "retired", date(2026, 10, 23)),
    ("openai/gpt-5", "end", date(2026, 12, 11)),
    ("openai/gpt-5-mini", "end", date(2026, 12, 11)),
    ("openai/gpt-5-nano", "end", date(2026, 12, 11)),
    ("openai/o3", "end", date(2026, 12, 11)),
    ("openai/gpt-4.1", "end", date(2027, 1, 14)),
    ("openai/gpt-5.1", "end", date(2027, 4, 1)),
    ("deepseek/deepseek-chat", "retired", date(2026, 7, 24)),
    ("deepseek/deepseek-reasoner", "retired", date(2026, 7, 24)),
    ("deepseek/deepseek-chat", "answered", True),
    ("gemini/gemini-2.5-pro", "end", date(2026, 12, 1)),
    ("gemini/gemini-2.5-flash", "end", date(2026, 12, 1)),
    ("gemini/gemini-2.5-pro", "answered_by", "gemini-3.8-flash"),
    ("gemini/gemini-2.5-flash", "answered_by", "gemini-3.5-flash-lite"),
    ("gemini/gemini-2.5-flash-lite", "end", None),
    ("xai/grok-4", "retired", date(2026, 5, 15)),
    ("xai/grok-4", "answered_by", "grok-4.3"),
    ("anthropic/claude-sonnet-4-5", "end", date(2026, 11, 30)),
    ("anthropic/claude-opus-4-5", "end", date(2027, 1, 22)),
    ("moonshot/kimi-k2-thinking", "retired", date(2026, 5, 25)),
    ("moonshot/kimi-k2-thinking-turbo", "retired", date(2026, 5, 25)),
    ("moonshot/kimi-k2.5", "retired", date(2026, 8, 31)),
    ("moonshot/moonshot-v1-8k", "retired", date(2026, 8, 31)),
    ("moonshot/moonshot-v1-128k", "retired", date(2026, 8, 31)),
    ("moonshot/kimi-latest", "retired", date(2026, 1, 28)),
    ("moonshot/kimi-thinking-preview", "retired", date(2025, 11, 11)),
    ("moonshot/kimi-k2.6", "end", None),
    ("moonshot/kimi-k3", "end", None),
    ("bedrock/moonshot.kimi-k2-thinking", "end", date(2027, 3, 30)),
    ("baseten/moonshotai/Kimi-K2-Thinking", "end", date(2026, 10, 16)),
    ("fireworks/accounts/fireworks/models/gpt-oss-120b", "end", date(2026, 11, 7)),
    ("groq/openai/gpt-oss-120b", "end", None),
    ("openrouter/moonshotai/kimi-k2-thinking", "end", None),
    ("openrouter/deepseek/deepseek-v3.2", "end", None),
    # efforts
    ("moonshot/kimi-k3", "efforts", K3),
    ("moonshot/kimi-k3.1-pro", "efforts", K3),
    ("moonshot/kimi-k3.1-pro-highspeed", "efforts", K3),
    ("moonshot/kimi-k3", "default_effort", "max"),
    ("moonshot/kimi-k3", "other_efforts", "ignored"),
    ("moonshot/kimi-k2.6", "efforts", ()),
    ("openai/gpt-6.1-sol", "efforts", SOL),
    ("openai/gpt-6-astra", "efforts", SOL),
    ("openai/gpt-6-sol", "efforts", SIX),
    ("openai/gpt-6-luna", "efforts", SIX),
    ("openai/gpt-6.1-terra", "efforts", SIX),
    ("openai/gpt-5.6-sol", "efforts", SIX),
    ("openai/gpt-5.5", "efforts", SIX),
    ("openai/gpt-5.4", "efforts", SIX),
    ("openai/gpt-5.4", "default_effort", "none"),
    ("openai/gpt-5.2", "default_effort", "none"),
    ("openai/gpt-5.1", "efforts", ("none", "low", "medium", "high")),
    ("openai/gpt-5.1", "default_effort", "none"),
    ("openai/gpt-5", "efforts", ("minimal", "low", "medium", "high")),
    ("openai/gpt-5-mini", "efforts", ("minimal", "low", "medium", "high")),
    ("openai/gpt-6.2-astra", "efforts", None),
    ("anthropic/claude-opus-5-5", "efforts", CLAUDE),
    ("anthropic/claude-opus-5-5", "default_effort", "medium"),
    ("anthropic/claude-sonnet-5-5", "default_effort", "high"),
    ("anthropic/claude-haiku-5-5", "default_effort", "medium"),
    ("anthropic/claude-opus-5", "default_effort", "high"),
    ("anthropic/claude-sonnet-4-6", "efforts", ("low", "medium", "high", "max")),
    ("gemini/gemini-3.1-pro-preview", "efforts", ("low", "medium", "high")),
    ("gemini/gemini-3.8-flash", "efforts", ("low", "medium", "high")),
    ("gemini/gemini-4-argon", "efforts", ("low", "medium", "high")),
    ("gemini/gemini-3.5-flash-lite", "efforts", ("minimal", "low", "medium", "high")),
    ("xai/grok-4.5", "efforts", ("low", "medium", "high")),
    ("xai/grok-4.3", "efforts", ("none", "low", "medium", "high")),
    ("zai/glm-5.3", "efforts", K3),
    ("zai/glm-5.3-flash", "efforts", K3),
    ("zai/glm-5.3", "default_effort", "max"),
    ("zai/glm-5.1", "efforts", ()),
    ("mistral/mistral-large-4", "efforts", ("none", "high")),
    ("groq/openai/gpt-oss-120b", "efforts", ("low", "medium", "high")),
    ("groq/openai/gpt-oss-120b", "default_effort", "medium"),
    ("minimax/MiniMax-M2.7", "efforts", ()),
    # whether thinking can be off
    ("moonshot/kimi-k3", "always_thinks", True),
    ("moonshot/kimi-k3.1-pro", "always_thinks", True),
    ("moonshot/kimi-k2.7-code", "always_thinks", True),
    ("moonshot/kimi-k2.6", "always_thinks", False),
    ("openai/gpt-6-astra", "always_thinks", True),
    ("openai/gpt-6.1-sol", "always_thinks", True),
    ("openai/gpt-6-sol", "always_thinks", False),
    ("openai/gpt-5", "always_thinks", True),
    ("anthropic/claude-opus-5-5", "always_thinks", True),
    ("anthropic/claude-sonnet-5-5", "switch", "thinking.type = adaptive | between_tools"),
    ("anthropic/claude-haiku-5-5", "switch", "thinking.type = adaptive | disabled"),
    ("zai/glm-5.3", "always_thinks", True),
    ("xai/grok-4.5", "always_thinks", True),
    ("minimax/MiniMax-M2.7", "always_thinks", True),
    ("gemini/gemini-3.8-flash", "always_thinks", True),
    # fixed and refused
    ("moonshot/kimi-k2.6", "fixed.temperature", 1.0),
    ("moonshot/kimi-k2.6", "fixed.top_p", 0.95),
    ("moonshot/kimi-k2.6", "fixed.n", 1),
    ("moonshot/kimi-k2.6", "fixed_without_thinking.temperature", 0.6),
    ("moonshot/kimi-k2.7-code", "fixed.temperature", 1.0),
    ("openai/gpt-6-astra", "fixed.temperature", 1),
    ("openai/gpt-5", "fixed.temperature", 1),
    *[
        (f"anthropic/{name}", "fixed.temperature", 1)
        for name in ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5", "claude-opus-4-7")
    ],
    *[
        (f"anthropic/{name}", "refuses", refused)
        for name, refused in (
            ("claude-opus-5-5", "prefill"),
            ("claude-sonnet-5-5", "prefill"),
            ("claude-haiku-5-5", "prefill"),
            ("claude-opus-5-5", "tool_choice=required"),
            ("claude-sonnet-5-5", "tool_choice=required"),
            ("claude-opus-5-5", "thinking.budget_tokens"),
            ("claude-opus-5", "thinking.budget_tokens"),
            ("claude-opus-5-5", "top_p"),
            ("claude-haiku-5-5", "top_k"),
        )
    ],
    # lengths
    ("moonshot/kimi-k3", "context_tokens", 1_048_576),
    ("moonshot/kimi-k3.1-pro", "context_tokens", 1_048_576),
    ("moonshot/kimi-k3", "default_max_tokens", 131_072),
    ("moonshot/kimi-k3", "most_max_tokens", 1_048_576),
    ("moonshot/kimi-k2.6", "default_max_tokens", 32_768),
    ("moonshot/kimi-k2-thinking", "context_tokens", 262_144),
    ("moonshot/kimi-k2-thinking", "least_max_tokens", 16_000),
    ("xai/grok-4.7", "context_tokens", 500_000),
    ("anthropic/claude-opus-5-5", "context_tokens", 1_000_000),
    ("anthropic/claude-opus-5-5", "most_max_tokens", 128_000),
    ("openai/gpt-6-sol", "context_tokens", 1_050_000),
    ("mistral/mistral-large-4", "context_tokens", 1_048_576),
    # what goes back
    ("moonshot/kimi-k3", "replay", "every turn"),
    ("anthropic/claude-opus-5-5", "replay", "opaque parts"),
    ("gemini/gemini-3.8-flash", "replay", "opaque parts"),
    ("deepseek/deepseek-v4-pro", "replay", "after tools"),
]


def told(name, field):
    facts = known_models()[name]
    if field == "end":
        return facts.retired or facts.retires
    if field == "answered":
        return bool(facts.answered_by)
    if field == "refuses":
        return facts.refused
    table, _, inner = field.partition(".")
    value = getattr(facts, table)
    return value.get(inner) if inner else value


@pytest.mark.parametrize(("name", "field", "wanted"), READ, ids=lambda value: str(value).replace("/", " "))
def test_a_fact_is_as_it_was_read(name, field, wanted):
    found = told(name, field)
    assert wanted in found if field == "refuses" else found == wanted


@pytest.mark.parametrize(
    ("provider", "field", "wanted"),
    [
        ("inferencesh", "base_url", "https://api.inference.sh/models/openai"),
        ("inferencesh", "key_env", "INFERENCE_API_KEY"),
        ("wandb", "base_url", "https://api.inference.wandb.ai/v1"),
        ("huggingface", "base_url", "https://router.huggingface.co/v1"),
        ("vercel", "base_url", "https://ai-gateway.vercel.sh/v1"),
        ("moonshot", "base_url", "https://api.moonshot.ai/v1"),
        ("moonshot", "max_tokens_field", "max_completion_tokens"),
        ("openrouter", "effort_in", "reasoning.effort"),
        ("dashscope", "budget_in", "thinking_budget"),
        ("siliconflow", "budget_in", "thinking_budget"),
        ("mistral", "efforts", ("none", "high")),
        ("inferencesh", "folded", {"minimal": "low", "xhigh": "high"}),
        ("inferencesh", "efforts", ("none", "low", "medium", "high")),
    ],
)
def test_a_provider_is_as_it_was_read(provider, field, wanted):
    assert getattr(known_providers()[provider], field) == wanted
