"""What a server says of itself and refuses: users with few rights, a wrong password, no room, another's data, TLS."""

import subprocess
import threading
from pathlib import Path

import pytest
from fakes.server import FakeServer
from servers import Server, redis_program, valkey_program

import workbench as wb
from workbench.cache.shared.address import address
from workbench.cache.shared.server import Away, connect, promises_of, run
from workbench.errors import StoreError, StoreFull


def test_a_server_that_keeps_what_it_is_given_says_so(server):
    found = promises_of(connect(address(server.url)))
    assert (found.keeps, found.shortcomings, found.fsync) == (True, "", "everysec")
    assert found.fsync_can_be_awaited == found.version.startswith("Valkey")


def test_what_is_not_on_its_disk_yet_is_handed_over_again(tmp_path, machine, team_at):
    server = Server(valkey_program(), tmp_path / "server")
    try:
        team_at(server.url)
        team = machine("one").team
        server.client().config_set("appendfsync", "no")  # as a disk that takes its time
        with FakeServer(["Nine."]) as provider:
            wb.add_provider("fake", base_url=provider.base_url)
            with pytest.warns(wb.errors.WorkbenchWarning, match="has not written it to its disk yet; what is bought"):
                wb.ask("How many?", model="fake/m")
        assert len(team.outbox) == 1
        server.client().config_set("appendfsync", "everysec")
        team.hand_over_the_rest()
        assert len(team.outbox) == 0
        server.client().config_set("appendfsync", "no")
        assert not promises_of(connect(address(server.url))).fsync_can_be_awaited  # it would be waited for in vain
    finally:
        server.close()


def test_a_server_that_loads_what_it_kept_is_away_and_no_cache_that_forgets(monkeypatch):
    """While a Redis reads its AOF, it says that it has none."""
    says = {"loading": 1, "aof_enabled": 0, "maxmemory_policy": "noeviction", "redis_version": "7.0.15"}
    monkeypatch.setattr("workbench.cache.shared.server.run", lambda client, commands: [dict(says)])
    with pytest.raises(Away, match="still loading"):
        promises_of(None)
    says |= {"loading": 0, "aof_enabled": 1}
    assert promises_of(None).keeps


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


def test_a_database_that_a_server_lacks_is_named_as_such(redis):
    with pytest.raises(StoreError, match="no database of that number"):
        run(connect(address(f"{redis.url}/99")), [("PING",)])
