"""What gateways say of their caches of replies, in headers."""

import pytest

from workbench.asking.wire.gateway_caches import kept_by_a_gateway

KEPT = {
    "openrouter-status": {"x-openrouter-cache-status": "HIT"},
    "openrouter-source": {"x-openrouter-cache-source-id": "gen-1764-abc"},
    "openrouter-age": {"x-openrouter-cache-age": "871"},
    "cloudflare": {"cf-aig-cache-status": "hit"},
    "portkey-semantic": {"x-portkey-cache-status": "SEMANTIC HIT"},
    "litellm-free": {"x-litellm-cache-key": "9d1e", "x-litellm-response-cost": "0.0"},
    "litellm-untold": {"x-litellm-cache-key": "9d1e"},
    "vercel": {"x-vercel-cache": "HIT"},
    "bifrost": {"x-bf-cache-hit": "true"},
    "semantic": {"x-semantic-cache-hit": "True"},
    "another": {"my-gateway-response-cache": "hit; age=9"},
    "two-of-whom-one-kept": {"x-cache": "MISS", "x-openrouter-cache-age": "4"},
}
DRAWN = {
    "nothing": {},
    "openrouter-miss": {"x-openrouter-cache-status": "MISS", "x-openrouter-cache-age": "0"},
    "openrouter-for-how-long": {"x-openrouter-cache-ttl": "300"},
    "litellm-paid": {"x-litellm-cache-key": "9d1e", "x-litellm-response-cost": "4.2e-05"},
    "litellm-miss": {"x-litellm-cache-key": "9d1e", "x-litellm-cache-hit": "False"},
    "litellm-empty": {"x-litellm-cache-key": ""},
    "cached-prompt": {"x-prompt-cache-hit": "true", "x-kv-cache-status": "hit", "x-prefix-cache": "hit"},
    "how-long": {"cache-control": "no-store", "x-my-cache-ttl": "300", "x-cache-key": "hitlist"},
    "vercel-miss": {"x-vercel-cache": "MISS"},
    "a-page's": {"cf-cache-status": "HIT", "age": "12"},
}


@pytest.mark.parametrize("case", KEPT)
def test_a_reply_that_a_gateway_kept_is_known_by_any_of_its_headers(case):
    name, _, value = kept_by_a_gateway(KEPT[case]).partition(": ")
    assert KEPT[case][name] == value


@pytest.mark.parametrize("case", DRAWN)
def test_a_reply_that_was_drawn_anew_is_not_taken_for_a_kept_one(case):
    assert kept_by_a_gateway(DRAWN[case]) is None
