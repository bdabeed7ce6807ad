"""The most that a request can cost: whatever in its body raises the bill raises the bound, or has none."""

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.providers import known_parameters as known
from workbench.providers.bounds import worst_of
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

TOML = """
[providers.shop]
base_url = "http://127.0.0.1:9/v1"
dialect = "openrouter"

[models."shop/cheap"]
usd_per_million = { input = 0, output = 1 }

[models."shop/dear"]
usd_per_million = { input = 0, output = 50 }
"""
"""A million tokens of output cost a dollar, or fifty."""


@pytest.fixture(autouse=True)
def shop(home):
    (home / "workbench.toml").write_text(TOML)


def bound(model="shop/cheap", prompt="How many?", max_tokens=1_000, **options):
    return worst_of(build_request(prompt, target=resolve(model), max_tokens=max_tokens, **options))


PLAIN_USD = 1_000 / 1e6


def test_a_plain_request_costs_its_cap():
    assert bound().usd == pytest.approx(PLAIN_USD)


@pytest.mark.parametrize("name", sorted(known.CAPS))
@pytest.mark.parametrize("value", [70_000, 70_000.0, "70000", 69_999.5])
def test_the_largest_cap_in_the_body_counts_whatever_its_name(name, value):
    assert bound(extra_body={name: value}).usd == pytest.approx(70 * PLAIN_USD)
    assert bound(extra_body={"options": {name: value}}).usd == pytest.approx(70 * PLAIN_USD)


@pytest.mark.parametrize("name", ["max_tokens", "n_predict"])
@pytest.mark.parametrize("value", [-1, 0, "many", True, [5], float(2**60)])
def test_a_cap_that_is_none_has_no_bound(name, value):
    assert bound(extra_body={name: value}).usd is None
    assert "max_tokens" in bound(extra_body={name: value}).why


@pytest.mark.parametrize("name", sorted(known.COPIES))
def test_each_copy_is_paid(name):
    assert bound(extra_body={name: 7}).usd == pytest.approx(7 * PLAIN_USD)
    assert bound(extra_body={name: "x"}).usd is None
    assert bound(extra_body={"n": 2, "best_of": 5}).usd == pytest.approx(5 * PLAIN_USD)


def test_the_dearest_model_that_may_answer_counts():
    assert bound(extra_body={"model": "dear"}).usd == pytest.approx(50 * PLAIN_USD)
    for name in sorted(known.MODELS):
        assert bound(extra_body={name: ["cheap", "dear"]}).usd == pytest.approx(50 * PLAIN_USD)
        assert bound(extra_body={name: "dear"}).usd == pytest.approx(50 * PLAIN_USD)
        for other in (["nobody/knows"], [{"model": "dear"}], [""], 5, "openrouter/auto", "@preset/mine", "dear:online"):
            assert bound(extra_body={name: other}).usd is None, other


@pytest.mark.parametrize("name", sorted(known.COSTLY))
def test_what_adds_to_the_bill_without_a_bound_is_refused(name):
    found = bound(extra_body={name: {"a": 1}})
    assert found.usd is None
    assert name in found.why


@pytest.mark.parametrize("name", ["model", "Model", "max_tokens", "n", "service_tier", "plugins", "deployment", "x"])
def test_what_a_query_may_buy_is_refused(name):
    assert f"{name!r} in extra_query" in bound(extra_query={name: "gpt-5-pro"}).why


@pytest.mark.parametrize(
    "name",
    [
        "X-Model",
        "x-portkey-config",
        "Helicone-Fallbacks",
        "anthropic-beta",
        "x-service-tier",
        "X-Provider",
        "X-Deployment",
    ],
)
def test_a_header_that_may_buy_something_else_is_refused(name):
    assert f"header {name!r}" in bound(extra_headers={name: "gpt-5-pro"}).why


def test_a_version_a_title_and_a_key_change_nothing_of_a_bound():
    beside = {"extra_query": {"api-version": "2026-10", "api-key": "abc"}, "extra_headers": {"X-Title": "mine"}}
    assert bound(**beside) == bound()


@pytest.mark.parametrize("name", sorted(known.TIERS))
def test_a_tier_without_a_known_price_is_refused(name):
    assert bound(extra_body={name: "priority"}).usd is None
    assert bound(extra_body={name: 5}).usd is None
    assert bound(extra_body={name: "flex"}).usd == pytest.approx(PLAIN_USD)


def test_a_tier_that_is_no_text_is_refused():
    for name in known.TIERS:
        for value in ({"a": 1}, ["priority"], [["priority"]], 5):
            assert bound(extra_body={name: value}).usd is None, (name, value)


def test_a_tier_with_a_known_price_costs_that():
    plain, priority, flex = (
        bound("openai/gpt-5", extra_body=extra).usd
        for extra in ({}, {"service_tier": "priority"}, {"service_tier": "flex"})
    )
    assert priority == pytest.approx(2 * plain)
    assert flex == pytest.approx(plain)  # it may fall back to the standard tier
    assert bound("openai/gpt-5", extra_body={"service_tier": "auto"}).usd == pytest.approx(priority)


@pytest.mark.parametrize("name", sorted(known.HARMLESS - {"messages", "model", "stream", "raw", "cache_control"}))
def test_a_harmless_parameter_costs_no_more_than_the_text_it_adds(name):
    found = bound(extra_body={name: 0.5})
    assert found.usd == pytest.approx(PLAIN_USD) or "no list" in found.why


def test_a_field_that_nobody_knows_is_refused_by_its_name():
    assert "'turbo'" in bound(extra_body={"turbo": True}).why
    assert bound(extra_body={"extra_body": {"google": {"thinking_config": {"include_thoughts": True}}}}).usd
    for nested in ({"google": {"cached_content": "x"}}, {"other": 1}, [1], {"google": 5}):
        assert bound(extra_body={"extra_body": nested}).usd is None


def test_thinking_beyond_the_cap_is_paid_too():
    for path in (
        {"thinking": {"budget_tokens": 9_000}},
        {"reasoning": {"max_tokens": 9_000}},
        {"thinking_budget": 9_000},
    ):
        assert bound(extra_body=path).usd == pytest.approx(10 * PLAIN_USD)


@pytest.mark.parametrize("field", ["thinking", "thinking_config", "custom_params", "chat_template_kwargs", "reasoning"])
def test_whatever_sets_tokens_within_a_field_is_counted_beside_the_cap(field):
    for name in (*known.CAPS, *known.BUDGETS, "thinkingBudget", "Max-Tokens"):
        for nested in ({name: 9_000}, {"more": [{"inner": {name: "9000"}}]}):
            assert bound(extra_body={field: nested}).usd >= 9 * PLAIN_USD, (name, nested)
            assert bound(extra_body={field: nested}).usd <= 10.01 * PLAIN_USD, (name, nested)


def test_copies_and_models_within_a_field_count_as_on_top():
    assert bound(extra_body={"custom_params": {"n": 7}}).usd == pytest.approx(7 * PLAIN_USD)
    assert bound(extra_body={"options": {"best_of": "x"}}).usd is None
    for nested in ({"model": "dear"}, {"any": [{"models": ["cheap", "dear"]}]}, {"fallbacks": "dear"}):
        assert bound(extra_body={"custom_params": nested}).usd == pytest.approx(50 * PLAIN_USD)
    assert bound(extra_body={"route": {"model": "nobody/knows"}}).usd is None


def test_names_in_schemas_and_labels_set_nothing():
    schema = {"type": "object", "properties": {"model": {"type": "string"}, "n": {"type": "integer"}}, "n": 9}
    asked = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}
    for body in ({"response_format": asked}, {"guided_json": schema}, {"metadata": {"model": "dear", "n": "9"}}):
        assert bound(extra_body=body).usd == pytest.approx(PLAIN_USD)


@pytest.mark.parametrize("name", ["thinking_budget_tokens", "reasoning_max_tokens", "thinking_token_budget"])
def test_a_budget_of_thought_above_the_cap_is_paid_beside_it(name):
    assert bound(extra_body={name: 9_000}).usd == pytest.approx(10 * PLAIN_USD)


def test_a_prediction_that_proves_wrong_is_paid_as_output():
    assert bound(extra_body={"prediction": {"type": "content", "content": "x" * 5_000}}).usd > 6 * PLAIN_USD


@pytest.mark.parametrize("kind", ["web_search", "code_interpreter", "builtin_function", "openrouter:web_search", 5])
def test_a_tool_that_runs_at_the_provider_has_no_bound(kind):
    assert bound(tools=[{"type": kind}]).usd is None
    assert bound(tools=[{"type": "function", "function": {"name": "f"}}]).usd is not None


BROUGHT = {"type": "function", "function": {"name": "weigh", "parameters": {"type": "object"}}}


@pytest.mark.parametrize(
    "tool",
    [
        {"google_search": {}},
        {"url_context": {}},
        {"codeExecution": {}},
        {"function_declarations": [{"name": "weigh"}]},
        {},
        {"type": None, "retrieval": {"source": "x"}},
        {**BROUGHT, "google_search_retrieval": {}},
        {"type": "function", "function": {}},
        {"type": "function", "function": "$web_search"},
        {"type": ["function"], "function": {"name": "weigh"}},
        "browser",
        5,
    ],
    ids=str,
)
def test_a_tool_that_is_no_plain_function_has_no_bound_beside_one_that_is(tool):
    assert bound(extra_body={"tools": [BROUGHT, tool]}).usd is None
    assert bound(extra_body={"functions": [tool]}).usd is None


def test_a_plain_function_has_a_bound_in_every_form_in_which_it_is_told():
    told = BROUGHT["function"]
    for tool in (BROUGHT, {"function": told}, {"type": "function", **told, "strict": True}):
        assert bound(extra_body={"tools": [tool]}).usd is not None, tool
    assert bound(extra_body={"functions": [told]}).usd is not None
    assert bound(extra_body={"tools": [{"type": "custom", "custom": {"name": "weigh"}}]}).usd is not None


@pytest.mark.parametrize("name", sorted(known.COSTLY))
def test_an_empty_order_of_something_costly_is_an_order(name):
    assert name in bound(extra_body={name: {}}).why


def test_an_empty_list_or_a_no_orders_nothing():
    for nothing in ([], False, None, ""):
        assert bound(extra_body=dict.fromkeys(known.COSTLY, nothing)).usd == pytest.approx(PLAIN_USD)


def test_every_byte_of_the_messages_is_counted(home):
    (home / "workbench.toml").write_text(TOML.replace("input = 0", "input = 1"))
    long = "word " * 10_000
    plain = bound().usd
    for message in (
        {"role": "user", "content": long},
        {"role": "user", "content": [{"type": "text", "text": long}]},
        {"role": "assistant", "content": "", "reasoning_content": long},
        {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": long}}]},
    ):
        assert bound(prompt=[message, {"role": "user", "content": "?"}]).usd >= plain + len(long) / 1e6
    image = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x.invalid/a.png"}}]}
    assert bound(prompt=[image]).usd > plain + 0.06
    assert bound(tools=[{"type": "function", "function": {"name": "f", "description": long}}]).usd > plain + 0.05
    for kind in ("input_audio", "file", "video_url", "unheard"):
        assert bound(prompt=[{"role": "user", "content": [{"type": kind}]}]).usd is None


def test_writing_a_cache_costs_more_than_reading_a_prompt():
    prompt = "x" * 100_000
    marked = [{"role": "user", "content": [{"type": "text", "text": prompt, "cache_control": {"type": "ephemeral"}}]}]
    plain = bound("anthropic/claude-sonnet-4-5", prompt=prompt, max_tokens=1).usd
    kept_long = bound("anthropic/claude-sonnet-4-5", prompt=marked, max_tokens=1).usd
    assert plain >= 100_000 * 3.75 / 1e6
    assert kept_long >= 100_000 * 6 / 1e6


def test_a_host_that_is_chosen_by_more_than_its_price_needs_a_highest_price():
    model = "openrouter/moonshotai/kimi-k2-thinking"
    assert bound(model, max_tokens=20_000, extra_body={"provider": {"only": ["novita"]}}).usd is None
    limited = {"provider": {"only": ["novita"], "max_price": {"prompt": 2, "completion": 5}}}
    assert bound(model, max_tokens=20_000, extra_body=limited).usd is not None
    assert bound(model, max_tokens=20_000, extra_body={"provider": {"zdr": True}}).usd is not None


def test_the_sum_is_kept_by_a_refusal_before_anything_is_sent():
    with pytest.raises(wb.errors.BudgetExceeded, match="plugins"):
        wb.ask("?", model="shop/cheap", max_tokens=5, max_usd=1, extra_body={"plugins": [{"id": "web"}]})
    with pytest.raises(wb.errors.BudgetExceeded, match="plugins"):
        wb.sweep(["?"], models="shop/cheap", max_tokens=5, max_usd=1, extra_body={"plugins": [{"id": "web"}]})
    with pytest.raises(InputError, match="max_usd is"):
        wb.ask("?", model="shop/cheap", max_usd=-1)
