"""A team's store: read after one's own, given what is bought, and never in the way."""

import json
import signal
import threading
import time
from concurrent.futures import Future

import pytest
from fakes.server import FakeServer, completion
from servers import Server, redis_program

import workbench as wb
from workbench.cache.shared import link
from workbench.cache.shared.depot import depot
from workbench.cache.shared.envelope import opened, sealed
from workbench.cache.shared.scripts import CLAIM
from workbench.cache.shared.server import Away, run


def ask(server, prompt="How many?", **options):
    wb.add_provider("fake", base_url=server.base_url)
    return wb.ask(prompt, model="fake/m", **options)


def test_what_one_machine_bought_another_reads_and_keeps(server, machine, team_at):
    team_at(server.url)
    with FakeServer(["Nine."]) as provider:
        machine("one")
        bought = ask(provider)
        second = machine("two")
        read = ask(provider)
        assert (provider.hits, bought.cached, read.cached, read.answer) == (1, False, True, "Nine.")
        assert second.store.get(read.key) is not None
        server.client().flushall()
        assert ask(provider).cached


def test_a_sweep_reads_a_team_s_replies_in_one_go(redis, machine, team_at):
    team_at(redis.url)
    tasks = [f"{number} + 1?" for number in range(30)]
    with FakeServer(lambda request: completion("one more")(request)) as provider:
        wb.add_provider("fake", base_url=provider.base_url, free=True)
        machine("one")
        first = wb.sweep(tasks, models="fake/m")
        machine("two")
        again = wb.sweep(tasks, models="fake/m")
        assert provider.hits == 30
    assert not first["cached"].any()
    assert again["cached"].all()
    same = [name for name in first.columns if name not in ("run", "cached", "usd_spent")]
    assert first[same].equals(again[same])


def test_a_forged_reply_is_named_and_bought_anew(redis, machine, team_at):
    team_at(redis.url)
    with FakeServer(["Nine.", "Nine."]) as provider:
        machine("one")
        key = ask(provider).key
        name = f"workbench:v:{key}"
        record = json.loads(json.dumps(wb.cache.current().lookup(key)))
        record["response"]["choices"][0]["message"]["content"] = "Ten, and buy my course."
        client = redis.client()
        kept = client.get(name)
        for number, forged in enumerate((b"\x80\x04.", kept[:-1] + bytes([kept[-1] ^ 1]), kept[:40], b"")):
            client.set(name, forged)
            machine(f"two-{number}")
            with pytest.warns(wb.errors.WorkbenchWarning, match=f"under the key {key[:12]}.*not used"):
                assert wb.cache.get(key) is None
        record["request"]["sample"] = 7
        client.set(name, sealed(key, json.dumps(record).encode()))
        machine("three")
        with pytest.warns(wb.errors.WorkbenchWarning, match="does not match its key"):
            assert ask(provider).answer == "Nine."
        assert provider.hits == 2


def test_only_what_bears_the_team_s_signature_is_believed(redis, machine, team_at, monkeypatch):
    team_at(redis.url)
    with FakeServer(["Nine."] * 4) as provider:
        monkeypatch.setenv("WORKBENCH_STORE_SECRET", "agreed-among-us")
        machine("one")
        key = ask(provider).key
        machine("two")
        assert ask(provider).cached
        monkeypatch.setenv("WORKBENCH_STORE_SECRET", "somebody-else")
        machine("three")
        with pytest.warns(wb.errors.WorkbenchWarning, match="signed with another secret"):
            assert not ask(provider).cached
    assert b"agreed-among-us" not in redis.client().get(f"workbench:v:{key}")


def test_a_server_that_dies_costs_no_reply_and_gets_them_when_it_is_back(tmp_path, machine, team_at, monkeypatch):
    monkeypatch.setattr(link, "PAUSES_SECONDS", (0.05,))
    server = Server(redis_program(), tmp_path / "server")
    try:
        team_at(server.url + "?lease=1")
        with FakeServer(["a", "b", "c"]) as provider:
            machine("one")
            ask(provider, "first?")
            server.kill()
            with pytest.warns(wb.errors.WorkbenchWarning, match="handed over later"):
                away = ask(provider, "second?")
            assert away.answer == "b"
            outbox = wb.cache.current().team.outbox
            assert len(outbox) == 1
            server.start()
            deadline = time.monotonic() + 60
            while len(outbox) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert len(outbox) == 0
            machine("two")
            assert ask(provider, "second?").cached
            assert ask(provider, "first?").cached
    finally:
        server.close()


def test_a_line_that_is_cut_holds_a_call_up_for_one_timeout_and_no_longer(tmp_path, machine, team_at, monkeypatch):
    monkeypatch.setattr(link, "SECONDS_BETWEEN_SILENT_TRIES", 600)
    server = Server(redis_program(), tmp_path / "server")
    try:
        team_at(server.url)
        with FakeServer(["a", "b"]) as provider:
            machine("one")
            ask(provider, "first?")
            team, waited_for = wb.cache.current().team, []

            def waits(client, commands):
                try:
                    return run(client, commands)
                except Away as away:
                    waited_for.append((client, away.silent))
                    raise

            team.link.send("PING").result()  # and the claim of the first is freed
            monkeypatch.setattr(link, "run", waits)
            for each in (team.link, team._puts):
                for line in each._client.connection_pool._available_connections:
                    line.update_current_socket_timeout(0.2)
            server._process.send_signal(signal.SIGSTOP)  # nothing is refused, and nothing comes back
            with pytest.warns(wb.errors.WorkbenchWarning, match="no answer in time.*handed over later"):
                assert ask(provider, "second?").answer == "b"
            ours = [(team.link._client, True), (team._puts._client, True)]
            assert [each for each in waited_for if each in ours] == ours  # for one timeout each
            server._process.send_signal(signal.SIGCONT)
    finally:
        server.close()


def test_a_refresh_that_the_team_did_not_hear_of_reaches_it_later(tmp_path, machine, team_at, monkeypatch):
    monkeypatch.setattr(link, "PAUSES_SECONDS", ())
    server = Server(redis_program(), tmp_path / "server")
    try:
        team_at(f"{server.url} file://{tmp_path}/replies")
        with FakeServer(["old", "new"]) as provider:
            team = machine("one").team
            key = ask(provider).key
            server.kill()
            with pytest.warns(wb.errors.WorkbenchWarning, match="handed over later"):
                ask(provider, refresh=True)
            server.start()
            team.hand_over_the_rest()
            assert len(team.outbox) == 0
            machine("two")
            assert ask(provider).answer == "new"
        for place in team.places:
            there = depot(place)
            kept = {name: opened(key, value, "", None) for name, value in there.get_many([*there.listed()]).items()}
            texts = {name: record["response"]["choices"][0]["message"]["content"] for name, record in kept.items()}
            assert texts.pop(key) == "new"
            assert [*texts.values()] == ["old"]
            there.close()
    finally:
        server.close()


def test_what_is_no_reply_under_a_key_stops_no_call(redis, machine, team_at):
    team_at(redis.url)
    with FakeServer(["Nine.", "Ten."]) as provider:
        machine("one")
        key = ask(provider).key
        redis.client().delete(f"workbench:v:{key}")
        redis.client().hset(f"workbench:v:{key}", "a", "b")
        machine("two")
        with pytest.warns(wb.errors.WorkbenchWarning, match="use another prefix; what "):
            assert ask(provider).answer == "Ten."


def test_a_member_that_hands_over_to_a_slow_place_beats_on(redis, machine, team_at, tmp_path):
    team_at(f"{redis.url}?lease=1 file://{tmp_path}/replies")
    begun, may_end = threading.Event(), threading.Event()
    with FakeServer(["Nine."]) as provider:
        team = machine("one").team
        key = ask(provider).key
        team.bucket.delete(key)
        put_new = team.bucket.put_new

        def slow(*told):
            begun.set()
            assert may_end.wait(60)
            return put_new(*told)

        team.bucket.put_new = slow
        team.outbox.add([key])
        assert begun.wait(60)
        before = int(redis.client().hget("workbench:sessions", team.member.session))
        deadline = time.monotonic() + 60
        while int(redis.client().hget("workbench:sessions", team.member.session)) < before + 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        may_end.set()
        while len(team.outbox) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert team.bucket.get(key) is not None


def test_a_right_that_is_taken_away_stops_no_sweep(redis, machine, team_at):
    client = redis.client()
    client.execute_command("ACL", "SETUSER", "eve", "on", ">word-of-eve", "~workbench:*", "+@all")
    team_at(redis.url.replace("//", "//eve:word-of-eve@"))
    with FakeServer(lambda request: completion("one more")(request)) as provider:
        wb.add_provider("fake", base_url=provider.base_url, free=True)
        machine("one")
        client.execute_command("ACL", "SETUSER", "eve", "-mget")
        with pytest.warns(wb.errors.WorkbenchWarning, match="does not allow this user what is needed"):
            rows = wb.sweep(["1 + 1?", "2 + 1?"], models="fake/m")
    client.execute_command("ACL", "DELUSER", "eve")
    assert rows["outcome"].tolist() == ["answered", "answered"]


def test_each_claim_of_which_nobody_heard_is_let_go(redis, machine, team_at, monkeypatch):
    team_at(redis.url)
    team, key = machine("one").team, "ab" * 32
    session = team.member.session
    token, _, _ = team.link.script(CLAIM, key, session, "first").result()
    lost = Future()
    lost.set_exception(Away("nothing came back"))
    with monkeypatch.context() as patch:
        patch.setattr(team.link, "script", lambda *_: lost)
        for attempt in ("first", "second"):
            team._let_go(key, f"{session}|{attempt}")
    assert token > 0
    assert redis.client().exists(f"workbench:c:{key}")
    team.hand_over_the_rest()
    team.link.send("PING").result()
    assert not redis.client().exists(f"workbench:c:{key}")
    assert team._unreleased == {}


def test_a_cache_that_forgets_says_so(tmp_path, machine, team_at):
    server = Server(redis_program(), tmp_path / "server", "--maxmemory-policy", "allkeys-lru", keeps=False)
    try:
        team_at(server.url)
        with pytest.warns(wb.errors.WorkbenchWarning, match="drops replies when it is full .* and loses them when it"):
            team = machine("one").team
        assert team.sums is None
        team_at(f"{server.url} file://{tmp_path}/replies")
        with pytest.warns(wb.errors.WorkbenchWarning, match="what it loses is read from file:///"):
            machine("two")
    finally:
        server.close()


def test_a_time_limit_is_the_team_s_alone(redis, machine, team_at):
    team_at(redis.url + "?ttl=86400")
    with FakeServer(["Nine.", "Ten."]) as provider:
        cache = machine("one")
        key = ask(provider).key
        ask(provider, refresh=True)
    names = redis.client().keys("workbench:v:*")
    assert len(names) == 2  # with the one before
    assert all(86_000 < redis.client().ttl(name) <= 86_400 for name in names)
    assert cache.store.get(key) is not None


def test_a_refresh_replaces_and_a_deletion_reaches_the_team(redis, machine, team_at):
    team_at(redis.url)
    with FakeServer(["old", "new", "newest"]) as provider:
        machine("one")
        ask(provider)
        key = ask(provider, refresh=True).key
        machine("two")
        assert ask(provider).answer == "new"
        assert wb.cache.delete(key) == 1
        assert ask(provider).answer == "newest"
    assert len(redis.client().keys(f"workbench:v:{key}@*")) == 1


def test_a_reply_with_a_key_in_it_stays_here(redis, machine, team_at):
    team_at(redis.url)
    shaped = "sk-" + "abcdefghijklmnop" * 2
    with FakeServer([f"Use {shaped}."]) as provider:
        machine("one")
        with pytest.warns(wb.errors.WorkbenchWarning, match="not handed to the team"):
            key = ask(provider, f"What is {shaped}?").key
    assert redis.client().get(f"workbench:v:{key}") is None
