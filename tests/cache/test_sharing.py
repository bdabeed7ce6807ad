"""Looking after a team's store, in code and by `workbench store`: what is where, compared, checked, copied, limited."""

import re

import pytest
from commanded import workbench
from fakes.server import FakeServer
from servers import free_port
from stores import edit

import workbench as wb
from workbench.cache import sharing
from workbench.cache.shared import depot as depot_room
from workbench.cache.shared import envelope
from workbench.cache.shared import link as link_room
from workbench.cache.shared.address import team_secret
from workbench.cache.shared.server import Away
from workbench.errors import InputError, StoreError, StoreFull


@pytest.fixture
def filled(redis, machine, team_at, monkeypatch):
    """Three replies on machine one: two bought before there was a team."""
    with FakeServer(["a", "b", "c"]) as provider:
        wb.add_provider("fake", base_url=provider.base_url)
        machine_one = lambda: machine("one")  # noqa: E731
        monkeypatch.delenv("WORKBENCH_STORE", raising=False)
        monkeypatch.setenv("WORKBENCH_CACHE", str(provider.port))
        keys = [wb.ask(prompt, model="fake/m").key for prompt in ("1?", "2?")]
        team_at(redis.url)
        yield keys, machine_one, (cache := wb.cache.current())
        cache.team.close()  # or it beats on, a member of the teams of later tests
        monkeypatch.delenv("WORKBENCH_STORE")
        assert wb.cache.current().team is None


def test_sync_hands_over_what_is_missing_and_fetch_brings_the_rest(filled, machine):
    keys, _, _ = filled
    assert sharing.sync() == (2, 2)
    assert sharing.sync() == (2, 0)
    other = machine("two")
    assert sharing.fetch() == (2, 2)
    assert set(other.store.keys()) == set(keys)
    said = str(sharing.status())
    assert "2 replies" in said
    assert "not encrypted, keeps what it is given (appendfsync everysec)" in said
    assert "(this one)" in said


def test_verify_names_what_is_none_and_removes_it_when_told(filled, redis, tmp_path):
    keys, _, _ = filled
    sharing.sync()
    redis.client().set(f"workbench:v:{keys[0]}", b"\x80\x04K\x01.")
    told = workbench("store", "verify")
    assert told.returncode == 1
    assert f"under the key {keys[0][:12]}… what this package did not write" in told.stdout
    found = sharing.verify(remove=True)
    assert (found.sound, found.removed, len(found.refused)) == (1, 1, 1)
    assert sharing.verify().refused == {}
    place = f"file://{tmp_path}/archive"
    assert sharing.copy(redis.url, place) == (1, 1, [])
    assert sharing.copy(redis.url, place) == (1, 1, [])
    redis.client().flushall()
    assert sharing.join(place) == (1, 1, [])


def test_signed_replies_stay_where_the_secret_here_may_be_the_wrong_one(filled, redis, monkeypatch):
    monkeypatch.setenv("WORKBENCH_STORE_SECRET", "secret-of-the-team")
    value = envelope.sealed("cd" * 32, b"{}", team_secret())
    redis.client().set(f"workbench:v:{'cd' * 32}", value)
    for other in ("", "secret-of-others"):
        monkeypatch.setenv("WORKBENCH_STORE_SECRET", other)
        found = sharing.verify(remove=True)
        assert (len(found.refused), found.removed) == (1, 0)
        assert redis.client().exists(f"workbench:v:{'cd' * 32}")


def test_what_could_not_be_handed_over_or_copied_is_an_error_that_says_why(filled, redis, tmp_path, monkeypatch):
    keys, _, _ = filled
    monkeypatch.setenv("WORKBENCH_STORE", place := f"file://{tmp_path}/replies")
    for key in keys:
        (tmp_path / "replies" / key[:2]).mkdir(parents=True, exist_ok=True)
    (tmp_path / "replies" / keys[0][:2] / keys[0]).mkdir()
    told = workbench("store", "sync")
    assert told.returncode == 1
    assert re.search(
        "[01] of the 2 replies here were handed over now, and [12] were not, because of file:", told.stderr
    )
    (tmp_path / "replies" / keys[1][:2] / keys[1]).write_bytes(b"junk")
    told = workbench("store", "copy", place, f"file://{tmp_path}/other")
    assert told.returncode == 1
    assert told.stdout == f"0 of 1 replies are in file://{tmp_path}/other now\n"
    wb.cache.current().team.outbox._path.unlink()


def test_a_damaged_reply_keeps_no_other_from_being_handed_over(filled, redis):
    keys, _, _ = filled
    cache = wb.cache.current()
    edit(cache.store.path, "UPDATE Cache SET value = x'00112233' WHERE key = ?", keys[0])
    cache.team.outbox.add(keys)
    cache.team.hand_over_the_rest()
    assert len(cache.team.outbox) == 0
    assert redis.client().keys("workbench:v:*") == [f"workbench:v:{keys[1]}".encode()]
    redis.client().delete(f"workbench:v:{keys[1]}")
    with pytest.raises(StoreError, match=f"1 of the 2 replies here were handed over now, and 1 were not.*{keys[0]}"):
        sharing.sync()


def test_a_server_that_goes_away_amid_a_fetch_is_named_as_that(filled, machine, monkeypatch):
    sharing.sync()
    team = machine("two").team
    listed = depot_room.ServerDepot.listed

    def then_gone(self):
        yield from listed(self)
        monkeypatch.setattr(link_room, "run", gone)

    def gone(client, commands):
        raise Away("it does not answer")

    monkeypatch.setattr(link_room, "PAUSES_SECONDS", ())
    monkeypatch.setattr(depot_room.ServerDepot, "listed", then_gone)
    with pytest.raises(StoreError, match=r"2 could not be read \(for it does not answer any more\)"):
        sharing.fetch()
    assert team.link.is_away


def test_a_status_tells_of_how_much_is_there_now(filled, redis):
    before = sharing.status().places[0].megabytes
    redis.client().set("workbench:padding", b"x" * 10_000_000)
    assert sharing.status().places[0].megabytes > before + 10


def test_a_limit_that_somebody_set_by_hand_is_named_and_can_be_set_anew(redis, team_at, machine):
    redis.client().hset("workbench:limits", "usd", "20.5")
    team_at(redis.url)
    team = machine("one").team
    with FakeServer(["a"]) as provider:
        wb.add_provider("fake", base_url=provider.base_url, free=True)
        assert wb.ask("Why?", model="fake/m").answer == "a"  # which costs nothing
    with pytest.raises(StoreError, match=r"set the team's limit 'usd' to '20\.5'"):
        sharing.status()
    redis.client().hset("workbench:sessions", "somebody", "new")
    team.member.beat()
    sharing.limit(usd=20.5)
    assert sharing.status().sums["all"]["limit"] == 20.5


def test_what_is_not_kept_here_after_a_fetch_is_an_error(filled, redis, machine, monkeypatch):
    sharing.sync()
    other = machine("two")

    def full(items):
        raise StoreFull("no space left")

    monkeypatch.setattr(other.store, "put_many", full)
    with pytest.raises(StoreError, match="2 could not be written to"):
        sharing.fetch()


def test_the_command_line_tells_and_limits(redis, tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_STORE", redis.url)
    told = workbench("store", "limit", "--usd-per-day", "20", "--project", "sheep")
    assert told.returncode == 0, told.stderr
    assert redis.client().hgetall("workbench:limits") == {b"usd_per_day@sheep": b"20000000000"}
    monkeypatch.delenv("WORKBENCH_STORE")
    told = workbench("store", "status")
    assert told.returncode == 1
    assert "set WORKBENCH_STORE" in told.stderr


@pytest.mark.parametrize("usd", [-1.0, float("nan"), True, 1e300])
def test_a_limit_is_a_sum(redis, team_at, machine, usd):
    team_at(redis.url)
    machine("one")
    with pytest.raises(InputError, match="give dollars"):
        sharing.limit(usd=usd)


@pytest.mark.parametrize(
    ("given", "what"), [({}, "no limit is given"), ({"usd": 5, "project": ""}, "limit everything")]
)
def test_a_limit_of_nothing_is_refused(redis, team_at, machine, given, what):
    team_at(redis.url)
    machine("one")
    with pytest.raises(InputError, match=what):
        sharing.limit(**given)
    assert redis.client().hgetall("workbench:limits") == {}


def test_a_status_tells_of_what_is_there_beside_a_server_that_is_away(filled, redis, tmp_path, monkeypatch):
    port = free_port()
    monkeypatch.setenv("WORKBENCH_STORE", f"redis://127.0.0.1:{port} file://{tmp_path}/replies")
    told = workbench("store", "status")
    assert told.returncode == 1
    assert f"redis://127.0.0.1:{port}: away (" in told.stdout
    assert f"file://{tmp_path}/replies: 0 replies" in told.stdout
    assert "here: 2 replies" in told.stdout
    assert f"redis://127.0.0.1:{port} cannot be asked now" in told.stderr


def test_a_folder_that_is_not_there_is_no_source(tmp_path):
    with pytest.raises(InputError, match="mistyped is no folder"):
        sharing.copy(f"file://{tmp_path}/mistyped", f"file://{tmp_path}/target")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_of_this_package_is_neither_counted_nor_removed(filled, redis, tmp_path, monkeypatch):
    keys, _, _ = filled
    redis.client().lpush(f"workbench:v:{keys[0]}", "x")
    with pytest.raises(StoreError, match=r"1 were not, because of .*use another prefix"):
        sharing.sync()
    monkeypatch.setenv("WORKBENCH_STORE", f"file://{tmp_path}/replies")
    own = tmp_path / "replies" / "zz" / "zzz.txt"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    assert sharing.verify(remove=True).refused == {}
    assert own.exists()
