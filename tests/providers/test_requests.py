"""A prompt and its options become the one body that goes over the wire."""

import json
import re

import pytest

import workbench as wb
from workbench.errors import BadRequest, InputError
from workbench.providers.models import resolve
from workbench.providers.requests import build_request


def request(model="openrouter/some/model", prompt="How many?", **options):
    return build_request(prompt, target=resolve(model), **options)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("openai/gpt-5", "max_completion_tokens"),
        ("moonshot/kimi-k2.6", "max_completion_tokens"),
        ("groq/x", "max_completion_tokens"),
        ("openrouter/x/y", "max_tokens"),
        ("deepseek/deepseek-reasoner", "max_tokens"),
        ("local/smollm2-135m-think", "max_tokens"),
    ],
)
@pytest.mark.parametrize("given", ["max_tokens", "max_completion_tokens"])
def test_the_cap_goes_out_under_the_providers_name_however_it_came(model, field, given):
    built = request(model, **{given: 2_000})
    names = [name for name in ("max_tokens", "max_completion_tokens") if name in built.body]
    assert (names, built.max_tokens) == ([field], 2_000)


def test_the_default_cap_of_a_model_is_sent_when_none_is_named():
    assert request("openrouter/moonshotai/kimi-k2-thinking").max_tokens == 32_768
    assert request("openrouter/some/model").max_tokens is None


@pytest.mark.parametrize(
    "options",
    [
        {"max_tokens": 10, "max_completion_tokens": 20},
        {"max_tokens": 10, "model": wb.Model("openrouter/x/y", max_tokens=20)},
    ],
)
def test_two_caps_are_one_too_many(options):
    with pytest.raises(InputError, match=r"max_tokens is given as \[10, 20\]; give one number"):
        build_request("How many?", target=resolve(options.pop("model", "openrouter/x/y")), **options)


@pytest.mark.parametrize("cap", [0, -1, 1.5, "many", True, float("inf"), float("nan"), [1]])
def test_a_cap_is_a_whole_number(cap):
    with pytest.raises(InputError, match=r"max_tokens is .*give a whole number of at least 1"):
        request(max_tokens=cap)


def test_a_cap_may_be_a_number_of_numpys():
    import numpy as np

    body = request(max_tokens=np.int64(2_000)).body
    assert body["max_tokens"] == 2_000
    json.dumps(body)


@pytest.mark.parametrize("sample", [-1, 0.5, "one", None, True, float("nan")])
def test_a_sample_is_a_whole_number(sample):
    with pytest.raises(InputError, match="sample is"):
        request(sample=sample)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("", "the prompt is ''"),
        (" \n", "write a question"),
        ([], r"the prompt is '\[\]'; give a text, or a list"),
        ([{"content": "x"}], "give a text, or a list"),
        ({"role": "user"}, "give a text, or a list"),
        (7, "the prompt is '7'"),
        (None, "the prompt is 'None'"),
        (b"bytes", "give a text, or a list"),
    ],
)
def test_what_is_no_prompt_is_refused(prompt, words):
    with pytest.raises(InputError, match=words):
        request(prompt=prompt)


def test_system_and_messages():
    assert request(system="Be brief.").body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "How many?"},
    ]
    with pytest.raises(InputError, match="hold a system part already"):
        request(prompt=[{"role": "system", "content": "a"}, {"role": "user", "content": "b"}], system="c")


def test_pinned_parameters_first_then_the_calls_then_extra_body():
    model = wb.Model("openrouter/x/y", temperature=0.5, extra_body={"provider": {"only": ["novita"]}})
    body = build_request("How many?", target=resolve(model), top_p=0.9, extra_body={"top_p": 0.8, "seed": 7}).body
    assert (body["temperature"], body["provider"], body["top_p"], body["seed"]) == (0.5, {"only": ["novita"]}, 0.8, 7)
    with pytest.raises(InputError, match=r"temperature=0\.7 is asked of .* which pins it to 0\.5"):
        build_request("How many?", target=resolve(model), temperature=0.7)


def test_options_that_are_none_are_left_out():
    assert set(request(temperature=None, tools=None, top_p=None).body) == {"model", "messages"}


@pytest.mark.parametrize("name", ["stream_options", "max_retries"])
def test_what_is_the_workbenchs_own_business_cannot_be_given(name):
    with pytest.raises(InputError, match=f"{name}=1 cannot be given"):
        request(**{name: 1})


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), b"x", print])
def test_an_option_that_is_no_json_names_itself(value):
    with pytest.raises(InputError, match="stop cannot be sent as JSON"):
        request(stop=value)


def test_a_later_change_of_what_was_handed_over_changes_nothing():
    messages = [{"role": "user", "content": "How many?"}]
    schema = {"type": "object"}
    built = request(prompt=messages, response_format=schema)
    messages[0]["content"] = schema["type"] = "changed"
    assert "changed" not in json.dumps(built.identity())


def test_keys_in_extra_headers_are_sent_and_not_kept():
    built = request(extra_headers={"Authorization": "Bearer canary", "X-Api-Key": "canary", "X-Title": "mine"})
    assert built.headers["Authorization"] == "Bearer canary"
    assert built.identity()["headers"] == {"X-Title": "mine"}
    assert "canary" not in json.dumps(built.identity())


def test_a_refused_parameter_is_refused_wherever_it_stands():
    for options in ({"temperature": 0}, {"extra_body": {"temperature": 0}}):
        with pytest.raises(BadRequest, match="nothing was sent"):
            request("openai/gpt-5", **options)
    with pytest.raises(BadRequest, match="nothing was sent"):
        build_request("How many?", target=resolve(wb.Model("openai/gpt-5", temperature=0)))


@pytest.mark.parametrize("text", ["How many?", "多少只羊？" * 50, "🐑" * 99, "\ud800"])
def test_no_prompt_has_more_tokens_than_its_bound(text):
    built = request(prompt=text)
    assert built.prompt_tokens_at_most > len(text.encode("utf-8", "surrogatepass"))
    assert 0 < built.prompt_tokens_likely <= built.prompt_tokens_at_most


def test_the_most_a_reply_can_have_counts_every_copy():
    assert request("openrouter/x/y", max_tokens=100, n=3).output_tokens_at_most == 300
    assert request("openai/gpt-4.1").output_tokens_at_most == 32_768
    assert request("openrouter/x/y").output_tokens_at_most is None


CLAUDE = "anthropic/claude-opus-5-5"


@pytest.mark.parametrize(
    ("model", "options", "says"),
    [
        (CLAUDE, {"temperature": 0.5}, "fixes temperature at 1"),
        (CLAUDE, {"top_p": 0.9}, "takes no top_p"),
        (CLAUDE, {"extra_body": {"thinking": {"type": "enabled", "budget_tokens": 2048}}}, "thinking.budget_tokens"),
        (CLAUDE, {"tool_choice": "required"}, "tool_choice=required"),
        (CLAUDE, {"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice.type=function"),
        ("moonshot/kimi-k2.6", {"temperature": 0.3}, "fixes temperature"),
        ("moonshot/kimi-k2.6", {"n": 2}, "fixes n"),
        ("openai/gpt-6-astra", {"temperature": 0}, "fixes temperature"),
    ],
    ids=str,
)
def test_what_a_model_would_answer_with_400_is_refused_unpaid(model, options, says):
    with pytest.raises(BadRequest, match=re.escape(says)):
        build_request("?", target=resolve(model), **options)


@pytest.mark.parametrize("name", ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"])
def test_an_answer_that_is_begun_is_refused_where_it_would_be(name):
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "It is"}]
    with pytest.raises(BadRequest, match="begins with your words"):
        build_request(messages, target=resolve(f"anthropic/{name}"))
    build_request(messages, target=resolve("llamacpp/any"))
    build_request([*messages, {"role": "user", "content": "go on"}], target=resolve(f"anthropic/{name}"))


def test_a_haiku_takes_a_tool_that_it_is_told_to_call():
    build_request("?", target=resolve("anthropic/claude-haiku-5-5"), tool_choice="required", tools=[])
