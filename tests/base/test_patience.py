"""How long a call may take in all, whatever it waits for."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from asked import QUESTION, ask, began, serve
from clocks import forward
from fakes.server import FakeServer, error_response, held

import workbench as wb
from workbench.cache.claims import claim
from workbench.cache.request_key import request_key
from workbench.errors import (
    InputError,
    NotSent,
    OutcomeUnknown,
)
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

pytestmark = pytest.mark.usefixtures("quick")


def test_who_waits_for_another_call_of_the_same_waits_no_longer_than_its_own_timeout():
    gate = threading.Event()
    with FakeServer(held("Nine.", gate.is_set)) as server, ThreadPoolExecutor(1) as pool:
        leader = pool.submit(ask, server)
        server.wait_until(lambda: server.hits == 1)
        with pytest.raises(NotSent, match=r"another call of the same had no reply yet after 0\.3 seconds"):
            wb.ask(QUESTION, model="fake/m", timeout=0.3)
        assert not leader.done()
        gate.set()
        assert leader.result().answer == "Nine."
    assert server.hits == 1


def test_who_waits_for_another_process_waits_no_longer_than_its_own_timeout():
    with FakeServer() as server:
        request = build_request(QUESTION, target=resolve(serve(server)))
        claims, key = claim(wb.cache.current().folder), request_key(request.identity())
        assert claims.try_acquire(key)
        started = time.monotonic()
        with pytest.raises(NotSent, match=r"another process that asks the same had no reply yet after 0\.3 seconds"):
            wb.ask(QUESTION, model="fake/m", timeout=0.3)
        assert 0.3 <= time.monotonic() - started < 60  # it is held for ever
        assert server.hits == 0
        threading.Timer(0.3, claims.release, [key]).start()
        assert wb.ask(QUESTION, model="fake/m", timeout=60).answer == "Nine."


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), "5"])
def test_a_timeout_that_is_no_time_is_refused(timeout):
    with FakeServer() as server:
        with pytest.raises(InputError, match="give seconds for each call"):
            ask(server, timeout=timeout)
        assert server.hits == 0


def test_a_timeout_says_that_the_outcome_is_unknown_and_shows_what_came(monkeypatch):
    put_forward = forward(monkeypatch)
    with FakeServer(began("Nine, be")) as server:
        heard = iter(wb.stream(QUESTION, model=serve(server), timeout=240))
        assert next(heard).text == "Nine, be"
        put_forward(240)
        with pytest.raises(OutcomeUnknown, match=r"timeout of 240 seconds") as failure:
            next(heard)
        server.wait_until(lambda: server.cancelled == 1)
    assert failure.value.partial == "Nine, be"
    assert [attempt.sent for attempt in failure.value.attempts] == [True]
    assert server.hits == 1
    assert [entry["billed"] for entry in wb.cache.current().ledger.entries()] == ["unknown"]


def test_a_call_whose_time_ran_out_before_it_was_sent_was_not_sent(monkeypatch):
    wait, put_forward = {"Retry-After": "240"}, forward(monkeypatch)
    with FakeServer([error_response(429, headers=wait), "Nine."]) as server:
        serve(server)
        with ThreadPoolExecutor(1) as pool:
            patient = pool.submit(wb.ask, QUESTION, model="fake/m")
            server.wait_until(lambda: list(wb.cache.current().ledger.entries()))  # by now the line stands still
            with pytest.raises(NotSent) as failure:
                wb.ask("another question", model="fake/m", timeout=0.3)
            assert server.hits == 1
            put_forward(240)
            assert patient.result().answer == "Nine."
        assert server.hits == 2
    assert "timeout of 0.3 seconds" in str(failure.value)
    assert failure.value.attempts == ()
