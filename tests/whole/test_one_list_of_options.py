"""`ask`, `stream` and `sweep` take the same options, and none that no provider knows."""

import pytest
from fakes.server import FakeServer

import workbench as wb
from workbench.errors import InputError


@pytest.fixture
def server():
    with FakeServer() as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        yield server


WRONG = {
    "temprature": "temperature",
    "max_token": "max_tokens",
    "top_P": "top_p",
    "reasoning_efort": "reasoning_effort",
    "freqency_penalty": "frequency_penalty",
    "sede": "seed",
    "enable_thinkin": "enable_thinking",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_name_that_no_provider_knows_is_refused_with_the_near_one(server, name):
    ways = (
        lambda: wb.ask("a?", model="fake/m", **{name: 1}),
        lambda: wb.ask("a?", model="fake/m", params={name: 1}),
        lambda: wb.stream("a?", model="fake/m", **{name: 1}),
        lambda: wb.sweep(["a?"], models="fake/m", **{name: 1}),
        lambda: wb.sweep(["a?"], models="fake/m", params={name: [1, 2]}),
        lambda: wb.plan(["a?"], models="fake/m", params={name: 1}),
        lambda: wb.ask("a?", model=wb.Model("fake/m", **{name: 1})),
    )
    for way in ways:
        with pytest.raises(InputError, match=rf"{name}'; did you mean '{WRONG[name]}'\?.*extra_body"):
            way()
    assert server.hits == 0


def test_any_name_goes_through_extra_body(server):
    wb.ask("a?", model="fake/m", extra_body={"temprature": 1})
    wb.sweep(["b?"], models="fake/m", extra_body={"temprature": 2})
    assert [request.json["temprature"] for request in server.requests] == [1, 2]


def test_the_options_of_a_question_are_those_of_a_sweep(server):
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    options = {
        "system": "Be brief.",
        "max_tokens": 50,
        "temperature": 0.5,
        "tools": [tool],
        "top_p": 0.9,
        "extra_body": {"mine": 1},
        "extra_headers": {"X-Route": "a"},
        "params": {"seed": 7},
        "max_usd": 1.0,
        "timeout": 60,
        "stream": True,
    }
    asked = wb.ask("a?", model="fake/m", **options)
    rows = wb.sweep(["a?"], models="fake/m", **options)
    assert rows["key"].tolist() == [asked.key]
    assert rows["cached"].tolist() == [True]
    again = wb.sweep(["a?"], models="fake/m", refresh=True, **options)
    assert again["cached"].tolist() == [False]
    assert server.hits == 2


def test_a_list_is_swept_however_it_is_given(server):
    rows = wb.sweep(["a?"], models="fake/m", temperature=[0, 1], params={"top_p": [0.5, 0.9]})
    assert len(rows) == server.hits == 4
    with pytest.raises(InputError, match="give it once"):
        wb.sweep(["a?"], models="fake/m", temperature=0, params={"temperature": 1})
    with pytest.raises(InputError, match="give it once"):
        wb.ask("a?", model="fake/m", temperature=0, params={"temperature": 1})
    with pytest.raises(InputError, match="repeats"):
        wb.sweep(["a?"], models="fake/m", sample=3)


@pytest.mark.parametrize(
    "options",
    [
        {"extra_headers": {"X-OpenRouter-Cache": "true"}},
        {"extra_headers": {"helicone-cache-enabled": "true"}},
        {"extra_headers": {"cf-aig-cache-ttl": "3600"}},
        {"extra_headers": {"wandb-cache-mode": "read"}},
        {"extra_headers": {"X-Portkey-Config": '{"retry":{"attempts":2},"cache":{"mode":"semantic"}}'}},
        {"extra_body": {"cache": {"type": "simple"}}},
        {"extra_body": {"response_cache": {"ttl": 90}}},
        {"extra_body": {"response_cache": True}},
    ],
)
def test_a_gateways_kept_replies_are_never_asked_for(server, options):
    with pytest.raises(InputError, match="new draws"):
        wb.ask("a?", model="fake/m", **options)
    assert server.hits == 0


def test_a_gateway_may_be_told_to_keep_its_replies_to_itself(server):
    wb.ask("a?", model="fake/m", extra_headers={"cf-aig-skip-cache": "true", "X-OpenRouter-Cache": "false"})
    wb.ask("a?", model="fake/m", extra_body={"cache": {"no-cache": True}, "response_cache": False})
    wb.ask("a?", model="fake/m", extra_headers={"x-portkey-config": '{"retry":{"attempts":2}}'})
    wb.ask("a?", model="fake/m", extra_headers={"x-portkey-config": "pc-lab-0b77"})
    assert server.hits == 4
