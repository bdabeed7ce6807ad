"""The ledger: every attempt is a line, whatever happens to the disk."""

import pytest
from asked import QUESTION, ask, serve
from fakes.server import FakeServer, error_response

import workbench as wb
from workbench.errors import (
    StoreFull,
)

pytestmark = pytest.mark.usefixtures("quick")


def test_each_attempt_is_counted_and_written_down():
    wait = {"Retry-After-Ms": "20"}
    with FakeServer([error_response(429, headers=wait), error_response(503), "Nine."]) as server:
        reply = ask(server)
        kept = ask(server)
    entries = list(wb.cache.current().ledger.entries())
    assert reply.attempts == kept.attempts == 3
    assert [(entry["status"], entry["error"], entry["billed"]) for entry in entries] == [
        (429, "RateLimited", "no"),
        (503, "ServerBusy", "no"),
        (200, None, "yes"),
    ]
    assert server.requests[1].at - server.requests[0].at >= 0.02


def test_a_ledger_that_cannot_be_written_stops_the_spending_and_loses_no_reply(tmp_path):
    with FakeServer(["Nine.", error_response(503), "Ten."]) as server:
        serve(server)
        wb.cache.current().ledger.path.symlink_to("/dev/full")
        with pytest.raises(StoreFull) as stopped:
            wb.ask(QUESTION, model="fake/m")
        assert stopped.value.unkept.answer == "Nine."
        assert wb.ask(QUESTION, model="fake/m").answer == "Nine."
        with pytest.raises(StoreFull):
            wb.ask("What is ten?", model="fake/m")
    assert server.hits == 2


def test_a_line_that_a_full_disk_cut_short_hides_no_other():
    with FakeServer() as server:
        ask(server)
        ledger = wb.cache.current().ledger
        whole = ledger.path.read_bytes()
        ledger.path.write_bytes(whole + whole[:40])
        wb.ask("What is ten?", model="fake/m")
        assert len(wb.cache.ledger()) == server.hits == 2
