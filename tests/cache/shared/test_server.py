"""What a server says of itself and refuses: users with few rights, a wrong password, no room, another's data, TLS."""

import subprocess
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes.server import FakeServer
from servers import Server, redis_program

import workbench as wb
from workbench.cache.shared import link as link_room
from workbench.cache.shared.address import address
from workbench.cache.shared.link import SECONDS_BETWEEN_SILENT_TRIES, Link
from workbench.cache.shared.server import Away, connect, promises_of
from workbench.errors import StoreCorrupt, StoreError, StoreFull


def test_a_server_that_keeps_what_it_is_given_says_so(server):
    found = promises_of(connect(address(server.url)))
    assert (found.keeps, found.shortcomings, found.fsync) == (True, "", "everysec")
    assert found.fsync_can_be_awaited == found.version.startswith("Valkey")


def test_a_user_who_may_not_ask_gets_a_cache_and_no_sums(redis, machine, team_at):
    client = redis.client()
    rights = "~workbench:* +@all -@dangerous -info -config"
    client.execute_command("ACL", "SETUSER", "ada", "on", ">word-of-ada", *rights.split())
    team_at(redis.url.replace("//", "//ada:word-of-ada@"))
    with pytest.warns(wb.errors.WorkbenchWarning, match="does not say whether") as said:
        team = machine("one").team
    assert team.sums is None
    assert not any("word-of-ada" in str(one.message) for one in said)
    client.execute_command("ACL", "DELUSER", "ada")


def test_the_rights_that_the_page_names_are_enough(server, machine, team_at, monkeypatch):
    page = (Path(wb.__file__).parents[1] / "docs" / "team.md").read_text(encoding="utf-8")
    rights = page.partition("ACL SETUSER lab on >WORD ")[2].partition("```")[0].split()
    client = server.client()
    if "Valkey" not in promises_of(connect(address(server.url))).version:
        rights.remove("+waitaof")  # Redis 7.0 does not know it
    client.execute_command("ACL", "SETUSER", "lab", "on", ">word-of-lab", *rights)
    monkeypatch.setenv("WORKBENCH_STORE_PASSWORD", "word-of-lab")
    team_at(server.url.replace("//", "//lab@"))
    team = machine("one").team
    wb.cache.sharing.limit(usd=5)
    wb.cache.sharing.pace("fake/", 500)
    with FakeServer(["Nine.", "Ten."]) as provider:
        wb.add_provider("fake", base_url=provider.base_url, free=True)
        wb.ask("How many?", model="fake/m", refresh=True)
        machine("two")
        assert wb.ask("How many?", model="fake/m").cached
    assert (team.promises.keeps, wb.cache.sharing.verify().sound) == (True, 1)
    assert len(wb.cache.sharing.status().members) == 2
    client.execute_command("ACL", "DELUSER", "lab")


def test_a_wrong_password_is_an_error_at_once_and_not_shown(redis, machine, team_at):
    team_at(redis.url.replace("//", "//ada:wrong-word@"))
    before = set(threading.enumerate())
    with pytest.raises(StoreError, match="refuses the user or the password") as refused:
        machine("one")
    assert "wrong-word" not in str(refused.value)
    members = [begun for begun in set(threading.enumerate()) - before if begun.name == "workbench-member"]
    for member in members:
        member.join(60)
    assert not any(member.is_alive() for member in members), "it would go on trying the word"


def test_a_full_server_costs_no_reply_and_money_can_still_be_settled(redis, machine, team_at):
    team_at(redis.url)
    cache = machine("one")
    client = redis.client()
    with FakeServer(["Nine.", "Ten."]) as provider:
        wb.add_provider("fake", base_url=provider.base_url)
        wb.ask("first?", model="fake/m")
        client.config_set("maxmemory", "1mb")
        try:
            with pytest.warns(wb.errors.WorkbenchWarning, match="is full"):
                assert wb.ask("second?", model="fake/m").answer == "Ten."
        finally:
            client.config_set("maxmemory", "0")
    assert len(cache.team.outbox) == 1
    cache.team.hand_over_the_rest()
    assert len(cache.team.outbox) == 0


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


def test_only_a_server_that_proves_who_it_is_is_talked_to(tmp_path):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    for name in ("ours", "other"):
        openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
            *("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        )
    certificate = ["--tls-cert-file", str(tmp_path / "ours.pem"), "--tls-key-file", str(tmp_path / "ours.key")]
    server = Server(redis_program(), tmp_path / "server", *certificate, "--tls-auth-clients", "no", "--tls-port", "0")
    try:
        port = server.also_on("tls-port")
        good = address(f"rediss://localhost:{port}?ssl_ca_certs={tmp_path}/ours.pem")
        assert promises_of(connect(good)).keeps
        for wrong in (
            f"rediss://localhost:{port}?ssl_ca_certs={tmp_path}/other.pem",
            f"rediss://127.0.0.1:{port}?ssl_ca_certs={tmp_path}/ours.pem",
            f"rediss://localhost:{port}",
        ):
            with pytest.raises(Away, match="it does not answer"):
                promises_of(connect(address(wrong)))
    finally:
        server.close()


def test_full_is_an_error_of_its_own(redis):
    from workbench.cache.shared.server import refusal

    assert isinstance(refusal(Exception("OOM command not allowed"), address(redis.url)), StoreFull)


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
