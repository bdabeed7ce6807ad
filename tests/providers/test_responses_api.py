"""A chat request in the words of the Responses API."""

import pytest

from workbench.errors import BadRequest, ConfigError, InputError
from workbench.providers.facts import add_provider
from workbench.providers.models import resolve
from workbench.providers.requests import build_request
from workbench.providers.responses_api import in_responses_words

SOL = resolve("openai/gpt-5.6-sol")
TOOL = {"type": "function", "function": {"name": "weigh", "parameters": {"type": "object"}}}
NAMED = {"type": "function", "function": {"name": "weigh"}}


def worded(*messages, **body):
    return in_responses_words({"model": "m", "messages": list(messages), "dialect": "responses", **body})


@pytest.mark.parametrize(
    ("said", "worded_as"),
    [
        ({"max_completion_tokens": 9}, {"max_output_tokens": 9}),
        ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
        ({"reasoning_effort": "low", "reasoning": {"summary": "auto"}},
         {"reasoning": {"summary": "auto", "effort": "low"}}),
        ({"verbosity": "low"}, {"text": {"verbosity": "low"}}),
        ({"response_format": {"type": "json_object"}}, {"text": {"format": {"type": "json_object"}}}),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}, "strict": True}}},
         {"text": {"format": {"type": "json_schema", "name": "n", "schema": {}, "strict": True}}}),
        ({"tools": [TOOL]},
         {"tools": [{"type": "function", "name": "weigh", "parameters": {"type": "object"}, "strict": False}]}),
        ({"tools": [{"type": "custom", "custom": {"name": "shell"}}, {"type": "web_search"}]},
         {"tools": [{"type": "custom", "name": "shell"}, {"type": "web_search"}]}),
        ({"tool_choice": "required"}, {"tool_choice": "required"}),
        ({"tool_choice": NAMED}, {"tool_choice": {"type": "function", "name": "weigh"}}),
        ({"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [NAMED]}}},
         {"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "weigh"}]}}),
        ({"temperature": 0.5, "prompt_cache_key": "k"}, {"temperature": 0.5, "prompt_cache_key": "k"}),
    ],
)  # fmt: skip
def test_options_have_other_words_there(said, worded_as):
    assert worded(**said) == {"model": "m", "input": [], **worded_as}


@pytest.mark.parametrize(
    ("message", "items"),
    [
        ({"role": "system", "content": "Be brief."}, [{"role": "system", "content": "Be brief."}]),
        ({"role": "user", "content": [{"type": "text", "text": "What?"}]},
         [{"role": "user", "content": [{"type": "input_text", "text": "What?"}]}]),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}]},
         [{"role": "user", "content": [{"type": "input_image", "image_url": "u"}]}]),
        ({"role": "assistant", "content": "Nine."}, [{"role": "assistant", "content": "Nine."}]),
        ({"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "function": {"name": "f"}}]},
         [{"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}]),
        ({"role": "assistant", "content": "no", "output": [{"type": "reasoning", "encrypted_content": "x"}, "noise"]},
         [{"type": "reasoning", "encrypted_content": "x"}]),
        ({"role": "tool", "tool_call_id": "c1", "content": "3"},
         [{"type": "function_call_output", "call_id": "c1", "output": "3"}]),
    ],
)  # fmt: skip
def test_messages_become_items(message, items):
    assert worded(message)["input"] == items


@pytest.mark.parametrize(
    ("options", "dialect"),
    [
        ({}, None),
        ({"tools": [TOOL]}, "responses"),
        ({"tools": [TOOL], "effort": "low"}, "responses"),
        ({"tools": [TOOL], "effort": "none"}, None),
        ({"tools": [TOOL], "thinking": False}, None),
        ({"dialect": "responses"}, "responses"),
        ({"dialect": "chat"}, None),
    ],
)
def test_the_table_says_which_models_call_tools_there_alone(options, dialect):
    assert build_request("?", target=SOL, **options).body.get("dialect") == dialect


def test_an_effort_that_a_model_has_there_alone_is_asked_there():
    newest = resolve("openai/gpt-6.1-sol")
    assert build_request("?", target=newest, effort="max").body["dialect"] == "responses"
    with pytest.raises(ConfigError, match="max"):
        build_request("?", target=newest, effort="max", dialect="chat")


def test_what_cannot_work_is_refused_before_it_is_sent():
    with pytest.raises(InputError, match="'chat' or 'responses'"):
        build_request("?", target=SOL, dialect="response")
    with pytest.raises(ConfigError, match="Responses API alone"):
        build_request("?", target=SOL, dialect="chat", tools=[TOOL])
    for name, value in {"seed": 7, "stop": ["x"], "n": 2, "logit_bias": {"5": 1}, "logprobs": True}.items():
        with pytest.raises(BadRequest, match=f"{name}="):
            build_request("?", target=resolve("xai/grok-4.3"), dialect="responses", **{name: value})
    with pytest.raises(InputError, match="in full"):
        build_request("?", target=SOL, dialect="responses", extra_body={"previous_response_id": "resp_1"})


def test_a_server_of_which_nothing_is_known_is_asked_with_a_warning_and_without_seals():
    add_provider("mybox", base_url="http://127.0.0.1:1/v1")
    request = build_request("?", target=resolve("mybox/m"), dialect="responses")
    assert "not known" in request.warnings[0]
    assert request.body == {
        "model": "m",
        "messages": [{"role": "user", "content": "?"}],
        "dialect": "responses",
        "store": False,
    }


def test_what_the_caller_says_of_store_and_include_stands():
    request = build_request("?", target=SOL, dialect="responses", store=True, extra_body={"include": []})
    assert (request.body["store"], request.body["include"]) == (True, [])


def test_the_price_of_replayed_items_is_in_the_bound():
    long = [{"role": "user", "content": "?"}, {"role": "assistant", "output": [{"encrypted_content": "x" * 40_000}]}]
    request = build_request(long, target=SOL, dialect="responses")
    assert request.prompt_tokens_at_most > 40_000
