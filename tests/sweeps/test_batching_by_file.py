"""Sweeps in batches at providers that take OpenAI's files and speak of them in words of their own."""

import dataclasses

import pytest
from fakes.batches import LOST, answered
from fakes.batches_by_file import CountedBatches, ElsewhereBatches
from fakes.server import json_response

import workbench as wb
from workbench.asking.batch import buying, door
from workbench.providers.facts import _added, known_providers

QUESTIONS = ["What is 4 + 5?", "What is 2 + 2?", "What is 1 + 1?"]
FAKES = {
    "xai": (CountedBatches, "xai/grok-4.7"),
    "together": (ElsewhereBatches, "together/openai/gpt-oss-120b"),
}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(buying, "FIRST_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(door, "SECONDS_BEFORE_ANOTHER_TRY", 0.01)
    for name in FAKES:
        monkeypatch.setenv(f"{name.upper()}_API_KEY", "sk-1234567890abcdef")


def swept(provider, server, questions=QUESTIONS, **options):
    _added[provider] = dataclasses.replace(known_providers()[provider], base_url=server.base_url)
    return wb.sweep(questions, models=[FAKES[provider][1]], **{"max_tokens": 20, "batch": True, **options})


@pytest.mark.parametrize("provider", FAKES)
def test_a_batch_whose_making_was_not_answered_is_found_by_its_file_and_what_failed_is_a_row(provider):
    fates = {QUESTIONS[0]: answered("9", reasoning="4 and 5"), QUESTIONS[1]: (429, "busy"), QUESTIONS[2]: LOST}
    with FAKES[provider][0](lambda body: fates[body["messages"][-1]["content"]], drop=1) as server:
        rows = swept(provider, server)
        fates.update(dict.fromkeys(fates, answered("8")))
        again = swept(provider, server)
    assert rows["answer"][0] == "9"
    assert rows["thinking"][0] == "4 and 5"
    assert rows["error"].notna().tolist() == [False, True, True]
    assert again["answer"].tolist() == ["9", "8", "8"]
    assert [len(batch["lines"]) for batch in server.batches.values()] == [3, 2]


def test_every_page_of_xais_results_is_read_whatever_stands_in_the_token_of_the_next():
    with CountedBatches(lambda body: answered(body["messages"][-1]["content"][-2])) as server:
        rows = swept("xai", server, [f"What is {n}?" for n in range(5)])
    assert rows["answer"].tolist() == ["0", "1", "2", "3", "4"]


def test_xais_price_is_four_fifths_or_what_its_line_says():
    ticks = answered("9")
    ticks["usage"] |= {"cost_in_usd_ticks": 123_000_000}
    with CountedBatches(lambda body: ticks if "4" in body["messages"][-1]["content"] else answered()) as server:
        rows = swept("xai", server, QUESTIONS[:2])
    # 10 and 5 tokens at four fifths of 2 and 6 dollars a million
    assert rows["usd"].tolist() == [pytest.approx(0.0123), pytest.approx((10 * 2 + 5 * 6) * 0.8 / 1e6)]
    assert rows["usd_source"][0] == "provider"


def test_togethers_price_is_the_most_that_it_can_be():
    with ElsewhereBatches() as server:
        rows = swept("together", server, QUESTIONS[:1])
        live = wb.plan(QUESTIONS[1:2], models=[FAKES["together"][1]], max_tokens=20)
    assert rows["usd_source"][0].endswith("at most: what a batch takes off it is not known")
    assert rows["usd"][0] > 0
    assert live.usd_worst > 0


def test_a_batch_that_xai_cancels_is_rows_with_its_reason():
    with CountedBatches() as server:
        server.cancelled_for = "line 2 is not JSON"
        rows = swept("xai", server)
    assert rows["error"].tolist() == ["BadRequest"] * 3
    assert "line 2 is not JSON" in rows["error_message"][0]


def test_a_file_that_together_has_already_is_taken_and_a_failure_has_its_reason():
    with ElsewhereBatches(ends="failed") as server:
        server.files["file-9"] = b'{"custom_id": "a", "body": {"model": "m"}}'
        server.wanted = "file-9"
        rows = swept("together", server, QUESTIONS[:1])
    assert rows["error"].tolist() == ["BadRequest"]
    assert "takes no batches" in rows["error_message"][0]
    assert not any("/storage/" in request.path for request in server.requests)


@pytest.mark.parametrize("place", ["ftp://files.example/a", "http://other.example/a", "/a"])
def test_a_file_goes_to_no_address_that_is_not_safe(place):
    with ElsewhereBatches() as server:
        server.reply = lambda request, path: door_to(place)
        rows = swept("together", server, QUESTIONS[:1])
    assert "no safe address" in rows["error_message"][0]
    assert not server.batches


def door_to(place):
    return json_response({}, status=302, headers={"Location": place, "X-Together-File-Id": "file-0"})
