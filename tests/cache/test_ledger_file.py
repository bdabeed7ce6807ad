"""The ledger: every attempt is a line, whatever happens to the disk."""

import errno
import os
from types import SimpleNamespace

import pytest
from asked import QUESTION, ask, serve
from fakes.server import FakeServer, error_response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.cache import ledger_file
from workbench.cache.ledger_file import Ledger
from workbench.errors import StoreCorrupt, StoreError, StoreFull

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


def test_a_ledger_that_cannot_be_written_stops_the_spending_and_loses_no_reply(tmp_path, monkeypatch):
    def full(descriptor, line):
        raise OSError(errno.ENOSPC, "as on a full disk")

    with FakeServer(["Nine.", error_response(503), "Ten."]) as server:
        serve(server)
        monkeypatch.setattr(ledger_file, "os", SimpleNamespace(**{**vars(os), "write": full}))
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


ENTRY = b'{"time":"2026-11-28T10:00:00.000+00:00","provider":"fake","model":"fake/m","usd":0.5,"seconds":1.0}'


def entries(tmp_path, content):
    ledger = Ledger(tmp_path)
    ledger.path.write_bytes(content)
    return list(ledger.entries())


@pytest.mark.parametrize(
    ("content", "count"),
    [
        pytest.param(ENTRY + b"\n" + ENTRY[:40], 1, id="the last line is cut"),
        pytest.param(ENTRY[:40] + ENTRY + b"\n", 1, id="a cut line, and the next behind it"),
        pytest.param(b'{"ti' + ENTRY + b"\n", 1, id="cut early"),
        pytest.param(ENTRY + ENTRY + b"\n", 2, id="only the line feed is missing"),
        pytest.param(ENTRY + b"\r\n\r\n" + ENTRY + b"\n", 2, id="an editor of Windows"),
        pytest.param(b"", 0, id="empty"),
    ],
)
def test_what_a_full_disk_leaves_is_passed_over(tmp_path, content, count):
    assert [entry["usd"] for entry in entries(tmp_path, content)] == [0.5] * count


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe\x00",
        b"\x00" * 50,
        b"[]",
        b"null",
        b'"time"',
        b"{}",
        b'{"a":1}',
        b'{"time":1]',
        b'{"time":"x","usd":"1"}',
        b'{"time":"x","seconds":{}}',
        b'{"time":"x","usd":true}',
        b'{"time":' + b"[" * 100000,
        b"garbage " + ENTRY,
    ],
    ids=lambda line: line[:12].decode("latin-1"),
)
def test_what_is_no_entry_is_one_error_with_its_line(tmp_path, line):
    with pytest.raises(StoreCorrupt, match=r"ledger\.jsonl:2: not a line of the ledger"):
        entries(tmp_path, ENTRY + b"\n" + line + b"\n" + ENTRY + b"\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes with names")
@pytest.mark.parametrize("what", ["a folder", "a pipe", "a device", "a link"])
def test_a_ledger_that_is_no_file_is_neither_written_nor_waited_for(tmp_path, what):
    path = tmp_path / "ledger.jsonl"
    {
        "a folder": path.mkdir,
        "a pipe": lambda: os.mkfifo(path),
        "a device": lambda: path.symlink_to("/dev/zero"),
        "a link": lambda: path.symlink_to(tmp_path / "elsewhere"),
    }[what]()
    ledger = Ledger(tmp_path)
    with pytest.raises(StoreError, match="is no file"):
        ledger.write(time="now")
    assert not (tmp_path / "elsewhere").exists()
    if what != "a link":
        with pytest.raises(StoreCorrupt, match=what):
            list(ledger.entries())


def entry(number, model):
    return {"time": "2026-12-01T10:00:00+00:00", "model": model, "sent": True, "tokens": number}


def booked(tmp_path, models):
    ledger = Ledger(tmp_path)
    ledger.write_all([entry(number, model) for number, model in enumerate(models)])
    return ledger


def test_of_a_short_ledger_all_is_read_of_a_long_one_the_end_and_what_other_models_did_last(tmp_path, monkeypatch):
    ledger = booked(tmp_path, "a" * 5 + "b" * 50 + "c" * 50)
    assert [*ledger.lately()] == [*ledger.entries()]
    size = ledger.path.stat().st_size
    monkeypatch.setattr(ledger_file, "LAST_CALLS", 20)
    monkeypatch.setattr(ledger_file, "LAST_BYTES", size * 30 // 105)
    read = [*ledger.lately()]
    assert {model: [one["tokens"] for one in read if one["model"] == model] for model in "abc"} == {
        "a": [0, 1, 2, 3, 4],
        "b": [*range(35, 55)],
        "c": [one["tokens"] for one in read if one["model"] == "c"],
    }
    assert 28 <= sum(one["model"] == "c" for one in read) <= 31
    assert read[-1]["tokens"] == 104


@given(st.lists(st.sampled_from(["a", "b/c", 'd"e']), min_size=1, max_size=30), st.integers(1, 4_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_line_is_lost_or_read_twice_wherever_the_end_begins(tmp_path, models, last):
    (tmp_path / ledger_file.FILE_NAME).unlink(missing_ok=True)
    ledger = booked(tmp_path, models)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger_file, "LAST_BYTES", last)
        read = [*ledger.lately()]
    assert sorted(one["tokens"] for one in read) == [*range(len(models))]


def test_lines_that_are_written_together_are_one_write_and_each_knows_what_became_of_it(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    assert ledger.write_all([{"time": "a", "usd": 1.0}, {"time": "b", "usd": 2.0}]) == [None, None]
    writes = []

    def nearly_full(descriptor, text):
        writes.append(text)
        return os.write(descriptor, text[:40])  # the second line is cut

    monkeypatch.setattr(ledger_file, "os", SimpleNamespace(**{**vars(os), "write": nearly_full}))
    first, second, third = ledger.write_all([{"time": name, "usd": 3.0} for name in "cde"])
    assert first is None
    assert isinstance(second, StoreFull)
    assert isinstance(third, StoreFull)
    assert len(writes) == 1
    assert [entry["usd"] for entry in ledger.entries()] == [1.0, 2.0, 3.0]


def test_a_call_ends_when_its_line_is_in_the_ledger():
    with FakeServer() as server:
        for number in range(5):
            ask(server, f"What is {number}?")
            assert len(list(wb.cache.current().ledger.entries())) == number + 1
