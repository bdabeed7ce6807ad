"""Recordings: read before the store, never written, refused when they were edited."""

import pytest
from asked import move_home
from fakes.server import FakeServer

import workbench as wb
from workbench.errors import InputError, StoreCorrupt


def test_a_recording_is_read_before_the_store_and_never_written(answered, tmp_path, monkeypatch):
    with FakeServer(["recorded", "stored"]) as server:
        recorded = answered(server)
        file = tmp_path / "kept.jsonl"
        assert wb.cache.export(file) == 1
        move_home(monkeypatch, tmp_path / "second")
        stored = answered(server)
        assert (recorded.answer, stored.answer, recorded.key) == ("recorded", "stored", stored.key)
        before = file.read_bytes()
        assert wb.cache.load(file) == 1
        assert answered(server).answer == "recorded"
        assert wb.cache.get(stored.key).answer == "recorded"
        assert wb.cache.delete(stored.key) == 1
        assert answered(server).answer == "recorded"
        assert (server.hits, file.read_bytes()) == (2, before)
        assert (wb.cache.stats().stored, wb.cache.stats().recorded) == (0, 1)


def test_recordings_in_the_home_are_found_without_being_loaded(answered, tmp_path, monkeypatch):
    home = tmp_path / "project" / "cache"
    (home / "recordings").mkdir(parents=True)
    with FakeServer(["recorded"]) as server:
        answered(server)
        wb.cache.export(home / "recordings" / "a.jsonl")
        move_home(monkeypatch, home)
        reply = answered(server)
    assert (reply.answer, reply.cached, reply.usd_spent, server.hits) == ("recorded", True, 0.0, 1)


def spoil(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_recording_whose_request_was_edited_is_refused(answered, tmp_path, monkeypatch):
    file = tmp_path / "kept.jsonl"
    with FakeServer(["recorded"]) as server:
        answered(server)
        wb.cache.export(file)
        spoil(file, "How many?", "How much?")
        move_home(monkeypatch, tmp_path / "second")
        wb.cache.load(file)
        with pytest.raises(StoreCorrupt, match="edited"):
            answered(server)
    assert server.hits == 1


@pytest.mark.parametrize("line", ["not json", "[1, 2]", '{"key": "cut sho'])
def test_a_line_that_is_no_reply_is_refused_when_it_is_loaded(line, tmp_path):
    file = tmp_path / "kept.jsonl"
    file.write_text(line + "\n")
    with pytest.raises(StoreCorrupt, match=r"kept\.jsonl:1"):
        wb.cache.load(file)


def test_a_recording_that_is_not_there_is_named_with_the_nearest(answered, tmp_path):
    (tmp_path / "kimi.jsonl").write_text("")
    with pytest.raises(InputError, match=r"did you mean 'kimi\.jsonl'"):
        wb.cache.load(tmp_path / "kimmi.jsonl")
