"""What makes two calls the same call, and what makes them two."""

import json
from pathlib import Path

import pytest
from asked import ADDRESS
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.cache.request_key import Keys, request_key
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "keys.json").read_text(encoding="utf-8"))


TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}


CALL = {
    "prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How many?", "name": "ann"}],
    "max_tokens": 100,
    "temperature": 0.5,
    "top_p": 0.9,
    "stop": ["END"],
    "seed": 7,
    "n": 1,
    "tools": [TOOL],
    "tool_choice": "auto",
    "response_format": {"type": "json_object"},
    "reasoning_effort": "low",
    "extra_body": {"thinking": {"type": "enabled"}},
    "extra_headers": {"X-Route": "a"},
    "extra_query": {"version": "1"},
}


SYSTEM, USER = CALL["prompt"]


def key_of(prompt="How many?", *, model="fake/m", address=ADDRESS, **options):
    wb.add_provider("fake", base_url=address)
    return request_key(build_request(prompt, target=resolve(model), **options).identity())


@pytest.mark.parametrize(
    "change",
    [
        {"address": "https://other.invalid/v1"},
        {"address": "https://fake.invalid/v2"},
        {"model": "fake/m2"},
        {"prompt": [SYSTEM, {**USER, "content": "How many? "}]},
        {"prompt": [SYSTEM, {**USER, "role": "assistant"}]},
        {"prompt": [SYSTEM, {**USER, "name": "bob"}]},
        {"prompt": [SYSTEM, {**USER, "tool_call_id": "1"}]},
        {"prompt": [SYSTEM, {**USER, "content": [{"type": "text", "text": "How many?"}]}]},
        {"prompt": [{**SYSTEM, "role": "developer"}, USER]},
        {"prompt": [USER, SYSTEM]},
        {"prompt": [USER]},
        {"prompt": [SYSTEM, USER, USER]},
        {"max_tokens": 101},
        {"temperature": 0.50001},
        {"temperature": 0},
        {"top_p": 0.91},
        {"stop": ["END", "STOP"]},
        {"stop": "END"},
        {"seed": 8},
        {"n": 2},
        {"tools": [TOOL, TOOL]},
        {"tools": [{**TOOL, "function": {**TOOL["function"], "description": "adds"}}]},
        {"tool_choice": "none"},
        {"response_format": {"type": "text"}},
        {"reasoning_effort": "high"},
        {"extra_body": {"thinking": {"type": "disabled"}}},
        {"extra_body": {"thinking": {"type": "enabled", "budget": 1}}},
        {"extra_headers": {"X-Route": "b"}},
        {"extra_headers": {"X-Other": "a"}},
        {"extra_query": {"version": "2"}},
        {"sample": 1},
        {"parallel_tool_calls": False},
        {"parallel_tool_calls": 0},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_change_anywhere_in_a_request_is_another_call(change):
    assert key_of(**{**CALL, **change}) != key_of(**CALL)


@pytest.mark.parametrize("name", [name for name in CALL if name != "prompt"])
def test_leaving_a_field_out_is_another_call(name):
    assert key_of(**{other: value for other, value in CALL.items() if other != name}) != key_of(**CALL)


def test_true_and_one_are_not_the_same_value():
    assert key_of(logprobs=True) != key_of(logprobs=1)


@pytest.mark.parametrize(
    "same",
    [
        dict(reversed(CALL.items())),
        {**CALL, "prompt": [dict(reversed(SYSTEM.items())), dict(reversed(USER.items()))]},
        {**CALL, "n": 1.0},
        {**CALL, "seed": 7.0, "max_tokens": 100.0},
        {**CALL, "logprobs": None},
        {**CALL, "stream": True},
        {**CALL, "stream": False},
        {**CALL, "address": ADDRESS + "/"},
        {**CALL, "extra_headers": {"X-Route": "a", "Authorization": "Bearer one", "x-api-key": "two", "Cookie": "c"}},
    ],
    ids=["order", "order in messages", "1.0", "7.0", "None", "stream", "plain", "slash", "credentials"],
)
def test_order_number_format_transport_and_credentials_are_no_part_of_a_call(same):
    assert key_of(**same) == key_of(**CALL)


def test_a_pinned_model_asks_the_same_call_as_the_parameters_given_by_hand():
    assert key_of(model=wb.Model("fake/m", temperature=0.5, label="cool")) == key_of(temperature=0.5)
    assert key_of(system="Be brief.", prompt="Hi") == key_of([SYSTEM, {"role": "user", "content": "Hi"}])


def test_a_key_of_the_provider_is_no_part_of_a_call(monkeypatch):
    plain = key_of()
    wb.add_provider("fake", base_url=ADDRESS, key_env="FAKE_API_KEY")
    monkeypatch.setenv("FAKE_API_KEY", "sk-one-0123456789abcdef")
    assert request_key(build_request("How many?", target=resolve("fake/m")).identity()) == plain


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def turned(value):
    if isinstance(value, dict):
        return {name: turned(inner) for name, inner in reversed(value.items())}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


@given(body=st.dictionaries(st.text(max_size=3), JSON, max_size=4), name=st.text(max_size=3), value=st.text(max_size=5))
def test_any_body_has_one_key_whatever_its_order_and_another_with_one_field_more(body, name, value):
    request = {"base_url": ADDRESS, "headers": {}, "query": {}, "sample": 0}
    key = request_key({**request, "body": body})
    assert request_key({**request, "body": turned(body)}) == key
    if body.get(name) != value:
        assert request_key({**request, "body": {**body, name: value}}) != key


@given(st.integers(-(10**30), 10**30), st.sampled_from(["1.0", "2e+21", ".", ""]))
def test_a_number_without_a_fraction_is_a_whole_one_however_large(number, text):
    """Written as 7.0, as -0.0 and as 1e+22 alike, beside texts that look so."""
    request = {"base_url": ADDRESS, "headers": {}, "query": {}, "sample": 0}
    whole = int(float(number))
    keys = {request_key({**request, "body": {text: [text, one]}}) for one in (whole, float(whole))}
    assert len(keys) == 1
    assert request_key({**request, "body": {text: [text, whole + 0.5 if abs(whole) < 2**50 else text]}}) not in keys


@given(
    messages=st.lists(st.dictionaries(st.text(max_size=3), JSON, max_size=3), max_size=3),
    body=st.dictionaries(st.text(max_size=3), JSON, max_size=4),
    sample=st.integers(0, 3),
)
def test_requests_that_share_all_but_their_messages_get_the_keys_they_would_get_one_by_one(messages, body, sample):
    request = {"base_url": ADDRESS, "headers": {"a": "b"}, "query": {}, "sample": sample}
    keys = Keys({**request, "body": {**body, "messages": "whatever stands here"}})
    assert keys.of(messages) == request_key({**request, "body": {**body, "messages": messages}})
    assert keys.of([]) == request_key({**request, "body": {**body, "messages": []}})  # the second as well as the first


@pytest.mark.parametrize("golden", GOLDEN, ids=[golden["what"] for golden in GOLDEN])
def test_a_new_version_buys_nothing_again(golden):
    """Should this fail, every reply that anyone has kept would be paid for a second time. Do not edit the file."""
    assert key_of(**golden["call"]) == golden["key"]
