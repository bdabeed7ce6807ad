"""Recordings: read before the store, never written, refused when they were edited."""

import json
import os

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


def recorded(answered, tmp_path):
    """A file with one reply, and that reply as JSON."""
    file = tmp_path / "kept.jsonl"
    with FakeServer(["Nine."]) as server:
        answered(server)
        wb.cache.export(file)
    return file, json.loads(file.read_text())


ODD = [None, 7, 1.5, True, "text", [], {}, [None], {"": None}]


@pytest.mark.parametrize("part", ["request", "response", "status", "seconds", "usd", "created_at", "attempts"])
def test_any_json_in_a_recording_is_a_reply_or_one_error_with_its_line(part, answered, tmp_path, monkeypatch):
    _file, record = recorded(answered, tmp_path)
    move_home(monkeypatch, tmp_path / "second")
    for number, odd in enumerate(ODD):
        path = tmp_path / f"odd-{part}-{number}.jsonl"
        path.write_text("\n" + json.dumps({**record, part: odd}) + "\n")
        with FakeServer(["Ten."]) as server:
            wb.add_provider("fake", base_url=server.base_url)
            kept, said = 0, ""
            try:
                kept, _ = wb.cache.import_recording(path)
            except StoreCorrupt as error:
                said = str(error)
            assert kept == 1 or f"{path}:2: " in said
            assert wb.cache.delete(record["key"]) == kept


@pytest.mark.parametrize("deeper", ["choices", "message", "finish_reason", "model_id", "sample", "headers", "body"])
def test_what_lies_deeper_is_looked_at_too(deeper, answered, tmp_path):
    _file, record = recorded(answered, tmp_path)
    choice = record["response"]["choices"][0]
    for table in (record["response"], choice, record["request"]):
        if deeper in table:
            table[deeper] = 3.5
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps(record))
    with pytest.raises(StoreCorrupt, match=r"odd\.jsonl:1: "):
        wb.cache.import_recording(path)


def test_a_line_that_was_spoilt_after_loading_is_named_when_it_is_asked_for(answered, tmp_path, monkeypatch):
    file, record = recorded(answered, tmp_path)
    move_home(monkeypatch, tmp_path / "second")
    file.write_text(f"\n\n{file.read_text()}")
    wb.cache.load(file)
    spoil(file, "Nine.", 'Ni"e.')
    with pytest.raises(StoreCorrupt, match=r"kept\.jsonl:3: not a line of JSON"):
        wb.cache.get(record["key"])
    file.unlink()
    with pytest.raises(StoreCorrupt, match="cannot be read"):
        wb.cache.get(record["key"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes with names")
@pytest.mark.parametrize("what", ["a folder", "a pipe", "a device"])
def test_a_recording_that_is_no_file_is_told_by_its_kind(what, tmp_path, monkeypatch):
    path = tmp_path / "odd.jsonl"
    ways = {"a folder": path.mkdir, "a pipe": lambda: os.mkfifo(path), "a device": lambda: path.symlink_to("/dev/zero")}
    ways[what]()
    for take in (wb.cache.load, wb.cache.import_recording):
        with pytest.raises(StoreCorrupt, match=what):
            take(path)
    home = tmp_path / "home with it"
    (home / "recordings").mkdir(parents=True)
    path.rename(home / "recordings" / "odd.jsonl")
    move_home(monkeypatch, home)
    with pytest.raises(StoreCorrupt, match=what):
        wb.cache.stats()


def test_an_import_keeps_for_good_what_was_recorded_and_nothing_of_a_spoilt_file(answered, tmp_path, monkeypatch):
    file, record = recorded(answered, tmp_path)
    move_home(monkeypatch, tmp_path / "second")
    spoilt = tmp_path / "spoilt.jsonl"
    spoilt.write_text(file.read_text() + "{}\n")
    with pytest.raises(StoreCorrupt, match=r"spoilt\.jsonl:2"):
        wb.cache.import_recording(spoilt)
    assert wb.cache.stats().stored == 0
    assert wb.cache.import_recording(file) == (1, 1)
    assert wb.cache.import_recording(file) == (1, 0)
    file.unlink()
    assert wb.cache.get(record["key"]).answer == "Nine."
