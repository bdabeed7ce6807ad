"""`workbench.toml`: found from where one stands, read again when it changes, and every mistake in it said."""

import os

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.providers.models import resolve
from workbench.providers.prices import usd_per_million

GOOD = """
[providers.mybox]
base_url = "http://127.0.0.1:8000/v1/"
key_env = "MYBOX_API_KEY"
dialect = "vllm"

[models."mybox/qwen3-32b"]
context = 131_072
usd_per_million = { input = 0.10, cached = 0.05, output = 0.40 }
"""


def written(home, text, name="workbench.toml"):
    path = home / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_adds_a_provider_a_model_and_its_price(home):
    written(home, GOOD)
    target = resolve("mybox/qwen3-32b")
    assert (target.provider.base_url, target.provider.dialect) == ("http://127.0.0.1:8000/v1", "vllm")
    assert target.facts.context_tokens == 131_072
    prices, source = usd_per_million(target)
    assert (prices.input, prices.cached, prices.output, source) == (0.10, 0.05, 0.40, "own price")


def test_the_file_is_found_in_the_folders_above_and_the_nearest_wins(home, monkeypatch):
    written(home, GOOD)
    below = home / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert resolve("mybox/x").provider.key_env == "MYBOX_API_KEY"
    written(below, '[providers.mybox]\nbase_url = "http://127.0.0.1:9000"\n')
    assert resolve("mybox/x").provider.key_env is None


def test_the_variable_points_to_another_file(home, monkeypatch):
    path = written(home, GOOD, "elsewhere.toml")
    monkeypatch.setenv("WORKBENCH_CONFIG", str(path))
    assert resolve("mybox/x").provider.id == "mybox"
    monkeypatch.setenv("WORKBENCH_CONFIG", str(home / "gone.toml"))
    with pytest.raises(InputError, match=r"WORKBENCH_CONFIG.*gone\.toml.*no such file"):
        resolve("mybox/x")


def test_the_file_is_read_again_when_it_changes(home):
    path = written(home, GOOD)
    assert resolve("mybox/qwen3-32b").facts.context_tokens == 131_072
    written(home, GOOD.replace("131_072", "65_536"))
    os.utime(path, ns=(1, 1))
    assert resolve("mybox/qwen3-32b").facts.context_tokens == 65_536


def test_a_known_provider_is_changed_field_by_field_and_keeps_the_rest(home):
    written(home, '[providers.moonshot]\nbase_url = "https://api.moonshot.cn/v1"\nkey_env = "KIMI_CN_API_KEY"\n')
    provider = resolve("moonshot/kimi-k2.6").provider
    assert (provider.base_url, provider.key_env) == ("https://api.moonshot.cn/v1", "KIMI_CN_API_KEY")
    assert provider.max_tokens_field == "max_completion_tokens"
    written(home, "[providers.moonshot]\nconcurrency = 1\n")
    provider = resolve("moonshot/kimi-k2.6").provider
    assert (provider.base_url, provider.concurrency) == ("https://api.moonshot.ai/v1", 1)


def test_a_price_for_a_known_model_keeps_its_other_facts(home):
    written(home, '[models."openai/gpt-5"]\nusd_per_million = { input = 1, output = 2 }\n')
    facts = resolve("openai/gpt-5").facts
    assert (facts.prices.output, facts.prices.cached, facts.most_max_tokens) == (2, None, 128_000)


def test_a_dialect_hands_on_how_to_speak_and_never_the_key_or_the_price(home):
    written(home, '[providers.relay]\nbase_url = "https://relay.example/v1"\ndialect = "openai"\n')
    provider = resolve("relay/gpt-5").provider
    assert provider.max_tokens_field == "max_completion_tokens"
    assert (provider.key_env, provider.key_page, provider.free) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[providers", r"workbench\.toml is not TOML: Expected", id="not-toml"),
        pytest.param("[provider.x]\n", r"unknown table 'provider'; did you mean 'providers'", id="table"),
        pytest.param("providers = 3\n", r"providers is 3; it must be of type dict", id="no-table"),
        pytest.param("[providers]\nx = 1\n", r"\[providers\.x\] is 1; it must be a table", id="provider-no-table"),
        pytest.param(
            '[providers.x]\nbase_ulr = "http://a"\n',
            r"\[providers\.x\]: unknown field 'base_ulr'; did you mean 'base_url'",
            id="misspelt-field",
        ),
        pytest.param('[providers.x]\nkey_env = "A"\n', r"\[providers\.x\]: base_url is missing", id="no-address"),
        pytest.param("[providers.x]\nbase_url = 3\n", r"base_url is 3; it must be of type str", id="address-type"),
        pytest.param('[providers.x]\nbase_url = "ftp://a"\n', r"base_url is 'ftp://a'; give an address", id="scheme"),
        pytest.param(
            '[providers.x]\nbase_url = "http://a/v1/chat/completions"\n', r"before /chat/completions", id="whole-path"
        ),
        pytest.param('[providers.x]\nbase_url = "http://a:99999"\n', r"give an address", id="port"),
        pytest.param('[providers."a/b"]\nbase_url = "http://a"\n', r"one word without a slash", id="slash"),
        pytest.param('[providers.local]\nbase_url = "http://a"\n', r"'local' is the embedded model", id="local"),
        pytest.param(
            '[providers.x]\nbase_url = "http://a"\ndialect = "vlm"\n',
            r"unknown dialect 'vlm'; did you mean 'vllm'",
            id="dialect",
        ),
        pytest.param(
            '[providers.x]\nbase_url = "http://a"\nconcurrency = 0\n', r"concurrency is 0; it must be 1", id="zero"
        ),
        pytest.param(
            '[providers.x]\nbase_url = "http://a"\nconcurrency = true\n', r"concurrency is True", id="boolean"
        ),
        pytest.param(
            '[providers.x]\nbase_url = "http://a"\nmax_tokens_field = "max"\n',
            r"max_tokens_field is 'max'; it is one of max_tokens, max_completion_tokens",
            id="choice",
        ),
        pytest.param(
            '[providers.x]\nbase_url = "http://a"\nexclusive = ["a"]\n', r"each item names two parameters", id="pair"
        ),
        pytest.param('[providers.x]\nbase_url = "http://a"\nmost = { n = "1" }\n', r"it must hold numbers", id="most"),
        pytest.param(
            "[models.x]\ncontext = 1\n", r'\[models\."x"\]: a model id is written provider/model', id="model-id"
        ),
        pytest.param(
            '[models."x/y"]\nusd_per_million = { input = 1 }\n', r"usd_per_million: output is missing", id="half-price"
        ),
        pytest.param(
            '[models."x/y"]\nusd_per_million = { input = -1, output = 1 }\n', r"input is -1; a price is 0", id="minus"
        ),
        pytest.param(
            '[models."x/y"]\nusd_per_million = { input = nan, output = 1 }\n', r"input is nan; a price is", id="nan"
        ),
        pytest.param(
            '[models."x/y"]\nusd_per_million = { input = "free", output = 1 }\n', r"input is 'free'", id="text-price"
        ),
        pytest.param('[models."x/y"]\nretired = "2026-01-01"\n', r"retired is '2026-01-01'.*date", id="date-as-text"),
        pytest.param('[models."x/y"]\nreplaced_by = [1]\n', r"replaced_by is \[1\]; it must be a list", id="list"),
    ],
)
def test_a_mistake_names_the_file_the_table_and_the_field(home, text, words):
    written(home, text)
    with pytest.raises(InputError, match=words) as caught:
        resolve("openai/gpt-5")
    assert "workbench.toml" in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    "line",
    [
        'api_key = "sk-canary-0123456789abcdefXYZ"',
        'key_env = "sk-canary-0123456789abcdefXYZ"',
        'key_env = "canary value"',
        'base_url = "http://user:canary@127.0.0.1/v1"',
        'base_url = "http://127.0.0.1/v1?key=sk-canary-0123456789abcdefXYZ"',
        'base_url = "http://sk-canary-0123456789abcdefXYZ@host"',
    ],
)
def test_a_key_pasted_into_the_file_is_refused_and_not_repeated(home, line):
    address = "" if "base_url" in line else 'base_url = "http://a"\n'
    written(home, f"[providers.x]\n{address}{line}\n")
    with pytest.raises(InputError, match="key") as caught:
        resolve("x/y")
    assert "canary" not in str(caught.value)


def test_a_file_that_is_not_utf_8_says_so(home):
    (home / "workbench.toml").write_bytes(b'[providers.x]\nnotes = "caf\xe9"\n')
    with pytest.raises(InputError, match=r"workbench\.toml is not TOML"):
        resolve("openai/gpt-5")


def test_a_file_that_begins_with_a_byte_order_mark_is_read(home):
    (home / "workbench.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert resolve("mybox/x").provider.id == "mybox"


def test_a_provider_is_added_from_python_with_the_same_checks():
    wb.add_provider("mybox", base_url="http://127.0.0.1:8000/v1", key_env="MYBOX_API_KEY", dialect="sglang")
    assert resolve("mybox/any").provider.dialect == "sglang"
    for options, words in (
        ({"base_url": "nonsense"}, "give an address"),
        ({"base_url": "http://a", "dialect": "nobody"}, "unknown dialect 'nobody'"),
        ({"base_url": "http://a", "colour": 1}, "unknown field 'colour'"),
        ({"base_url": "http://a", "key_env": "not a name"}, "key_env is the name of the variable"),
    ):
        with pytest.raises(InputError, match=words):
            wb.add_provider("other", **options)
    with pytest.raises(InputError, match="one word"):
        wb.add_provider("a/b", base_url="http://a")


def test_what_is_added_in_python_comes_after_the_file(home):
    written(home, GOOD)
    wb.add_provider("mybox", base_url="http://127.0.0.1:7000/v1")
    assert resolve("mybox/x").provider.base_url == "http://127.0.0.1:7000/v1"
