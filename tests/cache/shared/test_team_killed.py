"""A team whose machines and whose server are killed in the middle: what is bought, what is spent, what is kept."""

import pytest
from fakes.server import FakeServer
from killing import Team
from nightly import NIGHTLY
from servers import Server, redis_program
from swept import PRICED, output_usage

from workbench.cache.shared.address import address
from workbench.cache.shared.depot import depot

USD_A_CALL, USD_AT_WORST = 0.02, 0.05


def costly(request):
    from fakes.server import completion

    number = int(request.prompt.split()[0])
    return completion(str(number + 1), usage=output_usage(20, 0), delay_seconds=0.03)(request)


@pytest.fixture
def store(tmp_path):
    server = Server(redis_program(), tmp_path / "server", "--appendfsync", "always")
    yield server
    server.close()


@pytest.fixture
def provider(tmp_path):
    with FakeServer(costly) as fake:
        (tmp_path / "workbench.toml").write_text(PRICED.format(address=fake.base_url))
        yield fake


def books(store):
    prefix = "workbench:m:run.killed"
    found = store.client().hgetall(prefix)
    return {part: int(found.get(part.encode(), 0)) / 1e9 for part in ("spent", "unknown", "reserved")}


def test_cells_are_bought_once_though_machines_and_the_server_are_killed(tmp_path, store, provider):
    cells, kills, at_once = (20_000, 200, 8) if NIGHTLY else (100, 3, 4)
    asked = {"cells": cells, "kills": kills, "at_once": at_once, "max_usd": cells * USD_A_CALL * 2 + 1_000}
    team = Team(tmp_path, store=f"{store.url}?lease=2", provider=provider.base_url, seconds_to_answer=60, **asked)
    provider.wait_until(lambda: provider.hits >= cells // 3, 300)
    store.kill()
    store.start()
    ended = team.ended(3600 if NIGHTLY else 300)
    assert ended["failed"] == 0, team.errors()
    assert cells <= provider.hits <= cells + team.calls_that_may_be_lost(store, ended)
    for rows in team.rows():
        assert rows["errors"] == []
        assert sorted(rows["answers"]) == sorted(str(number + 1) for number in range(cells))
    there = depot(address(store.url))
    assert len(set(there.listed())) == cells
    there.close()
    spent = books(store)
    assert spent["spent"] + spent["unknown"] + spent["reserved"] >= provider.hits * USD_A_CALL - 1e-6


def test_all_machines_together_stay_within_one_sum(tmp_path, store, provider):
    cap = 1.20
    asked = {"cells": 200, "kills": 20 if NIGHTLY else 2, "at_once": 4, "max_usd": cap}
    team = Team(tmp_path, store=f"{store.url}?lease=2", provider=provider.base_url, seconds_to_answer=60, **asked)
    ended = team.ended()
    assert ended["failed"] == 0, team.errors()
    assert provider.hits * USD_A_CALL <= cap
    spent, lost = books(store), team.calls_that_may_be_lost(store, ended)
    assert spent["reserved"] == 0
    assert spent["spent"] + spent["unknown"] <= cap + 1e-6
    assert spent["spent"] + spent["unknown"] + (1 + lost) * USD_AT_WORST > cap  # as far as it goes
    assert spent["unknown"] <= lost * USD_AT_WORST + 1e-6
    assert spent["spent"] <= provider.hits * USD_A_CALL + 1e-6
    assert all(rows["errors"] == ["BudgetExceeded"] for rows in team.rows())
