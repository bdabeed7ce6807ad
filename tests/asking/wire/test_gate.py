"""How many calls are under way at once, and how a provider's complaints are waited out."""

import itertools
import time

import pytest
from fakes.server import FakeServer, completion, error_response, held
from swept import sweep

import workbench as wb

pytestmark = pytest.mark.usefixtures("quick")


def test_a_storm_of_rate_limits_is_waited_out_together():
    seen = []
    refused = held(error_response(429, "slow down", headers={"Retry-After": "0.3"}), lambda: len(seen) >= 6)

    def storm(request):
        seen.append(time.monotonic())
        return refused if len(seen) <= 6 else completion("1")

    with FakeServer(storm) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = wb.sweep([f"{n}?" for n in range(12)], models="fake/m", concurrency=6)
    assert (rows["outcome"] == "answered").all()
    assert max(b - a for a, b in itertools.pairwise(seen)) >= 0.25
    errors = [entry["error"] for entry in wb.cache.current().ledger.entries()]
    assert errors.count("RateLimited") == 6


def test_concurrency_is_the_most_calls_at_once():
    with FakeServer(completion("1", delay_seconds=0.05)) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.sweep([f"{n}?" for n in range(12)], models="fake/m", concurrency=3)
        assert server.most_at_once <= 3


def test_more_than_a_hundred_calls_can_be_under_way_at_once():
    """aiohttp's own limit of connections is a hundred, whoever asked for more."""
    with FakeServer(held(completion("1"), lambda: server.most_at_once == 120)) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.sweep([f"{n}?" for n in range(120)], models="fake/m", concurrency=120)
        assert server.most_at_once == 120


def test_a_line_that_is_refused_for_long_gives_up_as_a_whole():
    with FakeServer(error_response(429, "slow down")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = sweep(concurrency=2)
        assert 8 <= server.hits <= 40
    assert rows["error"].tolist() == ["RateLimited"] * 4
    assert rows["usd_spent"].tolist() == [0.0] * 4
