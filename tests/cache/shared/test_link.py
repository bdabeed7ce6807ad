"""The line to a team's server: away, silent, or another's."""

import threading
import time
from types import SimpleNamespace

import pytest

from workbench.cache.shared import link as link_room
from workbench.cache.shared.address import address
from workbench.cache.shared.link import SECONDS_BETWEEN_SILENT_TRIES, Link
from workbench.cache.shared.server import Away
from workbench.errors import StoreCorrupt


def test_another_s_data_under_our_names_is_named(redis):
    redis.client().rpush("workbench:v:" + "ab" * 32, "x")
    link = Link(address(redis.url))
    with pytest.raises(StoreCorrupt, match="use another prefix"):
        link.send("GET", "workbench:v:" + "ab" * 32).result()
    link.close()


def test_a_server_that_is_not_there_is_away_and_not_tried_for_a_while(monkeypatch):
    monkeypatch.setattr("workbench.cache.shared.link.PAUSES_SECONDS", ())
    link = Link(address("redis://127.0.0.1:9"))
    first, second = (link.send("PING").exception() for _ in range(2))
    assert isinstance(first, Away)
    assert isinstance(second, Away)
    assert link.is_away
    assert first is not second
    link.close()


def test_a_silent_server_holds_up_one_call_and_no_other_until_it_is_tried_again(monkeypatch):
    """As one that is stopped, or behind a line that is cut."""
    tries, is_tried, has_waited = [], threading.Event(), threading.Event()
    clock = SimpleNamespace(now=1_000.0)
    ours = SimpleNamespace(connection_pool=SimpleNamespace(disconnect=lambda: None), close=lambda: None)

    def silent(client, commands):
        if client is not ours:
            raise Away("the thread of another test")
        tries.append(commands)
        is_tried.set()
        assert has_waited.wait(60)
        raise type("Silent", (Away,), {"silent": True})("no answer in time")

    monkeypatch.setattr(link_room, "run", silent)
    monkeypatch.setattr(link_room, "connect", lambda place: ours if place is link.place else None)
    monkeypatch.setattr(link_room, "time", SimpleNamespace(monotonic=lambda: clock.now, sleep=time.sleep))
    link = Link(address("redis://127.0.0.1:9"))
    waiting = [link.send("PING") for _ in range(3)]
    assert is_tried.wait(60)
    waiting += [link.send("GET", "a") for _ in range(300)]  # they come while the first waits
    has_waited.set()
    assert all(isinstance(one.exception(60), Away) for one in waiting)
    clock.now += SECONDS_BETWEEN_SILENT_TRIES - 0.1
    assert all(isinstance(link.send("GET", "b").exception(60), Away) for _ in range(20))
    assert len(tries) == 1
    clock.now += 0.2
    assert all(isinstance(link.send("GET", "c").exception(60), Away) for _ in range(2))
    assert len(tries) == 2
    link.close()
