"""The price table read by its own words: what it has a price of, since when, and when the next one comes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.providers.price_table import (
    Counts,
    coming_prices,
    dearest_time,
    has_variant,
    model_of,
    table_price,
    tier_starts,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_model_that_the_table_lacks_has_no_price():
    assert model_of("no-such-model", "openai") is None
    assert table_price("no-such-model", "openai", Counts(1, 1), NOW) is None
    assert tier_starts("no-such-model", "openai") == ()


def test_days_on_which_a_price_will_be_another():
    assert coming_prices("gemini-3.8-flash", "google", date(2026, 11, 28)) == [date(2027, 1, 1)]
    assert coming_prices("gemini-3.8-flash", "google", date(2027, 1, 1)) == []


def test_the_dearest_time_of_a_week_is_found_on_a_weekend():
    saturday = date(2026, 11, 28)
    found = dearest_time("deepseek-flash", "deepseek", saturday)
    assert found.weekday() < 5
    assert table_price("deepseek-flash", "deepseek", Counts(1_000_000, 0), found).usd == pytest.approx(0.3)


def test_variants_are_told_by_all_their_words():
    assert has_variant("gpt-6-sol", "openai", (("service_tier", "flex"),))
    assert not has_variant("gpt-6-sol", "openai", (("service_tier", "flex"), ("speed", "fast")))


@given(
    *[st.integers(0, 400_000)] * 5,
    st.lists(st.tuples(st.sampled_from(["web_searches", "input_audio_tokens", "code_executions"]), st.integers(1, 9))),
)
def test_no_counts_break_the_table_and_more_never_costs_less(prompt, output, cached, written, hour, fees):
    counts = Counts(prompt, output, cached, written, hour, tuple(dict(fees).items())).within()
    found = table_price("claude-haiku-5-5", "anthropic", counts, NOW)
    more = table_price("claude-haiku-5-5", "anthropic", replace(counts, output=counts.output + 1), NOW)
    assert more.usd > found.usd >= 0
