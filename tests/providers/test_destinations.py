"""Where a key may go: to the host that it is for, or where its owner says in so many words."""

from __future__ import annotations

import os

import pytest

import workbench as wb
from workbench.errors import ConfigError, InputError
from workbench.providers.facts import known_hosts, providers

ELSEWHERE = "https://models.example.net/v1"


def table(home, text):
    path = home / "workbench.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("variable", sorted(known_hosts()))
@pytest.mark.parametrize("name", ["mybox", "openrouter"])
def test_a_known_key_goes_to_no_other_host_without_a_word(home, variable, name):
    table(home, f'[providers.{name}]\nbase_url = "{ELSEWHERE}"\nkey_env = "{variable}"\n')
    with pytest.raises(ConfigError, match=rf"{variable} is the key for .* trusted = true"):
        wb.models()


def test_a_known_key_is_known_in_any_case_of_its_name(home):
    table(home, f'[providers.mybox]\nbase_url = "{ELSEWHERE}"\nkey_env = "openai_api_Key"\n')
    with pytest.raises(ConfigError, match="is the key for"):
        wb.models()


def test_a_key_that_is_trusted_to_a_host_goes_there(home):
    table(home, f'[providers.gateway]\nbase_url = "{ELSEWHERE}"\nkey_env = "OPENAI_API_KEY"\ntrusted = true\n')
    provider = providers()["gateway"]
    assert (provider.base_url, provider.key_env) == (ELSEWHERE, "OPENAI_API_KEY")


@pytest.mark.parametrize(
    ("base_url", "goes"),
    [
        ("https://api.openai.com/v1", True),
        ("https://API.OpenAI.com:443/v1/", True),
        ("https://eu.api.openai.com/v1", True),
        ("http://api.openai.com/v1", False),
        ("https://api.openai.com.example.net/v1", False),
        ("https://evilapi.openai.com/v1", False),
        ("https://example.net\\.api.openai.com/v1", False),
        ("https://api.openai.com:8443/v1", False),
        ("http://127.0.0.1:8000/v1", False),
    ],
)
def test_only_the_providers_own_host_over_tls_is_the_providers_own(home, base_url, goes):
    table(home, f"[providers.mybox]\nbase_url = '{base_url}'\nkey_env = 'OPENAI_API_KEY'\n")
    if goes:
        assert providers()["mybox"].key_env == "OPENAI_API_KEY"
        return
    with pytest.raises(ConfigError, match=r"OPENAI_API_KEY is the key for"):
        providers()


@pytest.mark.parametrize("other", ["GOOGLE_API_KEY", "KIMI_API_KEY", "TOGETHERAI_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
def test_other_names_of_the_same_keys_are_known(home, other):
    table(home, f'[providers.mybox]\nbase_url = "{ELSEWHERE}"\nkey_env = "{other}"\n')
    with pytest.raises(ConfigError, match="trusted = true"):
        providers()


def test_a_known_host_is_not_sent_another_providers_key(home):
    table(home, '[providers.openrouter]\nkey_env = "ANTHROPIC_API_KEY"\n')
    with pytest.raises(ConfigError, match=r"ANTHROPIC_API_KEY is the key for api\.anthropic\.com"):
        providers()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such owners")
@pytest.mark.parametrize("how", ["others", "group", "owner"])
def test_a_file_that_is_not_ones_own_decides_nothing(home, how):
    path = table(home, '[providers.mybox]\nbase_url = "http://127.0.0.1:8000/v1"\nkey_env = "MYBOX_API_KEY"\n')
    if how == "owner":
        if os.geteuid() != 0:
            pytest.skip("only root can give a file away")
        os.chown(path, 65534, 65534)
    else:
        path.chmod(0o646 if how == "others" else 0o664)
    with pytest.raises(ConfigError, match=r"says where keys and prompts go, and (it belongs|others may write)"):
        wb.models()
    os.chown(path, os.geteuid(), os.getegid())
    path.chmod(0o600)
    assert "mybox" in set(wb.models()["provider"])


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = [" + b"[" * 5_000, b"a = \x00"], ids=["bytes", "deep", "NUL"])
def test_a_damaged_file_is_one_error(home, content):
    (home / "workbench.toml").write_bytes(content)
    with pytest.raises(InputError, match="is not TOML"):
        providers()


@pytest.mark.parametrize("part", ["?key=CANARY123456", "#CANARY123456", "/CANARY-IN-THE-ENVIRONMENT/v1"])
def test_a_key_in_an_address_is_refused_and_not_shown(part, monkeypatch):
    monkeypatch.setenv("GATEWAY_TOKEN", "CANARY-IN-THE-ENVIRONMENT")
    with pytest.raises(InputError, match="base_url") as refused:
        wb.add_provider("mybox", base_url=f"http://127.0.0.1:8000{part}")
    assert "CANARY" not in str(refused.value)
