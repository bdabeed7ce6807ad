"""`ask`, `stream` and `sweep` take the same options, and none that no provider knows."""

import inspect

import pytest
from fakes.server import FakeServer

import workbench as wb
from workbench.errors import InputError
from workbench.providers.known_parameters import KNOWN
from workbench.providers.own_options import own_options


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


NEAR_OWN = {
    "tiemout": ("timeout", "ask"),
    "refesh": ("refresh", "ask"),
    "sytem": ("system", "ask"),
    "max_ussd": ("max_usd", "ask"),
    "smaple": ("sample", "ask"),
    "extra_heads": ("extra_headers", "ask"),
    "fallbacc": ("fallback", "ask"),
    "concurency": ("concurrency", "sweep"),
    "on_eror": ("on_error", "sweep"),
    "repeets": ("repeats", "sweep"),
    "scorrer": ("scorer", "sweep"),
    "withn": ("within", "sweep"),
    "stop_repeatin": ("stop_repeating", "loops.run"),
}


@pytest.mark.parametrize("name", NEAR_OWN)
def test_a_name_near_an_option_of_ours_is_told_as_that_and_is_not_sent_to_extra_body(name):
    near, whose = NEAR_OWN[name]
    for way in (
        lambda: wb.ask("a?", model="openai/gpt-5", **{name: 1}),
        lambda: wb.plan(["a?"], models="openai/gpt-5", **{name: 1}),
    ):
        with pytest.raises(InputError, match=rf"mean '{near}', an option of .*{whose}") as caught:
            way()
        assert "extra_body" not in str(caught.value)


@pytest.mark.parametrize("function", [wb.ask, wb.sweep, wb.plan, wb.loops.run], ids=lambda function: function.__name__)
def test_every_option_of_a_signature_is_known_as_one_and_is_no_parameter_of_a_model(function):
    for name, option in inspect.signature(function).parameters.items():
        if option.kind is option.VAR_KEYWORD:
            continue
        assert function.__name__ in [called.rpartition(".")[2] for called in own_options()[name]]
        if name not in KNOWN:
            with pytest.raises(InputError):
                wb.ask("a?", model="openai/gpt-5", params={name: 8.5})


def test_a_cap_in_params_is_the_cap_for_ask_sweep_and_plan(server):
    asked = wb.ask("oats?", model="fake/m", params={"max_tokens": 31})
    rows = wb.sweep(["oats?"], models="fake/m", params={"max_tokens": [31, 62]})
    assert rows["max_tokens"].tolist() == [31, 62]
    assert rows["key"].tolist()[0] == asked.key
    assert wb.plan(["oats?"], models="fake/m", params={"max_tokens": [31, 62, 93]}).kept == 2
    assert wb.ask("oats?", model="fake/m", max_tokens=31, params={"max_tokens": 31}).key == asked.key
    assert len(wb.sweep(["oats?"], models="fake/m", max_tokens=31, params={"max_tokens": 31})) == 1
    with pytest.raises(InputError, match="max_tokens is given as 31 and in params as 62; give it once"):
        wb.sweep(["oats?"], models="fake/m", max_tokens=31, params={"max_tokens": 62})


REFUSED = {
    "messages": [{"messages": []}, {"messages": [{"role": "user", "content": "other"}]}, {"messages": [[]]}],
    "in place": [{"params": {"messages": []}}, {"params": {"model": "other"}}, {"params": {"prompt": "other"}}],
    "in the body": [{"extra_body": {"messages": []}}],
    "no dict": [{"extra_body": 8}, {"extra_body": "x"}, {"extra_headers": 8}, {"extra_query": 8}, {"params": 8}],
    "no name": [{"params": {8: 1}}, {"params": {"target": 1}}, {"target": 1}, {"params": {"sample": 4}}],
    "no number": [{"temperature": "warm"}, {"top_p": {"a": 1}}, {"params": {"seed": b"7"}}],
    "no tools": [{"tools": 8}, {"params": {"tools": {"a": 1}}}, {"params": {"tools": "search"}}],
    "no form": [{"stream": "yes"}, {"system": 8}, {"stop": 8}, {"tool_choice": 8}, {"response_format": 8}],
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_no_provider_takes_is_refused_by_ask_and_by_sweep_before_it_is_sent(server, kind):
    for options in REFUSED[kind]:
        for way in (
            lambda: wb.ask("oats?", model="fake/m", **options),  # noqa: B023 - called at once
            lambda: wb.sweep(["oats?"], models="fake/m", **options),  # noqa: B023
        ):
            with pytest.raises(InputError):
                way()
    assert server.hits == 0


def test_a_list_for_a_number_is_told_how_several_are_swept(server):
    for options in ({"temperature": [0, 1]}, {"params": {"temperature": [0, 1]}}):
        with pytest.raises(InputError, match=r"wb\.sweep\(…, temperature=\[0, 1\]\)"):
            wb.ask("oats?", model="fake/m", **options)
    assert server.hits == 0


@pytest.mark.parametrize(
    "message",
    [
        {"role": "judge"},
        {"role": "user", "content": None},
        {"role": "user", "content": 8},
        {"role": 8, "content": "oats"},
        {"role": "", "content": "oats"},
    ],
    ids=str,
)
def test_a_message_that_says_nothing_in_any_protocol_is_refused(server, message):
    with pytest.raises(InputError, match="message 2 "):
        wb.ask([{"role": "user", "content": "oats?"}, message], model="fake/m")
    assert server.hits == 0


def test_what_some_provider_takes_goes_out_as_it_is(server):
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "developer", "content": [{"type": "text", "text": "brief"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": ""},
        {"role": "latest_reminder", "content": "oats"},
    ]
    options = {"temperature": "0.5", "top_p": True, "stop": ["x"], "tool_choice": "auto", "messages": None}
    wb.ask(messages, model="fake/m", logit_bias=[[15, -1]], response_format={"type": "text"}, **options)
    assert server.requests[-1].json["messages"] == messages


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
