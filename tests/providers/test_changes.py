"""What a provider's list tells beside what is known: new, gone, dying, moved, dearer; what is written of it."""

from datetime import UTC, date, datetime

import pytest
from fakes.wordings import lists as shapes

from workbench.providers.changes import Change, age_hint, compared, newest_fact, own_tables, unsteady_prices
from workbench.providers.facts import known_models, known_providers
from workbench.providers.lists import KeptList, keep_list
from workbench.providers.models import resolve
from workbench.providers.offers import Prices, offers_of
from workbench.providers.prices import dearest_usd
from workbench.providers.table_writing import write_tables

READ_AT = datetime(2026, 11, 27, tzinfo=UTC)


def entries_of(shape):
    return shape.get("data", shape.get("models"))


def check(provider, shape, before=None):
    known = known_providers()[provider]
    earlier = KeptList(known.base_url, READ_AT, offers_of(before, provider)) if before else None
    return compared(known, offers_of(entries_of(shape), provider), earlier, read_at=READ_AT)


def test_known_models_on_the_list_live_and_the_others_are_named():
    found = check("openai", shapes.OPENAI)
    assert found.lives == ("gpt-6-luna", "gpt-6-sol")
    assert "gpt-6-astra" in found.missing
    assert "o3-mini" not in found.missing  # long dead: no news
    assert found.new == ("gpt-9-nova",)


def test_a_snapshot_of_a_model_is_the_model():
    found = check("openai", {"data": [{"id": "gpt-6-sol-2026-05-01"}]})
    assert "gpt-6-sol" in found.lives


def test_an_announced_end_is_told_with_what_was_known():
    assert check("openai", shapes.OPENAI).ends == (Change("gpt-6-luna", None, "2028-03-31"),)
    known = known_models()["openai/gpt-4.1"]
    same = {"data": [{"id": "gpt-4.1", "shutdown_date": str(known.retires or known.retired)}]}
    assert check("openai", same).ends == ()
    assert "  dies     gpt-4.1: 2027-01-14, as was known" in str(check("openai", same))
    past = {"data": [{"id": "o3-mini", "shutdown_date": "2026-10-23"}]}
    assert check("openai", past).end_as_known == ()


def test_an_heir_is_named():
    (end, _) = check("mistral", shapes.MISTRAL).ends
    assert str(end) == "ministral-99b-2611: not known -> 2027-06-30 (then mistral-large-4)"


def test_a_context_that_is_another_is_told():
    (change,) = check("moonshot", shapes.MOONSHOT).context
    assert (change.id, change.now) == ("kimi-k3", 524_288)


def test_a_price_that_is_another_than_the_tables_is_told():
    found = check("openrouter", shapes.OPENROUTER)
    assert found.prices == (
        Change("moonshotai/kimi-k2-thinking", Prices(0.6, 2.5, 0.15), Prices(0.9, 4.0)),
    )  # fmt: skip


def test_a_price_that_two_reads_tell_otherwise_is_unsteady_and_no_change():
    found = check("openrouter", shapes.OPENROUTER)
    cheaper = {**shapes.OPENROUTER["data"][3], "pricing": {"prompt": "6e-7", "completion": "2.5e-6"}}
    other = offers_of([cheaper], "openrouter")
    assert unsteady_prices(found, found.offers) == found
    again = unsteady_prices(found, other)
    assert again.prices == ()
    assert again.unsteady == (Change("moonshotai/kimi-k2-thinking", Prices(0.9, 4.0), Prices(0.6, 2.5)),)


def test_an_alias_that_moves_is_told_against_the_list_before():
    before = [{**shapes.OPENROUTER["data"][2], "alias_target": {"slug": "acme/deep-2"}}]
    found = check("openrouter", shapes.OPENROUTER, before)
    assert found.aliases == (Change("~acme/deep-latest", "acme/deep-2", "acme/deep-3"),)
    first = check("openrouter", shapes.OPENROUTER)
    assert first.aliases == (Change("~acme/deep-latest", None, "acme/deep-3"),)


def test_what_the_list_before_had_is_not_new():
    assert check("openai", shapes.OPENAI, shapes.OPENAI["data"]).new == ()


def test_it_says_all_of_it_in_a_few_lines():
    text = str(check("openrouter", shapes.OPENROUTER))
    assert text.splitlines()[0] == "openrouter: 4 models, 1 of them known"
    assert "  price    moonshotai/kimi-k2-thinking: $0.6/0.15/2.5 per million -> $0.9/4 per million" in text
    many = {"data": [{"id": f"m{number}", "created": number + 1} for number in range(400)]}
    lines = str(check("openai", many)).splitlines()
    assert [line.split()[-1] for line in lines if "new" in line][:2] == ["m399", "m398"]
    assert "and 395 more" in str(lines)
    assert len(lines) < 20


def test_as_json_it_names_all_and_is_plain():
    plain = check("openrouter", shapes.OPENROUTER).as_json()
    assert plain["prices"][0]["now"]["input"] == 0.9
    assert plain["read_at"] == "2026-11-27T00:00:00+00:00"
    assert set(plain["new"]) == {"acme/deep-3", "acme/plain-1", "~acme/deep-latest"}


def test_what_is_otherwise_becomes_a_table_and_what_is_asked_for_too():
    found = check("openrouter", shapes.OPENROUTER)
    tables = own_tables(found, ["acme/deep-3"])
    assert tables["openrouter/moonshotai/kimi-k2-thinking"]["usd_per_million"] == {"input": 0.9, "output": 4.0}
    assert tables["openrouter/acme/deep-3"] == {
        "context": 400_000,
        "efforts": ["low", "medium", "high"],
        "default_effort": "medium",
        "always_thinks": True,
        "usd_per_million": {"input": 1.2, "output": 4.8, "cached": 0.12, "written": 1.5},
        "verified": date(2026, 11, 27),
        "source": "list of openrouter",
    }
    assert own_tables(found, ["acme/plain-1"])["openrouter/acme/plain-1"]["thinking"] == "none"
    assert own_tables(check("openai", shapes.OPENAI))["openai/gpt-6-luna"]["retired"] == date(2028, 3, 31)


def test_a_written_price_bounds_what_long_prompts_cost_as_the_list_did(tmp_path):
    found = check("openrouter", shapes.OPENROUTER)
    keep_list("openrouter", KeptList(known_providers()["openrouter"].base_url, READ_AT, found.offers))

    def most():
        return dearest_usd(resolve("openrouter/acme/deep-3"), 300_000, 1_000, {})

    listed = most()
    write_tables(tmp_path / "workbench.toml", own_tables(found, ["acme/deep-3"]))
    assert resolve("openrouter/acme/deep-3").facts.prices is not None
    assert most() == listed == pytest.approx((300_000 * 2.4 + 1_000 * 7.2) / 1e6)


def test_the_embedded_models_are_never_gone():
    found = check("local", {"data": [{"id": "weights.gguf"}, {"id": "smollm2-135m-think"}]})
    assert (found.missing, found.new, found.lives) == ((), ("weights.gguf",), ("smollm2-135m-think",))


@pytest.mark.parametrize(("days", "says"), [(0, False), (60, False), (61, True), (400, True)])
def test_facts_older_than_sixty_days_ask_for_a_look(days, says):
    assert bool(age_hint(date(2026, 1, 1), date.fromordinal(date(2026, 1, 1).toordinal() + days))) is says


def test_the_newest_fact_is_of_this_table():
    assert newest_fact() >= date(2026, 11, 28)


def test_a_model_that_is_listed_though_it_was_known_as_gone_is_told():
    found = check("openai", {"data": [{"id": "o3-mini"}, {"id": "o1", "shutdown_date": "2026-10-23"}]})
    assert [str(change) for change in found.back] == ["o3-mini: gone since 2026-10-23 -> listed"]
    assert "  back     o3-mini" in str(found)
    assert "retired" not in str(own_tables(found))


def test_a_lifecycle_decides_over_a_day_that_has_passed():
    entries = [{"id": "claude-a", "lifecycle": life, "retires_at": "2026-01-01"} for life in ("deprecated", "retired")]
    offers = offers_of(entries, "anthropic")
    assert offers["claude-a"].ends is None
    assert offers_of(entries[1:], "anthropic") == {}
    assert offers_of([{"id": "b", "retires_at": "2026-01-01"}], "anthropic")["b"].ends == date(2026, 1, 1)
