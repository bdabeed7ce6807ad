"""The tables of providers and models."""

from datetime import date

import pytest

from workbench.providers.facts import known_models, known_providers
from workbench.providers.models import resolve
from workbench.providers.user_tables import MODEL_FIELDS, PROVIDER_FIELDS, check_fields

PROVIDERS = [
    *("moonshot", "openrouter", "openai", "anthropic", "deepseek", "dashscope", "gemini", "xai", "groq", "together"),
    *("fireworks", "novita", "nvidia", "zai", "minimax", "mistral", "inferencesh", "huggingface", "deepinfra"),
    *("siliconflow", "cerebras", "vercel", "baseten", "bedrock", "azure", "wandb"),
    *("crazyrouter", "vllm", "sglang", "ollama", "llamacpp", "local"),
]


def test_every_provider_of_the_contract_is_there_with_a_date_and_a_source():
    assert list(known_providers()) == PROVIDERS
    for provider in known_providers().values():
        assert isinstance(provider.verified, date)
        assert provider.source.startswith("https://")
        assert provider.thinking_in
        own = provider.base_url.startswith("http://127.0.0.1")
        assert own == provider.free == (provider.key_env is None)
        assert own or (provider.base_url.startswith("https://") and provider.key_page.startswith("https://"))


def test_every_model_has_a_provider_a_date_a_source_and_known_ones_that_replace_it():
    for facts in known_models().values():
        assert facts.id.partition("/")[0] in known_providers()
        assert isinstance(facts.verified, date)
        assert facts.source.startswith("https://")
        assert facts.prices is None, "prices come from elsewhere"
        assert bool(facts.retired or facts.retires) == bool(facts.replaced_by)
        for other in facts.replaced_by:
            assert not known_models()[other].retired
        if facts.most_max_tokens and facts.default_max_tokens:
            assert facts.default_max_tokens <= facts.most_max_tokens
        if facts.least_max_tokens:
            assert facts.default_max_tokens is None or facts.least_max_tokens <= facts.default_max_tokens


@pytest.mark.parametrize(("name", "fields"), [("providers", PROVIDER_FIELDS), ("models", MODEL_FIELDS)])
def test_our_own_tables_pass_the_checks_that_a_users_must(name, fields):
    import tomllib
    from importlib import resources

    tables = tomllib.loads((resources.files("workbench.providers") / f"{name}.toml").read_text(encoding="utf-8"))
    for key, table in tables.items():
        check_fields(table, fields, key)
    assert {field for table in tables.values() for field in table} - fields.keys() == set()


def test_every_field_of_the_tables_is_explained_at_the_head_of_its_file():
    from importlib import resources

    for name in ("providers", "models"):
        text = (resources.files("workbench.providers") / f"{name}.toml").read_text(encoding="utf-8")
        head = text.partition("\n\n")[0]
        used = {line.partition(" = ")[0] for line in text.splitlines() if " = " in line and not line.startswith("#")}
        self_explaining = {"notes", "retired_note"}
        assert {field for field in used if field.isidentifier() and field not in head} - self_explaining == set()


@pytest.mark.parametrize(
    ("provider", "field", "value"),
    [
        ("moonshot", "max_tokens_field", "max_completion_tokens"),
        ("openai", "max_tokens_field", "max_completion_tokens"),
        ("groq", "max_tokens_field", "max_completion_tokens"),
        ("openrouter", "max_tokens_field", "max_tokens"),
        ("gemini", "thought_flag", True),
        ("gemini", "thinking", "summary"),
        ("openai", "thinking", "hidden"),
        ("anthropic", "thinking", "hidden"),
        ("moonshot", "base_url", "https://api.moonshot.ai/v1"),
        ("dashscope", "base_url", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
    ],
)
def test_a_provider_speaks_its_own_dialect(provider, field, value):
    assert getattr(known_providers()[provider], field) == value


@pytest.mark.parametrize(
    ("model", "preopened"),
    [
        ("vllm/deepseek-ai/DeepSeek-R1", True),
        ("vllm/Qwen/Qwen3-235B-A22B-Thinking-2507", True),
        ("sglang/moonshotai/Kimi-K2.5", True),
        ("vllm/moonshotai/Kimi-K2-Thinking", False),  # its template leaves the opening tag to the model
        ("vllm/Qwen/Qwen3-32B", False),
        ("openrouter/deepseek/deepseek-r1", False),
    ],
)
def test_a_template_that_opens_the_thinking_is_known_by_the_name_of_the_model(model, preopened):
    assert resolve(model).preopened is preopened


def test_whether_the_template_opens_the_thinking_can_be_said_in_the_configuration(home):
    (home / "workbench.toml").write_text('[models."vllm/mine"]\npreopened = true\n')
    assert resolve("vllm/mine").preopened
    assert not resolve("vllm/other").preopened
