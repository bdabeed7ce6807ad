"""Lists that providers gave are kept with their date, believed if they are one's own, and fill what no table has."""

import json
import os
from datetime import UTC, date, datetime

import pytest
from fakes.wordings import lists as shapes

from workbench.base.places import home
from workbench.errors import ConfigError
from workbench.providers.bounds import worst_of
from workbench.providers.catalogue import models
from workbench.providers.facts import known_providers
from workbench.providers.lists import KeptList, keep_list, kept_list
from workbench.providers.models import resolve
from workbench.providers.offers import offers_of
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.providers.requests import build_request

READ_AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
URL = known_providers()["openrouter"].base_url


def keep(provider="openrouter", shape=shapes.OPENROUTER):
    url = known_providers()[provider].base_url
    return keep_list(provider, KeptList(url, READ_AT, offers_of(shape["data"], provider)))


def test_what_is_kept_is_read_back_as_it_was():
    place = keep()
    found = kept_list("openrouter", URL)
    assert found == KeptList(URL, READ_AT, offers_of(shapes.OPENROUTER["data"], "openrouter"))
    assert place.parent == home() / "lists"
    assert place.stat().st_mode & 0o077 == 0


def test_a_list_of_another_address_is_not_believed():
    keep()
    assert kept_list("openrouter", "https://example.org/v1") is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 1}', '{"version": 1, "offers": [{"id": 3, "no": 1}], "read_at": "x"}', "[" * 9999],
    ids=["empty", "list", "object", "no offers", "strange offers", "deep"],
)
def test_a_broken_file_is_no_list(text):
    place = keep()
    place.write_text(text)
    assert kept_list("openrouter", URL) is None


def test_a_file_that_others_may_write_is_not_believed():
    place = keep()
    place.chmod(0o666)
    os.utime(place, (1, 1))  # it has changed since it was read
    assert kept_list("openrouter", URL) is None


def test_a_folder_that_cannot_be_written_costs_the_list_and_no_more(tmp_path, monkeypatch):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "lists").write_text("no folder")
    assert keep() is None
    assert kept_list("openrouter", URL) is None


def test_a_model_that_no_table_knows_has_the_facts_of_the_list():
    before = resolve("openrouter/acme/deep-3").facts
    assert (before.context_tokens, before.efforts) == (None, None)
    keep()
    facts = resolve("openrouter/acme/deep-3").facts
    assert (facts.context_tokens, facts.efforts) == (400_000, ("low", "medium", "high"))
    assert facts.source_of("efforts") == "list of openrouter, read 2026-11-20"


def test_its_efforts_refuse_what_would_do_nothing():
    keep()
    build_request("?", target=resolve("openrouter/acme/deep-3"), effort="low")
    for effort in ("max", "none"):
        with pytest.raises(ConfigError, match="none of low, medium, high"):
            build_request("?", target=resolve("openrouter/acme/deep-3"), effort=effort)
    with pytest.raises(ConfigError, match="no levels of effort"):
        build_request("?", target=resolve("openrouter/acme/plain-1"), effort="low")


def test_its_price_is_that_of_the_list_with_its_date():
    target = resolve("openrouter/acme/deep-3")
    assert priced(target, Counts(1_000, 100)).usd is None
    keep()
    target = resolve("openrouter/acme/deep-3")
    found = priced(target, Counts(1_000, 100, cached=400, written=100))
    assert found.usd == pytest.approx((500 * 1.2 + 400 * 0.12 + 100 * 1.5 + 100 * 4.8) / 1e6)
    assert found.source == "list of openrouter 2026-11-20"


def test_the_worst_case_is_at_the_dearest_of_its_prices():
    keep()
    request = build_request("?", target=resolve("openrouter/acme/deep-3"), max_tokens=1_000)
    assert worst_of(request).usd == pytest.approx((request.prompt_tokens_at_most * 2.4 + 1_000 * 7.2) / 1e6, rel=0.01)


def test_what_a_table_knows_stays_as_it_is():
    known = resolve("openrouter/moonshotai/kimi-k2-thinking")
    price = priced(known, Counts(1_000, 0), at=READ_AT)
    keep()
    filled = resolve("openrouter/moonshotai/kimi-k2-thinking")
    assert filled.facts.context_tokens == known.facts.context_tokens
    assert priced(filled, Counts(1_000, 0), at=READ_AT) == price


def test_an_end_of_a_list_warns_and_never_refuses():
    keep()
    facts = resolve("openrouter/acme/plain-1").facts
    assert facts.retires == date(2027, 2, 1)
    assert "retired" in facts.doubtful


def test_the_users_own_table_is_above_the_list(tmp_path):
    (tmp_path / "workbench.toml").write_text('[models."openrouter/acme/deep-3"]\ncontext = 1000\nefforts = ["max"]\n')
    keep()
    facts = resolve("openrouter/acme/deep-3").facts
    assert (facts.context_tokens, facts.efforts) == (1_000, ("max",))


def test_a_known_model_without_context_shows_that_of_its_list():
    shape = {"data": [{"id": "moonshot-v1-8k", "context_length": 8_192}]}
    keep("moonshot", shape)
    frame = models().set_index("id")
    assert frame.loc["moonshot/moonshot-v1-8k", "context_tokens"] == 8_192


def test_a_kept_list_is_plain_json():
    document = json.loads(keep().read_text())
    assert document["read_at"] == "2026-11-20T08:30:00+00:00"
    assert document["offers"][0]["id"] == "acme/deep-3"
