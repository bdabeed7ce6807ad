"""A team whose machines lose their line to the store for longer than a lease, while they are killed as well."""

import time

import pytest
from fakes.server import FakeServer, completion
from killing import Team
from networks import Networks
from nightly import NIGHTLY
from servers import Server, redis_program
from swept import PRICED, output_usage

LEASE_SECONDS = 2
USD_A_CALL = 0.02


def costly(request):
    number = int(request.prompt.split()[0])
    return completion(str(number + 1), usage=output_usage(20, 0), delay_seconds=0.05)(request)


@pytest.fixture
def networks():
    made = Networks(4)
    yield made
    made.close()


def test_a_machine_that_loses_its_line_waits_and_only_its_calls_in_flight_are_bought_twice(tmp_path, networks):
    """Longer than its lease it hears nothing: the others bury it, and it comes back."""
    cells, machines, cuts, at_once = (20_000, 8, 20, 8) if NIGHTLY else (160, 4, 1, 4)
    open_to_all = ("--bind", "0.0.0.0", "--protected-mode", "no", "--appendfsync", "always")
    store = Server(redis_program(), tmp_path / "server", *open_to_all)
    with FakeServer(costly, host=networks.provider) as provider:
        (tmp_path / "workbench.toml").write_text(PRICED.format(address=provider.base_url))
        team = Team(
            tmp_path,
            store=f"redis://{networks.store}:{store.port}?lease={LEASE_SECONDS}",
            provider=provider.base_url,
            networks=networks.names,
            **{"cells": cells, "kills": 200 if NIGHTLY else 2, "at_once": at_once, "machines": machines},
            max_usd=cells * USD_A_CALL * 2 + 1_000,
        )
        provider.wait_until(lambda: provider.hits >= 5)
        for cut in range(cuts):
            networks.cut_from_store(cut % len(networks.names))
            time.sleep(LEASE_SECONDS * 1.5)
            networks.join(cut % len(networks.names))
        ended = team.ended(3600 if NIGHTLY else 300)
        lost = team.calls_that_may_be_lost(store, ended)
        store.close()
        assert ended["failed"] == 0, team.errors()
        assert cells <= provider.hits <= cells + lost
        for rows in team.rows():
            assert rows["errors"] == []
            assert sorted(rows["answers"]) == sorted(str(number + 1) for number in range(cells))
