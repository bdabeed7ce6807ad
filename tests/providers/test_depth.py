"""`effort=` and `thinking=True|False` in the words of each provider, or refused before anything is spent."""

import pytest
from fakes.server import FakeServer

import workbench as wb
from workbench.errors import ConfigError, InputError
from workbench.providers.depth import beside, effort_of, switch_of, with_depth
from workbench.providers.facts import known_models, known_providers
from workbench.providers.models import resolve
from workbench.providers.requests import build_request


def body(model, **options):
    built = build_request("How many?", target=resolve(model), **options)
    hidden = {"model", "messages", "max_tokens", "max_completion_tokens"}
    return {name: value for name, value in built.body.items() if name not in hidden}


@pytest.mark.parametrize(
    ("model", "options", "sent"),
    [
        ("moonshot/kimi-k3", {"effort": "low"}, {"reasoning_effort": "low"}),
        ("moonshot/kimi-k3", {"thinking": True}, {}),  # it always thinks: what is wished is so
        ("moonshot/kimi-k2.6", {"thinking": False}, {"thinking": {"type": "disabled"}}),
        ("moonshot/kimi-k2.6", {"thinking": True}, {"thinking": {"type": "enabled"}}),
        ("openrouter/moonshotai/kimi-k3", {"effort": "max"}, {"reasoning": {"effort": "max"}}),
        ("openrouter/deepseek/deepseek-v3.2", {"thinking": False}, {"reasoning": {"enabled": False}}),
        ("openai/gpt-6-sol", {"effort": "xhigh"}, {"reasoning_effort": "xhigh"}),
        ("openai/gpt-6-sol", {"thinking": False}, {"reasoning_effort": "none"}),
        ("openai/gpt-5.4", {"thinking": True, "effort": "high"}, {"reasoning_effort": "high"}),
        ("openai/gpt-4.1", {"thinking": False}, {}),  # it never thinks
        ("anthropic/claude-opus-5-5", {"thinking": True}, {}),
        ("anthropic/claude-haiku-5-5", {"thinking": False}, {"thinking": {"type": "disabled"}}),
        ("anthropic/claude-sonnet-5-5", {"thinking": False}, {"thinking": {"type": "between_tools"}}),
        (
            "deepseek/deepseek-v4-pro",
            {"thinking": True, "effort": "max"},
            {"thinking": {"type": "enabled"}, "reasoning_effort": "max"},
        ),
        ("dashscope/qwen3.8-flash", {"thinking": False}, {"enable_thinking": False}),
        ("siliconflow/Qwen/Qwen3-32B", {"thinking": True}, {"enable_thinking": True}),
        ("gemini/gemini-3.8-flash", {"effort": "medium"}, {"reasoning_effort": "medium"}),
        ("xai/grok-4.3", {"thinking": False}, {"reasoning_effort": "none"}),
        ("groq/qwen/qwen3.8-27b", {"thinking": True}, {"reasoning_effort": "default"}),
        ("together/Qwen/Qwen3.8-27B", {"thinking": False}, {"reasoning": {"enabled": False}}),
        ("fireworks/accounts/fireworks/models/glm-5p2", {"thinking": False}, {"reasoning_effort": "none"}),
        ("zai/glm-5.1", {"thinking": False}, {"thinking": {"type": "disabled"}}),
        ("zai/glm-5.3", {"effort": "low"}, {"reasoning_effort": "low"}),
        ("mistral/mistral-medium-3-5", {"thinking": True}, {"reasoning_effort": "high"}),
        ("mistral/mistral-medium-3-5", {"thinking": False}, {"reasoning_effort": "none"}),
        (
            "inferencesh/some/app",
            {"effort": "high"},
            {"reasoning_effort": "high", "temperature": 0.7, "top_p": 0.95},  # the last two: what its app would do
        ),
        ("vercel/zai/glm-5.2", {"effort": "high"}, {"reasoning": {"effort": "high"}}),
        ("vllm/Qwen/Qwen3-32B", {"thinking": False}, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("sglang/deepseek-ai/DeepSeek-V3.2", {"thinking": True}, {"chat_template_kwargs": {"thinking": True}}),
        ("nvidia/nvidia/nemotron-3-ultra", {"thinking": False}, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("ollama/qwen3:8b", {"thinking": False}, {"reasoning_effort": "none"}),
    ],
)
def test_each_provider_is_told_in_its_own_words(model, options, sent):
    assert body(model, **options) == sent


@pytest.mark.parametrize(
    ("model", "options", "words"),
    [
        (
            "moonshot/kimi-k3",
            {"effort": "medium"},
            r"low, high, max.*dropped without a word.*works: effort= one of",
        ),
        ("moonshot/kimi-k3", {"thinking": False}, r"always thinks.*what works: effort= one of low, high, max"),
        ("moonshot/kimi-k2.6", {"effort": "low"}, r"no levels of effort.*what works: thinking=True, thinking=False"),
        ("moonshot/kimi-k2.7-code", {"thinking": False}, "always thinks.*leave it out"),
        ("openrouter/moonshotai/kimi-k2-thinking", {"thinking": False}, "always thinks"),
        ("openai/gpt-5", {"effort": "none"}, "minimal, low, medium, high.*would be refused"),
        ("openai/gpt-5.4", {"effort": "minimal"}, "would be refused"),
        ("openai/gpt-6.1-sol", {"thinking": False}, "always thinks"),
        ("openai/gpt-6-sol", {"thinking": True}, r"as its effort says.*effort= one of none, low"),
        ("openai/gpt-4.1", {"thinking": True}, "does not think"),
        ("openai/gpt-4.1", {"effort": "low"}, "does not think"),
        ("anthropic/claude-opus-5-5", {"effort": "low"}, "no parameter is known"),
        ("anthropic/claude-opus-5-5", {"thinking": False}, "always thinks"),
        ("dashscope/qwen3.8-flash", {"effort": "low"}, "thinking_budget= a number of tokens"),
        ("gemini/gemini-3.8-flash", {"thinking": False}, "always thinks.*low, medium, high"),
        ("gemini/gemini-3.8-flash", {"effort": "minimal"}, "low, medium, high"),
        ("xai/grok-4.5", {"effort": "none"}, "would be refused"),
        ("zai/glm-5.3", {"thinking": False}, "always thinks"),
        ("inferencesh/some/app", {"effort": "xhigh"}, "taken for 'high' without a word"),
        ("inferencesh/some/app", {"effort": "max"}, "would be refused"),
        ("mistral/mistral-medium-3-5", {"effort": "low"}, "none, high"),
        ("openrouter/x/y", {"effort": "utmost"}, "none, minimal, low, medium, high, xhigh, max"),
        ("novita/x/y", {"thinking": True}, "no way is known"),
        ("vllm/meta/llama", {"thinking": False}, "no way is known"),
        ("local/smollm2-135m-instruct", {"thinking": True}, "does not think"),
    ],
)
def test_what_would_do_nothing_is_refused_and_what_works_is_said(model, options, words):
    with pytest.raises(ConfigError, match=words) as caught:
        body(model, **options)
    assert "nothing was sent" in str(caught.value)
    with pytest.raises(ConfigError):
        body(wb.Model(model, **options))


@pytest.mark.parametrize(
    ("model", "options", "sent"),
    [
        ("deepseek/deepseek-flash", {"effort": "medium"}, {"reasoning_effort": "medium"}),
        ("xai/grok-4.7", {"effort": "none"}, {"reasoning_effort": "none"}),
        ("zai/glm-5.2", {"effort": "low"}, {"reasoning_effort": "low"}),
        ("openrouter/google/gemini-3.8-flash", {"thinking": False}, {"reasoning": {"enabled": False}}),
        ("minimax/MiniMax-M3", {"thinking": False}, {"thinking": {"type": "disabled"}}),
        ("together/some/new-model", {"effort": "low"}, {"reasoning_effort": "low"}),
    ],
)
def test_what_one_other_party_alone_says_warns_and_is_sent(model, options, sent):
    built = build_request("How many?", target=resolve(model), **options)
    assert body(model, **options) == sent
    assert any("one other party" in text or "not known" in text for text in built.warnings)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"effort": 3}, "effort is 3; give a text"),
        ({"effort": "low", "thinking": False}, "contradict each other"),
        ({"effort": "none", "thinking": True}, "contradict each other"),
        ({"effort": "low", "reasoning": {"effort": "high"}}, r"reasoning\.effort='high' are both given"),
        ({"effort": "low", "extra_body": {"reasoning": {"effort": "high"}}}, "are both given"),
        ({"thinking": False, "reasoning": {"enabled": True}}, "are both given"),
    ],
)
def test_two_that_contradict_each_other_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        body("openrouter/x/y", **options)


def test_what_else_is_said_of_reasoning_stays_beside_an_effort():
    sent = body("openrouter/x/y", effort="low", extra_body={"reasoning": {"exclude": True}, "seed": 3})
    assert sent == {"reasoning": {"effort": "low", "exclude": True}, "seed": 3}
    assert body("openrouter/x/y", effort="low", reasoning={"effort": "low"}) == {"reasoning": {"effort": "low"}}
    assert beside({"n": 1}, {"seed": 2}) == {"seed": 2}


def test_a_table_of_thinking_is_the_providers_own_and_nothing_is_changed_without_either():
    given = {"thinking": {"type": "enabled", "keep": "all"}, "reasoning_effort": "low"}
    assert with_depth(resolve("moonshot/kimi-k2.6"), given) == (given, None)


def test_an_effort_is_part_of_the_key_as_what_is_sent():
    def identity(**options):
        return build_request("How many?", target=resolve("moonshot/kimi-k3"), **options).identity()

    assert identity(effort="low") == identity(reasoning_effort="low") != identity()


def test_the_effort_of_a_request_is_found_wherever_it_stands():
    for said in ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}, {"output_config": {"effort": "low"}}):
        assert effort_of(said) == "low"
    assert effort_of({"reasoning": "low", "reasoning_effort": None}) is None


def test_every_switch_and_every_effort_of_the_tables_can_be_put_into_a_request():
    for facts in known_models().values():
        target = resolve(facts.id)
        on, off = switch_of(target)
        for wanted, fragment in ((True, on), (False, off)):
            if fragment and not facts.always_thinks and facts.thinking != "none":
                assert with_depth(target, {"thinking": wanted})[0] == fragment
        path = target.provider.effort_in if facts.effort_in is None else facts.effort_in
        for effort in (facts.efforts or ()) if path else ():
            assert effort_of(with_depth(target, {"effort": effort})[0]) == effort
        if facts.default_effort and facts.efforts:
            assert facts.default_effort in facts.efforts
        assert not {*facts.folded} & {*(facts.efforts or ())}
        assert {*facts.folded.values()} <= {*(facts.efforts or ())}
    assert {*known_providers()["inferencesh"].folded.values()} <= {*known_providers()["inferencesh"].efforts}


def test_a_sweep_over_efforts_has_a_column_that_tells_configurations_apart():
    with wb.testing.scripted(lambda asked: "4", dialect="moonshot") as asker:
        models = ["scripted/kimi-k3"]
        rows = wb.sweep(["2 + 2?", "1 + 3?"], models=models, params={"effort": ["low", "max"]})
        assert rows["effort"].tolist() == ["low", "low", "max", "max"]
        assert "effort_parameter" not in rows
        assert {one.parameters.get("reasoning_effort") for one in asker.asked} == {"low", "max"}
        assert wb.summary(rows)["effort"].tolist() == ["low", "max"]
        pinned = wb.sweep(["2 + 2?"], models=[wb.Model(models[0], label="quick", effort="low")])
        assert pinned["effort"].tolist() == ["low"]
        switched = wb.sweep(["2 + 2?"], models="scripted/kimi-k2.6", thinking=[True, False])
        assert switched["thinking_parameter"].tolist() == [True, False]
        assert {one.parameters["thinking"]["type"] for one in asker.asked[-2:]} == {"enabled", "disabled"}
        plain = wb.sweep(["2 + 2?"], models=models)
        assert plain["effort"].isna().all()


def test_a_sweep_over_an_effort_that_does_nothing_sends_nothing(monkeypatch):
    monkeypatch.setenv("FAKE_API_KEY", "not-a-real-key")
    with FakeServer(lambda request: pytest.fail("something was sent")) as server:
        wb.add_provider("fake", base_url=server.base_url, key_env="FAKE_API_KEY", dialect="moonshot")
        for way in (wb.plan, wb.sweep):
            with pytest.raises(ConfigError, match="low, high, max"):
                way(["How many?"], models="fake/kimi-k3", params={"effort": ["low", "medium"]})
            with pytest.raises(ConfigError, match="always thinks"):
                way(["How many?"], models=wb.Model("fake/kimi-k3", thinking=False))
    assert server.hits == 0
