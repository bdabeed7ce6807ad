"""What in a request is a credential: sent, and kept nowhere."""

from __future__ import annotations

import json

import pytest

from workbench.base.credentials import credentials_among, has_credentials, without_body_credentials
from workbench.base.secrets import MASK, redact

CANARY = "canary7Q2pL9"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "proxy-authorization",
        "X-API-Key",
        "apiKey",
        "api_key",
        "Cookie",
        "Set-Cookie",
        "sig",
        "token",
        "X-Amz-Security-Token",
        "cf-access-client-secret",
        "HELICONE-AUTH",
        "access_token",
        "code",
        "X-Signature",
    ],
)
def test_a_name_tells_a_credential_and_its_value_is_seen_nowhere_from_then_on(name):
    value = f"{CANARY}-{name}"
    assert credentials_among({name: f"Bearer {value}"}) == {name}
    assert redact(f"you sent {value}, bad") == f"you sent {MASK}, bad"


@pytest.mark.parametrize(
    "given",
    [{"api-version": "1"}, {"X-Title": "study"}, {"HTTP-Referer": "x"}, {"X-Author": "a"}, {"country-code": "DE"}],
)
def test_what_shapes_a_reply_stays_part_of_the_call(given):
    assert not credentials_among(given)


def test_a_value_tells_a_credential_whatever_its_name(monkeypatch):
    monkeypatch.setenv("UPSTREAM_TOKEN", CANARY * 2)
    assert credentials_among({"X-Upstream": f"v1 {CANARY * 2}", "X-Other": "v1"}) == {"X-Upstream"}
    assert credentials_among({"X-Trace": ["a", "sk-" + "ab12" * 8]}) == {"X-Trace"}


def test_credentials_in_a_body_are_not_kept_and_its_messages_are():
    body = {
        "model": "m",
        "messages": [{"role": "user", "content": "my password is", "password": "said"}],
        "api_key": CANARY,
        "tools": [
            {
                "server": {"headers": {"Authorization": f"Bearer {CANARY}"}},
                "parameters": {"password": {"type": "string"}},
            }
        ],
        "prompt_cache_key": "study-7",
        "max_tokens": 5,
    }
    assert has_credentials(body)
    kept = without_body_credentials(body)
    assert CANARY not in json.dumps(kept)
    assert kept["messages"] == body["messages"]
    assert kept["prompt_cache_key"] == "study-7"
    assert kept["tools"][0]["parameters"] == {"password": {"type": "string"}}
    assert not has_credentials({name: kept[name] for name in ("model", "max_tokens", "prompt_cache_key")})
