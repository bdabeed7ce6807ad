"""Ids and pinned parameters become targets; the tables of providers and models hold together."""

import pickle

import pytest

import workbench as wb
from workbench.errors import AuthError, ConfigError, InputError, NotFound
from workbench.providers.facts import known_models
from workbench.providers.models import resolve, secret_for

# Ids


def test_the_first_slash_ends_the_provider():
    target = resolve("openrouter/moonshotai/kimi-k2-thinking")
    assert (target.provider.id, target.name) == ("openrouter", "moonshotai/kimi-k2-thinking")


def test_a_model_that_no_table_knows_is_asked_all_the_same():
    target = resolve("together/some/new-model")
    assert (target.name, target.facts.context_tokens, target.facts.thinking) == ("some/new-model", None, "full")
    assert resolve("openai/gpt-9").facts.thinking == "hidden"


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("openrouter/moonshotai/kimi-k2-thinking-20251106", "openrouter/moonshotai/kimi-k2-thinking"),
        ("openrouter/minimax/minimax-m2:free", "openrouter/minimax/minimax-m2"),
        ("openai/gpt-5-2025-08-07", "openai/gpt-5"),
        ("anthropic/claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"),
    ],
)
def test_a_dated_or_routed_name_has_the_facts_of_its_model(name, of):
    facts = resolve(name).facts
    assert (facts.id, facts.context_tokens) == (name, known_models()[of].context_tokens)
    assert facts.default_max_tokens == known_models()[of].default_max_tokens


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        (
            "gpt-6-sol",
            InputError,
            r"'gpt-6-sol' is no model id; write provider/model, such as openai/gpt-6-sol or openrouter",
        ),
        ("kimi-k2-thinkin", InputError, r"such as .*kimi-k2-thinking"),
        ("", InputError, "is no model id"),
        ("openai/", InputError, "is no model id"),
        ("/gpt-5", InputError, "is no model id"),
        (7, InputError, "a model is 7; give an id"),
        (None, InputError, "a model is None"),
        ("opnai/gpt-5", NotFound, r"unknown provider 'opnai' .*did you mean 'openai'"),
        ("moonshotai/kimi-k2-thinking", NotFound, r"write such as openrouter/moonshotai/kimi-k2-thinking"),
        ("nobody/x", NotFound, r"known are moonshot.*add_provider"),
        ("local/llama", NotFound, r"unknown local model 'llama'; the local models are smollm2-135m-instruct"),
    ],
)
def test_an_id_that_nobody_serves_says_what_to_write(name, error, words):
    with pytest.raises(error, match=words):
        resolve(name)


# Pinned parameters


def test_a_pinned_model_stands_for_its_id_with_a_label_of_its_own():
    model = wb.Model("openai/gpt-5", reasoning_effort="low", thinking={"type": "enabled"})
    assert model.label == 'openai/gpt-5 (reasoning_effort=low, thinking={"type": "enabled"})'
    assert wb.Model("openai/gpt-5", "quick", reasoning_effort="low").label == "quick"
    target = resolve(model)
    assert (target.id, dict(target.params)["reasoning_effort"]) == ("openai/gpt-5", "low")


def test_a_pinned_model_does_not_change_behind_its_label():
    nested = {"type": "enabled"}
    model = wb.Model("moonshot/kimi-k2.6", thinking=nested)
    nested["type"] = "disabled"
    assert model.params["thinking"] == {"type": "enabled"}
    with pytest.raises(TypeError):
        model.params["thinking"] = {}


def test_pinned_models_are_values():
    one, same = (wb.Model("a/b", temperature=0.5, stop=["x"]) for _ in range(2))
    assert one == same
    assert len({one, same, wb.Model("a/b", temperature=0.6)}) == 2
    assert eval(repr(one), {"Model": wb.Model}) == one
    assert pickle.loads(pickle.dumps(one)) == one


@pytest.mark.parametrize("name", ["messages", "system", "sample", "timeout", "stream", "prompt", "refresh"])
def test_what_belongs_to_the_call_cannot_be_pinned(name):
    with pytest.raises(InputError, match=f"{name}=1 cannot be pinned"):
        wb.Model("a/b", **{name: 1})


# Keys


def test_a_missing_key_names_its_variable_and_where_to_get_one():
    with pytest.raises(AuthError, match=r"OPENROUTER_API_KEY.*\.env.*https://openrouter\.ai/settings/keys"):
        secret_for(resolve("openrouter/moonshotai/kimi-k2-thinking"))
    assert secret_for(resolve("ollama/qwen3:8b")) is None


def test_a_provider_whose_address_is_ones_own_asks_for_it(home, monkeypatch):
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "not-a-real-key")
    with pytest.raises(ConfigError, match=r"base_url below \[providers\.azure\]"):
        secret_for(resolve("azure/my-deployment"))
    (home / "workbench.toml").write_text('[providers.azure]\nbase_url = "https://mine.openai.azure.com/openai/v1"\n')
    assert resolve("azure/my-deployment").provider.max_tokens_field == "max_completion_tokens"
    (home / "workbench.toml").write_text(
        '[providers.azure]\nbase_url = "https://mine.openai.azure.com/openai/v1"\nkey_env = "AZURE_OPENAI_API_KEY"\n'
    )
    assert secret_for(resolve("azure/my-deployment")) is not None
