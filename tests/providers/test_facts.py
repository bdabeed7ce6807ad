"""The tables of providers and models."""

from datetime import date

import pytest

from workbench.errors import ConfigError, InputError
from workbench.providers.depth import with_depth
from workbench.providers.facts import known_models, known_providers, today
from workbench.providers.models import resolve
from workbench.providers.user_tables import MODEL_FIELDS, PROVIDER_FIELDS, check_fields

PROVIDERS = [
    *("moonshot", "openrouter", "openai", "anthropic", "deepseek", "dashscope", "gemini", "xai", "groq", "together"),
    *("fireworks", "novita", "nvidia", "zai", "minimax", "mistral", "inferencesh"),
    *(
        "inferencesh-tasks",
        "huggingface",
        "deepinfra",
        "siliconflow",
        "cerebras",
        "vercel",
        "baseten",
        "bedrock",
        "azure",
        "wandb",
    ),
    *("crazyrouter", "vllm", "sglang", "ollama", "llamacpp", "local"),
]


def test_every_provider_of_the_contract_is_there_with_a_date_and_a_source():
    assert list(known_providers()) == PROVIDERS
    for provider in known_providers().values():
        assert isinstance(provider.verified, date)
        assert provider.source.startswith("https://")
        assert provider.sure
        assert provider.thinking_in
        own = provider.base_url.startswith("http://127.0.0.1")
        assert own == provider.free == (provider.key_env is None)
        assert own or (provider.base_url.startswith("https://") and provider.key_page.startswith("https://"))


def test_every_model_has_a_provider_a_date_a_source_and_known_ones_that_replace_it():
    for facts in known_models().values():
        assert facts.id.partition("/")[0] in known_providers()
        assert isinstance(facts.verified, date)
        assert facts.source.startswith("https://")
        assert facts.sure
        assert all(source.startswith("https://") for source in facts.sources.values())
        assert facts.prices is None, "prices come from elsewhere"
        assert bool(facts.retired or facts.retires) == bool(facts.replaced_by)
        for other in facts.replaced_by:
            end = known_models()[other].retired
            assert end is None or end > facts.verified, "it had ended when this was written"
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


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        ("moonshot/kimi-k3.1-pro", "context_tokens", 1_048_576),
        ("moonshot/kimi-k3", "default_effort", "max"),
        ("openai/gpt-5", "retires", date(2026, 12, 11)),
        ("openai/gpt-5.1", "retires", date(2027, 4, 1)),
        ("openai/o4-mini", "retired", date(2026, 10, 23)),
        ("deepseek/deepseek-chat", "retired", date(2026, 7, 24)),
        ("bedrock/moonshot.kimi-k2-thinking", "retires", date(2027, 3, 30)),
        ("zai/glm-5.3", "always_thinks", True),
        ("gemini/gemini-2.5-pro", "answered_by", "gemini-3.8-flash"),
        ("moonshot/kimi-k2.6", "replay", "after tools"),
        ("moonshot/kimi-k3", "replay", "every turn"),
        ("anthropic/claude-opus-5-5", "replay", "opaque parts"),
    ],
)
def test_what_is_known_of_a_model(model, field, value):
    if field == "retires" and value <= today():
        field = "retired"  # the day has come
    assert getattr(known_models()[model], field) == value


def test_what_one_other_party_says_is_doubtful_and_what_has_a_source_of_its_own_is_not():
    whole = known_models()["bedrock/global.moonshotai.kimi-k3.1"]
    assert {"efforts", "context_tokens", "switch"} <= whole.doubtful
    one = known_models()["xai/grok-3-mini"]
    assert one.doubtful == {"retired"}
    assert one.source_of("retired") != one.source == one.source_of("refused")


def test_what_a_users_table_cannot_say_is_refused(home):
    (home / "workbench.toml").write_text('[models."vllm/mine"]\nswitch = "thinking"\n')
    with pytest.raises(InputError, match=r"switch is 'thinking'; a switch is written 'path = on \| off'"):
        resolve("vllm/mine")
    (home / "workbench.toml").write_text('[models."vllm/mine"]\nsure = "quite"\n')
    with pytest.raises(InputError, match="sure is 'quite'; it is one of vendor"):
        resolve("vllm/mine")
    (home / "workbench.toml").write_text('[models."vllm/mine"]\nunsure = ["colour"]\n')
    with pytest.raises(InputError, match="names fields of this table"):
        resolve("vllm/mine")


def test_a_server_of_ones_own_can_say_where_effort_and_switch_go(home):
    (home / "workbench.toml").write_text(
        '[providers.mybox]\nbase_url = "http://127.0.0.1:9/v1"\neffort_in = "depth.level"\n'
        'switches = { "*" = "depth.on = yes | no" }\n[models."mybox/a"]\nefforts = ["some", "more"]\n'
    )
    assert with_depth(resolve("mybox/a"), {"effort": "more"}) == ({"depth": {"level": "more"}}, [])
    assert with_depth(resolve("mybox/a"), {"thinking": False}) == ({"depth": {"on": "no"}}, [])
    with pytest.raises(ConfigError, match="none of some, more"):
        with_depth(resolve("mybox/a"), {"effort": "all"})
