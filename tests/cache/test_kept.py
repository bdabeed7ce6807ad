"""Where replies are kept, and what a refresh leaves there."""

import json
import os
import stat

import pytest
from fakes.server import FakeServer, refused_address

import workbench as wb


def test_a_refresh_buys_anew_and_keeps_every_reply_that_was_paid_for(answered):
    with FakeServer(["first", "second", "third"]) as server:
        key = answered(server).key
        second, third = (answered(server, refresh=True) for _ in range(2))
        again = answered(server)
    assert (second.answer, second.cached, third.answer, again.answer, again.cached) == (
        "second",
        False,
        "third",
        "third",
        True,
    )
    assert server.hits == 3
    store = wb.cache.current().store
    names = list(store.keys())
    contents = [json.loads(store.get(name))["response"]["choices"][0]["message"]["content"] for name in names]
    assert sorted(contents) == ["first", "second", "third"]
    old = [name for name in names if name != key]
    assert {wb.cache.get(name).answer for name in old} == {"first", "second"}


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_new_home_is_private_and_stays_out_of_git(answered, tmp_path):
    with FakeServer() as server:
        answered(server)
    home = tmp_path / "cache"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "store").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "ledger.jsonl").stat().st_mode) == 0o600
    lines = (home / ".gitignore").read_text().split()
    assert lines[0] == "*"
    assert "!recordings/*.jsonl" in lines


def test_an_own_gitignore_is_left_alone(answered, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ".gitignore").write_text("mine\n")
    with FakeServer() as server:
        answered(server)
    assert (tmp_path / "cache" / ".gitignore").read_text() == "mine\n"


def test_a_kept_reply_needs_no_server(answered):
    with FakeServer(["Nine."]) as server:
        bought = answered(server)
        port = server.port
    again = wb.ask("How many?", model="fake/m", timeout=1)
    assert (again.answer, again.cached, bought.cached) == ("Nine.", True, False)
    assert port
    with refused_address() as address:
        wb.add_provider("fake", base_url=address)
        assert "base_url" in str(wb.cache.explain_miss("How many?", model="fake/m"))


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_note_for_git_is_not_written_through_a_link(tmp_path, monkeypatch):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ".gitignore").symlink_to(tmp_path / "elsewhere")
    wb.cache.stats()
    assert not (tmp_path / "elsewhere").exists()
