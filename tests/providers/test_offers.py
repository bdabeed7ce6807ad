"""Lists of models in the shapes that providers send, read into what they offer."""

import copy
import json
from datetime import date

import pytest
from fakes.wordings import lists
from hypothesis import given
from hypothesis import strategies as st

from workbench.providers import offers
from workbench.providers.offers import Offer, Prices, offers_of


def read(shape, dialect):
    return offers_of(shape.get("data", shape.get("models")), dialect)


def test_a_router_tells_price_context_and_efforts():
    deep = read(lists.OPENROUTER, "openrouter")["acme/deep-3"]
    assert deep.prices == Prices(input=1.2, output=4.8, cached=0.12, written=1.5)
    assert (deep.dearest.input, deep.dearest.output) == (2.4, 7.2)
    assert (deep.context_tokens, deep.most_max_tokens) == (400_000, 64_000)
    assert (deep.efforts, deep.default_effort, deep.always_thinks) == (("low", "medium", "high"), "medium", True)
    assert (deep.alias_of, deep.ends) == ("acme/deep-3-20260914", None)


def test_a_model_that_does_not_think_has_no_efforts_and_one_may_have_any():
    found = read(lists.OPENROUTER, "openrouter")
    assert (found["acme/plain-1"].efforts, found["acme/plain-1"].ends) == ((), date(2027, 2, 1))
    assert found["~acme/deep-latest"].efforts is None


def test_a_name_that_moves_says_where_it_points_and_has_no_price_of_its_own():
    alias = read(lists.OPENROUTER, "openrouter")["~acme/deep-latest"]
    assert (alias.alias_of, alias.prices, alias.dearest) == ("acme/deep-3", None, None)


@pytest.mark.parametrize(
    ("shape", "dialect", "name", "wanted"),
    [
        (lists.OPENAI, "openai", "gpt-6-luna", {"ends": date(2028, 3, 31)}),
        (lists.MOONSHOT, "moonshot", "kimi-k9", {"context_tokens": 2_097_152}),
        (lists.GEMINI, "gemini", "gemini-9-neon", {"context_tokens": 2_000_000, "most_max_tokens": 131_072}),
        (lists.VLLM, "vllm", "Qwen/Qwen3-32B", {"context_tokens": 40_960}),
        (
            lists.ANTHROPIC,
            "anthropic",
            "claude-next-1",
            {
                "context_tokens": 1_000_000,
                "most_max_tokens": 128_000,
                "ends": date(2028, 1, 15),
                "efforts": ("low", "high"),
                "always_thinks": True,
            },
        ),
        (
            lists.MISTRAL,
            "mistral",
            "ministral-99b-latest",
            {"alias_of": "ministral-99b-2611", "ends": date(2027, 6, 30), "replaced_by": "mistral-large-4"},
        ),
        (
            lists.XAI,
            "xai",
            "grok-9",
            {
                "prices": Prices(input=3, output=15, cached=0.75),
                "dearest": Prices(input=6, output=30),
                "context_tokens": 500_000,
            },
        ),
        (lists.VERCEL, "vercel", "acme/deep-3", {"prices": Prices(input=1, output=4, cached=0.1)}),
        (
            lists.HUGGINGFACE,
            "huggingface",
            "acme/Open-70B",
            {"prices": None, "dearest": Prices(input=0.5, output=0.6), "context_tokens": 131_072},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_list_says_is_read(shape, dialect, name, wanted):
    offer = read(shape, dialect)[name]
    assert {field: getattr(offer, field) for field in wanted} == wanted


def test_what_is_retired_or_out_of_service_is_not_offered():
    assert read(lists.ANTHROPIC, "anthropic").keys() == {"claude-next-1"}
    assert offers_of([{"id": "m", "active": False}], "groq") == {}


@pytest.mark.parametrize(
    "entry",
    [None, 3, "m", [], {}, {"id": 5}, {"id": ""}, {"id": "x" * 500}, {"name": None}],
    ids=str,
)
def test_an_entry_that_is_none_is_passed_over(entry):
    assert offers_of([entry, {"id": "m"}], "openai").keys() == {"m"}


def test_a_list_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(offers, "MOST_ENTRIES", 3)
    with pytest.raises(ValueError, match="more than 3"):
        offers_of(({"id": str(number)} for number in range(10**9)), "openai")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.data(), st.sampled_from(["openrouter", "vercel", "xai", "huggingface", "openai"]))
def test_no_value_in_any_field_breaks_the_reading(data, dialect):
    shape = {"openrouter": lists.OPENROUTER, "vercel": lists.VERCEL, "xai": lists.XAI}.get(dialect, lists.ANTHROPIC)
    entry = copy.deepcopy(next(iter(shape.values()))[0])
    entry[data.draw(st.sampled_from(sorted(entry)))] = data.draw(ANYTHING)
    for offer in offers_of([entry], dialect).values():
        assert isinstance(offer, Offer)
        assert offer.context_tokens is None or offer.context_tokens > 0
        assert offer.prices is None or min(offer.prices.input, offer.prices.output) >= 0
        json.dumps([offer.efforts, offer.alias_of, offer.replaced_by])
