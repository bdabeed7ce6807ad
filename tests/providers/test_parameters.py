"""What a provider would refuse, or quietly change, is said before anything is sent."""

import pytest
from fakes.server import FakeServer

import workbench as wb
from workbench.errors import BadRequest
from workbench.providers.models import resolve
from workbench.providers.parameters import check_parameters

GOOGLE = {"extra_body": {"google": {"thinking_config": {"include_thoughts": True}}}}


@pytest.mark.parametrize(
    ("model", "params", "words"),
    [
        ("moonshot/kimi-k2.6", {"temperature": 0.6}, r"fixes temperature at 1\.0 and refuses 0\.6"),
        ("moonshot/kimi-k2.6", {"temperature": 1.0, "thinking": {"type": "disabled"}}, r"fixes temperature at 0\.6"),
        ("moonshot/kimi-k2.6", {"top_p": 1}, r"fixes top_p at 0\.95"),
        ("moonshot/kimi-k2.6", {"n": 2}, "fixes n at 1"),
        ("moonshot/kimi-k2.6", {"presence_penalty": 0.1}, "fixes presence_penalty at 0"),
        ("moonshot/kimi-k2.7-code", {"thinking": {"type": "disabled"}}, r"always thinks and refuses thinking\.type"),
        ("moonshot/kimi-k3", {"thinking": {"type": "disabled"}}, "always thinks"),
        ("moonshot/kimi-k3", {"reasoning_effort": "none"}, "always thinks"),
        ("moonshot/kimi-k3.1-pro", {"temperature": 0}, "fixes temperature"),
        ("moonshot/kimi-k3", {"max_tokens": 1_048_577}, r"max_tokens=1,048,577 is more than the 1,048,576"),
        ("openai/gpt-5", {"temperature": 0}, "fixes temperature at 1"),
        ("openai/o3", {"top_p": 0.5}, "fixes top_p at 1"),
        ("openai/o3-mini", {"temperature": 0.2}, "fixes temperature at 1"),
        ("openai/gpt-5-2025-08-07", {"temperature": 0}, "fixes temperature at 1"),
        ("openai/gpt-5", {"max_completion_tokens": 200_000}, r"more than the 128,000"),
        ("anthropic/claude-opus-4-6", {"n": 2}, "fixes n at 1"),
        ("anthropic/claude-opus-4-6", {"temperature": 1.2}, r"takes temperature up to 1, and 1\.2 is more"),
        ("xai/grok-4", {"reasoning_effort": "high"}, "takes no reasoning_effort"),
        ("xai/grok-3-mini", {"stop": ["x"]}, "takes no stop"),
        ("gemini/gemini-2.5-pro", {"reasoning_effort": "low", **GOOGLE}, r"reasoning_effort or extra_body\.google"),
        ("openrouter/x/y", {"reasoning": {"effort": "low", "max_tokens": 9}}, r"reasoning\.effort or reasoning\.max"),
        ("groq/qwen/qwen3-32b", {"reasoning_format": "raw", "tools": [{}]}, "reasoning_format=raw or tools"),
        ("groq/x", {"reasoning_format": "raw", "response_format": {"type": "json_object"}}, "not both"),
        ("anthropic/claude-opus-5-5", {"temperature": 0}, "fixes temperature at 1"),
        ("anthropic/claude-sonnet-5-5", {"top_k": 3}, "takes no top_k"),
        ("openai/gpt-6-astra", {"temperature": 0.2}, "fixes temperature at 1"),
        ("openai/gpt-5.5", {"temperature": 0}, "fixes temperature at 1"),
        ("openai/gpt-5.4", {"temperature": 0, "reasoning_effort": "low"}, "fixes temperature at 1"),
        ("inferencesh/some/app", {"logprobs": True}, "takes no logprobs"),
        ("inferencesh/some/app", {"temperature": 1.5}, "takes temperature up to 1"),
        ("fireworks/x", {"reasoning_effort": "low", "thinking": {"type": "enabled"}}, "not both"),
        ("dashscope/kimi-k2-thinking", {"max_tokens": 49_153}, "more than the 49,152"),
    ],
)
def test_what_is_known_to_be_refused_is_refused_here(model, params, words):
    with pytest.raises(BadRequest, match=words) as caught:
        check_parameters(resolve(model), params)
    assert model in str(caught.value)


@pytest.mark.parametrize(
    ("model", "params"),
    [
        ("moonshot/kimi-k2.6", {"temperature": 1, "top_p": 0.95, "n": 1, "thinking": {"type": "enabled"}}),
        ("moonshot/kimi-k2.6", {"temperature": 0.6, "thinking": {"type": "disabled"}}),
        ("moonshot/kimi-k2.7-code", {"thinking": {"type": "enabled", "keep": "all"}}),
        ("moonshot/kimi-k3", {"reasoning_effort": "low"}),
        ("openrouter/moonshotai/kimi-k2-thinking", {"temperature": 0.3, "reasoning": {"effort": "low"}}),
        ("openrouter/x/y", {"reasoning": {"max_tokens": 2000}}),
        ("openai/gpt-4.1", {"temperature": 0}),
        ("openai/gpt-5.4", {"temperature": 0}),  # it does not think unless an effort is asked for
        ("openai/gpt-5.5", {"temperature": 0, "reasoning_effort": "none"}),
        ("openai/gpt-5", {"temperature": 1, "reasoning_effort": "minimal"}),
        ("anthropic/claude-opus-4-6", {"temperature": 1, "n": 1}),
        ("gemini/gemini-2.5-pro", {"reasoning_effort": "low"}),
        ("gemini/gemini-2.5-pro", GOOGLE),
        ("groq/qwen/qwen3-32b", {"reasoning_format": "parsed", "tools": [{}]}),
        ("deepseek/deepseek-reasoner", {"temperature": 0.1, "thinking": {"type": "disabled"}}),
    ],
)
def test_what_is_fine_passes_without_a_word(model, params):
    assert check_parameters(resolve(model), params) == []


@pytest.mark.parametrize(
    ("model", "params", "words"),
    [
        ("deepseek/deepseek-reasoner", {"temperature": 0.1}, "ignores temperature"),
        ("deepseek/deepseek-v4-pro", {"presence_penalty": 1}, "ignores presence_penalty"),
        ("anthropic/claude-opus-4-6", {"reasoning_effort": "high"}, "ignores reasoning_effort"),
        ("anthropic/claude-opus-4-6", {"seed": 1}, "ignores seed"),
        ("openrouter/openai/gpt-5", {"temperature": 0}, "ignores temperature"),
        ("moonshot/kimi-k3", {"reasoning_effort": "medium"}, "'medium' is none of low, high, max"),
        ("gemini/gemini-3.8-flash", {"temperature": 0}, "may refuse temperature=0: one other party says so"),
        ("openai/gpt-6-sol", {"temperature": 0}, "may refuse temperature=0: one other party says so"),
        ("bedrock/moonshot.kimi-k2-thinking", {"reasoning": {"enabled": False}}, "may refuse reasoning.enabled=False"),
        ("openai/gpt-5", {"reasoning_effort": "maximal"}, "is none of minimal, low, medium, high"),
    ],
)
def test_what_would_change_nothing_warns(model, params, words):
    (warning,) = check_parameters(resolve(model), params)
    assert words in warning


@pytest.mark.parametrize(
    ("params", "warned"),
    [
        ({"max_tokens": 15_999}, True),
        ({"max_completion_tokens": 4_096}, True),
        ({"max_tokens": 16_000}, False),
        ({}, False),
        ({"max_tokens": 100, "thinking": {"type": "disabled"}}, False),
        ({"max_tokens": 100, "reasoning": {"enabled": False}}, False),
        ({"max_tokens": 100, "chat_template_kwargs": {"thinking": False}}, False),
        ({"max_tokens": 100, "thinking": {"type": "enabled"}}, True),
        ({"max_tokens": 100, "reasoning": {"enabled": 0}}, True),
    ],
)
def test_a_cap_that_starves_the_thinking_warns(params, warned):
    warnings = check_parameters(resolve("moonshot/kimi-k2.6"), params)
    assert bool(warnings) == warned
    assert not warned or "16,000 or more is advised" in warnings[0]


@pytest.mark.parametrize("way", [wb.plan, wb.sweep], ids=["plan", "sweep"])
def test_a_sweep_over_a_pinned_temperature_is_refused_before_anything_is_sent(way, monkeypatch):
    monkeypatch.setenv("FAKE_API_KEY", "not-a-real-key")
    with FakeServer(lambda request: pytest.fail("something was sent")) as server:
        wb.add_provider("fake", base_url=server.base_url, key_env="FAKE_API_KEY", dialect="moonshot")
        with pytest.raises(BadRequest, match=r"fixes temperature at 1\.0 and refuses 0\.0"):
            way(["How many?"], models=["fake/kimi-k2.6"], params={"temperature": [1.0, 0.0]})
        with pytest.raises(BadRequest, match="fixes temperature"):
            way(["How many?"], models=[wb.Model("fake/kimi-k2.6", temperature=0.2)])
        with pytest.raises(BadRequest, match="fixes temperature"):
            way(["How many?"], models=["fake/kimi-k2.6"], params={"extra_body": {"temperature": 0.2}})
    assert server.hits == 0


def test_a_plan_with_a_starving_cap_says_so():
    plan = wb.plan(["How many?"], models=["openrouter/moonshotai/kimi-k2-thinking"], max_tokens=[1024])
    assert "16,000 or more is advised" in repr(plan)
