"""A folder or bucket of a team: each reply made once, there after a power cut, no obstacle when in trouble."""

import http.server
import os
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from fakes.server import FakeServer
from servers import bucket_server, make_bucket

import workbench as wb
from workbench.cache.shared import team as team_room
from workbench.cache.shared.address import address
from workbench.cache.shared.bucket import Bucket
from workbench.cache.shared.depot import depot
from workbench.cache.shared.server import Away

KEY = "cd" * 32


class Broken(http.server.BaseHTTPRequestHandler):
    """A bucket that answers 500 to everything."""

    def _fail(self):
        self.send_response(500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_HEAD = _fail  # noqa: N815 - the names of http.server

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def s3():
    with bucket_server() as server:
        yield server


@pytest.fixture(params=["file", "s3"])
def url(request, tmp_path, monkeypatch):
    if request.param == "file":
        return f"file://{tmp_path}/replies"
    server = request.getfixturevalue("s3")
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    bucket = f"lab-{tmp_path.name.lower()[:40]}"
    make_bucket(server, bucket)
    return f"s3://{bucket}/replies"


def test_an_object_is_made_once_and_stays(url):
    bucket = Bucket(address(url))
    assert bucket.get(KEY) is None
    assert bucket.put_new(KEY, b"first")
    assert bucket.put_new(KEY, b"first")  # told twice, it is still one's own
    assert not bucket.put_new(KEY, b"second")
    assert bucket.get_many([KEY, "ef" * 32]) == {KEY: b"first"}
    assert [(key, size) for key, size, _ in bucket.entries()] == [(KEY, 5)]
    bucket.replace(KEY, b"third", "older")
    assert (bucket.get(KEY), bucket.get(f"{KEY}@older")) == (b"third", b"first")
    assert [bucket.delete(KEY), bucket.delete(KEY)] == [True, False]
    bucket.close()


def test_what_one_machine_bought_another_reads(url, machine, team_at):
    team_at(url)
    with FakeServer(["Nine."]) as provider:
        wb.add_provider("fake", base_url=provider.base_url)
        machine("one")
        wb.ask("How many?", model="fake/m")
        machine("two")
        assert wb.ask("How many?", model="fake/m").cached
    assert provider.hits == 1


def test_a_bucket_in_trouble_stops_no_call_and_is_left_alone_for_a_while(machine, team_at, tmp_path, monkeypatch):
    with http.server.HTTPServer(("127.0.0.1", 0), Broken) as broken, FakeServer(["Nine."]) as provider:
        threading.Thread(target=broken.serve_forever, daemon=True).start()
        for name, value in {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test-secret",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{broken.server_port}",
            "AWS_ALLOW_HTTP": "true",
        }.items():
            monkeypatch.setenv(name, value)
        team_at("s3://lab/replies")
        wb.add_provider("fake", base_url=provider.base_url)
        team = machine("one").team
        with pytest.warns(wb.errors.WorkbenchWarning, match="handed over later"):
            assert wb.ask("How many?", model="fake/m").answer == "Nine."
        assert team.bucket.is_away
        assert len(team.outbox) == 1
        with pytest.raises(Away, match="does not answer as it should") as said:
            team.bucket.get(KEY)
        assert "test-secret" not in str(said.value)
        broken.shutdown()


def test_what_a_bucket_in_trouble_did_not_take_is_handed_over_beside_the_next_reply(machine, team_at, tmp_path):
    team_at(f"file://{tmp_path}/replies")
    with FakeServer(["a", "b", "c"]) as provider:
        wb.add_provider("fake", base_url=provider.base_url)
        team = machine("one").team
        team.bucket._away_until, team.bucket._why = time.monotonic() + 60, "away"
        tried, team.bucket._store = team.bucket._store, None  # nothing may be tried
        with pytest.warns(wb.errors.WorkbenchWarning, match="away.*handed over later"):
            keys = [wb.ask(text, model="fake/m").key for text in ("first?", "second?")]
        assert len(team.outbox) == 2
        team.bucket._store, team.bucket._away_until = tried, 0.0
        keys.append(wb.ask("third?", model="fake/m").key)
        team.close()
    there = depot(address(f"file://{tmp_path}/replies"))
    assert sorted(there.listed()) == sorted(keys)
    assert len(team.outbox) == 0


def test_a_file_is_on_the_disk_before_it_is_called_kept(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    bucket = Bucket(address(f"file://{tmp_path}/replies"))
    bucket.put_new(KEY, b"value")
    assert str(tmp_path / "replies" / KEY[:2] / KEY) in synced
    assert str(tmp_path / "replies" / KEY[:2]) in synced
    bucket.close()


def test_a_place_is_listed_whole(url):
    one = depot(address(url))
    keys = {f"{number:064x}" for number in range(12)}
    assert one.put_many([(key, b"v") for key in sorted(keys)]) == 12
    assert set(one.listed()) == keys
    one.close()


def test_what_waits_is_handed_over_when_a_process_ends(machine, team_at, tmp_path):
    with FakeServer(["a"]) as provider:
        wb.add_provider("fake", base_url=provider.base_url)
        team_at(f"file://{tmp_path}/replies")
        team = machine("one").team
        key = wb.ask("first?", model="fake/m").key
        team.bucket.delete(key)
        team.outbox.add([key])
    ended = subprocess.run(
        [sys.executable, "-c", "import workbench; workbench.cache.current()"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    assert list(depot(address(f"file://{tmp_path}/replies")).listed()) == [key]
    assert len(team.outbox) == 0


def test_the_end_of_a_process_waits_for_a_slow_bucket_so_long_and_no_longer(machine, team_at, tmp_path, monkeypatch):
    with FakeServer(["a", "b", "c"]) as provider:
        wb.add_provider("fake", base_url=provider.base_url)
        team_at(f"file://{tmp_path}/replies")
        team = machine("one").team
        keys = [wb.ask(text, model="fake/m").key for text in ("first?", "second?", "third?")]
    for key in keys:
        team.bucket.delete(key)
    team.outbox.add(keys)
    clock = SimpleNamespace(now=0.0)

    def slow(key, value):
        clock.now += 8
        return put_new(key, value)

    put_new = team.bucket.put_new
    monkeypatch.setattr(team.bucket, "put_new", slow)
    monkeypatch.setattr(team_room, "time", SimpleNamespace(monotonic=lambda: clock.now))
    team.bucket._pool.shutdown()  # as when a process ends
    with pytest.warns(wb.errors.WorkbenchWarning, match="1 reply to be handed over to the team"):
        team.close()
    assert sorted(depot(address(f"file://{tmp_path}/replies")).listed()) == sorted(keys[:2])
    assert len(team.outbox) == 1


def test_a_reply_that_is_replaced_twice_leaves_the_one_before_where_it_is(url):
    bucket = Bucket(address(url))
    bucket.put_new(KEY, b"old")
    for _ in range(2):  # the first answer was lost
        bucket.replace(KEY, b"new", "0123456789ab")
    assert (bucket.get(KEY), bucket.get(f"{KEY}@0123456789ab")) == (b"new", b"old")


def test_what_is_wrong_with_a_folder_or_bucket_is_said(tmp_path, s3, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(wb.errors.InputError, match=r"file cannot be used: (File exists|Not a directory)"):
        Bucket(address(f"file://{tmp_path}/file"))
    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Away, match=r"s3://not-made: it does not answer as it should \(NoSuchBucket\)"):
        list(Bucket(address("s3://not-made")).entries())
