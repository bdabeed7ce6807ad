"""A host that does not answer is tried a few times in total, and is back with the first answer."""

import contextlib
import socket
import threading
import time

import pytest
from fakes.server import RESET, FakeServer, Response, completion, error_response, held
from servers import free_port

import workbench as wb
from workbench.asking.wire.circuit import MOST_TRIES
from workbench.asking.wire.clients import check_headers
from workbench.errors import NotSent, OutcomeUnknown

pytestmark = pytest.mark.usefixtures("quick")


@contextlib.contextmanager
def refusing_port():
    """A port that nobody listens on, for as long as the block runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def tries():
    return [entry["error"] for entry in wb.cache.current().ledger.entries()]


def test_a_dead_host_is_tried_a_few_times_for_all_cells_together():
    with refusing_port() as port:
        wb.add_provider("fake", base_url=f"http://127.0.0.1:{port}/v1")
        rows = wb.sweep([f"{n}?" for n in range(60)], models="fake/m", concurrency=20)
    assert rows["error"].tolist() == ["NotSent"] * 60
    assert tries() == ["NotSent"] * MOST_TRIES
    assert rows["usd_spent"].tolist() == [0.0] * 60
    assert rows["error_message"].str.contains("not asked|not tried|no connection").all()


def test_a_host_that_was_given_up_is_asked_once_more_by_each_call_and_is_back_with_an_answer():
    port = free_port()
    wb.add_provider("fake", base_url=f"http://127.0.0.1:{port}/v1")
    with pytest.raises(NotSent):
        wb.ask("a?", model="fake/m")
    assert len(tries()) == MOST_TRIES
    with pytest.raises(NotSent):
        wb.ask("b?", model="fake/m")
    assert len(tries()) == MOST_TRIES + 1
    with FakeServer(port=port):
        assert wb.ask("c?", model="fake/m").answer == "Nine."
        assert wb.ask("d?", model="fake/m").answer == "Nine."


def test_a_host_that_comes_back_while_others_are_asked_gets_its_cells_asked(monkeypatch):
    monkeypatch.setattr("workbench.sweeps.stops._FIRST_PAUSE_SECONDS", 0.05)
    port = free_port()
    wb.add_provider("late", base_url=f"http://127.0.0.1:{port}/v1", free=True, concurrency=4)
    found = []
    still, back = held(completion("1"), lambda: back.hits == 25), FakeServer(port=port)
    with FakeServer(lambda request: completion("1") if request.number < 5 else still) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True, concurrency=1)
        thread = threading.Thread(
            target=lambda: found.append(wb.sweep([f"{n}?" for n in range(25)], models=["late/m", "fake/m"]))
        )
        thread.start()
        server.wait_until(lambda: server.hits >= 5)
        with back:
            thread.join()
    assert (found[0]["outcome"] == "answered").all()
    assert back.hits == 25


def test_a_host_that_breaks_every_connection_is_given_up_too():
    with FakeServer(Response((RESET,), framing="raw")) as server:
        wb.add_provider("fake", base_url=server.base_url)
        rows = wb.sweep([f"{n}?" for n in range(40)], models="fake/m", concurrency=4)
        assert server.hits <= 24
    assert set(rows["error"]) <= {"OutcomeUnknown", "NotSent"}
    assert (rows["outcome"] == "error").all()


def test_a_call_that_waits_for_another_try_is_not_held_beyond_its_own_timeout():
    with socket.create_server(("127.0.0.1", 0)) as mute:  # takes connections, and says nothing of TLS
        wb.add_provider("mute", base_url=f"https://127.0.0.1:{mute.getsockname()[1]}/v1")
        started = time.monotonic()
        with pytest.raises(NotSent):
            wb.ask("a?", model="mute/m", timeout=0.5)
        assert time.monotonic() - started < 60
    (entry,) = wb.cache.current().ledger.entries()
    assert (entry["billed"], entry["sent"], entry["usd"]) == ("no", False, 0.0)


def test_a_header_that_no_client_would_send_is_not_sent():
    for name, value in (("X A", "a"), ("X-A", "a\r\nb: c"), ("X-A", "\x00"), ("", "a"), ("X-A", "π")):
        with pytest.raises(NotSent, match="cannot be sent") as failure:
            check_headers({name: value})
        assert failure.value.final


def test_one_broken_connection_among_good_ones_is_asked_again():
    good = completion("Nine.")
    with FakeServer(lambda request: Response((RESET,), framing="raw") if request.number % 5 == 1 else good) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = wb.sweep([f"{n}?" for n in range(20)], models="fake/m", concurrency=2)
    assert (rows["outcome"] == "answered").sum() >= 16
    assert "OutcomeUnknown" in tries()


def test_a_server_error_is_one_models_own():
    def some(request):
        return error_response(503) if request.model == "bad" else completion("1")(request)

    with FakeServer(some) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = wb.sweep(["a?", "b?"], models=["fake/bad", "fake/good"])
    assert rows["error"].tolist()[:2] == ["ServerBusy"] * 2
    assert (rows["outcome"][2:] == "answered").all()


def test_a_reset_after_the_request_may_have_been_billed():
    with FakeServer(Response((RESET,), framing="raw")) as server:
        wb.add_provider("fake", base_url=server.base_url)
        with pytest.raises(OutcomeUnknown):
            wb.ask("a?", model="fake/m")
        assert server.hits == 2
