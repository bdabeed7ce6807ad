"""A fake model that has been asked before; and a team: one Redis and one Valkey, emptied for each test of them."""

import pytest
from asked import move_home
from servers import Server, redis_program, valkey_program

import workbench as wb
from workbench.cache.shared import server as server_room


@pytest.fixture
def answered(monkeypatch):
    """Ask `How many?` of a fake model once; `.ask` asks again."""

    def ask(server, prompt="How many?", **options):
        wb.add_provider("fake", base_url=server.base_url)
        return wb.ask(prompt, model="fake/m", **options)

    return ask


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    server = Server(redis_program(), tmp_path_factory.mktemp("redis"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory):
    server = Server(valkey_program(), tmp_path_factory.mktemp("valkey"))
    yield server
    server.close()


@pytest.fixture(params=["redis", "valkey"])
def server(request):
    found = request.getfixturevalue(f"{request.param}_server")
    found.client().flushall()
    return found


@pytest.fixture
def redis(redis_server):
    redis_server.client().flushall()
    return redis_server


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Go to another machine: its own folder of replies, and the same team's store."""
    teams = []

    def go(name):
        move_home(monkeypatch, tmp_path / name)
        teams.append(wb.cache.current().team)
        return wb.cache.current()

    yield go
    for team in teams:
        team.close()


@pytest.fixture
def team_at(monkeypatch):
    """Let a store be the team's; however slow this machine, it is not away before it was told to be."""
    monkeypatch.setattr(server_room, "SECONDS_TO_CONNECT", 60.0)
    monkeypatch.setattr(server_room, "SECONDS_TO_ANSWER", 60.0)
    return lambda url: monkeypatch.setenv("WORKBENCH_STORE", url)
